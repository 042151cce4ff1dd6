"""Notes read once for several documents, with what is made of them once for all."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from nbformat import NotebookNode

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cell_lines import stamp_of
from diag360.challenge.annotations.model import NOTE_ID, Note
from diag360.challenge.annotations.target import parse_target
from diag360.challenge.annotations.written import markdown_cell, note_cell
from diag360.documents.kept_cells import NOTE
from diag360.documents.notes import show_notes
from diag360.documents.notes_shown import Shown

_ID = NOTE_ID.strip("^$")


class Shelf(Mapping[str, Note]):
    """Notes by id, and what documents show of them that does not depend on the territory.

    Parameters
    ----------
    notes : mapping of str to Note
        Of the store; not to be changed afterwards.
    catalogue : Catalogue
        The one of today.
    unread : iterable of str
        Files that could not be read, and why.
    """

    def __init__(
        self, notes: Mapping[str, Note], *, catalogue: Catalogue, unread: Iterable[str] = ()
    ) -> None:
        self._notes = dict(notes)
        self._cells: dict[str, NotebookNode] = {}
        self.catalogue = catalogue
        self.unread = tuple(unread)

    def __getitem__(self, name: str) -> Note:
        return self._notes[name]

    def __contains__(self, name: object) -> bool:
        return name in self._notes

    def __iter__(self) -> Iterator[str]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)

    @cached_property
    def _territories(self) -> dict[str, list[Note]]:
        found: dict[str, list[Note]] = {}
        for note in self._notes.values():
            target = parse_target(note.target)
            found.setdefault(target.territory if target else "", []).append(note)
        return found

    @cached_property
    def general(self) -> dict[str, Shown]:
        """Public notes that speak of no territory in particular, in words, by id."""
        notes = show_notes(self._territories.get("", ()), catalogue=self.catalogue)
        return {one.id: one for one in notes.shown}

    def of_territory(self, code: str) -> list[Note]:
        """Notes that speak of one territory only; ``""`` for those that speak of none."""
        return self._territories.get(code, [])

    def cell(self, name: str) -> NotebookNode:
        """Make the cell that puts a note back (:func:`note_cell`)."""
        cell = self._cells.get(name)
        if cell is None:
            cell = self._cells[name] = note_cell(self._notes[name], catalogue=self.catalogue)
        stamp = dict(cell.metadata["diag360"])
        return markdown_cell(cell.source, metadata={"diag360": stamp, "tags": [NOTE]}, id=cell.id)

    def is_as_written(self, cell: Any) -> str:
        """Id of the note whose cell this is, just as it would be written today; ``""`` if not."""
        name, revision = stamp_of(cell)
        if name not in self._notes or self._notes[name].withdrawn:
            return ""
        written = self._cells.get(name) or self.cell(name)
        same = (cell.cell_type, cell.source, revision) == (
            "markdown",
            written.source,
            written.metadata["diag360"]["revision"],
        )
        return name if same else ""


def ids_in(cell: Any) -> set[str]:
    """Ids of notes that a cell names, in its text or in its metadata."""
    return {stamp_of(cell)[0], *re.findall(_ID, cell.source)}
