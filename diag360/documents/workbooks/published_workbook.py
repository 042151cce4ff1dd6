"""Results in the layout of the published workbook 1.3.5, with scores as live formulas.

The file is drawn here from the catalogue, not copied: same sheets, same headers, same arithmetic.
It differs on one point, said on its last sheet: a missing value has no score, never a 0.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.model import Catalogue, Indicator, Need
from diag360.challenge.annotations.model import Note
from diag360.documents.workbooks import xlsx_style as style
from diag360.documents.workbooks.note_cells import comment_cells
from diag360.documents.workbooks.note_sheet import add_note_sheet
from diag360.documents.workbooks.published_sheets import (
    FIRST,
    FRAMEWORK,
    SHEET,
    Line,
    add_export,
    add_facts,
    add_indicators,
    add_needs,
    add_origins,
)
from diag360.errors import Fault, Refusal
from diag360.files import write_files
from diag360.territories.perimeter import load_epci

HEADERS = (
    "ID",
    "Type de besoins",
    "Besoins",
    "Designation indicateur",
    "Source principale",
    "Source secondaire",
    "Unité",
    "Vos valeurs",
    "Vos commentaires",
    "Note Diag 360",
    "-",
    "+",
    0,
    0.5,
    1,
    "Type de bornage retenu",
)
VALUE, COMMENT, SCORE, LOW, HIGH, BOUNDS = 8, 9, 10, 11, 12, {0.0: 13, 0.5: 14, 1.0: 15}
_WIDTHS = (11, 14, 32, 70, 24, 24, 16, 16, 34, 12, 10, 10, 12, 12, 12, 14)
_CATEGORIES = {"vital": "Vitaux", "essentiel": "Essentiels", "induit": "Induits"}
_BASES = {"absolu": "Absolu", "relatif": "Relatif", "mixte": "Mixte"}
_REASONS = {"sans_objet": "sans objet", "secret": "secret"}
_TITLE = "Classeur refusé :"


def write_published(
    rows: pd.DataFrame,
    *,
    territory: str,
    catalogue: Catalogue,
    output: Path,
    notes: Iterable[Note] = (),
) -> Path:
    """Write the values of a territory in the published layout, scored by live formulas.

    Parameters
    ----------
    rows : DataFrame
        Rows of :func:`diag360.read_values`; those of other territories are left aside.
    territory : str
        Code of the territory in the rows.
    catalogue : Catalogue
        Gives labels, bounds and units, which are those of the values: shares are fractions shown
        in percent.
    output : Path
        Folder to write in.
    notes : iterable of Note
        Public ones on values of the territory stand beside the comments.

    Returns
    -------
    Path
        ``<territory>-diag360-1.3.5.xlsx``. Indicators the published tool does not have, and
        what it has no column for (year, status, source…), stand on the sheet « Provenance ».

    Raises
    ------
    Refusal
        When the territory has no row, or two for the same indicator; when the folder cannot be
        written in.
    """
    own = rows[rows["territory"] == territory]
    _check(own, territory)
    records = {str(row["indicator"]): row for row in own.to_dict("records")}
    framework = catalogue.frameworks[FRAMEWORK]
    lines: list[Line] = [
        (need, indicator)
        for need in framework.needs
        for indicator in catalogue.indicators.values()
        if FRAMEWORK in indicator.needs and indicator.needs[FRAMEWORK].primary == need.id
    ]
    epci = load_epci()
    name = str(epci.loc[territory, "name"]) if territory in epci.index else territory
    workbook = Workbook()
    said = {i.id: str(records[i.id]["comment"]) for _, i in lines if i.id in records}
    comments = comment_cells(notes, territory, comments=said)
    comments = {i.id: comments[i.id] for _, i in lines if i.id in comments}
    texts = {indicator: cell.text for indicator, cell in comments.items()}
    _fill_main(workbook.worksheets[0], lines, records, texts, catalogue=catalogue, name=name)
    last = FIRST + len(lines) - 1
    add_needs(workbook, framework, last=last)
    add_indicators(workbook, lines)
    add_export(workbook, last=last)
    add_facts(workbook, territory=territory, catalogue=catalogue)
    add_origins(workbook, records, catalogue=catalogue)
    add_note_sheet(workbook, [put for cell in comments.values() for put in cell.puts])
    workbook.calculation.fullCalcOnLoad = True
    title = f"Diagnostic 360° de {name}, présentation 1.3.5"
    content = style.workbook_bytes(workbook, day=catalogue.settings.date, title=title)
    return write_files(output, {f"{territory}-diag360-1.3.5.xlsx": content})[0]


def _check(own: pd.DataFrame, territory: str) -> None:
    if own.empty:
        problem = "aucune valeur pour ce territoire"
        remedy = "vérifier le Siren et le fichier de valeurs"
        raise Refusal(_TITLE, [Fault("valeurs", f"« {territory} »", problem, remedy)])
    twice = own.loc[own["indicator"].duplicated(), "indicator"].unique()
    if len(twice):
        raise Refusal(
            _TITLE,
            [
                Fault("valeurs", str(name), "plusieurs valeurs", "n’en garder qu’une")
                for name in twice
            ],
        )


def _fill_main(
    sheet: Worksheet,
    lines: list[Line],
    records: Mapping[str, Mapping[Any, Any]],
    comments: Mapping[str, str],
    *,
    catalogue: Catalogue,
    name: str,
) -> None:
    sheet.title = SHEET
    last = FIRST + len(lines) - 1
    style.set_widths(sheet, _WIDTHS)
    sheet["A1"] = "Diag 360 - Indicateurs"
    sheet["F1"] = "Avancement  ➜   "
    sheet["H1"] = f"=COUNTA(H{FIRST}:H{last})/COUNTA(B{FIRST}:B{last})"
    sheet["H1"].number_format = "0%"
    style.write_text(sheet["I1"], name)
    sheet["K1"] = "Bornage définitif (justifié et sourcé)"
    for address in ("A1", "F1", "H1", "I1", "K1"):
        sheet[address].font = style.font(size=11, bold=True)
    style.write_header(sheet, row=2, words=HEADERS)
    sheet.row_dimensions[2].height = 30
    for row, (need, indicator) in enumerate(lines, start=FIRST):
        _write_line(sheet, row, need, indicator, catalogue=catalogue)
        _write_value(sheet, row, records.get(indicator.id))
        style.write_text(sheet.cell(row, COMMENT), comments.get(indicator.id, ""))
        lines_of_text = max(
            style.lines_needed(str(sheet.cell(row, column).value or ""), width=width)
            for column, width in enumerate(_WIDTHS, start=1)
            if column not in (SCORE, LOW, HIGH)
        )
        sheet.row_dimensions[row].height = min(400.0, 13.5 * lines_of_text + 3)
        if indicator.response.choices:
            # Bounds hold the words; an empty one is a blank entry of the list.
            check = DataValidation(type="list", formula1=f"$M${row}:$O${row}", allow_blank=True)
            check.add(sheet.cell(row, VALUE).coordinate)
            sheet.add_data_validation(check)
    sheet.freeze_panes = "E3"
    style.lay_out_for_print(sheet, left=name, header_row=2)


def _write_line(
    sheet: Worksheet, row: int, need: Need, indicator: Indicator, *, catalogue: Catalogue
) -> None:
    unit = catalogue.unit(indicator.id)
    sources = [catalogue.sources[source].label for source in indicator.sources]
    words = (
        indicator.id,
        _CATEGORIES[need.category],
        need.label,
        indicator.label,
        sources[0],
        " ; ".join(sources[1:]),
        "-" if unit is None else unit.symbol or unit.label,
    )
    for column, word in enumerate(words, start=1):
        style.write_text(sheet.cell(row, column), word)
    numbers = style.number_format(unit) if unit is not None else "General"
    for score, column in BOUNDS.items():
        cell = sheet.cell(row, column)
        for anchor in indicator.scale.anchors:
            if anchor.score == score:
                _write_plain(cell, anchor.value)
    if unit is None:
        sheet.cell(row, SCORE).value = _word_formula(row)
    else:
        sheet.cell(row, LOW).value = f'=IF(M{row}="",N{row}-(O{row}-N{row}),M{row})'
        sheet.cell(row, HIGH).value = f'=IF(O{row}="",N{row}-M{row}+N{row},O{row})'
        sheet.cell(row, SCORE).value = _number_formula(row)
        for column in (VALUE, LOW, HIGH, *BOUNDS.values()):
            sheet.cell(row, column).number_format = numbers
    style.write_text(sheet.cell(row, 16), _BASES[indicator.scale.basis])
    for column in range(1, len(HEADERS) + 1):
        cell = sheet.cell(row, column)
        cell.font, cell.alignment, cell.border = style.font(), style.WRAP, style.THIN
    sheet.cell(row, VALUE).fill = sheet.cell(row, COMMENT).fill = style.fill(style.ANSWER)
    sheet.cell(row, SCORE).number_format = "0.00"
    colour = style.CATEGORY_COLOURS[need.category]
    sheet.cell(row, 2).font = style.font(bold=True, colour=colour)


def _number_formula(row: int) -> str:
    """Score of a number: the published arithmetic, clipped; empty for anything but a number."""
    share = f"(H{row}-K{row})/(L{row}-K{row})"
    return f'=IF(ISNUMBER(H{row}),IF({share}>1,1,IF({share}<0,0,{share})),"")'


def _word_formula(row: int) -> str:
    """Score of an answer, by nested IF: SWITCH is unknown to spreadsheets before 2019."""
    # The header cells M2, N2 and O2 hold the scores themselves, as in the published workbook.
    found = '""'
    for letter in "ONM":
        found = f"IF(H{row}={letter}{row},${letter}$2,{found})"
    return f'=IF(H{row}="","",{found})'


def _write_plain(cell: Cell, value: object) -> None:
    if isinstance(value, int | float):
        cell.value = value
    else:
        style.write_text(cell, str(value))


def _write_value(sheet: Worksheet, row: int, record: Mapping[Any, Any] | None) -> None:
    if record is None:
        return
    number, word = record["number"], str(record["value"])
    if isinstance(number, float) and number == number:
        sheet.cell(row, VALUE).value = number
    elif word:
        style.write_text(sheet.cell(row, VALUE), word)
    else:
        # Words the formulas leave without a score, and that tell "none" from "not asked yet".
        style.write_text(sheet.cell(row, VALUE), _REASONS.get(str(record["status"]), ""))
