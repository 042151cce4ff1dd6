"""Notes in comment cells: put in, sent back, edited, taken out; values are not harmed."""

import re
import subprocess
from datetime import date
from shutil import which

import openpyxl
import pandas as pd
import pytest
from hostile import hostile_notes
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from diag360 import read_values
from diag360.catalogue.load import load_catalogue
from diag360.challenge.annotations.clean import clean_content, clean_text
from diag360.challenge.annotations.gather import gather
from diag360.challenge.annotations.model import Creator, Evidence, Note, Revision
from diag360.challenge.annotations.store import write_notes
from diag360.challenge.variants.model import Changes
from diag360.documents import text
from diag360.documents.note_html import SUITE
from diag360.documents.workbooks.note_cells import comment_cells, read_segment
from diag360.documents.workbooks.note_comments import comments_of, notes_of_workbook
from diag360.documents.workbooks.note_sheet import SHEET, fingerprint, read_note_sheet
from diag360.documents.workbooks.published_workbook import write_published
from diag360.documents.workbooks.questionnaire import make_questionnaire
from diag360.documents.workbooks.xlsx_style import CELL_LIMIT, cell_length
from diag360.errors import Refusal
from diag360.territories.merge import tidy_csv
from diag360.territories.workbook import read_workbook
from diag360.territories.workbook.book import read_sheets
from diag360.territories.workbook.noted import SEGMENT, without_notes
from diag360.vulnerability.rating_sheet import read_rating_sheet

CATALOGUE = load_catalogue()
LANNION = "200065928"
TODAY = date(2026, 11, 23)
# A few needs are enough, and fast; hostile notes go to all.
NEEDS = ("etre_solidaire", "travailler_produire", "boire")
COMMENT = {"questionnaire": 7, "published": 9}
CHANGES = Changes.model_validate({"weights": {"be2_i05": 2.0}})


def note(number, body, indicator="be2_i05", **told):
    return Note(
        **{
            "id": f"n-{number:010x}",
            "motivation": "objection",
            "target": f"valeur/{indicator}/{LANNION}",
            "creator": Creator(name="Jeanne Roux", role="thematique"),
            "created": date(2026, 11, 1),
            "body": body,
            "history": (Revision(date=date(2026, 11, 2), action="creee"),),
            **told,
        }
    )


FIRST = note(
    1,
    "Le chiffre date de 2015.\n\nIl faut le **refaire** :\n- ici ;\n- là.",
    evidence=(Evidence(url="https://exemple.fr/etude.pdf", page="12"),),
)
SECOND = note(2, "Vu avec le CCAS.", motivation="precision", creator=Creator())
OTHER = note(3, "Trop bas.", "be2_i06", motivation="proposition", changes=CHANGES)
NOTES = (FIRST, SECOND, OTHER)
STORE = {one.id: one for one in NOTES}


@pytest.fixture
def questionnaire(tmp_path):
    def made(notes=NOTES, needs=NEEDS, **options):
        known = read_values(catalogue=CATALOGUE).iloc[:0]
        return make_questionnaire(
            LANNION, output=tmp_path, tier="expert", catalogue=CATALOGUE, known=known, notes=notes,
            needs=needs, **options,
        )[0]  # fmt: skip

    return made


@pytest.fixture
def published(tmp_path):
    def made(comments, notes=NOTES):
        values = {name: CATALOGUE.indicators[name].response.choices for name in comments}
        lines = [
            f'{LANNION},{name},{(values[name] or [0.1])[-1]},declare,2024,"{said}"'
            for name, said in comments.items()
        ]
        path = tmp_path / "valeurs.csv"
        header = "territory,indicator,value,status,year,comment"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        rows = read_values(path, catalogue=CATALOGUE)
        return write_published(
            rows, territory=LANNION, catalogue=CATALOGUE, output=tmp_path, notes=notes
        )

    return made


def cells_of(workbook):
    """Comment cells by indicator."""
    found = {}
    for sheet in workbook:
        layout = "questionnaire" if sheet.cell(3, 1).value == "Id" else "published"
        if layout == "published" and sheet.title != "Bornage définitif":
            continue
        for row in range(3, sheet.max_row + 1):
            found[sheet.cell(row, 1).value] = sheet.cell(row, COMMENT[layout])
    return found


def edit(path, edits=None, cover=None, name="rempli.xlsx", without=()):
    """Change comment cells, by indicator, and the cover, by label."""
    workbook = openpyxl.load_workbook(path, rich_text=True)
    cells = cells_of(workbook)
    for indicator, change in (edits or {}).items():
        cell = cells[indicator]
        cell.value = change(cell.value or "") if callable(change) else change
        cell.data_type = "s"
    for label, words in (cover or {}).items():
        sheet = workbook["Lisez-moi"]
        row = next(r for r in range(1, 30) if sheet.cell(r, 1).value == label)
        sheet.cell(row, 2).value = words
    for title in without:
        del workbook[title]
    workbook.save(path.with_name(name))
    return path.with_name(name)


def collect(path, store=STORE, *, today=TODAY, known=None):
    """Notes kept after a workbook came back, and what happened."""
    source = notes_of_workbook(path, catalogue=CATALOGUE, today=today, store=known)
    found = gather(store, notebooks=[source], catalogue=CATALOGUE, today=today)
    return found.notes, [(event.action, event.note) for event in found.events]


def new_ones(notes, store=STORE):
    return [one for name, one in notes.items() if name not in store]


# --- what is put in ---------------------------------------------------------------------------


def test_a_cell_says_who_wrote_each_note_between_brackets():
    text = comments_of([SECOND, FIRST], LANNION)["be2_i05"]
    assert text == (
        "[n-0000000001] Objection de Jeanne Roux (thématique)\u00a0: Le chiffre date de 2015.\n\n"
        "Il faut le **refaire** :\n- ici ;\n- là.\n\n"
        "preuve : https://exemple.fr/etude.pdf (page 12) [fin]\n\n"
        "[n-0000000002] Précision\u00a0: Vu avec le CCAS. [fin]"
    )


def test_only_public_notes_on_a_value_of_the_territory_are_put_in():
    kept = note(9, "Ici.")
    others = [
        note(4, "Entre nous.", visibility="equipe"),
        note(5, "Retirée.", withdrawn=True),
        note(6, "Ailleurs.", target="valeur/be2_i05/249740077"),
        note(7, "Le seuil.", target="seuil/be2_i05"),
        note(8, "Perdue.", target="inconnu/quelque part"),
    ]
    assert list(comments_of([*others, kept], LANNION)) == ["be2_i05"]
    assert "Ici." in comments_of([*others, kept], LANNION)["be2_i05"]
    assert comments_of(others, LANNION) == {}


def test_a_name_is_elided_and_cannot_forge_a_bracket():
    one = note(1, "Non.", creator=Creator(name="Anne [n-0000000002] Le Goff"))
    text = comments_of([one], LANNION)["be2_i05"]
    assert "Objection d’Anne (n-0000000002) Le Goff\u00a0: Non. [fin]" in text


@pytest.mark.documents
def test_both_layouts_carry_them_and_a_hidden_sheet(questionnaire, published):
    for path in (questionnaire(), published({"be2_i05": "Déjà dit."})):
        workbook = openpyxl.load_workbook(path)
        assert workbook.sheetnames[-1] == SHEET
        assert workbook[SHEET].sheet_state == "hidden"
        text = cells_of(workbook)["be2_i05"].value
        assert text.endswith(comments_of(STORE.values(), LANNION)["be2_i05"])
        second = CalamineWorkbook.from_path(str(path))
        assert SHEET in second.sheet_names
        ids = {put.note_id for put in read_note_sheet(read_sheets(path))} - {""}
        assert ids == set(STORE)
    cover = openpyxl.load_workbook(questionnaire())["Lisez-moi"]
    assert sum("[fin]" in str(cell.value) for cell in cover["B"]) == 1


@pytest.mark.documents
def test_without_notes_nothing_is_added(questionnaire):
    workbook = openpyxl.load_workbook(questionnaire(notes=()))
    assert SHEET not in workbook.sheetnames
    assert not any("[fin]" in str(cell.value) for cell in workbook["Lisez-moi"]["B"])


@pytest.mark.documents
def test_a_questionnaire_by_service_carries_its_own_notes_only(tmp_path):
    paths = make_questionnaire(
        LANNION, output=tmp_path, tier="expert", by="service", catalogue=CATALOGUE,
        notes=STORE.values(),
    )  # fmt: skip
    held = {}
    for path in paths:
        source = notes_of_workbook(path, catalogue=CATALOGUE, today=TODAY)
        for name in source.held:
            held.setdefault(name, []).append(path.name)
    assert set(held) == set(STORE)
    assert all(len(names) == 1 for names in held.values())


# --- what comes back --------------------------------------------------------------------------


@pytest.mark.documents
def test_a_workbook_sent_back_as_it_is_says_nothing(questionnaire, published):
    for path in (questionnaire(), published({"be2_i05": "Déjà dit.", "bv1_i01": "Seul."})):
        source = notes_of_workbook(path, catalogue=CATALOGUE, today=TODAY)
        assert {one.note_id for one in source.notes} == set(STORE)
        assert source.held == {name: one.content.revision for name, one in STORE.items()}
        for one in source.notes:
            assert one.content == STORE[one.note_id].content
            assert one.base == STORE[one.note_id].content.revision
        assert collect(path) == (STORE, [])
        # The reading depends on nothing but the file.
        assert collect(path, today=date(2027, 3, 1)) == (STORE, [])


@pytest.mark.documents
def test_values_are_read_as_if_no_note_stood_there(questionnaire, published):
    read = read_workbook(questionnaire(), catalogue=CATALOGUE)
    assert read.rows.empty
    assert [remark for remark in read.remarks if remark.sheet != "Aide"] == []
    comments = {"be2_i05": "Déjà dit.", "be2_i06": "", "bv1_i01": "Vu avec [le service]."}
    plain = read_workbook(published(comments, notes=()), catalogue=CATALOGUE)
    noted = read_workbook(published(comments), catalogue=CATALOGUE)
    pd.testing.assert_frame_equal(noted.rows, plain.rows)
    assert dict(zip(noted.rows["indicator"], noted.rows["comment"], strict=True)) == comments
    assert noted.remarks == plain.remarks


@pytest.mark.documents
def test_a_comment_is_a_note_of_whoever_filled_the_workbook(questionnaire):
    path = edit(
        questionnaire(),
        {"bv1_i01": "Relevé en juin.\n\npreuve : Rapport annuel, page 4"},
        cover={"Rempli par": "Anne Le Goff (collectivité)", "Le": "21/11/2026"},
    )
    notes, events = collect(path)
    (one,) = new_ones(notes)
    assert events == [("creee", one.id)]
    assert one.target == f"valeur/bv1_i01/{LANNION}"
    assert (one.motivation, one.visibility) == ("precision", "public")
    assert one.creator == Creator(name="Anne Le Goff", role="collectivite")
    assert one.created == date(2026, 11, 21)
    assert one.body == "Relevé en juin."
    assert one.evidence == (Evidence(document="Rapport annuel", page="4"),)
    assert one.history[0].origin.startswith(f"{path.parent.name}/rempli.xlsx, case ")
    # It still is the comment of the value.
    rows = read_workbook(path, catalogue=CATALOGUE).rows.set_index("indicator")
    assert rows.loc["bv1_i01", "comment"].startswith("Relevé en juin.")


@pytest.mark.documents
def test_a_note_remembers_the_value_its_author_had_before_him(tmp_path, published):
    path = make_questionnaire(
        LANNION, output=tmp_path, tier="flash", catalogue=CATALOGUE, needs=["etre_solidaire"]
    )[0]
    rows = read_values(catalogue=CATALOGUE).set_index(["territory", "indicator"])
    number = rows.loc[(LANNION, "be2_i05"), "number"]
    printed = text.with_unit(number, CATALOGUE.unit("be2_i05"))
    edited = edit(path, {"be2_i05": "Vu."})
    source = notes_of_workbook(edited, catalogue=CATALOGUE, today=TODAY)
    assert source.said["valeur/be2_i05"] == printed
    assert source.version == CATALOGUE.version
    (one,) = collect(edited, {})[0].values()
    assert one.state.said == {"valeur": printed}
    # What he answers counts more than what was known.
    workbook = openpyxl.load_workbook(edited, rich_text=True)
    cells_of(workbook)["be2_i05"].offset(column=-3).value = 0.25
    workbook.save(edited)
    said = notes_of_workbook(edited, catalogue=CATALOGUE, today=TODAY).said
    assert said["valeur/be2_i05"] == "25,0\u00a0%"
    said = notes_of_workbook(published({"be2_i05": ""}), catalogue=CATALOGUE, today=TODAY).said
    assert said == {"valeur/be2_i05": "10,0\u00a0%"}


@pytest.mark.documents
def test_collecting_twice_adds_nothing_and_an_edit_is_one(questionnaire):
    path = edit(questionnaire(), {"bv1_i01": "Relevé en juin."})
    notes, _ = collect(path)
    assert collect(path, notes) == (notes, [])
    assert collect(path, notes, today=date(2027, 1, 5)) == (notes, [])
    (one,) = new_ones(notes)
    again, events = collect(edit(path, {"bv1_i01": "Relevé en juillet."}), notes)
    assert events == [("modifiee", one.id)]
    assert again[one.id].body == "Relevé en juillet."
    assert again[one.id].history[-1].content.body == "Relevé en juin."


@pytest.mark.documents
def test_the_next_questionnaire_carries_the_comment_of_the_last_one(questionnaire):
    notes, _ = collect(edit(questionnaire(), {"bv1_i01": "Relevé en juin."}))
    path = questionnaire(notes=notes.values())
    assert collect(path, notes) == (notes, [])
    # A new comment under it is another note, in the same cell of a file of the same name.
    path = edit(path, {"bv1_i01": lambda said: said + "\nEt encore en août."}, name=path.name)
    more, events = collect(path, notes)
    (one,) = new_ones(more, notes)
    assert events == [("creee", one.id)]
    assert one.body == "Et encore en août."


@pytest.mark.documents
@pytest.mark.parametrize(
    "around",
    [
        lambda said: f"{said} Pas d’accord.",
        lambda said: f"{said}\nPas d’accord.",
        lambda said: f"{said}\n\nPas d’accord.",
        lambda said: f"Pas d’accord.\n{said}",
        lambda said: said.replace("[fin]\n", "[fin]\nPas d’accord.\n", 1),
    ],
)
def test_what_is_typed_around_the_brackets_is_new(questionnaire, around):
    path = edit(questionnaire(), {"be2_i05": around})
    notes, events = collect(path)
    (one,) = new_ones(notes)
    assert events == [("creee", one.id)]
    assert (one.body, one.motivation) == ("Pas d’accord.", "precision")
    assert {name: notes[name] for name in STORE} == STORE
    rows = read_workbook(path, catalogue=CATALOGUE).rows.set_index("indicator")
    assert rows.loc["be2_i05", "comment"] == "Pas d’accord."


@pytest.mark.documents
def test_what_is_changed_between_the_brackets_is_an_edit(questionnaire):
    edits = {
        "be2_i05": lambda said: said.replace("2015", "2016"),
        "be2_i06": lambda said: said.replace("Trop bas", "Bien trop bas"),
    }
    path = edit(questionnaire(), edits)
    notes, events = collect(path)
    assert events == [("modifiee", FIRST.id), ("modifiee", OTHER.id)]
    assert notes[FIRST.id].body == FIRST.body.replace("2015", "2016")
    # What a cell does not show is not lost by an edit.
    assert notes[FIRST.id].evidence == FIRST.evidence
    assert (notes[FIRST.id].creator, notes[FIRST.id].created) == (FIRST.creator, FIRST.created)
    assert (notes[OTHER.id].body, notes[OTHER.id].changes) == ("Bien trop bas.", CHANGES)
    assert notes[SECOND.id] == SECOND
    assert read_workbook(path, catalogue=CATALOGUE).rows.empty


@pytest.mark.documents
def test_the_kind_the_author_and_the_proofs_can_be_edited_too(questionnaire):
    def change(said):
        said = said.replace("Objection de Jeanne Roux (thématique)", "Question d’Ali Ben (terrain)")
        return said.replace("(page 12)", "(page 13)").replace(
            "[n-0000000002] Précision", "[n-0000000002] Source de Zoé"
        )

    notes, _ = collect(edit(questionnaire(), {"be2_i05": change}))
    assert notes[FIRST.id].motivation == "question"
    assert notes[FIRST.id].creator == Creator(name="Ali Ben", role="terrain")
    assert notes[FIRST.id].evidence[0].page == "13"
    assert notes[FIRST.id].body == FIRST.body
    assert notes[SECOND.id].creator == Creator(name="Zoé")
    assert notes[SECOND.id].motivation == "source"


@pytest.mark.documents
def test_what_is_taken_out_of_a_cell_is_withdrawn(questionnaire):
    path = edit(questionnaire(), {"be2_i05": lambda said: said.split("[n-0000000002]")[0]})
    notes, events = collect(path)
    assert events == [("retiree", SECOND.id)]
    assert notes[SECOND.id].withdrawn
    assert notes[SECOND.id].body == SECOND.body
    assert not notes[FIRST.id].withdrawn


@pytest.mark.documents
def test_a_note_cut_and_pasted_elsewhere_is_moved_and_a_copy_is_another(questionnaire):
    path = questionnaire()
    cells = cells_of(openpyxl.load_workbook(path, rich_text=True))
    pasted = cells["be2_i06"].value
    moved = edit(path, {"be2_i06": None, "bv1_i01": pasted})
    notes, events = collect(moved)
    assert events == [("deplacee", OTHER.id)]
    assert notes[OTHER.id].target == f"valeur/bv1_i01/{LANNION}"
    assert (notes[OTHER.id].body, notes[OTHER.id].changes) == (OTHER.body, CHANGES)
    assert notes[OTHER.id].history[-1].content.target == OTHER.target
    copied = edit(path, {"bv1_i01": pasted})
    notes, _ = collect(copied)
    assert {name: notes[name] for name in STORE} == STORE
    (one,) = new_ones(notes)
    assert (one.target, one.body) == (f"valeur/bv1_i01/{LANNION}", OTHER.body)


@pytest.mark.documents
def test_a_sheet_or_a_column_taken_out_withdraws_nothing(questionnaire):
    path = questionnaire()
    workbook = openpyxl.load_workbook(path, rich_text=True)
    lacking = cells_of(workbook)["be2_i05"].parent.title
    assert collect(edit(path, without=[lacking])) == (STORE, [])
    for cell in cells_of(workbook).values():
        cell.parent.cell(3, COMMENT["questionnaire"]).value = None
        cell.value = None
    workbook.save(path.with_name("sans.xlsx"))
    assert collect(path.with_name("sans.xlsx")) == (STORE, [])


@pytest.mark.documents
def test_an_edit_of_a_note_that_moved_on_keeps_both(questionnaire):
    path = edit(questionnaire(), {"be2_i05": lambda said: said.replace("2015", "2016")})
    moved = {**STORE, FIRST.id: FIRST.model_copy(update={
        "body": "Réécrit.",
        "history": (*FIRST.history, Revision(date=TODAY, action="modifiee", content=FIRST.content)),
    })}  # fmt: skip
    notes, events = collect(path, moved)
    assert events == [("concurrente", FIRST.id)]
    assert notes[FIRST.id].body == "Réécrit."
    assert notes[FIRST.id].history[-1].content.body == FIRST.body.replace("2015", "2016")


# --- comments that are ours -------------------------------------------------------------------


@pytest.mark.documents
def test_a_comment_of_a_value_written_by_us_is_not_a_note_until_it_is_changed(published):
    path = published({"be2_i05": "Déjà dit.", "bv1_i01": "Seul."}, notes=())
    assert collect(path, {}) == ({}, [])
    edits = {"be2_i05": "Déjà dit.\nMais revu.", "bv1_i01": "Seul, ou presque."}
    notes, _ = collect(edit(path, edits), {})
    bodies = {one.target.split("/")[1]: one.body for one in notes.values()}
    assert bodies == {"be2_i05": "Mais revu.", "bv1_i01": "Seul, ou presque."}


@pytest.mark.documents
def test_a_comment_that_is_also_a_note_stands_once(published):
    comments = {"be2_i05": "Vu avec le  CCAS."}
    path = published(comments)
    text = cells_of(openpyxl.load_workbook(path))["be2_i05"].value
    assert text.startswith("Vu avec le  CCAS.\n\n[n-0000000001]")
    assert text.count("CCAS") == 1
    assert SECOND.id not in text
    assert collect(path) == (STORE, [])
    rows = read_workbook(path, catalogue=CATALOGUE).rows.set_index("indicator")
    assert rows.loc["be2_i05", "comment"] == "Vu avec le  CCAS."
    edited = edit(path, {"be2_i05": lambda said: said.replace("le  CCAS", "la mairie")})
    notes, events = collect(edited)
    assert events == [("modifiee", SECOND.id)]
    assert notes[SECOND.id].body == "Vu avec la mairie."
    longer = edit(path, {"be2_i05": lambda said: said.replace("CCAS.", "CCAS.\nEt la mairie.")})
    notes, events = collect(longer)
    assert [one.body for one in new_ones(notes)] == ["Et la mairie."]
    assert notes[SECOND.id] == SECOND
    gone = edit(path, {"be2_i05": lambda said: said[said.index("[n-") :]})
    assert collect(gone)[1] == [("retiree", SECOND.id)]


@pytest.mark.documents
def test_a_comment_that_looks_like_a_note_is_kept_as_a_comment(published):
    path = published({"be2_i05": "[n-0000000001] Objection : non. [fin]"}, notes=())
    rows = read_workbook(path, catalogue=CATALOGUE).rows.set_index("indicator")
    assert rows.loc["be2_i05", "comment"] == "(n-0000000001) Objection : non. (fin)"
    assert collect(path) == (STORE, [])


# --- headers typed in a cell ------------------------------------------------------------------


@pytest.mark.documents
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("@objection Le chiffre est faux.", ("objection", "valeur", "Le chiffre est faux.", "")),
        ("@objection\nLe chiffre est faux.", ("objection", "valeur", "Le chiffre est faux.", "")),
        ("@question seuil\nD’où vient-il ?", ("question", "seuil", "D’où vient-il ?", "")),
        ("@note poids · Zoé (terrain)\nTrop.", ("precision", "poids", "Trop.", "Zoé")),
        ("@source valeur Taux de pauvreté\nIci.", ("source", "valeur", "Ici.", "")),
        ("@objection seuil Taux de pauvreté\nBas.", ("objection", "seuil", "Bas.", "")),
        ("@note besoin/boire\nL’eau.", ("precision", "besoin", "L’eau.", "")),
        ("@objection · Zoé\nNon.", ("objection", "valeur", "Non.", "Zoé")),
    ],
)  # fmt: skip
def test_a_header_in_a_cell_says_the_kind_and_what_it_is_about(questionnaire, typed, expected):
    path = edit(questionnaire(notes=()), {"be2_i05": typed})
    notes, _ = collect(path, {})
    (one,) = notes.values()
    found = (one.motivation, one.target.split("/")[0], one.body, one.creator.name)
    assert found == expected
    if found[1] != "besoin":
        assert "be2_i05" in one.target


@pytest.mark.documents
def test_a_cell_may_hold_several_notes_one_of_them_for_the_team(questionnaire):
    typed = "Vu.\n@objection · équipe · 2026-11-05\nEntre nous.\n@question\nEt la suite ?"
    path = edit(questionnaire(notes=()), {"be2_i05": typed})
    notes, _ = collect(path, {})
    found = {(one.motivation, one.visibility, one.body) for one in notes.values()}
    assert found == {
        ("precision", "public", "Vu."),
        ("objection", "equipe", "Entre nous."),
        ("question", "public", "Et la suite ?"),
    }
    dated = next(one for one in notes.values() if one.visibility == "equipe")
    assert dated.created == date(2026, 11, 5)
    assert collect(path, notes) == (notes, [])


@pytest.mark.documents
def test_a_cell_without_words_is_not_a_note(questionnaire):
    path = edit(questionnaire(notes=()), {"be2_i05": "—", "be2_i06": " ? ", "bv1_i01": "3"})
    notes, _ = collect(path, {})
    assert [one.body for one in notes.values()] == ["3"]


# --- when the hidden sheet is lost ------------------------------------------------------------


@pytest.mark.documents
def test_without_the_hidden_sheet_ids_are_looked_up_in_the_store(questionnaire):
    path = edit(questionnaire(), without=[SHEET], name="copie.xlsx")
    assert collect(path, known=STORE) == (STORE, [])
    edited = edit(path, {"be2_i06": lambda said: said.replace("bas", "haut")})
    notes, events = collect(edited, known=STORE)
    assert events == [("modifiee", OTHER.id)]
    assert (notes[OTHER.id].body, notes[OTHER.id].changes) == ("Trop haut.", CHANGES)
    # Taken out of a cell of which nothing is remembered: nothing is withdrawn.
    assert collect(edit(path, {"be2_i05": ""}), known=STORE) == (STORE, [])


@pytest.mark.documents
def test_without_sheet_nor_store_the_words_speak_for_themselves(questionnaire):
    path = edit(questionnaire(), without=[SHEET], name="copie.xlsx")
    source = notes_of_workbook(path, catalogue=CATALOGUE, today=TODAY)
    assert [one.note_id for one in source.notes] == [""] * 3
    by_body = {one.content.body: one.content for one in source.notes}
    assert by_body[FIRST.body].creator == FIRST.creator
    assert by_body[FIRST.body].evidence == FIRST.evidence
    notes, _ = collect(path)
    # The two that a cell tells whole are known by their words.
    assert len(new_ones(notes)) == 1
    assert {name: notes[name] for name in STORE} == STORE


@pytest.mark.documents
def test_a_hidden_sheet_that_was_tampered_with_is_not_believed(questionnaire):
    path = questionnaire()
    workbook = openpyxl.load_workbook(path, rich_text=True)
    sheet = workbook[SHEET]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 3).value = sheet.cell(row, 3).value.replace("2015", "1900")
    workbook.save(path.with_name("autre.xlsx"))
    read = {put.note_id for put in read_note_sheet(read_sheets(path.with_name("autre.xlsx")))}
    assert read == {SECOND.id, OTHER.id}
    assert collect(path.with_name("autre.xlsx"), known=STORE) == (STORE, [])


@pytest.mark.documents
def test_a_workbook_of_no_territory_gives_orphans(questionnaire):
    path = edit(questionnaire(notes=()), {"be2_i05": "Vu."},
                cover={"Siren": None, "Territoire": None})  # fmt: skip
    (one,) = notes_of_workbook(path, catalogue=CATALOGUE, today=TODAY).notes
    assert one.content.target.startswith("inconnu/valeur be2_i05")
    told = notes_of_workbook(path, catalogue=CATALOGUE, territory=LANNION, today=TODAY)
    assert told.notes[0].content.target == f"valeur/be2_i05/{LANNION}"
    with pytest.raises(Refusal, match="249740077"):
        notes_of_workbook(questionnaire(), catalogue=CATALOGUE, territory="249740077", today=TODAY)


# --- room, hostile texts, laws ----------------------------------------------------------------


def test_notes_too_long_for_a_cell_are_cut_and_say_so():
    long = note(1, "\n".join(f"Ligne {n} de 😀 la note." for n in range(4000)))
    short = note(2, "Court.")
    cell = comment_cells([long, short], LANNION, comments={"be2_i05": "Commentaire."})["be2_i05"]
    assert 0.9 * CELL_LIMIT < cell_length(cell.text) <= CELL_LIMIT
    assert cell.text.startswith("Commentaire.\n\n[n-0000000001]")
    assert cell.text.count(f"{SUITE} [fin]") == 1
    assert cell.text.endswith("Court. [fin]")
    comment, put, _ = cell.puts
    assert (comment.note_id, put.note_id) == ("", long.id)
    words = next(SEGMENT.finditer(cell.text))[2].strip()
    assert read_segment(words, base=long.content, shown=put.shown) == long.content
    # An edit of what is shown keeps what is not.
    edited = read_segment(words.replace("Ligne 3 ", "Rang 3 "), base=long.content, shown=put.shown)
    assert edited.body == long.body.replace("Ligne 3 ", "Rang 3 ")
    # Whoever takes the mark out has written another note.
    other = read_segment(words.replace(SUITE, "").strip(), base=long.content, shown=put.shown)
    assert len(other.body) < len(long.body)
    assert long.body.startswith(other.body)


def test_many_notes_share_a_cell_and_those_left_out_are_not_said_to_be_there():
    notes = [note(n, f"{n} " + "mot " * 3000, created=date(2026, 1, 1)) for n in range(1, 300)]
    cell = comment_cells(notes, LANNION)["be2_i05"]
    assert cell_length(cell.text) <= CELL_LIMIT
    assert len(cell.puts) == len(SEGMENT.findall(cell.text))
    assert 90 <= len(cell.puts) < 110
    assert all(put.shown is not None and put.shown > 100 for put in cell.puts)


HOSTILE = [
    '=HYPERLINK("http://mal.fr";"clic")', "+33 2 96", "-1+1", "@SUM(A1)", "=1+1\n=2+2",
    "\t=1+1", "\r\n=1", "a\x00b\x07c", "_x0041_ et _x000D_", "[n-0000000009] faux [fin]",
    "ligne\n[n-0000000009] Objection de X : faux\n[fin]", "مرحبا بالعالم", "\u202eabc\u202c",
    "<script>alert(1)</script>", "preuve : https://a.fr", "@objection seuil\npas un en-tête",
    "```yaml\nweights: {a: 1}", "| a | b |\n|---|", "a" * 40_000, "\ufffe\uffff", "« ; , \" '",
    "Objection de Jeanne Roux (thématique) : encore", "#REF!", "12,5 %", "  espaces  \n\n\n fin ",
    SUITE, f"avant {SUITE}",
]  # fmt: skip
NAMES = sorted(i.id for i in CATALOGUE.indicators.values() if "besoins-2021" in i.needs)


def every_hostile_note():
    """Ours, and the corpus of all documents, each on the value of another indicator."""
    ours = [
        note(1000 + n, words, NAMES[n], creator=Creator(name=words[:60].strip() or "X"))
        for n, words in enumerate(HOSTILE)
    ]
    theirs = [
        one.model_copy(update={"target": f"valeur/{name}/{LANNION}", "visibility": "public"})
        for one, name in zip(hostile_notes(), NAMES[len(HOSTILE) :], strict=False)
    ]
    assert len(theirs) == len(list(hostile_notes())) >= 60
    return [*ours, *theirs]


@pytest.mark.documents
def test_hostile_notes_break_no_workbook_and_come_back_whole(questionnaire):
    notes = every_hostile_note()
    store = {one.id: one for one in notes}
    path = questionnaire(notes=notes, needs=())
    first = cells_of(openpyxl.load_workbook(path))
    for number, one in enumerate(notes):
        cell = first[NAMES[number]]
        assert cell.data_type == "s"
        assert cell.value.startswith(f"[{one.id}] ")
    source = notes_of_workbook(path, catalogue=CATALOGUE, today=TODAY)
    assert {one.note_id: one.content for one in source.notes} == {
        name: one.content for name, one in store.items()
    }
    assert collect(path, store) == (store, [])
    assert read_workbook(path, catalogue=CATALOGUE).rows.empty


def convert(paths, kind, folder):
    profile = (folder / "profil").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
    subprocess.run(
        [*command, "--outdir", str(folder / kind), *map(str, paths)],
        check=True,
        capture_output=True,
        timeout=250,
    )
    return [folder / kind / f"{path.stem}.{kind}" for path in paths]


@pytest.mark.documents
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice absent")
def test_libreoffice_gives_every_note_back(questionnaire, published, tmp_path):
    hostile = every_hostile_note()
    first = questionnaire(notes=hostile, needs=()).rename(tmp_path / "hostile.xlsx")
    said = {"bv1_i01": "Dit par le service.", "be2_i05": lambda said: f"{said}\nEt ceci."}
    second = edit(questionnaire(), said, cover={"Rempli par": "Anne Le Goff"})
    third = published({"be2_i05": "Déjà dit.", "bv1_i01": "=1+1"})
    for kind in ("ods", "xlsx"):
        broken, filled, written = convert([first, second, third], kind, tmp_path)
        store = {one.id: one for one in hostile}
        assert collect(broken, store) == (store, [])
        assert read_workbook(broken, catalogue=CATALOGUE).rows.empty
        found, events = collect(filled)
        bodies = sorted(one.body for one in new_ones(found))
        assert bodies == ["Dit par le service.", "Et ceci."]
        assert [action for action, _ in events] == ["creee", "creee"]
        assert {name: found[name] for name in STORE} == STORE
        assert sorted(read_workbook(filled, catalogue=CATALOGUE).rows["comment"]) == bodies
        # Collected from the original too: the same notes, once.
        assert collect(second, found)[1] == []
        assert collect(written) == (STORE, [])
        rows = read_workbook(written, catalogue=CATALOGUE).rows.set_index("indicator")
        assert rows.loc["be2_i05", "comment"] == "Déjà dit."
        assert rows.loc["bv1_i01", "comment"] == "=1+1"


texts = st.text(max_size=80) | st.lists(
    st.sampled_from(
        ["[n-0000000001]", "[fin]", "\n", "\n\n", " ", " : ", "mot", "Objection", "preuve : x",
         "@objection", SUITE, "```", "(", "\\", "é", "\u00a0", "[", "=1"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(bodies=st.lists(texts, min_size=1, max_size=4), comment=texts, author=texts)
def test_whatever_is_put_in_a_cell_is_read_back(bodies, comment, author):
    notes = [
        note(n, clean_text(body).strip("\n"), creator=Creator(name=" ".join(author.split())))
        for n, body in enumerate(bodies, start=1)
    ]
    notes = [one.model_copy(update=dict(clean_content(one.content))) for one in notes]
    cell = comment_cells(notes, LANNION, comments={"be2_i05": comment}).get("be2_i05")
    text = clean_text(cell.text)
    puts = {put.note_id: put for put in cell.puts if put.note_id and not put.bare}
    segments = list(SEGMENT.finditer(text))
    assert [one[1] for one in segments] == list(puts)
    for segment in segments:
        put = puts[segment[1]]
        assert put.shown is None
        assert read_segment(segment[2].strip(), base=put.content, shown=None) == put.content
    tamed = re.sub(r"\[(n-[0-9a-f]{10}|fin)\]", r"(\1)", clean_text(comment))
    # What opens with a kind of note is one, and no comment of the value.
    assert without_notes(text).split() == without_notes(tamed).split()
    assert "@" in comment or without_notes(tamed) == tamed


@settings(max_examples=150, deadline=None)
@given(body=texts, other=texts)
def test_an_edit_says_what_was_typed(body, other):
    base = clean_content(note(1, clean_text(body).strip("\n")).content)
    other = clean_text(other.replace("[", "(")).strip()
    edited = read_segment(f"Objection de Jeanne Roux (thématique) : {other}", base=base, shown=None)
    assert edited.creator == base.creator
    assert edited.motivation == "objection"
    if fingerprint(edited.body) == fingerprint(base.body) and edited.evidence == base.evidence:
        return
    # Nothing typed is lost: it is in the text, or in a proof.
    said = edited.body + "".join(f"{e.document}{e.url}{e.page}" for e in edited.evidence)
    for word in re.findall(r"\w+", other):
        assert word in said or word.lower() in ("preuve", "preuves", "page", "pages", "p")


# --- commands and files -----------------------------------------------------------------------


@pytest.mark.documents
@pytest.mark.parametrize("command", ["blank", "write"])
def test_the_commands_put_in_the_notes_of_a_folder_or_none(tmp_path, monkeypatch, command):
    from typer.testing import CliRunner

    from diag360.cli_workbook import app

    write_notes(tmp_path / "notes", NOTES)
    (tmp_path / "notes" / "n-ffffffffff.yaml").write_text("id: [", encoding="utf-8")
    options = ["--output", str(tmp_path / "out"), "--annotations"]
    options = [*(["--needs", "etre_solidaire"] if command == "blank" else []), *options]
    made = CliRunner().invoke(app, [command, LANNION, *options, str(tmp_path / "notes")])
    assert made.exit_code == 0, made.output
    assert "n-ffffffffff.yaml" in made.output
    (path,) = (tmp_path / "out").iterdir()
    assert FIRST.id in cells_of(openpyxl.load_workbook(path))["be2_i05"].value
    made = CliRunner().invoke(app, [command, LANNION, *options, "aucune"])
    assert made.exit_code == 0, made.output
    assert SHEET not in openpyxl.load_workbook(path).sheetnames
    with pytest.raises(Refusal, match=re.escape(str(tmp_path / "absent"))):
        CliRunner().invoke(
            app, [command, LANNION, *options, str(tmp_path / "absent")], catch_exceptions=False
        )


def test_the_csv_of_values_stays_harmless_whatever_a_comment_holds(tmp_path):
    frame = pd.DataFrame(
        {
            "territory": LANNION, "indicator": NAMES[: len(HOSTILE)], "value": "1",
            "year": pd.array([2024] * len(HOSTILE), dtype="Int64"), "comment": HOSTILE,
        }
    )  # fmt: skip
    frame["comment"] = [
        *HOSTILE[:-2], "vu\n=1+1;=cmd|' /C calc'!A0\n@SUM(A1)", "- un\n- deux\t+3",
    ]  # fmt: skip
    written = tidy_csv(frame)
    # A French spreadsheet cuts lines at « ; » and at tabulations, and begins one at a line end.
    cells = [part for line in written.splitlines() for part in re.split(r"[;\t,]", line)]
    assert [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "-", "@"))] == []
    (tmp_path / "v.csv").write_text(written, encoding="utf-8")
    back = pd.read_csv(tmp_path / "v.csv", dtype=str, keep_default_na=False)["comment"]
    assert [said.split() for said in back] == [
        re.sub(r"(?<=;)(?==)", " ", said).split() for said in frame["comment"]
    ]


# --- what is for the team ---------------------------------------------------------------------


@pytest.mark.documents
@pytest.mark.parametrize(
    "typed",
    ["@note équipe Entre nous.", "@note · équipe\nEntre nous.", "@objecton · équipe\nEntre nous.",
     "Vu.\n@question Équipe, entre nous."],
)  # fmt: skip
def test_what_is_typed_for_the_team_goes_to_no_document(questionnaire, typed):
    path = edit(questionnaire(notes=()), {"bv1_i01": typed})
    notes, _ = collect(path, {})
    (kept,) = [one for one in notes.values() if "ntre nous" in one.body]
    assert kept.visibility == "equipe"
    rows = read_workbook(path, catalogue=CATALOGUE).rows.set_index("indicator")
    said = rows.loc["bv1_i01", "comment"] if "bv1_i01" in rows.index else ""
    assert "ntre nous" not in said


@pytest.mark.parametrize(
    "said",
    ["Écrire à sig@exemple.fr.", "Vu.\n@jeanne.roux le suit", "Prix @ 12 €", "@Jeanne : à voir"],
)
def test_a_sign_alone_does_not_make_a_note_of_a_comment(said):
    assert without_notes(said) == said


@pytest.mark.documents
def test_the_cover_says_who_reads_a_comment_and_its_example_works(questionnaire):
    path = questionnaire(notes=())
    cells = openpyxl.load_workbook(path)["Lisez-moi"]["B"]
    (told,) = [str(cell.value) for cell in cells if "note publique" in str(cell.value)]
    example = re.search(r"@note équipe Chiffre[^»]*", told)[0].strip()
    notes, _ = collect(edit(path, {"bv1_i01": example}), {})
    (one,) = notes.values()
    assert (one.visibility, one.body[:7]) == ("equipe", "Chiffre")


# --- ratings of hazards -----------------------------------------------------------------------


RATED = note(4, "Trop haut pour nos vallées.", target=f"cotation/C2/{LANNION}")


def hazard_cell(workbook, hazard="C2", title="Commentaire"):
    sheet = workbook["Aléas"]
    titles = [cell.value for cell in sheet[4]]
    row = next(r for r in range(5, sheet.max_row + 1) if sheet.cell(r, 1).value == hazard)
    return sheet.cell(row, titles.index(title) + 1)


def rate(path, edits, name="aleas.xlsx"):
    workbook = openpyxl.load_workbook(path, rich_text=True)
    for (hazard, title), said in edits.items():
        cell = hazard_cell(workbook, hazard, title)
        cell.value = said(cell.value or "") if callable(said) else said
    workbook.save(path.with_name(name))
    return path.with_name(name)


@pytest.mark.documents
def test_notes_on_ratings_go_to_the_sheet_of_hazards_and_come_back(questionnaire):
    path = questionnaire((RATED,), needs=())
    assert RATED.body in hazard_cell(openpyxl.load_workbook(path)).value
    source = notes_of_workbook(path, catalogue=CATALOGUE, today=TODAY)
    assert source.held == {RATED.id: RATED.revision}
    store = {RATED.id: RATED}
    assert collect(path, store) == (store, [])
    edited = rate(path, {("C2", "Commentaire"): lambda said: said.replace("haut", "bas")})
    notes, events = collect(edited, store)
    assert events == [("modifiee", RATED.id)]
    assert notes[RATED.id].body == "Trop bas pour nos vallées."
    assert notes[RATED.id].target == RATED.target
    assert collect(rate(path, {("C2", "Commentaire"): ""}), store)[1] == [("retiree", RATED.id)]


@pytest.mark.documents
def test_a_comment_on_a_rating_is_a_note_and_rates_nothing(questionnaire):
    path = questionnaire((RATED,), needs=())
    full = {("A3", "Vraisemblance centrale"): 3, ("A3", "Intensité centrale"): 2}
    said = {("A3", "Commentaire"): "Vu en 2022.\n@objection équipe À revoir.",
            ("A4", "Commentaire"): "Rien à dire."}  # fmt: skip
    edited = rate(path, {**full, **said})
    notes, _ = collect(edited, {RATED.id: RATED})
    told = {(one.target, one.body, one.visibility) for one in new_ones(notes, {RATED.id: RATED})}
    assert told == {
        (f"cotation/A3/{LANNION}", "Vu en 2022.", "public"),
        (f"cotation/A3/{LANNION}", "À revoir.", "equipe"),
        (f"cotation/A4/{LANNION}", "Rien à dire.", "public"),
    }
    file = read_rating_sheet(edited, territory=LANNION, catalogue=CATALOGUE)
    assert {name: one.comment for name, one in file.ratings.items()} == {"A3": "Vu en 2022."}


@pytest.mark.documents
def test_a_sheet_of_hazards_without_titles_takes_no_note_away(questionnaire):
    path = questionnaire((RATED,), needs=())
    workbook = openpyxl.load_workbook(path, rich_text=True)
    for cell in workbook["Aléas"][4]:
        cell.value = None
    workbook.save(path)
    assert collect(path, {RATED.id: RATED}) == ({RATED.id: RATED}, [])
