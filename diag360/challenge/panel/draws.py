"""The disagreement of a panel, drawn: its weights as a function of points of the unit cube."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from diag360.challenge.panel.agreement import mixed_weights, resampled_weights
from diag360.challenge.panel.read import Panel
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
Way = Literal["reechantillon", "melange"]


@dataclass(frozen=True, slots=True)
class PanelWeights:
    """Weights of indicators as a function of a point of the unit cube; i indicators.

    Parameters
    ----------
    columns : int
        Coordinates it takes.
    draw : callable
        Points, shape (r, columns) in [0, 1) → weights ≥ 0, shape (r, i).
    """

    columns: int
    draw: Callable[[Array], Array]


def panel_draws(
    panel: Panel, *, draws: int, generator: np.random.Generator, way: Way = "reechantillon"
) -> Array:
    """Draw weights that carry the disagreement of a panel.

    Parameters
    ----------
    panel : Panel
        On anything.
    draws : int
        Number of draws.
    generator : numpy.random.Generator
        Where draws come from.
    way : {"reechantillon", "melange"}
        Group words of experts drawn again with replacement (how far the compromise is known), or
        one expert at a time (how far experts differ).

    Returns
    -------
    ndarray, shape (draws, n)
        Weights, each row summing to 1.
    """
    return _drawn(panel, generator.random((draws, _seats(panel, way))), way)


def panel_weights(
    panels: Sequence[Panel], *, scores: Scores, way: Way = "reechantillon"
) -> PanelWeights:
    """Make the weights of indicators a function of coordinates, for a model run many times.

    Parameters
    ----------
    panels : sequence of Panel
        On the indicators of needs.
    scores : Scores
        Give the indicators and the weights of those nobody weighed.
    way : {"reechantillon", "melange"}
        As in :func:`panel_draws`.

    Returns
    -------
    PanelWeights
        In each need, the weight the panel shares out is what its items had together.

    Raises
    ------
    ValueError
        When a panel weighs something that is not an indicator of the framework.
    """
    names = list(scores.need_of.index)
    base = scores.weights.to_numpy(dtype=float)
    strange = [item.id for panel in panels for item in panel.items if item.id not in names]
    if strange:
        msg = f"not indicators of {scores.framework.id}: {', '.join(strange)}"
        raise ValueError(msg)
    places = [np.array([names.index(item.id) for item in panel.items]) for panel in panels]
    ends = np.cumsum([_seats(panel, way) for panel in panels])

    def draw(points: Array) -> Array:
        weights = np.tile(base, (len(points), 1))
        for panel, at, end in zip(panels, places, ends, strict=True):
            mine = points[:, end - _seats(panel, way) : end]
            drawn = _drawn(panel, mine, way) * (base[at] > 0)
            total = drawn.sum(axis=1, keepdims=True)
            share = np.divide(drawn, total, out=np.zeros_like(drawn), where=total > 0)
            weights[:, at] = share * base[at].sum()
        return weights

    return PanelWeights(columns=int(ends[-1]) if len(ends) else 0, draw=draw)


def _seats(panel: Panel, way: Way) -> int:
    return len(panel.weights) if way == "reechantillon" else 1


def _drawn(panel: Panel, uniform: Array, way: Way) -> Array:
    if way == "melange":
        return mixed_weights(panel.weights, uniform=uniform[:, 0])
    return resampled_weights(panel.weights, uniform=uniform, mean=panel.mean)
