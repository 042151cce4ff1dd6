"""Stamps: the id of a note in its cell, and what it tells when the cell comes back."""

import json
from datetime import date

import nbformat
import pytest
from cell_books import CATALOGUE, FULL, ID, OTHER, TODAY, book, read

from diag360.challenge.annotations.cells import (
    note_cell,
    read_notes_of,
    stamped,
)
from diag360.challenge.annotations.model import Note


def test_stamping_writes_ids_and_leaves_the_rest() -> None:
    notebook = book("Un paragraphe.", FULL, "@note\nUn.\n@question boire\nDeux.", "Fin.")
    notebook.cells[3]["metadata"] = {"tags": ["x"], "diag360": {"autre": 1}}
    before = json.dumps(notebook)
    found = read(notebook)
    ids = [ID, OTHER, "n-0000000001"]
    after = stamped(notebook, ids, found=found, catalogue=CATALOGUE)
    assert json.dumps(notebook) == before
    assert [cell.id for cell in after.cells] == ["titre", "c0", "c1", "c2", "note-n-0000000001",
                                                 "c3"]  # fmt: skip
    assert [after.cells[place] for place in (0, 1, 5)] == [
        notebook.cells[place] for place in (0, 1, 4)
    ]
    assert after.cells[2].source == FULL.replace(
        FULL.partition("\n")[0],
        "@objection · seuil/be2_i05 (Taux de pauvreté, seuil) · Jeanne Roux (thématique)"
        f" · 2026-11-20 · équipe · {ID}",
    )
    assert after.cells[3].source == (
        "@précision · paragraphe/30_diagnostic/c0"
        " (paragraphe «\u00a0c0\u00a0» de 30_diagnostic)"
        f" · 2026-11-23 · public · {OTHER}\nUn."
    )
    stamp = {"note": OTHER, "revision": found[1].content.revision}
    assert after.cells[3].metadata == {"tags": ["x", "note"], "diag360": {"autre": 1, **stamp}}
    again = read_notes_of(after, name="copie.ipynb", catalogue=CATALOGUE, today=date(2030, 1, 1))
    assert [one.content for one in again] == [one.content for one in found]
    assert [one.note_id for one in again] == ids
    assert [one.base for one in again] == [one.content.revision for one in found]
    assert not any(one.implied for one in again)


def test_a_note_without_id_is_left_as_it_is() -> None:
    notebook = book(FULL, "@note\nUn.")
    after = stamped(notebook, ["", ID], found=read(notebook), catalogue=CATALOGUE)
    assert after.cells[1] == notebook.cells[1]
    assert after.cells[2].source.endswith(f"{ID}\nUn.")


def test_as_many_ids_as_notes() -> None:
    notebook = book(FULL)
    with pytest.raises(ValueError, match="2 identifiants pour 1 notes"):
        stamped(notebook, [ID, OTHER], found=read(notebook), catalogue=CATALOGUE)


def test_the_cell_of_a_note_is_put_back_with_its_stamp() -> None:
    note = Note(id=ID, motivation="source", target="besoin/boire", created=TODAY, body="Voir.")
    cell = note_cell(note, catalogue=CATALOGUE)
    assert cell.id == f"note-{ID}"
    stamp = {"note": ID, "revision": note.content.revision}
    assert cell.metadata == {"diag360": stamp, "tags": ["note"]}
    assert cell.source == f"@source · besoin/boire (Boire) · 2026-11-23 · public · {ID}\n\nVoir."
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.validate(notebook)
    (found,) = read(notebook)
    assert (found.content, found.note_id, found.base) == (note.content, ID, note.revision)


def test_an_edit_shows_against_its_stamp_even_when_the_id_is_gone_from_the_header() -> None:
    note = Note(id=ID, motivation="source", target="besoin/boire", created=TODAY, body="Voir.")
    cell = note_cell(note, catalogue=CATALOGUE)
    cell.source = cell.source.replace("Voir.", "Revoir.").replace(f" · {ID}", "").replace("@", "")
    (found,) = read(nbformat.v4.new_notebook(cells=[cell]))
    assert (found.note_id, found.base, found.content.body) == (ID, note.revision, "Revoir.")


def test_a_note_typed_above_another_in_its_cell_does_not_take_its_stamp() -> None:
    note = Note(id=ID, motivation="source", target="besoin/boire", created=TODAY, body="Voir.")
    cell = note_cell(note, catalogue=CATALOGUE)
    cell.source = f"@question boire\nEt ?\n{cell.source}"
    new, old = read(nbformat.v4.new_notebook(cells=[cell]))
    assert (new.note_id, new.base) == ("", "")
    assert (old.note_id, old.base, old.content) == (ID, note.revision, note.content)


def test_words_nobody_could_place_are_looked_for_again_once_edited() -> None:
    note = Note(id=ID, motivation="source", target="inconnu/Boire", created=TODAY)
    cell = note_cell(note, catalogue=CATALOGUE)
    (same,) = read(nbformat.v4.new_notebook(cells=[cell]))
    assert same.content == note.content
    cell.source = cell.source.replace("inconnu/Boire", "inconnu/seuil taux de pauvreté")
    (edited,) = read(nbformat.v4.new_notebook(cells=[cell]))
    assert edited.content.target == "seuil/be2_i05"
