"""What the commands on notes start from: the notes kept, those asked for, the words typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from rapidfuzz import fuzz, process

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.header_words import ROLE_WORDS, role_of
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.store import Stored, scan_store, write_notes
from diag360.challenge.variants.model import Role, Status
from diag360.documents.notes import show_notes
from diag360.documents.notes_places import template_cells
from diag360.documents.notes_said import said_in_public
from diag360.documents.notes_shown import Shown
from diag360.errors import Fault, Refusal
from diag360.territories.perimeter import plain
from diag360.territories.places import find_place

BOTH = ("public", "equipe")
REFUSED = "Commande refusée :"
STATUS_WORDS: dict[Status, str] = {
    "ouverte": "ouverte", "acceptee": "acceptée", "rejetee": "rejetée",
}  # fmt: skip
_TITLE = "Note introuvable :"
_NEAREST = 3
Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notes are listed; what is left empty does not choose.

    Parameters
    ----------
    status, kind : str
        As in the notes.
    need, territory : str
        Id or label; code or name, of what they speak of.
    orphans, stale : bool
        Only those whose target is gone; only those written on something that has changed.
    """

    status: str = ""
    kind: str = ""
    need: str = ""
    territory: str = ""
    orphans: bool = False
    stale: bool = False


def today() -> date:
    """Day written in histories."""
    return datetime.now(UTC).date()


def show_all(
    notes: Iterable[Note], *, catalogue: Catalogue, compared: bool = False, texts: bool = True
) -> dict[str, Shown]:
    """Put notes in words, withdrawn ones and those of the team too.

    Parameters
    ----------
    notes : iterable of Note
        Of the store.
    catalogue : Catalogue
        What they speak of.
    compared : bool
        Whether notes on values and ratings are compared with what public statistics say today.
    texts : bool
        Whether their bodies are wanted.

    Returns
    -------
    dict of str to Shown
        By id, disagreements first. The answers of a territory are in its documents alone: what is
        out of date by public statistics says so.
    """
    every = [note.model_copy(update={"withdrawn": False}) for note in notes]
    said = said_in_public(every, catalogue=catalogue) if compared else {}
    shown = show_notes(
        every, catalogue=catalogue, visibility=BOTH, cells=template_cells(), said=said, texts=texts
    ).shown
    return {one.id: _against_statistics(one) for one in shown}


def _against_statistics(shown: Shown) -> Shown:
    if not shown.stale or shown.orphan or shown.place.kind not in ("valeur", "cotation"):
        return shown
    return replace(shown, stale=f"{shown.stale}, d’après les statistiques publiques")


def choose(shown: Iterable[Shown], wanted: Wanted, *, catalogue: Catalogue) -> list[Shown]:
    """Keep the notes one asks for.

    Raises
    ------
    Refusal
        When a need or a territory is unknown.
    """
    needs = _needs_named(wanted.need, catalogue) if wanted.need else frozenset()
    place = find_place(wanted.territory).siren if wanted.territory else ""
    return [
        one
        for one in shown
        if wanted.status in ("", one.status)
        and wanted.kind in ("", one.kind)
        and (not needs or not needs.isdisjoint(one.needs))
        and place in ("", one.place.territory)
        and (not wanted.orphans or one.orphan)
        and (not wanted.stale or (bool(one.stale) and not one.orphan))
    ]


def find_note(notes: Mapping[str, Note], asked: str) -> Note:
    """Find a note by its id, or by its beginning when only one begins so.

    Raises
    ------
    Refusal
        Naming the nearest ids, or those that begin so.
    """
    name = asked.strip().casefold().removesuffix(".yaml")
    name = name if name.startswith("n-") else f"n-{name}"
    if name in notes:
        return notes[name]
    begins = [one for one in notes if one.startswith(name)] if len(name) > len("n-") else []
    if len(begins) == 1:
        return notes[begins[0]]
    if begins:
        problem = f"{len(begins)} notes commencent par « {asked} »"
        remedy = f"préciser : {', '.join(begins[:6])}{' …' if len(begins) > 6 else ''}"
    else:
        near = process.extract(name, list(notes), scorer=fuzz.ratio, limit=_NEAREST)
        problem = f"aucune note « {asked} »"
        remedy = (
            f"peut-être : {', '.join(one for one, *_ in near)} ; toutes : diag360 annotations list"
            if near
            else "aucune note n’est gardée ; les recueillir : diag360 annotations collect"
        )
    raise Refusal(_TITLE, [Fault("ID", "", problem, remedy)])


def word_of(given: str, table: Mapping[Word, str], *, option: str) -> Word:
    """Find the id that a word names, typed with or without accents.

    Parameters
    ----------
    given : str
        Id or French word.
    table : mapping of str to str
        French word by id.
    option : str
        Where it was given.

    Raises
    ------
    Refusal
        Naming the words known.
    """
    for name, words in table.items():
        if plain(given) in (plain(name), plain(words)):
            return name
    remedy = f"choisir parmi : {', '.join(table.values())}"
    raise Refusal(REFUSED, [Fault(option, "", f"« {given} » inconnu", remedy)])


def open_store(folder: Path | None) -> tuple[Stored, Catalogue]:
    """Read the notes that can be, and the catalogue they speak of.

    Raises
    ------
    Refusal
        When the folder is named and does not exist.
    """
    if folder is not None and not folder.is_dir():
        problem, remedy = "ce dossier n’existe pas", "donner un dossier de notes (--store)"
        raise Refusal(REFUSED, [Fault(str(folder), "", problem, remedy)])
    return scan_store(folder), load_catalogue()


def keep(folder: Path | None, note: Note, *, before: Note) -> list[Path]:
    """Write a note when it is no longer what it was."""
    return write_notes(folder, [note]) if note != before else []


def role_named(words: str) -> Role:
    """Find the role that words name (« experte thématique »).

    Raises
    ------
    Refusal
        Naming the roles.
    """
    found = role_of(words)
    return found if found is not None else word_of(words, ROLE_WORDS, option="--role")


def _needs_named(words: str, catalogue: Catalogue) -> frozenset[str]:
    """Ids of the needs that words name, in all frameworks."""
    labels = {
        need.id: need.label for frame in catalogue.frameworks.values() for need in frame.needs
    }
    said = plain(words)
    found = {name for name, label in labels.items() if said in (plain(name), plain(label))}
    if not found:
        near = process.extract(words, labels, scorer=fuzz.WRatio, limit=_NEAREST)
        remedy = f"peut-être : {', '.join(f'{label} ({name})' for label, _, name in near)}"
        fault = Fault("--need", "", f"besoin « {words} » inconnu", remedy)
        raise Refusal(REFUSED, [fault])
    return frozenset(found)
