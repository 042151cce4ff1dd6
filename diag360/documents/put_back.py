"""Notes and hand-typed cells put back in a document that is made again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from diag360.challenge.annotations.gather import held_after
from diag360.challenge.annotations.model import Content, Note
from diag360.challenge.annotations.target import Target, parse_target, unknown
from diag360.documents.kept_cells import (
    AJOUT,
    BY_HAND,
    CONFLIT,
    NOTE,
    RETOUCHE,
    base_of,
    merge_cells,
    tags_of,
)
from diag360.documents.notebook import INJECTED
from diag360.documents.notes_before import Before

# Under which cell the notes on each kind of target go, in the notebooks that show them.
_NUMBERS = ("indicateur", "seuil", "poids", "valeur", "besoin")
_HAZARDS = ("alea", "cotation")
HOMES: dict[str, dict[str, str]] = {
    "20_catalogue": {
        **dict.fromkeys(_NUMBERS, "fiches"), "alea": "aleas", "dependance": "dependances",
    },
    "30_diagnostic": {
        **dict.fromkeys(_NUMBERS, "besoins"), **dict.fromkeys(_HAZARDS, "exposition"),
        "dependance": "cascade",
    },
    "31_vulnerabilites": {
        **dict.fromkeys(_HAZARDS, "exposition"), "besoin": "matrice", "dependance": "cascade",
    },
}  # fmt: skip
_OWN = "diag360_ids"  # notes of a cell, while a document is being put together


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back, to be shown and told.

    Parameters
    ----------
    runs : dict of str to tuple
        Ids of the notes of each run of cells of notes, by the id of its first cell.
    notes : int
        Notes of the store.
    typed : int
        Notes whose words the store does not know, kept as they are.
    added, retouched : int
        Cells added and texts edited by hand, kept.
    conflicts : int
        Cells and notes between which someone must choose.
    """

    runs: dict[str, tuple[str, ...]]
    notes: int
    typed: int
    added: int
    retouched: int
    conflicts: int


def put_back(executed: NotebookNode, before: Before) -> PutBack:
    """Put notes and hand-typed cells in a document just made, and stamp it.

    Parameters
    ----------
    executed : NotebookNode
        Changed: notes of the store follow what they are about, those of the document there stay
        where they were; a text the store does not know stays as it was typed.
    before : Before
        What was there.

    Returns
    -------
    PutBack
        What was done.
    """
    texts: dict[str, Content] = {}
    made = _made(executed, before, texts)
    there = _there(before, texts)
    base = base_of(before.there, made=made) if before.there is not None else {}
    merged = merge_cells(made, there=there, base=base)
    cells = _inserted(merged.cells, before, placed=set(texts))
    runs = _runs(cells)
    own = [names for cell in cells if (names := cell.metadata.pop(_OWN, None)) is not None]
    kept = {name for names in own for name in names if name in before.store}
    held = before.source.held if before.source is not None else {}
    executed.cells = cells
    executed.metadata["diag360"] |= {
        "notes": {name: sha for name, sha in held.items() if name not in before.store}
        | held_after(before.store, before.gathered, shown=kept, before=before.source),
        "cells": merged.base,
        "said": before.site.said(),
        "catalogue_version": before.site.catalogue.version,
    }
    tags = [set(tags_of(cell)) for cell in cells]
    return PutBack(
        runs=runs,
        notes=sum(before.settled(name) for name in kept),
        typed=len({name for names in own for name in names if not before.settled(name)}),
        added=sum(AJOUT in own for own in tags),
        retouched=sum(RETOUCHE in own and NOTE not in own for own in tags),
        conflicts=sum(CONFLIT in own and NOTE not in own for own in tags) + len(before.conflicts),
    )


def _target(note: Note) -> Target:
    return parse_target(note.target) or unknown(note.target)


def _made(executed: NotebookNode, before: Before, texts: dict[str, Content]) -> list[Any]:
    """Take out of a run the notes its notebook holds, when the store puts them back itself."""
    made = []
    # Papermill has added a cell, that of the parameters it was given.
    given = iter(before.of_template)
    for cell in executed.cells:
        own = {} if cell.id == INJECTED else next(given)
        if own:
            # Those of a team stay in the notebook they were typed in.
            if all(before.knows(*one) for one in own.items()) or any(
                words.visibility != "public" for words in own.values()
            ):
                continue
            _mark(cell, own)
            texts |= own
        made.append(cell)
    return made


def _there(before: Before, texts: dict[str, Content]) -> list[Any]:
    """Renew the notes of the document there: those the store knows, in their words of today."""
    if before.there is None:
        return []
    cells: list[Any] = []
    for cell, own in zip(before.there.cells, before.of_there, strict=True):
        if not own:
            cells.append(_plain(cell))
            continue
        fresh = {name: words for name, words in own.items() if texts.get(name) != words}
        if not all(map(before.settled, own)):
            if fresh:
                _mark(cell, own, conflict=not before.conflicts.isdisjoint(own))
                cells.append(cell)
                texts |= own
            continue
        for name, words in fresh.items():
            note = before.store[name]
            if name not in texts and _stays(note, words, before):
                cells.append(_renewed(note, before))
                texts[name] = words
    return cells


def _plain(cell: Any) -> Any:
    """Give back to the cells what is no longer a note, its header gone."""
    if NOTE in tags_of(cell):
        cell.metadata["tags"] = [tag for tag in tags_of(cell) if tag != NOTE]
        cell.metadata.pop("diag360", None)
    return cell


def _stays(note: Note, words: Content, before: Before) -> bool:
    """Whether a note stays where it stood; one that now speaks of another paragraph moves."""
    if note.withdrawn or (note.visibility != "public" and words.visibility == "public"):
        return False
    target = _target(note)
    moved = target.kind == "paragraphe" and note.target != words.target
    return not (moved and target.parts[0] == before.site.notebook)


def _inserted(cells: Sequence[Any], before: Before, *, placed: set[str]) -> list[Any]:
    """Insert notes of the store under what they are about, after the notes already there."""
    site = before.site
    homes = HOMES.get(site.notebook, {}) if site.shows else {}
    here = {cell.id for cell in cells if NOTE not in tags_of(cell)}
    waiting: dict[str, list[Any]] = {}
    for one in before.notes.shown:
        note, target = before.store.get(one.id), one.place
        if note is None or one.id in placed or one.orphan or note.visibility != "public":
            continue
        own = target.kind == "paragraphe" and target.parts[0] == site.notebook
        home = target.parts[1] if own else homes.get(target.kind, "")
        if home in here:
            waiting.setdefault(home, []).append(_renewed(note, before))
    if not waiting:
        return list(cells)
    inserted: list[Any] = []
    pending: list[Any] = []
    for cell in cells:
        if NOTE not in tags_of(cell):
            inserted += pending
            pending = waiting.get(cell.id, [])
        inserted.append(cell)
    return inserted + pending


def _renewed(note: Note, before: Before) -> Any:
    cell = before.store.cell(note.id)
    cell.metadata[_OWN] = [note.id]
    return cell


def _mark(cell: Any, names: Iterable[str], *, conflict: bool = False) -> None:
    tags = [tag for tag in tags_of(cell) if tag not in BY_HAND]
    cell.metadata["tags"] = list(dict.fromkeys([*tags, NOTE, *([CONFLIT] if conflict else [])]))
    cell.metadata[_OWN] = list(names)


def _runs(cells: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    """Name the notes of each run of cells of notes, by the id of its first cell."""
    runs: dict[str, tuple[str, ...]] = {}
    first = ""
    for cell in cells:
        if NOTE not in tags_of(cell):
            first = ""
            continue
        first = first or cell.id
        runs[first] = (*runs.get(first, ()), *cell.metadata.get(_OWN, ()))
    return runs
