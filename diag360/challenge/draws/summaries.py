"""Pure: many draws of many territories summed up, in single precision and in place.

The bits of numbers that are at least 0, read as whole numbers, are in the order of the numbers:
comparing whole numbers, for which NaN needs no care, takes half the time.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from diag360.challenge.draws.blocks import run_blocks

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
LEVELS = (0.05, 0.5, 0.95)
RANKED = 100  # draws ranked together
_LAST = np.int32(2**31 - 1)  # after every number
_HALF = np.uint64(32)
_LOW = np.uint64(2**32 - 1)


def quantiles_of(values: Single) -> Array:
    """Quantiles of the last axis at ``LEVELS``, as :func:`numpy.quantile`; reorders it in place.

    Cut in two at the median, then each half at its end: two times faster than a sort.

    Parameters
    ----------
    values : ndarray, shape (..., r)
        At least 0, r ≥ 10. A row is either without NaN, or all NaN.

    Returns
    -------
    ndarray, shape (3, ...)
        Linear interpolation between the neighbouring draws.
    """
    last = values.shape[-1] - 1
    low, middle, high = (int(level * last) for level in LEVELS)
    bits = values.view(np.int32)
    bits.partition(middle, axis=-1)
    bits[..., :middle].partition(low, axis=-1)
    bits[..., middle + 1 :].partition(high - middle - 1, axis=-1)
    made = []
    for level, at, end in zip(LEVELS, (low, middle, high), (middle, high, last), strict=True):
        own = values[..., at].astype(float)
        after = bits[..., at + 1 : end + 1].min(axis=-1).view(np.float32).astype(float)
        made.append(own + (level * last - at) * (after - own))
    return np.stack(made)


def among_weakest(found: Single, *, counted: npt.NDArray[np.bool_], k: int) -> Array:
    """Share of the draws in which each need is among the k weakest of its territory.

    The k lowest scores are kept sorted while needs go by: a need is among the weakest when its
    score is not above the k-th.

    Parameters
    ----------
    found : ndarray, shape (n, b, r)
        Scores, at least 0.
    counted : ndarray of bool, shape (b, n)
        Needs that take part, of which none is NaN.
    k : int
        How many, ≥ 1.

    Returns
    -------
    ndarray, shape (b, n)
        NaN for a need that takes no part.
    """
    bits = found.view(np.int32)
    draws = bits.shape[2]
    made = np.full(counted.shape, np.nan)
    # One territory at a time: all this stays in the cache.
    *lowest, spare, other = np.empty((k + 2, draws), dtype=np.int32)
    below = np.empty(draws, dtype=bool)
    least, most = bits.min(axis=2), bits.max(axis=2)
    for row, own in enumerate(counted):
        made[row, own] = 0.0
        bound = np.sort(most[own, row])[:k][-1:]  # in every draw k needs are not above it
        needs = np.flatnonzero(own & (least[:, row] <= bound)) if len(bound) else ()
        for place in lowest:
            place.fill(_LAST)
        for need in needs:
            coming = bits[need, row]
            for place in lowest[:-1]:
                np.maximum(place, coming, out=spare)
                np.minimum(place, coming, out=place)
                coming, spare, other = spare, other, spare
            np.minimum(lowest[-1], coming, out=lowest[-1])
        for need in needs:
            np.less_equal(bits[need, row], lowest[-1], out=below)
            made[row, need] = np.count_nonzero(below) / draws
    return made


def plain_mean(found: Single, *, counted: npt.NDArray[np.bool_]) -> Single:
    """Plain mean of the counted needs of each territory in every draw.

    Parameters
    ----------
    found : ndarray, shape (n, b, r)
        Scores.
    counted : ndarray of bool, shape (b, n)
        Needs that take part.

    Returns
    -------
    ndarray, shape (b, r)
        NaN without any.
    """
    total = np.zeros(found.shape[1:], dtype=np.float32)
    for need, own in enumerate(found):
        kept = counted[:, need]
        if kept.all():
            total += own
        elif kept.any():
            total[kept] += own[kept]
    number = counted.sum(axis=1, dtype=np.float32)[:, np.newaxis]
    total /= np.where(number > 0, number, np.float32(np.nan))
    return total


def rank_ends(values: Single, *, jobs: int = 1) -> Array:
    """Ranks of territories in every draw, summed up at ``LEVELS``.

    Parameters
    ----------
    values : ndarray, shape (t, r)
        At least 0. A row is either without NaN, or all NaN: then it takes no rank.
    jobs : int
        Threads.

    Returns
    -------
    ndarray, shape (3, t)
        1 for the highest, equal values share the better rank; ranks that were drawn, the lowest
        with at least that share of the draws at or below. NaN for a row of NaN.
    """
    kept = np.flatnonzero(~np.isnan(values[:, 0]))
    made = np.full((len(LEVELS), len(values)), np.nan)
    if not len(kept):
        return made
    held = values if len(kept) == len(values) else values[kept]
    draws = values.shape[1]
    kind = np.uint16 if len(kept) < 2**16 else np.uint32
    ranks = np.empty((len(kept), draws), dtype=kind)
    places = np.arange(1, len(kept) + 1, dtype=kind)

    def rank(number: int) -> None:
        here = slice(number * RANKED, (number + 1) * RANKED)
        keys = _sorted_keys(held[:, here].T)
        own = np.broadcast_to(places, keys.shape)
        same = (keys[:, 1:] ^ keys[:, :-1]) <= _LOW
        if same.any():
            own = own.copy()
            own[:, 1:][same] = 0
            np.maximum.accumulate(own, axis=1, out=own)
        keys &= _LOW
        found = np.empty(keys.shape, dtype=kind)
        found.ravel()[keys.view(np.int64).ravel()] = own.ravel()
        ranks[:, here] = found.T

    def sort(number: int) -> None:
        here = slice(number * RANKED, (number + 1) * RANKED)
        ranks[here].sort(axis=1, kind="stable")  # by digits: whole numbers of 16 bits

    tasks: list[tuple[Callable[[int], None], int]] = [(rank, draws), (sort, len(kept))]
    for work, size in tasks:
        for _ in run_blocks(work, count=-(-size // RANKED), together=size, jobs=jobs):
            pass
    for at, level in enumerate(LEVELS):
        made[at, kept] = ranks[:, max(0, int(np.ceil(level * draws)) - 1)]
    return made


def _sorted_keys(values: Single) -> npt.NDArray[np.uint64]:
    """Sort every row, the highest first, each value carrying its place in the low half.

    One sort of whole numbers gives both the values and where they were in the flattened array.
    """
    keys = np.ascontiguousarray(values).view(np.uint32).astype(np.uint64)
    np.subtract(_LOW, keys, out=keys)
    keys <<= _HALF
    keys |= np.arange(keys.size, dtype=np.uint64).reshape(keys.shape)
    keys.sort(axis=1)
    return keys
