"""One sheet of a questionnaire: a need, its lines, and cells that only take a right answer."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue, Indicator, Need
from diag360.catalogue.units import Unit
from diag360.documents import text
from diag360.documents.workbooks import xlsx_style as style
from diag360.documents.workbooks.note_cells import Commented
from diag360.documents.workbooks.questionnaire_checks import (
    AnswerLists,
    clip,
    shared_checks,
    value_check,
)

HEADERS = (
    "Id",
    "Indicateur",
    "Unité ou réponses",
    "Valeur",
    "Année",
    "Source",
    "Commentaire",
    "Preuve (fichier ou lien, page)",
    "Minutes passées",
    "Déjà connu",
    "D’où vient ce qui est connu",
)
ID, LABEL, UNIT, VALUE, YEAR, SOURCE, COMMENT, EVIDENCE, MINUTES, KNOWN, ORIGIN = range(1, 12)
WIDTHS = (11, 48, 20, 13, 8, 17, 22, 20, 9, 11, 20)
HEADER_ROW = 3
_ANSWERS = (VALUE, YEAR, SOURCE, COMMENT, EVIDENCE, MINUTES)
_SMALL, _SHEET_TITLE = 8.5, 31
# Lines of notes that make a row taller; the rest is read in its cell.
_TALLEST = 14


@dataclass(frozen=True, slots=True)
class Known:
    """What open data already say of an indicator, as in the rows of values."""

    value: str
    number: float
    status: str
    year: str
    level: str
    quality: str
    source: str


@dataclass(frozen=True, slots=True)
class Anchors:
    """Where the sheet of help explains each indicator."""

    sheet: str
    rows: Mapping[str, int]


def sheet_title(label: str) -> str:
    """Shorten the label of a need to what a tab may hold, at a word."""
    plain = re.sub(r"[\\/*?:\[\]]", " ", label)
    if len(plain) <= _SHEET_TITLE:
        return plain
    return plain[: _SHEET_TITLE - 1].rsplit(" ", 1)[0] + "…"


def add_need_sheet(
    workbook: Workbook,
    need: Need,
    indicators: Sequence[Indicator],
    *,
    catalogue: Catalogue,
    facts: Mapping[str, Known],
    answers: AnswerLists,
    anchors: Anchors,
    siren: str,
    comments: Mapping[str, Commented],
) -> str:
    """Add the sheet of a need, one line per indicator.

    Parameters
    ----------
    workbook : Workbook
        Gets the sheet.
    need : Need
        Gives the title and the colour.
    indicators : sequence of Indicator
        Lines, in order.
    catalogue : Catalogue
        Gives units and services.
    facts : mapping of str to Known
        What is already known, by indicator.
    answers : AnswerLists
        Gives the range of each list of answers.
    anchors : Anchors
        Where the help of each indicator stands.
    siren : str
        Printed at the foot of the pages.
    comments : mapping of str to Commented
        Notes put in the comment cells, by indicator.

    Returns
    -------
    str
        Title of the sheet.
    """
    sheet: Worksheet = workbook.create_sheet(sheet_title(need.label))
    colour = style.CATEGORY_COLOURS[need.category]
    sheet.sheet_properties.tabColor = colour
    sheet["A1"] = need.label
    sheet["A1"].font = style.font(size=16, bold=True, colour=colour)
    sheet["A2"] = typeset_text(
        "Remplir les cases jaunes. Sélectionner une case « Valeur » dit où la trouver ; cliquer "
        "sur un identifiant ouvre son explication complète."
    )
    sheet["A2"].font = style.font(size=9, colour=style.GREY)
    style.set_widths(sheet, WIDTHS)
    style.write_header(sheet, row=HEADER_ROW, words=HEADERS, colour=colour)
    sheet.row_dimensions[HEADER_ROW].height = 32
    checks = dict(zip((YEAR, MINUTES), shared_checks(sheet), strict=True))
    for row, indicator in enumerate(indicators, start=HEADER_ROW + 1):
        fact = facts.get(indicator.id)
        lines = _write_line(sheet, row, indicator, catalogue=catalogue, anchors=anchors)
        _write_known(sheet, row, fact, catalogue.unit(indicator.id))
        if fact is not None:
            width = WIDTHS[ORIGIN - 1]
            lines = max(lines, style.lines_needed(_origin(fact), width=width, size=9))
        if indicator.id in comments:
            said = comments[indicator.id].text
            style.write_text(sheet.cell(row, COMMENT), said)
            tall = style.lines_needed(said, width=WIDTHS[COMMENT - 1])
            lines = max(lines, min(_TALLEST, tall))
        sheet.row_dimensions[row].height = min(400.0, 12.0 * lines + 6)
        value = sheet.cell(row, VALUE).coordinate
        check = value_check(indicator, catalogue.unit(indicator.id), cell=value, answers=answers)
        check.add(value)
        sheet.add_data_validation(check)
        for column, shared in checks.items():
            shared.add(sheet.cell(row, column).coordinate)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, UNIT)
    style.protect(sheet)
    left = f"{siren} – {need.label}"
    style.lay_out_for_print(sheet, left=left, header_row=HEADER_ROW)
    return str(sheet.title)


def link_to(cell: Cell, *, sheet: str, target: str) -> None:
    """Turn a cell into a link to another place of the same workbook."""
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}")


def _write_line(
    sheet: Worksheet, row: int, indicator: Indicator, *, catalogue: Catalogue, anchors: Anchors
) -> float:
    """Write what is asked, and return the lines of text it takes."""
    unit = catalogue.unit(indicator.id)
    cells = [sheet.cell(row, column) for column in range(1, len(HEADERS) + 1)]
    for cell in cells:
        cell.alignment, cell.border, cell.font = style.WRAP, style.THIN, style.font()
    style.write_text(cells[ID - 1], indicator.id)
    link_to(cells[ID - 1], sheet=anchors.sheet, target=f"A{anchors.rows[indicator.id]}")
    cells[ID - 1].font = style.font(size=9, colour="0072B2", link=True)
    service = catalogue.services[indicator.collection.service].label
    minutes = indicator.collection.minutes
    ask = f"À demander : {service}" + (f" – {text.duration(minutes)}" if minutes else "")
    small = f"{clip(indicator.definition, room=260)}\n{typeset_text(ask)}"
    label = typeset_text(indicator.label)
    cells[LABEL - 1].value = CellRichText(
        TextBlock(InlineFont(rFont=style.FONT, sz=10, b=True, color=style.INK), label),
        TextBlock(InlineFont(rFont=style.FONT, sz=_SMALL, color=style.GREY), f"\n{small}"),
    )
    expected = _expected(indicator, unit)
    style.write_text(cells[UNIT - 1], expected)
    cells[UNIT - 1].font = style.font(size=9)
    for column in _ANSWERS:
        cell = cells[column - 1]
        cell.protection = style.UNLOCKED
        cell.fill = style.fill(style.ANSWER)
        # Text cells keep what is typed: no date, no formula.
        cell.number_format = "@"
    cells[VALUE - 1].number_format = style.number_format(unit)
    cells[VALUE - 1].font = style.font(size=11, bold=True)
    cells[YEAR - 1].number_format = cells[MINUTES - 1].number_format = "0"
    return max(
        1.15 * style.lines_needed(label, width=WIDTHS[LABEL - 1], size=10.5)
        + style.lines_needed(small, width=WIDTHS[LABEL - 1], size=_SMALL),
        style.lines_needed(expected, width=WIDTHS[UNIT - 1], size=9),
    )


def _expected(indicator: Indicator, unit: Unit | None) -> str:
    """Unit with an example, or the answers to choose from."""
    if unit is None:
        words = "\n".join(f"• {word.replace(chr(39), '’')}" for word in indicator.response.choices)
        return f"Choisir dans la liste\u00a0:\n{words}"
    example = indicator.example
    if example is None or isinstance(example.value, str):
        return typeset_text(unit.label)
    shown = text.with_unit(float(example.value), unit)
    return f"{typeset_text(unit.label)}\nExemple\u00a0: {shown}"


def _write_known(sheet: Worksheet, row: int, fact: Known | None, unit: Unit | None) -> None:
    for column in (KNOWN, ORIGIN):
        sheet.cell(row, column).fill = style.fill(style.KNOWN)
        sheet.cell(row, column).font = style.font(size=9, colour=style.GREY)
    if fact is None:
        return
    value = sheet.cell(row, KNOWN)
    if not fact.value:
        style.write_text(value, text.LABELS[fact.status])
    elif math.isnan(fact.number):
        style.write_text(value, fact.value)
    else:
        value.value = fact.number
        value.number_format = style.number_format(unit, printed=True)
    value.alignment = style.WRAP
    style.write_text(sheet.cell(row, ORIGIN), _origin(fact))


def _origin(fact: Known) -> str:
    """Source, year and what to know of the value."""
    year = "" if fact.year in fact.source else fact.year
    notes = [fact.source, year, text.LABELS.get(fact.level, "")]
    notes += ["valeur approchée"] if fact.quality == "proxy" else []
    notes += ["estimée"] if fact.status == "estime" else []
    return typeset_text(", ".join(filter(None, notes)))
