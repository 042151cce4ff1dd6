"""Pure: what many draws say of an order: intervals, ranks, who is among the first, how settled."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int_]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
STEPS = 10
SETTLED = 0.02


@dataclass(frozen=True, slots=True)
class Ranking:
    """What r draws say of m things set in order; rank 1 comes first.

    Parameters
    ----------
    names : tuple of str
        Things, m of them.
    k : int
        How many first ones are spoken of.
    nominal : ndarray, shape (m,)
        Value under the assumptions as they are; NaN when it is not to be printed.
    quantiles : ndarray, shape (5, m)
        At ``LEVELS``.
    ranks : ndarray, shape (m, m)
        Share of the draws in which the thing of the row has the rank of the column; equal things
        share the better rank.
    first : ndarray, shape (m,)
        Share of the draws in which fewer than k others come before.
    steps : ndarray of int, shape (10,)
        Numbers of draws at which ``running`` is read.
    running : ndarray, shape (10, m)
        ``first`` on the first draws alone.
    error : ndarray, shape (10, m)
        Its standard error, √(p(1 - p)/r).
    """

    names: tuple[str, ...]
    k: int
    nominal: Array
    quantiles: Array
    ranks: Array
    first: Array
    steps: npt.NDArray[np.int_]
    running: Array
    error: Array

    @property
    def settled(self) -> bool:
        """Whether no running share moved by 0.02 or more over the last half of the draws."""
        last = self.running[self.steps >= self.steps[-1] / 2]
        return bool((np.abs(last - last[-1]) < SETTLED).all())

    @property
    def order(self) -> tuple[int, ...]:
        """Positions, by rising mean rank."""
        mean = self.ranks @ np.arange(1, len(self.names) + 1)
        return tuple(int(at) for at in np.argsort(mean, kind="stable"))


def ranks_of(values: Array) -> Ranks:
    """Rank every row, the lowest value first; equal values share the better rank.

    Parameters
    ----------
    values : ndarray, shape (r, m)
        Finite.

    Returns
    -------
    ndarray of int, shape (r, m)
        From 1 to m.
    """
    ranks = np.ones(values.shape, dtype=int)
    for column in range(values.shape[1]):
        ranks += values[:, [column]] < values
    return ranks


def rank_shares(ranks: Ranks) -> Array:
    """Share of the draws at each rank, shape (m, m) from ranks of shape (r, m)."""
    size = ranks.shape[1]
    return np.array([
        np.bincount(ranks[:, at] - 1, minlength=size) / len(ranks) for at in range(size)
    ]).reshape(size, size)  # fmt: skip


def pair_shares(values: Array) -> Array:
    """Share of the draws in which the value of the row is under that of the column.

    Parameters
    ----------
    values : ndarray, shape (r, m)
        Finite.

    Returns
    -------
    ndarray, shape (m, m)
        Equal values count for one half, so that a share and its mirror sum to 1.
    """
    made = np.empty((values.shape[1], values.shape[1]))
    for at in range(values.shape[1]):
        own = values[:, [at]]
        made[at] = (own < values).mean(axis=0) + 0.5 * (own == values).mean(axis=0)
    return made


def ranking(
    values: Array, *, names: tuple[str, ...], nominal: Array, k: int, rising: bool = True
) -> Ranking:
    """Sum up draws.

    Parameters
    ----------
    values : ndarray, shape (r, m)
        Finite, r ≥ 1.
    names : tuple of str
        The m things.
    nominal : ndarray, shape (m,)
        Values under the assumptions as they are.
    k : int
        How many first ones are spoken of.
    rising : bool
        Whether the lowest comes first; else the highest does.

    Returns
    -------
    Ranking
        With its convergence at tenths of the draws.
    """
    ranks = ranks_of(values if rising else -values)
    draws = len(values)
    at = np.maximum(np.arange(1, STEPS + 1) * draws // STEPS, 1)
    first = (ranks <= k).astype(float)
    running = np.cumsum(first, axis=0)[at - 1] / at[:, np.newaxis]
    return Ranking(
        names=names,
        k=k,
        nominal=nominal,
        quantiles=np.quantile(values, LEVELS, axis=0),
        ranks=rank_shares(ranks),
        first=running[-1],
        steps=at,
        running=running,
        error=np.sqrt(running * (1 - running) / at[:, np.newaxis]),
    )
