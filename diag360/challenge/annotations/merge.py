"""One gathering under way: each text finds its note, each note hears what was said of it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from diag360.challenge.annotations.cells import FoundNote
from diag360.challenge.annotations.hear import Heard, hear
from diag360.challenge.annotations.lineage import told_origin
from diag360.challenge.annotations.match import Index, is_born, new_ids
from diag360.challenge.annotations.model import NOTE_ID, Content, Note, Revision, State
from diag360.challenge.annotations.sources import Event, Happening, Source

# An edit of one of these speaks of what the target is on the day it is read.
_REWRITTEN = ("motivation", "target", "changes", "body")


class Merge:
    """Notes being merged; the store given stays as it is.

    Parameters
    ----------
    store : mapping of str to Note
        Notes kept so far.
    version : str
        Version of the catalogue.
    today : date
        Day written in the histories.
    state : callable
        What a target is, given its address and the source that speaks of it.
    """

    def __init__(
        self,
        store: Mapping[str, Note],
        *,
        version: str,
        today: date,
        state: Callable[[str, Source], State | None],
    ) -> None:
        self.notes = dict(store)
        self.version, self.today, self.state = version, today, state
        self.events: list[Event] = []

    @cached_property
    def index(self) -> Index:
        """Made only when a text has no id we know: nearly all of them have one."""
        return Index(self.notes, version=self.version)

    def take(self, sources: Sequence[Source]) -> tuple[tuple[tuple[str, FoundNote], ...], ...]:
        """Hear every text: those with an id first, wherever they are.

        Returns
        -------
        tuple of tuple of (str, FoundNote)
            For each source, in reading order, the note each text belongs to, and the text.
        """
        readings = [_Reading(self, source) for source in sources]
        for reading in readings:
            reading.known_ids()
        for reading in readings:
            reading.foreign_ids()
        for reading in readings:
            reading.same_words()
            reading.same_cells()
            reading.new_notes()
        for reading in readings:
            reading.put_back()
        brought = {name for reading in readings for name in reading.brought()}
        for reading in readings:
            reading.taken_out(brought)
        return tuple(reading.placed() for reading in readings)

    def keep(self, note: Note, action: Happening, origin: str) -> None:
        """Keep a note that is new, or has changed."""
        self.notes[note.id] = note
        if "index" in self.__dict__:
            self.index.changed(note)
        self.events.append(Event(action, note.id, origin))

    def tell(self, note: Note, action: Happening, origin: str, **fields: object) -> None:
        """Keep a note with one more event in its history."""
        event = Revision.model_validate({"date": self.today, "action": action, "origin": origin})
        self.keep(
            note.model_copy(update={"history": (*note.history, event), **fields}), action, origin
        )

    def hear(self, name: str, said: Heard, source: Source, *, understood: bool = True) -> None:
        """Let a note hear one of its texts; ``understood`` when it says itself of what."""
        before = self.notes[name]
        note, action = hear(before, said, today=self.today)
        if action is None:
            return
        rewritten = any(getattr(before, key) != getattr(note, key) for key in _REWRITTEN)
        if rewritten and understood:
            note = note.model_copy(update={"state": self.state(note.target, source)})
        self.keep(note, action, said.origin)

    def create(self, name: str, said: Heard, source: Source) -> None:
        """Make a new note; when its author started from a text we never saw, that is told."""
        content = said.content
        events = [Revision(date=self.today, action="creee", origin=said.origin)]
        if said.base and said.base != content.revision:
            events.append(Revision(date=self.today, action="modifiee", origin=said.origin))
        told = {key: getattr(content, key) for key in Content.model_fields}
        state = self.state(content.target, source)
        self.keep(Note(id=name, state=state, history=tuple(events), **told), "creee", said.origin)


class _Reading:
    """The texts of one source, and the notes they turn out to be."""

    def __init__(self, merge: Merge, source: Source) -> None:
        self.merge, self.source = merge, source
        self.ids = [""] * len(source.notes)
        self.words = [found.content for found in source.notes]
        self.stamped = _one_of_each(source, merge.notes)

    def known_ids(self) -> None:
        """Hear the texts whose id we know."""
        for place in self.stamped:
            found = self.source.notes[place]
            note = self.merge.notes.get(found.note_id)
            if note is not None:
                words = found.content
                if found.implied:
                    words = self.merge.index.settled(found, like=note.content, note=note)
                self._hear(place, note.id, words, stamped=True)

    def foreign_ids(self) -> None:
        """Hear the texts with an id we do not know: of a document nobody has collected yet."""
        for place in self.stamped:
            found, merge = self.source.notes[place], self.merge
            if self.ids[place]:
                continue
            name, words = found.note_id, found.content
            if name not in merge.notes:
                name, words = merge.index.same_words(found)
                name = name or merge.index.descended(found.base, words.target)
            if name:
                self._hear(place, name, words, stamped=True)
            else:
                merge.create(found.note_id, self._heard(found, "", stamped=True), self.source)
                self.ids[place] = found.note_id

    def same_words(self) -> None:
        """Hear the texts without id that a note already holds."""
        for place, found in self._left():
            name, words = self.merge.index.same_words(found)
            if name:
                self._hear(place, name, words)

    def same_cells(self) -> None:
        """Hear the texts without id that were changed in their cell."""
        for place, found in self._left():
            name, words = self.merge.index.same_cell(found, taken=set(self.ids))
            if name:
                self._hear(place, name, words)

    def new_notes(self) -> None:
        """Make a note of every text that is left; the same words twice are one note."""
        for place, found in self._left():
            name, words = self.merge.index.same_words(found)
            if name:
                self._hear(place, name, words)
                continue
            names = new_ids(found.content, key=found.cell_key)
            name = next(one for one in names if one not in self.merge.notes)
            self.merge.create(name, self._heard(found, name), self.source)
            self.ids[place] = name

    def placed(self) -> tuple[tuple[str, FoundNote], ...]:
        """The note each text belongs to, and the text with the date and the target it has."""
        told = zip(self.ids, self.source.notes, self.words, strict=True)
        return tuple((name, replace(found, content=words)) for name, found, words in told)

    def brought(self) -> set[str]:
        """Notes whose cell was brought here from elsewhere: we did not put it in this file."""
        told, held = zip(self.ids, self.source.notes, strict=True), self.source.held
        return {
            name
            for name, one in told
            if one.note_id == name and (name not in held or one.base not in ("", held[name]))
        }

    def put_back(self) -> None:
        """Take up again notes that were withdrawn, and whose cell came back unchanged."""
        for name in self.brought() | self._undone():
            note = self.merge.notes[name]
            if note.withdrawn:
                self.merge.tell(note, "remise", self.source.name, withdrawn=False)

    def taken_out(self, brought: Iterable[str]) -> None:
        """Withdraw the notes this file was given and no longer has, unless they moved."""
        for name, revision in self.source.held.items():
            note = self.merge.notes.get(name)
            if note is None or note.withdrawn or name in self.ids or name in brought:
                continue
            if self.source.unmarked and _restored(note, self.source.name):
                continue
            if note.revision == revision:
                self.merge.tell(note, "retiree", self.source.name, withdrawn=True)
            else:
                self.merge.events.append(Event("conflit", name, self.source.name))

    def _undone(self) -> set[str]:
        """Notes withdrawn because this very file no longer had them, and that it has again."""
        found = set()
        for place in self.stamped:
            note = self.merge.notes[self.ids[place]]
            told = [e.origin for e in note.history if e.action == "retiree"]
            if note.withdrawn and told and told[-1] == self.source.name:
                found.add(note.id)
        return found

    def _left(self) -> list[tuple[int, FoundNote]]:
        return [(n, one) for n, one in enumerate(self.source.notes) if not self.ids[n]]

    def _heard(self, found: FoundNote, name: str, *, stamped: bool = False) -> Heard:
        return Heard(
            content=found.content,
            base=found.base if stamped else "",
            held=self.source.held.get(name, "") if stamped else "",
            origin=_origin(found),
            key=found.cell_key,
            born=is_born(name, found.cell_key),
        )

    def _hear(self, place: int, name: str, content: Content, *, stamped: bool = False) -> None:
        found = self.source.notes[place]
        said = self._heard(found, name, stamped=stamped)
        said = replace(said, content=content)
        understood = content.target == found.content.target
        self.merge.hear(name, said, self.source, understood=understood)
        self.ids[place], self.words[place] = name, content


def _origin(found: FoundNote) -> str:
    return told_origin(found.origin, found.cell_key)


def _one_of_each(source: Source, notes: Mapping[str, Note]) -> list[int]:
    """Choose, of the cells that bear one id, the one that is the note: the others are copies.

    A copy that says the same is the note too; one that was changed is a note of its own, and its
    id says nothing.
    """
    kept: dict[str, int] = {}
    for place, found in enumerate(source.notes):
        if not re.fullmatch(NOTE_ID, found.note_id):
            continue
        first = kept.setdefault(found.note_id, place)
        if not _unchanged(source.notes[first], source, notes) and _unchanged(found, source, notes):
            kept[found.note_id] = place
    return [
        place
        for place, found in enumerate(source.notes)
        if found.note_id in kept and source.notes[kept[found.note_id]].content == found.content
    ]


def _unchanged(found: FoundNote, source: Source, notes: Mapping[str, Note]) -> bool:
    own = notes.get(found.note_id)
    head = "" if own is None else own.revision
    return found.content.revision in (found.base, source.held.get(found.note_id), head)


def _restored(note: Note, origin: str) -> bool:
    """Whether someone put back a note after this very file had it withdrawn."""
    told = [event for event in note.history if event.action in ("retiree", "remise")]
    last = next((event for event in reversed(told) if event.action == "retiree"), None)
    return last is not None and last.origin == origin and told[-1].action == "remise"
