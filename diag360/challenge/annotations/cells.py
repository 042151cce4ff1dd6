"""Notes in the cells of a notebook: read from what an expert typed, written back, stamped."""

from datetime import date
from functools import cache, partial

from nbformat import NotebookNode

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.anchors import cells_of, read_sheet
from diag360.challenge.annotations.cell_lines import notes_in
from diag360.challenge.annotations.clean import clean_line
from diag360.challenge.annotations.found import FoundNote, Reading
from diag360.challenge.annotations.places import places_of
from diag360.challenge.annotations.stamping import stamped
from diag360.challenge.annotations.written import TAG, note_cell, note_text

__all__ = ["TAG", "FoundNote", "is_note", "note_cell", "note_text", "read_notes_of", "stamped"]


def is_note(cell: NotebookNode) -> bool:
    """Tell whether the first line of a cell opens a note; the cell may be of any kind."""
    return bool(notes_in(cell))


def read_notes_of(
    notebook: NotebookNode, *, name: str, catalogue: Catalogue, today: date, territory: str = ""
) -> list[FoundNote]:
    """Read the notes of a notebook, in order; never raises.

    Parameters
    ----------
    notebook : NotebookNode
        A template, an executed notebook, a copy of either.
    name : str
        Of its file.
    catalogue : Catalogue
        Where targets are looked for.
    today : date
        Day of the collection, given to a note without a date.
    territory : str
        Code of the territory; read in the metadata when left out.

    Returns
    -------
    list of FoundNote
        One per note; a cell may hold several.
    """
    cells = cells_of(notebook)
    held = [notes_in(cell) for cell in cells]
    if not any(held):
        return []
    sheet = read_sheet(notebook, name=name, territory=territory)
    reading = Reading(
        sheet, clean_line(name), catalogue, today, cache(partial(places_of, catalogue))
    )
    above = ""
    below = next((sheet.ids[place] for place, notes in enumerate(held) if not notes), "")
    found = []
    for place, notes in enumerate(held):
        if notes:
            found += reading.cell(cells[place], notes, place, above=above, beside=above or below)
        else:
            above = sheet.ids[place]
    return found
