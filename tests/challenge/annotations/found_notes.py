"""Notes as if they had just been read in notebooks, and the merge tried twice."""

from datetime import date

from diag360 import load_catalogue
from diag360.challenge.annotations.cells import FoundNote
from diag360.challenge.annotations.gather import Source, gather
from diag360.challenge.annotations.lineage import lineage
from diag360.challenge.annotations.model import Content

CATALOGUE = load_catalogue()
DAY, LATER = date(2026, 11, 20), date(2026, 11, 23)


def text(body, **fields):
    told = {"motivation": "objection", "target": "seuil/be2_i05", "created": DAY, "body": body}
    return Content(**{**told, **fields})


def found(content, *, note_id="", base="", cell="a1", file="30_diagnostic.ipynb", **fields):
    if isinstance(content, str):
        content = text(content)
    return FoundNote(
        content=content, note_id=note_id, base=base, origin=f"{file}, cellule {cell}",
        cell_key=f"30_diagnostic#{cell}" if cell else "", **fields,
    )  # fmt: skip


def source(*notes, name="30_diagnostic.ipynb", **fields):
    return Source(name, notes, **fields)


def merge(store, *sources, today=LATER):
    made = gather(store, notebooks=sources, catalogue=CATALOGUE, today=today)
    again = gather(made.notes, notebooks=sources, catalogue=CATALOGUE, today=today)
    assert again.notes == made.notes
    assert [event for event in again.events if event.action != "conflit"] == []
    return made


def one(words="Trop bas."):
    """A store of one note, and its id."""
    made = merge({}, source(found(words)), today=DAY)
    (name,) = made.notes
    return made.notes, name


def actions(made):
    return [event.action for event in made.events]


def bodies(note):
    return [step.content.body for step in lineage(note) if step.content]
