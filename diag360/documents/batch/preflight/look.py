"""Before a batch runs: what will be made, what cannot be, what will be « indéterminé » and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents.batch.manifest.plan import Plan
from diag360.documents.batch.preflight.values import (
    RatingCount,
    Stop,
    count_ratings,
    documents_of,
    gather_values,
    options_of,
)
from diag360.scoring.scores import score
from diag360.territories.guard import Finding
from diag360.territories.workbook.remarks import Remark


@dataclass(frozen=True, slots=True)
class NeedCheck:
    """What is known of a need of a territory.

    Parameters
    ----------
    coverage : float
        Share of the applicable weight that is known, in [0, 1]; NaN when no indicator applies.
    known, asked : int
        Values known, out of those that apply and count.
    determined : bool
        Whether its score will be printed.
    """

    coverage: float
    known: int
    asked: int
    determined: bool

    @property
    def applicable(self) -> bool:
        """Whether at least one indicator has a meaning here."""
        return self.asked > 0


@dataclass(frozen=True, slots=True)
class PlaceCheck:
    """What the documents of one territory will say.

    Parameters
    ----------
    code, name : str
        Of the territory.
    documents : tuple of str
        Asked for.
    framework : str
        Id of the framework they are made in; "" without a value.
    needs : mapping of str to NeedCheck
        In the order of the framework; empty without a value.
    findings : tuple of Finding
        What the guard found in its file.
    remarks : tuple of Remark
        Cells of its workbook corrected, not understood or left aside.
    stops : tuple of Stop
        What cannot be made, and why.
    ratings : RatingCount or None
        Of hazards; None when no document needs them.
    source : str
        Name of its file of values; "" for the open data.
    """

    code: str
    name: str
    documents: tuple[str, ...]
    framework: str = ""
    needs: Mapping[str, NeedCheck] | None = None
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Remark, ...] = ()
    stops: tuple[Stop, ...] = ()
    ratings: RatingCount | None = None
    source: str = ""

    @property
    def blocked(self) -> tuple[str, ...]:
        """Documents that cannot be made."""
        stopped = {name for stop in self.stops for name in stop.documents}
        return tuple(name for name in self.documents if name in stopped)

    @property
    def state(self) -> str:
        """Whether everything can be made, a part, or nothing: complet, partiel, impossible."""
        if not self.blocked:
            return "complet"
        return "impossible" if len(self.blocked) == len(self.documents) else "partiel"

    @property
    def undetermined(self) -> dict[str, NeedCheck]:
        """Needs whose score will not be printed."""
        return {
            name: one
            for name, one in (self.needs or {}).items()
            if one.applicable and not one.determined
        }


@dataclass(frozen=True, slots=True)
class Preflight:
    """What is known of a batch before it runs.

    Parameters
    ----------
    plan : Plan
        What is to be made.
    catalogue : Catalogue
        Gives the labels.
    places : tuple of PlaceCheck
        In the order of the plan.
    """

    plan: Plan
    catalogue: Catalogue
    places: tuple[PlaceCheck, ...]

    @property
    def stopped(self) -> tuple[PlaceCheck, ...]:
        """Territories some document of which cannot be made."""
        return tuple(place for place in self.places if place.blocked)

    def label(self, framework: str, need: str) -> str:
        """French label of a need."""
        return next(n.label for n in self.catalogue.frameworks[framework].needs if n.id == need)


def preflight(
    plan: Plan, *, catalogue: Catalogue | None = None, today: date | None = None
) -> Preflight:
    """Look at every territory of a plan without making anything.

    Parameters
    ----------
    plan : Plan
        From :func:`diag360.documents.batch.manifest.plan.plan_tasks`.
    catalogue : Catalogue, optional
        The shipped one by default.
    today : date, optional
        Day the years are judged on; the day it is by default.

    Returns
    -------
    Preflight
        A territory whose own file is missing or broken is told, and stops no other.

    Raises
    ------
    Refusal
        When a file that all territories share is refused.
    """
    catalogue = catalogue or load_catalogue()
    made = gather_values(plan, catalogue=catalogue, today=today or datetime.now(UTC).date())
    ratings = count_ratings(plan, catalogue=catalogue, made=made)
    needs = _needs(plan, made.rows, catalogue=catalogue)
    options, documents = options_of(plan), documents_of(plan)
    places = []
    for place in plan.places:
        code = place.siren
        framework, known = needs.get(code, ("", {}))
        source = options[code].get("values", "")
        places.append(
            PlaceCheck(
                code=code,
                name=place.name,
                documents=tuple(documents[code]),
                framework=framework,
                needs=known,
                findings=tuple(made.findings.get(code, ())),
                remarks=made.remarks.get(code, ()),
                stops=tuple(made.stops.get(code, ())),
                ratings=ratings.get(code),
                source=Path(source).name if source else "",
            )
        )
    return Preflight(plan=plan, catalogue=catalogue, places=tuple(places))


def _needs(
    plan: Plan, rows: pd.DataFrame, *, catalogue: Catalogue
) -> dict[str, tuple[str, dict[str, NeedCheck]]]:
    """Framework, and what is known of each of its needs, by territory; scored together."""
    ways: dict[tuple[str | None, str | None, str | None], list[str]] = {}
    for code, said in options_of(plan).items():
        way = (said.get("framework"), said.get("weights"), said.get("tier"))
        ways.setdefault(way, []).append(code)
    made: dict[str, tuple[str, dict[str, NeedCheck]]] = {}
    for (framework, weights, tier), codes in ways.items():
        own = rows[rows["territory"].isin(codes)]
        if own.empty:
            continue
        scores = score(own, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
        counts = scores.weights > 0
        applicable = scores.applicable & counts
        known = scores.indicator_scores.notna() & applicable
        names = list(scores.needs.coverage.columns)
        tables = [
            frame.T.groupby(scores.need_of).sum().T.reindex(columns=names, fill_value=0).to_numpy()
            for frame in (known, applicable)
        ]
        coverage = scores.needs.coverage.to_numpy(dtype=float)
        determined = scores.determined.to_numpy(dtype=bool)
        for at, code in enumerate(scores.needs.coverage.index):
            cells = zip(names, coverage[at], tables[0][at], tables[1][at], determined[at],
                        strict=True)  # fmt: skip
            made[str(code)] = (
                scores.framework.id,
                {
                    str(name): NeedCheck(float(share), int(have), int(out_of), bool(printed))
                    for name, share, have, out_of, printed in cells
                },
            )
    return made
