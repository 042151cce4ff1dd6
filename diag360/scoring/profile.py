"""Scores of needs with their bounds and coverage, for all territories and for one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class NeedScore:
    """Score of one need for one territory.

    Parameters
    ----------
    score : float
        In [0, 1], NaN when no value is known.
    low, high : float
        Bounds under missing data, in [0, 1]; NaN when no indicator applies.
    coverage : float
        Share of the applicable weight that is known, in [0, 1]; NaN when no indicator applies.
    determined : bool
        Whether enough is known for the score to be printed.
    """

    score: float
    low: float
    high: float
    coverage: float
    determined: bool

    @property
    def applicable(self) -> bool:
        """Whether at least one indicator has a meaning here."""
        return not np.isnan(self.low)


@dataclass(frozen=True, slots=True)
class Profile:
    """Scores of territories (rows) over needs (columns), each a DataFrame.

    Parameters
    ----------
    score : DataFrame
        In [0, 1], NaN when no value is known.
    low, high : DataFrame
        Bounds under missing data, in [0, 1]; NaN when no indicator applies. Exact for every
        mean but ``mpi``, whose lower bound may be lower than what can be reached.
    coverage : DataFrame
        Share of the applicable weight that is known, in [0, 1]; NaN when no indicator applies.
    arithmetic : DataFrame
        Weighted arithmetic mean of the scores present: the sum of the contributions. It is
        `score` itself unless the need is aggregated otherwise.
    floor : float
        Coverage from which a score may be printed, in [0, 1].
    """

    score: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    coverage: pd.DataFrame
    arithmetic: pd.DataFrame
    floor: float

    @property
    def determined(self) -> pd.DataFrame:
        """Whether each score may be printed: enough of its weight is known."""
        # The tolerance keeps 13/20 on the right side of 0.65 whatever the order of the sums.
        return self.coverage >= self.floor - 1e-12

    def of(self, territory: str) -> dict[str, NeedScore]:
        """Scores of one territory, by need, in the order of the framework."""
        score, low, high, coverage, determined = (
            frame.loc[territory].to_numpy(dtype=float)
            for frame in (self.score, self.low, self.high, self.coverage, self.determined)
        )
        return {
            str(need): NeedScore(
                score=float(score[at]),
                low=float(low[at]),
                high=float(high[at]),
                coverage=float(coverage[at]),
                determined=bool(determined[at]),
            )
            for at, need in enumerate(self.score.columns)
        }
