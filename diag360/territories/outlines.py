"""Outlines of intercommunalités, decoded from the shipped TopoJSON."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from diag360.catalogue.remembered import Remembered
from diag360.paths import data_dir

Ring = npt.NDArray[np.float64]
_SHIPPED: "Remembered[Outlines]" = Remembered()


@dataclass(frozen=True, slots=True)
class Outlines:
    """A topology whose arcs are decoded as they are asked for.

    Parameters
    ----------
    topology : dict
        TopoJSON with objects ``epci`` (geometries by siren) and ``country`` (its borders).
    """

    topology: dict[str, Any]

    def of(self, siren: str) -> list[Ring]:
        """Rings of a territory; empty when the base map does not hold it (overseas).

        Returns
        -------
        list of ndarray, shape (k, 2)
            Longitude and latitude [degrees, WGS 84].
        """
        for geometry in self.topology["objects"]["epci"]["geometries"]:
            if geometry["id"] == siren:
                arcs = geometry["arcs"]
                polygons = [arcs] if geometry["type"] == "Polygon" else arcs
                return [self._line(ring) for polygon in polygons for ring in polygon]
        return []

    def country(self) -> list[Ring]:
        """Coast and borders of metropolitan France, as lines [degrees, WGS 84]."""
        return [self._line(line) for line in self.topology["objects"]["country"]["arcs"]]

    def _line(self, numbers: list[int]) -> Ring:
        # An arc run backwards is written as its one's complement; arcs share their end points.
        parts = [self._arc(n) if n >= 0 else self._arc(~n)[::-1] for n in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    def _arc(self, number: int) -> Ring:
        transform = self.topology["transform"]
        steps = np.cumsum(self.topology["arcs"][number], axis=0)
        return np.asarray(steps * transform["scale"] + transform["translate"])


def outlines_path() -> Path:
    """Shipped outlines."""
    return data_dir() / "territories" / "epci.topojson"


def load_outlines() -> Outlines:
    """Give the shipped outlines, which nobody changes."""
    path = outlines_path()
    return _SHIPPED.of(path, make=lambda: Outlines(json.loads(path.read_text(encoding="utf-8"))))
