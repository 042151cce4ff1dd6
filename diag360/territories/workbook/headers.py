"""Columns of a sheet, told by the words of their header, wherever they stand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from diag360.territories.perimeter import plain
from diag360.territories.workbook.book import Cell, Sheet

SEARCHED_ROWS = 15
SEARCHED_COLUMNS = 100
# Words of the header by what the column holds, without case, accents or punctuation.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "identifiant", "id indicateur"),
    "need": ("besoins", "besoin"),
    "label": (
        "designation indicateur",
        "designation de l indicateur",
        "indicateur",
        "indicateurs",
        "designation",
    ),
    "unit": ("unite", "unite ou reponses", "unites"),
    "value": ("valeur", "vos valeurs", "votre valeur", "valeurs"),
    "comment": ("commentaire", "commentaires", "vos commentaires", "commentaires focus"),
    "year": ("annee", "annee de la donnee"),
    "source": ("source", "votre source"),
    "evidence": ("preuve fichier ou lien page", "preuve", "preuves"),
    "minutes": ("minutes passees", "minutes"),
    "author": ("auteur", "rempli par"),
    "service": ("service",),
    "bound_0": ("0",),
    "bound_half": ("0 5",),
    "bound_1": ("1",),
    # Known and never read as an answer: facts, known figures, scores.
    "known": (
        "deja connu",
        "d ou vient ce qui est connu",
        "type de besoins",
        "type de besois",
        "source principale",
        "source secondaire",
        "note diag 360",
        "type de bornage retenu",
        "type bornage",
        "lien",
    ),
}
_ROLES = {name: role for role, names in _WORDS.items() for name in names}
_FUZZY = 85
# Short words are alike too easily.
_LONG_WORDS = [name for name in _ROLES if len(name) >= 5]
_LONGEST = 60
# Bounds of the published scale stand under signs, which have no letters.
_SIGNS = ("-", "+", "–", "−")


@dataclass(frozen=True, slots=True)
class Header:
    """Row of the headers and what each column holds.

    Parameters
    ----------
    row : int
        Position of the row, counted from 0.
    columns : mapping of str to int
        Position of the column of each role.
    others : mapping of int to str
        Columns that are not read and whose header is not known.
    words : frozenset of str
        Headers of the row, without case, accents or punctuation.
    """

    row: int
    columns: Mapping[str, int]
    others: Mapping[int, str]
    words: frozenset[str]


def find_header(sheet: Sheet) -> Header | None:
    """Find the row of headers among the first rows: that with most known words.

    Parameters
    ----------
    sheet : Sheet
        Any sheet.

    Returns
    -------
    Header or None
        None when no row has a column of values beside a column of labels or of ids.
    """
    best: Header | None = None
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        header = _read(number, row)
        columns = header.columns
        if "value" not in columns or not {"label", "id"} & set(columns):
            continue
        if best is None or len(columns) > len(best.columns):
            best = header
    return best


def words_of(cell: Cell) -> str:
    """Words of a header; 0.5 written as a number reads like one written as a text."""
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    return plain(re.sub(r"[_\n]", " ", text[: 2 * _LONGEST]))


def _read(number: int, row: Sequence[Cell]) -> Header:
    found: dict[str, tuple[float, int]] = {}
    others: dict[int, str] = {}
    for position, cell in enumerate(row[:SEARCHED_COLUMNS]):
        words = words_of(cell)
        role, likeness = _role(words)
        if role is None:
            if str(cell).strip() not in ("", *_SIGNS):
                others[position] = str(cell).strip()
        elif role == "known":
            continue
        elif role not in found:
            found[role] = (likeness, position)
        else:
            # Two columns for one role: the one that says it best, and the other is named.
            worse = min(found[role], (likeness, position), key=lambda pair: (pair[0], -pair[1]))
            found[role] = max(
                found[role], (likeness, position), key=lambda pair: (pair[0], -pair[1])
            )
            others[worse[1]] = str(row[worse[1]]).strip()
    columns = {role: position for role, (_, position) in found.items()}
    texts = frozenset(words_of(cell) for cell in row[:SEARCHED_COLUMNS]) - {""}
    return Header(number, columns, others, texts)


def _role(words: str) -> tuple[str | None, float]:
    if not words or len(words) > _LONGEST:
        return None, 0.0
    if words in _ROLES:
        return _ROLES[words], 100.0
    near = process.extractOne(words, _LONG_WORDS, scorer=fuzz.ratio, score_cutoff=_FUZZY)
    return (None, 0.0) if near is None else (_ROLES[near[0]], near[1])
