"""Pure: strong and weak points named by the synthesis of a diagnosis, for all territories."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
KEPT = 3  # named on each side
ENOUGH = 2 * KEPT  # needs determined from which needs are compared, rather than indicators
MIDDLE = 0.5  # a strong point reaches it, a weak one does not


@dataclass(frozen=True, slots=True)
class Points:
    """Strong and weak points of t territories; columns are n needs, then i indicators.

    Parameters
    ----------
    strong, weak : ndarray of bool, shape (t, n + i)
        At most three by row, and one by need.
    """

    strong: Mask
    weak: Mask


def points_of(needs: Array, indicators: Array, *, need_of: npt.NDArray[np.int_]) -> Points:
    """Pick the three highest and the three lowest, among needs or else among indicators.

    Parameters
    ----------
    needs : ndarray, shape (t, n)
        Scores in [0, 1] of the needs that are determined, NaN for the others.
    indicators : ndarray, shape (t, i)
        Scores of the indicators that count, NaN where unknown.
    need_of : ndarray of int, shape (i,)
        Column of the need of each indicator.

    Returns
    -------
    Points
        By the rule of the synthesis: needs where six are determined, otherwise indicators. A tie
        goes to the first of the strong points and to the last of the weak ones.
    """
    compared = ((~np.isnan(needs)).sum(axis=1) >= ENOUGH)[:, None]
    either = [np.where(compared, needs, np.nan), np.where(compared, np.nan, indicators)]
    pool = np.concatenate(either, axis=1)
    anchors = np.concatenate([np.arange(needs.shape[1]), need_of])
    low = _first(np.where(pool < MIDDLE, -pool, np.nan)[:, ::-1], anchors[::-1])
    return Points(strong=_first(np.where(pool >= MIDDLE, pool, np.nan), anchors), weak=low[:, ::-1])


def _first(values: Array, anchors: npt.NDArray[np.int_]) -> Mask:
    """Take the three largest of each row, one by anchor; the first of those that tie."""
    left = np.where(np.isnan(values), -np.inf, values)
    chosen = np.zeros(values.shape, dtype=bool)
    if not values.shape[1]:
        return chosen
    for _ in range(KEPT):
        best = left.argmax(axis=1)[:, None]
        found = np.isfinite(np.take_along_axis(left, best, axis=1))
        np.put_along_axis(chosen, best, found | np.take_along_axis(chosen, best, axis=1), axis=1)
        left = np.where(anchors[None, :] == anchors[best], -np.inf, left)
    return chosen
