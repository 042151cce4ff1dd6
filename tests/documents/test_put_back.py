"""Notes and hand-typed cells through runs that follow one another, with and without a kernel."""

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import note_cell, stamped
from diag360.challenge.annotations.gather import Source, gather, source_of
from diag360.challenge.annotations.model import Creator, Note
from diag360.challenge.annotations.store import write_notes
from diag360.documents import annotated, notes_before, notes_places, put_back, runs
from diag360.documents.kept_cells import AJOUT, CONFLIT, NOTE, tags_of
from diag360.documents.notes_before import Site
from diag360.documents.report import make_report
from diag360.errors import Refusal
from diag360.paths import notebooks_dir

LANNION = "200065928"
TODAY = date(2026, 11, 23)


def note(at: int, target: str = "seuil/be2_i13", **rest: Any) -> Note:
    told = {"body": f"Texte {at}.", "created": TODAY, "creator": Creator(name="Jeanne Roux")}
    return Note.model_validate(
        {"id": f"n-{at:010x}", "motivation": "objection", "target": target, **told, **rest}
    )


def edited(former: Note, **changes: Any) -> Note:
    """Edit a note as a collection does: its former words go into its history."""
    event = {"date": TODAY, "action": "modifiee", "content": former.content}
    told = former.model_dump(exclude={"history"})
    return Note.model_validate({**told, **changes, "history": [event]})


def store(*notes: Note) -> dict[str, Note]:
    return {one.id: one for one in notes}


PARAGRAPH = "paragraphe/30_diagnostic/titre-besoins"


def template() -> Any:
    """Build what is left of the diagnostic notebook without its computations."""
    cells = [
        new_markdown_cell("## Aléas", id="titre-aleas"),
        new_code_cell("1", id="exposition"),
        new_code_cell("1", id="cascade"),
        new_markdown_cell("## Besoin par besoin", id="titre-besoins"),
        new_code_cell("1", id="besoins"),
    ]
    return new_notebook(cells=cells)


class Document:
    """A document made, opened, typed in, and made again; no kernel is needed for that."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.template = template()
        self.cells: list[Any] = []
        self.metadata: dict[str, Any] = {}
        self.made: Any = None

    def run(self, notes: dict[str, Note], *, shows: bool = True) -> Any:
        site = Site("30_diagnostic", self.catalogue, shows=shows, territory=LANNION)
        there = copy.deepcopy(self.made)
        before = notes_before.look(
            site, template=self.template, there=there, store=notes, today=TODAY
        )
        executed = copy.deepcopy(self.template)
        executed.metadata["diag360"] = {
            "notebook": "30_diagnostic.ipynb", "parameters": {"territory": LANNION},
        }  # fmt: skip
        done = put_back.put_back(executed, before)
        nbformat.validate(executed)
        self.made = executed
        self.shown = {one.id for one in before.notes.shown}
        return done

    def ids(self) -> list[str]:
        return [cell.id for cell in self.made.cells]

    def cell(self, name: str) -> Any:
        return next(cell for cell in self.made.cells if cell.id == name)

    def remove(self, name: str) -> None:
        self.made.cells = [cell for cell in self.made.cells if cell.id != name]

    def type_after(self, name: str, cell: Any) -> None:
        self.made.cells.insert(self.ids().index(name) + 1, cell)

    @property
    def held(self) -> dict[str, str]:
        return dict(self.made.metadata["diag360"]["notes"])

    def collected(self, notes: dict[str, Note]) -> dict[str, Note]:
        """Collect this document, as the command does."""
        source = source_of(
            self.made, name="diagnostic.ipynb", catalogue=self.catalogue, today=TODAY
        )
        found = gather(notes, notebooks=[source], catalogue=self.catalogue, today=TODAY)
        return found.notes


@pytest.fixture
def document(catalogue: Catalogue) -> Document:
    return Document(catalogue)


def typed(text: str, name: str = "a1") -> Any:
    return new_markdown_cell(text, id=name)


def test_notes_go_under_what_they_are_about(document: Document) -> None:
    notes = store(
        note(1), note(2, PARAGRAPH), note(3, f"cotation/C2/{LANNION}"),
        note(4, "dependance/besoins-2021/boire/acceder_energie"),
    )  # fmt: skip
    done = document.run(notes)
    assert document.ids() == [
        "titre-aleas", "exposition", "note-n-0000000003", "cascade", "note-n-0000000004",
        "titre-besoins", "note-n-0000000002", "besoins", "note-n-0000000001",
    ]  # fmt: skip
    assert done.notes == 4
    assert document.held == {name: one.revision for name, one in notes.items()}
    assert document.cell("note-n-0000000001").source == note_cell(
        notes["n-0000000001"], catalogue=document.catalogue
    ).source  # fmt: skip


def test_what_is_not_for_this_document_is_not_put_back(document: Document) -> None:
    notes = store(
        note(1, visibility="equipe"), note(2, withdrawn=True), note(3, "valeur/be2_i13/243500139"),
        note(4, "paragraphe/31_vulnerabilites/titre-clair"), note(5, f"{PARAGRAPH}/243500139"),
        note(6, "inconnu/on ne sait quoi"), note(7, "paragraphe/30_diagnostic/disparu"),
    )  # fmt: skip
    document.run(notes)
    assert document.ids() == [cell.id for cell in template().cells]
    assert document.held == {}


def test_a_notebook_that_shows_no_note_has_those_of_its_paragraphs(document: Document) -> None:
    document.run(store(note(1), note(2, PARAGRAPH)), shows=False)
    assert [name for name in document.ids() if name.startswith("note")] == ["note-n-0000000002"]
    assert document.shown == {"n-0000000002"}


def test_running_again_changes_nothing(document: Document) -> None:
    notes = store(note(1), note(2, PARAGRAPH), note(3))
    document.run(notes)
    document.type_after("titre-besoins", typed("Mot du terrain."))
    document.run(notes)
    first = document.made
    document.run(notes)
    assert document.made == first
    assert document.ids().count("a1") == 1


def test_a_note_keeps_the_place_it_was_moved_to(document: Document) -> None:
    notes = store(note(1), note(2))
    document.run(notes)
    moved = document.cell("note-n-0000000001")
    document.remove(moved.id)
    document.made.cells.insert(1, moved)
    document.run(notes)
    assert document.ids()[:2] == ["titre-aleas", "note-n-0000000001"]
    assert document.ids().count("note-n-0000000001") == 1


def test_a_note_of_the_store_that_changed_is_renewed_in_place(document: Document) -> None:
    document.run(store(note(1)))
    newer = edited(note(1), body="Texte revu.")
    document.run(store(newer))
    assert "Texte revu." in document.cell("note-n-0000000001").source
    assert document.held == {newer.id: newer.revision}


def test_a_note_that_now_speaks_of_another_paragraph_follows_it(document: Document) -> None:
    document.run(store(note(1, PARAGRAPH)))
    document.run(store(edited(note(1, PARAGRAPH), target="paragraphe/30_diagnostic/titre-aleas")))
    assert document.ids()[:2] == ["titre-aleas", "note-n-0000000001"]
    assert document.ids().count("note-n-0000000001") == 1


def test_an_edit_waits_for_its_collection(document: Document) -> None:
    """Until then the cell stays as typed, is shown so, and still says what it started from."""
    notes = store(note(1))
    document.run(notes)
    cell = document.cell("note-n-0000000001")
    cell.source = cell.source.replace("Texte 1.", "Texte 1, corrigé.")
    edited = cell.source
    for _ in range(2):
        done = document.run(notes)
        assert document.cell("note-n-0000000001").source == edited
        assert (done.notes, done.typed, done.conflicts) == (0, 1, 0)
        assert document.held == {"n-0000000001": notes["n-0000000001"].revision}
    kept = document.collected(notes)["n-0000000001"]
    assert kept.body == "Texte 1, corrigé."
    assert [event.action for event in kept.history] == ["modifiee"]
    done = document.run(store(kept))
    assert (done.notes, done.typed) == (1, 0)


def test_a_deletion_waits_for_its_collection(document: Document) -> None:
    notes = store(note(1), note(2))
    document.run(notes)
    document.remove("note-n-0000000001")
    for _ in range(2):
        document.run(notes)
        assert "note-n-0000000001" not in document.ids()
        assert "n-0000000001" not in document.shown
        assert set(document.held) == {"n-0000000001", "n-0000000002"}
    kept = document.collected(notes)
    assert kept["n-0000000001"].withdrawn
    assert not kept["n-0000000002"].withdrawn
    document.run(kept)
    assert set(document.held) == {"n-0000000002"}


def test_two_edits_of_one_note_are_both_kept_and_told(document: Document) -> None:
    document.run(store(note(1)))
    cell = document.cell("note-n-0000000001")
    cell.source = cell.source.replace("Texte 1.", "Vu d’ici.")
    started = cell.metadata["diag360"]["revision"]
    newer = edited(note(1), body="Vu d’ailleurs.")
    for _ in range(2):
        done = document.run(store(newer))
        cell = document.cell("note-n-0000000001")
        assert "Vu d’ici." in cell.source
        assert CONFLIT in tags_of(cell)
        assert cell.metadata["diag360"]["revision"] == started
        assert done.conflicts == 1
    kept = document.collected(store(newer))[newer.id]
    assert kept.body == "Vu d’ailleurs."
    assert [e.content.body for e in kept.history if e.content] == ["Texte 1.", "Vu d’ici."]


def test_a_note_deleted_here_and_changed_elsewhere_comes_back_and_is_told(
    document: Document,
) -> None:
    document.run(store(note(1)))
    document.remove("note-n-0000000001")
    done = document.run(store(edited(note(1), body="Texte revu.")))
    assert "note-n-0000000001" in document.ids()
    assert done.conflicts == 1


@pytest.mark.parametrize("visibility", ["public", "équipe"])
def test_a_note_typed_by_hand_stays_as_typed(document: Document, visibility: str) -> None:
    document.run({})
    text = f"@objection seuil Taux de pauvreté · Jeanne Roux · {visibility}\nTrop bas."
    document.type_after("titre-besoins", typed(text))
    for _ in range(2):
        done = document.run({})
        assert document.cell("a1").source == text
        assert document.ids().index("a1") == document.ids().index("titre-besoins") + 1
        assert done.typed == 1
        assert done.added == 0, "a note is not a cell among others"
        assert len(document.shown) == (visibility == "public"), "shown before it is collected"
    kept = document.collected({})
    assert [one.visibility for one in kept.values()] == [
        "public" if visibility == "public" else "equipe"
    ]
    document.run(kept)
    (name,) = kept
    assert [cell.id for cell in document.made.cells if NOTE in tags_of(cell)] == [f"note-{name}"]


def test_a_note_made_private_elsewhere_leaves_the_document(document: Document) -> None:
    document.run(store(note(1)))
    private = store(edited(note(1), visibility="equipe"))
    document.run(private)
    assert "note-n-0000000001" not in document.ids()
    assert not document.collected(private)["n-0000000001"].withdrawn


def test_a_note_that_is_no_longer_one_is_a_cell_among_others(document: Document) -> None:
    notes = store(note(1))
    document.run(notes)
    document.cell("note-n-0000000001").source = "Un texte sans en-tête."
    done = document.run(notes)
    (cell,) = [cell for cell in document.made.cells if "sans en-tête" in cell.source]
    assert tags_of(cell) == [AJOUT]
    assert done.added == 1
    assert document.collected(notes)["n-0000000001"].withdrawn


def test_notes_of_the_notebook_reach_its_documents(document: Document) -> None:
    document.template.cells.insert(4, typed("@question Et les villages ?", "q1"))
    document.template.cells.insert(5, typed("@note · équipe\nEntre nous.", "q2"))
    done = document.run({})
    assert document.ids()[3:5] == ["titre-besoins", "q1"]
    assert "q2" not in document.ids()
    assert done.typed == 1
    document.template.cells[4].source = "@question Et les hameaux ?"
    document.run({})
    assert document.cell("q1").source == "@question Et les hameaux ?"
    assert document.ids().count("q1") == 1


def test_a_note_of_the_notebook_once_collected_is_the_one_of_the_store(document: Document) -> None:
    document.template.cells.insert(4, typed("@question Et les villages ?", "q1"))
    document.run({})
    source = source_of(
        document.template, name="30_diagnostic.ipynb", catalogue=document.catalogue, today=TODAY
    )
    kept = gather({}, notebooks=[source], catalogue=document.catalogue, today=TODAY).notes
    for _ in range(2):
        document.run(kept)
        (name,) = kept
        notes = [cell.id for cell in document.made.cells if NOTE in tags_of(cell)]
        assert notes == [f"note-{name}"]


@pytest.mark.parametrize("stamp", [True, False])
def test_a_note_of_the_notebook_edited_in_a_document_is_one_edit(
    document: Document, stamp: bool
) -> None:
    """The notebook still has the former words: they are no note beside the one that was edited."""
    document.template.cells.insert(4, typed("@question Et les villages ?", "q1"))

    def of_template() -> Source:
        return source_of(
            document.template, name="30_diagnostic.ipynb", catalogue=document.catalogue, today=TODAY
        )

    found = gather({}, notebooks=[of_template()], catalogue=document.catalogue, today=TODAY)
    (name,) = found.notes
    if stamp:
        document.template = stamped(
            document.template,
            [name],
            found=[one for _, one in found.found[0]],
            catalogue=document.catalogue,
        )
    document.run(found.notes)
    cell = document.cell(f"note-{name}")
    cell.source = cell.source.replace("villages", "hameaux")
    for _ in range(2):
        done = document.run(found.notes)
        notes = [cell.source for cell in document.made.cells if NOTE in tags_of(cell)]
        assert len(notes) == 1
        assert "hameaux" in notes[0]
        assert (done.typed, done.conflicts) == (1, 0)
    (kept,) = document.collected(found.notes).values()
    assert "hameaux" in kept.body + kept.target
    assert kept.history[-1].action == "modifiee"
    document.run(store(kept))
    if stamp:
        return  # the notebook still holds the note: only there can it be taken out
    document.remove(f"note-{name}")
    document.run(store(kept))
    assert not [cell for cell in document.made.cells if NOTE in tags_of(cell)]
    assert document.collected(store(kept))[name].withdrawn


def test_two_notes_of_one_cell_are_counted_as_two(document: Document) -> None:
    document.run({})
    document.type_after("titre-besoins", typed("@note\nUn.\n@question\nDeux ?"))
    assert document.run({}).typed == 2


def test_without_notes_asked_for_those_there_are_left_alone(document: Document) -> None:
    notes = store(note(1))
    document.run(notes)
    held = document.held
    document.run({})
    assert "note-n-0000000001" in document.ids()
    assert document.held == held
    document.remove("note-n-0000000001")
    document.run({})
    assert document.collected(notes)["n-0000000001"].withdrawn


def test_a_copied_note_is_one_note(document: Document) -> None:
    notes = store(note(1))
    document.run(notes)
    twin = copy.deepcopy(document.cell("note-n-0000000001"))
    twin.id = "b7"
    document.made.cells.append(twin)
    document.run(notes)
    assert [cell.id for cell in document.made.cells if NOTE in tags_of(cell)] == [
        "note-n-0000000001"
    ]


def test_renumbered_cells_double_nothing(document: Document) -> None:
    notes = store(note(1), note(2, PARAGRAPH))
    document.run(notes)
    document.type_after("titre-besoins", typed("Mot du terrain."))
    for at, cell in enumerate(document.made.cells):
        cell.id = str(at)
    document.run(notes)
    sources = [cell.source for cell in document.made.cells]
    assert len(sources) == len(set(sources)) + 2, "three cells of code say 1"
    assert len(sources) == 8
    assert document.ids()[3:6] == ["titre-besoins", *document.ids()[4:6]]
    assert document.cell("note-n-0000000002").source


def test_the_homes_of_notes_exist() -> None:
    for name, homes in put_back.HOMES.items():
        cells = json.loads((notebooks_dir() / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        assert set(homes.values()) <= {cell["id"] for cell in cells}, name


# With a kernel.

MARKER = r"""import re
from pathlib import Path
from IPython.display import HTML
file = Path(annotations)
text = file.read_text() if file.suffix == ".json" else ""
HTML(f"<p>vu : {annotations} {' '.join(sorted(set(re.findall('n-[0-9a-f]{10}', text))))}</p>")"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a small notebook in the place of the shipped ones."""
    cells = [
        new_code_cell(
            'annotations: str = "livrées"', id="parametres", metadata={"tags": ["parameters"]}
        ),
        new_markdown_cell("## Un titre", id="titre"),
        new_markdown_cell("Étape", id="etape", metadata={"tags": ["remove-cell"]}),
        new_code_cell(MARKER, id="vu"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder = tmp_path / "carnets"
    folder.mkdir()
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    (folder / "essai.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    for module in (runs, notes_places):
        monkeypatch.setattr(module, "notebooks_dir", lambda: folder)
    return folder


def made_in(folder: Path, notes: Path | str, **rest: Any) -> tuple[Any, str, tuple[str, ...]]:
    written = runs.run_document(
        "essai", parameters={}, folder=folder, stem="essai", title="Essai",
        annotations=str(notes), **rest,
    )  # fmt: skip
    notebook = nbformat.reads(written.notebook.read_text(encoding="utf-8"), as_version=4)
    return notebook, written.html.read_text(encoding="utf-8"), written.notes


@pytest.mark.documents
def test_a_real_run_shows_keeps_and_forgets_nothing(shelf: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(
        notes,
        [
            note(1, "paragraphe/essai/titre", body="Sur le *titre* <script>alert(1)</script>"),
            note(2, "paragraphe/essai/etape"),
            note(3),
        ],
    )
    (notes / "n-ffffffffff.yaml").write_text("motivation: rien\n", encoding="utf-8")
    notebook, html, told = made_in(tmp_path / "un", notes)
    first, shown = html, [cell.id for cell in notebook.cells]
    assert "vu : notes.json n-0000000001 n-0000000002 n-0000000003" in re.sub(r"\s+", " ", html)
    assert "<script" not in html
    assert html.index('id="titre"') < html.index('id="n-0000000001"') < html.index("notes.json")
    assert "n-ffffffffff.yaml" in told[0]
    assert "2 notes d’experts remises en place" in told[-1].replace("\u00a0", " ")
    stamp = notebook.metadata["diag360"]
    assert stamp["parameters"] == {"annotations": str(notes)}
    assert "notes.json" not in json.dumps([cell.source for cell in notebook.cells[1:-1]])
    assert "notes.json" not in json.dumps(dict(notebook.metadata))
    assert sorted(stamp["notes"]) == ["n-0000000001", "n-0000000002"]

    notebook.cells.insert(4, new_markdown_cell("# Mot\n<img src=x onerror=alert(1)>", id="m1"))
    notebook.cells.append(new_code_cell("1 / 0", id="c1"))
    titre = next(cell for cell in notebook.cells if cell.id == "titre")
    titre.source = "## Un titre, revu\n\n<b>gras</b>"
    path = tmp_path / "un" / "essai.ipynb"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    again, html, told = made_in(tmp_path / "un", notes)
    assert [cell.source for cell in again.cells if cell.id in ("m1", "c1", "titre")] == [
        titre.source, "# Mot\n<img src=x onerror=alert(1)>", "1 / 0",
    ]  # fmt: skip
    assert "<img" not in html
    assert "1 / 0" not in html
    assert html.count("<h1") == 0
    assert "<h2>Un titre, revu</h2>" in html
    assert "<b>gras</b>" not in html
    assert "Ajouté à la main" in html
    words = told[-1].replace("\u00a0", " ")
    assert "2 cellules ajoutées à la main gardées, 1 texte revu à la main gardé" in words

    third, html_again, _ = made_in(tmp_path / "un", notes)
    assert html_again == html
    assert [cell.source for cell in third.cells] == [cell.source for cell in again.cells]
    other, elsewhere, _ = made_in(tmp_path / "deux", notes)
    assert [cell.id for cell in other.cells] == shown
    assert elsewhere == first


@pytest.mark.documents
def test_a_failing_cell_leaves_the_document_there_as_it_was(shelf: Path, tmp_path: Path) -> None:
    notes, folder = tmp_path / "notes", tmp_path / "out"
    write_notes(notes, [note(1, "paragraphe/essai/titre")])
    notebook, _, _ = made_in(folder, notes)
    notebook.cells.append(new_markdown_cell("Mot du terrain.", id="m1"))
    (folder / "essai.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    path = shelf / "essai.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("HTML(f", "1 / 0; HTML(f"))
    with pytest.raises(Refusal, match="ZeroDivisionError"):
        made_in(folder, notes)
    now = {path.name: path.read_bytes() for path in folder.iterdir()}
    failed = now.pop("essai.echec.ipynb")
    assert now == there
    assert b"notes.json" not in failed


@pytest.mark.documents
def test_what_cannot_be_read_is_kept_aside(shelf: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "essai.ipynb").write_text('{"cells": ', encoding="utf-8")
    _, _, told = made_in(folder, "aucune")
    assert (folder / "essai.illisible.ipynb").read_text(encoding="utf-8") == '{"cells": '
    assert "essai.ipynb était illisible" in told[0]
    (folder / "essai.ipynb").write_text("autre chose", encoding="utf-8")
    made_in(folder, "aucune")
    assert (folder / "essai.illisible-2.ipynb").read_text(encoding="utf-8") == "autre chose"
    assert (folder / "essai.illisible.ipynb").read_text(encoding="utf-8") == '{"cells": '


@pytest.mark.documents
def test_a_document_older_than_the_stamps_is_copied(shelf: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    notebook, _, _ = made_in(folder, "aucune")
    notebook.metadata["diag360"] = {"notebook": "essai.ipynb"}
    notebook.cells.append(new_markdown_cell("Mot du terrain. \ud83d", id="m1"))
    text = json.dumps(notebook)
    (folder / "essai.ipynb").write_text(text, encoding="utf-8")
    again, html, told = made_in(folder, "aucune")
    assert "version plus ancienne" in told[0]
    assert (folder / "essai.avant.ipynb").read_text(encoding="utf-8") == text
    assert again.cells[-1].source == "Mot du terrain. \ufffd"
    assert "Mot du terrain" in html


def test_a_folder_of_notes_that_does_not_exist_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"perdu.*ce dossier n’existe pas"):
        make_report(LANNION, output=tmp_path / "out", annotations=str(tmp_path / "perdu"))
    assert not (tmp_path / "out").exists()


@pytest.mark.documents
def test_notes_already_read_are_not_read_again(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(annotated, "scan_store", never)
    notes = store(note(1, "paragraphe/essai/titre"))
    notebook, _, _ = made_in(tmp_path / "out", "livrées", store=notes)
    assert "note-n-0000000001" in [cell.id for cell in notebook.cells]
