"""Collecting from files: what is read, what is written, and what cannot be."""

import json
from datetime import date
from pathlib import Path

import pytest
from found_notes import CATALOGUE, found
from notebook_world import TEMPLATE, World, cell, template
from openpyxl import Workbook

from diag360.challenge.annotations import collect as module
from diag360.challenge.annotations.collect import collect
from diag360.challenge.annotations.gather import Source
from diag360.challenge.annotations.paths_of import find_files
from diag360.challenge.annotations.store import read_store
from diag360.errors import Refusal
from diag360.territories.workbook.opening import open_workbook

NOTE = "@objection seuil Taux de pauvreté · Jeanne Roux (thématique)\nTrop bas, jeton1."


@pytest.fixture
def world(tmp_path):
    return World(tmp_path.resolve(), CATALOGUE)


def put(path: Path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    path.write_text(text, encoding="utf-8")


def noted(*sources):
    notebook = template()
    for number, source in enumerate(sources):
        notebook["cells"].insert(2 + number, cell(f"ajout-{number}", source))
    return notebook


def run(root, *paths, **options):
    told = {"folder": root / "notes", "catalogue": CATALOGUE, "today": date(2026, 11, 23)}
    return collect([root / path for path in paths] or [root], **{**told, **options})


# -- which files


def test_folders_are_searched_all_the_way_down(tmp_path):
    for path in ("a/x.ipynb", "a/b/y.ipynb", "a/.ipynb_checkpoints/x-checkpoint.ipynb",
                 "a/w.xlsx", "a/~$w.xlsx", "a/lisez.md", ".venv/z.ipynb"):  # fmt: skip
        put(tmp_path / path, template())
    named = [name for name, _ in find_files([tmp_path / "a", tmp_path / "a/x.ipynb"])]
    assert named == ["b/y.ipynb", "a/x.ipynb"]
    with_books = [name for name, _ in find_files([tmp_path / "a"], workbooks=True)]
    assert with_books == ["b/y.ipynb", "a/w.xlsx", "a/x.ipynb"]
    assert [name for name, _ in find_files([tmp_path])] == ["b/y.ipynb", "a/x.ipynb"]


def test_two_files_never_have_one_name(tmp_path):
    for path in ("anne/out/30.ipynb", "amine/out/30.ipynb", "30.ipynb"):
        put(tmp_path / path, template())
    named = [name for name, _ in find_files([tmp_path])]
    assert named == [f"{tmp_path.name}/30.ipynb", "amine/out/30.ipynb", "anne/out/30.ipynb"]


def test_paths_that_do_not_exist_are_all_refused(tmp_path):
    put(tmp_path / "lisez.md", "")
    with pytest.raises(Refusal) as caught:
        find_files([tmp_path / "nulle-part", tmp_path / "lisez.md", tmp_path])
    told = {Path(fault.file).name: fault for fault in caught.value.faults}
    assert "n’existe pas" in told["nulle-part"].problem
    assert "« .md »" in told["lisez.md"].problem
    assert ".ipynb" in told["lisez.md"].remedy


# -- what is written


def test_notes_are_kept_and_their_ids_written_in_the_notebook(tmp_path):
    put(tmp_path / "nb/30_diagnostic.ipynb", noted(NOTE, "@note\nUn.\n@question\nDeux ?"))
    before = json.loads((tmp_path / "nb/30_diagnostic.ipynb").read_text())
    made = run(tmp_path, "nb")
    assert [event.action for event in made.events] == ["creee"] * 3
    store = read_store(tmp_path / "notes")
    after = json.loads((tmp_path / "nb/30_diagnostic.ipynb").read_text())
    ids = [c["metadata"]["diag360"]["note"] for c in after["cells"] if c["metadata"]]
    assert sorted(ids) == sorted(store)
    assert len(after["cells"]) == len(before["cells"]) + 1
    held = {name: note.revision for name, note in store.items()}
    assert after["metadata"]["diag360"]["notes"] == held
    names = [path.name for path in made.files_written]
    assert sorted(names) == sorted([f"{name}.yaml" for name in ids] + ["30_diagnostic.ipynb"])
    plain = [c for c in after["cells"] if not c["metadata"]]
    told = [["".join(c["source"]), c["cell_type"], c["id"]] for c in plain]
    assert told == [[c["source"], c["cell_type"], c["id"]] for c in template()["cells"]]
    again = run(tmp_path, "nb")
    assert (again.events, again.files_written) == ((), ())


def test_a_notebook_can_be_left_as_it_is(tmp_path):
    put(tmp_path / "nb/30_diagnostic.ipynb", noted(NOTE))
    before = (tmp_path / "nb/30_diagnostic.ipynb").read_bytes()
    made = run(tmp_path, "nb", stamp=False)
    assert len(made.events) == 1
    assert (tmp_path / "nb/30_diagnostic.ipynb").read_bytes() == before
    assert run(tmp_path, "nb", stamp=False).events == ()


def test_a_notebook_without_notes_is_not_written(tmp_path):
    put(tmp_path / "nb/30_diagnostic.ipynb", template())
    before = (tmp_path / "nb/30_diagnostic.ipynb").read_bytes()
    made = run(tmp_path, "nb")
    assert (made.files_written, len(made.read)) == ((), 1)
    assert (tmp_path / "nb/30_diagnostic.ipynb").read_bytes() == before


def test_a_note_without_date_keeps_the_day_it_was_first_read(world):
    world.write(TEMPLATE, 1, ["@note"])
    world.collect(stamp=False)
    world.next_day()
    world.collect(stamp=True)
    world.next_day()
    assert world.collect().events == ()
    assert {note.created for note in world.store().values()} == {date(2026, 11, 23)}
    assert "2026-11-23" in world.load(TEMPLATE)["cells"][1]["source"]


def test_a_notebook_saved_meanwhile_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "nb/30_diagnostic.ipynb"
    put(path, noted(NOTE))
    saved = json.dumps(noted(NOTE, "@note\nÉcrite pendant la collecte."))

    def save_first(*args):
        path.write_text(saved, encoding="utf-8")
        return real(*args)

    real = module.write_notes
    monkeypatch.setattr(module, "write_notes", save_first)
    assert run(tmp_path, "nb").events
    assert path.read_text() == saved
    monkeypatch.undo()
    assert len(run(tmp_path, "nb").events) == 1


def test_what_cannot_be_written_is_a_remark(tmp_path, monkeypatch):
    put(tmp_path / "nb/30_diagnostic.ipynb", noted(NOTE))

    def full(*args):
        raise OSError(28, "disque plein")

    monkeypatch.setattr(module, "write_texts", full)
    made = run(tmp_path, "nb")
    assert [path.suffix for path in made.files_written] == [".yaml"]
    (remark,) = made.remarks
    assert "nb/30_diagnostic.ipynb" in remark
    assert "disque plein" in remark


# -- what cannot be read


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ligne 1"),
        ('{"cells": [', "ligne 1"),
        ("[]", "format 4"),
        ('{"nbformat": 3, "worksheets": []}', "format 4"),
        ('{"cells": 12, "nbformat": 4}', "format 4"),
    ],
)
def test_a_broken_notebook_does_not_stop_the_others(tmp_path, text, why):
    put(tmp_path / "nb/casse.ipynb", text)
    put(tmp_path / "nb/30_diagnostic.ipynb", noted(NOTE))
    made = run(tmp_path, "nb")
    assert [event.action for event in made.events] == ["creee"]
    (remark,) = made.remarks
    assert remark.startswith("nb/casse.ipynb")
    assert why in remark
    assert (tmp_path / "nb/casse.ipynb").read_text() == text


def test_a_notebook_that_is_not_text_is_a_remark(tmp_path):
    put(tmp_path / "nb/a.ipynb", "")
    (tmp_path / "nb/a.ipynb").write_bytes(b"\xff\xfe\x00")
    (remark,) = run(tmp_path, "nb").remarks
    assert "UTF-8" in remark


def test_strange_notebooks_are_read_as_far_as_they_go(tmp_path):
    strange = {
        "nbformat": 4, "nbformat_minor": 2, "metadata": {"diag360": ["?"]},
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["@note\n", "Sans id."]},
            {"cell_type": "markdown", "metadata": {"diag360": 3}, "source": "@note\nAvec."},
        ],
    }  # fmt: skip
    put(tmp_path / "nb/carnet.ipynb", strange)
    made = run(tmp_path, "nb")
    assert sorted(note.body for note in read_store(tmp_path / "notes").values()) == [
        "Avec.", "Sans id.",
    ]  # fmt: skip
    assert made.remarks == ()
    assert run(tmp_path, "nb").events == ()


def test_remarks_of_notes_say_where(tmp_path):
    put(tmp_path / "nb/30_diagnostic.ipynb", noted("@objection seuil Tauxx du néant\nQuoi."))
    (remark,) = run(tmp_path, "nb").remarks
    assert "nb/30_diagnostic.ipynb, cellule ajout-0" in remark
    assert "« seuil Tauxx du néant »" in remark


def test_a_broken_note_stops_the_collection_before_it_is_written_over(tmp_path):
    put(tmp_path / "nb/30_diagnostic.ipynb", noted(NOTE))
    run(tmp_path, "nb")
    (file,) = (tmp_path / "notes").glob("*.yaml")
    file.write_text("illisible: [", encoding="utf-8")
    with pytest.raises(Refusal, match=file.name):
        run(tmp_path, "nb")
    assert file.read_text() == "illisible: ["


# -- workbooks


def test_workbooks_are_read_by_whoever_knows_how(tmp_path):
    put(tmp_path / "nb/reponses.xlsx", "")
    put(tmp_path / "nb/abime.xlsx", "")
    assert run(tmp_path, "nb").read == ()

    def reader(path):
        if path.name == "abime.xlsx":
            raise ValueError("ce n’est pas un classeur")
        return [found("Vu sur place.", cell="")]

    made = run(tmp_path, "nb", workbook_reader=reader)
    (note,) = read_store(tmp_path / "notes").values()
    assert note.body == "Vu sur place."
    (remark,) = made.remarks
    assert "nb/abime.xlsx" in remark
    assert run(tmp_path, "nb", workbook_reader=reader).events == ()


def test_a_workbook_about_something_else_is_told_only_when_it_was_named(tmp_path):
    (tmp_path / "nb").mkdir()
    for name, rows in (("achats.xlsx", [["Quoi", "Prix"]]), ("abime.xlsx", None)):
        if rows is None:
            (tmp_path / "nb" / name).write_bytes(b"PK rien")
            continue
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "nb" / name)

    def reader(path):
        open_workbook(path, catalogue=CATALOGUE)
        pytest.fail("lu")

    (told,) = run(tmp_path, "nb", workbook_reader=reader).remarks
    assert told.startswith("abime.xlsx : ")
    (told,) = run(tmp_path, "nb/achats.xlsx", workbook_reader=reader).remarks
    assert told.startswith("achats.xlsx : aucune feuille ne contient de questionnaire")
    both = run(tmp_path, "nb", "nb/achats.xlsx", workbook_reader=reader).remarks
    assert len(both) == 2


def test_an_old_workbook_does_not_bring_back_a_withdrawn_note(world):
    world.write(TEMPLATE, 1, ["@note · Jeanne (terrain)"])
    world.collect()
    world.take(TEMPLATE, 1)
    world.collect()
    (note,) = world.store().values()
    assert note.withdrawn
    put(world.root / "notebooks/w.xlsx", "")
    held = found(note.content, note_id=note.id, base=note.revision, cell="")

    def reader(path):
        return Source("w.xlsx", (held,))

    made = run(world.root, "notebooks", workbook_reader=reader)
    assert made.events == ()
    assert read_store(world.store_folder)[note.id].withdrawn
