"""One expert, one notebook: what is collected is exactly what the notebook shows."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from notebook_world import FIRST, WORD, World

from diag360 import load_catalogue

CATALOGUE = load_catalogue()
HEADERS = (
    "@note",
    "@objection seuil Taux de pauvreté · Jeanne Roux (thématique)",
    "@question · équipe",
    "@source besoin Boire · Amine Le Goff, terrain · 2026-10-02",
    "@proposition quelque chose d’inconnu · Jeanne Roux",
)
NUMBER = st.integers(min_value=0, max_value=6)


class Alone(RuleBasedStateMachine):
    """Whatever was done, one collection later the live notes are those of the notebook."""

    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name).resolve(), CATALOGUE)
        self.world.run(FIRST)
        self.world.write(FIRST, 2, HEADERS[:2])

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def cell_of(self, number):
        noted = self.world.noted(FIRST)
        return noted[number % len(noted)] if noted else None

    @rule(at=NUMBER, headers=st.lists(st.sampled_from(HEADERS), min_size=1, max_size=3))
    def write(self, at, headers):
        self.world.write(FIRST, at, headers)

    @rule(number=NUMBER, rank=st.integers(0, 2))
    def edit(self, number, rank):
        if (at := self.cell_of(number)) is not None:
            self.world.edit(FIRST, at, rank=rank)

    @rule(number=NUMBER)
    def delete(self, number):
        if (at := self.cell_of(number)) is not None:
            self.world.take(FIRST, at)

    @rule(number=NUMBER, at=NUMBER, keep=st.booleans(), bare=st.booleans())
    def paste(self, number, at, keep, bare):
        """Copy or move a cell; a copy may lose its metadata on the way."""
        if (source := self.cell_of(number)) is None:
            return
        taken = self.world.load(FIRST)["cells"][source]
        if not keep:
            self.world.take(FIRST, source)
        self.world.paste(FIRST, at, taken, bare=bare)

    @rule()
    def strip(self):
        self.world.strip(FIRST)

    @rule()
    def sleep(self):
        self.world.next_day()

    @rule()
    def upgrade(self):
        self.world.upgrade("gone")

    @rule()
    def run(self):
        """Made again, collected or not, the document shows the same notes."""
        before = set(self.world.seen(FIRST))
        self.world.run(FIRST)
        assert set(self.world.seen(FIRST)) == before

    @rule()
    def collect(self):
        found = self.world.collect([FIRST])
        assert not [event for event in found.events if event.conflict]
        live = [note for note in self.world.store().values() if not note.withdrawn]
        said = [(word, note.target) for note in live for word in WORD.findall(note.body)]
        assert {word for word, _ in said} == set(self.world.seen(FIRST))
        assert len(set(said)) == len(said)  # a copy under another paragraph speaks of another one


Alone.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestAlone = Alone.TestCase
