"""Pure: scores of indicators become the score of a group, its coverage and its bounds.

Bounds answer "what could this score be if the missing values were known?": every missing score
is set to 0, then to 1. They are exact for means that grow with each score.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Aggregated scores of t territories over g groups; arrays of shape (t, g).

    Parameters
    ----------
    score : ndarray
        Mean of the scores present, in [0, 1]; NaN when none is.
    low, high : ndarray
        Bounds of the score under missing data, in [0, 1]; NaN when nothing applies.
    coverage : ndarray
        Share of the applicable weight that is known, in [0, 1]; NaN when nothing applies.
    arithmetic : ndarray
        Weighted arithmetic mean of the scores present: the sum of the contributions.
    """

    score: Array
    low: Array
    high: Array
    coverage: Array
    arithmetic: Array


def _ratio(numerator: Array, denominator: Array) -> Array:
    missing = np.full_like(numerator, np.nan)
    return np.divide(numerator, denominator, out=missing, where=denominator > 0)


def aggregate(
    scores: Array,
    *,
    weights: Array,
    groups: Mask,
    applicable: Mask,
    kind: str = "arithmetic",
    exponent: float | None = None,
) -> Aggregate:
    """Aggregate scores by group.

    Parameters
    ----------
    scores : ndarray, shape (t, n)
        Scores in [0, 1], NaN where missing.
    weights : ndarray, shape (n,)
        Weights ≥ 0.
    groups : ndarray of bool, shape (n, g)
        Membership of indicators in groups.
    applicable : ndarray of bool, shape (t, n)
        False where an indicator has no meaning for a territory: it leaves the denominator.
    kind : {"arithmetic", "geometric", "power", "mpi"}
        Mean. Under ``geometric`` a present zero gives 0. ``mpi`` is the mean minus the variance
        over the mean (De Muro, Mazziotta & Pareto 2011, doi:10.1007/s11205-010-9727-z), on
        scores in [0, 1] with population variance, never below 0.
    exponent : float, optional
        Exponent of the power mean, not 0.

    Returns
    -------
    Aggregate
        Scores, bounds and coverage by territory and group.

    Raises
    ------
    ValueError
        When `kind` is unknown or the exponent is missing or 0.
    """
    inside = groups * weights[:, np.newaxis]
    present = applicable & ~np.isnan(scores)
    known, total = present @ inside, applicable @ inside
    filled = np.where(present, scores, 0.0)
    arithmetic = _ratio(filled @ inside, known)
    coverage = _ratio(known, total)
    match kind:
        case "arithmetic":
            low = _ratio(filled @ inside, total)
            high = _ratio(filled @ inside + (total - known), total)
            score = arithmetic
        case "geometric":
            score, low, high = _power(filled, present, inside, known=known, total=total, p=0.0)
        case "power" if exponent:
            score, low, high = _power(filled, present, inside, known=known, total=total, p=exponent)
        case "power":
            msg = f"a power mean needs an exponent other than 0, got {exponent}"
            raise ValueError(msg)
        case "mpi":
            score, low, high = _mpi(filled, inside, known=known, total=total)
        case _:
            msg = f"unknown aggregation {kind!r}"
            raise ValueError(msg)
    low, high = (np.clip(bound, 0.0, 1.0) for bound in (low, high))
    return Aggregate(
        score=np.clip(score, 0.0, 1.0), low=low, high=high, coverage=coverage, arithmetic=arithmetic
    )


def _power(
    filled: Array, present: Mask, inside: Array, *, known: Array, total: Array, p: float
) -> tuple[Array, Array, Array]:
    """Power mean of exponent p (geometric for 0) and its bounds; one zero is enough for p ≤ 0."""
    zero = ((present & (filled == 0.0)) @ inside) > 0
    positive = present & (filled > 0.0)
    safe = np.where(positive, filled, 1.0)
    with np.errstate(over="ignore"):
        # An infinite term would spoil the other groups: infinity times their zero weights.
        powers = np.minimum(safe**p, 1e300)
    terms = np.log(safe) if p == 0.0 else np.where(positive, powers, 0.0)
    summed = terms @ inside
    missing = total - known

    def back(sum_of_terms: Array, weight: Array) -> Array:
        mean = _ratio(sum_of_terms, weight)
        if p == 0.0:
            return np.exp(mean)
        # With p < 0 a null mean only stands where a zero or nothing is known: replaced below.
        defined = mean > 0 if p < 0 else mean >= 0
        return np.power(mean, 1.0 / p, out=np.full_like(mean, np.nan), where=defined)

    score = back(summed, known)
    high = back(summed + (0.0 if p == 0.0 else missing), total)
    low = back(summed, total)
    if p <= 0.0:
        score, high = (np.where(zero, 0.0, bound) for bound in (score, high))
        low = np.where(zero | (missing > 0), np.where(total > 0, 0.0, np.nan), low)
    return np.where(known > 0, score, np.nan), low, high


def _mpi(filled: Array, inside: Array, *, known: Array, total: Array) -> tuple[Array, Array, Array]:
    """Mean penalised by imbalance, and its bounds.

    With a and b the weighted sums of the known scores and of their squares, m the missing weight
    and W the total, the index is 2u/W - q/u, where u and q are the two sums once missing scores
    are filled. It is concave in the scores. Its maximum gives all missing scores one value t
    (spreading them only adds variance): u = a + t m, q = b + t² m. Its minimum lies where each is
    0 or 1: q = b + u - a, u between a and a + m, taken as continuous, which can only widen the
    interval. Both optima in u are closed forms.
    """
    first, second = filled @ inside, (filled**2) @ inside
    missing = total - known

    def index(sum_1: Array, sum_2: Array, weight: Array) -> Array:
        mean, square = _ratio(sum_1, weight), _ratio(sum_2, weight)
        penalty = np.divide(square - mean**2, mean, out=np.zeros_like(mean), where=mean > 0)
        return np.clip(mean - penalty, 0.0, 1.0)

    share_missing = np.divide(missing, total, out=np.zeros_like(total), where=total > 0)
    rises_throughout = share_missing >= 0.5
    slack = np.where(rises_throughout, 1.0, 1.0 - 2.0 * share_missing)
    top = np.where(rises_throughout, np.inf, np.sqrt((second * missing + first**2) / slack))
    top = np.clip(top, first, first + missing)
    common = np.divide(top - first, missing, out=np.zeros_like(top), where=missing > 0)
    bottom = np.clip(np.sqrt(np.maximum(first - second, 0.0) * total / 2.0), first, first + missing)
    low = index(bottom, second + bottom - first, total)
    high = index(top, second + common**2 * missing, total)
    return index(first, second, known), low, high
