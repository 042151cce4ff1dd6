"""Pure: a value becomes a score in [0, 1] (bornage). Missing stays missing."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def resolve_endpoints(
    *, at_0: float | None, at_half: float | None, at_1: float | None
) -> tuple[float, float]:
    """Values that score 0 and 1, from the anchors a scale declares.

    A missing end is mirrored around the value that scores 0.5. When both ends are given the
    value at 0.5 plays no part: this is what the formulas of the published workbook do.

    Parameters
    ----------
    at_0, at_half, at_1 : float or None
        Values [unit of the indicator] anchored at scores 0, 0.5 and 1.

    Returns
    -------
    x0, x1 : float
        Values [unit of the indicator] scoring 0 and 1.

    Raises
    ------
    ValueError
        When fewer than two anchors are given, or the two ends coincide.
    """
    if at_half is not None:
        if at_0 is None and at_1 is not None:
            at_0 = at_half - (at_1 - at_half)
        elif at_1 is None and at_0 is not None:
            at_1 = at_half - at_0 + at_half
    if at_0 is None or at_1 is None:
        msg = "two anchors are needed among scores 0, 0.5 and 1"
        raise ValueError(msg)
    if at_0 == at_1:
        msg = f"the values scoring 0 and 1 are the same ({at_0:g})"
        raise ValueError(msg)
    return at_0, at_1


def endpoints(values: Array, *, x0: Array | float, x1: Array | float) -> Array:
    """Linear score between two end points, t = (x - x0)/(x1 - x0), clipped to [0, 1].

    Parameters
    ----------
    values : ndarray
        Values [unit of the indicator], any shape, NaN where missing.
    x0, x1 : ndarray or float
        Values scoring 0 and 1, broadcast against `values`; x0 > x1 means less is better.

    Returns
    -------
    ndarray
        Scores in [0, 1], NaN where missing.
    """
    with np.errstate(over="ignore"):  # a huge value is clipped like any other
        share = (values - x0) / (np.asarray(x1) - x0)
    # Adding zero turns the -0.0 of a "less is better" scale into 0.0.
    return np.clip(share, 0.0, 1.0) + 0.0


def piecewise(values: Array, *, anchor_values: Array, anchor_scores: Array) -> Array:
    """Linear score between consecutive anchors, constant beyond the first and the last.

    Parameters
    ----------
    values : ndarray
        Values [unit of the indicator], NaN where missing.
    anchor_values, anchor_scores : ndarray, shape (m,)
        Anchors in any order; scores in [0, 1], not necessarily monotone (an optimum in the
        middle is a target with two ends).

    Returns
    -------
    ndarray
        Scores in [0, 1], NaN where missing.
    """
    order = np.argsort(anchor_values)
    scores = np.interp(values, anchor_values[order], anchor_scores[order])
    # Interpolation may round to one step below 0 or above 1.
    return np.where(np.isnan(values), np.nan, np.clip(scores, 0.0, 1.0) + 0.0)


def exponential(values: Array, *, x0: float, x1: float, k: float) -> Array:
    """Bent score, s = expm1(k t)/expm1(k) with t the linear score; k → 0 gives s = t.

    Parameters
    ----------
    values : ndarray
        Values [unit of the indicator], NaN where missing.
    x0, x1 : float
        Values scoring 0 and 1.
    k : float
        Bend: positive rewards the last steps, negative the first ones.

    Returns
    -------
    ndarray
        Scores in [0, 1], NaN where missing.

    Notes
    -----
    The form proposed by the commons in November 2025, written with ``expm1`` so that it stays
    exact near k = 0. For k > 0 it is exp(k (t - 1)) expm1(-k t)/expm1(-k), which cannot overflow.
    """
    share = endpoints(values, x0=x0, x1=x1)
    if abs(k) < 1e-16:  # s - t is at most k/8
        return share
    if k < 0:
        return np.asarray(np.expm1(k * share) / np.expm1(k))
    return np.asarray(np.exp(k * (share - 1.0)) * np.expm1(-k * share) / np.expm1(-k))
