"""One note as it was found in a cell: its content, and what says where it comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.anchors import Sheet
from diag360.challenge.annotations.body import read_body
from diag360.challenge.annotations.cell_lines import stamp_of
from diag360.challenge.annotations.clean import clean_content
from diag360.challenge.annotations.header import read_header
from diag360.challenge.annotations.model import Content
from diag360.challenge.annotations.place_of_note import place_of
from diag360.challenge.annotations.places import Place
from diag360.challenge.annotations.resolve import resolve_target
from diag360.challenge.annotations.target import Target, unknown


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note found in a notebook.

    Parameters
    ----------
    content : Content
        Clean.
    note_id : str
        Id written in its header or in the metadata of its cell, ``""`` when there is none.
    base : str
        Revision stamped in the metadata: what the expert started from; ``""`` when none.
    origin : str
        Where, in French: « 30_diagnostic.ipynb, cellule x ».
    cell_key : str
        Notebook and cell (``30_diagnostic#x``), with ``~2`` for the second note of a cell; ``""``
        when a tool renumbered the cells.
    anchor : str
        Id of the nearest cell above that holds no note, ``""`` when there is none.
    remarks : tuple of str
        What could not be read, in French.
    implied : frozenset of str
        Fields of the content that nobody wrote: ``created`` (then the day of the collection) and
        ``target`` (then the paragraph above).
    """

    content: Content
    note_id: str = ""
    base: str = ""
    origin: str = ""
    cell_key: str = ""
    anchor: str = ""
    remarks: tuple[str, ...] = ()
    implied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """What every note of a notebook is read with."""

    sheet: Sheet
    name: str
    catalogue: Catalogue
    today: date
    places: Callable[[], Sequence[Place]]

    def cell(
        self, cell: Any, notes: list[list[str]], place: int, *, above: str, beside: str
    ) -> list[FoundNote]:
        """Read the notes of a cell; its stamp is for the note that bears its id, or the first."""
        stamped, revision = stamp_of(cell)
        written = [_id_in(lines, bare=bool(stamped)) for lines in notes]
        cell_id = self.sheet.ids[place]
        found = []
        for rank, lines in enumerate(notes):
            first = rank == 0 and not written[0] and stamped not in written
            note_id = written[rank] or (stamped if first else "")
            base = revision if note_id and note_id == stamped else ""
            content, remarks, implied = self._note(lines, base, beside, bare=bool(stamped))
            key = "" if self.sheet.renumbered or not cell_id else f"{self.sheet.stem}#{cell_id}"
            found.append(
                FoundNote(
                    content=content,
                    note_id=note_id,
                    base=base,
                    origin=f"{self.name}, cellule {cell_id or f'n° {place + 1}'}",
                    cell_key=f"{key}~{rank + 1}" if key and rank else key,
                    anchor=above,
                    remarks=remarks,
                    implied=implied,
                )
            )
        return found

    def _note(
        self, lines: list[str], base: str, beside: str, *, bare: bool
    ) -> tuple[Content, tuple[str, ...], frozenset[str]]:
        header = read_header(lines[0], bare=bare)
        if header is None:  # never: the line was known to open a note
            msg = f"« {lines[0]} » n’ouvre pas une note"
            raise ValueError(msg)
        placed = place_of(
            header,
            paragraph=self._paragraph(beside),
            catalogue=self.catalogue,
            territory=self.sheet.territory,
            places=self.places,
        )
        body = read_body(lines[1:], kind=header.kind)
        content = Content(
            motivation=header.kind,
            target=str(placed.target),
            creator=placed.creator,
            created=header.created or self.today,
            visibility=header.visibility or "public",
            evidence=body.evidence,
            changes=body.changes,
            body="\n\n".join(text for text in (*placed.text, body.text) if text),
        )
        content = clean_content(content)
        if placed.target.kind == "inconnu" and base and base != content.revision:
            content = self._found_at_last(content, placed.target)
        implied = {"created": header.created is None, "target": placed.implied}
        return (
            content,
            (*placed.remarks, *body.remarks),
            frozenset(name for name, absent in implied.items() if absent),
        )

    def _paragraph(self, beside: str) -> Target:
        if not beside:
            return unknown(f"paragraphe de {self.sheet.stem}")
        only = (self.sheet.territory,) if self.sheet.territory else ()
        return Target("paragraphe", (self.sheet.stem, beside, *only))

    def _found_at_last(self, content: Content, target: Target) -> Content:
        """Words nobody could place may have been corrected by the one who edited the note."""
        found, _ = resolve_target(
            target.parts[0],
            catalogue=self.catalogue,
            territory=self.sheet.territory,
            places=self.places,
        )
        return content.model_copy(update={"target": str(found)})


def _id_in(lines: list[str], *, bare: bool) -> str:
    header = read_header(lines[0], bare=bare)
    return "" if header is None else header.note_id
