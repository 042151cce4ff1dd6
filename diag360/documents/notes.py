"""Notes of experts → what documents show of them; prepared once in a JSON file for a run."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note, State
from diag360.challenge.annotations.proposal import variant_of
from diag360.challenge.annotations.resolve import known_target
from diag360.challenge.annotations.stale import stale_sentence
from diag360.challenge.annotations.state import state_of, weights_said
from diag360.challenge.annotations.store import scan_store
from diag360.challenge.annotations.target import Target, parse_target, unknown
from diag360.challenge.variants.steps import steps_of
from diag360.documents import annotation_words
from diag360.documents.note_html import one_line, safe_html
from diag360.documents.notes_places import cell_sources, place_label
from diag360.documents.notes_said import Said, said_ratings, said_values
from diag360.documents.notes_shown import Notes, Shown, in_order
from diag360.documents.variant_words import day, step_words
from diag360.errors import Fault, Refusal
from diag360.vulnerability.prepare import Ratings

__all__ = ["SHIPPED", "Notes", "Shown", "notes_json", "read_notes", "show_notes"]

SHIPPED = "livrées"
NONE = "aucune"
TITLE = "Annotations refusées :"
_NOTHING = Said()
NOWHERE = "rien dans le catalogue ne correspond à ces mots"


def show_notes(
    notes: Iterable[Note],
    *,
    catalogue: Catalogue,
    territory: str = "",
    rows: pd.DataFrame | None = None,
    ratings: Ratings | None = None,
    visibility: Sequence[str] = ("public",),
    cells: Mapping[str, frozenset[str]] | None = None,
    unread: Sequence[str] = (),
    said: Mapping[str, Said] | None = None,
    texts: bool = True,
) -> Notes:
    """Put notes in words, for a document or for the register.

    Parameters
    ----------
    notes : iterable of Note
        Of the store, or gathered.
    catalogue : Catalogue
        What they speak of, as it is now.
    territory : str
        Code: notes on values or ratings of others are left out; ``""`` keeps those of all.
    rows : DataFrame, optional
        Values of the territory; without them no note on a value is said to be out of date.
    ratings : Ratings, optional
        Likewise for ratings of hazards.
    visibility : sequence of str
        ``public``, ``equipe`` or both.
    cells : mapping of str to frozenset, optional
        Ids of the cells of each notebook; those of the shipped ones by default, where paragraphs of
        one territory are taken to exist.
    unread : sequence of str
        Files of notes that could not be read, and why.
    said : mapping of str to Said, optional
        Values and ratings of other territories, by code, when notes on several are put in words.
    texts : bool
        False leaves their bodies and replies out, for a list: making them safe takes most of the
        time.

    Returns
    -------
    notes : Notes
        Withdrawn notes are left out; those that nobody can place are kept, as orphans.
    """
    sources = cell_sources()
    ids = {name: frozenset(held) for name, held in sources.items()}
    weights = cache(partial(weights_said, catalogue))
    here = Said(said_values(rows, catalogue=catalogue), said_ratings(ratings))
    seen = {**(said or {}), **({territory: here} if territory else {})}
    shown = []
    for note in notes:
        target = parse_target(note.target) or unknown(note.target)
        left_out = note.withdrawn or note.visibility not in visibility
        if left_out or (territory and not target.concerns(territory)):
            continue
        # A cell of the notebook of a territory may have been added there by hand.
        paragraphs = None if cells is None and target.territory else cells or ids
        now = None
        if known_target(target, catalogue=catalogue, cells=paragraphs):
            own = seen.get(target.territory, _NOTHING)
            now = State(version=catalogue.version)
            if note.state is not None:  # otherwise there is nothing to compare with
                now = state_of(
                    target,
                    catalogue=catalogue,
                    values=own.values,
                    ratings=own.ratings,
                    cells=sources.get(target.parts[0], {}),
                    weights=weights,
                )
        label = place_label(target, catalogue=catalogue, territory=territory, cells=sources)
        shown.append(_shown(note, target, catalogue=catalogue, label=label, now=now, texts=texts))
    return in_order(shown, unread=unread)


def read_notes(
    source: str = SHIPPED,
    *,
    catalogue: Catalogue,
    territory: str = "",
    rows: pd.DataFrame | None = None,
    ratings: Ratings | None = None,
    notebook: str = "",
    framework: str = "",
) -> Notes:
    """Read the public notes a notebook shows.

    Parameters
    ----------
    source : str
        ``livrées`` for the store of the package, ``aucune``, the path of a folder of notes, or
        that of a ``.json`` file prepared by a command (:func:`notes_json`).
    catalogue, territory, rows, ratings
        As :func:`show_notes`.
    notebook, framework : str
        As :meth:`Notes.of_document`; everything is kept when ``notebook`` is empty.

    Returns
    -------
    notes : Notes
        Disagreements first.

    Raises
    ------
    Refusal
        When there is nothing at the path. A note that cannot be read is told, and stops nothing.
    """
    if source == NONE:
        return Notes()
    if source.endswith(".json"):
        notes = _prepared(Path(source))
    else:
        folder = None if source == SHIPPED else Path(source)
        if folder is not None and not folder.is_dir():
            remedy = f"« {SHIPPED} », « {NONE} », ou un dossier de notes"
            raise Refusal(TITLE, [Fault(source, "", "ce dossier n’existe pas", remedy)])
        stored = scan_store(folder)
        notes = show_notes(
            stored.notes.values(),
            unread=[str(fault) for fault in stored.faults],
            catalogue=catalogue,
            territory=territory,
            rows=rows,
            ratings=ratings,
        )
    if not notebook:
        return notes
    return notes.of_document(
        notebook=notebook, territory=territory, framework=framework, catalogue=catalogue
    )


def notes_json(notes: Notes) -> str:
    """Write notes for the notebook of a run, which then reads neither store nor catalogue."""
    told = {"notes": notes.shown, "unread": notes.unread}
    # ``asdict`` copies each text in depth, which costs more than writing them.
    return json.dumps(told, ensure_ascii=False, default=_fields)


def _fields(one: Shown) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _shown(
    note: Note, target: Target, *, catalogue: Catalogue, label: str, now: State | None, texts: bool
) -> Shown:
    author, role = annotation_words.who(note.creator)
    stale = stale_sentence(note, now=now, version=catalogue.version)
    return Shown(
        id=note.id,
        kind=note.motivation,
        target=str(target),
        label=label,
        needs=needs_of(target, catalogue=catalogue),
        author=author,
        role=role,
        date=str(note.created),
        visibility=note.visibility,
        status=note.status,
        html=safe_html(note.body) if texts else "",
        evidence=tuple(annotation_words.proof(one) for one in note.evidence),
        stale=NOWHERE if target.kind == "inconnu" else stale,
        orphan=now is None,
        decision=annotation_words.decision(note),
        replies=tuple(
            (annotation_words.signature(one.creator, one.created), safe_html(one.body))
            for one in (note.replies if texts else ())
        ),
        impact=_impact(note, catalogue),
        changes=_changes(note, catalogue),
    )


def needs_of(target: Target, *, catalogue: Catalogue) -> tuple[str, ...]:
    """Ids of the needs a target concerns, in every framework.

    Parameters
    ----------
    target : Target
        An indicator concerns the need it is scored under; a dependency, the need that leans on
        the other.
    catalogue : Catalogue
        Where each indicator stands.

    Returns
    -------
    tuple of str
        Empty for a hazard, a paragraph, or what the catalogue does not know.
    """
    indicator = catalogue.indicators.get(target.indicator)
    if indicator is not None:
        return tuple(dict.fromkeys(place.primary for place in indicator.needs.values()))
    known = {need.id for frame in catalogue.frameworks.values() for need in frame.needs}
    named = {"besoin": target.parts[:1], "dependance": target.parts[1:2]}.get(target.kind, ())
    return tuple(name for name in named if name in known)


def _changes(note: Note, catalogue: Catalogue) -> tuple[str, ...]:
    """Say what a proposition changes; a step the catalogue no longer knows is named by its ids."""
    if note.changes is None:
        return ()
    said = []
    for step in steps_of(variant_of(note)):
        try:
            said.append(_line(step_words(step, catalogue=catalogue)))
        except (KeyError, ValueError):
            named = one_line(", ".join(step.key) or step.place)
            said.append(f"« {named} », que la version {catalogue.version} ne connaît pas")
    return tuple(said)


def _impact(note: Note, catalogue: Catalogue) -> tuple[str, ...]:
    """Give the sentences of an impact, and say when it was computed on something else."""
    impact = note.impact
    if impact is None:
        return ()
    lines = [_line(line) for line in impact.lines]
    if impact.revision != note.revision:
        lines.append(f"Calcul du {day(impact.date)}, avant que la note ne soit modifiée.")
    elif impact.version != catalogue.version:
        lines.append(f"Calcul du {day(impact.date)}, sur la version {impact.version}.")
    return tuple(lines)


def _line(words: str) -> str:
    """Keep a sentence of ours on one line, with the unbreakable spaces that cleaning drops."""
    return typeset_text(one_line(words, limit=600))


def _prepared(file: Path) -> Notes:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
        return in_order([_made(one) for one in read["notes"]], unread=read["unread"])
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        problem = f"ce fichier de notes ne se lit pas ({type(error).__name__})"
        raise Refusal(
            TITLE, [Fault(str(file), "", problem, "donner un dossier de notes")]
        ) from error


def _made(told: dict[str, Any]) -> Shown:
    return Shown(**{name: _frozen(value) for name, value in told.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
