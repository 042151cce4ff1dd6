"""A value against the open-data value of the same territory."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from diag360.territories.guard import limits
from diag360.territories.guard.finding import Finding, found
from diag360.territories.guard.known import Known, near, say
from diag360.territories.guard.proposals import Proposal
from diag360.territories.guard.readings import is_whole


def contradiction(
    row: Mapping[str, Any], *, known: Known, proposal: Proposal | None
) -> Finding | None:
    """Compare a number with the open-data value of its territory.

    Parameters
    ----------
    row : mapping
        A row of values, with ``number`` and ``year``.
    known : Known
        Gives the open-data value, its year and the tolerances of the unit.
    proposal : Proposal or None
        Likeliest other reading of the number.

    Returns
    -------
    Finding or None
        ``alerte`` when another reading agrees with the open data, or the gap is more than years
        and definitions explain; ``info`` beyond the tolerance; None within it.
    """
    if known.own is None:
        return None
    number, own = float(row["number"]), known.own
    gap = abs(number - own)
    small, large = floors(known)
    ratio = _ratio(number, own)
    if gap <= limits.RELATIVE_GAP * abs(own) or (gap <= small and ratio < limits.TELLING_FACTOR):
        return None
    said = (
        f"« {row['value']} », soit {say(number, known.unit)}{_in_year(row.get('year'))}, contre "
        f"{say(own, known.unit)}{_in_year(known.own_year)} dans les données ouvertes"
    )
    if proposal is not None and near(proposal.number, own):
        factor = max(proposal.reading.factor, 1 / proposal.reading.factor)
        # A rate is seldom a whole number; a count always is.
        counted = proposal.reading.rule == "nombre_brut" and is_whole(row["value"])
        if factor >= (limits.MAYBE_OUTSIDE if counted else limits.TELLING_FACTOR):
            problem = f"{said} : {proposal.reading.words} ?"
            return found(row, "contradiction", "alerte", problem, proposed=proposal.text)
    started = (own == 0 or number == 0) and known.plausible.zeros > limits.ORDINARY_ZEROS
    severe = ratio >= limits.ALERT_RATIO and gap >= large and not started
    return found(row, "contradiction", "alerte" if severe else "info", said)


def contradicting_answer(row: Mapping[str, Any], *, own: str, year: int | None) -> Finding | None:
    """Compare an answer with the one of the open data; public files lag, so it is information."""
    if own == row["value"]:
        return None
    said = f"« {row['value']} »{_in_year(row.get('year'))}, contre « {own} »{_in_year(year)}"
    return found(row, "contradiction", "info", f"{said} dans les données ouvertes")


def floors(known: Known) -> tuple[float, float]:
    """Gaps [unit of the indicator] under which nothing is said, and no alert is raised."""
    unit, median = known.unit.id, known.plausible.median
    if unit in limits.SMALL_GAP:
        return limits.SMALL_GAP[unit], limits.LARGE_GAP[unit]
    middle = abs(known.own or 0.0) if math.isnan(median) else median
    return limits.SMALL_GAP_OF_MEDIAN * middle, limits.LARGE_GAP_OF_MEDIAN * middle


def _ratio(number: float, own: float) -> float:
    if number == own:
        return 1.0
    if number == 0 or own == 0 or number * own < 0:
        return math.inf
    return max(number / own, own / number)


def _in_year(year: Any) -> str:
    return "" if year is None or pd.isna(year) else f" en {int(year)}"
