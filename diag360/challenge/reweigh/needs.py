"""Pure: what sums over needs when they are not worth the same; their scores do not move."""

import numpy as np
import numpy.typing as npt

from diag360.catalogue.model import Coefficients
from diag360.challenge.reweigh.weigh import Bench, Reweighed, factors_of

Array = npt.NDArray[np.float64]


def worth_of_needs(bench: Bench, *, coefficients: Coefficients, values: Array) -> Array:
    """Say what each need is worth beside the others.

    All indicators of a need share its category: a coefficient of category moves no score of need.
    It acts here, with the value given to the need, on what sums over needs.

    Parameters
    ----------
    bench : Bench
        The territory.
    coefficients : Coefficients
        Their ``category`` alone is read.
    values : ndarray, shape (n,)
        Values ≥ 0 of needs.

    Returns
    -------
    ndarray, shape (n,)
        Products, ≥ 0.
    """
    return factors_of(coefficients, criterion="category")[bench.need_category] * values


def mean_over_needs(found: Reweighed, *, worth: Array) -> tuple[float, float, float]:
    """Mean of the needs, an option that is never printed alone.

    Parameters
    ----------
    found : Reweighed
        Scores of needs.
    worth : ndarray, shape (n,)
        What each need is worth, ≥ 0.

    Returns
    -------
    score, low, high : float
        In [0, 1]; over the needs that have a score, and bounds over all that apply, as
        :meth:`diag360.scoring.scores.Scores.global_mean`. NaN when none has any worth.
    """

    def mean(values: Array) -> float:
        weight = np.where(np.isnan(values), 0.0, worth)
        total = float(weight.sum())
        return float(weight @ np.nan_to_num(values)) / total if total > 0 else float("nan")

    return mean(found.score), mean(found.low), mean(found.high)
