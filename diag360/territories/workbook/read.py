"""Filled workbooks in: our questionnaire and every published generation, tolerantly."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.errors import Fault, Refusal
from diag360.territories.perimeter import plain
from diag360.territories.workbook import limits
from diag360.territories.workbook.book import Sheet, read_sheets
from diag360.territories.workbook.cover import COVER_SHEETS, Cover, read_cover, read_territory
from diag360.territories.workbook.headers import Header, find_header
from diag360.territories.workbook.labels import Matcher
from diag360.territories.workbook.lines import Line, count_labels, designations, find_lines
from diag360.territories.workbook.remarks import Remark, cell_name, remark
from diag360.territories.workbook.rows import make_rows

QUESTIONNAIRE = "diag360-questionnaire"
PUBLISHED = ("1.3.1", "1.3.2", "1.3.3", "1.3.5")
_ABOUT_SHEETS = (*COVER_SHEETS, "besoins infos", "indicateurs infos")
_EXPORT = "export"
# Explanations, lists of answers, origins and ratings of hazards, in the workbooks we write.
_OUR_SHEETS = ("aide", "reponses", "provenance", "aleas")


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """What was read in a workbook.

    Parameters
    ----------
    rows : DataFrame
        Rows as :func:`diag360.read_values` gives them, and ``cell`` (``Feuille!H12``),
        ``minutes`` [min], ``service`` and ``date``, as the workbook says them.
    remarks : tuple of Remark
        Every cell corrected, not understood or left aside, in the order of the workbook.
    layout : str
        ``diag360-questionnaire`` or ``diag360-1.3.1``, ``-1.3.2``, ``-1.3.3``, ``-1.3.5``.
    territory : str
        Siren; ``""`` when the workbook is blank and does not say it.
    lines : int
        Indicators that have a line.
    indicators : tuple of str
        Their ids, in the order of the workbook.
    version : str
        Version of the catalogue or of the tool, as the workbook says it.
    """

    rows: pd.DataFrame
    remarks: tuple[Remark, ...]
    layout: str
    territory: str
    lines: int
    indicators: tuple[str, ...] = ()
    version: str = ""


def read_workbook(
    path: Path, *, catalogue: Catalogue, territory: str | None = None
) -> WorkbookRead:
    """Read the answers of a workbook, whatever its layout.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm or .ods file.
    catalogue : Catalogue
        Indicators, units and vocabularies.
    territory : str, optional
        Siren or name, for a workbook that does not say it.

    Returns
    -------
    WorkbookRead
        Rows, and a remark for every cell that was not read as it is written. Scores written in
        the workbook are never read.

    Raises
    ------
    Refusal
        When the file is not a workbook, is protected, damaged or too big, holds no sheet of
        indicators, has answers without territory, or is about another territory.
    """
    file = Path(path)
    sheets = read_sheets(file)
    heads = _data_sheets(sheets)
    if not heads:
        _refuse_sheets(file.name, sheets)
    cover = read_cover(sheets)
    siren, remarks = read_territory(file.name, cover, heads=heads, asked=territory)
    matcher, labels = Matcher(catalogue), designations(sheets)
    lines: list[Line] = []
    if sum(count_labels(sheet, header) for sheet, header in heads) > limits.LINES:
        limits.refuse(file.name, "", f"plus de {limits.LINES} lignes d’indicateurs")
    for sheet, header in heads:
        found, said = find_lines(sheet, header, matcher=matcher, labels=labels, catalogue=catalogue)
        lines += found
        remarks += [*said, *_unread_columns(sheet, header)]
    remarks += _unread_sheets(sheets, heads)
    rows, said = make_rows(
        lines,
        catalogue=catalogue,
        territory=siren,
        author=cover.get("rempli par"),
        service=cover.get("service"),
        date=cover.get("le"),
    )
    if len(rows) and not siren:
        problem = f"{len(rows)} réponse(s), mais rien ne dit de quel territoire"
        remedy = "écrire le Siren dans le classeur (« Informations »), ou indiquer le territoire"
        raise Refusal(limits.TITLE, [Fault(file.name, "", problem, remedy)])
    order = {sheet.name: number for number, sheet in enumerate(sheets)}
    remarks = sorted([*remarks, *said], key=lambda r: (order[r.sheet], _row_of(r.cell)))
    indicators = tuple(dict.fromkeys(line.indicator for line in lines))
    return WorkbookRead(
        rows=rows,
        remarks=tuple(remarks),
        layout=_layout(cover, [header for _, header in heads]),
        territory=siren,
        lines=len(indicators),
        indicators=indicators,
        version=cover.get("version du catalogue", "version"),
    )


def _data_sheets(sheets: Sequence[Sheet]) -> list[tuple[Sheet, Header]]:
    """Sheets of lines; a copy made for export is read only when there is nothing else."""
    found = [
        (sheet, header)
        for sheet in sheets
        if _words(sheet) not in (*_ABOUT_SHEETS, *_OUR_SHEETS)
        and (header := find_header(sheet)) is not None
    ]
    originals = [(sheet, header) for sheet, header in found if _words(sheet) != _EXPORT]
    return originals or found


def _words(sheet: Sheet) -> str:
    return plain(sheet.name.replace("_", " "))


def _layout(cover: Cover, headers: Sequence[Header]) -> str:
    roles = {role for header in headers for role in header.columns}
    words = {word for header in headers for word in header.words}
    if {"evidence", "minutes"} & roles:
        return QUESTIONNAIRE
    version = cover.get("version")
    if version not in PUBLISHED:
        version = _generation(roles, words)
    return f"diag360-{version}"


def _generation(roles: set[str], words: set[str]) -> str:
    """Tell the published generations by their columns, when they do not say their version."""
    if "id" in roles:
        return "1.3.3" if "type bornage" in words else "1.3.5"
    return "1.3.2" if "source principale" in words else "1.3.1"


def _unread_columns(sheet: Sheet, header: Header) -> list[Remark]:
    remarks = []
    for column, title in header.others.items():
        rows = [
            number
            for number, row in enumerate(sheet.rows)
            if number > header.row and str(row[column]).strip()
        ]
        if rows:
            text = f"colonne « {title} » non lue ({_ranges(rows, column)})"
            at = cell_name(header.row, column)
            remarks.append(remark("ignore", sheet.name, at, None, text))
    return remarks


def _ranges(rows: Sequence[int], column: int) -> str:
    """Addresses of cells of a column, neighbours together: ``D2:D5, D9``."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    names = [[cell_name(row, column) for row in dict.fromkeys(run)] for run in runs]
    return ", ".join(":".join(name) for name in names)


def _unread_sheets(sheets: Sequence[Sheet], heads: Sequence[tuple[Sheet, Header]]) -> list[Remark]:
    read = {sheet.name for sheet, _ in heads}
    remarks = []
    for sheet in sheets:
        known = _words(sheet) in (*_ABOUT_SHEETS, *_OUR_SHEETS, _EXPORT)
        filled = any(str(cell).strip() for row in sheet.rows for cell in row)
        if sheet.visible and filled and not known and sheet.name not in read:
            text = "feuille non lue : aucune ligne de titres avec un indicateur et une valeur"
            remarks.append(remark("ignore", sheet.name, "", None, text))
    return remarks


def _refuse_sheets(file: str, sheets: Sequence[Sheet]) -> NoReturn:
    names = ", ".join(f"« {sheet.name} »" for sheet in sheets[:8])
    limits.refuse(
        file,
        "",
        f"aucune feuille ne contient de questionnaire (feuilles lues : {names or 'aucune'})",
        "il faut une ligne de titres avec « Indicateur » (ou « Id ») et « Valeur »",
    )


def _row_of(cell: str) -> int:
    digits = "".join(letter for letter in cell if letter.isdecimal())
    return int(digits) if digits else 0
