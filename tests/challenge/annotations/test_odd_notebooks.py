"""Notebooks renumbered, old, broken or huge: their notes are read all the same."""

import time
from typing import Any

import nbformat
import pytest
from cell_books import CATALOGUE, ID, OTHER, book, read

from diag360.challenge.annotations.cells import (
    stamped,
)
from diag360.paths import notebooks_dir


def test_ids_a_tool_renumbered_are_found_again_in_the_shipped_notebook() -> None:
    notebook = nbformat.read(notebooks_dir() / "30_diagnostic.ipynb", as_version=4)
    titles = [place for place, cell in enumerate(notebook.cells) if cell.id.startswith("titre")]
    anchor = notebook.cells[titles[0]].id
    notebook.cells.insert(titles[0] + 1, nbformat.v4.new_markdown_cell("@note", id="neuve"))
    for place, cell in enumerate(notebook.cells):
        cell["id"] = str(place)
    found = next(one for one in read(notebook) if one.content.motivation == "precision")
    assert found.anchor == anchor
    assert found.content.target == f"paragraphe/30_diagnostic/{anchor}"
    assert found.cell_key == ""
    assert found.origin == f"30_diagnostic.ipynb, cellule n° {titles[0] + 2}"
    cells = [
        nbformat.v4.new_markdown_cell(text, id=f"{n}") for n, text in enumerate(("x", "@note"))
    ]
    (lost,) = read(nbformat.v4.new_notebook(cells=cells), name="mien.ipynb")
    assert (lost.content.target, lost.anchor) == ("inconnu/paragraphe de mien", "")


def test_a_notebook_of_before_ids() -> None:
    notebook = book("@note boire\nUn.\n@question\nDeux.")
    for cell in notebook.cells:
        del cell["id"]
    notebook["nbformat_minor"] = 4
    found = read(notebook)
    after = stamped(notebook, [ID, OTHER], found=found, catalogue=CATALOGUE)
    nbformat.validate(after)
    assert [one.note_id for one in read(after)] == [ID, OTHER]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"cells": None},
        {"cells": [None, 3, "x", {}, {"source": None}, {"source": 3}]},
        {"cells": [{"cell_type": "markdown", "source": ["@note\n", "x", 3], "metadata": None}]},
        {"cells": [{"cell_type": "markdown", "source": "@note", "metadata": {"diag360": [1]}}]},
        {"cells": [{"source": "@note", "id": 3, "metadata": {"diag360": {"note": 3}}}]},
        {"cells": [{"source": "@note", "id": "a/b"}, {"source": "x", "id": "../é"}],
         "metadata": {"diag360": {"notebook": "../../x.ipynb", "parameters": {"territory": 3}}}},
        {"cells": [{"source": "@note"}], "metadata": {"diag360": {"notebook": 3, "parameters": 3}}},
    ],
)  # fmt: skip
def test_a_broken_notebook_is_read_for_what_it_holds(broken: dict[str, Any]) -> None:
    found = read(nbformat.from_dict(broken), name="a/b\u202e.ipynb")
    assert len(found) == ("@note" in str(broken))


@pytest.mark.parametrize(
    "source",
    [
        "@objection " + "a b " * 50_000,
        "@objection " + "· x " * 20_000,
        "@objection " + "(" * 200_000,
        "@objection x · " + "(a) " * 50_000,
        "@proposition boire\n" + "```x\n" * 30_000,
        "@proposition boire\n" + "\n".join("`" * n for n in range(3, 900)),
        "@source boire\npreuve : " + "page 1 " * 50_000 + "(",
        "@source boire\n" * 500,
        "@source x" + "-" * 200_000 + "x",
    ],
    ids=range(9),
)
def test_a_huge_note_takes_no_age(source: str) -> None:
    started = time.perf_counter()
    found = read(book(source))
    assert time.perf_counter() - started < 5.0
    text = "".join(one.content.body + one.content.target for one in found)
    assert len(found) == 500 or len(text) > 0.9 * len(source) - 100
