"""The values and ratings of every territory of a batch, read and guarded together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.documents.batch.manifest.plan import Plan
from diag360.documents.batch.manifest.reader import is_file
from diag360.documents.batch.task import DOCUMENTS, YES, Task
from diag360.documents.runs import OPEN_DATA, nothing_remedy
from diag360.errors import Fault, Refusal
from diag360.territories.exposure import exposure_dir, read_proxies
from diag360.territories.guard import Finding, check_values, withhold
from diag360.territories.perimeter import Territory
from diag360.territories.prepare import overlay, prepare_values, read_answers
from diag360.territories.values import WORKBOOK_SUFFIXES, read_values
from diag360.territories.workbook.remarks import Remark
from diag360.vulnerability.defaults import rated_hazards, rating_levels
from diag360.vulnerability.matrices import hazards_of
from diag360.vulnerability.prepare import NONE, prepare_ratings
from diag360.vulnerability.ratings import TITLE as RATINGS

_TITLE = "Valeurs refusées :"
_WRITTEN = ("declaree", "importee")


@dataclass(frozen=True, slots=True)
class Stop:
    """Why some documents of a territory cannot be made.

    Parameters
    ----------
    fault : Fault
        In one of its own files.
    documents : tuple of str
        Keys of those it stops.
    """

    fault: Fault
    documents: tuple[str, ...]


@dataclass(slots=True)
class Gathered:
    """What was read.

    Parameters
    ----------
    rows : DataFrame
        Values ready to be scored, of all the territories that have some.
    findings, remarks : dict
        By code of territory.
    stops : dict
        By code of territory: what cannot be made, and why.
    """

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    remarks: dict[str, tuple[Remark, ...]] = field(default_factory=dict)
    stops: dict[str, list[Stop]] = field(default_factory=dict)

    def stop(self, code: str, faults: Iterable[Fault], *, documents: Iterable[str]) -> None:
        """Keep why documents of a territory cannot be made."""
        kept = self.stops.setdefault(code, [])
        kept += [Stop(fault, tuple(documents)) for fault in faults]


def options_of(plan: Plan) -> dict[str, dict[str, str]]:
    """Options of each territory, all its documents together, by code."""
    made: dict[str, dict[str, str]] = {place.siren: {} for place in plan.places}
    for task in plan.tasks:
        made[task.code] |= dict(task.options)
    return made


def documents_of(plan: Plan) -> dict[str, list[str]]:
    """Documents of each territory, by code."""
    made: dict[str, list[str]] = {place.siren: [] for place in plan.places}
    for task in plan.tasks:
        made[task.code].append(task.document)
    return made


def gather_values(plan: Plan, *, catalogue: Catalogue, today: date) -> Gathered:
    """Read the values of every territory as its documents will.

    The same steps as :func:`diag360.territories.prepare.prepare_values`, for all at once: the
    open data is read once, a shared file is read once, and the guard speaks once.

    Parameters
    ----------
    plan : Plan
        What is to be made.
    catalogue : Catalogue
        Indicators and vocabularies.
    today : date
        Day the years are judged on.

    Returns
    -------
    Gathered
        A territory whose own file is refused is among the stops, and has no rows.

    Raises
    ------
    Refusal
        When a file that all territories share is refused.
    """
    made, opened = Gathered(), read_values(catalogue=catalogue)
    options, documents = options_of(plan), documents_of(plan)
    shared: dict[str, tuple[pd.DataFrame, tuple[Remark, ...]]] = {}
    answers: list[pd.DataFrame] = []
    bare: list[str] = []
    groups: list[pd.DataFrame] = []
    with_values = {place.siren for place in plan.places}.intersection(opened["territory"].unique())
    for place in plan.places:
        code, path = place.siren, options[place.siren].get("values", OPEN_DATA)
        try:
            if place.members:
                alone = options[code].get("alone") == YES
                groups.append(_group_rows(place, path, alone, made, catalogue, opened, today))
            elif path != OPEN_DATA:
                own, made.remarks[code] = _own_rows(path, code, shared, catalogue)
                if own.empty:
                    raise _nothing(place, path)
                answers.append(own)
            elif code in with_values:
                bare.append(code)
            else:
                raise _nothing(place, path)
        except Refusal as refusal:
            if path in plan.shared and not isinstance(refusal, _Nothing):
                raise
            made.stop(code, refusal.faults, documents=documents[code])
    parts = [opened[opened["territory"].isin(bare)], *groups]
    if answers:
        given = pd.concat(answers, ignore_index=True)
        found = check_values(given, catalogue=catalogue, reference=opened, today=today)
        for finding in found:
            made.findings.setdefault(finding.territory, []).append(finding)
        rows = withhold(given, found)
        completed = [
            code for code in rows["territory"].unique() if options[str(code)].get("alone") != YES
        ]
        parts.append(overlay(rows, opened[opened["territory"].isin(completed)]))
    filled = [part for part in parts if len(part)]
    made.rows = pd.concat(filled, ignore_index=True) if filled else opened.iloc[:0]
    return made


class _Nothing(Refusal):
    """A file is sound, and says nothing of a territory."""


def _nothing(place: Territory, path: str) -> Refusal:
    name = path if path == OPEN_DATA else Path(path).name
    problem = f"aucune valeur pour {place.name} ({place.siren})"
    return _Nothing("Document refusé :", [Fault(name, "", problem, nothing_remedy(path))])


def _is_file(path: str, *, title: str) -> None:
    """Refuse a file that is not there: the same way whatever its kind, with the whole path."""
    if not is_file(Path(path)):
        problem = "le fichier n’existe pas"
        raise Refusal(title, [Fault(path, "", problem, "vérifier le chemin")])


def _own_rows(
    path: str,
    code: str,
    shared: dict[str, tuple[pd.DataFrame, tuple[Remark, ...]]],
    catalogue: Catalogue,
) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Rows of one territory in its file; a CSV, which names its territories, is read once."""
    _is_file(path, title=_TITLE)
    if Path(path).suffix.lower() in WORKBOOK_SUFFIXES:
        rows, remarks = read_answers(Path(path), catalogue=catalogue, territory=code)
    else:
        if path not in shared:
            shared[path] = read_answers(Path(path), catalogue=catalogue)
        rows, remarks = shared[path]
    return rows[rows["territory"] == code], remarks


def _group_rows(
    place: Territory, path: str, alone: bool, made: Gathered, catalogue: Catalogue,
    opened: pd.DataFrame, today: date,
) -> pd.DataFrame:  # fmt: skip
    file = None if path == OPEN_DATA else path
    if file is None and not set(place.members) & set(opened["territory"]):
        raise _nothing(place, path)
    ready = prepare_values(file, place=place, catalogue=catalogue, alone=alone, today=today)
    if ready.given.empty:
        raise _nothing(place, path)
    made.findings[place.siren] = list(ready.findings)
    made.remarks[place.siren] = ready.remarks
    return ready.rows[ready.rows["territory"] == place.siren]


@dataclass(frozen=True, slots=True)
class RatingCount:
    """How many hazards of a territory are rated.

    Parameters
    ----------
    given : int
        Rated by the territory, or taken from another of its diagnoses.
    proposed : int
        Read on open statistics, or the same for all.
    hazards : int
        Out of how many.
    """

    given: int
    proposed: int
    hazards: int


def count_ratings(plan: Plan, *, catalogue: Catalogue, made: Gathered) -> Mapping[str, RatingCount]:
    """Count the rated hazards of the territories, when a document needs them.

    Parameters
    ----------
    plan : Plan
        What is to be made.
    catalogue : Catalogue
        Gives the hazards.
    made : Gathered
        Where a refused file of ratings is kept, with the documents it stops.

    Returns
    -------
    mapping of str to RatingCount
        By code; without the territories whose documents need no rating.

    Raises
    ------
    Refusal
        When a file that all territories share is refused.
    """
    tasks: dict[str, list[Task]] = {}
    for task in plan.tasks:
        if "exposure" in DOCUMENTS[task.document].options:
            tasks.setdefault(task.code, []).append(task)
    places = [place for place in plan.places if place.siren in tasks]
    if not places:
        return {}
    options, names = options_of(plan), rated_hazards(catalogue)
    likelihood, _ = rating_levels(
        catalogue, territories=[place.siren for place in places],
        proxies=read_proxies(catalogue=catalogue),
        members={place.siren: place.members for place in places if place.members},
    )  # fmt: skip
    rated = ~np.isnan(likelihood[1])
    counts: dict[str, RatingCount] = {}
    for at, place in enumerate(places):
        code, said = place.siren, options[place.siren]
        path = said.get("exposure")
        kept = {one.id for one in hazards_of(catalogue, pack=said.get("pack", "fondateur"))}
        stopped = [task.document for task in tasks[code]]
        proposed = {name for name, known in zip(names, rated[at], strict=True) if known} & kept
        given: set[str] = set()
        if path == NONE:
            proposed = set()
        elif path is not None or (exposure_dir() / f"{code}.yaml").exists():
            try:
                if path is not None:
                    _is_file(path, title=RATINGS)
                ratings = prepare_ratings(path, place=place, catalogue=catalogue).ratings
            except Refusal as refusal:
                if path in plan.shared and len(refusal.faults) and not _silent(refusal, code):
                    raise
                made.stop(code, refusal.faults, documents=stopped)
                continue
            given = {name for name, one in ratings.items() if one.origin in _WRITTEN} & kept
            proposed = (set(ratings) & kept) - given
        hazard = said.get("hazard")
        if hazard and hazard not in proposed | given:
            problem = f"aléa « {hazard} » non coté pour {place.name}"
            fault = Fault("hazard", "", problem, "le coter, ou en suivre un autre")
            made.stop(code, [fault], documents=["vulnerabilites"])
        counts[code] = RatingCount(len(given), len(proposed), len(kept))
    return counts


def _silent(refusal: Refusal, code: str) -> bool:
    """Whether a sound file of ratings merely says nothing of a territory."""
    return all(f"rien sur « {code} »" in fault.problem for fault in refusal.faults)
