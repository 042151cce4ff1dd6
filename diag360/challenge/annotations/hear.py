"""A text read somewhere, and the note it belongs to: an edit, a conflict, or nothing new."""

from dataclasses import dataclass
from datetime import date

from diag360.challenge.annotations.lineage import Step, lineage, origin_key
from diag360.challenge.annotations.model import Action, Content, Note, Revision, with_content


@dataclass(frozen=True, slots=True)
class Heard:
    """A text that was read, and all that says which one its author started from.

    Parameters
    ----------
    content : Content
        The text.
    base : str
        Revision stamped in the cell; ``""`` when there is none.
    held : str
        Revision the notebook says it was given; ``""`` when it says nothing.
    origin : str
        Where it was read (:func:`diag360.challenge.annotations.lineage.told_origin`).
    key : str
        Key of the cell; ``""`` when its id means nothing.
    born : bool
        Whether the note gets its id from this very cell.
    """

    content: Content
    base: str
    held: str
    origin: str
    key: str
    born: bool = False


def hear(note: Note, said: Heard, *, today: date) -> tuple[Note, Action | None]:
    """Tell what becomes of a note when one of its texts is read again.

    The text its author started from is the later of two: the one stamped in the cell or the
    notebook, and the last one read in this very place. Unchanged since then, it says nothing,
    even if the note has moved on. Changed while the note has not, it is an edit. Changed while
    the note has moved on too, both are kept.

    Parameters
    ----------
    note : Note
        As it is kept.
    said : Heard
        What was read.
    today : date
        Day written in the history.

    Returns
    -------
    note : Note
        With the text as its head, or beside it, or as it was.
    action : str or None
        ``modifiee``, ``deplacee``, ``remise``, ``concurrente``; None when nothing is new.
    """
    revision, head = said.content.revision, note.revision
    if revision == head:
        return note, None
    steps = lineage(note)
    known = {step.revision for step in steps}
    stamped = next((one for one in (said.base, said.held) if one and one in known), "")
    if revision == stamped:
        return note, None
    start = _start(steps, said, stamped, new=revision not in known)
    if start == head or (note.withdrawn and start and revision not in known):
        return _replaced(note, said, today=today)
    if revision in known:
        return note, None
    hole = _hole(note)
    if hole is not None and said.born and not said.base:
        return _filled(note, said.content, hole), "modifiee"
    beside = Revision(date=today, action="concurrente", origin=said.origin, content=said.content)
    return _with(note, beside), "concurrente"


def _start(steps: list[Step], said: Heard, stamped: str, *, new: bool) -> str:
    """Revision the author started from, ``""`` when nothing tells.

    A text that was once read, in a place never seen before, is an old copy: it starts from
    nothing.
    """
    at = {step.revision: place for place, step in enumerate(steps)}
    here = [place for place, step in enumerate(steps) if said.origin and step.origin == said.origin]
    if not here and not stamped and not new:
        return ""
    if not here and said.key and not stamped:
        here = [p for p, step in enumerate(steps) if origin_key(step.origin) == said.key]
    if here and here[-1] > at.get(stamped, -1) and steps[here[-1]].revision:
        return steps[here[-1]].revision
    if stamped or said.base:
        return stamped
    # Neither stamp nor memory of the place: one version ever, it is the one that was read.
    heads = [step.revision for step in steps if step.head]
    return heads[0] if len(heads) == 1 else ""


def _replaced(note: Note, said: Heard, *, today: date) -> tuple[Note, Action]:
    before = note.content
    moved = before.model_copy(update={"target": said.content.target}) == said.content
    action: Action = "remise" if note.withdrawn else "deplacee" if moved else "modifiee"
    event = Revision(date=today, action=action, origin=said.origin, content=before)
    made = _with(with_content(note, said.content), event)
    return made.model_copy(update={"withdrawn": False}), action


def _hole(note: Note) -> int | None:
    """Place in the history of a text replaced that nobody has shown, None if there is none."""
    told = enumerate(note.history)
    return next((p for p, e in told if e.action == "modifiee" and e.content is None), None)


def _filled(note: Note, content: Content, hole: int) -> Note:
    """Put a text where the history said that one was missing."""
    history = list(note.history)
    history[hole] = history[hole].model_copy(update={"content": content})
    return note.model_copy(update={"history": tuple(history)})


def _with(note: Note, event: Revision) -> Note:
    return note.model_copy(update={"history": (*note.history, event)})
