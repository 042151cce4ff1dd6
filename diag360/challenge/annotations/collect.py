"""Notes collected from files: notebooks and workbooks read, notes kept, ids written back."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import nbformat.v4.nbjson

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import FoundNote, stamped
from diag360.challenge.annotations.gather import gather
from diag360.challenge.annotations.paths_of import NOTEBOOK, find_files
from diag360.challenge.annotations.sources import Event, Source, source_of
from diag360.challenge.annotations.store import changed_notes, read_store, write_notes
from diag360.errors import Refusal
from diag360.files import write_texts
from diag360.territories.workbook.opening import NoQuestionnaireError

_nbjson: Any = nbformat.v4.nbjson  # its functions have no types
WorkbookReader = Callable[[Path], "Source | Sequence[FoundNote]"]


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection found.

    Parameters
    ----------
    events : tuple of Event
        What is new, in order.
    files_written : tuple of Path
        Notes kept, then notebooks in which ids were written.
    remarks : tuple of str
        What could not be read or written, in French, with the file it concerns.
    read : tuple of Path
        Files that could be read.
    """

    events: tuple[Event, ...]
    files_written: tuple[Path, ...]
    remarks: tuple[str, ...]
    read: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file read, as it was then."""

    path: Path
    source: Source
    text: str = ""
    notebook: Any = None


def collect(
    paths: Sequence[Path],
    *,
    folder: Path | None,
    catalogue: Catalogue,
    today: date,
    stamp: bool = True,
    workbook_reader: WorkbookReader | None = None,
) -> Collected:
    """Collect the notes of files into the store.

    Parameters
    ----------
    paths : sequence of Path
        Notebooks, workbooks, or folders where they are looked for.
    folder : Path, optional
        The store; ``data/annotations/`` when None.
    catalogue : Catalogue
        The one of today.
    today : date
        Day of the notes that bear none, and of what is written in histories.
    stamp : bool
        Write in each notebook the ids of its notes: edits, moves and deletions are then followed
        exactly. Without it notes are recognised by their words and their cells.
    workbook_reader : callable, optional
        Reads the notes of a workbook; workbooks are left aside without it. Raises a Refusal, or
        ValueError, for one that it cannot read.

    Returns
    -------
    Collected
        A file that cannot be read or written is a remark; the others go on. A workbook that is no
        questionnaire is one only when it was named.

    Raises
    ------
    Refusal
        When a path does not exist, or when a note kept is broken: it would be written over.
    """
    store = read_store(folder)
    asked = {path.resolve() for path in paths}
    files: list[_File] = []
    remarks: list[str] = []
    for name, path in find_files(paths, workbooks=workbook_reader is not None):
        try:
            if path.suffix == NOTEBOOK:
                files.append(_read_notebook(path, name=name, catalogue=catalogue, today=today))
            elif workbook_reader is not None:
                files.append(_File(path, _as_source(workbook_reader(path), name=name)))
        except NoQuestionnaireError as refusal:
            if path in asked:  # in a folder, workbooks may be about anything
                remarks += [str(fault) for fault in refusal.faults]
        except Refusal as refusal:
            remarks += [str(fault) for fault in refusal.faults]
        except (OSError, ValueError) as error:
            remarks.append(f"{name} : illisible ({_reason(error)}) → ses notes n’ont pas été lues")
    sources = [replace(file.source, unmarked=not stamp or file.notebook is None) for file in files]
    remarks += [
        f"{one.origin} : {told}" for s in sources for one in s.notes for told in one.remarks
    ]
    gathered = gather(store, notebooks=sources, catalogue=catalogue, today=today)
    written = write_notes(folder, changed_notes(store, gathered.notes))
    if stamp:
        for file, found in zip(files, gathered.found, strict=True):
            try:
                written += _stamp(file, found, catalogue=catalogue)
            except (Refusal, OSError) as error:
                why = error.faults[0].problem if isinstance(error, Refusal) else _reason(error)
                remarks.append(
                    f"{file.source.name} : {why} → ses notes sont gardées, "
                    "mais leurs numéros n’y sont pas écrits"
                )
    read = tuple(file.path for file in files)
    return Collected(gathered.events, tuple(written), tuple(remarks), read)


def _read_notebook(path: Path, *, name: str, catalogue: Catalogue, today: date) -> _File:
    """Read a notebook as it is: nbformat would repair it, and draw new ids for its cells.

    Raises
    ------
    ValueError
        When it is not a notebook of format 4.
    """
    text = path.read_text(encoding="utf-8")
    body = json.loads(text)
    if not isinstance(body, dict) or not isinstance(body.get("cells"), list):
        msg = "ce n’est pas un carnet Jupyter au format 4"
        raise ValueError(msg)
    notebook = _nbjson.to_notebook(body)
    source = source_of(notebook, name=name, catalogue=catalogue, today=today)
    return _File(path, source, text=text, notebook=notebook)


def _as_source(read: Source | Sequence[FoundNote], *, name: str) -> Source:
    """Take what a workbook says; a note with an id was put there by us, nobody brings one."""
    source = read if isinstance(read, Source) else Source(name, tuple(read))
    put = {one.note_id: one.base for one in source.notes if one.note_id}
    return replace(source, name=name, held={**put, **source.held})


def _stamp(
    file: _File, placed: Sequence[tuple[str, FoundNote]], *, catalogue: Catalogue
) -> list[Path]:
    """Write the ids of its notes in a notebook, and which notes it now holds.

    Raises
    ------
    Refusal
        When it cannot be written.
    """
    if file.notebook is None:
        return []
    ids, found = [name for name, _ in placed], [one for _, one in placed]
    after = stamped(file.notebook, ids, found=found, catalogue=catalogue)
    told = after.metadata.get("diag360")
    stamp = dict(told) if isinstance(told, dict) else {}
    held: dict[str, str] = {}
    for name, one in placed:  # of two cells of one note, the first is the one to follow
        held.setdefault(name, one.content.revision)
    if held or stamp.get("notes"):
        stamp["notes"] = dict(sorted(held.items()))
        after.metadata["diag360"] = stamp
    if after == file.notebook or file.path.read_text(encoding="utf-8") != file.text:
        return []  # nothing to say, or someone has just saved it: the next collection will do it
    text = _nbjson.writes(after) + "\n"
    return write_texts(file.path.parent, {file.path.name: text})


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "le texte n’est pas en UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"JSON coupé ou abîmé, ligne {error.lineno}"
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
