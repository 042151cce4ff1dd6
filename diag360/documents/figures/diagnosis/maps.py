"""The outline of a territory and where it stands, as a light inline SVG."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from diag360.catalogue.remembered import Remembered
from diag360.documents.figures.fragments import Fragment, render
from diag360.territories.outlines import Outlines, load_outlines, outlines_path
from diag360.territories.perimeter import Territory

Array = npt.NDArray[np.float64]
_SIZE = 200  # drawing units; points closer than one unit are merged
_FRANCE: "Remembered[tuple[_Frame, str]]" = Remembered()


def outline(place: Territory) -> Fragment:
    """Draw the territory alone, and its place in metropolitan France.

    Parameters
    ----------
    place : Territory
        Territory to draw.

    Returns
    -------
    Fragment
        Inline SVG, or a sentence when the base map does not hold the territory (overseas).
    """
    outlines = load_outlines()
    rings = [ring for code in place.members or (place.siren,) for ring in outlines.of(code)]
    if not rings:
        return render("no_outline", place=place)
    frame, france = _FRANCE.of(outlines_path(), make=lambda: _country(outlines))
    return render(
        "outline",
        place=place,
        size=_SIZE,
        shape=_path(rings, _Frame(rings), closed=True, step=0.5),
        france=france,
        here=frame.project(np.mean([ring.mean(axis=0) for ring in rings], axis=0)[np.newaxis])[0],
        spot=_path(rings, frame, closed=True, step=0.5),
    )


def _country(outlines: Outlines) -> tuple["_Frame", str]:
    """What is the same on every map: how France is laid, and its borders."""
    lines = outlines.country()
    frame = _Frame(lines)
    return frame, _path(lines, frame, closed=False, step=1.0)


class _Frame:
    """Fits longitudes and latitudes into a square, true to shape at the middle latitude."""

    def __init__(self, rings: Sequence[Array]) -> None:
        points = np.concatenate(rings)
        low, high = points.min(axis=0), points.max(axis=0)
        self.ratio = np.array([np.cos(np.radians((low[1] + high[1]) / 2)), 1.0])
        extent = (high - low) * self.ratio
        self.scale = (_SIZE - 8) / extent.max()
        self.low = low
        self.margin = (_SIZE - extent * self.scale) / 2

    def project(self, points: Array) -> Array:
        flat = (points - self.low) * self.ratio * self.scale + self.margin
        return np.column_stack([flat[:, 0], _SIZE - flat[:, 1]])


def _path(rings: Sequence[Array], frame: _Frame, *, closed: bool, step: float) -> str:
    """Turn rings into an SVG path on a grid of ``step`` units, merging what falls on one point."""
    words = []
    for ring in rings:
        points = np.round(frame.project(ring) / step) * step
        moved = np.any(np.diff(points, axis=0) != 0, axis=1)
        points = points[np.concatenate([[True], moved])]
        if len(points) > (2 if closed else 1):
            words.append(
                "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + ("Z" if closed else "")
            )
    return "".join(words)
