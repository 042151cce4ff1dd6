"""Work cut in blocks of a fixed size, so that neither chunks nor threads change a single byte."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Made = TypeVar("Made")
Progress = Callable[[int, int], None]


def run_blocks(
    work: Callable[[int], Made],
    *,
    count: int,
    together: int,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[Made]:
    """Give the results of numbered blocks, in order.

    Parameters
    ----------
    work : callable
        Number of a block → its result; blocks must not depend on one another.
    count : int
        Number of blocks.
    together : int
        Blocks between two calls of `progress`.
    jobs : int
        Threads; with 1, none is started.
    progress : callable, optional
        Called with the number of blocks done and their number in all.

    Yields
    ------
    object
        Results, in the order of the blocks whatever the number of threads.
    """
    with ExitStack() as stack:
        if jobs > 1:
            pool = stack.enter_context(ThreadPoolExecutor(max_workers=jobs))
            results: Iterator[Made] = pool.map(work, range(count))
        else:
            results = map(work, range(count))
        for done, made in enumerate(results, start=1):
            yield made
            if progress is not None and (done % max(together, 1) == 0 or done == count):
                progress(done, count)


def point_blocks(
    *, draws: int, width: int, block: int, generator: np.random.Generator
) -> Callable[[int], Array]:
    """Points of the unit cube, cut in blocks that each have their own generator.

    Parameters
    ----------
    draws, width : int
        Number of points and of coordinates.
    block : int
        Points of a block; the last one may hold fewer.
    generator : numpy.random.Generator
        Its children draw the blocks.

    Returns
    -------
    callable
        Number of a block → array of shape (≤ block, width), drawn afresh: once by block.
    """
    children = generator.spawn(-(-draws // block))

    def points(number: int) -> Array:
        size = min(block, draws - number * block)
        return children[number].random((size, width))

    return points
