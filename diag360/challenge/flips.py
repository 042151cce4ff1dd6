"""Pure: the smallest change of one weight or one anchor at which a comparison turns over.

The score of a need is a weighted mean, so it is a ratio of two straight lines in the weight of one
indicator, and a straight line in the score of one indicator: every threshold is a closed form.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def weight_reaching(target: Array, *, scores: Array, weights: Array) -> Array:
    """Weight of each indicator at which the mean reaches a target, the others being as they are.

    With A and B the sums of w s and of w over the other indicators, (A + w s)/(B + w) = r gives
    w = (r B - A)/(s - r).

    Parameters
    ----------
    target : ndarray, shape (...)
        Mean to reach, in [0, 1]; broadcast with the weights found.
    scores : ndarray, shape (n,)
        Scores of the indicators of one need, in [0, 1]; NaN where missing.
    weights : ndarray, shape (n,)
        Weights ≥ 0.

    Returns
    -------
    ndarray, shape (..., n)
        Weights ≥ 0 at which the mean is the target; NaN where none is, in particular for a
        missing score.
    """
    known = ~np.isnan(scores)
    value = np.where(known, scores, 0.0)
    weight = np.where(known, weights, 0.0)
    others_sum = (weight * value).sum() - weight * value
    others = weight.sum() - weight
    goal = np.asarray(target, dtype=float)[..., np.newaxis]
    top, bottom = goal * others - others_sum, value - goal
    found = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)
    made: Array = np.where(known & (found >= 0), found, np.nan)
    return made


def weight_levelling(
    scores: tuple[Array, Array], *, weights: Array, indicator: int
) -> tuple[float, ...]:
    """Weights of one indicator at which two territories have the same mean on one need.

    (A + w s)/(B + w) = (A' + w s')/(B' + w), A and B being the sums of the other indicators that
    each territory knows, is of second degree in w; of first degree when both know the same.

    Parameters
    ----------
    scores : tuple of two ndarray, shape (n,)
        Scores of the two territories, in [0, 1]; NaN where missing.
    weights : ndarray, shape (n,)
        Weights ≥ 0.
    indicator : int
        Which weight moves.

    Returns
    -------
    tuple of float
        Weights ≥ 0, rising; empty when none levels them, or when they are always level.
    """
    parts = []
    for own in scores:
        known = ~np.isnan(own)
        weight = np.where(known, weights, 0.0)
        value = np.where(known, own, 0.0)
        here = bool(known[indicator])
        total = float((weight * value).sum() - weight[indicator] * value[indicator])
        mass = float(weight.sum() - weight[indicator])
        parts.append((total, mass, float(value[indicator]) if here else 0.0, float(here)))
    (a, b, s, k), (c, d, t, m) = parts
    # (a + s w)(d + m w) = (c + t w)(b + k w)
    polynomial = np.array([s * m - t * k, a * m + s * d - c * k - t * b, a * d - c * b])
    polynomial[np.abs(polynomial) < 1e-15] = 0.0
    roots = np.roots(np.trim_zeros(polynomial, "f"))
    real = roots[np.abs(roots.imag) <= 1e-12].real if len(roots) else roots.real
    return tuple(sorted(float(w) for w in real if w >= 0 and b + k * w > 0 and d + m * w > 0))


def score_reaching(target: Array, *, scores: Array, weights: Array) -> Array:
    """Score of each indicator at which the mean reaches a target, the others being as they are.

    Parameters
    ----------
    target : ndarray, shape (...)
        Mean to reach, in [0, 1].
    scores : ndarray, shape (n,)
        Scores of the indicators of one need, in [0, 1]; NaN where missing.
    weights : ndarray, shape (n,)
        Weights ≥ 0.

    Returns
    -------
    ndarray, shape (..., n)
        Scores in [0, 1]; NaN where none does, or for a missing score or a null weight.
    """
    known = ~np.isnan(scores) & (weights > 0)
    weight = np.where(known, weights, 0.0)
    value = np.where(known, scores, 0.0)
    others = (weight * value).sum() - weight * value
    goal = np.asarray(target, dtype=float)[..., np.newaxis]
    top = goal * weight.sum() - others
    found = np.divide(top, weight, out=np.full(top.shape, np.nan), where=known)
    made: Array = np.where((found >= 0) & (found <= 1), found, np.nan)
    return made


def anchors_giving(score: Array, *, value: Array, x0: Array, x1: Array) -> tuple[Array, Array]:
    """Anchor of score 0, and anchor of score 1, at which a value would have a score.

    s = (x - x0)/(x1 - x0) gives x0 = (x - s x1)/(1 - s), and x1 = x0 + (x - x0)/s.

    Parameters
    ----------
    score : ndarray
        Score wanted, in [0, 1].
    value : ndarray
        x [unit of the indicator].
    x0, x1 : ndarray
        Anchors today [unit of the indicator]; broadcast with `score`.

    Returns
    -------
    at_0, at_1 : ndarray
        New anchor of 0 with that of 1 kept, and the reverse [unit of the indicator]; NaN where no
        anchor on its own side of the value gives that score.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        at_0 = np.where(score < 1, (value - score * x1) / (1 - score), np.nan)
        at_1 = np.where(score > 0, x0 + (value - x0) / score, np.nan)
    side = np.sign(x1 - x0)
    return (
        np.where(side * (x1 - at_0) > 0, at_0, np.nan),
        np.where(side * (at_1 - x0) > 0, at_1, np.nan),
    )
