"""Pure: a change made of several steps, shared out between them so that the parts sum to it."""

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
MOST = 6  # steps: 2**6 runs


def in_order(path: Array) -> Array:
    """Share of each step when they are taken one after the other.

    Parameters
    ----------
    path : ndarray, shape (s + 1, ...)
        Quantities before any step, after the first, …, after all; NaN where there is none.

    Returns
    -------
    ndarray, shape (s, ...)
        Parts that sum to the last less the first. Where a quantity vanishes and comes back, the
        step that brings it back takes the whole difference; NaN where it is unknown at either
        end, for then there is no difference to share.
    """
    carried = np.array(path, dtype=float)
    for at in range(1, len(carried)):
        carried[at] = np.where(np.isnan(carried[at]), carried[at - 1], carried[at])
    parts: Array = np.diff(carried, axis=0)
    ends = np.isnan(path[0]) | np.isnan(path[-1])
    parts[:, ends] = np.nan
    return parts


def whatever_order(run: Callable[[tuple[int, ...]], Array], *, steps: int) -> Array:
    """Share of each step whatever their order: mean of its part over all orders.

    Parameters
    ----------
    run : callable
        Places of the steps taken, rising → quantities, shape (...).
    steps : int
        How many there are, at most ``MOST``.

    Returns
    -------
    ndarray, shape (steps, ...)
        Shapley values, which sum to all steps less none; NaN where one of the runs is.

    Raises
    ------
    ValueError
        When there are more steps than ``MOST``: the runs double with each.

    Notes
    -----
    Shapley (1953), A value for n-person games, doi:10.1515/9781400881970-018.
    """
    if steps > MOST:
        msg = f"at most {MOST} steps can be shared out whatever their order, got {steps}"
        raise ValueError(msg)
    found = {
        taken: np.asarray(run(taken), dtype=float)
        for size in range(steps + 1)
        for taken in combinations(range(steps), size)
    }
    parts = np.zeros((steps, *found[()].shape))
    for taken, before in found.items():
        share = factorial(len(taken)) * factorial(steps - len(taken) - 1) if (
            len(taken) < steps
        ) else 0  # fmt: skip
        for step in set(range(steps)) - set(taken):
            after = found[tuple(sorted((*taken, step)))]
            parts[step] += share / factorial(steps) * (after - before)
    return parts
