"""What values an indicator can reasonably take: seen in the open data, or told by its anchors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit
from diag360.territories.guard import limits


@dataclass(frozen=True, slots=True)
class Plausible:
    """Sizes an indicator takes; signs are left to the physical range.

    Parameters
    ----------
    low, high : float
        Smallest and largest plausible size of a value that is not 0 [unit of the indicator];
        ``low`` is 0 where nothing is too small.
    firm : bool
        Whether ``low`` was seen or anchored, not assumed.
    zeros : float
        Share of the territories that have 0.
    territories : int
        Territories of the open data behind it, 0 when only the anchors speak.
    median, spread : float
        Of the open data: middle size, and standard deviation of its logarithm; NaN without.
    """

    low: float
    high: float
    firm: bool
    territories: int
    zeros: float = 0.0
    median: float = float("nan")
    spread: float = float("nan")

    def outside(self, value: float) -> float:
        """Tell how many times a value is outside: 1 inside, 20 when twenty times too large."""
        size = abs(value)
        if size == 0:
            return 1.0
        return max(1.0, size / self.high, self.low / size)

    def doubtful_from(self, value: float, *, unit: Unit, whole: bool) -> float:
        """Tell from how many times outside another reading is likelier than the value.

        Parameters
        ----------
        value : float
            [unit of the indicator].
        unit : Unit
            Its unit.
        whole : bool
            Whether the value is a whole number that reads as a plausible count.
        """
        if abs(value) <= self.high:
            believed = self.firm and unit.factor == 100 and not self.territories
            return limits.MAYBE_OUTSIDE_ANCHORS if believed else limits.MAYBE_OUTSIDE
        if whole:
            return limits.MAYBE_COUNT
        # Rates and changes beyond 300 % are rarer than percents typed as they are.
        percent = unit.factor == 100 and unit.maximum is None
        return limits.MAYBE_OUTSIDE if self.territories or percent else limits.MAYBE_OUTSIDE_ANCHORS

    def excludes(self, value: float, *, unit: Unit) -> bool:
        """Tell whether a value is so far outside that it is held for a slip."""
        if self.outside(value) < limits.SURELY_OUTSIDE:
            return False
        if abs(value) < self.low:
            return self.firm
        # Anchors alone do not forbid a share of 95 %: the physical range has the last word.
        return bool(self.territories) or unit.maximum is None

    def log_density(self, value: float, *, own: float | None) -> float:
        """Likelihood of a true value by unit of its logarithm, up to a constant.

        Parameters
        ----------
        value : float
            Not 0 [unit of the indicator].
        own : float or None
            Open-data value of the same territory; half of the belief stays around it.
        """
        size = abs(value)
        if np.isnan(self.median):
            # All values up to the edge are equally likely.
            wide = float(np.log(size / self.high))
        else:
            wide = _normal(np.log(size / self.median), self.spread)
        if own is None or own * value <= 0:
            return wide
        return float(np.logaddexp(wide, _normal(np.log(value / own), np.log(limits.AGREES))))


def plausible_sizes(
    indicator: Indicator, *, unit: Unit, reference: npt.NDArray[np.float64]
) -> Plausible:
    """Tell the sizes an indicator can take.

    Parameters
    ----------
    indicator : Indicator
        Answered by a number.
    unit : Unit
        Its physical range cuts the sizes.
    reference : ndarray
        Open-data values of all territories [unit of the indicator]; empty when there are none.

    Returns
    -------
    Plausible
        From the open data and the anchors inside it; from widened anchors without open data.
    """
    anchors = np.array([float(a.value) for a in indicator.scale.anchors])
    sizes = np.abs(reference[np.isfinite(reference) & (reference != 0)])
    limit = np.inf if unit.maximum is None else unit.maximum
    if len(sizes) >= limits.ENOUGH_TERRITORIES:
        positive = np.abs(anchors[anchors != 0])
        low, high = min(sizes.min(), positive.min()), max(sizes.max(), positive.max())
        ends = np.quantile(np.log(sizes), [0.01, 0.99])
        return Plausible(
            low=float(low) if not unit.signed else 0.0,
            high=float(high),
            firm=True,
            territories=len(reference),
            zeros=1 - len(sizes) / len(reference),
            median=float(np.median(sizes)),
            # 1 % and 99 % of a normal law stand 4.65 deviations apart.
            spread=max(0.3, float(ends[1] - ends[0]) / 4.65),
        )
    least, most = float(anchors.min()), float(anchors.max())
    beyond = limits.SPANS_BEYOND * (most - least)
    high = min(limit, max(abs(least - beyond) if least < 0 else 0.0, most + beyond))
    if least - beyond > 0:
        return Plausible(low=least - beyond, high=high, firm=True, territories=0)
    if least > 0 and unit.factor != 100:
        least /= limits.SMALLEST_OF_LEAST
        return Plausible(low=least, high=high, firm=False, territories=0)
    positive = np.abs(anchors[anchors != 0])
    first = float(positive.max() if unit.signed else positive.min())
    return Plausible(low=first / limits.SMALLEST_PART, high=high, firm=False, territories=0)


def _normal(distance: float, spread: float) -> float:
    return float(-0.5 * (distance / spread) ** 2 - np.log(spread))
