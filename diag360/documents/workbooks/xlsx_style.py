"""Spreadsheets the way the house writes them: one palette, text that stays text, same bytes."""

import io
import math
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.units import Unit

INK, GREY, RULE = "1D2733", "5B6470", "D9DDE3"
ANSWER, KNOWN, HEAD = "FFF8E1", "EEF0F3", "1D2733"
CATEGORY_COLOURS = {"vital": "D55E00", "essentiel": "0072B2", "induit": "009E73"}
FONT = "Calibri"
WRAP = Alignment(wrap_text=True, vertical="top")
HEADING = Alignment(wrap_text=True, vertical="center")
UNLOCKED = Protection(locked=False)
_LINE = Side(style="thin", color=RULE)
THIN = Border(bottom=_LINE, left=_LINE, right=_LINE)
CELL_LIMIT = 32_767  # characters a cell holds, counted in UTF-16 units
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# Left out: controls, and what no XML file may hold.
_ILLEGAL = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ud800-\udfff\ufffe\uffff]")
# « _x0041_ » in a file is read « A »: the sign before it must itself be written that way.
_ESCAPE_ALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# A zip cannot be older than 1980; a fixed day makes the same workbook the same bytes.
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def font(*, size: float = 10, bold: bool = False, colour: str = INK, link: bool = False) -> Font:
    """Return the font of the house in a size and a colour."""
    underline = "single" if link else None
    return Font(name=FONT, size=size, bold=bold, color=colour, underline=underline)


def fill(colour: str) -> PatternFill:
    """Return a plain background."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def write_text(cell: Cell, text: str) -> Cell:
    """Write a text that stays a text: never a formula, an error or a number.

    Parameters
    ----------
    cell : Cell
        Where to write.
    text : str
        Anything a user or a file gave; control characters a spreadsheet refuses are left out. A
        text longer than a cell is cut by the library: see :func:`fit`.

    Returns
    -------
    Cell
        The same cell; empty when the text is.
    """
    text = _stored(text)
    if not text:
        return cell
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_FORMULA_SIGNS):
        # Without the prefix the text would become a formula once edited by hand.
        cell.quotePrefix = True
    return cell


def fit(text: str, *, end: str, limit: int = CELL_LIMIT) -> str:
    """Cut a text that a cell would not hold.

    Parameters
    ----------
    text : str
        Anything.
    end : str
        Put after what is kept of a text that is cut.
    limit : int
        Room, as the file counts it [UTF-16 units].

    Returns
    -------
    str
        The text itself when it fits.
    """
    if cell_length(text) <= limit:
        return text
    room = limit - cell_length(end)
    kept = text[:room]
    while (over := cell_length(kept) - room) > 0:
        kept = kept[: -max(1, over // 8)]  # a character takes 8 units at most
    return kept + end


def _stored(text: str) -> str:
    """Give a text as it stands in the file."""
    return _ESCAPE_ALIKE.sub("_x005F_", _ILLEGAL.sub("", text))


def cell_length(text: str) -> int:
    """Length of a text as a cell counts it [UTF-16 units]."""
    return len(_stored(text).encode("utf-16-le")) // 2


def number_format(unit: Unit | None, *, printed: bool = False) -> str:
    """Format of the cells of a unit: percent for shares, text for words.

    Parameters
    ----------
    unit : Unit or None
        None for an answer of the vocabulary.
    printed : bool
        Whether to round as documents do; a cell to be filled shows what was typed.

    Returns
    -------
    str
        Excel number format.
    """
    if unit is None:
        return "@"
    decimals = "." + "0" * unit.decimals if unit.decimals else ""
    if unit.factor == 100:
        return f"0{decimals}%"
    return f"#,##0{decimals}" if printed else "General"


def lines_needed(text: str, *, width: float, size: float = 10) -> int:
    """Lines a wrapped text takes in a column: nothing computes it when a file is opened.

    Parameters
    ----------
    text : str
        May hold line breaks.
    width : float
        Width of the column [characters of 11 points].
    size : float
        Size of the font [points].

    Returns
    -------
    int
        At least 1.
    """
    room = max(1.0, 0.95 * width * 11 / size)
    return sum(max(1, math.ceil(len(part) / room)) for part in text.split("\n"))


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Set the width of the first columns [characters]."""
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[sheet.cell(1, at).column_letter].width = width


def write_header(sheet: Worksheet, *, row: int, words: Sequence[Any], colour: str = HEAD) -> None:
    """Write a header row, white on a colour."""
    for at, word in enumerate(words, start=1):
        cell = sheet.cell(row, at, word)
        cell.font = font(bold=True, colour="FFFFFF")
        cell.fill = fill(colour)
        cell.alignment = HEADING


def lay_out_for_print(
    sheet: Worksheet, *, left: str, header_row: int | None = None, landscape: bool = True
) -> None:
    """Set A4, the width of one page, the header repeated, pages numbered."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.4, 0.75, 0.35
    if header_row:
        sheet.print_title_rows = f"{header_row}:{header_row}"
    # « & » starts a code in a footer.
    sheet.oddFooter.left.text = left.replace("&", "&&")
    sheet.oddFooter.right.text = "Page &P sur &N"


def protect(sheet: Worksheet) -> None:
    """Lock what is not an answer, without a password; columns and rows may be resized."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def workbook_bytes(workbook: Workbook, *, day: date, title: str) -> bytes:
    """Return the bytes of a workbook; the same workbook gives the same bytes.

    Parameters
    ----------
    workbook : Workbook
        Finished.
    day : date
        Written as the day of creation, instead of the clock.
    title : str
        Title of the document.

    Returns
    -------
    bytes
        An XLSX file.
    """
    moment = datetime.combine(day, time())
    workbook.properties.creator = "Diagnostic 360°"
    workbook.properties.title = title
    workbook.properties.created = moment
    raw = io.BytesIO()
    workbook.save(raw)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            target.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
