"""What is said of territories when one indicator is withdrawn, each in turn, in closed form."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.challenge.robustness import BORDERS
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_BLOCK = 256  # territories at once: memory stays bounded


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """Effect of the withdrawal of each indicator; frames of shape (t, i).

    Parameters
    ----------
    need_of : Series, shape (i,)
        Need of each indicator that has a weight.
    score : DataFrame
        Score of its need without it, in [0, 1]; NaN when nothing else is known, or when the need
        is not aggregated by an arithmetic mean.
    change : DataFrame
        That score less the score of today; NaN where either is missing, 0 for a value nobody
        gave.
    gained, lost : DataFrame of bool
        Whether the need becomes determined, or no longer is.
    order, weakest, level : DataFrame of bool
        Whether the order of the determined needs, the set of the k weakest, and the class of the
        need change; what changes because the need is no longer determined is in `weakest` and
        not in `order` nor `level`.
    """

    need_of: pd.Series
    score: pd.DataFrame
    change: pd.DataFrame
    gained: pd.DataFrame
    lost: pd.DataFrame
    order: pd.DataFrame
    weakest: pd.DataFrame
    level: pd.DataFrame

    def of(self, territory: str) -> pd.DataFrame:
        """What each withdrawal does to one territory, by indicator."""
        parts = ("score", "change", "gained", "lost", "order", "weakest", "level")
        table = pd.DataFrame({name: getattr(self, name).loc[territory] for name in parts})
        table.insert(0, "need", self.need_of)
        flags = ["gained", "lost", "order", "weakest", "level"]
        return table.astype({"score": float, "change": float} | dict.fromkeys(flags, bool))

    def summary(self) -> pd.DataFrame:
        """What each withdrawal does over all territories, by indicator.

        Columns: need, known (territories where the score of the need is known with and without
        it), mean and largest (of the absolute change), gained, lost, order, weakest, level
        (numbers of territories).
        """
        size = self.change.abs()
        return pd.DataFrame({
            "need": self.need_of,
            "known": self.change.notna().sum(),
            "mean": size.mean(),
            "largest": size.max(),
            **{name: getattr(self, name).sum()
               for name in ("gained", "lost", "order", "weakest", "level")},
        })  # fmt: skip


def leave_one_out(scores: Scores, *, weakest: int = 3) -> LeaveOneOut:
    """Withdraw each indicator in turn.

    With A = Σ w s and B = Σ w over the known indicators of a need, its score without indicator i
    is (A - w_i s_i)/(B - w_i); only the need of i moves, so what is said of all needs follows
    from the place of that one among the others.

    Parameters
    ----------
    scores : Scores
        Of one territory or of all.
    weakest : int
        k of « the k weakest needs », looked for among determined needs; ties go to the first.

    Returns
    -------
    LeaveOneOut
        For every territory and every indicator that has a weight.
    """
    counted = (scores.weights > 0).to_numpy()
    names = scores.need_of.index[counted]
    needs = [need.id for need in scores.framework.needs]
    at = np.array([needs.index(need) for need in scores.need_of[counted]], dtype=int)
    weight = scores.weights.to_numpy(dtype=float)[counted]
    closed = np.array([need.aggregation == "arithmetic" for need in scores.framework.needs])[at]
    values = scores.indicator_scores.to_numpy(dtype=float)[:, counted]
    applies = scores.applicable.to_numpy(dtype=bool)[:, counted]
    own = applies * weight
    given = np.where(applies & ~np.isnan(values), weight, 0.0)
    inside = np.equal.outer(at, np.arange(len(needs))).astype(float)
    mass, total = (given @ inside)[:, at], (own @ inside)[:, at]
    summed = ((given * np.nan_to_num(values)) @ inside)[:, at]
    left = _clean(mass - given, mass)
    score = np.clip(_ratio(summed - given * np.nan_to_num(values), left), 0.0, 1.0)
    score = np.where(closed, np.where(given > 0, score, _mean(summed, mass)), np.nan)
    coverage = _ratio(left, _clean(total - own, total))
    today = scores.needs.score.to_numpy(dtype=float)
    determined = scores.determined.to_numpy(dtype=bool)
    after = (coverage >= scores.needs.floor - 1e-12) & ~np.isnan(score)
    before = determined[:, at]
    same = np.isclose(score, today[:, at], rtol=0.0, atol=1e-12)
    score = np.where(same, today[:, at], score)
    placed = _places(today, determined, at=at, score=score, after=after, k=weakest)
    borders = np.array(BORDERS)
    both = before & after
    classes = [np.searchsorted(borders, part, side="right") for part in (today[:, at], score)]

    def frame(array: Array | Mask) -> pd.DataFrame:
        return pd.DataFrame(array, index=scores.indicator_scores.index, columns=names)

    return LeaveOneOut(
        need_of=scores.need_of[counted],
        score=frame(score),
        change=frame(score - today[:, at]),
        gained=frame(~before & after & closed),
        lost=frame(before & ~after & closed),
        order=frame(placed[0] & both),
        weakest=frame(placed[1] & closed),
        level=frame((classes[0] != classes[1]) & both),
    )


def _mean(summed: Array, mass: Array) -> Array:
    """Mean of what is known, NaN where nothing is."""
    made: Array = np.clip(_ratio(summed, mass), 0.0, 1.0)
    return made


def _clean(left: Array, whole: Array) -> Array:
    """Take for nothing what rounding leaves of a subtraction."""
    return np.where(left <= 1e-12 * whole, 0.0, left)


def _ratio(top: Array, bottom: Array) -> Array:
    made: Array = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return made


def _places(
    today: Array, determined: Mask, *, at: npt.NDArray[np.int_], score: Array, after: Mask, k: int
) -> tuple[Mask, Mask]:
    """Whether the order of the other needs around the moved one changes, and the k weakest."""
    order = np.zeros(score.shape, dtype=bool)
    weak = np.zeros(score.shape, dtype=bool)
    first = np.arange(today.shape[1])[np.newaxis] < at[:, np.newaxis]  # who goes first in a tie
    others = np.arange(today.shape[1])[np.newaxis] != at[:, np.newaxis]
    for start in range(0, len(today), _BLOCK):
        rows = slice(start, start + _BLOCK)
        other, real = today[rows, np.newaxis], determined[rows, np.newaxis] & others
        was, now = (part[rows, :, np.newaxis] for part in (today[:, at], score))
        ahead = [(real & ((other < part) | ((other == part) & first))) for part in (was, now)]
        order[rows] = (ahead[0] != ahead[1]).any(axis=2)
        among = [
            part & (before.sum(axis=2) < k)
            for part, before in zip((determined[rows][:, at], after[rows]), ahead, strict=True)
        ]
        weak[rows] = among[0] != among[1]
    return order, weak
