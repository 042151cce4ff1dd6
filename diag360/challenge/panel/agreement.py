"""Pure: how far several experts agree, and what the group says."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, rankdata

Array = npt.NDArray[np.float64]
Mean = Literal["mediane", "geometrique"]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W of e experts on n items.

    Parameters
    ----------
    w : float
        In [0, 1]: 0 when ranks of one say nothing of those of others, 1 when all rank alike;
        NaN with fewer than two experts or two items, or when everyone ties everything.
    p_value : float
        Chance of a W at least as high if ranks were drawn at random, from χ² = e (n - 1) W with
        n - 1 degrees of freedom: an approximation, rough below eight items or so.
    """

    w: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Spread of the weights of experts, item by item; arrays of shape (n,).

    Parameters
    ----------
    median, low, high : ndarray
        Median and quartiles of the weights.
    variation : ndarray
        Coefficient of variation (standard deviation of the sample over mean), ≥ 0; NaN with one
        expert, or when all give 0.
    """

    median: Array
    low: Array
    high: Array
    variation: Array

    @property
    def spread(self) -> Array:
        """Width between quartiles."""
        return self.high - self.low


def concordance(weights: Array) -> Concordance:
    """Kendall's coefficient of concordance with correction for ties.

    W = 12 S / (e² (n³ - n) - e T), S the sum of squared deviations of the sums of ranks and T the
    sum of t³ - t over groups of t ties (Kendall & Babington Smith 1939,
    doi:10.1214/aoms/1177732186).

    Parameters
    ----------
    weights : ndarray, shape (e, n)
        Weights given by each expert; only their order counts.

    Returns
    -------
    Concordance
        W and its p-value.
    """
    experts, items = weights.shape
    if experts < 2 or items < 2:
        return Concordance(float("nan"), float("nan"))
    # Weights out of an optimiser are equal up to rounding errors: those are ties.
    ranks = rankdata(np.round(weights, 9), axis=1)
    sums = ranks.sum(axis=0)
    deviations = float(((sums - sums.mean()) ** 2).sum())
    tied = 0.0
    for row in ranks:
        counts = np.unique(row, return_counts=True)[1]
        tied += float((counts**3 - counts).sum())
    most = experts**2 * (items**3 - items) - experts * tied
    if most <= 0:
        return Concordance(float("nan"), float("nan"))
    w = min(12 * deviations / most, 1.0)
    return Concordance(w, float(chi2.sf(experts * (items - 1) * w, items - 1)))


def dispersion(weights: Array) -> Dispersion:
    """Spread of weights, shape (e, n) with e ≥ 1, item by item."""
    low, median, high = np.quantile(weights, [0.25, 0.5, 0.75], axis=0)
    mean = weights.mean(axis=0)
    known = mean > 0
    spread = weights.std(axis=0, ddof=1) if len(weights) > 1 else np.full(len(mean), np.nan)
    variation = np.divide(spread, mean, out=np.full(len(mean), np.nan), where=known)
    return Dispersion(median=median, low=low, high=high, variation=variation)


def group_weights(weights: Array, *, mean: Mean) -> Array:
    """Weights of a group from those of its members, the members on the last axis but one.

    Parameters
    ----------
    weights : ndarray, shape (..., e, n)
        Weights of each expert, each summing to 1.
    mean : {"mediane", "geometrique"}
        Median, which an extreme opinion does not move and that suits budgets; or geometric mean,
        which suits ratios (Aczél & Saaty 1983, doi:10.1016/0022-2496(83)90028-7) and where one
        null weight makes null.

    Returns
    -------
    ndarray, shape (..., n)
        Weights summing to 1; equal where the mean leaves nothing to anyone.
    """
    if mean == "mediane":
        made = np.median(weights, axis=-2)
    else:
        with np.errstate(divide="ignore"):
            made = np.exp(np.log(weights).mean(axis=-2))
    total = made.sum(axis=-1, keepdims=True)
    equal = np.full_like(made, 1 / made.shape[-1])
    return np.asarray(np.divide(made, total, out=equal, where=total > 0))


def resampled_weights(weights: Array, *, uniform: Array, mean: Mean) -> Array:
    """Weights of groups of e experts drawn again among the e, with replacement (bootstrap).

    How the group's own word would move had other experts of the same kind been asked.

    Parameters
    ----------
    weights : ndarray, shape (e, n)
        Weights of each expert.
    uniform : ndarray, shape (r, e)
        Coordinates in [0, 1), one per seat of the group.
    mean : {"mediane", "geometrique"}
        How a group makes its word.

    Returns
    -------
    ndarray, shape (r, n)
        Weights summing to 1.
    """
    return group_weights(weights[_expert(uniform, len(weights))], mean=mean)


def mixed_weights(weights: Array, *, uniform: Array) -> Array:
    """Weights of one expert drawn among the e: the whole disagreement, no compromise.

    Parameters
    ----------
    weights : ndarray, shape (e, n)
        Weights of each expert.
    uniform : ndarray, shape (r,)
        Coordinates in [0, 1).

    Returns
    -------
    ndarray, shape (r, n)
        Weights summing to 1.
    """
    return np.asarray(weights[_expert(uniform, len(weights))])


def _expert(uniform: Array, experts: int) -> npt.NDArray[np.int_]:
    return np.asarray(np.minimum(np.floor(uniform * experts).astype(int), experts - 1))
