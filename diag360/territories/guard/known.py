"""What a number is judged against, and how it is said."""

import math
from dataclasses import dataclass

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit
from diag360.territories.guard import limits
from diag360.territories.guard.plausible import Plausible
from diag360.territories.guard.readings import Place


@dataclass(frozen=True, slots=True)
class Known:
    """All that a number is judged against.

    Parameters
    ----------
    indicator : Indicator
        Answered by a number.
    unit : Unit
        Its unit.
    plausible : Plausible
        Sizes it takes elsewhere.
    place : Place
        Denominators of the territory.
    own : float or None
        Open-data value of the same territory [unit of the indicator].
    own_year : int or None
        Year it was observed.
    """

    indicator: Indicator
    unit: Unit
    plausible: Plausible
    place: Place
    own: float | None = None
    own_year: int | None = None


def say(number: float, unit: Unit) -> str:
    """Say a stored number in its unit, four figures and a decimal comma."""
    printed = number * unit.factor
    digits = max(0, 3 - math.floor(math.log10(abs(printed)))) if printed else 0
    shown = f"{printed:.{min(digits, 8)}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"{shown.replace('.', ',').replace('-', '−')} {unit.symbol}".strip()


def near(number: float, own: float) -> bool:
    """Tell whether a number agrees with an open-data value, within the declared ratio."""
    if own == 0 or number / own <= 0:
        return number == own
    return abs(math.log(number / own)) <= math.log(limits.AGREES)
