"""Scores of one territory when the anchors of every scale move a little."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diag360.catalogue.model import Indicator
from diag360.challenge.sobol import category
from diag360.scoring import scales
from diag360.scoring.matrices import score_numbers
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """How one indicator of the territory scores when its anchors move.

    Parameters
    ----------
    score : float
        Today, in [0, 1]; NaN when missing.
    bend : callable, optional
        Moves of the two anchors, shape (r, 2) [share of the range], → scores, shape (r,); none
        for a score that no move changes.
    """

    score: float
    bend: Callable[[Array], Array] | None


def scales_of(scores: Scores) -> tuple[Scale, ...]:
    """Prepare the scale of every indicator for the one territory of the scores.

    Parameters
    ----------
    scores : Scores
        Of one territory alone.

    Returns
    -------
    tuple of Scale
        In the order of the scores. The two ends of a straight scale move each on its own; a bent
        scale moves as a whole; an intermediate answer moves by its score, the ends stay.
    """
    made = []
    for name in scores.need_of.index:
        indicator = scores.catalogue.indicators[name]
        own = float(scores.indicator_scores[name].iloc[0])
        value = float(scores.number[name].iloc[0])
        made.append(Scale(own, _bend(indicator, own, value, scores)))
    return tuple(made)


def draw_scores(own: tuple[Scale, ...], *, noise: Array) -> Array:
    """Score every indicator under moves of its anchors.

    Parameters
    ----------
    own : tuple of Scale
        One per indicator.
    noise : ndarray, shape (r, i, 2)
        Moves [share of the range of each scale].

    Returns
    -------
    ndarray, shape (r, i)
        Scores in [0, 1]; NaN where missing.
    """
    made = np.empty(noise.shape[:2])
    for at, one in enumerate(own):
        made[:, at] = one.score if one.bend is None else one.bend(noise[:, at])
    return made


def among_peers(uniform: Array, *, peers: Array) -> Array:
    """Turn coordinates into scores of other territories, indicator by indicator.

    Parameters
    ----------
    uniform : ndarray, shape (r, i)
        In [0, 1).
    peers : ndarray, shape (p, i)
        Scores in [0, 1], NaN where missing.

    Returns
    -------
    ndarray, shape (r, i)
        One of the known scores of the column; the coordinate itself where nobody has any.
    """
    made = np.array(uniform)
    for column in range(peers.shape[1]):
        known = np.sort(peers[~np.isnan(peers[:, column]), column])
        if len(known):
            made[:, column] = known[category(uniform[:, column], choices=len(known))]
    return made


def _bend(
    indicator: Indicator, own: float, value: float, scores: Scores
) -> Callable[[Array], Array] | None:
    if np.isnan(own):
        return None
    if indicator.response.choices:
        if own in (0.0, 1.0):
            return None
        return lambda noise: np.clip(own + noise[:, 0], 0.0, 1.0)
    scale = indicator.scale
    if (scores.framework.interpolation or scale.interpolation) == "endpoints":
        x0, x1 = scales.resolve_endpoints(
            at_0=scale.at(0.0), at_half=scale.at(0.5), at_1=scale.at(1.0)
        )
        width = abs(x1 - x0)
        return lambda noise: scales.endpoints(
            np.full(len(noise), value), x0=x0 + width * noise[:, 0], x1=x1 + width * noise[:, 1]
        )
    ends = [float(anchor.value) for anchor in scale.anchors]
    width = max(ends) - min(ends)
    # Moving every anchor one way is moving the value the other way.
    return lambda noise: score_numbers(value - width * noise[:, 0], indicator=indicator)
