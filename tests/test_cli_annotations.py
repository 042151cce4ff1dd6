"""The commands on notes: collected, read, measured, answered, decided, handed over."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import nbformat
import openpyxl
import pytest
import yaml
from nbformat import v4
from typer.testing import CliRunner

from diag360 import find_place, load_catalogue, prepare_ratings
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.schema import note_schema
from diag360.challenge.annotations.sources import Event
from diag360.challenge.annotations.store import read_store, write_notes
from diag360.cli_annotations import app
from diag360.documents import annotation_collect, annotation_outcomes, annotations, notes
from diag360.documents.annotation_listing import collected_lines
from diag360.documents.annotations import find_note
from diag360.documents.notes_said import said_in_public
from diag360.errors import Refusal
from diag360.paths import data_dir

pytestmark = pytest.mark.documents  # whole commands: slower
DAY = date(2026, 11, 23)
POVERTY = "anchors: {be2_i05: [{value: 0.429, score: 0}, {value: 0.05, score: 1}]}"
CHANGES = yaml.safe_load(POVERTY)
PROPOSED = f"""@proposition seuil Taux de pauvreté · Jeanne Roux (thématique) · 2026-11-20 · public
Le seuil actuel est bien trop sévère, celui du site laisse de la place.
preuve : https://exemple.fr/etude.pdf (page 12)
```yaml
{POVERTY}
```"""
OBJECTED = "@objection besoin Boire · Paul Duc (terrain) · 2026-11-21 · équipe\nEt les forages ?"


def run(*words, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return re.sub("[\u00a0\u202f]", " ", result.output)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(autouse=True)
def same_day(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> None:
    """Every command on the same day, with a catalogue read once."""
    for module in (annotations, annotation_collect):
        monkeypatch.setattr(module, "today", lambda: DAY)
        monkeypatch.setattr(module, "load_catalogue", lambda: catalogue)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A folder with one notebook of notes."""
    cells = [
        v4.new_markdown_cell("## Un titre", id="titre"),
        v4.new_markdown_cell(PROPOSED, id="un"),
        v4.new_markdown_cell(OBJECTED, id="deux"),
    ]
    path = tmp_path / "carnets" / "essai.ipynb"
    path.parent.mkdir()
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def rewrite(path: Path, change) -> None:
    """Save a notebook as an expert would after an edit."""
    notebook = nbformat.read(path, as_version=4)
    change(notebook.cells)
    nbformat.write(notebook, path)


def note(number: int, **told) -> Note:
    return Note.model_validate(
        {
            "id": f"n-{number:010x}", "motivation": "objection", "target": "seuil/be2_i05",
            "creator": {"name": "Jeanne Roux", "role": "thematique"}, "created": date(2026, 11, 20),
            "body": "Trop bas.", **told,
        }
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A proposition, one that no longer fits, an orphan, one out of date, one taken out."""
    folder = tmp_path / "notes"
    old = {"version": "2026.1", "said": {"seuil": "0,3 = 0 ; 0,129 = 0,5 ; 0 = 1"}}
    write_notes(
        folder,
        [
            note(0xA1, motivation="proposition", changes=CHANGES, body=""),
            note(0xA2, motivation="proposition", changes={"weights": {"be9_i99": 2.0}}),
            note(0xB1, motivation="question", target="inconnu/le truc", creator={}),
            note(0xB2, state=old, visibility="equipe", status="rejetee",
                 decision={"by": "Le panel", "date": DAY, "reason": "Déjà débattu."}),
            note(0xB3, target="besoin/boire", withdrawn=True),
        ],
    )  # fmt: skip
    return folder


# --- Collecting --------------------------------------------------------------------------------


def test_collecting_says_what_is_new_then_nothing(book: Path, tmp_path: Path) -> None:
    kept = tmp_path / "gardees"
    printed = run("collect", book.parent, "--store", kept)
    assert printed.startswith("2 notes nouvelles.\n")
    notes = read_store(kept)
    by_kind = {one.motivation: one for one in notes.values()}
    proposed = by_kind["proposition"]
    assert f"nouvelle : {proposed.id} (Taux de pauvreté, seuil), carnets/essai.ipynb" in printed
    assert proposed.changes is not None
    assert proposed.creator.role == "thematique"
    assert (by_kind["objection"].visibility, by_kind["objection"].target) == (
        "equipe", "besoin/boire",
    )  # fmt: skip
    assert proposed.id in book.read_text(encoding="utf-8"), "stamped"
    assert run("collect", book.parent, "--store", kept).startswith("Rien de neuf")
    assert read_store(kept) == notes


def test_edits_and_deletions_are_told_and_a_deletion_is_undone(book: Path, tmp_path: Path) -> None:
    kept = tmp_path / "gardees"
    run("collect", book.parent, "--store", kept)
    (gone,) = [one.id for one in read_store(kept).values() if one.motivation == "objection"]

    def edit(cells):
        cells[1].source = cells[1].source.replace("bien trop sévère", "un peu sévère")
        del cells[2]

    rewrite(book, edit)
    printed = run("collect", book.parent, "--store", kept)
    first = printed.splitlines()[0]
    assert first == (
        f"1 note modifiée, 1 retirée (gardée ; diag360 annotations restore {gone} la remet)."
    )
    assert read_store(kept)[gone].withdrawn
    assert "Écrit" in run("restore", gone[:6], "--store", kept)
    assert not read_store(kept)[gone].withdrawn
    with pytest.raises(Refusal, match=f"« {gone} » n’a pas été retirée"):
        run("restore", gone, "--store", kept)
    assert run("collect", book.parent, "--store", kept).startswith("Rien de neuf")
    assert not read_store(kept)[gone].withdrawn


def test_a_note_restored_stays_so_in_a_notebook_left_as_it_is(book: Path, tmp_path: Path) -> None:
    kept = tmp_path / "gardees"
    run("collect", book.parent, "--store", kept)
    (gone,) = [one.id for one in read_store(kept).values() if one.motivation == "objection"]
    rewrite(book, lambda cells: cells.pop())
    unstamped = ("collect", book.parent, "--store", kept, "--no-stamp")
    before = book.read_bytes()
    assert "1 note retirée" in run(*unstamped)
    run("restore", gone, "--store", kept)
    restored = read_store(kept)
    for _ in range(2):
        assert run(*unstamped).startswith("Rien de neuf")
    assert read_store(kept) == restored
    assert not restored[gone].withdrawn
    assert book.read_bytes() == before
    # Written back by its author, then taken out again: that is heard, once.
    rewrite(book, lambda cells: cells.append(v4.new_markdown_cell(OBJECTED, id="deux")))
    run(*unstamped)
    assert len(read_store(kept)) == 2


def test_a_conflict_is_told_and_both_texts_are_shown(book: Path, tmp_path: Path) -> None:
    kept = tmp_path / "gardees"
    run("collect", book, "--store", kept)
    copy = tmp_path / "courriel" / "copie.ipynb"
    copy.parent.mkdir()
    shutil.copy(book, copy)
    for path, words in ((book, "vraiment sévère"), (copy, "plutôt clément")):
        rewrite(path, lambda cells, words=words: cells[1].update(
            source=cells[1].source.replace("bien trop sévère", words)))  # fmt: skip
    printed = run("collect", book, copy, "--store", kept)
    assert "1 conflit" in printed.splitlines()[0]
    (name,) = re.findall(r"conflit : (n-\w+) \(Taux de pauvreté, seuil\)", printed)
    shown = run("show", name, "--store", kept)
    assert "vraiment sévère" in shown
    assert "plutôt clément" in shown
    assert "autre version, gardée à côté" in shown


def test_without_stamps_notebooks_are_left_as_they_are(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    kept = tmp_path / "gardees"
    assert "2 notes nouvelles" in run("collect", book, "--store", kept, "--no-stamp")
    assert book.read_bytes() == before
    assert run("collect", book, "--store", kept, "--no-stamp").startswith("Rien de neuf")


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"rien\.ipynb"):
        run("collect", tmp_path / "rien.ipynb", "--store", tmp_path)


def test_the_summary_counts_and_names() -> None:
    events = (
        *(Event("creee", f"n-{n}", "a.ipynb, cellule x") for n in "123"),
        Event("modifiee", "n-4", "a.ipynb"), Event("retiree", "n-5", "a.ipynb"),
        Event("concurrente", "n-6", "a.ipynb"), Event("conflit", "n-6", "b.ipynb"),
    )  # fmt: skip
    lines = [re.sub("[\u00a0\u202f]", " ", one) for one in collected_lines(events, labels={})]
    assert lines[0] == (
        "3 notes nouvelles, 1 modifiée, 1 retirée (gardée ; diag360 annotations restore n-5 la "
        "remet), 1 conflit."
    )
    assert lines[-1].startswith("  conflit : n-6 (?), a.ipynb, b.ipynb ; tout est gardé")
    assert len(lines) == 7
    twice = collected_lines(events[4:5] * 2, labels={})[0]
    assert "2 notes retirées (gardées" in twice.replace("\u202f", " ").replace("\u00a0", " ")


# --- Reading -----------------------------------------------------------------------------------


def test_the_list_is_filtered(store: Path) -> None:
    def ids(*words) -> list[str]:
        return re.findall(r"^(n-\w+)\t", run("list", "--store", store, *words), re.MULTILINE)

    everything = ids()
    assert sorted(everything) == [f"n-{n:010x}" for n in (0xA1, 0xA2, 0xB1, 0xB2, 0xB3)]
    assert ids("--status", "Rejetée") == ids("--stale") == ["n-00000000b2"]
    assert ids("--kind", "proposition") == ["n-00000000a1", "n-00000000a2"]
    assert ids("--orphans") == ["n-00000000b1"]
    assert ids("--need", "Être solidaire") == ids("--need", "etre_solidaire") != []
    assert ids("--need", "boire") == ["n-00000000b3"]
    assert ids("--territory", "200065928") == []
    printed = run("list", "--store", store)
    assert "5 note(s) sur 5." in printed
    assert "\tretirée" in printed
    assert "périmée, équipe seulement" in printed


def test_words_that_choose_nothing_are_refused_with_the_known_ones(store: Path) -> None:
    for option, word, known in (
        ("--status", "fermée", "choisir parmi : ouverte, acceptée, rejetée"),
        ("--kind", "avis", "choisir parmi : objection"),
        ("--need", "bwoire", "Boire (boire)"),
    ):
        with pytest.raises(Refusal) as refused:
            run("list", "--store", store, option, word)
        (fault,) = refused.value.faults
        assert f"« {word} »" in fault.problem
        assert known in fault.remedy


def test_ids_are_found_by_their_beginning(store: Path) -> None:
    notes = read_store(store)
    for asked in ("n-00000000a1", "N-00000000A1 ", "00000000a1", "n-00000000a1.yaml"):
        assert find_note(notes, asked).id == "n-00000000a1"
    with pytest.raises(Refusal, match="2 notes commencent par « n-00000000a »"):
        find_note(notes, "n-00000000a")
    with pytest.raises(Refusal, match="aucune note « n-1 »") as refused:
        find_note({name: notes[name] for name in list(notes)[:2]}, "n-1")
    assert "n-00000000a1" in refused.value.faults[0].remedy
    with pytest.raises(Refusal, match="aucune note n’est gardée"):
        find_note({}, "n-1")
    with pytest.raises(Refusal, match="aucune note « n- »"):
        find_note({"n-00000000a1": notes["n-00000000a1"]}, "n-")


def test_a_broken_note_stops_nothing_but_the_check(store: Path) -> None:
    (store / "n-cccccccccc.yaml").write_text("id: [", encoding="utf-8")
    assert "5 note(s) sur 5." in run("list", "--store", store)
    printed = run("check", "--store", store, code=1)
    assert "erreur : n-cccccccccc.yaml" in printed
    assert "5 note(s) lue(s), 1 orpheline(s), 1 périmée(s), 1 erreur(s)." in printed


def test_the_check_says_what_is_behind(store: Path) -> None:
    printed = run("check", "--store", store)
    assert "n-00000000b2 (Taux de pauvreté, seuil) : écrite sur la version 2026.1" in printed
    assert "n-00000000a2.yaml, changes.weights.be9_i99 : indicateur « be9_i99 »" in printed


def test_values_and_ratings_that_changed_are_told_by_public_statistics(tmp_path: Path) -> None:
    lannion = "200065928"
    catalogue = load_catalogue()
    rated = next(iter(prepare_ratings(place=find_place(lannion), catalogue=catalogue).ratings))
    value, rating = (f"valeur/be2_i05/{lannion}", f"cotation/{rated}/{lannion}")

    def one(number, target, **said):
        state = {"version": catalogue.version, "said": said}
        return note(number, target=target, state=state, body=f"Note {number}.")

    probe = [one(1, value, valeur="x"), one(2, rating, cotation="x")]
    said = said_in_public(probe, catalogue=catalogue)[lannion]
    write_notes(
        tmp_path,
        [
            one(0xD1, value, valeur="99,0 %"),
            one(0xD2, value, valeur=said.values["be2_i05"]),
            one(0xD3, rating, cotation="1–1–1 et 9–9–9"),
            one(0xD4, rating, cotation=said.ratings[rated]),
            one(0xD5, "valeur/be2_i05/GROUPE", valeur="1,0 %"),
            one(0xD6, "cotation/C2/GROUPE", cotation="1–1–1 et 1–1–1"),
        ],
    )
    printed = run("list", "--stale", "--store", tmp_path)
    assert re.findall(r"^(n-\w+)\t", printed, re.MULTILINE) == ["n-00000000d1", "n-00000000d3"]
    shown = run("show", "n-00000000d1", "--store", tmp_path)
    assert "la valeur a changé depuis (99,0 % → " in shown
    assert "d’après les statistiques publiques" in shown
    assert "2 périmée(s)" in run("check", "--store", tmp_path)


def test_a_list_renders_no_text_and_weighs_the_catalogue_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue
) -> None:
    state = {"version": catalogue.version, "said": {"poids": "1"}}
    names = list(catalogue.indicators)[:30]
    write_notes(
        tmp_path,
        [note(at, target=f"poids/{name}", state=state) for at, name in enumerate(names, start=1)],
    )
    counted: list[str] = []
    whole = notes.weights_said
    monkeypatch.setattr(notes, "weights_said", lambda c: counted.append("") or whole(c))
    monkeypatch.setattr(notes, "safe_html", lambda *a, **k: pytest.fail("texte rendu"))
    assert "30 note(s) sur 30." in run("list", "--store", tmp_path)
    assert len(counted) == 1


def test_nothing_in_a_note_drives_the_terminal(tmp_path: Path) -> None:
    hostile = note(0xC1, body="\x1b[31mrouge\x07\r\ndeux", creator={"name": "\x1b]0;titre\x07"},
                   target="inconnu/\x1b[2J")  # fmt: skip
    write_notes(tmp_path, [hostile])
    printed = run("show", "n-00000000c1", "--store", tmp_path)
    printed += run("list", "--store", tmp_path)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed)
    assert "rouge" in printed
    assert "  deux\n" in printed


def test_a_store_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="ce dossier n’existe pas"):
        run("list", "--store", tmp_path / "rien")


# --- Measuring, answering, deciding ------------------------------------------------------------


def test_an_impact_is_kept_in_the_note_and_a_refusal_leaves_the_others(store: Path) -> None:
    printed = run("impact", "n-00000000a1", "--store", store)
    assert "les conclusions changent dans 932 territoires sur 1 255" in printed
    kept = read_store(store)["n-00000000a1"]
    assert kept.impact is not None
    assert (kept.impact.date, kept.impact.revision) == (DAY, kept.revision)
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    with pytest.raises(Refusal, match="be9_i99") as refused:
        run("impact", "--all", "--store", store)
    assert refused.value.title == "Proposition refusée :"
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before
    assert "Effet :\n    Dans le cadre besoins-2021" in run("show", "00000000a1", "--store", store)
    with pytest.raises(Refusal, match="« n-00000000b1 » ne contient aucun changement"):
        run("impact", "n-00000000b1", "--store", store)
    assert "donner un ID" in run("impact", "--store", store, code=2)


def test_a_reply_and_decisions_are_kept(store: Path) -> None:
    args = ("n-00000000b1", "Merci.", "--by", "Anne", "--role", "experte thématique")
    assert "Écrit" in run("reply", *args, "--store", store)
    assert "Rien à écrire" in run("reply", *args, "--store", store)
    with pytest.raises(Refusal, match="« reine » inconnu"):
        run("reply", "n-00000000b1", "Oui.", "--by", "Anne", "--role", "reine", "--store", store)
    why = ("--by", "Le panel", "--reason", "Une étude neuve.", "--store", store)
    assert "n-00000000b2 : ouverte." in run("decide", "n-00000000b2", "--status", "ouverte", *why)
    said = run("decide", "n-00000000a1", "--status", "acceptée", *why)
    assert "annotations accept n-00000000a1" in said
    notes = read_store(store)
    assert notes["n-00000000b1"].replies[0].creator.role == "thematique"
    assert notes["n-00000000b2"].decision is None
    assert notes["n-00000000a1"].status == "acceptee"
    shown = run("show", "n-00000000b1", "--store", store)
    assert "Réponse de Anne (expert thématique), 23/11/2026 :\n    Merci." in shown


# --- Handing over ------------------------------------------------------------------------------


def test_accepting_makes_the_next_catalogue_and_its_entry(store: Path, tmp_path: Path) -> None:
    source = data_dir() / "catalogue"
    made = tmp_path / "nouveau"
    printed = run("accept", "n-00000000a1", "--by", "Le panel", "--reason", "Voté à l’unanimité.",
                  "-o", made, "--store", store)  # fmt: skip
    after, before = load_catalogue(made), load_catalogue(source)
    assert [anchor.value for anchor in after.indicators["be2_i05"].scale.anchors] == [0.429, 0.05]
    assert after.version != before.version
    history = after.indicators["be2_i05"].history[-1]
    assert "Note n-00000000a1, de Jeanne Roux, acceptée." in history.change
    entry = (made / "JOURNAL.md").read_text(encoding="utf-8")
    assert entry.startswith(f"## Catalogue {after.version}\n\nNote `n-00000000a1`")
    assert "Jeanne Roux (expert thématique), 20/11/2026" in entry
    assert "Voté à l’unanimité." in entry
    assert "modifié : indicators/etre_solidaire/be2_i05.yaml" in printed
    assert "Attention : la note ne dit presque rien" in printed
    was = (source / "indicators/etre_solidaire/be2_i05.yaml").read_text(encoding="utf-8")
    now = (made / "indicators/etre_solidaire/be2_i05.yaml").read_text(encoding="utf-8")
    assert len(set(was.splitlines()) - set(now.splitlines())) <= 3, "the file was rewritten"
    kept = read_store(store)["n-00000000a1"]
    assert (kept.status, kept.decision and kept.decision.by) == ("acceptee", "Le panel")
    with pytest.raises(Refusal, match="nouveau : ce dossier existe déjà"):
        run("accept", "n-00000000a1", "-o", made, "--store", store)
    again = run("accept", "n-00000000a1", "-o", tmp_path / "encore", "--store", store)
    assert "Rien à écrire" not in again
    assert (tmp_path / "encore" / "JOURNAL.md").read_text(encoding="utf-8") == entry


@pytest.mark.parametrize(
    ("name", "by", "told"),
    [
        ("n-00000000b1", "Le panel", "ne contient aucun changement"),
        ("n-00000000a2", "Le panel", "indicateur « be9_i99 » inconnu"),
        ("n-00000000a1", "", "decision.by"),
    ],
)
def test_an_acceptance_refused_writes_nothing(
    store: Path, tmp_path: Path, name: str, by: str, told: str
) -> None:
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    with pytest.raises(Refusal, match=told):
        run("accept", name, "--by", by, "--reason", "Une raison assez longue.", "-o",
            tmp_path / "non", "--store", store)  # fmt: skip
    assert not (tmp_path / "non").exists()
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before


def test_words_of_a_note_stay_words_in_the_entry(tmp_path: Path) -> None:
    hostile = note(
        0xD1, motivation="proposition", changes=CHANGES, visibility="equipe",
        creator={"name": "<script>x</script>"},
        body="# Titre\n<img src=x onerror=alert(1)> ![vu](http://mal.example/p.png) | a |",
    )  # fmt: skip
    done = annotation_outcomes.accept_note(
        hostile, by="Le panel", reason="Voté à l’unanimité.", on=DAY, output=tmp_path / "c"
    )
    assert "<script" not in done.entry
    assert "<img" not in done.entry
    assert "![" not in done.entry
    assert "\n# Titre" not in done.entry
    assert "(rôle non précisé)" in done.entry
    assert len(done.supposed) == 2
    assert load_catalogue(done.folder).version == done.acceptance.after.version


def test_exports_hold_the_public_notes_unless_asked(store: Path, tmp_path: Path) -> None:
    for team, expected in ((False, 3), (True, 4)):
        folder = tmp_path / f"export-{team}"
        run("export", "-o", folder, "--store", store, *(["--team"] if team else []))
        linked = (folder / "annotations.jsonld").read_text(encoding="utf-8")
        assert json.loads(linked)
        assert ("n-00000000b2" in linked) == team
        assert "n-00000000b3" not in linked, "withdrawn"
        sheet = openpyxl.load_workbook(folder / "annotations.xlsx").worksheets[0]
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert len({one for one in cells if re.fullmatch("n-[0-9a-f]{10}", one)}) == expected


def test_the_register_is_asked_of_its_notebook(
    monkeypatch: pytest.MonkeyPatch, store: Path, tmp_path: Path
) -> None:
    from diag360.documents import register
    from diag360.documents.runs import Report

    given = {}

    def made(**asked):
        given.update(asked)
        return Report(tmp_path / "registre.html", tmp_path / "registre.ipynb", ())

    monkeypatch.setattr(register, "make_register", made)
    assert "registre.html" in run("register", "-o", tmp_path, "--store", store, "--team")
    assert given == {"output": tmp_path, "annotations": str(store), "visibility": "équipe"}


def test_the_schema_guides_and_takes_what_the_store_holds(store: Path, tmp_path: Path) -> None:
    import jsonschema

    assert "note.schema.json" in run("schema", "-o", tmp_path / "s")
    written = (tmp_path / "s" / "note.schema.json").read_text(encoding="utf-8")
    assert written == note_schema(load_catalogue())
    schema = json.loads(written)
    for path in store.glob("*.yaml"):
        body = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        assert set(body) <= set(schema["properties"])
    body = json.loads(note(0xA1, changes=CHANGES).model_dump_json(exclude_defaults=True))
    jsonschema.validate(body, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body | {"motivation": "humeur"}, schema)
