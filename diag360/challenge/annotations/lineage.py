"""What the history of a note tells: every text it has held, in order, and where it was read."""

import re
from dataclasses import dataclass

from diag360.challenge.annotations.model import Content, Note

_CELL = re.compile(r"^(?:.*/)?(?P<stem>[^/]+)\.ipynb, cellule (?P<cell>\S+)$")
_KEYED = re.compile(r" \[(?P<key>[^\[\]]+)\]$")


@dataclass(frozen=True, slots=True)
class Step:
    """One text a note has held.

    Parameters
    ----------
    origin : str
        Where it was read; ``""`` when nobody knows.
    content : Content or None
        None when nobody has shown it to us: the note was first met already edited.
    head : bool
        Whether it was, or is, the text of the note; False for one kept beside it.
    """

    origin: str
    content: Content | None
    head: bool = True

    @property
    def revision(self) -> str:
        """Fingerprint of the text, ``""`` when it is unknown."""
        return "" if self.content is None else self.content.revision


def lineage(note: Note) -> list[Step]:
    """Tell every text a note has held, oldest first.

    Parameters
    ----------
    note : Note
        Its history is read; a file written by hand may have none.

    Returns
    -------
    list of Step
        One step at least; the last one that is a head is what the note says today.
    """
    steps: list[Step] = []
    last = -1  # where the head stands, its text known only when the next one replaces it
    for event in note.history:
        if event.action == "concurrente" and event.content is not None:
            steps.append(Step(event.origin, event.content, head=False))
        elif event.action in ("modifiee", "deplacee") or (
            event.action == "remise" and event.content is not None
        ):
            if last < 0:
                last = len(steps)
                steps.append(Step("", None))
            steps[last] = Step(steps[last].origin, event.content)
            last = len(steps)
            steps.append(Step(event.origin, None))
        elif event.action == "creee" and last < 0:
            last = len(steps)
            steps.append(Step(event.origin, None))
    if last < 0:
        last = len(steps)
        steps.append(Step("", None))
    steps[last] = Step(steps[last].origin, note.content)
    return steps


def told_origin(origin: str, key: str) -> str:
    """Write where a note was read, so that :func:`origin_key` finds the cell again."""
    told = origin_key(origin)
    if told and key.startswith(f"{told}~"):  # the second note of a cell
        return origin + key.removeprefix(told)
    return origin if not key or told == key else f"{origin} [{key}]"


def origin_key(origin: str) -> str:
    """Read the key of a cell (``30_diagnostic#a1b2``) in an origin; ``""`` when there is none."""
    if found := _KEYED.search(origin):
        return found["key"]
    found = _CELL.match(origin)
    return f"{found['stem']}#{found['cell']}" if found else ""
