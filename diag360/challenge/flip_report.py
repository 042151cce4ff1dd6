"""What would turn a conclusion over: the smallest change of one weight, or of one anchor."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.units import outside_range
from diag360.challenge.flips import (
    anchors_giving,
    score_reaching,
    weight_levelling,
    weight_reaching,
)
from diag360.challenge.robustness import BORDERS
from diag360.scoring import scales
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
Lever = Literal["poids", "seuil_0", "seuil_1"]
_NULL = 1e-9  # share of today's value below which a weight is a withdrawal, not a change
_SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Flip:
    """One change, at the very point where a comparison is level.

    Parameters
    ----------
    indicator, need : str
        Ids: what changes, and the need whose score moves.
    lever : {"poids", "seuil_0", "seuil_1"}
        Its weight, the value that scores 0, or the value that scores 1.
    today, then : float
        Weight, or anchor [unit of the indicator].
    change : float
        Size of the change: share of the weight, or of the range between the two anchors.
    """

    indicator: str
    need: str
    lever: Lever
    today: float
    then: float
    change: float

    @property
    def factor(self) -> float:
        """What the weight, or the anchor, is multiplied by."""
        return self.then / self.today if self.today else np.nan


@dataclass(frozen=True, slots=True)
class Comparison:
    """Something said of a territory, and the least that turns it over.

    Parameters
    ----------
    kind : {"ordre", "classe"}
        The order of two needs that follow one another, or the class of one need.
    need : str
        The weaker of the two needs, or the need.
    other : str
        The stronger one; empty for a class.
    border : float
        Border of the class, in [0, 1]; NaN for an order.
    score, goal : float
        Score of the need, and of the other or the border.
    by_weight, by_anchor : Flip, optional
        The smallest change of one weight, of one anchor; none when no single one is enough.
    """

    kind: Literal["ordre", "classe"]
    need: str
    other: str
    border: float
    score: float
    goal: float
    by_weight: Flip | None
    by_anchor: Flip | None


@dataclass(frozen=True, slots=True)
class FlipReport:
    """Every comparison of a territory, the easiest to turn over first.

    Parameters
    ----------
    territory : str
        Code.
    comparisons : tuple of Comparison
        By rising relative change of a weight; those that no weight turns over come last.
    left_out : tuple of str
        Determined needs that are not aggregated by an arithmetic mean: no closed form.
    """

    territory: str
    comparisons: tuple[Comparison, ...]
    left_out: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row per comparison and lever, unrounded; empty cells where nothing is enough."""
        rows = [
            {
                "kind": one.kind, "need": one.need, "other": one.other, "border": one.border,
                "score": one.score, "goal": one.goal, "lever": family,
                "indicator": flip.indicator if flip else "",
                "moved_need": flip.need if flip else "",
                "anchor": flip.lever if flip else "",
                "today": flip.today if flip else np.nan,
                "then": flip.then if flip else np.nan,
                "change": flip.change if flip else np.nan,
            }
            for one in self.comparisons
            for family, flip in (("poids", one.by_weight), ("seuil", one.by_anchor))
        ]  # fmt: skip
        return pd.DataFrame(rows)


def flip_report(scores: Scores, *, territory: str) -> FlipReport:
    """Find what turns over the order of the needs of a territory, and their classes.

    Only the needs determined today are compared, and a change that would leave a need no longer
    determined is no answer.

    Parameters
    ----------
    scores : Scores
        That hold the territory.
    territory : str
        Code.

    Returns
    -------
    FlipReport
        One comparison per pair of needs that follow one another, and per border next to a need.
    """
    at = scores.determined.index.get_loc(territory)
    printed = [str(n) for n, here in scores.determined.iloc[at].items() if here]
    means = {need.id: need.aggregation for need in scores.framework.needs}
    known = {
        need: _Need(scores, territory=territory, need=need)
        for need in printed
        if means[need] == "arithmetic"
    }
    ranked = sorted(known, key=lambda name: known[name].score)
    made = []
    for low, high in pairwise(ranked):
        first, second = known[low], known[high]
        made.append(Comparison(
            "ordre", low, high, np.nan, first.score, second.score,
            by_weight=_least([*first.weights(second.score), *second.weights(first.score)]),
            by_anchor=_least([*first.anchors(second.score), *second.anchors(first.score)]),
        ))  # fmt: skip
    for name in ranked:
        one = known[name]
        for border in _beside(one.score):
            made.append(Comparison(
                "classe", name, "", border, one.score, border,
                by_weight=_least(one.weights(border)), by_anchor=_least(one.anchors(border)),
            ))  # fmt: skip
    made.sort(key=lambda one: one.by_weight.change if one.by_weight else np.inf)
    return FlipReport(
        territory=territory,
        comparisons=tuple(made),
        left_out=tuple(need for need in printed if need not in known),
    )


def weights_levelling(
    scores: Scores, *, territories: tuple[str, str], need: str
) -> tuple[Flip, ...]:
    """Find the weights at which two territories have the same score for a need.

    Parameters
    ----------
    scores : Scores
        That hold both.
    territories : tuple of two str
        Codes.
    need : str
        Id of a need aggregated by an arithmetic mean, determined for both.

    Returns
    -------
    tuple of Flip
        One per indicator that can, smallest change first; empty when no weight alone swaps them.
    """
    pair = [_Need(scores, territory=code, need=need) for code in territories]
    weights = pair[0].mass
    found = []
    for at in np.flatnonzero(weights > 0):
        roots = weight_levelling((pair[0].marks, pair[1].marks), weights=weights, indicator=int(at))
        for root in roots:
            if root > _NULL * weights[at] and all(one.stays(root)[at] for one in pair):
                change = abs(root / weights[at] - 1)
                found.append(Flip(
                    pair[0].names[at], need, "poids", float(weights[at]), root, float(change)
                ))  # fmt: skip
    nearest: dict[str, Flip] = {}
    for flip in sorted(found, key=lambda one: one.change):
        nearest.setdefault(flip.indicator, flip)
    return tuple(nearest.values())


class _Need:
    """One need of one territory, ready to be bent."""

    def __init__(self, scores: Scores, *, territory: str, need: str) -> None:
        own = (scores.need_of == need).to_numpy()
        self.need = need
        self.scores = scores
        self.names = [str(name) for name in scores.need_of.index[own]]
        applies = scores.applicable.loc[territory].to_numpy(dtype=bool)[own]
        values = scores.indicator_scores.loc[territory].to_numpy(dtype=float)[own]
        self.mass: Array = scores.weights.to_numpy(dtype=float)[own]
        self.marks: Array = np.where(applies & (self.mass > 0), values, np.nan)
        self.number: Array = scores.number.loc[territory].to_numpy(dtype=float)[own]
        self.score = scores.needs.of(territory)[need].score
        self.known = float(self.mass[~np.isnan(self.marks)].sum())
        self.total = float(self.mass[applies].sum())

    def stays(self, weight: Array | float) -> npt.NDArray[np.bool_]:
        """Tell whether the need stays determined when each known indicator has another weight."""
        share = (self.known - self.mass + weight) / (self.total - self.mass + weight)
        unknown = np.isnan(self.marks)
        other = self.known / (self.total - self.mass + weight)
        floor = self.scores.needs.floor - _SLACK
        made: npt.NDArray[np.bool_] = np.where(unknown, other, share) >= floor
        return made

    def weights(self, goal: float) -> list[Flip]:
        """Changes of one weight that bring the score to a goal."""
        found = weight_reaching(np.array(goal), scores=self.marks, weights=self.mass)
        kept = (self.mass > 0) & (found > _NULL * self.mass)
        kept &= self.stays(np.where(np.isnan(found), self.mass, found))
        return [
            Flip(
                self.names[at], self.need, "poids", float(self.mass[at]), float(found[at]),
                abs(float(found[at] / self.mass[at]) - 1),
            )
            for at in np.flatnonzero(kept)
        ]  # fmt: skip

    def anchors(self, goal: float) -> list[Flip]:
        """Changes of one anchor of a straight scale that bring the score to a goal."""
        wanted = score_reaching(np.array(goal), scores=self.marks, weights=self.mass)
        made = []
        for at in np.flatnonzero(~np.isnan(wanted) & ~np.isnan(self.number)):
            ends = self._ends(self.names[at])
            if ends is None or not 0 < wanted[at] < 1:
                continue
            x0, x1 = ends
            moved = anchors_giving(
                np.array(wanted[at]), value=np.array(self.number[at]),
                x0=np.array(x0), x1=np.array(x1),
            )  # fmt: skip
            levers: tuple[tuple[Lever, float], ...] = (("seuil_0", x0), ("seuil_1", x1))
            for (lever, today), then in zip(levers, moved, strict=True):
                if not np.isnan(then) and self._sensible(self.names[at], float(then)):
                    change = abs(float(then) - today) / abs(x1 - x0)
                    made.append(Flip(self.names[at], self.need, lever, today, float(then), change))
        return made

    def _sensible(self, name: str, anchor: float) -> bool:
        """Tell a threshold that could be from a negative count or a share above 100 %."""
        unit = self.scores.catalogue.unit(name)
        return unit is None or not outside_range(np.array([anchor]), unit=unit)[0]

    def _ends(self, name: str) -> tuple[float, float] | None:
        """Anchors of a straight scale; none for a bent one or a vocabulary."""
        indicator = self.scores.catalogue.indicators[name]
        scale = indicator.scale
        straight = (self.scores.framework.interpolation or scale.interpolation) == "endpoints"
        if indicator.response.choices or not straight:
            return None
        return scales.resolve_endpoints(
            at_0=scale.at(0.0), at_half=scale.at(0.5), at_1=scale.at(1.0)
        )


def _beside(score: float) -> list[float]:
    """Borders of classes just below and just above a score."""
    below = [border for border in BORDERS if border <= score]
    above = [border for border in BORDERS if border > score]
    return [*below[-1:], *above[:1]]


def _least(flips: Iterable[Flip]) -> Flip | None:
    return min(flips, key=lambda flip: (flip.change, flip.indicator, flip.lever), default=None)
