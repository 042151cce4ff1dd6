"""The form of a note, driven without a browser: what it offers, checks, writes and shows."""

import datetime
import re
from html import unescape

import nbformat
import pytest

from diag360.catalogue.strict_yaml import read_yaml
from diag360.challenge.annotations.cells import read_notes_of
from diag360.challenge.annotations.gather import gather
from diag360.challenge.annotations.sources import source_of
from diag360.challenge.annotations.store import read_store
from diag360.challenge.annotations.target import parse_target
from diag360.challenge.variants.model import Changes
from diag360.documents.widgets import note_choices
from diag360.documents.widgets.note_form import note_form
from diag360.documents.widgets.note_reading import Unclear, read_changes, read_evidence

LANNION = "200065928"
DAY = datetime.date(2026, 11, 23)
POVERTY = "Taux de pauvreté"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "annotations"


@pytest.fixture
def form(catalogue, folder):
    made = note_form(catalogue, today=DAY, territory=LANNION, folder=folder)
    made.about.value, made.text.value = POVERTY, "Trop bas en montagne."
    return made


def said(widget):
    """Text of an HTML widget, with ordinary spaces."""
    words = unescape(re.sub(r"<[^>]+>", " ", widget.value))
    return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())


def wrong(form):
    """Fields that say something is wrong."""
    return {name: said(hint) for name, hint in form.hints.items() if hint.value}


def written(folder):
    return list(read_store(folder).values())


def test_everything_of_the_method_is_found_by_its_label(catalogue):
    counted = {}
    for kind in note_choices.KINDS:
        found = note_choices.choices(kind, catalogue=catalogue, territory=LANNION)
        targets = [parse_target(address) for address in found.values()]
        assert {target.kind for target in targets} == {kind}
        assert len(set(targets)) == len(targets)
        counted[kind] = len(targets)
        # Neither an id nor an unbreakable space is in the way of who types a label.
        assert not any(re.search(r"\w+_[ip]\d\d|\u00a0|\u202f", label) for label in found)
    indicators, hazards = len(catalogue.indicators), catalogue.hazards.values()
    edges = sum(len(graph.edges) for graph in catalogue.graphs.values())
    needs = sum(len(frame.needs) for frame in catalogue.frameworks.values())
    assert counted == {
        **dict.fromkeys(("seuil", "poids", "valeur", "indicateur"), indicators),
        "besoin": needs,
        "alea": len(hazards),
        "cotation": sum(not hazard.composed_of for hazard in hazards),
        "dependance": edges,
    }
    assert note_choices.choices("valeur", catalogue=catalogue) == {}


@pytest.mark.parametrize("typed", ["taux de PAUVRETE", "  pauvreté ", POVERTY])
def test_a_label_is_found_whatever_the_case_and_the_accents(typed, catalogue):
    offered = note_choices.choices("seuil", catalogue=catalogue)
    assert note_choices.find_choice(typed, offered) == (POVERTY, ())


def test_whole_words_come_before_parts_of_words(catalogue):
    offered = note_choices.choices("seuil", catalogue=catalogue)
    label, nearest = note_choices.find_choice("eau", offered)
    assert label == ""
    assert len(nearest) > 1
    assert all(re.search(r"\beau\b", one) for one in nearest)
    # A word badly spelt still leads somewhere, and chooses nothing by itself.
    assert note_choices.find_choice("povreté des gens", offered) == ("", (POVERTY,))


def starts(catalogue, kind):
    offered = note_choices.choices(kind, catalogue=catalogue, territory=LANNION).values()
    return [
        note_choices.start_of(parse_target(address), catalogue=catalogue) for address in offered
    ]


@pytest.mark.parametrize("kind", [*note_choices.KINDS])
def test_what_a_proposition_starts_from_is_what_stands_today(kind, catalogue, tmp_path):
    """Every start is sound YAML whose ids are right, and changes nothing by itself."""
    path, told = tmp_path / "depart.yaml", starts(catalogue, kind)
    known = [one for one in told if one]
    # No change of the method answers a value or a rating; a hazard made of others hits nothing.
    expected = {"valeur": 0, "cotation": 0, "alea": 31}.get(kind, len(told))
    assert len(known) == expected
    for start in known:
        active = start.replace("# indicators: {out", "indicators: {out")
        path.write_text(active, encoding="utf-8")
        data, fault = read_yaml(path, name="depart")
        assert fault is None, start
        Changes.model_validate(data)
        if kind == "indicateur":
            assert read_changes(start, catalogue=catalogue) == (None, [])
            assert read_changes(active, catalogue=catalogue)[0] is not None
            continue
        try:
            assert read_changes(start, catalogue=catalogue) == (None, [])
        except Unclear as refused:
            assert "ne change rien" in str(refused), start  # noqa: PT017


def test_a_note_is_written_then_shown_as_a_cell_that_reads_back(form, folder, catalogue):
    form.kind.value, form.name.value, form.role.value = "objection", "Jeanne Roux", "thematique"
    form.evidence.value = (
        "https://exemple.fr/etude.pdf (page 12)\npreuve : Enquête Logement, page 3\n"
    )
    form.text.value = "Trop bas : **0,26**.\n@objection n’ouvre pas une seconde note.\n\n"
    form.write.click()
    assert wrong(form) == {}
    (note,) = written(folder)
    assert note == form.saved
    assert (note.motivation, note.target) == ("objection", "seuil/be2_i05")
    assert (note.creator.name, note.creator.role) == ("Jeanne Roux", "thematique")
    assert (note.created, note.visibility, note.status) == (DAY, "public", "ouverte")
    assert [(one.url, one.document, one.page) for one in note.evidence] == [
        ("https://exemple.fr/etude.pdf", "", "12"),
        ("", "Enquête Logement", "3"),
    ]
    assert note.body == "Trop bas : **0,26**.\n@objection n’ouvre pas une seconde note."
    assert f"Note {note.id} écrite dans {folder}" in said(form.message)
    assert form.cell.layout.display is None
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(form.cell.value)])
    (found,) = read_notes_of(notebook, name="30_diagnostic.ipynb", catalogue=catalogue, today=DAY)
    assert found.content == note.content
    assert found.note_id == note.id
    # Pasted in a notebook and collected, it is still one note.
    source = source_of(notebook, name="30_diagnostic.ipynb", catalogue=catalogue, today=DAY)
    store = read_store(folder)
    assert gather(store, notebooks=[source], catalogue=catalogue, today=DAY).notes == store


def test_writing_again_corrects_the_same_note_until_a_fresh_one(form, folder):
    form.write.click()
    form.write.click()
    assert "déjà écrite" in said(form.message)
    form.text.value = "Trop bas, en montagne surtout."
    form.write.click()
    (note,) = written(folder)
    assert "corrigée" in said(form.message)
    assert note.body == "Trop bas, en montagne surtout."
    kept = [event.content.body for event in note.history if event.content is not None]
    assert kept == ["Trop bas en montagne."]
    # Signing afterwards is one more correction, not another voice.
    form.name.value = "Jeanne"
    form.write.click()
    (note,) = written(folder)
    assert (note.creator.name, note.history[-1].action) == ("Jeanne", "modifiee")
    form.fresh.click()
    assert form.text.value == form.about.value == form.evidence.value == ""
    assert form.name.value == "Jeanne"
    assert form.write.description == "Écrire la note"
    form.about.value, form.text.value = "Boire", "Autre chose."
    form.subject.value = "besoin"
    form.write.click()
    assert {one.target for one in written(folder)} == {"seuil/be2_i05", "besoin/boire"}


def test_a_note_someone_else_edited_meanwhile_keeps_both_texts(form, folder, catalogue):
    form.write.click()
    other = note_form(catalogue, today=DAY, folder=folder)
    other.about.value, other.text.value = POVERTY, "Écrit par un autre."
    other.name.value, other.saved = "Paul", form.saved
    other.write.click()
    assert "corrigée" in said(other.message)
    form.text.value = "Écrit ici."
    form.write.click()
    (after,) = written(folder)
    texts = {after.body, *(event.content.body for event in after.history if event.content)}
    assert texts == {"Trop bas en montagne.", "Écrit par un autre.", "Écrit ici."}
    assert "Quelqu’un l’a changée entre-temps" in said(form.message)


def test_a_proposition_starts_from_todays_thresholds_and_is_checked_as_it_is_typed(form, folder):
    assert form.changes.layout.display == "none"
    form.kind.value = "proposition"
    assert form.changes.layout.display is None
    start = form.changes.value
    assert "be2_i05" in start
    assert "0.26 se lit 26,0 %" in start.replace("\u00a0", " ")
    # Left as it is, it proposes nothing in figures: the words are the proposition.
    assert (wrong(form), said(form.preview)) == ({}, "")
    form.changes.value = start.replace("0.26", "0.3")
    assert wrong(form) == {}
    assert said(form.preview).startswith("Seuils de « Taux de pauvreté » : 30 % vaut 0")
    form.changes.value = start.replace("be2_i05", "be2_i99")
    assert "« be2_i99 »" in wrong(form)["changes"]
    assert said(form.preview) == ""
    form.write.click()
    assert "Note non écrite" in said(form.message)
    assert not folder.exists()
    form.changes.value = start.replace("0.26", "0.3")
    form.write.click()
    (note,) = written(folder)
    assert note.changes.anchors["be2_i05"][0].value == 0.3
    assert "```yaml" in form.cell.value
    # What was typed there is not thrown away by another choice.
    form.about.value = "Taux de chômage"
    assert form.changes.value == start.replace("0.26", "0.3")


def test_a_proposition_in_words_alone_is_written_without_a_change(form, folder):
    form.kind.value = "proposition"
    form.write.click()
    (note,) = written(folder)
    assert note.changes is None
    # Nobody is made to say where they speak from.
    assert (note.creator.name, note.creator.role) == ("", None)


def test_only_the_answers_that_change_are_kept(catalogue):
    typed = '```yaml\nchoices: {be1_i01: {"Non": 0, "En cours": 0.25, "Oui": 1}}\n```'
    changes, lines = read_changes(typed, catalogue=catalogue)
    assert changes.choices == {"be1_i01": {"En cours": 0.25}}
    assert len(lines) == 1
    force = dict(catalogue.hazards["C2"].effects["besoins-2021"])
    need = next(iter(force))
    row = ", ".join(f"{name}: {value}" for name, value in force.items())
    same = f"effects: {{C2: {{besoins-2021: {{{row}}}}}}}"
    assert read_changes(same, catalogue=catalogue) == (None, [])
    other = (force[need] + 1) % 4
    moved = same.replace(f"{need}: {force[need]}", f"{need}: {other}", 1)
    changes, _ = read_changes(moved, catalogue=catalogue)
    assert changes.effects == {"C2": {"besoins-2021": {need: other}}}


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("anchors: {be2_i05: [{value: 0.3, score: 0}", "ligne 2, YAML illisible"),
        ("anchor: {be2_i05: 3}", "« anchor »"),
        ("weights: {be2_i05: beaucoup}", "« beaucoup »"),
        ("weights: {be2_i05: -1}", "« -1 »"),
        ("- un\n- deux", "clé: valeur"),
    ],
)
def test_a_change_that_does_not_hold_is_said_in_french(typed, problem, catalogue):
    with pytest.raises(Unclear, match=re.escape(problem)):
        read_changes(typed, catalogue=catalogue)


def test_a_value_is_said_of_a_territory_found_by_name(form, folder, catalogue):
    form.subject.value = "valeur"
    assert form.territory.layout.display is None
    form.territory.value = "Lannion-Trégor Communauté"
    form.write.click()
    assert written(folder)[0].target == f"valeur/be2_i05/{LANNION}"
    form.fresh.click()
    form.territory.value = "Atlantide-sur-Mer"
    assert "« Atlantide-sur-Mer »" in wrong(form)["territory"]
    form.about.value, form.text.value = POVERTY, "x"
    form.write.click()
    assert "« Atlantide-sur-Mer »" in wrong(form)["territory"]
    form.territory.value = ""
    form.write.click()
    assert wrong(form)["territory"] == "⚠ choisir un territoire"
    assert len(written(folder)) == 1
    form.subject.value = "seuil"
    assert form.territory.layout.display == "none"
    assert "territory" not in wrong(form)


def test_each_problem_stands_next_to_its_field_and_nothing_is_written(form, folder):
    form.about.value, form.text.value, form.day.value, form.folder.value = "part de", " ", None, ""
    form.write.click()
    problems = wrong(form)
    assert set(problems) == {"about", "text", "day", "folder"}
    assert "« part de » ne désigne pas une seule chose ; choisir : « " in problems["about"]
    form.about.value = "zzzz"
    form.write.click()
    assert "« zzzz » n’est pas dans la liste" in wrong(form)["about"]
    form.about.value = ""
    form.write.click()
    assert "choisir de quoi parle la note" in wrong(form)["about"]
    assert not folder.exists()
    for hint in form.hints.values():
        assert hint.value == "" or 'role="alert"' in hint.value


def test_what_is_typed_never_becomes_markup(form, folder):
    form.about.value = "<img src=x onerror=alert(1)>"
    form.write.click()
    assert "<img" not in form.hints["about"].value
    form.about.value = POVERTY
    form.name.value = form.text.value = "<script>alert(1)</script>"
    form.write.click()
    assert "<script" not in form.message.value
    assert written(folder)[0].body == "<script>alert(1)</script>"


def test_a_folder_that_cannot_be_written_in_is_said(form, tmp_path):
    (tmp_path / "fichier").write_text("x", encoding="utf-8")
    form.folder.value = str(tmp_path / "fichier" / "sous")
    form.write.click()
    assert "impossible d’y écrire" in wrong(form)["folder"]
    assert form.saved is None


def test_a_team_note_says_where_it_will_not_go(form, folder):
    form.visibility.value = "equipe"
    form.write.click()
    assert "jamais dans un document" in said(form.message)
    assert written(folder)[0].visibility == "equipe"


def test_evidence_is_one_piece_a_line():
    assert read_evidence(" \n") == ()
    first, second = read_evidence("www.exemple.fr\n- preuve : Rapport annuel, page 4")
    assert (first.url, second.document, second.page) == (
        "https://www.exemple.fr",
        "Rapport annuel",
        "4",
    )
