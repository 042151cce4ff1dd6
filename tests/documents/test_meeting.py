"""The register for a meeting: what is a disagreement, what is asked of all, in which order."""

import re
from datetime import date
from pathlib import Path

import pytest
from note_table import DAY, DECIDED, LANNION, PROOF, SEUIL, Table, fill

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Content, Creator, Evidence, Reply, Revision
from diag360.documents.figures.notes import meeting_blocks
from diag360.documents.figures.notes.meeting_words import (
    NO_DISAGREEMENT,
    divided_sentence,
    workshop_question,
)
from diag360.documents.meeting import SORTS
from diag360.paths import templates_dir


@pytest.fixture
def table(tmp_path: Path, catalogue: Catalogue) -> Table:
    (tmp_path / "notes").mkdir()
    return Table(tmp_path / "notes", catalogue)


@pytest.fixture
def full(table: Table) -> Table:
    return fill(table)


# --- What is a disagreement ------------------------------------------------------------------


def test_one_voice_alone_is_no_disagreement(table: Table) -> None:
    table.put("objection", SEUIL, "Jeanne")
    table.put("precision", SEUIL, " jeanne ")
    table.put("objection", "seuil/be2_i06", "Paul")
    table.put("precision", "poids/be2_i05", "Paul")
    table.put("objection", "inconnu/le truc", "Jeanne")
    table.put("objection", "inconnu/le truc", "Paul")
    assert table.divided() == []
    assert NO_DISAGREEMENT in meeting_blocks.meeting_disagreements(table.read()).html


def test_an_open_objection_and_another_voice_divide(table: Table) -> None:
    table.put("precision", SEUIL, "Paul", created=date(2026, 11, 1))
    first = table.put("objection", SEUIL, "Jeanne")
    (one,) = table.divided()
    assert (one.target, one.reasons, one.voices, one.open_objections) == (SEUIL, ("voices",), 2, 1)
    # The objection is heard first, though it came last.
    assert one.notes[0].id == first
    assert divided_sentence(one).replace("\u00a0", " ") == "2 voix : 1 objection et 1 précision."


def test_unsigned_notes_are_told_apart_by_where_they_speak_from(table: Table) -> None:
    table.put("objection", SEUIL)
    table.put("precision", SEUIL)
    assert table.divided() == []
    table.put("precision", SEUIL, creator=Creator(role="terrain"))
    assert [one.reasons for one in table.divided()] == [("voices",)]


@pytest.mark.parametrize("status", ["acceptee", "rejetee"])
def test_a_decided_objection_is_closed_until_another_opens(table: Table, status: str) -> None:
    table.put("objection", SEUIL, "Jeanne", status=status, **DECIDED)
    table.put("precision", SEUIL, "Paul")
    assert table.divided() == []
    table.put("objection", SEUIL, "Jeanne")
    (one,) = table.divided()
    assert one.reasons == ("voices", "mixed")
    assert "tranché" in divided_sentence(one)


def test_accepted_beside_rejected_divides_without_any_objection(table: Table) -> None:
    table.put("proposition", SEUIL, "Jeanne", status="acceptee", **DECIDED)
    assert table.divided() == []
    table.put("proposition", SEUIL, "Jeanne", status="rejetee", **DECIDED)
    assert [one.reasons for one in table.divided()] == [("mixed",)]


def test_rival_propositions_divide(table: Table) -> None:
    table.put("proposition", SEUIL, "Jeanne")
    table.put("proposition", SEUIL, "Jeanne")
    assert table.divided() == []
    table.put("proposition", SEUIL, "Paul")
    (one,) = table.divided()
    assert one.reasons == ("rivals",)
    assert "propositions" in workshop_question(one)


def test_a_reply_is_a_voice_unless_it_is_the_authors_own(table: Table) -> None:
    reply = Reply(creator=Creator(name="JEANNE"), created=DAY, body="Je précise.")
    table.put("objection", SEUIL, "Jeanne", replies=(reply,))
    assert table.divided() == []
    other = reply.model_copy(update={"creator": Creator(name="Paul")})
    table.put("objection", "seuil/be2_i06", "Jeanne", replies=(reply, other))
    (one,) = table.divided()
    assert (one.reasons, one.voices) == (("answered",), 2)


def test_two_versions_of_one_objection_divide_and_both_are_shown(table: Table) -> None:
    beside = Content(
        motivation="objection", target="poids/be2_i05", created=DAY, body="L’*autre* version."
    )
    table.put(
        "objection", SEUIL, "Jeanne",
        history=(Revision(date=DAY, action="concurrente", content=beside),),
    )  # fmt: skip
    (one,) = table.divided()
    assert one.reasons == ("versions",)
    assert "deux versions" in workshop_question(one)
    html = meeting_blocks.meeting_disagreements(table.read()).html
    assert "<em>autre</em> version" in html
    assert "Taux de pauvreté, poids" in html


def test_the_most_disputed_comes_first(table: Table) -> None:
    for target, voices in (("besoin/boire", 2), (SEUIL, 3), ("alea/A1", 2)):
        for who in range(voices):
            table.put("objection" if who else "precision", target, f"voix {who}")
    table.put("objection", "alea/A1", "voix 1")
    assert [one.target for one in table.divided()] == [SEUIL, "alea/A1", "besoin/boire"]


def test_what_is_said_of_the_same_indicator_is_pointed_at(table: Table) -> None:
    table.put("objection", SEUIL, "Jeanne")
    table.put("precision", SEUIL, "Paul")
    other = table.put("question", f"valeur/be2_i05/{LANNION}", "Luc")
    table.put("question", "seuil/be2_i06", "Luc")
    meeting = table.read()
    (one,) = meeting.disagreements()
    assert [note.id for note in meeting.beside(one)] == [other]


# --- What is asked of all --------------------------------------------------------------------


def test_each_kind_of_thing_has_its_question(table: Table) -> None:
    targets = (
        SEUIL, "poids/be2_i05", f"valeur/be2_i05/{LANNION}", "indicateur/be2_i05", "besoin/boire",
        "alea/A1", f"cotation/A1/{LANNION}", "dependance/besoins-2021/boire/acceder_energie",
        "paragraphe/30_diagnostic/titre-besoins",
    )  # fmt: skip
    for target in targets:
        table.put("objection", target, "Jeanne", evidence=PROOF)
        table.put("precision", target, "Paul")
    asked = {one.target: workshop_question(one) for one in table.divided()}
    assert set(asked) == set(targets)
    assert len(set(asked.values())) == len(targets)
    for question in asked.values():
        assert question.endswith("\u202f?")
        assert question.count("?") == 1


def test_without_any_proof_the_question_is_for_a_proof(table: Table) -> None:
    table.put("objection", SEUIL, "Jeanne")
    table.put("precision", SEUIL, "Paul")
    assert "preuve" in workshop_question(table.divided()[0])


# --- In which order --------------------------------------------------------------------------


def test_every_order_ranks_every_note_once(full: Table) -> None:
    meeting = full.read()
    ranks = meeting.orders()
    by = {
        name: [
            note.author or "–"
            for note in sorted(meeting.notes, key=lambda one: ranks[one.id][name])
        ]
        for name in SORTS
    }
    for name in SORTS:
        assert sorted(own[name] for own in ranks.values()) == [1, 2, 3, 4, 5, 6]
    # The newest first; those of the same day by what they speak of.
    assert by["date"] == ["Luc", "Léa", "Zoé", "–", "Jeanne", "Anne"]
    assert by["desaccords"][:2] == ["Jeanne", "Anne"]
    assert by["auteur"] == ["Anne", "Jeanne", "Luc", "Léa", "Zoé", "–"]
    assert by["sorte"][:2] == ["Luc", "Jeanne"]
    assert by["sorte"][-2:] == ["Anne", "–"]
    assert by["etat"][-1] == "Luc"
    # Needs in the order of the framework; hazards and orphans concern none.
    assert by["besoin"][0] == "Zoé"
    assert set(by["besoin"][-2:]) == {"Luc", "Léa"}


def test_the_style_sheet_knows_every_order(full: Table) -> None:
    html = meeting_blocks.meeting_list(full.read()).html
    static = templates_dir() / "nbconvert" / "diag360" / "static"
    css = static.joinpath("blocks.css").read_text(encoding="utf-8")
    values = re.findall(r'<input type="radio" name="rangement" value="(\w+)"', html)
    assert values == list(SORTS)
    assert html.count(" checked") == 1
    for value in values[1:]:
        chosen = f'.meeting:has(input[value="{value}"]:checked)'
        assert f"{chosen} .meeting-row {{ order: var(--by-{value}); }}" in css
    for value in values:
        assert html.count(f"--by-{value}:") == 6
    assert "var(--by-desaccords, 0)" in css


def test_nothing_an_expert_types_becomes_markup(table: Table) -> None:
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    table.put("objection", SEUIL, nasty, body=nasty, evidence=(Evidence(document=nasty),))
    table.put("objection", f"inconnu/{nasty}", "Paul", body=nasty)
    table.put("precision", SEUIL, "Paul", replies=(
        Reply(creator=Creator(name=nasty), created=DAY, body=nasty),
    ))  # fmt: skip
    meeting = table.read()
    for block in (
        meeting_blocks.meeting_head, meeting_blocks.meeting_disagreements,
        meeting_blocks.meeting_list, meeting_blocks.meeting_propositions,
        meeting_blocks.meeting_stale, meeting_blocks.meeting_orphans,
    ):  # fmt: skip
        html = block(meeting).html
        assert "<script" not in html
        assert "<img" not in html
