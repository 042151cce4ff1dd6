"""Which note a text belongs to, when no id is written with it: its words first, then its cell."""

import hashlib
import re
from collections.abc import Collection, Iterator

from rapidfuzz import fuzz

from diag360.challenge.annotations.cells import FoundNote
from diag360.challenge.annotations.lineage import lineage, origin_key, told_origin
from diag360.challenge.annotations.model import Content, Note
from diag360.challenge.annotations.target import parse_target

_RANK = re.compile(r"~\d+$")
_BORN = 4  # notes one may write in one cell, and still be known by it
_ALIKE = 50.0  # of 100: two texts of one cell, in two files, that may be one text edited


class Index:
    """Notes by the words and the cells they were read with; follows them as they change.

    Parameters
    ----------
    notes : dict of str to Note
        Those kept so far, by id; the caller changes it, and says so with :meth:`changed`.
    version : str
        Version of the catalogue.
    """

    def __init__(self, notes: dict[str, Note], *, version: str) -> None:
        self.notes, self.version = notes, version
        self._by_body: dict[str, dict[str, None]] = {}
        self._by_cell: dict[str, dict[str, None]] = {}
        for note in notes.values():
            self.changed(note)

    def changed(self, note: Note) -> None:
        """Take in a note that is new, or has changed."""
        self._by_body.setdefault(note.body, {})[note.id] = None
        for event in note.history:
            if event.content is not None:
                self._by_body.setdefault(event.content.body, {})[note.id] = None
            if key := origin_key(event.origin):
                self._by_cell.setdefault(cell_of(key), {})[note.id] = None

    def born(self, key: str) -> list[str]:
        """List the notes that come from a cell, whichever it is there, or whose id does."""
        if not key:
            return []
        put_back = key.partition("#")[2].removeprefix("note-")
        found = [*self._by_cell.get(cell_of(key), ()), put_back]
        number = 0
        while (name := id_of(key, number)) in self.notes:
            found.append(name)
            number += 1
        return [name for name in dict.fromkeys(found) if name in self.notes]

    def same_words(self, found: FoundNote) -> tuple[str, Content]:
        """Find the note that already holds these words, today or in its history.

        Parameters
        ----------
        found : FoundNote
            What was read.

        Returns
        -------
        note_id : str
            ``""`` when there is none.
        content : Content
            The words as the note holds them: a text without date bears the day it is read, and
            that is not an edit.
        """
        likely: list[tuple[bool, bool, bool, str, Content]] = []
        own = set(self.born(found.cell_key))
        for name in self._by_body.get(found.content.body, ()):
            note = self.notes[name]
            if note.withdrawn and not _is_it_again(note, found):
                continue
            for step in reversed(lineage(note)):
                if step.content is None:
                    continue
                if self.settled(found, like=step.content, note=note) == step.content:
                    old = step.content != note.content
                    likely.append((name not in own, note.withdrawn, old, name, step.content))
                    break
        best = min(likely, key=lambda one: one[:4], default=None)
        return ("", found.content) if best is None else best[3:]

    def same_cell(self, found: FoundNote, *, taken: Collection[str]) -> tuple[str, Content]:
        """Find the note of a cell whose words have changed.

        Parameters
        ----------
        found : FoundNote
            What was read.
        taken : collection of str
            Notes that other texts of the same file already are.

        Returns
        -------
        note_id : str
            ``""`` when there is none.
        content : Content
            As for :meth:`same_words`.
        """
        origin = told_origin(found.origin, found.cell_key)
        here = [self.notes[name] for name in self.born(found.cell_key) if name not in taken]
        likely = [(_alike(found.content, one), one) for one in here
                  if _read_at(one, origin) or _one_author(found, one)]  # fmt: skip
        if not likely:
            return "", found.content
        note = max(likely, key=lambda one: one[0])[1]
        return note.id, self.settled(found, like=note.content, note=note)

    def settled(self, found: FoundNote, *, like: Content, note: Note) -> Content:
        """Give a text the day and the target that it does not choose itself.

        A text without date bears the day of its reading; where ids were renumbered, the paragraph
        above has no name; what has left the catalogue is no longer recognised by its label; the
        copy of a note in the document of a territory is not about that territory alone. None of
        these is an edit.
        """
        changed: dict[str, object] = {}
        if "created" in found.implied:
            changed["created"] = like.created
        target = parse_target(found.content.target)
        lost = target is None or target.kind == "inconnu"
        upgraded = note.state is not None and note.state.version != self.version
        implied = "target" in found.implied
        nameless = implied and (not found.cell_key or bool(found.note_id))
        copied = implied and found.content.target.startswith(f"{like.target}/")
        if nameless or copied or (lost and (upgraded or not found.cell_key)):
            changed["target"] = like.target
        return found.content.model_copy(update=changed) if changed else found.content

    def descended(self, base: str, target: str) -> str:
        """Find the note, on a target, that once said the text a cell was stamped with."""
        told = (note for note in self.notes.values() if note.target == target)
        return next(
            (note.id for note in told if any(step.revision == base for step in lineage(note))), ""
        )


def cell_of(key: str) -> str:
    """Key of a cell, without the rank of the note in it."""
    return _RANK.sub("", key)


def id_of(told: str, number: int) -> str:
    """Make the id of a new note, from the key of its cell or from its words."""
    sha = hashlib.sha256(f"{told}\n{number}".encode("utf-8", "surrogatepass"))
    return f"n-{sha.hexdigest()[:10]}"


def is_born(name: str, key: str) -> bool:
    """Tell whether a note has its id from a cell."""
    return bool(key) and name in {id_of(key, number) for number in range(_BORN)}


def new_ids(content: Content, *, key: str) -> Iterator[str]:
    """Give the ids a new note may take, in order: the first one that is free is its own."""
    told = key or f"{content.revision} {content.body}"
    number = 0
    while True:
        yield id_of(told, number)
        number += 1


def _is_it_again(note: Note, found: FoundNote) -> bool:
    """Whether words of a withdrawn note are the old cell again, and not the same words anew."""
    cell = found.cell_key.partition("#")[2]
    if not cell or note.id in (found.note_id, cell_of(cell).removeprefix("note-")):
        return True
    return cell in {origin_key(e.origin).partition("#")[2] for e in note.history}


def _read_at(note: Note, origin: str) -> bool:
    return any(event.origin == origin for event in note.history)


def _one_author(found: FoundNote, note: Note) -> bool:
    """Whether the text of a cell with the same id, in another file, is an edit of the same note.

    A notebook is copied to be filled in by several people: each of them writes a note. One that
    was only met in documents made from this cell is its own.
    """
    key, names = found.cell_key, (found.content.creator.name, note.creator.name)
    if cell_of(key).endswith(f"#note-{note.id}"):
        return True
    if all(names):
        return names[0] == names[1]
    unseen = is_born(note.id, key) and key not in {origin_key(e.origin) for e in note.history}
    return unseen or _alike(found.content, note) >= _ALIKE


def _alike(content: Content, note: Note) -> float:
    return fuzz.ratio(content.body, note.body)
