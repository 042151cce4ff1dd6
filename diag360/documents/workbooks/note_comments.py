"""Notes ↔ the comment column of workbooks: put in, read back, told from comments we wrote."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.clean import clean_content, clean_line, clean_text
from diag360.challenge.annotations.found import FoundNote
from diag360.challenge.annotations.header_words import day_of
from diag360.challenge.annotations.lineage import lineage
from diag360.challenge.annotations.model import Content, Creator, Note
from diag360.challenge.annotations.sources import Source
from diag360.challenge.annotations.target import Target, parse_target, unknown
from diag360.documents.notes_said import said_values
from diag360.documents.workbooks.note_cells import comment_cells, read_segment
from diag360.documents.workbooks.note_header import creator_of, read_typed
from diag360.documents.workbooks.note_sheet import Put, read_note_sheet
from diag360.territories.workbook.headers import SEARCHED_ROWS, words_of
from diag360.territories.workbook.lines import Line
from diag360.territories.workbook.noted import SEGMENT
from diag360.territories.workbook.opening import Opened, open_workbook
from diag360.territories.workbook.remarks import address
from diag360.territories.workbook.rows import cell_text, make_rows
from diag360.territories.workbook.scan import Unreadable
from diag360.vulnerability.rating_sheet import rating_lines

KNOWN = "deja connu"  # words of the header of the values that open data already give


def comments_of(notes: Iterable[Note], territory: str) -> dict[str, str]:
    """Write the notes of a territory as texts of comment cells.

    Parameters
    ----------
    notes : iterable of Note
        Of the store; public ones on values of the territory are kept.
    territory : str
        Code of the territory.

    Returns
    -------
    dict of str to str
        By indicator; never longer than a cell holds.
    """
    return {name: cell.text for name, cell in comment_cells(notes, territory).items()}


def notes_of_workbook(
    path: Path,
    *,
    catalogue: Catalogue,
    territory: str = "",
    today: date,
    store: Mapping[str, Note] | None = None,
    name: str = "",
) -> Source:
    """Read the notes of the comment cells of a workbook, whatever its layout.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm or .ods file, sent back or written by us.
    catalogue : Catalogue
        Indicators.
    territory : str
        Siren or name, for a workbook that does not say it.
    today : date
        Day of the notes, when the cover does not say when it was filled.
    store : mapping of str to Note, optional
        Notes kept so far: what stands behind an id, in a workbook whose hidden sheet is lost.
    name : str
        How the file is named in histories; its folder and its own when left out.

    Returns
    -------
    Source
        Every comment of a line is a note on the value, or on the rating of a hazard, but those we
        wrote as comments of values. Notes we had put count as held where the line is still there
        and can be read.

    Raises
    ------
    Refusal
        As :func:`diag360.territories.workbook.opening.open_workbook`.
    """
    found = open_workbook(path, catalogue=catalogue, territory=territory or None)
    puts = read_note_sheet(found.sheets)
    file = Path(path).resolve()
    name = name or "/".join(file.parts[-2:])
    put_in = {put.note_id: put for put in puts if put.note_id and not put.bare}
    reading = _Reading(file, name, found, catalogue, today, store or {}, put_in)
    notes: list[FoundNote] = []
    read: set[str] = set()
    for line in (*found.lines, *rating_lines(found.sheets, catalogue=catalogue)):
        cell = line.cells.get("comment", "")
        if "comment" not in line.columns or isinstance(cell, Unreadable):
            continue
        read.add(line.indicator)
        own = [put for put in puts if put.indicator == line.indicator]
        notes += reading.notes_of(line, clean_text(cell_text(cell)), own)
    return Source(
        name=name,
        notes=tuple(notes),
        held={p.note_id: p.revision for p in puts if p.note_id and p.indicator in read},
        said=_seen(found, catalogue),
        version=found.cover.get("version du catalogue"),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A workbook whose comment cells are being read."""

    path: Path
    name: str
    opened: Opened
    catalogue: Catalogue
    today: date
    store: Mapping[str, Note]
    put_in: Mapping[str, Put]

    def notes_of(self, line: Line, text: str, puts: Sequence[Put]) -> Iterator[FoundNote]:
        """Give the notes of a cell: those in brackets, then those typed around them."""
        rank = sum(put.note_id in self.put_in for put in puts)
        around: list[str] = []
        last = 0
        for segment in SEGMENT.finditer(text):
            name, words = segment[1], segment[2].strip()
            around.append(text[last : segment.start()])
            last = segment.end()
            known = self._known(name, words, line)
            if known is not None:
                content = read_segment(words, base=known[0], shown=known[1])
                if name in self.put_in and self.put_in[name].indicator != line.indicator:
                    # Cut from its cell and pasted here: it now speaks of this value.
                    content = content.model_copy(update={"target": str(self._target(line))})
                yield self._found(line, content, note_id=name, base=known[0].revision)
                continue
            # Nobody knows what stands behind this id: the words speak for themselves.
            content = read_segment(words, base=self._blank(line), shown=None)
            yield self._found(line, content, rank=rank, implied=self._implied)
            rank += 1
        around.append(text[last:])
        typed = "\n\n".join(part.strip() for part in around if part.strip())
        put = next((put for put in puts if put.words), None)
        if put is not None:
            rest = _after(typed, put.words)
            if put.content is not None and typed:
                kept = put.content if rest is not None else self._edited(put.content, typed)
                yield self._found(line, kept, note_id=put.note_id, base=put.revision)
                typed = rest or ""
            elif rest is not None:
                typed = rest
        if any(letter.isalnum() for letter in typed):
            yield from self._typed(line, typed, rank=rank)

    def _known(self, name: str, words: str, line: Line) -> tuple[Content, int | None] | None:
        """Content a note was put with: as the hidden sheet says, else a version the store holds."""
        put = self.put_in.get(name)
        if put is not None and put.content is not None:
            return put.content, put.shown
        note = self.store.get(name)
        if note is None or note.target != str(self._target(line)):
            return None
        told = [step.content for step in lineage(note) if step.content is not None]
        same = (one for one in told if read_segment(words, base=one, shown=None) == one)
        return next(same, note.content), None

    def _typed(self, line: Line, text: str, *, rank: int) -> Iterator[FoundNote]:
        """Give the notes typed in a cell."""
        typed = read_typed(text, base=self._blank(line), catalogue=self.catalogue)
        for number, (content, dated, remarks) in enumerate(typed, start=rank):
            implied = frozenset[str]() if dated else self._implied
            yield self._found(line, content, rank=number, implied=implied, remarks=remarks)

    def _blank(self, line: Line) -> Content:
        """Give what a comment says without saying it: on what, by whom, when."""
        return Content(
            motivation="precision",
            target=str(self._target(line)),
            creator=self._creator(line),
            created=self._day or self.today,
        )

    def _edited(self, content: Content, text: str) -> Content:
        """Put other words in a note that stands without its id, as the comment of the value."""
        return clean_content(content.model_copy(update={"body": text}))

    @property
    def _implied(self) -> frozenset[str]:
        return frozenset() if self._day else frozenset({"created"})

    def _found(
        self,
        line: Line,
        content: Content,
        *,
        note_id: str = "",
        base: str = "",
        rank: int = -1,
        implied: frozenset[str] = frozenset(),
        remarks: tuple[str, ...] = (),
    ) -> FoundNote:
        stem = self.path.stem.replace("[", "(").replace("]", ")").replace("#", " ")
        service = clean_line(self.opened.cover.get("service")).replace("#", " ")
        where = f"{line.indicator}/{self.opened.territory}"
        again = f"~{rank + 1}" if rank > 0 else ""
        return FoundNote(
            content=content,
            note_id=note_id,
            base=base,
            origin=f"{self.name}, case {address(line.sheet, line.cell('comment'))}",
            cell_key="" if rank < 0 else f"{stem} {service}#{where}{again}",
            remarks=remarks,
            implied=implied,
        )

    def _target(self, line: Line) -> Target:
        territory = self.opened.territory
        if territory and line.indicator in self.catalogue.hazards:
            return Target("cotation", (line.indicator, territory))
        if territory and parse_target(f"valeur/{line.indicator}/{territory}"):
            return Target("valeur", (line.indicator, territory))
        what = "cotation" if line.indicator in self.catalogue.hazards else "valeur"
        return unknown(f"{what} {line.indicator}, territoire non dit par {self.path.name}")

    def _creator(self, line: Line) -> Creator:
        return creator_of(
            clean_line(str(line.cells.get("author", "")))
            or clean_line(self.opened.cover.get("rempli par"))
        )

    @property
    def _day(self) -> date | None:
        """When the cover says the workbook was filled."""
        return day_of(clean_line(self.opened.cover.get("le")))[1]


def _after(text: str, words: str) -> str | None:
    """Give what was typed on the lines after some words; None when they are not as they were."""
    told = clean_text(words).split()
    kept = re.match(r"\s*" + r"\s+".join(map(re.escape, told)) + r"[^\S\n]*(?:\n|\Z)", text)
    return None if kept is None else text[kept.end() :].strip()


def _seen(found: Opened, catalogue: Catalogue) -> dict[str, str]:
    """Values whoever filled the workbook had before him: those known already, and his own."""
    own, _ = make_rows(found.lines, catalogue=catalogue, territory=found.territory)
    sheets = {sheet.name: sheet.rows for sheet in found.sheets}
    columns = {
        name: at
        for name, rows in sheets.items()
        for row in rows[:SEARCHED_ROWS]
        for at, cell in enumerate(row)
        if words_of(cell) == KNOWN
    }
    known = [
        (line.indicator, cell_text(cell), cell if isinstance(cell, float) else math.nan)
        for line in found.lines
        if line.sheet in columns
        for cell in [sheets[line.sheet][line.row][columns[line.sheet]]]
        # « secret » and « sans objet » also stand there, and are no value.
        if isinstance(cell, float) or cell in catalogue.indicators[line.indicator].response.choices
    ]
    rows = pd.DataFrame(known, columns=["indicator", "value", "number"])
    told = said_values(rows, catalogue=catalogue) | said_values(own, catalogue=catalogue)
    return {f"valeur/{name}": words for name, words in told.items()}
