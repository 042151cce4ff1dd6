"""What somebody types becomes an answer, and an answer becomes a row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit, outside_range
from diag360.documents import text
from diag360.territories.values import OPTIONAL, WITHOUT_VALUE

# A space stands between thousands and nowhere else: « 1 3,2 » is a slip of the keyboard.
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?: \d{3})+|\d+)(?:[.,]\d+)?", re.ASCII)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


class Unreadable(ValueError):
    """What was typed is no answer; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one indicator.

    Parameters
    ----------
    value : str
        As a tidy CSV holds it: decimal point, shares as fractions; "" when there is none.
    number : float
        The same [unit of the indicator]; NaN for a word or when there is none.
    status : str
        Of the vocabulary of values.
    year : int or None
        Year observed.
    """

    value: str
    number: float
    status: str
    year: int | None


def read_answer(
    typed: str, *, indicator: Indicator, unit: Unit | None, status: str, year: str
) -> Answer:
    """Read what was typed, in the unit in which documents print it: 13,2 for a share of 0.132.

    Parameters
    ----------
    typed : str
        Number with a comma or a point, with or without its unit, or a word of the vocabulary;
        "" for no answer, which leaves the indicator not collected.
    indicator : Indicator
        What is asked.
    unit : Unit or None
        Unit of the indicator; None when it is answered by a word.
    status : str
        Status chosen; one that says there is no value takes what was typed away.
    year : str
        Year typed, or "".

    Returns
    -------
    Answer
        Ready for :func:`with_answer`.

    Raises
    ------
    Unreadable
        When it is no number, impossible in its unit, no word of the vocabulary, or no year.
    """
    when = _year(year)
    typed = typed.strip()
    if status in WITHOUT_VALUE or not typed:
        kept = status if status in WITHOUT_VALUE else "non_collecte"
        return Answer("", float("nan"), kept, when)
    if unit is None:
        if typed not in indicator.response.choices:
            msg = f"« {typed} » n’est pas une réponse : {' ; '.join(indicator.response.choices)}"
            raise Unreadable(msg)
        return Answer(typed, float("nan"), status, when)
    value = _decimal(typed, unit) / Decimal(repr(unit.factor))
    number = float(value)
    if outside_range(np.array([number]), unit=unit)[0]:
        msg = f"« {typed} » est impossible ({unit.label})"
        raise Unreadable(msg)
    return Answer(f"{value.normalize():f}", number, status, when)


def _decimal(typed: str, unit: Unit) -> Decimal:
    bare = " ".join(typed.split())
    symbol = " ".join(unit.symbol.split())
    bare = bare.removesuffix(symbol).strip() if symbol else bare
    bare = bare.replace(text.MINUS, "-")
    if not _NUMBER.fullmatch(bare):
        msg = f"« {typed} » n’est pas un nombre ; exemple : 13,2"
        raise Unreadable(msg)
    return Decimal(bare.replace(" ", "").replace(",", "."))


def _year(typed: str) -> int | None:
    typed = typed.strip()
    if not typed:
        return None
    if not _YEAR.fullmatch(typed):
        msg = f"année illisible « {typed} » : écrire quatre chiffres"
        raise Unreadable(msg)
    return int(typed)


def same_answer(answer: Answer, *, value: str, number: float) -> bool:
    """Whether an answer says what a row already says, 0.5 being 0.50."""
    if not np.isnan(number):
        return answer.number == number
    return answer.value == value


def typed_text(value: str, *, unit: Unit) -> str:
    """Write a stored number as one would type it: in the printed unit, every digit kept.

    Parameters
    ----------
    value : str
        As a tidy CSV holds it, or "".
    unit : Unit
        Its unit.

    Returns
    -------
    str
        :func:`read_answer` reads the same number back.
    """
    if not value:
        return ""
    shown = (Decimal(value) * Decimal(repr(unit.factor))).normalize()
    return f"{shown:f}".replace(".", ",")


def _written(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell)


def with_answer(
    rows: pd.DataFrame, answer: Answer, *, territory: str, indicator: str, texts: Mapping[str, str]
) -> pd.DataFrame:
    """Put an answer in place of the former one, or after the others.

    Parameters
    ----------
    rows : DataFrame
        Rows from :func:`diag360.read_values`; left as they are.
    answer : Answer
        From :func:`read_answer`.
    territory, indicator : str
        What it answers.
    texts : mapping of str to str
        ``source``, ``evidence``, ``comment``, ``author``.

    Returns
    -------
    DataFrame
        A copy. When the answer changes, the former one stays in the comment, and its level and
        quality go with it.
    """
    here = (rows["territory"] == territory) & (rows["indicator"] == indicator)
    line: dict[str, Any] = dict.fromkeys(OPTIONAL, "")
    former = rows[here].to_dict("records")
    line |= {name: " ".join(body.split()) for name, body in texts.items()}
    if former and same_answer(answer, value=former[0]["value"], number=former[0]["number"]):
        line |= {"level": former[0]["level"], "quality": former[0]["quality"]}
    elif former and former[0]["value"]:
        said = f"réponse précédente : « {former[0]['value']} »"
        if told := ", ".join(filter(None, (_written(former[0][n]) for n in ("year", "source")))):
            said += f" ({told})"
        line["comment"] = " ; ".join(filter(None, [line["comment"], said]))
    line |= {"territory": territory, "indicator": indicator, "value": answer.value,
             "status": answer.status, "number": answer.number,
             "quality": line["quality"] or "exact"}  # fmt: skip
    line["year"] = pd.NA if answer.year is None else answer.year
    if not former:
        added = pd.DataFrame([line]).reindex(columns=rows.columns)
        added = added.astype(rows.dtypes.to_dict())
        return pd.concat([rows, added], ignore_index=True)
    changed = rows.copy()
    for name, cell in line.items():
        changed.loc[here, name] = cell
    return changed
