"""Notes read in notebooks and workbooks, merged into those kept: nothing lost, nothing twice.

A document may be written from notes that nobody has collected yet: :func:`held_after` says what
to write in its metadata, so that a later collection still knows what each text started from.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.cells import FoundNote
from diag360.challenge.annotations.merge import Merge
from diag360.challenge.annotations.model import Note, State
from diag360.challenge.annotations.sources import Event, Source, source_of
from diag360.challenge.annotations.state import state_seen, weights_said
from diag360.challenge.annotations.target import Target, parse_target, unknown

__all__ = ["Event", "Gathered", "Source", "gather", "held_after", "source_of"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The notes after the merge.

    Parameters
    ----------
    notes : dict of str to Note
        All of them, in the order of their ids.
    events : tuple of Event
        What is new, in order; a conflict comes back until someone settles it.
    found : tuple of tuple of (str, FoundNote)
        For each source, in reading order: the note each text belongs to, and the text, with the
        date and the target it is known by when it bears none.
    """

    notes: dict[str, Note]
    events: tuple[Event, ...]
    found: tuple[tuple[tuple[str, FoundNote], ...], ...] = ()


def gather(
    store: Mapping[str, Note],
    *,
    notebooks: Sequence[Source],
    catalogue: Catalogue,
    today: date,
    states: Callable[[Target, Source], State | None] | None = None,
) -> Gathered:
    """Merge what was read into the notes kept.

    A text is first recognised by the id written with it, then by its words, then by its cell;
    otherwise it is a new note, whose id depends on nothing but its cell (or its words), so that
    gathering twice adds nothing. What happens then is told by
    :func:`diag360.challenge.annotations.hear.hear`. A note the notebook was given and no longer
    has is withdrawn, unless someone has changed it meanwhile, or its cell was put elsewhere.

    Parameters
    ----------
    store : mapping of str to Note
        Notes kept so far; left as they are.
    notebooks : sequence of Source
        What was read, in the order edits are taken in.
    catalogue : Catalogue
        The one of today.
    today : date
        Day written in the history.
    states : callable, optional
        What a target is, for a source; when not given, what the source says it was
        (:func:`diag360.challenge.annotations.state.state_seen`).

    Returns
    -------
    Gathered
        Every note of the store is there, and every text read is in one of them.
    """
    weights = cache(partial(weights_said, catalogue))

    def state(address: str, source: Source) -> State | None:
        target = parse_target(address) or unknown(address)
        if states is not None:
            return states(target, source)
        return state_seen(
            target,
            catalogue=catalogue,
            said=source.said,
            version=source.version or "",
            weights=weights,
        )

    merge = Merge(store, version=catalogue.version, today=today, state=state)
    found = merge.take(notebooks)
    return Gathered(dict(sorted(merge.notes.items())), tuple(merge.events), found)


def held_after(
    store: Mapping[str, Note],
    gathered: Gathered,
    *,
    shown: Iterable[str],
    before: Source | None = None,
) -> dict[str, str]:
    """Tell what to write in ``metadata["diag360"]["notes"]`` of a document being made.

    Parameters
    ----------
    store : mapping of str to Note
        Notes kept, before the gathering.
    gathered : Gathered
        After it; nothing of it may be kept yet.
    shown : iterable of str
        Ids of the notes put in the document.
    before : Source, optional
        The document it replaces.

    Returns
    -------
    dict of str to str
        For each note shown, the revision the store knows (that of today when the store does not
        know it): what the next reading compares with. A note taken out of the document before,
        and that the store still counts as there, stays held: the next collection sees it gone.
    """
    notes = gathered.notes
    held = {name: (store.get(name) or notes[name]).revision for name in shown}
    for name, revision in (before.held if before else {}).items():
        kept, now = store.get(name), notes.get(name)
        if now is not None and now.withdrawn and not (kept is not None and kept.withdrawn):
            held.setdefault(name, revision)
    return dict(sorted(held.items()))
