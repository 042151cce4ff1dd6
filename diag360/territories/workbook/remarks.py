"""What the reader of workbooks says about a cell: corrected, not understood, left aside."""

from dataclasses import dataclass
from typing import Literal

from diag360.catalogue.french import typeset_text

RemarkKind = Literal["corrige", "incompris", "ignore"]
# First words of the comment of a row whose cell could not be read; the guard looks for them.
ILLEGIBLE = "cellule illisible : "


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about a cell of the workbook, said in French.

    Parameters
    ----------
    kind : {"corrige", "incompris", "ignore"}
        Read otherwise than written; not read, for want of understanding; left aside on purpose.
    sheet : str
        Name of the sheet.
    cell : str
        Address in the sheet (``H12``), or ``""`` for the whole sheet.
    indicator : str or None
        Indicator of the line, when it is known.
    text : str
        What was found and what was done with it.
    """

    kind: RemarkKind
    sheet: str
    cell: str
    indicator: str | None
    text: str

    def __str__(self) -> str:
        return f"{address(self.sheet, self.cell)} : {self.text}"


def remark(kind: RemarkKind, sheet: str, cell: str, indicator: str | None, text: str) -> Remark:
    """Make a remark, its text in French typography."""
    return Remark(kind, sheet, cell, indicator, typeset_text(text))


def address(sheet: str, cell: str) -> str:
    """Full address of a cell, as a spreadsheet writes it: ``Feuille!H12``."""
    return f"{sheet}!{cell}" if cell else sheet


def cell_name(row: int, column: int) -> str:
    """Address in a sheet from two positions counted from 0: (11, 7) is ``H12``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def shown(cell: object, *, limit: int = 60) -> str:
    """Content of a cell in guillemets, on one line, cut when it is long."""
    text = " ".join(str(cell).split())
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        text = str(int(cell))
    return f"« {text[: limit - 1]}… »" if len(text) > limit else f"« {text} »"
