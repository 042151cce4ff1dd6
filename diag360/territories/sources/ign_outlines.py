"""Simplified outlines of the EPCI of 2025, metropolitan France (IGN, Admin Express).

Layout: TopoJSON with quantised arcs. It draws the territories of the Métropole du Grand Paris
(EPT) and, as a loose arc, Paris, instead of the Métropole. Derived here: identifiers and arcs
only, the Métropole merged, arcs no one uses any more left out.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from diag360.territories.silhouette import flat_arcs, silhouette
from diag360.territories.sources._common import read_json, refuse
from diag360.territories.sources.anct_overcrowding import PARIS

FILE = "epci_2025.topojson"
FILES: tuple[str, ...] = (FILE,)
CITY = "75056"
Ring = list[int]


def _forward(arc: int) -> int:
    # TopoJSON writes an arc run backwards as its one's complement.
    return arc if arc >= 0 else ~arc


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    if geometry["type"] == "Polygon":
        return list(geometry["arcs"])
    return [ring for polygon in geometry["arcs"] for ring in polygon]


def _ends(arc: list[list[int]]) -> tuple[tuple[int, int], tuple[int, int]]:
    start = (arc[0][0], arc[0][1])
    return start, (sum(point[0] for point in arc), sum(point[1] for point in arc))


def _area(ring: Ring, arcs: list[list[list[int]]]) -> float:
    points: list[tuple[int, int]] = []
    for index in ring:
        x = y = 0
        line = []
        for dx, dy in arcs[_forward(index)]:
            x, y = x + dx, y + dy
            line.append((x, y))
        points += line if index >= 0 else line[::-1]
    closed = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in closed)) / 2


def merge(geometries: Iterable[dict[str, Any]], *, arcs: list[list[list[int]]]) -> list[Ring]:
    """Outer ring of adjoining polygons, inner borders and the holes they leave dropped.

    Parameters
    ----------
    geometries : iterable of dict
        TopoJSON polygons sharing arcs.
    arcs : list of list of [int, int]
        Quantised, delta-encoded arcs of the topology.

    Returns
    -------
    list of list of int
        Arcs of the one polygon that holds them all.
    """
    used = [arc for geometry in geometries for ring in _rings(geometry) for arc in ring]
    times = Counter(_forward(arc) for arc in used)
    border = [arc for arc in used if times[_forward(arc)] == 1]
    starts: dict[tuple[int, int], list[int]] = {}
    stops: dict[int, tuple[int, int]] = {}
    for arc in border:
        ends = _ends(arcs[_forward(arc)])
        start, stops[arc] = ends if arc >= 0 else ends[::-1]
        starts.setdefault(start, []).append(arc)
    rings: list[Ring] = []
    while starts:
        first = next(iter(starts))
        ring, point = [], first
        while point in starts:
            arc = starts[point].pop()
            if not starts[point]:
                del starts[point]
            ring.append(arc)
            point = stops[arc]
        if point != first:
            raise refuse(FILE, "", "contour ouvert", "télécharger à nouveau le fichier")
        rings.append(ring)
    # The city of Paris shares no arc with its neighbours: it is the hole they leave.
    return [max(rings, key=lambda ring: _area(ring, arcs))]


def _renumber(shape: Any, numbers: dict[int, int]) -> Any:
    if isinstance(shape, list):
        return [_renumber(part, numbers) for part in shape]
    return numbers[shape] if shape >= 0 else ~numbers[~shape]


def read_outlines(folder: Path, *, sirens: Iterable[str]) -> dict[str, Any]:
    """Topology of the EPCI drawn.

    Two objects: ``epci``, each geometry with ``id`` = siren, and ``country``, the lines of the
    coast and borders.
    """
    raw = read_json(folder, name=FILE)
    try:
        shapes = next(iter(raw["objects"].values()))["geometries"]
        drawn = {str(shape["properties"]["EPCI"]): shape for shape in shapes}
        arcs, transform = raw["arcs"], raw["transform"]
    except (KeyError, StopIteration, TypeError) as error:
        raise refuse(
            FILE, str(error), "contours sans code EPCI", "télécharger à nouveau le fichier"
        ) from error
    known = set(sirens)
    kept = {
        siren: {"type": shape["type"], "arcs": shape["arcs"]}
        for siren, shape in drawn.items()
        if siren in known
    }
    parts = [shape for siren, shape in drawn.items() if siren not in known and siren != CITY]
    if PARIS in known and PARIS not in kept and parts:
        kept[PARIS] = {"type": "Polygon", "arcs": merge(parts, arcs=arcs)}
    order = sorted(kept)
    used = sorted({arc for siren in order for arc in flat_arcs(kept[siren]["arcs"])})
    numbers = {old: new for new, old in enumerate(used)}
    shapes = {siren: _renumber(kept[siren]["arcs"], numbers) for siren in order}
    kept_arcs = [arcs[old] for old in used]
    country = silhouette(shapes.values(), arcs=kept_arcs, scale=tuple(transform["scale"]))
    epci = [{"type": kept[s]["type"], "id": s, "arcs": shapes[s]} for s in order]
    return {
        "type": "Topology",
        "transform": transform,
        "objects": {
            "epci": {"type": "GeometryCollection", "geometries": epci},
            "country": {"type": "MultiLineString", "arcs": [[number] for number in country]},
        },
        "arcs": kept_arcs,
    }
