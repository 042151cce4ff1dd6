"""What a notebook or a workbook brings: its notes, and what it was given before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import FoundNote, read_notes_of
from diag360.challenge.annotations.model import Action

Happening = Action | Literal["conflit"]


@dataclass(frozen=True, slots=True)
class Source:
    """Notes read in one notebook or workbook, and what it was given.

    Parameters
    ----------
    name : str
        How the file is named in the history; two files of one gathering have two names.
    notes : tuple of FoundNote
        In reading order.
    held : mapping of str to str
        Notes that were put in this notebook, with the revision the store had of each then
        (``metadata["diag360"]["notes"]``); one that is no longer there was taken out.
    said : mapping of str to str
        Values and ratings its readers saw: ``{"valeur/be2_i13": "…", "cotation/C2": "…"}``.
    version : str
        Version of the catalogue its readers saw; ``""`` for that of today.
    unmarked : bool
        Whether nothing will be written in the file: it then says again, every time it is read,
        that it was given what it no longer has.
    """

    name: str
    notes: tuple[FoundNote, ...]
    held: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    unmarked: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one note.

    Parameters
    ----------
    action : str
        As in the history; ``conflit`` when a note was taken out where someone else changed it.
    note : str
        Its id.
    origin : str
        Where that was read.
    """

    action: Happening
    note: str
    origin: str

    @property
    def conflict(self) -> bool:
        """Whether someone must choose."""
        return self.action in ("concurrente", "conflit")


def source_of(notebook: Any, *, name: str, catalogue: Catalogue, today: date) -> Source:
    """Read the notes of a notebook, and what we wrote in it.

    Parameters
    ----------
    notebook : NotebookNode
        A template, an executed notebook, or a copy of either.
    name : str
        How to name it; two notebooks gathered together have two names.
    catalogue : Catalogue
        To recognise what the notes speak of.
    today : date
        Day of the notes that bear none.

    Returns
    -------
    Source
        Metadata that are not ours, or not as we write them, are left aside.
    """
    stamp = notebook.metadata.get("diag360")
    stamp = stamp if isinstance(stamp, Mapping) else {}
    version = stamp.get("catalogue_version")
    return Source(
        name=name,
        notes=tuple(read_notes_of(notebook, name=name, catalogue=catalogue, today=today)),
        held=_words(stamp.get("notes")),
        said=_words(stamp.get("said")),
        version=version if isinstance(version, str) else "",
    )


def _words(mapping: object) -> dict[str, str]:
    if not isinstance(mapping, Mapping):
        return {}
    return {key: value for key, value in mapping.items()
            if isinstance(key, str) and isinstance(value, str)}  # fmt: skip
