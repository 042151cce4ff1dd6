"""A workbook as sheets of cells, whatever its format, nothing interpreted."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import python_calamine

from diag360.territories.workbook import limits
from diag360.territories.workbook.archive import packed, read_parts
from diag360.territories.workbook.limits import refuse
from diag360.territories.workbook.scan import (
    ForbiddenXml,
    Odd,
    OdsScan,
    Unreadable,
    XlsxScan,
    attribute,
    text_lengths,
    walk,
)

Cell = (
    str
    | float
    | bool
    | datetime.date
    | datetime.time
    | datetime.datetime
    | datetime.timedelta
    | Unreadable
)
_NOT_SHEETS = ("xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml")
_DAMAGED = "l’ouvrir dans un tableur, l’enregistrer au format .xlsx, puis recommencer"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of one sheet from A1 on, rows of equal length, ``""`` where empty."""

    name: str
    visible: bool
    rows: list[list[Cell]]


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of an .xlsx, .xlsm or .ods file.

    Parameters
    ----------
    path : Path
        File to read.

    Returns
    -------
    list of Sheet
        In the order of the workbook; errors and uncomputed formulas are told from empty cells.

    Raises
    ------
    Refusal
        When the file is not a workbook, is protected, damaged, or beyond the limits.
    """
    name = path.name
    parts = read_parts(path)
    try:
        odd = _scan_ods(name, parts) if "content.xml" in parts else _scan_xlsx(name, parts)
        with python_calamine.load_workbook(packed(parts)) as book:
            if len(book.sheets_metadata) > limits.SHEETS:
                refuse(name, "", f"le classeur a {len(book.sheets_metadata)} feuilles")
            return [
                Sheet(
                    meta.name,
                    meta.visible == python_calamine.SheetVisibleEnum.Visible,
                    _cells(book.get_sheet_by_name(meta.name), odd.get(meta.name, {})),
                )
                for meta in book.sheets_metadata
                if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
    except python_calamine.PasswordError:
        refuse(
            name,
            "",
            "le classeur est protégé par un mot de passe",
            "l’enregistrer sans mot de passe, puis recommencer",
        )
    except ForbiddenXml:
        refuse(name, "", "le classeur contient des entités XML, qu’aucun tableur n’écrit", _DAMAGED)
    except (python_calamine.CalamineError, expat.ExpatError, KeyError):
        refuse(name, "", "le classeur est abîmé ou n’en est pas un", _DAMAGED)


def _cells(sheet: python_calamine.CalamineSheet, odd: Odd) -> list[list[Cell]]:
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    width = max((len(row) for row in rows), default=0)
    width = max([width, *(column + 1 for _, column in odd)])
    height = max([len(rows), *(row + 1 for row, _ in odd)])
    rows += [[] for _ in range(height - len(rows))]
    for row in rows:
        row += [""] * (width - len(row))
    for (at_row, at_column), found in odd.items():
        rows[at_row][at_column] = found
    return rows


def _scan_ods(name: str, parts: Mapping[str, bytes]) -> dict[str, Odd]:
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise python_calamine.PasswordError
    scan = OdsScan(limits.Extent())
    try:
        walk(parts["content.xml"], start=scan.start, end=scan.end, text=scan.text)
    except limits.TooBig as error:
        refuse(name, f"feuille « {scan.sheet} »", str(error))
    return scan.odd


def _scan_xlsx(name: str, parts: Mapping[str, bytes]) -> dict[str, Odd]:
    lengths = text_lengths(parts["xl/sharedStrings.xml"]) if "xl/sharedStrings.xml" in parts else []
    found: dict[str, Odd] = {}
    extent = limits.Extent()
    titles = {part: title for title, part in _sheet_parts(parts).items()}
    # Every part is walked, also those no sheet points at: the library may find its own way to one.
    for part in [p for p in parts if p.endswith(".xml") and p not in _NOT_SHEETS]:
        scan = XlsxScan(lengths, extent)
        extent.new_sheet()
        title = titles.get(part, part)
        try:
            walk(parts[part], start=scan.start, end=scan.end, text=scan.text)
        except limits.TooBig as error:
            refuse(name, f"feuille « {title} »", str(error))
        found[title] = scan.odd
    return found


def _sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Part of the archive that holds each sheet."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            target = attribute(attributes, "Target")
            whole = target[1:] if target.startswith("/") else f"xl/{target}"
            targets[attribute(attributes, "Id")] = whole

    def sheet(name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            sheets[attribute(attributes, "name")] = attribute(attributes, "id")

    walk(parts["xl/_rels/workbook.xml.rels"], start=relation, end=_nothing, text=_nothing)
    walk(parts["xl/workbook.xml"], start=sheet, end=_nothing, text=_nothing)
    return {name: targets[at] for name, at in sheets.items() if at in targets}


def _nothing(_: str) -> None:
    return None
