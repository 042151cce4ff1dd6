"""Ids of cells: those drawn at random say which cell it is, ranks do not."""

from datetime import date

import pytest
from nbformat import v4

from diag360 import load_catalogue
from diag360.challenge.annotations.cells import read_notes_of

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(("name", "key"), [("34583920", "x#34583920"), ("1", ""), ("a1", "x#a1")])
def test_an_id_drawn_at_random_may_be_all_digits_and_a_rank_is_none(name: str, key: str) -> None:
    cells = [v4.new_markdown_cell("Texte", id="texte"), v4.new_markdown_cell("@note\nUn.", id=name)]
    (one,) = read_notes_of(
        v4.new_notebook(cells=cells), name="x.ipynb", catalogue=CATALOGUE, today=date(2026, 11, 23)
    )
    assert one.cell_key == key
