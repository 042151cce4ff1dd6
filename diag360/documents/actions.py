"""The actions of a territory, from its values and ratings to a list read or written."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.load import load_catalogue
from diag360.documents import text
from diag360.documents.action_lines import ActionLine, action_lines, gain_sentence, gain_text
from diag360.documents.workbooks import xlsx_style as style
from diag360.errors import Fault, Refusal
from diag360.files import write_files
from diag360.scoring.scores import score
from diag360.territories.guard import Finding
from diag360.territories.perimeter import Territory
from diag360.territories.places import find_place
from diag360.territories.prepare import prepare_values
from diag360.territories.workbook.remarks import Remark
from diag360.vulnerability.actions import Actions, rank_actions
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.cross import cross
from diag360.vulnerability.prepare import prepare_ratings

OPEN_DATA = "open-data"  # not taken from the reports, whose notebooks take seconds to import
_RISKY = ("=", "+", "-", "@")
ENDINGS = (".csv", ".xlsx")
_HEADERS = (
    "Rang", "Action", "Indicateur", "Besoin", "Service", "Effort", "Connue", "Gain (points)",
    "Part par ricochet", "Besoins soulagés", "D’abord contre", "Aujourd’hui",
    "Minutes pour vérifier",
)  # fmt: skip
_WIDTHS = (6, 60, 14, 26, 26, 12, 9, 11, 11, 10, 44, 30, 12)


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """Ranked actions of a territory, what they rest on, and what to beware of."""

    place: Territory
    found: Vulnerabilities
    actions: Actions
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]

    @property
    def lines(self) -> list[ActionLine]:
        """Actions ready to print, best first."""
        return action_lines(self.actions, scores=self.found.scores)


def plan_actions(
    territory: str,
    *,
    values: str = OPEN_DATA,
    exposure: str = OPEN_DATA,
    pack: str = "fondateur",
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    alone: bool = False,
) -> ActionPlan:
    """Rank the actions of a territory.

    Parameters
    ----------
    territory : str
        Siren or name; or what names a group (:func:`diag360.find_place`).
    values : str
        ``open-data``, or the path of a CSV or of a workbook.
    exposure : str
        ``open-data`` for what statistics tell, the path of ratings of hazards, or ``aucune``.
    pack : {"fondateur", "complet"}
        Hazards that count.
    framework, weights, tier : str, optional
        The defaults of the catalogue when left out.
    alone : bool
        Whether the open data is left out of what a file does not answer.

    Returns
    -------
    ActionPlan
        Without any action when no hazard is rated.

    Raises
    ------
    Refusal
        When anything given is refused, or when the file says nothing of the territory.
    """
    catalogue, place = load_catalogue(), find_place(territory)
    path = None if values == OPEN_DATA else Path(values)
    ready = prepare_values(path, place=place, catalogue=catalogue, alone=alone)
    if ready.given.empty:
        title = "Calcul refusé :"
        problem = f"aucune valeur pour {place.name} ({place.siren})"
        raise Refusal(title, [Fault(values, "", problem, "ajouter ses lignes au fichier")])
    rows = ready.rows[ready.rows["territory"] == place.siren]
    scores = score(rows, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
    given = None if exposure == OPEN_DATA else exposure
    ratings = prepare_ratings(given, place=place, catalogue=catalogue)
    found = cross(scores, ratings=ratings, pack=pack)
    return ActionPlan(
        place=place,
        found=found,
        actions=rank_actions(found, territory=place.siren),
        findings=ready.findings,
        remarks=ready.remarks,
    )


def tell_actions(plan: ActionPlan, *, top: int) -> list[str]:
    """Tell the best actions, one line each: those whose value is known, then those to check.

    Parameters
    ----------
    plan : ActionPlan
        Ranked actions.
    top : int
        How many of each to tell.

    Returns
    -------
    list of str
        A sentence when no hazard is rated or nothing is left to do.
    """
    rated = len(plan.found.rated(plan.actions.territory))
    if not rated:
        return [
            f"{plan.place.name} : aucun aléa n’est coté, le gain des actions ne peut pas être "
            "calculé. Coter : « diag360 exposure write »."
        ]
    lines = plan.lines
    if not lines:
        return [f"{plan.place.name} : aucune action demandée n’éviterait davantage."]
    told = [f"{plan.place.name}. {gain_sentence(rated)}"]
    for known, title in ((True, "Les plus utiles"), (False, "À vérifier d’abord (gain au plus)")):
        group = [line for line in lines if line.known == known]
        told += ["", f"{title} : {min(top, len(group))} sur {len(group)}"] if group else []
        told += [_told(line) for line in group[:top]]
    return told


def _told(line: ActionLine) -> str:
    """One line in columns: gain, effort, service, then words of any length."""
    end = line.state if line.known else f"à vérifier en {text.duration(line.minutes or 0)}"
    return (
        f"{gain_text(line.gain):>6}  {line.effort:<10}  {line.service:<38}  "
        f"{line.label} ({line.need} ; {end})"
    )


def write_actions(plan: ActionPlan, *, path: Path) -> Path:
    """Write every action: unrounded in a CSV, styled in a workbook.

    Parameters
    ----------
    plan : ActionPlan
        Ranked actions.
    path : Path
        Ends in ``.csv`` or ``.xlsx``.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    Refusal
        When the ending is another, or the file cannot be written.
    """
    check_ending(path)
    content = _csv(plan) if path.suffix.lower() == ".csv" else _workbook(plan)
    (written,) = write_files(path.parent, {path.name: content})
    return written


def check_ending(path: Path) -> None:
    """Refuse a file that :func:`write_actions` cannot write, before anything is computed.

    Raises
    ------
    Refusal
        Naming the file and the endings that are known.
    """
    if path.suffix.lower() not in ENDINGS:
        title = "Écriture refusée :"
        problem = f"« {path.suffix or path.name} » n’est pas une forme connue"
        raise Refusal(title, [Fault(str(path), "", problem, "finir par .csv ou .xlsx")])


def _csv(plan: ActionPlan) -> bytes:
    table = plan.actions.table.copy()
    labels = [line.label for line in plan.lines]
    # As in the files of values: a space keeps a spreadsheet from running a text as a formula.
    table.insert(1, "label", [f" {one}" if one.startswith(_RISKY) else one for one in labels])
    by_need = pd.DataFrame(plan.actions.by_need, columns=[f"gain_{n}" for n in plan.actions.needs])
    whole = pd.concat([table, by_need], axis=1)
    return whole.to_csv(index=False, lineterminator="\n").encode()


def _workbook(plan: ActionPlan) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Actions"
    style.set_widths(sheet, _WIDTHS)
    style.write_text(sheet["A1"], f"{plan.place.name} : actions")
    sheet["A1"].font = style.font(size=16, bold=True)
    rated = len(plan.found.rated(plan.actions.territory))
    note = typeset_text(gain_sentence(rated)) if rated else "Aucun aléa n’est coté."
    style.write_text(sheet["A2"], note)
    sheet["A2"].font = style.font(size=9, colour=style.GREY)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(_HEADERS))
    sheet["A2"].alignment = style.WRAP
    sheet.row_dimensions[2].height = 12.5 * style.lines_needed(note, width=sum(_WIDTHS), size=9)
    style.write_header(sheet, row=3, words=_HEADERS)
    for rank, line in enumerate(plan.lines, start=1):
        _write(sheet, rank, line)
    sheet.freeze_panes = "C4"
    sheet.auto_filter.ref = f"A3:M{3 + len(plan.lines)}"
    style.lay_out_for_print(sheet, left=f"{plan.place.name} · actions", header_row=3)
    settings = plan.found.catalogue.settings
    return style.workbook_bytes(book, day=settings.date, title=f"Actions, {plan.place.name}")


def _write(sheet: Worksheet, rank: int, line: ActionLine) -> None:
    row = 3 + rank
    words = {
        2: line.label, 3: line.indicator, 4: line.need, 5: line.service, 6: line.effort,
        7: "oui" if line.known else "à vérifier", 11: " ; ".join(line.against), 12: line.state,
    }  # fmt: skip
    numbers = {
        1: (rank, "0"), 8: (100 * line.gain, "0.0"), 9: (line.ricochet, "0%"),
        10: (line.reach, "0"), 13: (line.minutes, "0"),
    }  # fmt: skip
    for column, word in words.items():
        style.write_text(sheet.cell(row, column), word)
    for column, (number, shape) in numbers.items():
        sheet.cell(row, column, number).number_format = shape
    for column in range(1, len(_HEADERS) + 1):
        cell = sheet.cell(row, column)
        cell.font, cell.border, cell.alignment = style.font(), style.THIN, style.WRAP
    sheet.row_dimensions[row].height = 13.5 * max(
        style.lines_needed(word, width=_WIDTHS[column - 1]) for column, word in words.items()
    )
