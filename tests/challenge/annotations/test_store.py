"""Files of notes: read back exactly, refused with their faults, written whole."""

from datetime import date

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from note_strategies import clean_contents

from diag360.challenge.annotations.model import Content, Note, Revision, State
from diag360.challenge.annotations.note_yaml import note_text_yaml
from diag360.challenge.annotations.store import (
    annotations_dir,
    changed_notes,
    read_store,
    scan_store,
    write_notes,
)
from diag360.errors import Refusal

DAY = date(2026, 11, 20)
CONTENT = Content(motivation="objection", target="seuil/be2_i05", created=DAY, body="Trop bas.")


def note(number=1, content=CONTENT, **fields):
    told = {name: getattr(content, name) for name in Content.model_fields}
    return Note(id=f"n-{number:010x}", **told, **fields)


def lived(content, before):
    """A note with a state and a history."""
    created = Revision(date=DAY, action="creee", origin="30_diagnostic.ipynb, cellule x")
    changed = Revision(date=DAY, action="modifiee", origin="a: b", content=before)
    state = State(version="2026.4", said={"seuil": "0,26 = 0 ; 0,129 = 0,5", "définition": "1e5"})
    return note(content=content, state=state, history=(created, changed))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=clean_contents, before=clean_contents)
def test_what_is_written_is_read_back(tmp_path_factory, content, before):
    folder = tmp_path_factory.mktemp("notes")
    written = lived(content, before)
    write_notes(folder, [written])
    assert read_store(folder) == {written.id: written}


# Texts that YAML makes easy to lose: its own signs, spaces at the ends, tabulations, breaks.
SIGNS = st.sampled_from(
    ["\n", " ", "\t", "a", ":", "#", "- ", "|", ">", "'", '"', "%", "&b", "*b", "!t", "---", "...",
     "\u2028", "\u00a0", "\ufffe", "😀", "é", "0x1f", "1e5", "null", "~", "yes", "2026-11-20", "=",
     "{", "}", "[", "]", ",", "?", "@", "`", "\\n", "\x7f", "01004", "1_000", "12:30"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(words=st.lists(SIGNS, max_size=8).map("".join))
def test_no_text_is_taken_for_something_else(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("notes")
    written = note(content=CONTENT.model_copy(update={"body": words}))
    written = written.model_copy(update={"state": State(version=words, said={words: words})})
    write_notes(folder, [written])
    assert read_store(folder) == {written.id: written}


def test_a_text_is_readable_in_its_file():
    body = "Le seuil est **bas**.\n\n- une liste :\n\t- un retrait"
    text = note_text_yaml(note(content=CONTENT.model_copy(update={"body": body})))
    lines = text.splitlines()
    assert lines[0] == "# yaml-language-server: $schema=schema/note.schema.json"
    assert lines[1] == "id: n-0000000001"
    start = lines.index("body: |-")
    assert lines[start + 1 : start + 5] == [
        "  Le seuil est **bas**.", "", "  - une liste :", "  \t- un retrait",
    ]  # fmt: skip


def test_a_text_that_no_block_can_hold_is_quoted():
    body = "\tpremière\nseconde"  # libyaml refuses a tabulation where it looks for an indent
    text = note_text_yaml(note(content=CONTENT.model_copy(update={"body": body})))
    assert yaml.safe_load(text)["body"] == body
    assert "|" not in text


def test_what_is_by_default_is_not_written():
    assert set(yaml.safe_load(note_text_yaml(note()))) == {
        "id", "motivation", "target", "created", "body",
    }  # fmt: skip


def test_only_notes_are_read(tmp_path):
    write_notes(tmp_path, [note(2), note(1)])
    (tmp_path / "README.md").write_text("# Les notes", encoding="utf-8")
    (tmp_path / "brouillon.yaml").write_text("rien: du tout", encoding="utf-8")
    (tmp_path / ".n-0000000003.yaml.tmp").write_text("id: n-", encoding="utf-8")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "n-0000000009.yaml").write_text("x: 1", encoding="utf-8")
    assert list(read_store(tmp_path)) == ["n-0000000001", "n-0000000002"]
    assert read_store(tmp_path / "absent") == {}


def test_every_fault_of_every_file_is_said_at_once(tmp_path):
    write_notes(tmp_path, [note(1), note(2), note(3), note(4)])
    first, second, third, fourth = sorted(tmp_path.glob("*.yaml"))
    first.write_text(first.read_text().replace("objection", "colère"), encoding="utf-8")
    second.write_text(second.read_text() + "humeur: noire\nstatus: acceptee\n", encoding="utf-8")
    third.rename(tmp_path / "n-0000000003 (copie).yaml")
    with pytest.raises(Refusal) as caught:
        read_store(tmp_path)
    told = {(fault.file, fault.place): fault.problem for fault in caught.value.faults}
    assert "« colère »" in told[first.name, "motivation"]
    assert "« humeur »" in told[second.name, "humeur"]
    assert "« n-0000000003 »" in told["n-0000000003 (copie).yaml", "id"]
    stored = scan_store(tmp_path)
    assert list(stored.notes) == [fourth.stem]
    assert stored.faults == caught.value.faults


def test_a_note_decided_says_by_whom(tmp_path):
    write_notes(tmp_path, [note(1)])
    (file,) = tmp_path.glob("*.yaml")
    file.write_text(file.read_text() + "status: acceptee\n", encoding="utf-8")
    with pytest.raises(Refusal, match="« acceptee »"):
        read_store(tmp_path)


def test_changed_notes_are_those_that_are_new_or_different():
    one, two = note(1), note(2)
    moved = two.model_copy(update={"withdrawn": True})
    assert changed_notes({one.id: one, two.id: two}, {two.id: moved, one.id: one}) == [moved]
    assert changed_notes({}, {two.id: two, one.id: one}) == [one, two]
    assert changed_notes({one.id: one}, {one.id: one}) == []


def test_shipped_notes_can_be_read():
    assert annotations_dir().name == "annotations"
    assert all(name == kept.id for name, kept in read_store().items())
