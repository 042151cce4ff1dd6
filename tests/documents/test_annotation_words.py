"""Notes in plain French, and what they are compared with."""

from datetime import date

import pytest

from diag360 import find_place, prepare_ratings, prepare_values
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Creator, Evidence, Note, State
from diag360.challenge.annotations.target import parse_target
from diag360.documents.annotation_words import (
    count_notes,
    count_objections,
    decision,
    proof,
    signature,
)
from diag360.documents.notes import needs_of, show_notes
from diag360.documents.notes_places import cell_sources, place_label, shown_texts
from diag360.documents.notes_said import said_ratings, said_values
from diag360.documents.notes_shown import Shown

LANNION = "200065928"


def one(number: int, kind: str = "precision", **fields: str) -> Shown:
    return Shown(f"n-{number:010x}", kind, "seuil/be2_i05", "Taux de pauvreté, seuil", **fields)


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("Jeanne Roux", "thematique", "Jeanne Roux (expert thématique), 20/11/2026"),
        ("Jeanne Roux", None, "Jeanne Roux, 20/11/2026"),
        ("", "terrain", "expert de terrain, 20/11/2026"),
        ("", None, "sans signature, 20/11/2026"),
        ("Jeanne\n\u202eRoux\x00", None, "Jeanne Roux, 20/11/2026"),
    ],
)
def test_a_note_is_signed(name: str, role: str | None, said: str) -> None:
    creator = Creator.model_validate({"name": name, "role": role})
    assert signature(creator, date(2026, 11, 20)) == said


@pytest.mark.parametrize(
    ("given", "said", "address"),
    [
        ({"document": "Étude", "page": "page 2"}, "Étude, page 2", ""),
        ({"url": "https://a.fr/x"}, "https://a.fr/x", "https://a.fr/x"),
        ({"url": "https://a.fr/x", "page": "p. 3"}, "https://a.fr/x, p. 3", "https://a.fr/x"),
        ({"url": "https://a.fr/x", "document": "Étude"}, "Étude", "https://a.fr/x"),
        ({"url": "javascript:x", "document": "Étude"}, "javascript:x, Étude", ""),
    ],
)
def test_evidence_is_named_and_followed_when_it_may_be(
    given: dict[str, str], said: str, address: str
) -> None:
    assert proof(Evidence.model_validate(given)) == (said, address)


def test_notes_are_counted() -> None:
    objection, closed = one(1, "objection"), one(2, "objection", status="rejetee")
    assert count_notes([objection]) == "1\u00a0objection ouverte"
    assert count_notes([objection, one(3, "objection")]) == "2\u00a0objections ouvertes"
    assert count_notes([closed]) == "1\u00a0note d’expert"
    counted = count_notes([objection, closed, one(4)])
    assert counted == "3\u00a0notes d’experts, dont 1\u00a0objection ouverte"
    assert count_objections(0) == ""


def test_an_open_note_has_no_decision_to_tell() -> None:
    note = Note.model_validate(
        {
            "id": "n-0000000001",
            "motivation": "question",
            "target": "besoin/boire",
            "created": date(2026, 11, 20),
        }
    )
    assert decision(note) == ""


def test_places_are_named_without_ids_nor_codes(catalogue: Catalogue) -> None:
    def label(address: str, territory: str = "") -> str:
        target = parse_target(address)
        assert target is not None
        return place_label(target, catalogue=catalogue, territory=territory, cells=cell_sources())

    value = f"valeur/be2_i05/{LANNION}"
    assert label(value) == "Taux de pauvreté, valeur pour CA Lannion-Trégor Communauté"
    assert label(value, LANNION) == "Taux de pauvreté, valeur"
    assert label("valeur/be2_i05/000000000").endswith("pour 000000000")
    text = label("paragraphe/30_diagnostic/comment-lire")
    assert text == "Texte «\u00a0Comment lire ce document\u00a0»"
    assert label(f"paragraphe/30_diagnostic/comment-lire/{LANNION}", LANNION) == text
    assert "disparue" in label("paragraphe/30_diagnostic/disparue")
    assert "comment-lire" in shown_texts("30_diagnostic")
    assert "lire-moi" not in shown_texts("30_diagnostic")
    assert shown_texts("aucun") == frozenset()


def test_a_note_concerns_needs_in_every_framework(catalogue: Catalogue) -> None:
    def needs(address: str) -> tuple[str, ...]:
        target = parse_target(address)
        assert target is not None
        return needs_of(target, catalogue=catalogue)

    places = catalogue.indicators["be2_i05"].needs
    assert set(needs("poids/be2_i05")) == {place.primary for place in places.values()}
    assert needs("dependance/besoins-2021/boire/acceder_energie") == ("boire",)
    assert needs("besoin/boire") == ("boire",)
    assert needs("besoin/disparu") == needs("indicateur/be9_i99") == needs("alea/C2") == ()


def test_a_value_or_a_rating_that_changed_is_told(catalogue: Catalogue) -> None:
    place = find_place(LANNION)
    rows = prepare_values(None, place=place, catalogue=catalogue).rows
    ratings = prepare_ratings(None, place=place, catalogue=catalogue)
    values, rated = said_values(rows, catalogue=catalogue), said_ratings(ratings)
    assert values["be2_i05"] == "11,3\u00a0%"
    assert rated["A4"] == "2–3–4 et 1–2–4"
    assert said_values(None, catalogue=catalogue) == said_ratings(None) == {}

    def stale(target: str, facet: str, then: str, **given: object) -> str:
        note = Note.model_validate(
            {
                "id": "n-0000000001",
                "motivation": "precision",
                "target": target,
                "created": date(2026, 11, 20),
                "state": State(version="2026.1", said={facet: then}),
            }
        )
        notes = show_notes([note], catalogue=catalogue, territory=LANNION, **given)  # type: ignore[arg-type]
        return notes.shown[0].stale

    here = {"rows": rows, "ratings": ratings}
    value, rating = f"valeur/be2_i05/{LANNION}", f"cotation/A4/{LANNION}"
    assert stale(value, "valeur", "11,3\u00a0%", **here) == ""
    assert "la valeur a changé depuis (9\u00a0% → 11,3\u00a0%)" in stale(
        value, "valeur", "9\u00a0%", **here
    )
    assert "la cotation a changé depuis" in stale(rating, "cotation", "1 et 1", **here)
    # Without the values of the territory, nobody knows; nothing is said.
    assert stale(value, "valeur", "9\u00a0%") == ""


@pytest.mark.parametrize(
    ("page", "said"), [("12", "Étude, page 12"), ("annexe B", "Étude, annexe B"), ("", "Étude")]
)
def test_a_piece_of_evidence_says_its_page_in_words(page, said):
    assert proof(Evidence(document="Étude", page=page)) == (said, "")
