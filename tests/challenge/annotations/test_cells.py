"""Notes in cells: whatever an expert types is read, and what we write is read back as it is."""

import json
from datetime import date

import nbformat
import pytest
from cell_books import CATALOGUE, FULL, ID, TODAY, WEIGHTS, book, only, read
from hypothesis import given, settings
from hypothesis import strategies as st
from note_strategies import NASTY, any_text, bodies, clean_contents, short

from diag360.challenge.annotations.cells import (
    is_note,
    note_text,
    stamped,
)
from diag360.challenge.annotations.clean import clean_text
from diag360.challenge.annotations.model import Content, Creator, Evidence


@given(clean_contents, st.sampled_from(["", ID]))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back(content: Content, note_id: str) -> None:
    text = note_text(content, note_id=note_id, catalogue=CATALOGUE)
    assert text == clean_text(text)
    found = only(text)
    assert found.content == content
    assert found.note_id == note_id
    assert not {"created", "target"} & found.implied


@given(st.lists(st.tuples(clean_contents, st.sampled_from(["", ID])), min_size=2, max_size=3))
@settings(max_examples=50, deadline=None)
def test_notes_of_one_cell_do_not_mix(notes: list[tuple[Content, str]]) -> None:
    texts = [note_text(content, note_id=one, catalogue=CATALOGUE) for content, one in notes]
    found = read(book("\n".join(texts)))
    assert [(one.content, one.note_id) for one in found] == notes


@given(st.lists(st.one_of(bodies, any_text, short.map("@objection {}".format)), max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_text_stops_the_reading(sources: list[str]) -> None:
    notebook = book(*sources)
    found = read(notebook)
    assert len(found) >= sum(map(is_note, notebook.cells))
    after = stamped(notebook, [f"n-{i:010x}" for i in range(len(found))], found=found,
                    catalogue=CATALOGUE)  # fmt: skip
    nbformat.validate(after)
    again = read(after)
    assert [one.content for one in again] == [one.content for one in found]
    assert [one.base for one in again] == [one.content.revision for one in found]
    assert stamped(after, [one.note_id for one in again], found=again, catalogue=CATALOGUE) == after


@given(st.lists(st.sampled_from(NASTY), max_size=8).map("\n".join))
@settings(max_examples=150, deadline=None)
def test_every_word_typed_is_kept(body: str) -> None:
    found = read(book(f"@proposition boire\n{body}"))
    told = json.dumps([one.content.model_dump(mode="json") for one in found], ensure_ascii=False)
    for word in ("alert(1)", "=1+1", "نص", "retourné", "👩‍🌾", "retrait", "exemple.fr", "Un titre"):
        assert told.count(word) == clean_text(body).count(word)


def test_a_note_with_everything() -> None:
    found = only(FULL)
    assert found.content == Content(
        motivation="objection",
        target="seuil/be2_i05",
        creator=Creator(name="Jeanne Roux", role="thematique"),
        created=date(2026, 11, 20),
        visibility="equipe",
        evidence=(
            Evidence(url="https://exemple.fr/etude.pdf", page="12"),
            Evidence(document="Titre du document", page="3"),
        ),
        changes=WEIGHTS,
        body="Le seuil est trop bas.\n\nSuite.",
    )
    assert (found.note_id, found.base, found.anchor, found.remarks) == ("", "", "titre", ())
    assert found.origin == "30_diagnostic.ipynb, cellule c0"
    assert found.cell_key == "30_diagnostic#c0"


def test_the_least_one_may_type() -> None:
    found = only("\n\n**@note**\n\nÀ revoir.")
    assert found.content == Content(
        motivation="precision", target="paragraphe/30_diagnostic/titre", created=TODAY,
        body="À revoir.",
    )  # fmt: skip
    assert found.implied == {"created", "target"}


@pytest.mark.parametrize(
    ("header", "target", "name", "body", "remark"),
    [
        ("@question pourquoi trois jours ?", "paragraphe/30_diagnostic/titre", "",
         "pourquoi trois jours ?", ""),
        ("@question boire · Paul · pourquoi trois jours ?", "besoin/boire", "Paul",
         "pourquoi trois jours ?", "« pourquoi trois jours ? » ne dit ni qui"),
        ("@question · Paul Petit · Boire", "besoin/boire", "Paul Petit", "", ""),
        ("@question Paul Petit (terrain) · Boire", "besoin/boire", "Paul Petit", "", ""),
        ("@note ce paragraphe · Paul", "paragraphe/30_diagnostic/titre", "Paul", "", ""),
        ("@objection · Paul Petit", "paragraphe/30_diagnostic/titre", "Paul Petit", "", ""),
        ("@objection taux de pauvretté des jeunes", "inconnu/taux de pauvretté des jeunes", "", "",
         "peut-être indicateur/be2_i05 (Taux de pauvreté)"),
        ("@objection seuil/be2_i5", "seuil/be2_i5", "", "", "peut-être seuil/be2_i05"),
        ("@objection boire · 31/02/2026", "besoin/boire", "", "", "« 31/02/2026 » n’est pas"),
    ],
)  # fmt: skip
def test_what_a_header_leaves_open(
    header: str, target: str, name: str, body: str, remark: str
) -> None:
    found = only(header)
    assert found.content.target == target
    assert found.content.creator.name == name
    assert found.content.body == body
    assert remark in " ".join(found.remarks)
    assert bool(found.remarks) is bool(remark)


def test_the_territory_comes_from_the_run_or_from_the_caller() -> None:
    run = {"notebook": "30_diagnostic.ipynb", "parameters": {"territory": "200065928"}}
    found = only("@note", diag360=run)
    assert found.content.target == "paragraphe/30_diagnostic/titre/200065928"
    value = only("@note valeur Taux de pauvreté", diag360=run)
    assert value.content.target == "valeur/be2_i05/200065928"
    (given,) = read(book("@note valeur be2_i05"), territory="01004")
    assert given.content.target == "valeur/be2_i05/01004"


@pytest.mark.parametrize(
    "name",
    ["30_diagnostic.ipynb", "30_diagnostic-Copy1.ipynb", "courrier/30_diagnostic (Jeanne).ipynb"],
)
def test_a_copy_is_the_notebook_it_copies(name: str) -> None:
    (found,) = read(book("@note"), name=name)
    assert found.content.target == "paragraphe/30_diagnostic/titre"
    assert found.cell_key == "30_diagnostic#c0"
    assert found.origin == f"{name}, cellule c0"


def test_the_paragraph_above_skips_other_notes() -> None:
    notebook = book("Un paragraphe.", "@note", "@question")
    assert [one.anchor for one in read(notebook)] == ["c0", "c0"]
    notebook.cells = notebook.cells[2:] + notebook.cells[:1]  # nothing above: the one below
    found = read(notebook)
    assert [(one.anchor, one.content.target) for one in found] == [
        ("", "paragraphe/30_diagnostic/titre")
    ] * 2


def test_a_second_header_opens_a_second_note() -> None:
    first, second = read(book("@objection boire\nUn.\n```\n@source x\n```\n@question\nDeux."))
    assert first.content.body == "Un.\n```\n@source x\n```"
    assert (second.content.motivation, second.content.body) == ("question", "Deux.")
    assert second.content.target == "paragraphe/30_diagnostic/titre"
    assert (first.cell_key, second.cell_key) == ("30_diagnostic#c0", "30_diagnostic#c0~2")


def test_a_cell_of_code_may_hold_a_note_but_a_decorator_is_code() -> None:
    note = nbformat.v4.new_code_cell("@objection boire\nTrop peu.", id="a")
    code = nbformat.v4.new_code_cell("@note\n# pourquoi\n\n@cache\ndef f(): ...", id="b")
    assert is_note(note)
    assert not is_note(code)
    notebook = nbformat.v4.new_notebook(cells=[note, code])
    (found,) = read(notebook)
    assert found.content.target == "besoin/boire"
    after = stamped(notebook, [ID], found=[found], catalogue=CATALOGUE)
    nbformat.validate(after)
    assert [cell.cell_type for cell in after.cells] == ["markdown", "code"]
    assert after.cells[1] == code
