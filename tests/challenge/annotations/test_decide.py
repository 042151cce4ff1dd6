"""Answering, deciding, putting back: new notes, whose history keeps every event."""

from datetime import date

import pytest

from diag360.challenge.annotations.decide import decide, reply, restore
from diag360.challenge.annotations.model import Note
from diag360.errors import Refusal

DAY, LATER = date(2026, 11, 23), date(2026, 12, 1)
REASON = "Le panel l’a voté."


def note(**told) -> Note:
    return Note.model_validate(
        {
            "id": "n-0123456789", "motivation": "objection", "target": "seuil/be2_i05",
            "created": date(2026, 11, 20), "body": "Trop bas.",
            "history": [{"date": date(2026, 11, 20), "action": "creee", "origin": "30, cellule a"}],
            **told,
        }
    )  # fmt: skip


def sound(one: Note) -> Note:
    """Copies are not validated: check that this one would be."""
    assert Note.model_validate(one.model_dump(by_alias=True)) == one
    return one


def test_a_reply_is_added_and_remembered() -> None:
    before = note()
    answered = sound(reply(before, body=" Vu.\r\nMerci. ", by=" Paul\tDuc ", role="equipe", on=DAY))
    (answer,) = answered.replies
    assert (answer.creator.name, answer.creator.role) == ("Paul Duc", "equipe")
    assert (answer.body, answer.created) == ("Vu.\nMerci.", DAY)
    assert [event.action for event in answered.history] == ["creee", "reponse"]
    assert answered.history[0] == before.history[0]
    assert (answered.content, answered.status, before.replies) == (before.content, "ouverte", ())
    assert reply(answered, body="Vu.\nMerci.", by="Paul Duc", role="equipe", on=DAY) is answered
    again = reply(answered, body="Autre chose.", by="Paul Duc", on=LATER)
    assert again.replies == (answer, again.replies[1])
    assert again.replies[1].creator.role is None


def test_an_empty_or_unsigned_reply_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        reply(note(), body="\x00 \n", by=" ", on=DAY)
    assert [fault.problem for fault in refused.value.faults] == [
        "réponse vide à « n-0123456789 »", "réponse à « n-0123456789 » non signée",
    ]  # fmt: skip


def test_every_decision_stays_in_the_history() -> None:
    rejected = sound(decide(note(), status="rejetee", by="Anne", reason=REASON, on=DAY))
    assert rejected.decision is not None
    assert (rejected.status, rejected.decision.by, rejected.decision.date) == (
        "rejetee",
        "Anne",
        DAY,
    )
    other = "Une étude neuve la confirme."
    accepted = sound(decide(rejected, status="acceptee", by="Bob", reason=other, on=LATER))
    opened = sound(decide(accepted, status="ouverte", by="Bob", reason="On en reparle.", on=LATER))
    assert (opened.status, opened.decision) == ("ouverte", None)
    told = [event.origin for event in opened.history if event.action == "decidee"]
    assert told == [
        f"rejetee, Anne : {REASON}", f"acceptee, Bob : {other}", "ouverte, Bob : On en reparle.",
    ]  # fmt: skip
    assert opened.content == note().content


def test_deciding_the_same_twice_changes_nothing() -> None:
    once = decide(note(), status="acceptee", by="Anne", reason=REASON, on=DAY)
    assert decide(once, status="acceptee", by="Anne", reason=REASON, on=DAY) is once
    assert decide(note(), status="ouverte", by="Anne", reason=REASON, on=DAY) == note()


def test_all_that_is_wrong_with_a_decision_is_said_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        decide(note(withdrawn=True), status="acceptee", by="A", reason="Oui.", on=DAY)
    faults = refused.value.faults
    assert [fault.place for fault in faults] == ["withdrawn", "decision.by", "decision.reason"]
    assert "annotations restore n-0123456789" in faults[0].remedy
    assert "« Oui. » est trop court" in faults[2].problem


def test_a_withdrawn_note_is_put_back_and_no_other() -> None:
    back = sound(restore(note(withdrawn=True), on=DAY))
    assert not back.withdrawn
    assert (back.history[-1].action, back.history[-1].content) == ("remise", None)
    with pytest.raises(Refusal, match="« n-0123456789 » n’a pas été retirée"):
        restore(back, on=DAY)
