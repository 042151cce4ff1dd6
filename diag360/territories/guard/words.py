"""Answers that are no answer: stray words, unknown answers, errors of a spreadsheet."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit
from diag360.territories.guard import limits
from diag360.territories.guard.finding import Finding, found
from diag360.territories.guard.readings import Reading, possible
from diag360.territories.guard.readings import corrected as shifted
from diag360.territories.perimeter import plain

_BLANK = "[ \u00a0\u202f]*"
_UNREADABLE = re.compile(
    rf"cellule illisible{_BLANK}:{_BLANK}(?:«{_BLANK}(.*?){_BLANK}»|([^;|\n]*))"
)
_SPREADSHEET = re.compile(r"#[A-ZÀ-Ü]|Err ?:", re.IGNORECASE)
_ONE_NUMBER = re.compile(
    r"[-+−]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|[-+−]?\d+(?:[.,]\d+)?"
)


def judge_word(
    row: Mapping[str, Any], *, indicator: Indicator, unit: Unit | None
) -> Finding | None:
    """Name an answer that cannot be read, with the answer it resembles.

    Parameters
    ----------
    row : mapping
        A row of values; its value, or the cell its comment quotes, is examined.
    indicator : Indicator
        Gives the vocabulary.
    unit : Unit or None
        Unit of a number, None for an answer by a word.

    Returns
    -------
    Finding or None
        ``erreur``, since nothing can be scored; None when the row holds a proper answer.
    """
    quoted = _quoted(row) if not row["value"] else None
    text = row["value"] if quoted is None else quoted
    if not text:
        return None
    if _SPREADSHEET.match(text):
        said = f"« {text} » est une erreur de calcul du tableur"
        return found(row, "cellule", "erreur", said, value=text)
    if unit is None:
        return _stray_answer(row, text, indicator)
    if quoted is None and not pd.isna(row["number"]):
        return None
    proposed, sure = _number_in(text, unit)
    said = f"« {text} » n’est pas un nombre ({unit.label})"
    return found(row, "cellule", "erreur", said, value=text, proposed=proposed, sure=sure)


def _stray_answer(row: Mapping[str, Any], text: str, indicator: Indicator) -> Finding | None:
    choices = indicator.response.choices
    if text in choices and row["value"]:
        return None
    plain_words = {choice: plain(choice) for choice in choices}
    near = process.extractOne(
        plain(text), plain_words, scorer=fuzz.ratio, score_cutoff=limits.NEAR_ANSWER
    )
    said = f"« {text} » n’est pas une réponse ; attendu : {', '.join(choices)}"
    if near is None:
        return found(row, "vocabulaire", "erreur", said, value=text)
    same = near[0] == plain(text)
    return found(row, "vocabulaire", "erreur", said, value=text, proposed=str(near[2]), sure=same)


def _quoted(row: Mapping[str, Any]) -> str | None:
    """What a cell held, when the reader of workbooks could not read it."""
    comment = row.get("comment")
    if not isinstance(comment, str) or (match := _UNREADABLE.search(comment)) is None:
        return None
    return (match[1] if match[1] is not None else match[2]).strip()


def _number_in(text: str, unit: Unit) -> tuple[str | None, bool]:
    """The only number of a text, in the unit, and whether the text holds nothing else."""
    numbers = list(_ONE_NUMBER.finditer(text))
    if len(numbers) != 1:
        return None, False
    (match,) = numbers
    raw = re.sub(r"[ \u00a0\u202f]", "", match[0]).replace(",", ".").replace("−", "-")
    rest = (text[: match.start()] + text[match.end() :]).strip(" \u00a0\u202f")
    number = Decimal(raw)
    as_percent = unit.factor == 100 and (rest.startswith("%") or abs(number) > 1)
    factor = Decimal("0.01") if as_percent else Decimal(1)
    value = shifted(raw, Reading(factor, "", "unite", 1.0))
    if not possible(float(value), unit=unit):
        return None, False
    return value, rest == ("%" if unit.factor == 100 else "")
