"""All territories at once: intervals of needs and of ranks when the assumptions move."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.challenge.assumptions import Assumptions
from diag360.challenge.draws.blocks import Progress, run_blocks
from diag360.challenge.draws.needs import Needs, drawn_needs
from diag360.challenge.draws.summaries import (
    LEVELS,
    among_weakest,
    plain_mean,
    quantiles_of,
    rank_ends,
)
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
BLOCK = 16  # territories worked on together: what they fill stays in the processor's cache
_HELD = 2**28  # bytes of drawn scores held to rank needs


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What the draws say of t territories.

    Parameters
    ----------
    territories, needs : tuple of str
        Names of the axes.
    draws : int
        Number of draws.
    k : int
        How many weakest needs are spoken of.
    counted : ndarray of bool, shape (t, n)
        Whether the need counts among the weakest and in the plain mean: determined, or drawn
        because missing values move.
    quantiles : ndarray, shape (3, t, n)
        Scores of needs at ``LEVELS``, in [0, 1]; NaN where nothing is known.
    weakest : ndarray, shape (t, n)
        Share of the draws in which fewer than k needs of the territory are weaker; NaN where the
        need is not counted.
    mean : ndarray, shape (3, t)
        Plain mean of the counted needs at ``LEVELS``; NaN without any.
    ranks : ndarray, shape (3, t)
        Rank of that mean among territories, 1 for the highest, at ``LEVELS``; NaN without any.
        Means of different needs are set beside one another: see ``counted``.
    need_ranks : ndarray, shape (3, t, n), optional
        Rank of each need among the territories where it is counted, when asked for.
    """

    territories: tuple[str, ...]
    needs: tuple[str, ...]
    draws: int
    k: int
    counted: npt.NDArray[np.bool_]
    quantiles: Array
    weakest: Array
    mean: Array
    ranks: Array
    need_ranks: Array | None = None

    def table(self) -> pd.DataFrame:
        """One row by territory and need, unrounded.

        Columns: territory, need, counted, low, median, high, weakest and, when asked for,
        rank_low, rank_median, rank_high.
        """
        index = pd.MultiIndex.from_product(
            [self.territories, self.needs], names=["territory", "need"]
        )
        low, median, high = (part.ravel() for part in self.quantiles)
        data = {
            "counted": self.counted.ravel(), "low": low, "median": median, "high": high,
            "weakest": self.weakest.ravel(),
        }  # fmt: skip
        if self.need_ranks is not None:
            names = ("rank_low", "rank_median", "rank_high")
            data |= dict(zip(names, (part.ravel() for part in self.need_ranks), strict=True))
        return pd.DataFrame(data, index=index).reset_index()

    def rank_table(self) -> pd.DataFrame:
        """One row by territory, unrounded: counted needs, mean and rank, each with its ends."""
        data = {"counted": self.counted.sum(axis=1)}
        for name, ends in (("mean", self.mean), ("rank", self.ranks)):
            for place, part in zip(("low", "median", "high"), ends, strict=True):
                data[f"{name}_{place}"] = part
        return pd.DataFrame(data, index=pd.Index(self.territories, name="territory")).reset_index()


def uncertainty(
    scores: Scores,
    *,
    assumptions: Assumptions,
    generator: np.random.Generator,
    draws: int = 10_000,
    k: int = 3,
    rank_needs: bool = False,
    chunk: int = 128,
    jobs: int = 2,
    progress: Progress | None = None,
) -> Uncertainty:
    """Draw the assumptions for every territory, the same draw for all of them.

    Needs only: ratings and dependencies move nothing here. When weights alone move, scores come
    from thin matrix products in single precision (scores to 1e-6), territories a few at a time;
    otherwise territories are run one by one, which takes a hundred times longer.

    Parameters
    ----------
    scores : Scores
        Of t territories.
    assumptions : Assumptions
        What moves. What belongs to the method (weights, anchors, means) moves for all territories
        at once; missing values are drawn territory by territory.
    generator : numpy.random.Generator
        Where draws come from; the same one gives the same bytes whatever `chunk` and `jobs`.
    draws : int
        Number of draws, ≥ 10.
    k : int
        How many weakest needs are spoken of.
    rank_needs : bool
        Whether territories are also ranked need by need; works everything out once more.
    chunk : int
        Territories between two calls of `progress`.
    jobs : int
        Threads.
    progress : callable, optional
        Called with the number of blocks done, and their number.

    Returns
    -------
    Uncertainty
        Intervals, shares and ranks. 6 bytes of memory by territory and draw are held.

    Raises
    ------
    ValueError
        When draws are fewer than 10.
    """
    if draws < 10:
        msg = f"at least 10 draws are needed, got {draws}"
        raise ValueError(msg)
    source = drawn_needs(scores, assumptions=assumptions, generator=generator, draws=draws)
    territories, needs = source.counted.shape
    counted = source.counted.copy()
    quantiles = np.full((len(LEVELS), territories, needs), np.nan)
    weakest = np.full((territories, needs), np.nan)
    means = np.full((territories, draws), np.nan, dtype=np.float32)
    mean_ends = np.full((len(LEVELS), territories), np.nan)

    def block(number: int) -> None:
        rows = slice(number * BLOCK, min((number + 1) * BLOCK, territories))
        found = source.block(rows, range(needs))
        counted[rows] &= ~np.isnan(found[:, :, 0]).T
        weakest[rows] = among_weakest(found, counted=counted[rows], k=k)
        means[rows] = plain_mean(found, counted=counted[rows])
        mean_ends[:, rows] = quantiles_of(means[rows].copy())
        for need in range(needs):
            quantiles[:, rows, need] = quantiles_of(found[need])  # reorders them: comes last

    count, together = -(-territories // BLOCK), -(-chunk // BLOCK)
    for _ in run_blocks(block, count=count, together=together, jobs=jobs, progress=progress):
        pass
    need_ranks = _need_ranks(source, draws=draws, jobs=jobs) if rank_needs else None
    return Uncertainty(
        territories=tuple(map(str, scores.indicator_scores.index)),
        needs=source.needs,
        draws=draws,
        k=k,
        counted=counted,
        quantiles=quantiles,
        weakest=weakest,
        mean=mean_ends,
        ranks=rank_ends(means, jobs=jobs),
        need_ranks=need_ranks,
    )


def _need_ranks(source: Needs, *, draws: int, jobs: int) -> Array:
    territories, needs = source.counted.shape
    made = np.full((len(LEVELS), territories, needs), np.nan)
    together = max(1, _HELD // (4 * territories * draws))
    for start in range(0, needs, together):
        part = range(start, min(start + together, needs))
        held = np.empty((len(part), territories, draws), dtype=np.float32)

        def fill(number: int, part: range = part, held: Single = held) -> None:
            rows = slice(number * BLOCK, min((number + 1) * BLOCK, territories))
            held[:, rows] = source.block(rows, part)
            held[:, rows][~source.counted[rows, part.start : part.stop].T] = np.nan

        for _ in run_blocks(fill, count=-(-territories // BLOCK), together=2 * jobs, jobs=jobs):
            pass
        for at, need in enumerate(part):
            made[:, :, need] = rank_ends(held[at], jobs=jobs)
    return made
