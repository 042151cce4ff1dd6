"""The coast and borders of the country, found among the arcs of the outlines of its territories.

Outlines simplified one by one leave thin gaps between neighbours, so an arc used once is not
enough to be a border: gaps are small closed chains of such arcs, the country is a long one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

# Width under which a chain of arcs is a gap or a small island [degrees].
SMALLEST = 0.24
Point = tuple[int, int]


def flat_arcs(shape: Any) -> Iterator[int]:
    """Yield the arc numbers of a TopoJSON geometry, forwards (``~n`` stands for arc n)."""
    if isinstance(shape, list):
        for part in shape:
            yield from flat_arcs(part)
    else:
        yield shape if shape >= 0 else ~shape


def silhouette(
    shapes: Iterable[Any], *, arcs: list[list[list[int]]], scale: tuple[float, float]
) -> list[int]:
    """Arcs that draw the country.

    Parameters
    ----------
    shapes : iterable
        ``arcs`` of every TopoJSON geometry.
    arcs : list of list of [int, int]
        Quantised, delta-encoded arcs.
    scale : tuple of float
        Degrees per quantised unit, in longitude and latitude.

    Returns
    -------
    list of int
        Numbers of the arcs, in increasing order.
    """
    uses = Counter(number for shape in shapes for number in flat_arcs(shape))
    lines = {n: np.cumsum(arcs[n], axis=0) for n in uses if uses[n] == 1}
    leader: dict[Point, Point] = {}

    def lead(point: Point) -> Point:
        while leader.setdefault(point, point) != point:
            leader[point] = point = leader[leader[point]]
        return point

    ends = {n: (_point(line[0]), _point(line[-1])) for n, line in lines.items()}
    for start, stop in ends.values():
        leader[lead(start)] = lead(stop)
    chains: dict[Point, list[int]] = defaultdict(list)
    for number, (start, _) in ends.items():
        chains[lead(start)].append(number)
    return sorted(
        number
        for chain in chains.values()
        if (np.ptp(np.concatenate([lines[n] for n in chain]), axis=0) * scale).max() >= SMALLEST
        for number in chain
    )


def _point(position: Any) -> Point:
    return int(position[0]), int(position[1])
