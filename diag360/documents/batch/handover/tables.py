"""The spreadsheet of a batch: numbers that stay numbers, what is missing left empty."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from diag360.catalogue.french import typeset_text
from diag360.documents.batch.handover.index_words import title_sentence
from diag360.documents.batch.handover.table_rows import Sheet, read_me, sheets_of
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.workbooks import xlsx_style as style
from diag360.files import write_files

FILE = "synthese.xlsx"
_HEAD = 3  # row of the headings
_FROZEN = 2  # columns that stay in sight


def make_tables(output: Path, batch: Batch, *, title: str = "") -> Path:
    """Write the spreadsheet of a batch.

    Parameters
    ----------
    output : Path
        Folder; the file is ``synthese.xlsx``.
    batch : Batch
        What was made.
    title : str
        Of the spreadsheet; how many territories there are when left out.

    Returns
    -------
    Path
        The file; the same batch gives the same bytes.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    return write_files(output, {FILE: tables_workbook(batch, title=title)})[0]


def tables_workbook(batch: Batch, *, title: str = "") -> bytes:
    """Give the spreadsheet of a batch: a read-me, then a sheet per subject, no formula.

    Parameters
    ----------
    batch : Batch
        What was made.
    title : str
        Of the spreadsheet.

    Returns
    -------
    bytes
        An XLSX file.
    """
    words = title or title_sentence(batch)
    book = Workbook()
    _fill_read_me(book.worksheets[0], batch, title=words)
    for sheet in sheets_of(batch):
        _fill(book.create_sheet(sheet.name), sheet, title=words)
    return style.workbook_bytes(book, day=batch.catalogue.settings.date, title=words)


def _fill_read_me(sheet: Worksheet, batch: Batch, *, title: str) -> None:
    sheet.title = "Lisez-moi"
    sheet.sheet_properties.tabColor = style.INK
    style.set_widths(sheet, (24, 96))
    style.write_text(sheet["A1"], title).font = style.font(size=16, bold=True)
    for row, (heading, words) in enumerate(read_me(batch), start=_HEAD):
        said = typeset_text(words)
        style.write_text(sheet.cell(row, 1), heading).font = style.font(bold=True)
        style.write_text(sheet.cell(row, 2), said).font = style.font()
        for column in (1, 2):
            sheet.cell(row, column).alignment = style.WRAP
        sheet.row_dimensions[row].height = 14 * style.lines_needed(said, width=96) + 4
    style.lay_out_for_print(sheet, left=title)


def _fill(sheet: Worksheet, content: Sheet, *, title: str) -> None:
    style.write_text(sheet["A1"], content.name).font = style.font(size=16, bold=True)
    note = style.write_text(sheet["A2"], typeset_text(content.note))
    note.font = style.font(size=9, colour=style.GREY)
    style.set_widths(sheet, [column.width for column in content.columns])
    style.write_header(sheet, row=_HEAD, words=[column.head for column in content.columns])
    sheet.row_dimensions[_HEAD].height = 13.5 * min(
        6, max(style.lines_needed(one.head, width=one.width) for one in content.columns)
    )
    formats = [
        style.number_format(one.unit, printed=True) if one.unit else one.format
        for one in content.columns
    ]
    plain = style.font()  # one object for all cells: a style is looked up by what it holds
    for row, cells in enumerate(content.rows, start=_HEAD + 1):
        for column, (value, shape) in enumerate(zip(cells, formats, strict=True), start=1):
            if value is None:
                continue
            cell: Cell = sheet.cell(row, column)
            if isinstance(value, str):
                style.write_text(cell, style.fit(value, end="…"))
            else:
                cell.value = value
                cell.number_format = shape
            cell.font = plain
    last = get_column_letter(len(content.columns))
    sheet.freeze_panes = sheet.cell(_HEAD + 1, _FROZEN + 1)
    if content.rows:
        sheet.auto_filter.ref = f"A{_HEAD}:{last}{_HEAD + len(content.rows)}"
    style.lay_out_for_print(sheet, left=title, header_row=_HEAD)
