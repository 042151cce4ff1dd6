"""Notes in documents: beside the number, counted by need, marked in the synthesis, registered."""

from datetime import date
from pathlib import Path

import pytest
from hostile import CORPUS, hostile_notes, parse

from diag360 import cross, find_place, prepare_ratings
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Creator, Evidence, Impact, Note, Reply, State
from diag360.challenge.annotations.store import write_notes
from diag360.challenge.variants.model import Changes, Decision
from diag360.documents import figures
from diag360.documents.figures.diagnosis.sentences import strengths_and_weaknesses
from diag360.documents.notes import Notes, notes_json, read_notes, show_notes
from diag360.documents.notes_shown import Shown, in_order
from diag360.errors import Refusal
from diag360.scoring.scores import Scores

LANNION = "200065928"
DAY = date(2026, 11, 20)


def note(number: int, **fields: object) -> Note:
    given = {
        "id": f"n-{number:010x}",
        "motivation": "objection",
        "target": "seuil/be2_i05",
        "created": DAY,
        "body": f"Texte {number}.",
        **fields,
    }
    return Note.model_validate(given)


def shown(*notes: Note, catalogue: Catalogue, territory: str = LANNION) -> Notes:
    return show_notes(notes, catalogue=catalogue, territory=territory)


@pytest.fixture(scope="session")
def hostile(catalogue: Catalogue) -> Notes:
    notes = show_notes(hostile_notes(), catalogue=catalogue, territory=LANNION)
    assert len(notes) == len(CORPUS)
    return notes


def page(scores: Scores, notes: Notes | None) -> str:
    """Every block of a territory that shows notes, one after the other."""
    place = find_place(LANNION)
    ratings = prepare_ratings(None, place=place, catalogue=scores.catalogue)
    found = cross(scores, ratings=ratings)
    blocks = [
        figures.synthesis(scores, territory=LANNION, found=found, ratings=ratings, notes=notes),
        figures.exposure_table(found, ratings=ratings, place=place, notes=notes),
        figures.needs(scores, territory=LANNION, notes=notes),
        figures.register(notes, notebook="30_diagnostic"),
    ]
    anchors = '<h2 id="titre-aleas">Aléas</h2>'
    return anchors + "\n".join(block.html for block in blocks)


def test_hostile_notes_break_no_block(open_scores: Scores, hostile: Notes) -> None:
    bare, read = parse(page(open_scores, None)), parse(page(open_scores, hostile))
    assert bare.faults == read.faults == []
    # The outline, and what sections hold, are those of a document without notes.
    assert read.outline == bare.outline
    assert [i for i in read.ids if not i.startswith("n-")] == bare.ids
    assert len(set(read.ids)) == len(read.ids)
    assert read.tags - bare.tags <= {
        "bdi",
        "b",
        "blockquote",
        "pre",
        "del",
        "em",
        "hr",
        "tbody",
        "br",
    }
    assert not {"img", "script", "style", "svg", "iframe", "form", "input"} & read.tags
    new = {name for _, name in read.attributes - bare.attributes}
    assert new <= {"dir", "href", "rel", "start", "class", "id", "colspan", "rowspan", "scope"}
    # Every note is in the register and, when its target is in the document, beside it too.
    told = "".join(read.text)
    for entry, one in zip(CORPUS, hostile_notes(), strict=True):
        place = next(n for n in hostile.shown if n.id == one.id)
        beside = not place.orphan and place.place.kind != "paragraphe"
        assert told.count(entry["mark"]) == 1 + beside, entry["name"]


def test_every_link_of_the_blocks_leads_somewhere(open_scores: Scores, hostile: Notes) -> None:
    read = parse(page(open_scores, hostile))
    inside = [link[1:] for link in read.links if link.startswith("#")]
    assert "registre" in inside
    assert any(link.startswith("n-") for link in inside)
    assert set(inside) <= set(read.ids)
    assert all(link.startswith(("#", "http://", "https://", "mailto:")) for link in read.links)


def test_without_notes_a_block_says_nothing_of_them(
    open_scores: Scores, catalogue: Catalogue
) -> None:
    for notes in (None, Notes()):
        html = figures.needs(open_scores, territory=LANNION, notes=notes).html
        assert html == figures.needs(open_scores, territory=LANNION).html
        assert "notes" not in html
        sheet = figures.hazard_sheet(catalogue, hazard="C2", framework="besoins-2021", notes=notes)
        assert "experts" not in sheet.html
        assert figures.notes_beside(notes, "seuil/be2_i05").html == ""
    empty = figures.register(None).html
    assert 'id="registre"' in empty
    assert "Aucun expert n’a encore annoté" in empty
    assert "@objection" in empty
    assert "diag360 annotations collect" in empty


def test_a_note_says_who_what_on_what_it_rests_and_what_became_of_it(catalogue: Catalogue) -> None:
    told = note(
        1,
        motivation="proposition",
        creator=Creator(name="Karim Belaïd", role="terrain"),
        evidence=(Evidence(url="https://exemple.fr/e.pdf", document="Étude", page="page 12"),),
        changes=Changes.model_validate({"weights": {"be2_i05": 2.0}}),
        state=State(version="2026.1", said={"seuil": "0,5 = 0 ; 0 = 1"}),
        replies=(Reply(creator=Creator(name="Ana", role="equipe"), created=DAY, body="*Oui.*"),),
    )
    impact = Impact(
        version=catalogue.version, revision=told.revision, date=DAY, lines=("12 bougent.",)
    )
    told = told.model_copy(update={"impact": impact})
    html = figures.notes_beside(shown(told, catalogue=catalogue), "seuil/be2_i05").html
    assert "<summary>1\u00a0note d’expert<" in html
    for said in (
        "proposition</span> <b><bdi>Karim Belaïd</bdi></b>, expert de terrain, le 20/11/2026",
        "Taux de pauvreté, seuil",
        "Écrite sur la version 2026.1",
        "le seuil a changé depuis",
        '<p dir="auto">Texte 1.</p>',
        '<a href="https://exemple.fr/e.pdf" rel="noopener nofollow ugc"><bdi>Étude, page 12</bdi>',
        "<li>Poids 2 pour «\u00a0Taux de pauvreté\u00a0» (be2_i05)</li>",
        "<li>12 bougent.</li>",
        "Réponse : <bdi>Ana (équipe diag360), 20/11/2026</bdi>",
        "<em>Oui.</em>",
    ):
        assert said in html, said
    # The impact was computed on these very words: nothing more is said of it.
    assert "Calcul du" not in html
    edited = told.model_copy(update={"body": "Autre."})
    html = figures.notes_beside(shown(edited, catalogue=catalogue), "seuil/be2_i05").html
    assert "Calcul du 20/11/2026, avant que la note ne soit modifiée." in html
    older = told.model_copy(update={"impact": impact.model_copy(update={"version": "2020.1"})})
    html = figures.notes_beside(shown(older, catalogue=catalogue), "seuil/be2_i05").html
    assert "Calcul du 20/11/2026, sur la version 2020.1." in html


def test_open_objections_are_counted_by_need_and_mark_the_synthesis(
    full_scores: Scores, catalogue: Catalogue
) -> None:
    """With every need determined, the synthesis compares needs; the lowest one is contested."""
    bare = figures.synthesis(full_scores, territory=LANNION).html
    assert "contesté" not in bare
    weakest = bare.split('class="weak"')[1].split('href="#')[1].split('"')[0]
    frame = full_scores.framework.id
    own = next(
        one.id
        for one in catalogue.indicators.values()
        if frame in one.needs and one.needs[frame].primary == weakest
    )
    decision = Decision.model_validate(
        {"by": "Nous", "date": DAY, "reason": "Voir la série longue."}
    )
    open_one, precision = note(1, target=f"poids/{own}"), note(2, motivation="precision")
    closed = note(3, target=f"besoin/{weakest}", status="rejetee", decision=decision)
    notes = shown(open_one, precision, closed, catalogue=catalogue)
    assert notes.contested(own)
    assert not notes.contested("be2_i05")
    assert notes.open_objections(weakest) == 1
    html = figures.synthesis(full_scores, territory=LANNION, notes=notes).html
    mark = '<a class="tag contested" href="#registre">contesté</a>'
    assert html.count(mark) == 1
    assert mark in html.split('class="weak"')[1].split("</li>")[0]
    needs = figures.needs(full_scores, territory=LANNION, notes=notes).html
    section = needs.split(f'id="{weakest}"')[1].split("</section>")[0]
    assert '<a class="tag contested" href="#registre">1\u00a0objection ouverte</a></h4>' in section
    assert "Rejetée le 20/11/2026 par Nous : Voir la série longue." in section
    settled = shown(precision, closed, catalogue=catalogue)
    assert figures.synthesis(full_scores, territory=LANNION, notes=settled).html == bare
    needs = figures.needs(full_scores, territory=LANNION, notes=settled).html
    assert "objection ouverte" not in needs
    assert "note d’expert sur ce besoin" in needs


def test_a_contested_indicator_is_marked_where_indicators_are_compared(
    expert_scores: Scores, catalogue: Catalogue
) -> None:
    bare = figures.synthesis(expert_scores, territory=LANNION).html
    assert "parmi ce qui est connu" in bare
    point = strengths_and_weaknesses(expert_scores, territory=LANNION)[0][0]
    here = note(1, target=f"valeur/{point.indicator}/{LANNION}")
    elsewhere = note(2, target=f"valeur/{point.indicator}/200000172")
    for one, marks in ((here, 1), (elsewhere, 0)):
        notes = show_notes([one], catalogue=catalogue)
        html = figures.synthesis(expert_scores, territory=LANNION, notes=notes).html
        assert html.count(">contesté</a>") == marks
        assert (html == bare) == (marks == 0)


def test_each_document_shows_what_it_is_about(catalogue: Catalogue) -> None:
    targets = {
        1: "seuil/be2_i05",
        2: f"valeur/be2_i05/{LANNION}",
        3: "valeur/be2_i05/200000172",
        4: "besoin/boire",
        5: "besoin/bv1",
        6: "dependance/diag360-1.3/bv1/bi2",
        7: "alea/C2",
        8: "paragraphe/30_diagnostic/comment-lire",
        9: "paragraphe/10_methode/titre",
        10: "inconnu/on ne sait quoi",
        11: "indicateur/be9_i99",
        14: "paragraphe/10_methode/disparue",
        15: "paragraphe/30_diagnostic/disparue",
    }
    every = [note(number, target=target) for number, target in targets.items()]
    withdrawn = note(12, withdrawn=True)
    team = note(13, visibility="equipe")

    def kept(notebook: str, territory: str, framework: str) -> set[int]:
        notes = show_notes([*every, withdrawn, team], catalogue=catalogue, territory=territory)
        own = notes.of_document(
            notebook=notebook, territory=territory, framework=framework, catalogue=catalogue
        )
        return {int(one.id[2:], 16) for one in own.shown}

    assert kept("30_diagnostic", LANNION, "besoins-2021") == {1, 2, 4, 7, 8, 10, 11, 15}
    assert kept("30_diagnostic", LANNION, "diag360-1.3") == {1, 2, 5, 6, 7, 8, 10, 11, 15}
    assert kept("20_catalogue", "", "besoins-2021") == {1, 4, 7, 10, 11}
    everything = show_notes(
        [*every, withdrawn, team], catalogue=catalogue, visibility=("public", "equipe")
    )
    assert len(everything) == 14
    orphans = {int(one.id[2:], 16) for one in everything.shown if one.orphan}
    assert orphans == {10, 11, 14, 15}


def test_the_register_puts_disagreements_first_and_orphans_last(catalogue: Catalogue) -> None:
    notes = shown(
        note(1, motivation="source", target="alea/C2"),
        note(2, motivation="precision", target="seuil/be2_i05"),
        note(3, target="seuil/be2_i05"),
        note(4, target="inconnu/on ne sait quoi"),
        note(5, target="poids/be2_i04"),
        note(6, target="poids/be2_i04"),
        catalogue=catalogue,
    )
    html = figures.register(notes, notebook="30_diagnostic").html
    order = ["Désaccords ouverts", "Texte 5", "Texte 6", "Texte 3", "Texte 2", "Autres notes",
             "Texte 1", "Notes dont la place est perdue", "on ne sait quoi", "Texte 4"]  # fmt: skip
    assert sorted(order, key=html.index) == order
    assert (
        "6\u00a0notes d’experts, dont 4\u00a0objections ouvertes ; 1\u00a0a perdu sa place." in html
    )
    assert html.count('href="#n-') == 5  # all but the orphan
    assert "Rien dans le catalogue ne correspond à ces mots" in html
    assert 'href="#n-' not in figures.register(notes).html


def test_a_prepared_file_gives_back_the_same_notes(
    catalogue: Catalogue, hostile: Notes, tmp_path: Path
) -> None:
    prepared = tmp_path / "notes.json"
    prepared.write_text(notes_json(Notes(hostile.shown, ("n-1.yaml : faux",))), encoding="utf-8")
    again = read_notes(str(prepared), catalogue=catalogue)
    assert again.shown == hostile.shown
    assert "n-1.yaml : faux" in figures.register(again).html
    for content in (
        "{}",
        "[]",
        "pas du JSON",
        '{"notes": [{"id": 3}], "unread": []}',
        '{"notes": 3}',
    ):
        prepared.write_text(content, encoding="utf-8")
        with pytest.raises(Refusal, match=r"notes\.json"):
            read_notes(str(prepared), catalogue=catalogue)


def test_a_prepared_file_edited_by_someone_still_runs_nothing(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    doctored = Shown(
        id="n-0000000001", kind="<img src=x onerror=1>", target="seuil/be2_i05",
        label="<script>1</script>", html="<script>window.pwned=1</script><p onclick=x>Texte</p>",
        evidence=(("x", "javascript:window.pwned=1"),), replies=(("<b>", "<img src=x onerror=1>"),),
    )  # fmt: skip
    prepared = tmp_path / "notes.json"
    prepared.write_text(notes_json(in_order([doctored])), encoding="utf-8")
    html = figures.register(read_notes(str(prepared), catalogue=catalogue)).html
    read = parse(html)
    assert read.faults == []
    assert not {"script", "img"} & read.tags
    assert not {name for _, name in read.attributes if name.startswith("on")}
    assert read.links == []


def test_the_store_is_read_softly(catalogue: Catalogue, tmp_path: Path) -> None:
    write_notes(tmp_path, [note(1), note(2, visibility="equipe")])
    bad = tmp_path / "n-ffffffffff.yaml"
    bad.write_text("id: n-ffffffffff\nmotivation: râler\n", encoding="utf-8")
    notes = read_notes(str(tmp_path), catalogue=catalogue)
    assert [one.id for one in notes.shown] == ["n-0000000001"]
    html = figures.register(notes).html
    assert "Des notes manquent ici" in html
    assert "« râler »" in html
    assert read_notes("aucune", catalogue=catalogue) == Notes()
    with pytest.raises(Refusal, match="nulle-part"):
        read_notes("nulle-part", catalogue=catalogue)


def test_sheets_of_the_catalogue_hold_their_notes(catalogue: Catalogue) -> None:
    notes = show_notes(
        [
            note(1, target="seuil/be2_i05"),
            note(2, target="alea/C2", motivation="question"),
            note(3, target="dependance/besoins-2021/boire/acceder_energie"),
            note(4, target="dependance/besoins-2021/boire/boire"),
        ],
        catalogue=catalogue,
    )
    frame = {"catalogue": catalogue, "framework": "besoins-2021"}
    sheet = figures.hazard_sheet(**frame, hazard="C2", notes=notes).html
    assert '<span class="tag plain">1\u00a0note d’expert</span>' in sheet
    assert "Texte 2." in sheet
    table = figures.dependency_table(**frame, notes=notes).html
    assert "Texte 3." in table
    assert parse(table).faults == []
    assert "2\u00a0objections ouvertes</a></summary>" in table
    assert "sur d’autres dépendances" in table.split("</table>")[1]
