"""The closed table of units: what a value means, what a percent is, what is physically possible."""

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from diag360.catalogue.record import Number, Positive, Record


class Unit(Record):
    """A unit of the catalogue.

    Shares are stored as fractions: the unit says by how much to multiply to print them.

    Parameters
    ----------
    id : str
        Identifier used by indicators.
    label : str
        French name, for help and questionnaires.
    symbol : str
        What is printed after a number, ``""`` for a pure number.
    factor : float
        Printed number = stored number x factor (100 for a share printed in percent).
    decimals : int
        Decimals printed, in 0–6.
    minimum, maximum : float or None
        Physical range of the stored number; ``None`` where there is no limit.
    signed : bool
        Whether a plus sign is printed (changes over time).
    """

    id: str
    label: str
    symbol: str = ""
    factor: Positive = 1.0
    decimals: Annotated[int, Field(strict=True, ge=0, le=6)] = 1
    minimum: Number | None = None
    maximum: Number | None = None
    signed: bool = False

    @model_validator(mode="after")
    def _range_makes_sense(self) -> "Unit":
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low >= high:
            msg = f"« minimum » ({low:g}) n’est pas sous « maximum » ({high:g})"
            raise ValueError(msg)
        return self


def outside_range(values: npt.NDArray[np.float64], *, unit: Unit) -> npt.NDArray[np.bool_]:
    """Tell which values are physically impossible in a unit.

    Parameters
    ----------
    values : ndarray of float
        Stored values [unit], NaN where missing.
    unit : Unit
        Unit whose range applies.

    Returns
    -------
    ndarray of bool
        True where the value lies outside the range; a missing value never does.
    """
    low = -np.inf if unit.minimum is None else unit.minimum
    high = np.inf if unit.maximum is None else unit.maximum
    return (values < low) | (values > high)
