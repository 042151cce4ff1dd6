"""The register: all the notes of a document, disagreements first."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from diag360.documents import text
from diag360.documents.annotation_words import count_notes
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.notes.beside import REGISTER, told_of
from diag360.documents.notes_places import shown_texts
from diag360.documents.notes_shown import Notes, Shown

# Kinds of targets that each document shows notes beside; elsewhere the register stands alone.
_NUMBERS = ("indicateur", "seuil", "poids", "valeur", "besoin", "dependance")
_HAZARDS = ("alea", "cotation")
_BESIDE = {
    "30_diagnostic": (*_NUMBERS, *_HAZARDS),
    "20_catalogue": (*_NUMBERS, *_HAZARDS),
    "31_vulnerabilites": _HAZARDS,
}
_DISAGREE, _OTHERS, _LOST = "Désaccords ouverts", "Autres notes", "Notes dont la place est perdue"


def register(notes: Notes | None, *, notebook: str = "") -> Fragment:
    """List every note of a document with its text: disagreements first, orphans last.

    Parameters
    ----------
    notes : Notes, optional
        Of the document.
    notebook : str
        Notebook of the document, without ending: says which notes also stand beside a number,
        so that each entry leads back there.

    Returns
    -------
    Fragment
        A table; how to write a note when there is none.
    """
    shown = notes.shown if notes else ()
    groups = [
        (title, [_entry(label, own, notebook) for label, own in places])
        for title, places in _groups(shown)
    ]
    return render(
        "notes_register",
        anchor=REGISTER,
        groups=groups,
        summary=_summary(shown),
        unread=notes.unread if notes is not None else (),
    )


def _groups(shown: Sequence[Shown]) -> Iterator[tuple[str, list[tuple[str, list[Shown]]]]]:
    """Notes by what they are about: first what is contested, most contested first."""
    by_place: dict[str, list[Shown]] = {}
    for one in shown:
        by_place.setdefault(one.target, []).append(one)

    def order(own: list[Shown]) -> tuple[int, int, str, str]:
        contests = sum(one.contests for one in own)
        group = 2 if own[0].orphan else 0 if contests else 1
        return group, -contests, own[0].label, own[0].target

    ranked = sorted(by_place.values(), key=order)
    for group, places in groupby(ranked, key=lambda own: order(own)[0]):
        yield (_DISAGREE, _OTHERS, _LOST)[group], [(own[0].label, own) for own in places]


def _entry(label: str, own: Sequence[Shown], notebook: str) -> dict[str, object]:
    return {
        "label": label,
        "notes": [
            {**told_of(one, label=False), "label": "", "anchor": _anchor(one, notebook)}
            for one in own
        ],
    }


def _anchor(one: Shown, notebook: str) -> str:
    """Give the anchor of a note beside its number; ``""`` where the document shows none."""
    if one.orphan:
        return ""
    if one.place.kind == "paragraphe":
        name, cell = one.place.parts[:2]
        return cell if name == notebook and cell in shown_texts(name) else ""
    return one.id if one.place.kind in _BESIDE.get(notebook, ()) else ""


def _summary(shown: Sequence[Shown]) -> str:
    """Count notes, those that time has overtaken, those nobody can place."""
    if not shown:
        return ""
    said = [count_notes(shown)]
    stale = sum(bool(one.stale) and not one.orphan for one in shown)
    lost = sum(one.orphan for one in shown)
    if stale:
        said.append(
            text.count(
                stale, "parle de ce qui a changé depuis", "parlent de ce qui a changé depuis"
            )
        )
    if lost:
        said.append(text.count(lost, "a perdu sa place", "ont perdu leur place"))
    return " ; ".join(said) + "."
