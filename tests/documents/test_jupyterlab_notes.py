"""Notes through a real JupyterLab: typed with keys, saved by JupyterLab itself, read back."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import nbformat
import pytest
from browsers import running_browser
from lab_driver import LabPage, running_lab
from nbformat import NotebookNode
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import FoundNote, is_note, note_cell, read_notes_of
from diag360.challenge.annotations.gather import Gathered, gather
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.sources import source_of
from diag360.challenge.annotations.store import read_store
from diag360.paths import notebooks_dir

pytestmark = pytest.mark.browser
DAY = date(2026, 11, 23)
TEMPLATE = "30_diagnostic.ipynb"
ANCHOR = "titre-angles-morts"
TYPED = """@objection · Jeanne Roux (thématique) · équipe
Trop **vite dit** : « tout est connu » n’est vrai nulle part ; voir <b>ici</b>.

preuve : https://exemple.fr/etude.pdf (page 12)"""
PROPOSED = """@Proposition seuil taux de pauvrete | 20/11/2026
Un seuil à 30 % ferait place à l’outre-mer :
- la Guadeloupe
- Mayotte"""
FENCE = """

```yaml
anchors: {be2_i05: [{value: 0.3, score: 0}, {value: 0, score: 1}]}
```"""


@dataclass(frozen=True)
class Lab:
    browser: webdriver.Chrome
    url: str
    folder: Path

    def open(self, name: str = TEMPLATE) -> LabPage:
        return LabPage(self.browser, url=self.url, path=self.folder / name)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder, home = tmp_path_factory.mktemp("carnets"), tmp_path_factory.mktemp("maison")
    with (
        running_browser(tmp_path_factory.mktemp("chromium"), local=True) as browser,
        running_lab(folder, home=home) as url,
    ):
        yield Lab(browser, url, folder)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def place_of(notebook: NotebookNode, cell: str) -> int:
    return next(at for at, one in enumerate(notebook.cells) if one.id == cell)


def collect(path: Path, store: dict[str, Note], catalogue: Catalogue) -> Gathered:
    source = source_of(read(path), name=path.name, catalogue=catalogue, today=DAY)
    return gather(store, notebooks=[source], catalogue=catalogue, today=DAY)


def found_in(path: Path, catalogue: Catalogue) -> list[FoundNote]:
    return read_notes_of(read(path), name=path.name, catalogue=catalogue, today=DAY)


def test_a_note_typed_under_a_paragraph_is_saved_by_jupyterlab_and_found(
    lab: Lab, catalogue: Catalogue
) -> None:
    path = lab.folder / TEMPLATE
    shutil.copy(notebooks_dir() / TEMPLATE, path)
    before = read(path)
    page = lab.open()
    page.select(place_of(before, ANCHOR))
    page.write_below(TYPED)
    page.save()
    after = read(path)
    assert [cell for cell in after.cells if not is_note(cell)] == before.cells
    (note,) = found_in(path, catalogue)
    assert note.content.target == f"paragraphe/30_diagnostic/{ANCHOR}"
    assert note.anchor == ANCHOR
    assert note.content.motivation == "objection"
    assert (note.content.creator.name, note.content.creator.role) == ("Jeanne Roux", "thematique")
    assert (note.content.visibility, note.content.created) == ("equipe", DAY)
    assert [(one.url, one.page) for one in note.content.evidence] == [
        ("https://exemple.fr/etude.pdf", "12")
    ]
    assert note.content.body == TYPED.splitlines()[1]
    assert note.remarks == ()
    # Collected twice, it is one note.
    first = collect(path, {}, catalogue)
    assert [event.action for event in first.events] == ["creee"]
    again = collect(path, first.notes, catalogue)
    assert (again.notes, again.events) == (first.notes, ())


def test_a_proposition_typed_with_a_list_and_a_block_keeps_its_change(
    lab: Lab, catalogue: Catalogue
) -> None:
    path = lab.folder / "30_diagnostic-proposition.ipynb"
    shutil.copy(notebooks_dir() / TEMPLATE, path)
    page = lab.open(path.name)
    page.select(3)
    # JupyterLab begins the next item of a list by itself; an empty item ends the list.
    page.write_below(PROPOSED.replace("\n- Mayotte", "\nMayotte"))
    page.type("\n\n" + FENCE)
    page.save()
    (note,) = found_in(path, catalogue)
    assert note.content.motivation == "proposition"
    assert note.content.target == "seuil/be2_i05"
    assert note.content.created == date(2026, 11, 20)
    assert note.content.changes is not None
    assert note.content.changes.anchors["be2_i05"][0].value == 0.3
    assert note.content.body.startswith("Un seuil à 30 %")
    assert "Mayotte" in note.content.body


@pytest.fixture
def held(lab: Lab, catalogue: Catalogue) -> tuple[Path, dict[str, Note]]:
    """A document in which two notes were put back, and the store they come from."""
    notebook = read(notebooks_dir() / TEMPLATE)
    for anchor, text in ((ANCHOR, TYPED), ("comment-lire", PROPOSED)):
        at = place_of(notebook, anchor)
        notebook.cells.insert(at + 1, nbformat.v4.new_markdown_cell(text))
    source = source_of(notebook, name=TEMPLATE, catalogue=catalogue, today=DAY)
    store = gather({}, notebooks=[source], catalogue=catalogue, today=DAY).notes
    assert len(store) == 2
    made = read(notebooks_dir() / TEMPLATE)
    for note in store.values():
        made.cells.insert(place_of(made, ANCHOR) + 1, note_cell(note, catalogue=catalogue))
    made.metadata["diag360"] = {
        "notebook": TEMPLATE,
        "parameters": {"territory": "200065928"},
        "notes": {note.id: note.revision for note in store.values()},
    }
    path = lab.folder / "diagnostic.ipynb"
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path, store


def test_a_note_put_back_then_edited_in_jupyterlab_is_one_edited_note(
    lab: Lab, held: tuple[Path, dict[str, Note]], catalogue: Catalogue
) -> None:
    path, store = held
    before = read(path)
    edited = next(note for note in store.values() if note.motivation == "objection")
    page = lab.open(path.name)
    place = place_of(before, f"note-{edited.id}")
    page.select(place)
    page.edit("\nRelu : c’est dit ailleurs.")
    page.save()
    after = read(path)
    assert after.metadata["diag360"] == before.metadata["diag360"]
    for at, (was, now) in enumerate(zip(before.cells, after.cells, strict=True)):
        assert at == place or was == now
    assert after.cells[place].metadata == before.cells[place].metadata
    gathered = collect(path, store, catalogue)
    assert [(event.note, event.action) for event in gathered.events] == [(edited.id, "modifiee")]
    assert set(gathered.notes) == set(store)
    note = gathered.notes[edited.id]
    assert note.body == f"{edited.body}\n\nRelu : c’est dit ailleurs."
    assert note.content.model_copy(update={"body": edited.body}) == edited.content
    assert edited.content in [event.content for event in note.history]
    again = collect(path, gathered.notes, catalogue)
    assert (again.notes, again.events) == (gathered.notes, ())


def test_a_note_deleted_in_jupyterlab_is_withdrawn_and_kept(
    lab: Lab, held: tuple[Path, dict[str, Note]], catalogue: Catalogue
) -> None:
    path, store = held
    gone = next(note for note in store.values() if note.motivation == "objection")
    page = lab.open(path.name)
    page.select(place_of(read(path), f"note-{gone.id}"))
    page.press("d")
    page.press("d")
    page.save()
    gathered = collect(path, store, catalogue)
    assert {note.id: note.withdrawn for note in gathered.notes.values()} == {
        name: name == gone.id for name in store
    }
    assert gathered.notes[gone.id].content == gone.content


FORM = """
from datetime import date
from pathlib import Path
from diag360 import load_catalogue
from diag360.documents.widgets.note_form import note_form
note_form(load_catalogue(), today=date(2026, 11, 23), folder=Path("notes"))
"""


def field(page: LabPage, label: str) -> WebElement:
    path = (
        f"//label[normalize-space()='{label}']/following-sibling::*[self::input or self::textarea]"
    )
    found: list[WebElement] = []
    page.until(lambda: found.append(page.browser.find_element(By.XPATH, path)) or True)
    return found[-1]


def test_the_form_writes_a_note_found_by_its_label_without_any_id_typed(
    lab: Lab, catalogue: Catalogue
) -> None:
    path = lab.folder / "formulaire.ipynb"
    notebook = read(notebooks_dir() / TEMPLATE)
    notebook.cells = [nbformat.v4.new_code_cell(FORM)]
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    page = lab.open(path.name)
    page.select(0)
    page.run()
    field(page, "Précisément").send_keys("taux de pauvrete")
    field(page, "Texte").send_keys("Trop bas en montagne.")
    field(page, "Nom").send_keys("Jeanne Roux")
    page.browser.find_element(By.XPATH, "//button[normalize-space()='Écrire la note']").click()
    folder = lab.folder / "notes"
    page.until(lambda: any(folder.glob("n-*.yaml")))
    (note,) = read_store(folder).values()
    assert (note.target, note.body) == ("seuil/be2_i05", "Trop bas en montagne.")
    assert note.creator.name == "Jeanne Roux"
    page.until(lambda: note.id in field(page, "À coller").get_attribute("value"))
    # The label was completed for the reader.
    assert field(page, "Précisément").get_attribute("value") == "Taux de pauvreté"
