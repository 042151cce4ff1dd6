"""The register for a meeting: what is read, what is shown of it, and what the read-me teaches."""

import re
from pathlib import Path

import nbformat
import pytest
from note_table import DAY, LANNION, RENNES, SEUIL, Table, fill, plain

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import read_notes_of
from diag360.challenge.annotations.model import Content, Creator, Evidence, State
from diag360.challenge.annotations.resolve import resolve_target
from diag360.challenge.variants.model import Changes
from diag360.documents.figures.notes import meeting_blocks
from diag360.documents.figures.notes.meeting_words import head_sentence
from diag360.documents.meeting_notes import read_meeting
from diag360.documents.notebook import check_parameters
from diag360.documents.register import make_register
from diag360.errors import Refusal
from diag360.paths import notebooks_dir


@pytest.fixture
def table(tmp_path: Path, catalogue: Catalogue) -> Table:
    (tmp_path / "notes").mkdir()
    return Table(tmp_path / "notes", catalogue)


@pytest.fixture
def full(table: Table) -> Table:
    return fill(table)


# --- What is on the table --------------------------------------------------------------------


def test_team_notes_and_withdrawn_ones_are_counted_and_not_shown(full: Table) -> None:
    public, team = full.read(), full.read(visibility="équipe")
    assert {note.author for note in team.notes} - {note.author for note in public.notes} == {
        "Équipier"
    }
    assert (public.left_out, team.left_out) == (2, 1)
    assert "Parti" not in {note.author for note in team.notes}
    head = plain(meeting_blocks.meeting_head(public).html)
    assert "7 notes" not in head
    assert head.startswith("6 notes de 5 personnes, dont 5 encore ouvertes. 1 sujet divise")
    assert "2 autres notes existent hors de ce registre" in head


def test_a_territory_keeps_what_is_said_of_all_and_of_it(full: Table) -> None:
    full.put("precision", f"valeur/be2_i05/{RENNES}", "Rennais")

    def authors(territory: str) -> set[str]:
        return {note.author for note in full.read(territory=territory).notes}

    everyone = authors("tous")
    assert "Rennais" in everyone
    assert everyone - authors(LANNION) == {"Rennais"}
    assert "Rennais" in authors("Rennes Métropole")


@pytest.mark.parametrize(
    ("status", "count"), [("toutes", 6), ("ouvertes", 5), ("rejetées", 1), ("acceptées", 0)]
)
def test_a_status_may_be_asked_for(full: Table, status: str, count: int) -> None:
    assert len(full.read(status=status).notes) == count


@pytest.mark.parametrize(
    ("asked", "offender"),
    [
        ({"status": "vieilles"}, "« vieilles » n’est pas admis"),
        ({"visibility": "privé"}, "« privé » n’est pas admis"),
        ({"territory": "Atlantide"}, "Atlantide"),
    ],
)
def test_a_wrong_word_is_refused(full: Table, asked: dict[str, str], offender: str) -> None:
    with pytest.raises(Refusal, match=offender):
        full.read(**asked)


def test_a_folder_that_is_not_there_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(Refusal, match="nulle-part"):
        read_meeting("nulle-part", catalogue=catalogue)


def test_a_broken_file_stops_nothing_and_is_named(full: Table) -> None:
    (full.folder / "n-00000000ff.yaml").write_text("pas: une note", encoding="utf-8")
    meeting = full.read()
    assert len(meeting.notes) == 6
    assert "n-00000000ff.yaml" in meeting_blocks.meeting_head(meeting).html


def test_counts_by_kind_and_by_need_add_up(full: Table) -> None:
    html = meeting_blocks.meeting_head(full.read()).html
    kinds = dict(re.findall(r'<th scope="row">(\w+s)</th>.*<td>(\d+)</td></tr>', html))
    assert kinds == {"Objections": "2", "Précisions": "1", "Sources": "1", "Questions": "2"}
    assert "Boire</th><td>1</td>" in html
    assert "Aucun besoin en particulier</th><td>2</td>" in html


def test_stale_notes_and_orphans_each_have_their_list(full: Table) -> None:
    then = State(version="2026.1", said={"seuil": "0.3 = 0 ; 0.0 = 1"})
    old = full.put("precision", SEUIL, "Vieux", state=then)
    value = State(version="2026.1", said={"valeur": "99 %"})
    local = full.put("precision", f"valeur/be2_i05/{LANNION}", "Local", state=value)
    meeting = full.read()
    assert {note.id for note in meeting.stale} == {old, local}
    assert [note.author for note in meeting.orphans] == ["Léa"]
    assert "le seuil a changé" in plain(meeting_blocks.meeting_stale(meeting).html)
    assert "la valeur a changé" in plain(meeting_blocks.meeting_stale(meeting).html)
    assert "disparu_i01" in meeting_blocks.meeting_orphans(meeting).html
    # A territory nobody knows any more hides nothing.
    full.put("objection", "valeur/be2_i05/000000000", "Ailleurs")
    assert "Ailleurs" in {note.author for note in full.read().notes}


def test_propositions_say_what_they_would_move_or_how_to_know(full: Table) -> None:
    name = full.put(
        "proposition", SEUIL, "Paul",
        changes=Changes.model_validate({"weights": {"be2_i05": 2.0}}),
    )  # fmt: skip
    full.put("proposition", "besoin/boire", "Anne")
    told = plain(meeting_blocks.meeting_propositions(full.read()).html)
    assert f"diag360 annotations impact {name}" in told
    assert "Poids 2 pour « Taux de pauvreté »" in told
    assert "Proposée en mots" in told


# --- Nobody has written yet ------------------------------------------------------------------


@pytest.mark.parametrize("source", ["aucune", "vide"])
def test_an_empty_register_says_so_and_how_to_begin(
    source: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    folder = tmp_path / "vide"
    folder.mkdir()
    meeting = read_meeting("aucune" if source == "aucune" else str(folder), catalogue=catalogue)
    told = plain(meeting_blocks.meeting_head(meeting).html)
    assert "Aucune note" in told
    assert "@objection" in told
    assert "diag360 annotations collect" in told
    # Questions the catalogue really asks.
    asked = re.findall(r"<dd>(.*?)</dd>", meeting_blocks.meeting_head(meeting).html)
    every = {text for one in catalogue.indicators.values() for text in one.questions}
    assert len(asked) == meeting_blocks.ASKED
    assert set(asked) <= every
    for block in (
        meeting_blocks.meeting_disagreements, meeting_blocks.meeting_list,
        meeting_blocks.meeting_propositions, meeting_blocks.meeting_stale,
        meeting_blocks.meeting_orphans,
    ):  # fmt: skip
        assert block(meeting).html == ""


def test_notes_that_are_all_hidden_are_not_called_none(table: Table) -> None:
    table.put("objection", SEUIL, "Équipier", visibility="equipe")
    told = plain(meeting_blocks.meeting_head(table.read()).html)
    assert "1 autre note existe hors de ce registre" in told
    assert "personne n’a encore annoté" not in told


def test_the_sentence_at_the_head_counts_people_once(full: Table) -> None:
    full.put("question", "besoin/boire", "  jeanne ")
    said = head_sentence(full.read()).replace("\u00a0", " ")
    assert said.startswith("7 notes de 5 personnes")


# --- The page --------------------------------------------------------------------------------


@pytest.mark.documents
def test_the_register_is_a_page_without_script_and_a_notebook(full: Table, tmp_path: Path) -> None:
    made = make_register(output=tmp_path / "out", annotations=str(full.folder))
    assert (made.html.name, made.notebook.name) == ("registre.html", "registre.ipynb")
    page = made.html.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "Traceback" not in page
    assert page.index("D’abord les désaccords") < page.index("Toutes les notes")
    assert "Équipier" not in page
    assert "Équipier" not in made.notebook.read_text(encoding="utf-8")
    assert str(tmp_path) not in page


@pytest.mark.documents
def test_the_register_of_the_team_has_another_name(full: Table, tmp_path: Path) -> None:
    made = make_register(
        output=tmp_path,
        annotations=str(full.folder),
        visibility="équipe",
        territory="Lannion-Trégor Communauté",
    )
    assert made.html.name == "registre-equipe.html"
    page = made.html.read_text(encoding="utf-8")
    assert "Équipier" in page
    assert "notes publiques et notes d’équipe" in page
    assert "Lannion-Trégor Communauté" in page


def test_a_refused_register_writes_nothing(full: Table, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="« privé »"):
        make_register(output=tmp_path / "o", annotations=str(full.folder), visibility="privé")
    assert not (tmp_path / "o").exists()


def test_the_notebook_takes_the_parameters_given(full: Table) -> None:
    names = ("annotations", "territory", "status", "visibility")
    check_parameters(notebooks_dir() / "22_registre.ipynb", parameters=dict.fromkeys(names, "x"))


# --- What the read-me teaches ----------------------------------------------------------------


def lire_moi() -> dict[str, str]:
    notebook = nbformat.read(notebooks_dir() / "00_lire_moi.ipynb", as_version=4)
    return {cell.id: cell.source for cell in notebook.cells}


def as_note(text: str, catalogue: Catalogue) -> Content:
    cells = [nbformat.v4.new_markdown_cell("Un texte."), nbformat.v4.new_markdown_cell(text)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    (found,) = read_notes_of(notebook, name="x.ipynb", catalogue=catalogue, today=DAY)
    assert found.remarks == ()
    return found.content


def test_the_snippet_to_copy_is_a_note(catalogue: Catalogue) -> None:
    (snippet,) = re.findall(r"```text\n(.*?)```", lire_moi()["titre-annoter"], re.DOTALL)
    note = as_note(snippet, catalogue)
    assert (note.motivation, note.target) == ("objection", SEUIL)
    assert note.creator == Creator(name="Jeanne Roux", role="thematique")
    assert note.evidence == (Evidence(url="https://exemple.fr/etude.pdf", page="12"),)
    (proposed,) = re.findall(r"````text\n(.*?)````", lire_moi()["syntaxe-notes"], re.DOTALL)
    changes = as_note(proposed, catalogue).changes
    assert changes is not None
    assert changes.anchors["be2_i05"][0].value == 0.3


def test_every_way_to_say_it_that_is_taught_is_understood(catalogue: Catalogue) -> None:
    line = next(x for x in lire_moi()["syntaxe-notes"].splitlines() if "de quoi elle" in x)
    said = re.findall(r"`([^`]+)`", line)
    kinds = [
        resolve_target(words, catalogue=catalogue, territory=LANNION)[0].kind for words in said
    ]
    assert kinds == ["seuil", "poids", "besoin", "alea", "dependance", "valeur", "cotation"]
    line = next(x for x in lire_moi()["syntaxe-notes"].splitlines() if "| la sorte" in x)
    for word in re.findall(r"`@(\w+)`", line):
        assert as_note(f"@{word}\nUn mot.", catalogue).body == "Un mot."


def test_the_read_me_itself_holds_no_note(catalogue: Catalogue) -> None:
    for path in sorted(notebooks_dir().glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        found = read_notes_of(notebook, name=path.name, catalogue=catalogue, today=DAY)
        assert found == [], path.name
