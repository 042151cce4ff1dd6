"""Which conclusions of a diagnosis a proposition turns over, for all territories."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.challenge.annotations.points import points_of
from diag360.challenge.comparison.compare import State
from diag360.challenge.comparison.conclusions import Verdict
from diag360.scoring.scores import Scores

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Flips:
    """Which conclusions turn over, for t territories and n needs.

    Parameters
    ----------
    verdict : Verdict
        As a comparison of variants judges: weakest needs, classes, heaviest hazards; shape (t,).
    strong, weak : ndarray of bool, shape (t,)
        The strong, or the weak, points of the synthesis are no longer the same.
    up, down, gained, lost : ndarray of bool, shape (t, n)
        A need goes up a class or more, goes down, becomes determined, ceases to be.
    """

    verdict: Verdict
    strong: Mask
    weak: Mask
    up: Mask
    down: Mask
    gained: Mask
    lost: Mask

    @property
    def any(self) -> bool:
        """Whether one conclusion turns over somewhere."""
        return bool((self.verdict.changes | self.strong | self.weak).any())


def flips_of(was: State, now: State, *, verdict: Verdict) -> Flips:
    """Compare what two catalogues conclude.

    Parameters
    ----------
    was, now : State
        Before and after, over the same territories.
    verdict : Verdict
        Of the comparison.

    Returns
    -------
    Flips
        Rows in the order of the scores.
    """
    old, new = was.conclusions.classes, now.conclusions.classes
    both = (old >= 0) & (new >= 0)
    (strong, weak), (strong_now, weak_now) = (_points(state.scores) for state in (was, now))
    return Flips(
        verdict=verdict, strong=_differ(strong, strong_now), weak=_differ(weak, weak_now),
        up=both & (new > old), down=both & (new < old),
        gained=(old < 0) & (new >= 0), lost=(old >= 0) & (new < 0),
    )  # fmt: skip


def _points(scores: Scores) -> tuple[pd.DataFrame, pd.DataFrame]:
    needs = list(scores.needs.score.columns)
    found = points_of(
        scores.needs.score.where(scores.determined).to_numpy(dtype=float),
        scores.indicator_scores.where(scores.weights > 0).to_numpy(dtype=float),
        need_of=np.array([needs.index(name) for name in scores.need_of], dtype=int),
    )
    names = [*needs, *scores.indicator_scores.columns]
    strong, weak = (pd.DataFrame(mask, columns=names) for mask in (found.strong, found.weak))
    return strong, weak


def _differ(before: pd.DataFrame, after: pd.DataFrame) -> Mask:
    """Whether rows differ; a column that only one of them has is one of False in the other."""
    names = list(dict.fromkeys([*before.columns, *after.columns]))
    old, new = (one.reindex(columns=names, fill_value=False) for one in (before, after))
    made: Mask = (old.to_numpy(dtype=bool) != new.to_numpy(dtype=bool)).any(axis=1)
    return made
