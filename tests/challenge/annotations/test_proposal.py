"""A note that proposes something becomes a variant, whatever it leaves unsaid."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360 import load_catalogue
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.proposal import NO_AUTHOR, STAND_IN, unsaid, variant_of
from diag360.challenge.variants.apply import apply_variant
from diag360.challenge.variants.files import variant_text
from diag360.challenge.variants.model import Variant
from diag360.challenge.variants.steps import steps_of
from diag360.errors import Refusal

CHANGES = {"anchors": {"be2_i05": [{"value": 0.429, "score": 0}, {"value": 0.05, "score": 1}]}}
WHY = "Le seuil actuel met une intercommunalité sur cent à zéro, celui du site aucune."


def note(**told) -> Note:
    return Note.model_validate(
        {
            "id": "n-0123456789", "motivation": "proposition", "target": "seuil/be2_i05",
            "creator": {"name": "Jeanne Roux", "role": "thematique"}, "created": date(2026, 11, 20),
            "changes": CHANGES, "body": WHY, **told,
        }
    )  # fmt: skip


def test_a_note_gives_its_name_its_author_and_its_reason() -> None:
    made = variant_of(note(), label="Taux de pauvreté, seuil")
    assert (made.id, made.file) == ("n-0123456789", "n-0123456789.yaml")
    assert (made.author, made.role, made.date) == ("Jeanne Roux", "thematique", date(2026, 11, 20))
    assert made.label == "Taux de pauvreté, seuil"
    assert made.justification == WHY
    assert (made.status, made.decision) == ("ouverte", None)
    assert unsaid(note()) == ()
    (step,) = steps_of(made)
    assert (step.kind, step.key, step.file) == ("scale", ("be2_i05",), "n-0123456789.yaml")


def test_what_is_unsaid_is_filled_in_and_told() -> None:
    bare = note(creator={}, body="Trop bas.")
    made = variant_of(bare)
    assert (made.author, made.role) == (NO_AUTHOR, STAND_IN)
    assert made.label == "seuil/be2_i05"
    assert made.justification == "Trop bas. (note n-0123456789, sur seuil/be2_i05)."
    assert unsaid(bare) == ("author", "role", "justification")
    silent = variant_of(note(body="  \n"))
    assert silent.justification.startswith("Sans justification écrite (note n-0123456789")


def test_the_decision_and_the_evidence_follow() -> None:
    decided = note(
        status="acceptee",
        decision={"by": "Le panel", "date": date(2026, 12, 1), "reason": "Voté à l’unanimité."},
        evidence=[
            {"url": "https://exemple.fr/etude.pdf", "page": "12"},
            {"document": "insee_pauvrete_2023"},
        ],
    )
    made = variant_of(decided)
    assert made.status == "acceptee"
    assert made.decision == decided.decision
    assert made.references == (
        "Preuve : page 12, https://exemple.fr/etude.pdf", "Preuve : insee_pauvrete_2023",
    )  # fmt: skip
    # A document named in one word must not be taken for a reference of the catalogue.
    assert apply_variant(load_catalogue(), made).indicators["be2_i05"].scale.anchors[0].score == 0


def test_a_note_without_changes_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="« n-0123456789 » ne contient aucun changement"):
        variant_of(note(changes=None))


WORDS = st.text(max_size=120)


@given(body=WORDS, name=WORDS, page=WORDS, document=WORDS)
@settings(deadline=None)
def test_any_words_make_a_sound_variant(body: str, name: str, page: str, document: str) -> None:
    told = note(
        body=body, creator={"name": name},
        evidence=[{"url": "https://exemple.fr", "page": page, "document": document}],
    )  # fmt: skip
    made = variant_of(told, label=name)
    assert Variant.model_validate(made.model_dump(by_alias=True)) == made
    assert variant_text(made)
    for words in (made.label, made.author, made.justification, *made.references):
        assert "\n" not in words
        assert words.strip()
