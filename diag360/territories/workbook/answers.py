"""What a cell of answers says: a number, a word of the vocabulary, a reason for having neither.

Nothing is guessed. A cell that can be read in two ways is not read, and the reason is given.
"""

import datetime
import math
import re
from dataclasses import dataclass

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit
from diag360.territories.perimeter import plain
from diag360.territories.workbook.book import Cell
from diag360.territories.workbook.remarks import shown
from diag360.territories.workbook.scan import Unreadable

STATUS_WORDS = {"sans objet": "sans_objet", "secret": "secret", "inconnu": "non_collecte"}
_OTHER_STATUS_WORDS = {
    "secret statistique": "secret",
    "non concerne": "sans_objet",
    "inconnue": "non_collecte",
    "non connu": "non_collecte",
    "non renseigne": "non_collecte",
    "non disponible": "non_collecte",
    "ne sait pas": "non_collecte",
    "nc": "non_collecte",
    "nd": "non_collecte",
}
_DASHES = frozenset("-–—−/.…")
_SPREADSHEET_ERROR = re.compile(r"#[A-ZÉ0-9/_ ]+[!?]?|Err:\d+", re.IGNORECASE)
_ABOUT = re.compile(r"(?:env(?:iron|\.)?|approx\.?|ca\.|~|≈)\s*", re.IGNORECASE)
_PERCENT = re.compile(r"\s*(?:%|pour ?cent|pct)", re.IGNORECASE)
_SPACES = "[ \u00a0\u202f\u2009]"
# A space, or two marks of two kinds, tell thousands from decimals.
_FRENCH = re.compile(rf"[-+−]?\d{{1,3}}(?:{_SPACES}\d{{3}})+(?:[.,]\d+)?(?!\d)")
_DOTTED = re.compile(r"[-+−]?\d{1,3}(?:\.\d{3})+,\d+(?!\d)|[-+−]?\d{1,3}(?:\.\d{3}){2,}(?![\d.,])")
_ENGLISH = re.compile(r"[-+−]?\d{1,3}(?:,\d{3})+\.\d+(?!\d)|[-+−]?\d{1,3}(?:,\d{3}){2,}(?![\d.,])")
_SIMPLE = re.compile(r"[-+−]?\d+(?:[.,]\d+)?(?![\d.,])")
_TWO_WAYS = re.compile(r"[-+−]?[1-9]\d{0,2}\.\d{3}(?![\d.,])")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cell says.

    Parameters
    ----------
    value : str
        Number with a decimal point, or word of the vocabulary; ``""`` when there is none.
    status : str
        ``declare``, ``sans_objet``, ``secret`` or ``non_collecte``.
    number : float
        Number [unit of the indicator], NaN for a word or nothing.
    corrected : str
        In French, how what was read differs from what was written; ``""`` when it does not.
    fault : str
        In French, why the cell could not be read; ``""`` when it could.
    """

    value: str
    status: str = "declare"
    number: float = math.nan
    corrected: str = ""
    fault: str = ""


def read_answer(
    cell: Cell, *, indicator: Indicator, unit: Unit | None, written_unit: str = ""
) -> Answer | None:
    """Read a cell of answers.

    Parameters
    ----------
    cell : str, float, bool, date or Unreadable
        Content of the cell.
    indicator : Indicator
        Gives the vocabulary.
    unit : Unit or None
        Unit of the indicator, None when it is answered by a word.
    written_unit : str
        Unit as the line of the workbook words it; it may be repeated after a number.

    Returns
    -------
    Answer or None
        None for an empty cell.
    """
    if isinstance(cell, Unreadable):
        return _not_read(cell)
    if isinstance(cell, str):
        cell = cell.strip().lstrip("'").strip()
        if not cell:
            return None
        if _SPREADSHEET_ERROR.fullmatch(cell):
            return _not_read(Unreadable(cell))
    if unit is None:
        return _read_word(cell, indicator)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not math.isfinite(cell):
            return _fault("le nombre est trop grand pour être lu")
        return number_answer(cell)
    if isinstance(cell, str):
        return _reason(cell) or _read_number(cell, unit, written_unit)
    what = "une date" if isinstance(cell, datetime.date) else "autre chose"
    return _fault(f"un nombre est attendu, la cellule contient {what} ({shown(cell)})")


def number_answer(number: float, corrected: str = "") -> Answer:
    """Answer by a number [unit of the indicator]."""
    number = float(number)
    whole = number.is_integer() and abs(number) < 1e15
    return Answer(str(int(number)) if whole else repr(number), number=number, corrected=corrected)


def _read_word(cell: Cell, indicator: Indicator) -> Answer:
    words = indicator.response.choices
    if isinstance(cell, bool):
        word = "Oui" if cell else "Non"
        if word in words:
            return Answer(word, corrected=f"« {str(cell).upper()} » est lu « {word} »")
    if cell in words:
        return Answer(str(cell))
    if isinstance(cell, str):
        same = [word for word in words if plain(word) == plain(cell)]
        if len(same) == 1:
            return Answer(same[0], corrected=f"{shown(cell)} est lu « {same[0]} »")
        if reason := _reason(cell):
            return reason
    listed = " ; ".join(words)
    return _fault(f"réponse inconnue {shown(cell)} (réponses possibles : {listed})")


def _reason(cell: str) -> Answer | None:
    """Words that say why there is no value."""
    words = plain(cell)
    if words in STATUS_WORDS:
        return Answer("", status=STATUS_WORDS[words])
    if words in _OTHER_STATUS_WORDS:
        status = _OTHER_STATUS_WORDS[words]
    elif set(cell) <= _DASHES:
        status = "non_collecte"
    else:
        return None
    said = next(word for word, name in STATUS_WORDS.items() if name == status)
    return Answer("", status=status, corrected=f"{shown(cell)} est lu « {said} »")


def _read_number(cell: str, unit: Unit, written_unit: str) -> Answer:
    rest = cell
    if about := _ABOUT.match(rest):
        rest = rest[about.end() :]
    if _TWO_WAYS.match(rest):
        return _fault(
            f"{shown(cell)} peut se lire de deux façons (point décimal ou point des milliers)"
        )
    number, rest = _leading_number(rest)
    if number is None:
        return _fault(f"{shown(cell)} n’est pas un nombre seul")
    percent = _PERCENT.match(rest)
    if percent and unit.factor == 100 and _same_unit(rest[percent.end() :], unit, written_unit):
        number = _shifted(number, -2)
    elif not _same_unit(rest, unit, written_unit):
        return _fault(f"{shown(cell)} n’est pas un nombre seul ({unit.label})")
    if not math.isfinite(float(number)):
        return _fault(f"{shown(cell)} est trop grand pour être lu")
    answer = number_answer(float(number))
    if answer.value == cell:
        return number_answer(answer.number, f"le texte {shown(cell)} est lu comme un nombre")
    return number_answer(answer.number, f"{shown(cell)} est lu {answer.value}")


def _leading_number(text: str) -> tuple[str | None, str]:
    """Number at the head of a text, with a decimal point, and what follows it."""
    text = text.strip()
    for pattern, thousands in (
        (_FRENCH, _SPACES),
        (_DOTTED, r"\."),
        (_ENGLISH, ","),
        (_SIMPLE, ""),
    ):
        if found := pattern.match(text):
            digits = re.sub(thousands, "", found[0]) if thousands else found[0]
            return digits.replace(",", ".").replace("−", "-"), text[found.end() :]
    return None, text


def _same_unit(rest: str, unit: Unit, written_unit: str) -> bool:
    """Tell whether what follows a number is nothing, or its unit again."""
    rest = rest.strip()
    if not rest:
        return True
    if rest[0].isdigit() or unit.factor != 1:
        return False
    known = {_letters(text) for text in (unit.symbol, unit.label, written_unit)}
    return _letters(rest) in known - {""}


def _letters(text: str) -> str:
    return plain(text).replace(" ", "")


def _shifted(number: str, power: int) -> str:
    """Number multiplied by a power of ten, on its digits: 12.3 % is 0.123, to the last bit."""
    return f"{number}e{power}"


def _not_read(cell: Unreadable) -> Answer:
    if cell.computed:
        return _fault(f"erreur de tableur {shown(cell)}")
    return _fault(
        "la cellule contient une formule dont le fichier ne donne pas le résultat : ouvrir le "
        "classeur dans un tableur et l’enregistrer, ou écrire la valeur"
    )


def _fault(text: str) -> Answer:
    return Answer("", status="non_collecte", fault=text)
