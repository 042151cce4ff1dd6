"""Notes of experts printed in a terminal: what was collected, the list, one note in full."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from diag360.catalogue.french import space
from diag360.challenge.annotations.clean import clean_text
from diag360.challenge.annotations.model import Note, Revision
from diag360.documents import text
from diag360.documents.annotation_words import KINDS, VISIBILITIES, signature
from diag360.documents.note_html import one_line
from diag360.documents.notes_shown import Shown
from diag360.documents.variant_words import STATUSES, day

if TYPE_CHECKING:  # reading notebooks takes a second to import
    from diag360.challenge.annotations.sources import Event

# What a collection finds, one and many, in the order it is told.
_FOUND = {
    "creee": ("nouvelle", "nouvelles"),
    "modifiee": ("modifiée", "modifiées"),
    "deplacee": ("déplacée", "déplacées"),
    "remise": ("remise en place", "remises en place"),
    "retiree": ("retirée", "retirées"),
}
_LIFE = {
    "creee": "écrite",
    "modifiee": "modifiée",
    "deplacee": "déplacée",
    "concurrente": "autre version, gardée à côté",
    "retiree": "retirée",
    "remise": "remise en place",
    "reponse": "réponse",
    "decidee": "décision",
}
_LONG = 500  # characters of a line


def collected_lines(events: "Sequence[Event]", *, labels: Mapping[str, str]) -> list[str]:
    """Sum up a collection: one sentence, then the notes one by one, conflicts last.

    Parameters
    ----------
    events : sequence of Event
        What happened, in order.
    labels : mapping of str to str
        By note, what it speaks of.

    Returns
    -------
    list of str
        Lines to print.
    """
    fought = list(dict.fromkeys(one.note for one in events if one.conflict))
    counts: Counter[str] = Counter(one.action for one in events)
    said: list[str] = []
    for action, (single, many) in _FOUND.items():
        if count := counts[action]:
            noun = "" if said else " note" if count == 1 else " notes"
            word = single if count == 1 else many
            said.append(f"{text.number(count)}{noun} {word}{_way_back(events, action)}")
    if fought:
        said.append(text.count(len(fought), "conflit"))
    if not said:
        return ["Rien de neuf : tout ce qui a été lu est déjà gardé."]
    lines = [f"{', '.join(said)}."]
    for action, (single, _) in _FOUND.items():
        lines += [
            f"  {single} : {one.note} ({labels.get(one.note, '?')}), {one.origin}"
            for one in events
            if one.action == action
        ]
    for note in fought:
        places = dict.fromkeys(one.origin for one in events if one.note == note and one.conflict)
        lines.append(
            f"  conflit : {note} ({labels.get(note, '?')}), {', '.join(places)} ; tout est gardé, "
            f"et se lit par diag360 annotations show {note}"
        )
    return [_printed(line) for line in lines]


def _way_back(events: "Sequence[Event]", action: str) -> str:
    """Say that a note taken out is not lost."""
    if action != "retiree":
        return ""
    first, *others = [one.note for one in events if one.action == action]
    if others:
        return " (gardées ; diag360 annotations restore les remet une à une)"
    return f" (gardée ; diag360 annotations restore {first} la remet)"


def note_line(shown: Shown, *, withdrawn: bool = False) -> str:
    """Print a note on one line: id, kind, status, what it speaks of, who, what is wrong with it."""
    who = f"{shown.author} ({shown.role})" if shown.author and shown.role else shown.author
    marks = [
        words
        for words, holds in (
            ("orpheline", shown.orphan), ("périmée", bool(shown.stale and not shown.orphan)),
            ("retirée", withdrawn), (VISIBILITIES["equipe"], shown.visibility == "equipe"),
        )
        if holds
    ]  # fmt: skip
    cells = [
        shown.id, KINDS[shown.kind], STATUSES[shown.status], shown.label,
        who or shown.role or "sans signature", day(shown.date), ", ".join(marks),
    ]  # fmt: skip
    return "\t".join(one_line(cell) for cell in cells).rstrip("\t")


def note_lines(note: Note, shown: Shown) -> list[str]:
    """Print a note in full: what it says, what became of it, its history.

    Parameters
    ----------
    note : Note
        As it is kept.
    shown : Shown
        The same in words, as it stands against the catalogue of today.

    Returns
    -------
    list of str
        Lines to print, free of control characters.
    """
    head = f"{KINDS[note.motivation].capitalize()} {note.id}, {STATUSES[note.status]}"
    head += f", {VISIBILITIES[note.visibility]}" + (", retirée" if note.withdrawn else "")
    lines = [head, f"  Sur : {shown.label} ({note.target})"]
    lines.append(f"  De : {signature(note.creator, note.created)}")
    if shown.stale:
        lines.append(f"  Attention : {shown.stale}")
    lines += ["", *(f"  {line}" for line in clean_text(note.body).strip().split("\n")), ""]
    lines += [f"  Preuve : {', '.join(filter(None, _distinct(one)))}" for one in shown.evidence]
    lines += [f"  Propose : {words}" for words in shown.changes]
    if shown.impact:
        lines += ["  Effet :", *(f"    {words}" for words in shown.impact)]
    if note.changes is not None and note.impact is None:
        lines.append(f"  Effet à calculer : diag360 annotations impact {note.id}")
    for reply in note.replies:
        said = clean_text(reply.body).replace("\n", "\n    ").split("\n")
        lines += [f"  Réponse de {signature(reply.creator, reply.created)} :", f"    {said[0]}"]
        lines += said[1:]
    if shown.decision:
        lines.append(f"  {shown.decision}")
    if note.history:
        lines += ["", "  Histoire :", *(line for one in note.history for line in _event(one))]
    return [_printed(line) for line in lines]


def _distinct(told: tuple[str, str]) -> list[str]:
    words, address = told
    return [words] if address in words else [words, address]


def _event(event: Revision) -> list[str]:
    """Say what happened; a text that was written beside the one kept is given in full."""
    head = f"    {day(event.date)}, {_LIFE[event.action]}"
    origin = event.origin
    if event.action == "decidee":  # kept as it was typed: status, who, why
        word, comma, rest = origin.partition(", ")
        origin = f"{STATUSES.get(word, word)}{comma}{rest}"
    head += f" : {origin}" if origin else ""
    if event.content is None:
        return [head]
    told = event.content
    body = clean_text(told.body).strip() or "(sans texte)"
    if event.action != "concurrente":
        return [head, f"      elle disait, sur {told.target} : « {one_line(body)} »"]
    signed = f"      {signature(told.creator, told.created)}, sur {told.target} :"
    return [head, signed, *(f"        {line}" for line in body.split("\n"))]


def _printed(line: str) -> str:
    """Typeset a line; its indentation stays, nothing in it can drive a terminal."""
    bare = line.lstrip(" ")
    return " " * (len(line) - len(bare)) + space(one_line(bare, limit=_LONG))
