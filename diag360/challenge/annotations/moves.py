"""Pure: how a table of numbers moves, column by column: how many rows, how much, where most."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Moved:
    """How one column moves over the territories.

    Parameters
    ----------
    name : str
        Indicator, need or hazard.
    territories : int
        How many have a number before and after, and not the same; `up` and `down` add up to it.
    up, down : int
        How many go up, and down.
    median, largest : float
        Signed changes over those: the median, and the one of largest size; NaN without any.
    where : str
        Code of the territory of the largest; the first of those that tie.
    gained, lost : int
        How many have a number after only, before only.
    interval : int
        How many have none before nor after, but other bounds.
    """

    name: str
    territories: int
    up: int
    down: int
    median: float
    largest: float
    where: str
    gained: int
    lost: int
    interval: int


def moves(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    least: float,
    interval: pd.DataFrame | None = None,
) -> tuple[Moved, ...]:
    """Summarise how numbers move.

    Parameters
    ----------
    before, after : DataFrame, shape (t, k)
        Same territories, same columns; NaN where there is no number.
    least : float
        Smallest change that is one.
    interval : DataFrame of bool, shape (t, k), optional
        Where bounds move without a number.

    Returns
    -------
    tuple of Moved
        Columns where something moves: those that move most territories first, then by the size
        of their median.
    """
    found = []
    for name in before.columns:
        old, new = before[name].to_numpy(dtype=float), after[name].to_numpy(dtype=float)
        change = new - old
        moved = np.abs(change) > least  # NaN moves nowhere
        here = change[moved]
        top = int(np.abs(np.where(moved, change, 0.0)).argmax()) if here.size else -1
        one = Moved(
            name=str(name), territories=int(moved.sum()), up=int((here > 0).sum()),
            down=int((here < 0).sum()), median=float(np.median(here)) if here.size else np.nan,
            largest=float(change[top]) if here.size else np.nan,
            where=str(before.index[top]) if here.size else "",
            gained=int((np.isnan(old) & ~np.isnan(new)).sum()),
            lost=int((~np.isnan(old) & np.isnan(new)).sum()),
            interval=0 if interval is None else int(interval[name].sum()),
        )  # fmt: skip
        if one.territories or one.gained or one.lost or one.interval:
            found.append(one)
    return tuple(sorted(found, key=_rank))


def _rank(moved: Moved) -> tuple[float, float]:
    median = abs(moved.median) if moved.territories else 0.0
    return -(moved.territories + moved.gained + moved.lost), -median
