"""Pure: from comparisons with the best and the worst item to weights, and how coherent."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

Array = npt.NDArray[np.float64]
# Largest possible ξ when the best is 1, 2, …, 9 times the worst (Rezaei 2015, table 1).
BEST_WORST_INDICES = (0.0, 0.44, 1.0, 1.63, 2.3, 3.0, 3.73, 4.47, 5.23)
SCALE_END = 9.0
_STEPS = 60  # halvings of the interval that holds ξ


@dataclass(frozen=True, slots=True)
class BestWorst:
    """Weights out of comparisons with the best and the worst of n items.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Of the linear model, summing to 1.
    gap : float
        ξ of the linear model, ≥ 0; 0 when every comparison agrees.
    ratio : float
        Consistency ratio: the smallest ξ of the min-max model over its largest possible value,
        ≥ 0; above 1 when some comparison goes beyond that of the best with the worst.
    """

    weights: Array
    gap: float
    ratio: float


def best_worst_weights(
    best_to_others: Array, *, others_to_worst: Array, best: int, worst: int
) -> BestWorst:
    """Weights of the best-worst method.

    The weights minimise the largest of |w_B - a_Bj w_j| and |w_j - a_jW w_W| (Rezaei 2016,
    doi:10.1016/j.omega.2015.12.001), which has one solution. The ratio is that of the first model,
    on |w_B / w_j - a_Bj| and |w_j / w_W - a_jW| (Rezaei 2015, doi:10.1016/j.omega.2014.11.009).

    Parameters
    ----------
    best_to_others : ndarray, shape (n,)
        a_Bj in [1, 9]: how many times the best counts more than j; 1 for itself.
    others_to_worst : ndarray, shape (n,)
        a_jW in [1, 9]: how many times j counts more than the worst; 1 for itself.
    best, worst : int
        Their positions.

    Returns
    -------
    BestWorst
        Weights and coherence.

    Raises
    ------
    ValueError
        When best and worst are one, a comparison is out of [1, 9], one of an item with itself is
        not 1, or the two comparisons of the best with the worst differ.
    """
    both = np.stack([best_to_others, others_to_worst])
    if (
        best == worst
        or not ((both >= 1) & (both <= SCALE_END)).all()
        or best_to_others[best] != 1
        or others_to_worst[worst] != 1
        or best_to_others[worst] != others_to_worst[best]
    ):
        msg = f"incoherent comparisons: {best_to_others.tolist()}, {others_to_worst.tolist()}"
        raise ValueError(msg)
    rows, own = _comparisons(best_to_others, others_to_worst, best, worst)
    weights, gap = _least_gap(rows)
    if gap < 1e-12:
        return BestWorst(weights, 0.0, 0.0)
    index = _index(float(best_to_others[worst]))
    smallest = _least_ratio_gap(rows, own)
    return BestWorst(weights, gap, smallest / index if index > 0 else float("inf"))


def _comparisons(
    best_to_others: Array, others_to_worst: Array, best: int, worst: int
) -> tuple[Array, npt.NDArray[np.int_]]:
    """Rows of w_B - a_Bj w_j and of w_j - a_jW w_W, and the item each ratio is divided by."""
    size, rows, own = len(best_to_others), [], []
    for j in range(size):
        if j != best:
            row = np.zeros(size)
            row[best], row[j] = 1.0, -best_to_others[j]
            rows.append(row)
            own.append(j)
        if j not in (best, worst):
            row = np.zeros(size)
            row[j], row[worst] = 1.0, -others_to_worst[j]
            rows.append(row)
            own.append(worst)
    return np.array(rows), np.array(own)


def _least_gap(rows: Array) -> tuple[Array, float]:
    """Weights summing to 1 whose largest gap is least, and that gap."""
    size = rows.shape[1]
    slack = -np.ones((len(rows), 1))
    found = linprog(
        np.append(np.zeros(size), 1.0),
        A_ub=np.vstack([np.hstack([rows, slack]), np.hstack([-rows, slack])]),
        b_ub=np.zeros(2 * len(rows)),
        A_eq=np.append(np.ones(size), 0.0)[np.newaxis],
        b_eq=[1.0],
        bounds=(0, None),
        method="highs",
    )
    solution = np.asarray(found.x, dtype=float)
    weights = np.maximum(solution[:-1], 0.0)
    return weights / weights.sum(), max(float(solution[-1]), 0.0)


def _least_ratio_gap(rows: Array, own: npt.NDArray[np.int_]) -> float:
    """Smallest ξ of the min-max model: for a given ξ it is linear, so ξ is found by halving."""
    scale = np.eye(rows.shape[1])[own]
    low, high = 0.0, SCALE_END**2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _feasible(rows, scale * middle):
            high = middle
        else:
            low = middle
        if high - low < 1e-9:
            break
    return high


def _feasible(rows: Array, allowed: Array) -> bool:
    size = rows.shape[1]
    found = linprog(
        np.zeros(size),
        A_ub=np.vstack([rows - allowed, -rows - allowed]),
        b_ub=np.zeros(2 * len(rows)),
        A_eq=np.ones((1, size)),
        b_eq=[1.0],
        bounds=(1e-9, 1),
        method="highs",
    )
    return bool(found.status == 0)


def _index(strength: float) -> float:
    """Consistency index, between two whole strengths as between its neighbours."""
    steps = np.arange(1, len(BEST_WORST_INDICES) + 1, dtype=float)
    return float(np.interp(strength, steps, np.array(BEST_WORST_INDICES)))
