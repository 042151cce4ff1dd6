"""Notes through what people run on notebooks: nbstripout, nbconvert, papermill, a copy by mail."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import nbformat
import papermill
import pytest
from nbformat import NotebookNode

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import note_cell
from diag360.challenge.annotations.gather import Gathered, gather
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.sources import source_of
from diag360.paths import notebooks_dir

pytestmark = pytest.mark.documents
DAY, LATER = date(2026, 11, 23), date(2026, 12, 24)
TEMPLATE = "29_references.ipynb"
ABOVE = "titre"
TYPED = {
    "sur un paragraphe": "@objection · Jeanne Roux (thématique)\nOù est la loi de 2004 ?",
    "sur un seuil": "@précision seuil Taux de pauvreté · public\nVoir « 0,26 » ; \\*sic\\*.\n\n"
    "preuve : Enquête, page 3",
    "une proposition": "@proposition poids Taux de pauvreté · 2026-11-20\nIl compte double.\n\n"
    "```yaml\nweights: {be2_i05: 2}\n```",
    "sans place": "@question le truc du haut\nSur quoi cela repose-t-il ?",
}


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def stripped(path: Path) -> Path:
    run("nbstripout", str(path))
    return path


def converted(path: Path) -> Path:
    run("nbconvert", "--to", "notebook", "--output", "converti.ipynb", str(path))
    made = path.with_name("converti.ipynb")
    # Sent back under the name it had.
    return made.replace(path)


def parameterised(path: Path) -> Path:
    """Papermill adds its own cells and metadata; nothing is run."""
    made = path.with_name("papermill.ipynb")
    papermill.execute_notebook(path, made, prepare_only=True, progress_bar=False)
    return made.replace(path)


def renamed(path: Path) -> Path:
    return path.replace(path.with_name("29_references-Copy1.ipynb"))


TOOLS: dict[str, Callable[[Path], Path]] = {
    "nbstripout": stripped,
    "nbconvert": converted,
    "papermill": parameterised,
    "une copie": renamed,
    "une copie nettoyée": lambda path: stripped(renamed(path)),
}


@pytest.fixture(params=TOOLS.values(), ids=TOOLS.keys())
def tool(request: pytest.FixtureRequest) -> Callable[[Path], Path]:
    return request.param


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    """The notebook as its expert saved it, notes typed by hand, outputs in it."""
    notebook = read(notebooks_dir() / TEMPLATE)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="une sortie")]
            cell.execution_count = 3
    for text in TYPED.values():
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(text))
    path = tmp_path / TEMPLATE
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


def collect(path: Path, store: dict[str, Note], catalogue: Catalogue, day: date = DAY) -> Gathered:
    source = source_of(read(path), name=path.name, catalogue=catalogue, today=day)
    return gather(store, notebooks=[source], catalogue=catalogue, today=day)


def words(gathered: Gathered) -> dict[str, tuple[str, str]]:
    return {
        note.body.splitlines()[0]: (note.motivation, note.target)
        for note in gathered.notes.values()
    }


def test_the_ids_nbstripout_gives_are_ranks(typed: Path) -> None:
    """What the other tests guard against is still true of the tool."""
    before = [cell.id for cell in read(typed).cells]
    after = [cell.id for cell in read(stripped(typed)).cells]
    assert after == [str(rank) for rank in range(len(before))] != before
    assert not any(cell.get("outputs") for cell in read(typed).cells)


def test_notes_collected_before_and_after_a_tool_are_the_same(
    typed: Path, tool: Callable[[Path], Path], catalogue: Catalogue
) -> None:
    first = collect(typed, {}, catalogue)
    assert len(first.notes) == len(TYPED)
    after = collect(tool(typed), first.notes, catalogue, LATER)
    assert (after.notes, after.events) == (first.notes, ())


def test_notes_a_tool_went_over_first_lose_neither_words_nor_target(
    typed: Path, tool: Callable[[Path], Path], catalogue: Catalogue
) -> None:
    untouched = collect(typed, {}, catalogue)
    after = collect(tool(typed), {}, catalogue)
    assert len(after.notes) == len(TYPED)
    assert words(after) == words(untouched)
    proposed = next(note for note in after.notes.values() if note.changes is not None)
    assert proposed.changes.weights == {"be2_i05": 2.0}
    (path,) = typed.parent.glob("*.ipynb")
    again = collect(path, after.notes, catalogue, LATER)
    assert (again.notes, again.events) == (after.notes, ())


def put_back(store: dict[str, Note], folder: Path, catalogue: Catalogue) -> Path:
    notebook = read(notebooks_dir() / TEMPLATE)
    for note in store.values():
        notebook.cells.insert(1, note_cell(note, catalogue=catalogue))
    notebook.metadata["diag360"] = {
        "notebook": TEMPLATE,
        "parameters": {},
        "notes": {note.id: note.revision for note in store.values()},
    }
    path = folder / TEMPLATE
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


def test_notes_put_back_say_nothing_new_after_a_tool_and_an_edit_is_one_edit(
    typed: Path, tool: Callable[[Path], Path], catalogue: Catalogue
) -> None:
    store = collect(typed, {}, catalogue).notes
    path = tool(put_back(store, typed.parent, catalogue))
    same = collect(path, store, catalogue, LATER)
    assert (same.notes, same.events) == (store, ())
    edited = next(note for note in store.values() if note.motivation == "question")
    notebook = read(path)
    (cell,) = (one for one in notebook.cells if edited.id in one.source)
    cell.source += "\n\nEt depuis quand ?"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    after = collect(path, store, catalogue, LATER)
    assert [(event.note, event.action) for event in after.events] == [(edited.id, "modifiee")]
    assert after.notes[edited.id].body.endswith("Et depuis quand ?")
    assert {**after.notes, edited.id: edited} == store
