"""Outlines of intercommunalités, decoded from the shipped TopoJSON."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from diag360.paths import data_dir

Ring = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Shared arcs, and for each territory the polygons they draw.

    Parameters
    ----------
    arcs : list of ndarray, shape (k, 2)
        Longitude and latitude [degrees, WGS 84].
    polygons : dict of str to list
        By siren, polygons as lists of rings as lists of arc numbers; ``~n`` is arc n backwards.
    """

    arcs: list[Ring]
    polygons: dict[str, list[list[list[int]]]]

    def of(self, siren: str) -> list[Ring]:
        """Rings of a territory; empty when the base map does not hold it (overseas)."""
        return [self._ring(ring) for polygon in self.polygons.get(siren, []) for ring in polygon]

    def borders(self) -> list[Ring]:
        """Arcs only one territory uses: coasts, national borders, and gaps of the base map."""
        uses = Counter(
            number if number >= 0 else ~number
            for polygons in self.polygons.values()
            for number in _numbers(polygons)
        )
        return [self.arcs[number] for number in sorted(uses) if uses[number] == 1]

    def _ring(self, numbers: list[int]) -> Ring:
        parts = [self.arcs[n] if n >= 0 else self.arcs[~n][::-1] for n in numbers]
        # Consecutive arcs share their end point.
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def load_outlines() -> Outlines:
    """Read the shipped outlines."""
    path = data_dir() / "territories" / "epci.topojson"
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]
    geometries = topology["objects"]["epci"]["geometries"]
    return Outlines(arcs=arcs, polygons={g["id"]: _polygons(g) for g in geometries})


def _polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    arcs = geometry["arcs"]
    return [arcs] if geometry["type"] == "Polygon" else list(arcs)


def _numbers(polygons: list[list[list[int]]]) -> Iterator[int]:
    for polygon in polygons:
        for ring in polygon:
            yield from ring
