"""The likeliest right value behind a number that looks wrong."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diag360.territories.guard import limits
from diag360.territories.guard.known import Known
from diag360.territories.guard.readings import (
    Reading,
    corrected,
    fewer_than_one,
    possible,
    readings,
    whole_communes,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The likeliest right value, how much likelier than the next, and whether it has a rival."""

    text: str
    number: float
    reading: Reading
    odds: float
    rival: bool


def best_proposal(row: Mapping[str, Any], *, known: Known) -> Proposal | None:
    """Weigh every reading that gives a plausible value, and keep the likeliest.

    Parameters
    ----------
    row : mapping
        Its ``value`` is a number as written.
    known : Known
        What it is judged against.

    Returns
    -------
    Proposal or None
        None when no reading gives a plausible value.
    """
    ranked: list[tuple[float, str, float, Reading]] = []
    options = readings(known.indicator, unit=known.unit, text=row["value"], place=known.place)
    for reading in options:
        text = corrected(row["value"], reading)
        number = float(text)
        if not _is_plausible(number, known):
            continue
        weight = math.log(reading.prior) + known.plausible.log_density(number, own=known.own)
        if not whole_communes(number, indicator=known.indicator, place=known.place):
            weight += math.log(limits.NOT_WHOLE)
        ranked.append((weight, text, number, reading))
    if not ranked:
        return None
    ranked.sort(key=lambda option: -option[0])
    weight, text, number, reading = ranked[0]
    odds = math.exp(min(50.0, weight - ranked[1][0])) if len(ranked) > 1 else math.inf
    rival = any(other[3].prior >= limits.COMMON_SLIP for other in ranked[1:])
    return Proposal(text, number, reading, odds, rival)


def _is_plausible(number: float, known: Known) -> bool:
    return (
        number != 0
        and known.plausible.outside(number) < limits.WORTH_A_WORD
        and possible(number, unit=known.unit)
        and not fewer_than_one(
            number, indicator=known.indicator, unit=known.unit, place=known.place
        )
        and not (known.unit.id in limits.WHOLE_UNITS and number != int(number))
    )
