"""Checks that need two files of the catalogue: what is named exists, and files agree."""

from collections.abc import Iterable, Mapping, Set

import numpy as np

from diag360.catalogue.lookup import Goal, Reference, Service, Source, Tag
from diag360.catalogue.model import (
    Catalogue,
    Framework,
    Indicator,
    ObjectiveRecord,
    WeightScheme,
)
from diag360.catalogue.units import Unit, outside_range
from diag360.errors import Fault

Key = tuple[type, str]
EVERY = ""  # in ``refused``: the whole file or folder of these records could not be read


class Checker:
    """Collects faults about references between files."""

    def __init__(self, file_of: Mapping[Key, str], refused: Set[Key]) -> None:
        self.file_of = file_of
        self.refused = refused
        self.faults: list[Fault] = []

    def known(
        self,
        key: str,
        table: Mapping[str, object],
        model: type,
        *,
        file: str,
        place: str,
        what: str,
    ) -> None:
        """Refuse a reference to nothing; a record refused for itself is not reported twice."""
        if key not in table and not {(model, key), (model, EVERY)} & self.refused:
            self.faults.append(
                Fault(
                    file,
                    place,
                    f"{what} « {key} » inconnu du catalogue",
                    f"choisir parmi : {_listing(table)}",
                )
            )

    def each(
        self,
        keys: Iterable[str],
        table: Mapping[str, object],
        model: type,
        file: str,
        place: str,
        what: str,
    ) -> None:
        """Refuse each reference to nothing in a list."""
        for at, key in enumerate(keys):
            self.known(key, table, model, file=file, place=f"{place}.{at}", what=what)


def _listing(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "")


def cross_check(
    catalogue: Catalogue, *, file_of: Mapping[Key, str], refused: Set[Key]
) -> list[Fault]:
    """List every reference to nothing and every contradiction between files.

    Parameters
    ----------
    catalogue : Catalogue
        Records that were read.
    file_of : mapping
        File of each record, by (model, id).
    refused : set
        Records already refused for themselves, not to be reported a second time.

    Returns
    -------
    list of Fault
        Every fault, in the order of the files.
    """
    check = Checker(file_of, refused)
    settings = catalogue.settings
    head = {"file": "catalogue.yaml"}
    check.known(
        settings.default_framework,
        catalogue.frameworks,
        Framework,
        place="default_framework",
        what="cadre",
        **head,
    )
    check.known(
        settings.default_weights,
        catalogue.weights,
        WeightScheme,
        place="default_weights",
        what="jeu de poids",
        **head,
    )
    for scheme in catalogue.weights.values():
        for name in scheme.indicators:
            check.known(
                name,
                catalogue.indicators,
                Indicator,
                file=file_of[WeightScheme, scheme.id],
                place=f"indicators.{name}",
                what="indicateur",
            )
    for framework in catalogue.frameworks.values():
        file = file_of[Framework, framework.id]
        check.faults += _check_framework(framework, file)
        for at, need in enumerate(framework.needs):
            check.each(need.goals, catalogue.goals, Goal, file, f"needs.{at}.goals", "objectif")
            check.each(need.tags, catalogue.tags, Tag, file, f"needs.{at}.tags", "mot-clé")
    for indicator in catalogue.indicators.values():
        _check_indicator(indicator, catalogue, check)
    return check.faults


def _check_framework(framework: Framework, file: str) -> list[Fault]:
    ids = [need.id for need in framework.needs]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    faults = [
        Fault(file, "needs", f"le besoin « {name} » figure deux fois", "n’en garder qu’un")
        for name in twice
    ]
    for position, need in enumerate(framework.needs):
        if need.category not in framework.categories:
            faults.append(
                Fault(
                    file,
                    f"needs.{position}.category",
                    f"la catégorie « {need.category} » du besoin « {need.id} » n’a pas de libellé",
                    "l’ajouter sous « categories »",
                )
            )
    return faults


def _check_indicator(indicator: Indicator, catalogue: Catalogue, check: Checker) -> None:
    file = check.file_of[Indicator, indicator.id]
    check.known(
        indicator.objective,
        catalogue.objectives,
        ObjectiveRecord,
        file=file,
        place="objective",
        what="objectif",
    )
    check.known(
        indicator.collection.service,
        catalogue.services,
        Service,
        file=file,
        place="collection.service",
        what="service",
    )
    check.each(indicator.sources, catalogue.sources, Source, file, "sources", "source")
    check.each(
        indicator.references, catalogue.references, Reference, file, "references", "référence"
    )
    _check_memberships(indicator, catalogue, check, file=file)
    if indicator.response.unit is not None:
        check.known(
            indicator.response.unit,
            catalogue.units,
            Unit,
            file=file,
            place="response.unit",
            what="unité",
        )
        unit = catalogue.units.get(indicator.response.unit)
        if unit is not None:
            check.faults += _check_range(indicator, unit, file=file)


def _check_memberships(
    indicator: Indicator, catalogue: Catalogue, check: Checker, *, file: str
) -> None:
    for framework in catalogue.frameworks.values():
        if framework.id not in indicator.needs and indicator.status == "eprouve":
            check.faults.append(
                Fault(
                    file,
                    "needs",
                    f"aucun besoin dans le cadre « {framework.id} »",
                    "ajouter ce cadre sous « needs »",
                )
            )
    for name, membership in indicator.needs.items():
        place = f"needs.{name}"
        check.known(name, catalogue.frameworks, Framework, file=file, place=place, what="cadre")
        if name not in catalogue.frameworks:
            continue
        needs = {need.id: need for need in catalogue.frameworks[name].needs}
        for need in (membership.primary, *membership.also):
            check.known(need, needs, Framework, file=file, place=place, what="besoin")
        if membership.primary in membership.also:
            check.faults.append(
                Fault(
                    file,
                    f"{place}.also",
                    f"« {membership.primary} » est déjà le besoin principal",
                    "le retirer de « also »",
                )
            )
    default = indicator.needs.get(catalogue.settings.default_framework)
    folder = file.split("/")[-2]
    if default is not None and default.primary != folder:
        check.faults.append(
            Fault(
                file,
                f"needs.{catalogue.settings.default_framework}.primary",
                f"le besoin principal « {default.primary} » n’est pas le dossier « {folder} »",
                f"déplacer le fichier dans indicators/{default.primary}/",
            )
        )


def _check_range(indicator: Indicator, unit: Unit, *, file: str) -> list[Fault]:
    """Refuse thresholds and an example that are impossible in the unit."""
    written = {
        f"scale.anchors.{at}.value": ("le seuil", float(anchor.value))
        for at, anchor in enumerate(indicator.scale.anchors)
    }
    if indicator.example is not None:
        written["example.value"] = ("l’exemple", float(indicator.example.value))
    values = np.array([value for _, value in written.values()])
    impossible = outside_range(values, unit=unit)
    return [
        Fault(
            file,
            place,
            f"{what} « {value:g} » est impossible dans l’unité « {unit.id} »",
            f"{unit.label} : de {unit.minimum} à {unit.maximum} ; une part s’écrit en fraction",
        )
        for (place, (what, value)), out in zip(written.items(), impossible, strict=True)
        if out
    ]
