"""A catalogue being changed: tables one may write in, and the faults found on the way."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeVar

from diag360.catalogue.cross_check import Key, cross_check
from diag360.catalogue.cross_hazards import check_hazards
from diag360.catalogue.faults import validate
from diag360.catalogue.hazards import Common, Hazard, NeedGraph, Scenario
from diag360.catalogue.model import Catalogue, Framework, Indicator, WeightScheme
from diag360.catalogue.record import Record
from diag360.challenge.variants.steps import Step
from diag360.errors import Fault

Model = TypeVar("Model", bound=Record)


class Draft:
    """Tables of a catalogue that steps may change; the catalogue itself stays as it is.

    Parameters
    ----------
    catalogue : Catalogue
        Where one starts.
    scheme : str
        Id of the weight scheme that weights and coefficients are changed in.
    """

    def __init__(self, catalogue: Catalogue, *, scheme: str) -> None:
        self.base = catalogue
        self.scheme = scheme
        self.indicators = dict(catalogue.indicators)
        self.frameworks = dict(catalogue.frameworks)
        self.weights = dict(catalogue.weights)
        self.hazards = dict(catalogue.hazards)
        self.links = dict(catalogue.links)
        self.graphs = dict(catalogue.graphs)
        self.cascade = catalogue.cascade
        self.faults: list[Fault] = []

    def refuse(self, step: Step, problem: str, remedy: str) -> None:
        """Keep a fault of a step."""
        self.faults.append(Fault(step.file, step.place, problem, remedy))

    def known(self, step: Step, name: str, table: Iterable[str], *, what: str) -> bool:
        """Refuse a name that is not in a table, proposing those that look like it."""
        names = list(table)
        if name in names:
            return True
        near = get_close_matches(name, names, n=3) or names[:12]
        more = " …" if len(near) == 12 and len(names) > 12 else ""
        self.refuse(
            step, f"{what} « {name} » inconnu du catalogue",
            f"choisir parmi : {', '.join(near)}{more}",
        )  # fmt: skip
        return False

    def rebuild(self, step: Step, record: Model, **fields: Any) -> Model | None:
        """Make a record again through its own model, with some fields changed.

        Returns
        -------
        Record or None
            None when the model refuses it, or when nothing has changed: both are faults.
        """
        body = {**record.model_dump(), **fields}
        made, faults = validate(type(record), body, file=step.file)
        for fault in faults:
            where = f" ({fault.place})" if fault.place else ""
            self.refuse(step, f"{fault.problem}{where}", fault.remedy)
        if made == record:
            self.no_change(step, "c’est déjà ce que dit le catalogue")
            return None
        return made

    def no_change(self, step: Step, why: str) -> None:
        """Refuse a step that changes nothing."""
        name = ", ".join(step.key) or step.place.removeprefix("changes.")
        self.refuse(step, f"« {name} » ne change rien : {why}", "retirer ce changement")

    def finished(self, *, version: str) -> Catalogue:
        """Close the draft: a catalogue of that version, not yet cross-checked."""
        settings = self.base.settings.model_copy(update={"version": version})
        return replace(
            self.base, settings=settings, indicators=self.indicators, frameworks=self.frameworks,
            weights=self.weights, hazards=self.hazards, links=self.links, graphs=self.graphs,
            cascade=self.cascade,
        )  # fmt: skip


def crossed_faults(catalogue: Catalogue, *, file: str) -> list[Fault]:
    """Cross-check a changed catalogue as the loader would; faults name the file of the variant."""
    files = _files(catalogue)
    found = [
        *cross_check(catalogue, file_of=files, refused=set()),
        *check_hazards(catalogue, file_of=files, refused=set()),
    ]
    return [
        Fault(file, "changes", f"{one.problem} ({one.file}, {one.place})", one.remedy)
        for one in found
    ]


def file_of_indicator(catalogue: Catalogue, name: str) -> str:
    """File of an indicator in the folder of the catalogue."""
    indicator = catalogue.indicators[name]
    frame = catalogue.settings.default_framework
    own = indicator.needs.get(frame) or next(iter(indicator.needs.values()))
    return f"indicators/{own.primary}/{name}.yaml"


def _files(catalogue: Catalogue) -> dict[Key, str]:
    """File of every record that cross-checks name."""
    files: dict[Key, str] = {
        (Indicator, name): file_of_indicator(catalogue, name) for name in catalogue.indicators
    }
    for model, folder, names in (
        (Framework, "frameworks", catalogue.frameworks),
        (WeightScheme, "weights", catalogue.weights),
        (Hazard, "hazards", catalogue.hazards),
        (NeedGraph, "graphs", catalogue.graphs),
    ):
        files |= {(model, name): f"{folder}/{name}.yaml" for name in names}
    files |= {(Common, name): "commons.yaml" for name in catalogue.commons}
    return files | {(Scenario, name): "scenarios.yaml" for name in catalogue.scenarios}
