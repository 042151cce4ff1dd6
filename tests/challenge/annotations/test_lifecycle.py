"""Any sequence of write, edit, move, delete, collect, re-run, upgrade loses and doubles nothing."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from notebook_world import FIRST, MAIL, SECOND, TEMPLATE, World

from diag360 import load_catalogue
from diag360.challenge.annotations.model import Note

CATALOGUE = load_catalogue()
HEADERS = (
    "@note",
    "@objection seuil Taux de pauvreté · Jeanne Roux (thématique)",
    "@question · équipe",
    "@source besoin Boire · Amine Le Goff, terrain · 2026-10-02",
    "@précision valeur Taux de pauvreté",
    "@proposition quelque chose d’inconnu · Jeanne Roux",
    "**@Objection** cotation Canicule | 20/11/2026",
)
TARGETS = ("poids/be2_i05", "besoin/boire", "valeur/be2_i05/200065928", "alea/C2", "inconnu/tout")
PLACES = st.sampled_from((TEMPLATE, FIRST, SECOND, MAIL))
NUMBER = st.integers(min_value=0, max_value=6)
WRITTEN = st.lists(st.sampled_from(HEADERS), min_size=1, max_size=2)
YES = st.booleans()
TOOLS = st.sampled_from(("strip", "sleep", "run", "mail", "upgrade"))
CHANGES = st.sampled_from(("gone", "renamed", "rescaled"))


class Life(RuleBasedStateMachine):
    """What experts, tools and collections do to notes, in any order.

    The model is independent of the code: it knows which words were in the notes of the notebooks
    that were collected, and looks for them in the files of the store.
    """

    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name).resolve(), CATALOGUE)
        self.collected: set[str] = set()
        self.notes: dict[str, Note] = {}
        self.settled = False
        self.copied: dict[str, set[str]] = {}  # words the notebook had when a document was made
        self.world.run(FIRST)
        self.world.run(SECOND)
        self.world.mail(FIRST)
        self.world.write(TEMPLATE, 2, HEADERS[:2])
        self.world.write(FIRST, 3, HEADERS[1:2])
        self.world.write(SECOND, 1, HEADERS[4:6])
        self.collect_all()

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def cell_of(self, place, number):
        """A cell of notes; None when there is none in that notebook."""
        noted = self.world.noted(place) if place in self.world.places() else []
        return noted[number % len(noted)] if noted else None

    # -- experts

    @rule(place=PLACES, at=NUMBER, headers=WRITTEN)
    def write(self, place, at, headers):
        if place in self.world.places():
            self.world.write(place, at, headers)
            self.settled = False

    @rule(place=PLACES, number=NUMBER, rank=st.integers(0, 1))
    def edit(self, place, number, rank):
        at = self.cell_of(place, number)
        if at is not None:
            self.world.edit(place, at, rank=rank)
            self.settled = False

    @rule(place=PLACES, number=NUMBER, address=st.sampled_from(TARGETS))
    def speak_of_another(self, place, number, address):
        at = self.cell_of(place, number)
        if at is not None:
            self.world.rewrite(place, at, lambda source: retargeted(source, address))
            self.settled = False

    @rule(place=PLACES, number=NUMBER)
    def delete(self, place, number):
        at = self.cell_of(place, number)
        if at is not None:
            self.world.take(place, at)
            self.settled = False

    @rule(place=PLACES, other=PLACES, number=NUMBER, at=NUMBER, keep=YES, bare=YES)
    def paste(self, place, other, number, at, keep, bare):
        """Copy, or move, a cell; within a notebook or to another one."""
        source = self.cell_of(place, number)
        if source is None or other not in self.world.places():
            return
        taken = self.world.load(place)["cells"][source] if keep else self.world.take(place, source)
        self.world.paste(other, at, taken, bare=bare)
        self.settled = False

    @rule(number=NUMBER, places=st.permutations((TEMPLATE, FIRST, SECOND, MAIL)))
    def edit_in_two_places(self, number, places):
        """Two experts change one note, each in a notebook."""
        for place in places[:3]:
            at = self.cell_of(place, number)
            if at is not None:
                self.world.edit(place, at)
                self.settled = False

    # -- tools

    @rule(what=TOOLS, place=PLACES, change=CHANGES)
    def use_a_tool(self, what, place, change):
        world = self.world
        if what == "upgrade":
            world.upgrade(change)
        elif what == "sleep":
            world.next_day()
        elif what == "run":
            self.run(FIRST if place in (FIRST, MAIL) else SECOND)
        elif place in world.places():
            getattr(world, what)(place)

    def run(self, place):
        """A document made again still has every word that neither store nor notebook had."""
        before = set(self.world.seen(place)) - self.copied.get(place, set())
        self.copied[place] = set(self.world.seen(TEMPLATE))
        self.world.run(place)
        assert before <= set(self.world.seen(place)) | self.world.kept()

    @rule(places=st.sets(PLACES, min_size=1), stamp=st.booleans())
    def collect_some(self, places, stamp):
        there = [place for place in self.world.places() if place in places]
        if there:
            self.collect(there, stamp=stamp)
            self.settled = False

    @rule()
    def collect_all(self):
        self.collect(self.world.places(), stamp=True)
        self.settled = True

    def collect(self, places, *, stamp):
        for place in places:
            self.collected |= set(self.world.seen(place))
        self.world.collect(places, stamp=stamp)
        once = self.world.bytes()
        again = self.world.collect(places, stamp=stamp)
        assert self.world.bytes() == once, again.events
        assert all(event.action == "conflit" for event in again.events)
        self.look()

    def look(self):
        store = self.world.store()
        assert self.collected <= self.world.kept()
        live = [note for note in store.values() if not note.withdrawn]
        for note in live:
            same = [one for one in live if one.content == note.content and one.id != note.id]
            assert not same or any(e.action in ("deplacee", "remise") for one in (note, *same)
                                   for e in one.history)  # fmt: skip
        for name, before in self.notes.items():
            # What was once kept in a history stays there, in that order.
            told = [e.content for e in store[name].history]
            assert told[: len(before.history)] == [e.content for e in before.history]
            assert store[name].body == before.body or before.body in [
                content.body for content in told if content is not None
            ]
        self.notes = store

    # -- once everything is collected

    @precondition(lambda self: self.settled)
    @rule(what=TOOLS, place=PLACES, change=CHANGES)
    def what_says_nothing(self, what, place, change):
        """Tools change no note."""
        self.use_a_tool(what, place, change)
        world = self.world
        before = world.store()
        found = world.collect()
        assert [e for e in found.events if e.action != "conflit"] == []
        assert world.store() == before

    @precondition(lambda self: self.settled)
    @rule(place=PLACES, number=NUMBER)
    def an_edit_is_heard(self, place, number):
        at = self.cell_of(place, number)
        if at is None:
            return
        _, note = self.cell_and_note(place, at)
        word, new = self.world.edit(place, at)
        self.collect(self.world.places(), stamp=True)
        heads = self.world.saying(new)
        assert len(heads) <= 1
        if note is None or self.world.seen(place).count(word):
            return  # the cell was not up to date; or a copy was left as it was, and is the note
        assert [one.id for one in heads] == [note.id]
        assert word in heads[0].history[-1].content.body

    @precondition(lambda self: self.settled)
    @rule(place=PLACES, number=NUMBER)
    def a_deletion_is_heard_and_can_be_undone(self, place, number):
        at = self.cell_of(place, number)
        if at is None:
            return
        cell, note = self.cell_and_note(place, at)
        self.world.take(place, at)
        self.collect(self.world.places(), stamp=True)
        if note is None or note.id in "".join(c["source"] for c in self.world.load(place)["cells"]):
            return  # the cell was not up to date, or another copy of it is still there
        assert self.world.store()[note.id].withdrawn
        self.world.paste(place, at, cell)
        self.collect(self.world.places(), stamp=True)
        assert not self.world.store()[note.id].withdrawn

    def cell_and_note(self, place, at):
        """A cell, and the note it is when it says what the note says today."""
        cell = self.world.load(place)["cells"][at]
        stamp = cell["metadata"].get("diag360", {})
        note = self.world.store().get(stamp.get("note", ""))
        fresh = note is not None and not note.withdrawn and note.revision == stamp["revision"]
        return cell, note if fresh else None

    @invariant()
    def no_note_is_ever_thrown_away(self):
        if hasattr(self, "world"):
            assert set(self.notes) <= set(self.world.store())


def retargeted(source, target):
    """Write another target in the first header of a cell, as one would: right after the kind."""
    first, _, rest = source.partition("\n")
    kind, *fields = [field.strip() for field in first.split("·")]
    words = kind.split()
    fields = [field for field in fields if "/" not in field]
    return "\n".join([" · ".join([words[0], target, *fields]), rest])


Life.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestLife = Life.TestCase
