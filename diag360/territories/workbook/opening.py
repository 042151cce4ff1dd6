"""A workbook opened: what it is about, and which line stands for which indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

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

_ABOUT_SHEETS = (*COVER_SHEETS, "besoins infos", "indicateurs infos")
_EXPORT = "export"
# Explanations, lists of answers, origins and ratings of hazards, in the workbooks we write.
_OUR_SHEETS = ("aide", "reponses", "provenance", "aleas")


class NoQuestionnaireError(Refusal):
    """A workbook that can be read and is about something else."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook before any answer is read.

    Parameters
    ----------
    sheets : list of Sheet
        All of them.
    headers : list of Header
        Of the sheets of lines.
    cover : Cover
        What the workbook says of itself.
    territory : str
        Siren; ``""`` when nothing says it.
    lines : list of Line
        Of the sheets of lines, in order.
    remarks : list of Remark
        Ids corrected; lines, columns and sheets left aside.
    """

    sheets: list[Sheet]
    headers: list[Header]
    cover: Cover
    territory: str
    lines: list[Line]
    remarks: list[Remark]


def open_workbook(path: Path, *, catalogue: Catalogue, territory: str | None = None) -> Opened:
    """Open a workbook, whatever its layout, and find its lines.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm or .ods file.
    catalogue : Catalogue
        Indicators.
    territory : str, optional
        Siren or name, for a workbook that does not say it.

    Returns
    -------
    Opened
        Nothing of the answers is interpreted.

    Raises
    ------
    Refusal
        When the file is not a workbook, is protected, damaged or too big, holds no sheet of
        indicators (:class:`NoQuestionnaireError`), or is about another territory.
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
    return Opened(sheets, [header for _, header in heads], cover, siren, lines, remarks)


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
    problem = f"aucune feuille ne contient de questionnaire (feuilles lues : {names or 'aucune'})"
    remedy = "il faut une ligne de titres avec « Indicateur » (ou « Id ») et « Valeur »"
    raise NoQuestionnaireError(limits.TITLE, [Fault(file, "", problem, remedy)])
