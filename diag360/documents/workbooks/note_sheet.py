"""The hidden sheet of a workbook that remembers what was put in its comment cells.

When the workbook comes back, what is still there as it was put is nobody's new word; what has
changed is an edit, and what is gone was taken out.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Annotated

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import Field, model_validator

from diag360.catalogue.record import Record
from diag360.challenge.annotations.clean import clean_text
from diag360.challenge.annotations.model import Content
from diag360.documents.workbooks import xlsx_style as style
from diag360.territories.workbook.book import Sheet

SHEET = "_notes"
# Words that no reader of workbooks takes for the header of a column of answers.
HEADERS = ("Note", "Code", "Ce qui a été mis dans la case, pour diag360")
_CHUNK = 30_000  # characters of a record by cell
# Around each piece: it is then a text, whatever sign or space it begins with.
_OPEN, _CLOSE = "<", ">"


class Put(Record):
    """One thing put in the comment cell of an indicator: the comment of its value, or a note."""

    indicator: Annotated[str, Field(description="Indicateur ou aléa de la ligne.")]
    print: Annotated[str, Field(description="Empreinte de ce qui a été mis.")]
    words: Annotated[str, Field(description="Le commentaire de la valeur, tel quel.")] = ""
    note_id: Annotated[str, Field(description="La note ; vide pour un simple commentaire.")] = ""
    revision: Annotated[str, Field(description="Son empreinte.")] = ""
    content: Annotated[Content | None, Field(description="Ce qu’elle disait.")] = None
    bare: Annotated[bool, Field(description="Mise sans son id : elle est le commentaire.")] = False
    shown: Annotated[int | None, Field(description="Caractères mis, si elle a été coupée.")] = None

    @model_validator(mode="after")
    def _whole(self) -> "Put":
        """Refuse a note whose content is not the one it was put with."""
        revision = self.content.revision if self.content else ""
        if (self.revision, bool(self.note_id)) != (revision, bool(revision)):
            msg = f"la note « {self.note_id} » n’est plus celle qui a été mise"
            raise ValueError(msg)
        return self


def fingerprint(words: str) -> str:
    """Tell texts apart, whatever a spreadsheet did to their spaces: 12 hexadecimal digits."""
    plain = " ".join(clean_text(words).split())
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()[:12]


def add_note_sheet(workbook: Workbook, puts: Iterable[Put]) -> None:
    """Add the hidden sheet, last of the workbook; nothing when nothing was put.

    Parameters
    ----------
    workbook : Workbook
        Gets the sheet.
    puts : iterable of Put
        What stands in its comment cells.
    """
    listed = list(puts)
    if not listed:
        return
    sheet: Worksheet = workbook.create_sheet(SHEET)
    sheet.sheet_state = "hidden"
    style.write_header(sheet, row=1, words=HEADERS)
    for row, put in enumerate(listed, start=2):
        told = json.dumps(put.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        told = told.replace("_x", r"\u005fx")  # « _x0041_ » is « A » for some spreadsheets
        chunks = [told[at : at + _CHUNK] for at in range(0, len(told), _CHUNK)]
        cells = (put.note_id, put.indicator, *(f"{_OPEN}{chunk}{_CLOSE}" for chunk in chunks))
        for column, words in enumerate(cells, start=1):
            style.write_text(sheet.cell(row, column), words).number_format = "@"
    style.protect(sheet)


def read_note_sheet(sheets: Sequence[Sheet]) -> list[Put]:
    """Read what was put in the comment cells of a workbook.

    Parameters
    ----------
    sheets : sequence of Sheet
        Of the workbook.

    Returns
    -------
    list of Put
        Empty when there is no such sheet. A line that cannot be read is left out: what was put
        then counts as written by whoever sends the workbook.
    """
    found = next((sheet for sheet in sheets if sheet.name == SHEET), None)
    rows = [] if found is None else found.rows[1:]
    return [put for row in rows if (put := _read([str(cell) for cell in row[2:]])) is not None]


def _read(chunks: Sequence[str]) -> Put | None:
    told = "".join(chunk.removeprefix(_OPEN).removesuffix(_CLOSE) for chunk in chunks)
    try:
        return Put.model_validate_json(told)
    except ValueError:
        return None
