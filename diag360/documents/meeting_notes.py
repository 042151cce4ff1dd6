"""A store of notes → what is on the table of a meeting."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.store import scan_store
from diag360.challenge.annotations.target import parse_target, unknown
from diag360.documents.annotation_words import signature
from diag360.documents.meeting import Meeting, Version
from diag360.documents.note_html import safe_html
from diag360.documents.notes import NONE, SHIPPED, show_notes
from diag360.documents.notes_places import cell_sources, place_label
from diag360.documents.notes_shown import Shown, in_order
from diag360.errors import Fault, Refusal
from diag360.territories.places import find_place
from diag360.territories.prepare import prepare_values
from diag360.territories.values import read_values
from diag360.vulnerability.prepare import prepare_ratings

ALL = "tous"
EVERY = "toutes"
STATUSES = {"ouvertes": "ouverte", "acceptées": "acceptee", "rejetées": "rejetee"}
VISIBILITIES = {"public": ("public",), "équipe": ("public", "equipe")}
_TITLE = "Registre refusé :"


def read_meeting(
    annotations: str = SHIPPED,
    *,
    catalogue: Catalogue,
    territory: str = ALL,
    status: str = EVERY,
    visibility: str = "public",
) -> Meeting:
    """Lay the notes of a store out for a meeting.

    Parameters
    ----------
    annotations : str
        ``livrées``, ``aucune``, or the path of a folder of notes.
    catalogue : Catalogue
        What they speak of, as it is now.
    territory : str
        ``tous``; or siren or name, and notes on values or ratings of others are left out.
    status : str
        ``toutes``, ``ouvertes``, ``acceptées`` or ``rejetées``.
    visibility : str
        ``public``; or ``équipe``, for a meeting behind closed doors: those too.

    Returns
    -------
    Meeting
        Files of notes that cannot be read are named in it, and stop nothing.

    Raises
    ------
    Refusal
        When a parameter is not one of those words, a territory is unknown, or there is nothing at
        the path.
    """
    check_asked(annotations, status=status, visibility=visibility)
    place = "" if territory == ALL else find_place(territory).siren
    if annotations == NONE:
        return Meeting(catalogue)
    stored = scan_store(None if annotations == SHIPPED else Path(annotations))
    shown = _of_status(
        show_all(
            stored.notes.values(),
            catalogue=catalogue,
            territory=place,
            visibility=VISIBILITIES[visibility],
        ),
        status,
    )
    on_table = [stored.notes[one.id] for one in shown]
    return Meeting(
        catalogue,
        shown,
        versions={note.id: own for note in on_table if (own := _versions(note, catalogue))},
        answers={
            note.id: frozenset(one.creator.name for one in note.replies)
            for note in on_table
            if note.replies
        },
        left_out=len(stored.notes) - len(shown),
        unreadable=tuple(dict.fromkeys(fault.file for fault in stored.faults)),
    )


def show_all(
    notes: Iterable[Note],
    *,
    catalogue: Catalogue,
    territory: str = "",
    visibility: tuple[str, ...] = ("public",),
) -> tuple[Shown, ...]:
    """Put notes in words, each with the values of the territory it speaks of.

    Parameters
    ----------
    notes : iterable of Note
        Of the store.
    catalogue, territory, visibility
        As :func:`diag360.documents.notes.show_notes`.

    Returns
    -------
    tuple of Shown
        A note on a value is told out of date from the open data of its own territory.
    """
    asked = list(notes)
    every = show_notes(asked, catalogue=catalogue, territory=territory, visibility=visibility).shown
    # Only what was seen can have changed since.
    seen = {note.id: note for note in asked if note.state is not None and note.state.said}
    local: dict[str, list[Note]] = {}
    for one in every:
        if one.place.kind in ("valeur", "cotation") and one.id in seen and not one.orphan:
            local.setdefault(one.place.territory, []).append(seen[one.id])
    opened = read_values(catalogue=catalogue) if local else pd.DataFrame()
    stale: dict[str, str] = {}
    for code, own in local.items():
        stale |= _stale_here(own, code, catalogue=catalogue, opened=opened, visibility=visibility)
    told = [replace(one, stale=stale.get(one.id, one.stale)) for one in every]
    return in_order(told).shown


def _stale_here(
    notes: list[Note],
    code: str,
    *,
    catalogue: Catalogue,
    opened: pd.DataFrame,
    visibility: tuple[str, ...],
) -> dict[str, str]:
    """By id, what has changed of the values and ratings of a territory; nothing if it is gone."""
    rated = any(note.target.startswith("cotation/") for note in notes)
    try:
        place = find_place(code)
        rows = opened[opened["territory"] == code]
        if rows.empty:  # a group, whose values are recombined
            rows = prepare_values(None, place=place, catalogue=catalogue).rows
        ratings = prepare_ratings(place=place, catalogue=catalogue) if rated else None
    except Refusal:
        return {}
    shown = show_notes(
        notes,
        catalogue=catalogue,
        territory=code,
        rows=rows,
        ratings=ratings,
        visibility=visibility,
    ).shown
    return {one.id: one.stale for one in shown}


def check_asked(annotations: str, *, status: str, visibility: str) -> None:
    """Refuse words :func:`read_meeting` does not know, and a folder that is not there.

    Raises
    ------
    Refusal
        With every fault.
    """
    faults = []
    if annotations not in (SHIPPED, NONE) and not Path(annotations).is_dir():
        remedy = f"« {SHIPPED} », « {NONE} », ou un dossier de notes"
        faults.append(Fault(annotations, "", "ce dossier n’existe pas", remedy))
    for name, given, known in (
        ("status", status, (EVERY, *STATUSES)),
        ("visibility", visibility, tuple(VISIBILITIES)),
    ):
        if given not in known:
            remedy = f"choisir parmi : {', '.join(known)}"
            faults.append(Fault("22_registre", name, f"« {given} » n’est pas admis", remedy))
    if faults:
        raise Refusal(_TITLE, faults)


def _of_status(shown: tuple[Shown, ...], status: str) -> tuple[Shown, ...]:
    return tuple(one for one in shown if status == EVERY or one.status == STATUSES[status])


def _versions(note: Note, catalogue: Catalogue) -> tuple[Version, ...]:
    """Texts written at the same time as the one that is kept, and never settled."""
    return tuple(
        Version(
            who=signature(event.content.creator, event.content.created),
            label=place_label(
                parse_target(event.content.target) or unknown(event.content.target),
                catalogue=catalogue,
                cells=cell_sources(),
            ),
            html=safe_html(event.content.body),
        )
        for event in note.history
        if event.action == "concurrente" and event.content is not None
    )
