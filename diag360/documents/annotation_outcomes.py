"""What becomes of notes: their impact computed, accepted into the catalogue, exported."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.decide import decide
from diag360.challenge.annotations.impact import impact_of
from diag360.challenge.annotations.linked_data import to_jsonld
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.proposal import TITLE, Unsaid, unsaid, variant_of
from diag360.challenge.annotations.resolve import target_label
from diag360.challenge.annotations.store import Stored
from diag360.challenge.annotations.target import parse_target, unknown
from diag360.challenge.variants.accept import Acceptance
from diag360.challenge.variants.apply import apply_variant
from diag360.documents.acceptance import write_accepted
from diag360.documents.annotation_impact_words import impact_record
from diag360.documents.annotation_words import who
from diag360.documents.annotations import BOTH
from diag360.documents.notes import show_notes
from diag360.documents.notes_places import template_cells
from diag360.documents.variant_words import day
from diag360.documents.workbooks.register_workbook import register_workbook
from diag360.errors import Fault, Refusal
from diag360.files import write_files
from diag360.territories.values import read_values

_SUPPOSED: dict[Unsaid, str] = {
    "author": "la note n’est pas signée : le journal dit « auteur non nommé »",
    "role": "le rôle n’est pas précisé : la proposition est portée par l’équipe diag360",
    "justification": "la note ne dit presque rien : la raison est à compléter dans le journal",
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A note accepted, and the catalogue it makes.

    Parameters
    ----------
    note : Note
        With its decision; still to be kept in the store.
    folder : Path
        The new catalogue.
    entry : str
        Changelog entry.
    acceptance : Acceptance
        Files edited and taken out.
    supposed : tuple of str
        What the note left unsaid, and what was put instead.
    """

    note: Note
    folder: Path
    entry: str
    acceptance: Acceptance
    supposed: tuple[str, ...]


def accept_note(
    note: Note, *, by: str, reason: str, on: date, output: Path, folder: Path | None = None,
    version: str | None = None, weights: str | None = None,
) -> Accepted:  # fmt: skip
    """Accept a proposition, and write the catalogue it makes.

    Parameters
    ----------
    note : Note
        With changes. When it is accepted already, ``by`` and ``reason`` may be empty.
    by, reason : str
        Who decides, and why.
    on : datetime.date
        When.
    output : Path
        Folder to make; refused when something is there.
    folder, version, weights
        As for :func:`diag360.documents.acceptance.write_accepted`.

    Returns
    -------
    Accepted
        With the note to keep.

    Raises
    ------
    Refusal
        When the note changes nothing, no longer fits the catalogue, is withdrawn or is not decided
        as it must; nothing is written then, and the note stays as it was.
    """
    catalogue = load_catalogue(folder)
    variant_of(note)  # a note that changes nothing is not decided on here
    standing = note.status == "acceptee" and not (by or reason)
    decided = note if standing else decide(note, status="acceptee", by=by, reason=reason, on=on)
    label = target_label(parse_target(note.target) or unknown(note.target), catalogue=catalogue)
    variant = variant_of(decided, label=label)
    try:
        apply_variant(catalogue, variant, weights=weights)
    except Refusal as refusal:
        raise Refusal(TITLE, refusal.faults) from None
    made, entry, acceptance = write_accepted(
        variant, output=output, folder=folder, version=version, weights=weights,
        signed=_signed(note),
    )  # fmt: skip
    supposed = tuple(_SUPPOSED[name] for name in unsaid(note))
    if note.visibility == "equipe":
        supposed += ("la note est réservée à l’équipe : son texte entre pourtant dans le journal",)
    return Accepted(decided, made, entry, acceptance, supposed)


def _signed(note: Note) -> str:
    name, role = who(note.creator)
    return f"{name or 'un auteur non nommé'} ({role or 'rôle non précisé'}), {day(note.created)}"


def compute_impacts(
    notes: Sequence[Note], *, catalogue: Catalogue, on: date
) -> tuple[list[Note], list[Fault]]:
    """Apply propositions to all territories, each on its own.

    Parameters
    ----------
    notes : sequence of Note
        With changes.
    catalogue : Catalogue
        What they would change.
    on : datetime.date
        Day of the computation.

    Returns
    -------
    notes : list of Note
        With their impact, in order; those that no longer fit the catalogue are left out.
    faults : list of Fault
        Why they do not fit.
    """
    values = read_values(catalogue=catalogue)
    made: list[Note] = []
    faults: list[Fault] = []
    for note in notes:
        try:
            found = impact_of(note, catalogue=catalogue, values=values)
        except Refusal as refusal:
            faults += refusal.faults
            continue
        made.append(note.model_copy(update={"impact": impact_record(note, found, on=on)}))
    return made, faults


def export_notes(
    stored: Stored, *, folder: Path, catalogue: Catalogue, team: bool = False
) -> list[Path]:
    """Write the notes for others: W3C annotations, and a workbook; withdrawn ones are left out.

    Parameters
    ----------
    stored : Stored
        The store.
    folder : Path
        Where to write ``annotations.jsonld`` and ``annotations.xlsx``.
    catalogue : Catalogue
        What they speak of.
    team : bool
        Whether those of the team go out too.

    Returns
    -------
    list of Path
        Files written.
    """
    seen = BOTH if team else BOTH[:1]
    kept = [n for n in stored.notes.values() if not n.withdrawn and n.visibility in seen]
    shown = show_notes(kept, catalogue=catalogue, visibility=seen, cells=template_cells())
    linked = json.dumps(to_jsonld(kept, catalogue=catalogue), ensure_ascii=False, indent=1) + "\n"
    return write_files(
        folder,
        {
            "annotations.jsonld": linked.encode("utf-8"),
            "annotations.xlsx": register_workbook(shown, catalogue=catalogue),
        },
    )


def open_propositions(notes: Iterable[Note]) -> list[Note]:
    """Keep the notes with changes that nobody has decided on, nor taken back."""
    return [n for n in notes if n.changes is not None and n.status == "ouverte" and not n.withdrawn]


def unfit(notes: Iterable[Note], *, catalogue: Catalogue) -> list[Fault]:
    """List what keeps open propositions from being applied to the catalogue of today."""
    faults: list[Fault] = []
    for note in open_propositions(notes):
        try:
            apply_variant(catalogue, variant_of(note))
        except Refusal as refusal:
            faults += refusal.faults
    return faults
