"""Whether what a note speaks of is still what its author saw, in one French sentence."""

from diag360.catalogue.french import space
from diag360.challenge.annotations.model import Note, State
from diag360.challenge.annotations.state import FACETS, OF_DOCUMENTS
from diag360.challenge.annotations.target import parse_target

_ARTICLES = {
    "définition": "la définition", "seuil": "le seuil", "poids": "le poids",
    "valeur": "la valeur", "cotation": "la cotation", "libellé": "le libellé",
    "agrégation": "l’agrégation", "force": "la force", "délai": "le délai", "texte": "le texte",
}  # fmt: skip
_FINGERPRINTS = ("définition", "texte")  # too long to be quoted
_LONGEST = 60


def stale_sentence(note: Note, *, now: State | None, version: str = "") -> str:
    """Say what has changed since a note was written.

    Parameters
    ----------
    note : Note
        With the state its target was in; without one, nothing can be said.
    now : State or None
        What the target is today (:func:`diag360.challenge.annotations.state.state_of`); None when
        it no longer exists.
    version : str
        Version of the catalogue of today, for a target that is gone.

    Returns
    -------
    str
        Without capital nor full stop; ``""`` when nothing the note speaks of has changed.
        « écrite sur la version 2026.1 ; le seuil a changé depuis (0,129 → 0,14) ».
    """
    target = parse_target(note.target)
    facets = FACETS[target.kind] if target else ()
    then = {} if note.state is None else note.state.said
    seen = [name for name in facets if name in then]
    if now is None:
        return space(_gone(note, version))
    lasting = [name for name in seen if name not in OF_DOCUMENTS]
    if lasting and not any(name in now.said for name in lasting):
        return space(_gone(note, now.version))
    changed = [n for n in seen if n in now.said and now.said[n] != then[n]]
    if not changed or note.state is None:
        return ""
    names = [_ARTICLES[name] for name in changed]
    subject = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"
    verb = "a changé" if len(names) == 1 else "ont changé"
    steps = [_step(name, then[name], now.said[name]) for name in changed]
    shown = " ; ".join(step for step in steps if step)
    more = f" ({shown})" if shown else ""
    return space(f"écrite sur la version {note.state.version} ; {subject} {verb} depuis{more}")


def _gone(note: Note, version: str) -> str:
    since = f"écrite sur la version {note.state.version} ; " if note.state else ""
    where = f"dans la version {version}" if version else "dans le catalogue"
    return f"{since}ce dont elle parle n’existe plus {where}"


def _step(name: str, before: str, after: str) -> str:
    """Tell a change in a few signs; ``""`` when it would be too long to read."""
    if name in _FINGERPRINTS:
        return ""
    if name == "seuil":
        before, after = _moved(before, after)
    told = f"{before} → {after}"
    return told if before and after and len(told) <= _LONGEST else ""


def _moved(before: str, after: str) -> tuple[str, str]:
    """Anchors that moved, without the scores they keep; all of them when the scores change."""
    old, new = _anchors(before), _anchors(after)
    if old.keys() != new.keys() or len(old) < before.count(" = "):
        return before, after
    moved = [score for score in old if old[score] != new[score]]
    return " et ".join(old[s] for s in moved), " et ".join(new[s] for s in moved)


def _anchors(told: str) -> dict[str, str]:
    """Value by score; the way anchors are joined stands for itself."""
    parts = [part.rpartition(" = ") for part in told.split(" ; ")]
    return {score if mark else "": value if mark else score for value, mark, score in parts}
