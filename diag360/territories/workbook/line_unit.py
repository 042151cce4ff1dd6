"""Lines whose own bounds are written in another unit than the catalogue's.

Ten lines of the published v1.3.5 have bounds in percent (or per inhabitant) where the catalogue
keeps fractions (or counts per 1,000): 32.3 there is right beside a bound of 32.3, though the same
cell also takes 0.323. The bounds written on the line say by which power of ten the two differ; the
value says on which side it was written.
"""

import math
from collections.abc import Mapping

import numpy as np

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit, outside_range

# A value is converted when it is this many powers of ten closer to the bounds of the line.
_CLEARLY = 1.0
_POWERS = (-4, -3, -2, -1, 1, 2, 3, 4)


def bounds_power(bounds: Mapping[float, float], indicator: Indicator) -> int:
    """Power of ten from the bounds of a line to the anchors of the catalogue.

    Parameters
    ----------
    bounds : mapping of float to float
        Value written for each score, in the unit of the line.
    indicator : Indicator
        Answered by a number.

    Returns
    -------
    int
        p with catalogue = line x 10**p; 0 when they agree, or differ otherwise.
    """
    anchors = {a.score: float(a.value) for a in indicator.scale.anchors if indicator.scale.numeric}
    common = [(bounds[score], anchors[score]) for score in bounds if score in anchors]
    if not any(line or ours for line, ours in common):
        return 0
    for power in _POWERS:
        if all(math.isclose(line * 10.0**power, ours, rel_tol=1e-6) for line, ours in common):
            return power
    return 0


def written_in_line_unit(
    number: float, *, bounds: Mapping[float, float], power: int, unit: Unit
) -> bool:
    """Tell whether a number is clearly in the unit of the bounds of its line.

    Parameters
    ----------
    number : float
        As written.
    bounds : mapping of float to float
        Value written for each score, in the unit of the line.
    power : int
        From :func:`bounds_power`.
    unit : Unit
        Of the catalogue; tells what is impossible.

    Returns
    -------
    bool
        True when the number is impossible as it stands and possible converted, or when it is ten
        times closer to the bounds of the line than to those of the catalogue.
    """
    if not power or not number:
        return False
    converted = number * 10.0**power
    outside = outside_range(np.array([number, converted]), unit=unit)
    if outside[0] != outside[1]:
        return bool(outside[0])
    sizes = [math.log10(abs(bound)) for bound in bounds.values() if bound]
    if not sizes:
        return False
    written = math.log10(abs(number))
    to_line = min(abs(written - size) for size in sizes)
    to_ours = min(abs(written - size - power) for size in sizes)
    return to_line + _CLEARLY <= to_ours
