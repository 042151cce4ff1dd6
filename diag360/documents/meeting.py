"""The register laid out for a meeting: who disagrees with whom, on what, in which order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from diag360.catalogue.model import Catalogue, Framework
from diag360.documents.notes_shown import Shown

Reason = Literal["voices", "mixed", "versions", "answered", "rivals"]
SORTS = ("desaccords", "date", "besoin", "sorte", "etat", "auteur")
_KINDS = ("objection", "question", "proposition", "precision", "source")
_STATUSES = ("ouverte", "acceptee", "rejetee")


@dataclass(frozen=True, slots=True)
class Version:
    """Other words of the same note, written on their own side and kept beside it."""

    who: str
    label: str
    html: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing several voices speak of, and not the same way.

    Parameters
    ----------
    target : str
        Address of the thing.
    notes : tuple of Shown
        What is said of it: objections first, then the oldest.
    reasons : tuple of str
        Why this is a disagreement: ``voices`` (an open objection, and another author), ``mixed``
        (an open objection beside a note already decided, or one accepted beside one rejected),
        ``versions`` (one note edited in two places), ``answered`` (someone else replied to an
        objection), ``rivals`` (open propositions of several authors).
    voices : int
        How many people speak, ≥ 1.
    """

    target: str
    notes: tuple[Shown, ...]
    reasons: tuple[Reason, ...]
    voices: int

    @property
    def label(self) -> str:
        """The thing, in French."""
        return self.notes[0].label

    @property
    def open_objections(self) -> int:
        """How many objections wait for an answer."""
        return sum(note.contests for note in self.notes)


@dataclass(frozen=True, slots=True)
class Meeting:
    """All that is on the table.

    Parameters
    ----------
    catalogue : Catalogue
        Gives needs their order and labels.
    notes : tuple of Shown
        From :class:`diag360.documents.notes.Notes`.
    versions : mapping of str to tuple of Version
        Concurrent versions kept beside a note, by its id; absent when there is none.
    answers : mapping of str to frozenset of str
        Names of those who replied to a note, by its id.
    left_out : int
        Notes of the store that are not shown here (visibility, status, territory).
    unreadable : tuple of str
        Files of the store that hold no note one can read.
    """

    catalogue: Catalogue
    notes: tuple[Shown, ...] = ()
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    left_out: int = 0
    unreadable: tuple[str, ...] = ()

    @property
    def placed(self) -> tuple[Shown, ...]:
        """Notes that speak of something the catalogue still holds."""
        return tuple(note for note in self.notes if not note.orphan)

    @property
    def orphans(self) -> tuple[Shown, ...]:
        """Notes whose object was not found, or is gone."""
        return tuple(note for note in self.notes if note.orphan)

    @property
    def stale(self) -> tuple[Shown, ...]:
        """Notes written on something that has changed since."""
        return tuple(note for note in self.placed if note.stale)

    @property
    def propositions(self) -> tuple[Shown, ...]:
        """Notes that propose something, those still open first."""
        found = [note for note in self.notes if note.kind == "proposition"]
        return tuple(sorted(found, key=lambda note: (_rank(_STATUSES, note.status), note.date)))

    def disagreements(self) -> tuple[Disagreement, ...]:
        """Find the things to talk of first.

        Returns
        -------
        tuple of Disagreement
            Those with the most voices first, then the most open objections, then by label.
        """
        groups: dict[str, list[Shown]] = {}
        for note in self.placed:
            groups.setdefault(note.target, []).append(note)
        found = [one for own in groups.values() if (one := self._disagreement(own)) is not None]
        return tuple(sorted(found, key=lambda one: (-one.voices, -one.open_objections, one.label)))

    def _disagreement(self, notes: Sequence[Shown]) -> Disagreement | None:
        """Reasons to disagree; None unless an open objection or a rival meets another voice."""
        objecting = [note for note in notes if note.contests]
        proposing = [note for note in notes if _proposes(note)]
        voices = {voice(note) for note in notes}
        answering = {
            name
            for note in objecting
            for name in map(folded, self.answers.get(note.id, ()))
            if name != folded(note.author)
        }
        statuses = {note.status for note in notes}
        decided = {"acceptee", "rejetee"} <= statuses
        tests: tuple[tuple[Reason, bool], ...] = (
            ("voices", bool(objecting) and len(voices) > 1),
            ("mixed", decided or (bool(objecting) and len(statuses) > 1)),
            ("versions", any(note.id in self.versions for note in (*objecting, *proposing))),
            ("answered", bool(answering)),
            ("rivals", len({voice(note) for note in proposing}) > 1),
        )
        reasons = tuple(name for name, holds in tests if holds)
        if not reasons:
            return None
        order = sorted(notes, key=lambda one: (not one.contests, one.date, one.id))
        others = answering - {name for name, _ in voices}
        return Disagreement(notes[0].target, tuple(order), reasons, len(voices) + len(others))

    def orders(self) -> dict[str, dict[str, int]]:
        """Rank every note in every order a reader may choose.

        Returns
        -------
        dict
            By id of note, then by name of :data:`SORTS`, its rank from 1.
        """
        divided = [note.id for one in self.disagreements() for note in one.notes]
        first = {name: rank for rank, name in enumerate(divided)}
        needs = {need.id: rank for rank, need in enumerate(self.framework.needs)}
        keys: dict[str, Callable[[Shown], Any]] = {
            "desaccords": lambda note: (
                first.get(note.id, len(first)),
                _rank(_STATUSES, note.status),
            ),
            "date": lambda note: tuple(-int(part) for part in note.date.split("-")),
            "besoin": lambda note: min(needs.get(need, len(needs)) for need in (*note.needs, "")),
            "sorte": lambda note: _rank(_KINDS, note.kind),
            "etat": lambda note: _rank(_STATUSES, note.status),
            "auteur": lambda note: (not note.author, folded(note.author)),
        }
        ranks: dict[str, dict[str, int]] = {note.id: {} for note in self.notes}
        for name in SORTS:
            # The newest first within equals, then what it speaks of.
            told = sorted(self.notes, key=lambda note: (note.label, note.id))
            told.sort(key=lambda note: note.date, reverse=True)
            told.sort(key=keys[name])
            for rank, note in enumerate(told, start=1):
                ranks[note.id][name] = rank
        return ranks

    @property
    def framework(self) -> Framework:
        """Framework whose needs are counted: the default one."""
        return self.catalogue.frameworks[self.catalogue.settings.default_framework]

    def own_needs(self, note: Shown) -> tuple[str, ...]:
        """Labels of the needs of the framework that a note concerns."""
        return tuple(need.label for need in self.framework.needs if need.id in note.needs)

    def beside(self, one: Disagreement) -> tuple[Shown, ...]:
        """Notes on the same indicator or hazard as a disagreement, and not in it."""
        subject = _subject(one.notes[0])
        inside = {note.id for note in one.notes}
        return tuple(
            note
            for note in self.placed
            if subject and note.id not in inside and _subject(note) == subject
        )


def voice(note: Shown) -> tuple[str, str]:
    """Who speaks: a name, and a role when there is no name; notes nobody signed are one voice."""
    name = folded(note.author)
    return name, "" if name else note.role


def folded(name: str) -> str:
    """Write a name so that case and spaces do not make two people of one."""
    return " ".join(name.casefold().split())


def _proposes(note: Shown) -> bool:
    return note.kind == "proposition" and note.status == "ouverte"


def _subject(note: Shown) -> str:
    return note.place.indicator or note.place.hazard


def _rank(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names)
