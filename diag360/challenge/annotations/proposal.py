"""A proposition written in a note, as a variant: the same changes, signed by its author."""

import re
from typing import Literal

from diag360.catalogue.french import typeset_text
from diag360.challenge.annotations.clean import clean_text
from diag360.challenge.annotations.model import Note
from diag360.challenge.variants.model import Decision, Role, Variant
from diag360.errors import Fault, Refusal

Unsaid = Literal["author", "role", "justification"]
TITLE = "Proposition refusée :"
# Who carries a proposition whose author does not say where they speak from: a variant must say.
STAND_IN: Role = "equipe"
NO_AUTHOR = "Anonyme"
_ENOUGH = 30  # characters a variant asks of its justification
_SHORT = 2  # characters that are no label
_BLANKS = re.compile(r"\s+")


def variant_of(note: Note, *, label: str = "") -> Variant:
    """Make the variant that a note proposes; what the note leaves unsaid is filled in, not refused.

    Parameters
    ----------
    note : Note
        With changes.
    label : str
        What it speaks of, in a few words; its address when left out.

    Returns
    -------
    Variant
        Its id is that of the note. Without a role, that of :data:`STAND_IN`; without a name,
        :data:`NO_AUTHOR`; a justification too short is completed by the name of the note
        (:func:`unsaid` tells which).

    Raises
    ------
    Refusal
        When the note changes nothing.
    """
    if note.changes is None:
        problem = f"« {note.id} » ne contient aucun changement à calculer"
        remedy = "ajouter à la note un bloc ```yaml avec un changement, comme dans une variante"
        raise Refusal(TITLE, [Fault(note.file, "changes", problem, remedy)])
    said = typeset_text(_one_line(label))
    said = said if len(said) > _SHORT else note.target
    why = typeset_text(_one_line(note.body))
    if len(why) < _ENOUGH:
        why = f"{why or 'Sans justification écrite'} (note {note.id}, sur {said})."
    return Variant(
        id=note.id,
        label=said,
        author=_author(note) or NO_AUTHOR,
        role=note.creator.role or STAND_IN,
        date=note.created,
        justification=why,
        references=_references(note),
        status=note.status,
        decision=None if note.decision is None else _decision(note.decision),
        changes=note.changes,
    )


def unsaid(note: Note) -> tuple[Unsaid, ...]:
    """What a note leaves unsaid, and its variant therefore supposes."""
    missing: dict[Unsaid, bool] = {
        "author": not _author(note),
        "role": note.creator.role is None,
        "justification": len(typeset_text(_one_line(note.body))) < _ENOUGH,
    }
    return tuple(name for name, absent in missing.items() if absent)


def _author(note: Note) -> str:
    name = _one_line(note.creator.name)
    return name if len(name) > 1 else ""


def _references(note: Note) -> tuple[str, ...]:
    """Evidence in free text: a word alone would be taken for an id of the catalogue."""
    told = []
    for one in note.evidence:
        page = f"page {one.page}" if one.page[:1].isdigit() else one.page
        parts = [_one_line(part) for part in (one.document, page, one.url)]
        told.append(f"Preuve : {', '.join(part for part in parts if part)}")
    return tuple(told)


def _decision(decision: Decision) -> Decision:
    return decision.model_copy(update={"by": _one_line(decision.by)})


def _one_line(words: str) -> str:
    return _BLANKS.sub(" ", clean_text(words)).strip()
