"""What becomes of a note: answered, decided, put back. Each makes a new note, with its history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from diag360.catalogue.faults import validate
from diag360.challenge.annotations.clean import clean_text
from diag360.challenge.annotations.model import Action, Note, Reply, Revision
from diag360.challenge.variants.model import Decision, Role, Status
from diag360.errors import Fault, Refusal

_REPLY = "Réponse refusée :"
_DECISION = "Décision refusée :"
_RESTORED = "Remise refusée :"


def reply(note: Note, *, body: str, by: str, role: Role | None = None, on: date) -> Note:
    """Answer a note.

    Parameters
    ----------
    note : Note
        Left as it is.
    body : str
        The answer, in Markdown.
    by : str
        Who answers.
    role : str, optional
        Where from.
    on : datetime.date
        When.

    Returns
    -------
    Note
        With one more reply; the same note when it already holds this one.

    Raises
    ------
    Refusal
        When nobody answers, or nothing is said.
    """
    told = clean_text(body).strip()
    name = " ".join(clean_text(by).split())
    faults = [
        Fault(note.file, place, problem, remedy)
        for empty, place, problem, remedy in (
            (not told, "replies", f"réponse vide à « {note.id} »", "écrire la réponse"),
            (not name, "replies", f"réponse à « {note.id} » non signée", "dire qui répond (--by)"),
        )
        if empty
    ]
    if faults:
        raise Refusal(_REPLY, faults)
    data = {"creator": {"name": name, "role": role}, "created": on, "body": told}
    answer, faults = validate(Reply, data, file=note.file, place="replies")
    if answer is None:
        raise Refusal(_REPLY, faults)
    if answer in note.replies:
        return note
    return _with(note, {"replies": (*note.replies, answer)}, "reponse", on, name)


def decide(note: Note, *, status: Status, by: str, reason: str, on: date) -> Note:
    """Accept a note, reject it, or open it again.

    Parameters
    ----------
    note : Note
        Left as it is.
    status : {"acceptee", "rejetee", "ouverte"}
        What is decided.
    by, reason : str
        Who decides, and why (ten characters at least).
    on : datetime.date
        When.

    Returns
    -------
    Note
        With its decision (none when it is open again); every decision stays in the history, in
        the key ``origin``: status, who, why. The same note when nothing changes.

    Raises
    ------
    Refusal
        With every fault: a decision unsigned or without reason, a note its author took back.
    """
    faults = []
    if note.withdrawn:
        problem = f"« {note.id} » a été retirée par son auteur"
        remedy = f"la remettre d’abord : diag360 annotations restore {note.id}"
        faults.append(Fault(note.file, "withdrawn", problem, remedy))
    name = " ".join(clean_text(by).split())
    data = {"by": name, "date": on, "reason": clean_text(reason)}
    decision, found = validate(Decision, data, file=note.file, place="decision")
    if decision is None or faults or found:
        raise Refusal(_DECISION, [*faults, *found])
    kept = None if status == "ouverte" else decision
    if status == note.status and (kept is None or kept == note.decision):
        return note
    said = f"{status}, {decision.by} : {decision.reason}"
    return _with(note, {"status": status, "decision": kept}, "decidee", on, said)


def restore(note: Note, *, on: date) -> Note:
    """Put back a note its author took out.

    Raises
    ------
    Refusal
        When it was not taken out.
    """
    if not note.withdrawn:
        problem, remedy = f"« {note.id} » n’a pas été retirée", "rien à faire : elle est en place"
        raise Refusal(_RESTORED, [Fault(note.file, "withdrawn", problem, remedy)])
    return _with(note, {"withdrawn": False}, "remise", on, "")


def _with(note: Note, changed: Mapping[str, Any], action: Action, on: date, origin: str) -> Note:
    event = Revision(date=on, action=action, origin=origin)
    return note.model_copy(update={**changed, "history": (*note.history, event)})
