"""What is known before a document is made again: notes of the store, of its notebook, of itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cell_lines import notes_in
from diag360.challenge.annotations.cells import FoundNote, is_note
from diag360.challenge.annotations.gather import Gathered, Source, gather, source_of
from diag360.challenge.annotations.lineage import lineage
from diag360.challenge.annotations.model import Content, Note
from diag360.documents.kept_cells import base_of, fingerprint, is_stamped
from diag360.documents.notes import show_notes
from diag360.documents.notes_said import said_ratings, said_values
from diag360.documents.notes_shelf import Shelf, ids_in
from diag360.documents.notes_shown import Notes, Shown, in_order
from diag360.vulnerability.prepare import Ratings

Texts = Mapping[str, Content]  # notes of a cell, by id; empty for most cells


@dataclass(frozen=True, slots=True)
class Site:
    """The document that is made.

    Parameters
    ----------
    notebook : str
        Its notebook, without ending (``30_diagnostic``).
    catalogue : Catalogue
        The one of today.
    shows : bool
        Whether the notebook shows notes beside what they are about (parameter ``annotations``);
        otherwise it only has those on its paragraphs.
    territory, framework : str
        Code and id; empty when the document is on none in particular.
    rows : DataFrame, optional
        Values of the territory.
    ratings : Ratings, optional
        Its ratings of hazards.
    """

    notebook: str
    catalogue: Catalogue
    shows: bool = False
    territory: str = ""
    framework: str = ""
    rows: pd.DataFrame | None = None
    ratings: Ratings | None = None

    def said(self) -> dict[str, str]:
        """Tell the values and ratings that the readers of the document see."""
        values = said_values(self.rows, catalogue=self.catalogue)
        ratings = said_ratings(self.ratings)
        return {
            **{f"valeur/{name}": told for name, told in values.items()},
            **{f"cotation/{name}": told for name, told in ratings.items()},
        }


@dataclass(frozen=True, slots=True)
class Before:
    """All that is known before a run: notes of the store, of the notebook, of the document there.

    Parameters
    ----------
    site : Site
        The document.
    store : Shelf
        Notes kept.
    gathered : Gathered
        The same, with what the two notebooks add; nothing of it is kept yet.
    there : NotebookNode or None
        The document already there, without what we had copied in it from the notebook.
    source : Source or None
        What it was given.
    of_template, of_there : list of dict
        For each cell of the notebook, then of the document: its notes, by id.
    notes : Notes
        Public notes of the document, as it shows them.
    """

    site: Site
    store: Shelf
    gathered: Gathered
    there: NotebookNode | None
    source: Source | None
    of_template: list[Texts]
    of_there: list[Texts]
    notes: Notes

    @property
    def conflicts(self) -> frozenset[str]:
        """Ids of the notes changed in two places."""
        return frozenset(one.note for one in self.gathered.events if one.conflict)

    def settled(self, name: str) -> bool:
        """Whether the store already knows all that the notebooks say of a note."""
        kept, now = self.store.get(name), self.gathered.notes[name]
        return kept is not None and (now is kept or now == kept)

    def knows(self, name: str, words: Content) -> bool:
        """Whether a text of the notebook says nothing the store has not; the document there may."""
        kept = self.store.get(name)
        if kept is None:
            return False
        return self.settled(name) or any(step.content == words for step in lineage(kept))


def look(
    site: Site,
    *,
    template: NotebookNode,
    there: NotebookNode | None,
    store: Mapping[str, Note],
    today: date,
) -> Before:
    """Read the notes a document may show, wherever they are.

    Parameters
    ----------
    site : Site
        The document.
    template : NotebookNode
        Its notebook.
    there : NotebookNode, optional
        The document already there.
    store : mapping of str to Note
        Notes kept; a :class:`Shelf` when several documents are made of them.
    today : date
        Day of the notes that bear none.

    Returns
    -------
    Before
        Nothing of it is written anywhere.
    """
    catalogue, name = site.catalogue, f"{site.notebook}.ipynb"
    shelf = store if isinstance(store, Shelf) else Shelf(store, catalogue=catalogue)
    sources = [source_of(template, name=name, catalogue=catalogue, today=today)]
    source, known = None, {}
    if there is not None:
        there = NotebookNode({**there, "cells": _own_cells(there)})
        known = _as_written(there, shelf)
        # What is just as we wrote it says nothing: reading it again would take most of the time.
        rest = [cell for at, cell in enumerate(there.cells) if at not in known]
        source = source_of(
            NotebookNode({**there, "cells": rest}),
            name=f"document {name}",
            catalogue=catalogue,
            today=today,
        )
        held = {name: sha for name, sha in source.held.items() if name not in known.values()}
        sources.append(replace(source, held=held))
    gathered = gather(shelf, notebooks=sources, catalogue=catalogue, today=today)
    return Before(
        site=site,
        store=shelf,
        gathered=gathered,
        there=there,
        source=source,
        of_template=_notes_of(template.cells, gathered.found[0]),
        of_there=[]
        if there is None
        else _notes_of(there.cells, gathered.found[1], {at: shelf[n] for at, n in known.items()}),
        notes=_shown(site, shelf, gathered).of_document(
            notebook=site.notebook,
            territory=site.territory,
            framework=site.framework,
            catalogue=catalogue,
        ),
    )


def _shown(site: Site, shelf: Shelf, gathered: Gathered) -> Notes:
    """Put in words the notes of a document; those that are the same everywhere are put once."""
    new = [note for name, note in gathered.notes.items() if note is not shelf.get(name)]
    names = {note.id for note in new}
    own = shelf.of_territory(site.territory) if site.territory else []
    notes = [note for note in own if note.id not in names] + new
    general: list[Shown] = []
    if site.shows:
        general = [one for name, one in shelf.general.items() if name not in names]
    else:
        paragraphs = f"paragraphe/{site.notebook}/"
        every = [note for note in shelf.of_territory("") if note.id not in names] + notes
        notes = [note for note in every if note.target.startswith(paragraphs)]
    told = show_notes(
        notes,
        catalogue=site.catalogue,
        territory=site.territory,
        rows=site.rows,
        ratings=site.ratings,
    )
    return in_order([*general, *told.shown], unread=shelf.unread)


def _as_written(there: NotebookNode, shelf: Shelf) -> dict[int, str]:
    """Find the cells of notes that nobody touched: place of each, and id of its note."""
    held = there.metadata.get("diag360", {}).get("notes", {})
    found: dict[int, str] = {}
    named: Counter[str] = Counter()
    for at, cell in enumerate(there.cells):
        if name := shelf.is_as_written(cell):
            found[at] = name
            named[name] += 1
        else:
            named.update(ids_in(cell))
    return {at: name for at, name in found.items() if named[name] == 1 and name in held}


def _notes_of(
    cells: Sequence[Any],
    found: Sequence[tuple[str, FoundNote]],
    known: Mapping[int, Note] | None = None,
) -> list[Texts]:
    """Give each cell its notes."""
    given = iter(found)
    texts: list[Texts] = []
    for at, cell in enumerate(cells):
        if known and at in known:
            texts.append({known[at].id: known[at]})
        else:
            own = [next(given) for _ in notes_in(cell)]
            texts.append({name: one.content for name, one in own})
    return texts


def _own_cells(there: NotebookNode) -> list[Any]:
    """Leave out the notes we copied from the notebook and nobody edited: it still has them."""
    base = base_of(there, made=()) if is_stamped(there) else {}
    return [
        cell
        for cell in there.cells
        if not (cell.id in base and base[cell.id] == fingerprint(cell.source) and is_note(cell))
    ]
