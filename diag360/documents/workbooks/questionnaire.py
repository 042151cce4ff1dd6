"""Blank questionnaires: what a territory is asked, cut by need or by service, as spreadsheets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import pandas as pd
from openpyxl import Workbook

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue, Indicator, Need, Tier
from diag360.challenge.annotations.model import Note
from diag360.documents.workbooks.note_cells import Commented, comment_cells
from diag360.documents.workbooks.note_sheet import add_note_sheet
from diag360.documents.workbooks.questionnaire_checks import AnswerLists
from diag360.documents.workbooks.questionnaire_cover import Cover, Part, add_cover, add_help
from diag360.documents.workbooks.questionnaire_exposure import add_exposure_sheet
from diag360.documents.workbooks.questionnaire_sheets import Known, add_need_sheet
from diag360.documents.workbooks.xlsx_style import workbook_bytes
from diag360.errors import Fault, Refusal
from diag360.files import write_files
from diag360.territories.perimeter import Territory, find_territory, plain
from diag360.territories.values import read_values
from diag360.vulnerability.prepare import Ratings, prepare_ratings

TIERS: tuple[str, ...] = get_args(Tier)
EVERY_SERVICE = "Tous les services"
_TITLE = "Questionnaire refusé :"
_FRAMEWORK = "besoins-2021"


def make_questionnaire(
    territory: str,
    *,
    output: Path,
    tier: str | None = None,
    services: Sequence[str] = (),
    needs: Sequence[str] = (),
    by: Literal["besoin", "service"] = "besoin",
    deadline: str = "",
    contact: str = "",
    catalogue: Catalogue | None = None,
    known: pd.DataFrame | None = None,
    notes: Iterable[Note] = (),
) -> list[Path]:
    """Write the spreadsheets a municipal officer fills without help.

    A whole questionnaire, not one for some services or needs, also holds the sheet « Aléas » on
    which the territory rates the hazards it is exposed to.

    Parameters
    ----------
    territory : str
        Siren or name of an intercommunalité.
    output : Path
        Folder to write in.
    tier : {"flash", "standard", "expert"}, optional
        How much is asked; each holds the one before. The default tier of the eighteen needs when
        left out.
    services, needs : sequence of str
        Ids or labels to keep; all when empty.
    by : {"besoin", "service"}
        One file with a sheet per need, or one such file per service with its own share.
    deadline, contact : str
        Printed on the cover as given.
    catalogue : Catalogue, optional
        The shipped one by default.
    known : DataFrame, optional
        Rows of :func:`diag360.read_values` shown in grey as already known; the shipped open data
        by default.
    notes : iterable of Note
        Public ones on values and ratings of the territory stand in the comment cells.

    Returns
    -------
    list of Path
        ``<siren>-questionnaire.xlsx``, or one ``<siren>-<service>.xlsx`` per service.

    Raises
    ------
    Refusal
        Unknown territory, tier, need or service, all at once; nothing left to ask; a folder that
        cannot be written in.
    """
    catalogue = catalogue or load_catalogue()
    framework = catalogue.frameworks[_FRAMEWORK]
    level = tier or framework.default_tier
    faults: list[Fault] = []
    place = _collect(lambda: find_territory(territory), faults)
    if level not in TIERS:
        remedy = f"choisir parmi : {', '.join(TIERS)}"
        faults.append(Fault("--tier", "", f"niveau inconnu « {level} »", remedy))
    if by not in ("besoin", "service"):
        problem = f"découpage inconnu « {by} »"
        faults.append(Fault("--by", "", problem, "choisir parmi : besoin, service"))
    kept_services = _named(
        services, {s.id: s.label for s in catalogue.services.values()}, "service", faults
    )
    kept_needs = _named(needs, {n.id: n.label for n in framework.needs}, "besoin", faults)
    if faults or place is None:
        raise Refusal(_TITLE, faults)
    asked = [
        i
        for i in catalogue.indicators.values()
        if _FRAMEWORK in i.needs
        and TIERS.index(i.tier) <= TIERS.index(level)
        and i.needs[_FRAMEWORK].primary in kept_needs
        and i.collection.service in kept_services
    ]
    if not asked:
        problem = f"aucun indicateur du niveau « {level} » pour ces besoins et ces services"
        remedy = "retirer un filtre ou demander le niveau « expert »"
        raise Refusal(_TITLE, [Fault("questionnaire", "", problem, remedy)])
    rows = read_values(catalogue=catalogue) if known is None else known
    facts = _known(rows[rows["territory"] == place.siren], catalogue)
    comments = comment_cells(notes, place.siren)

    whole = by == "besoin" and not services and not needs and bool(catalogue.hazards)
    rated = prepare_ratings(place=place, catalogue=catalogue) if whole else None

    def _asked(indicators: list[Indicator]) -> list[str]:
        hazards = catalogue.hazards.values() if rated is not None else ()
        return [*(i.id for i in indicators), *(h.id for h in hazards if not h.composed_of)]

    def build(indicators: list[Indicator], service: str) -> bytes:
        cover = Cover(
            territory=place.name,
            siren=place.siren,
            version=catalogue.version,
            tier=level,
            service=service,
            deadline=deadline,
            contact=contact,
        )
        return _build(
            indicators,
            cover=cover,
            facts=facts,
            catalogue=catalogue,
            ratings=rated,
            comments={name: comments[name] for name in _asked(indicators) if name in comments},
        )

    if by == "service":
        shares = {s: [i for i in asked if i.collection.service == s] for s in kept_services}
        files = {
            f"{place.siren}-{service}.xlsx": build(share, catalogue.services[service].label)
            for service, share in shares.items()
            if share
        }
    else:
        every = len(kept_services) == len(catalogue.services)
        labels = [catalogue.services[s].label for s in kept_services]
        title = EVERY_SERVICE if every else " ; ".join(labels)
        files = {f"{place.siren}-questionnaire.xlsx": build(asked, title)}
    return write_files(output, files)


def _collect(find: Callable[[], Territory], faults: list[Fault]) -> Territory | None:
    try:
        return find()
    except Refusal as refusal:
        faults += refusal.faults
        return None


def _named(
    asked: Sequence[str], labels: Mapping[str, str], noun: str, faults: list[Fault]
) -> list[str]:
    """Ids asked for, given by id or by label; all of them when nothing is asked."""
    by_label = {plain(label): name for name, label in labels.items()}
    found = set()
    for word in asked:
        name = word if word in labels else by_label.get(plain(word))
        if name is not None:
            found.add(name)
            continue
        near = get_close_matches(word, labels, n=3) or sorted(labels)
        remedy = f"choisir parmi : {', '.join(near)}"
        faults.append(Fault(f"« {word} »", "", f"{noun} inconnu", remedy))
    return [name for name in labels if name in found or not asked]


def _known(rows: pd.DataFrame, catalogue: Catalogue) -> dict[str, Known]:
    facts = {}
    for row in rows.to_dict("records"):
        source = catalogue.sources.get(row["source"])
        facts[row["indicator"]] = Known(
            value=row["value"],
            number=float(row["number"]),
            status=row["status"],
            year="" if pd.isna(row["year"]) else str(row["year"]),
            level=row["level"],
            quality=row["quality"],
            source=row["source"] if source is None else source.label,
        )
    return facts


def _build(
    indicators: Iterable[Indicator],
    *,
    cover: Cover,
    facts: Mapping[str, Known],
    catalogue: Catalogue,
    ratings: Ratings | None,
    comments: Mapping[str, Commented],
) -> bytes:
    by_need: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        by_need.setdefault(indicator.needs[_FRAMEWORK].primary, []).append(indicator)
    ordered: list[tuple[Need, list[Indicator]]] = [
        (need, by_need[need.id])
        for need in catalogue.frameworks[_FRAMEWORK].needs
        if need.id in by_need
    ]
    workbook = Workbook()
    first = workbook.worksheets[0]
    anchors = add_help(workbook, ordered, catalogue=catalogue, siren=cover.siren)
    answers = AnswerLists(workbook)
    parts = []
    for need, lines in ordered:
        sheet = add_need_sheet(
            workbook,
            need,
            lines,
            catalogue=catalogue,
            facts=facts,
            answers=answers,
            anchors=anchors,
            siren=cover.siren,
            comments=comments,
        )
        parts.append(
            Part(
                label=need.label,
                sheet=sheet,
                questions=len(lines),
                known=sum(i.id in facts and facts[i.id].value != "" for i in lines),
                minutes=sum(i.collection.minutes or 0 for i in lines if not _has(facts, i)),
            )
        )
    exposure = ""
    if ratings is not None:
        exposure = add_exposure_sheet(
            workbook,
            ratings=ratings,
            catalogue=catalogue,
            siren=cover.siren,
            comments=comments,
        )
    add_cover(first, cover, parts, exposure=exposure, noted=bool(comments))
    # Help and answers come last: what is to be filled comes first.
    for title in (anchors.sheet, answers.sheet.title):
        workbook.move_sheet(title, len(workbook.sheetnames))
    add_note_sheet(workbook, [put for cell in comments.values() for put in cell.puts])
    workbook.active = 0
    title = f"Questionnaire de {cover.territory}"
    return workbook_bytes(workbook, day=catalogue.settings.date, title=title)


def _has(facts: Mapping[str, Known], indicator: Indicator) -> bool:
    return indicator.id in facts and facts[indicator.id].value != ""
