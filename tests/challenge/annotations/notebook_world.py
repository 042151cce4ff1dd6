"""A small world of real notebooks on disk: a template, two documents, copies sent by mail."""

import copy
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import nbformat
from nbstripout import strip_output

from diag360.challenge.annotations.collect import collect
from diag360.challenge.annotations.store import read_store
from diag360.documents.notes_before import Site, look
from diag360.documents.put_back import put_back

TEMPLATE, FIRST, SECOND, MAIL = "notebooks", "out/nord", "out/sud", "courriel"
FILE = "30_diagnostic.ipynb"
TERRITORIES = {FIRST: "200065928", SECOND: "240400440"}
# What the independent model knows of a note: the word in its text that nothing else contains.
WORD = re.compile(r"jeton\d+")
OPENING = re.compile(r"^[#>*_ ]*@", re.MULTILINE)


def cell(cell_id, source, *, kind="markdown", metadata=None):
    body = {"cell_type": kind, "id": cell_id, "metadata": metadata or {}, "source": source}
    if kind == "code":
        body |= {"outputs": [], "execution_count": None}
    return body


def template():
    return {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [
            cell("titre", "# Diagnostic"),
            cell("besoins", "besoins()", kind="code"),
            cell("exposition", "exposition()", kind="code"),
            cell("fin", "La fin."),
        ],
    }  # fmt: skip


def words_in(notebook):
    """Words of the notes one sees in a notebook, in order."""
    noted = [c["source"] for c in notebook["cells"] if OPENING.search(c["source"])]
    return [word for source in noted for word in WORD.findall(source)]


class World:
    def __init__(self, root: Path, catalogue):
        self.root, self.catalogue = root, catalogue
        self.today = date(2026, 11, 23)
        self.store_folder = root / "notes"
        self.cells = 0
        self.tokens = 0
        self.save(TEMPLATE, template())

    # -- files, as JupyterLab reads and saves them

    def path(self, place):
        return self.root / place / FILE

    def places(self):
        return [p for p in (TEMPLATE, FIRST, SECOND, MAIL) if self.path(p).exists()]

    def load(self, place):
        notebook = json.loads(self.path(place).read_text(encoding="utf-8"))
        for one in notebook["cells"]:
            one["source"] = "".join(one["source"])
        return notebook

    def save(self, place, notebook):
        self.path(place).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.from_dict(notebook), self.path(place))

    def bytes(self):
        return {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def seen(self, place):
        return words_in(self.load(place))

    def noted(self, place):
        """Places of the cells that hold notes."""
        cells = self.load(place)["cells"]
        return [at for at, one in enumerate(cells) if OPENING.search(one["source"])]

    # -- what an expert does

    def word(self):
        self.tokens += 1
        return f"jeton{self.tokens}"

    def fresh_id(self):
        self.cells += 1
        return f"{self.cells:08x}-cell"

    def write(self, place, at, headers):
        notebook, words = self.load(place), [self.word() for _ in headers]
        source = "\n".join(f"{h}\nJe dis {w} ici." for h, w in zip(headers, words, strict=True))
        at = min(at, len(notebook["cells"]))
        notebook["cells"].insert(at, cell(self.fresh_id(), source))
        self.save(place, notebook)
        return words

    def rewrite(self, place, at, change):
        """Change the source of a cell of notes."""
        notebook = self.load(place)
        notebook["cells"][at]["source"] = change(notebook["cells"][at]["source"])
        self.save(place, notebook)

    def edit(self, place, at, *, rank=0):
        """Say something else in one of the notes of a cell; the old word is no longer there."""
        source = self.load(place)["cells"][at]["source"]
        old = WORD.findall(source)
        old, new = old[rank % len(old)], self.word()
        self.rewrite(place, at, lambda source: re.sub(rf"\b{old}\b", new, source))
        return old, new

    def take(self, place, at):
        notebook = self.load(place)
        taken = notebook["cells"].pop(at)
        self.save(place, notebook)
        return taken

    def paste(self, place, at, taken, *, bare=False):
        notebook = self.load(place)
        pasted = copy.deepcopy(taken) | {"id": self.fresh_id()}
        if bare:
            pasted["metadata"] = {}
        notebook["cells"].insert(min(at, len(notebook["cells"])), pasted)
        self.save(place, notebook)

    # -- what the tools do

    def strip(self, place):
        notebook = nbformat.from_dict(self.load(place))
        self.save(place, strip_output(notebook, False, False, keep_id=False))

    def mail(self, place):
        self.save(MAIL, self.load(place))

    def store(self):
        return read_store(self.store_folder)

    def collect(self, places=None, *, stamp=True):
        paths = [self.path(place) for place in places or self.places()]
        return collect(
            paths, folder=self.store_folder, catalogue=self.catalogue, today=self.today, stamp=stamp
        )

    def run(self, place):
        """Make a document again: papermill runs the whole template, then notes are put back."""
        made = nbformat.from_dict(self.load(TEMPLATE))
        made.metadata["diag360"] = {
            "notebook": FILE,
            "parameters": {"territory": TERRITORIES[place]},
        }
        there = nbformat.from_dict(self.load(place)) if self.path(place).exists() else None
        site = Site("30_diagnostic", self.catalogue, shows=True, territory=TERRITORIES[place])
        source = nbformat.from_dict(self.load(TEMPLATE))
        before = look(site, template=source, there=there, store=self.store(), today=self.today)
        put_back(made, before)
        self.save(place, made)

    def next_day(self):
        self.today += timedelta(days=1)

    def upgrade(self, change):
        """A new version of the catalogue, in which an indicator is gone, renamed or rescaled."""
        known = self.catalogue.indicators
        year, number = self.catalogue.version.split(".")
        settings = self.catalogue.settings.model_copy(
            update={"version": f"{year}.{int(number) + 1}"}
        )
        changed = dict(known)
        if change == "gone":
            changed.pop("be2_i05", None)
        elif "be2_i05" in changed:
            label = {"renamed": "Part des ménages pauvres"}.get(change, "Taux de pauvreté")
            changed["be2_i05"] = changed["be2_i05"].model_copy(
                update={"label": label, "definition": change}
            )
        self.catalogue = replace(self.catalogue, settings=settings, indicators=changed)

    # -- what is kept

    def heads(self, *, live=True):
        """How many notes say each word today."""
        notes = self.store().values()
        return Counter(
            word for note in notes if not (live and note.withdrawn)
            for word in WORD.findall(note.body)
        )  # fmt: skip

    def kept(self):
        """Every word in the store: said today, or in a history."""
        notes = self.store().values()
        told = [text.body for note in notes for text in
                (note, *(e.content for e in note.history if e.content is not None))]  # fmt: skip
        return {word for text in told for word in WORD.findall(text)}

    def saying(self, word):
        return [note for note in self.store().values() if word in WORD.findall(note.body)]
