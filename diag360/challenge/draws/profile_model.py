"""One territory, one function: points of the unit cube in, scores of needs and effects out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diag360.challenge.assumptions import Assumptions, Factor, Layout, layout
from diag360.challenge.draws.means import draw_means
from diag360.challenge.draws.scores import Scale, among_peers, draw_scores, scales_of
from diag360.challenge.draws.sensitivity import draw_sensitivity
from diag360.challenge.draws.weights import draw_weights
from diag360.challenge.sobol import category
from diag360.scoring.scores import Scores
from diag360.vulnerability.assess import BOUNDS, Vulnerabilities
from diag360.vulnerability.cascade import cascade, influence
from diag360.vulnerability.draws import triangular
from diag360.vulnerability.effects import direct_effect
from diag360.vulnerability.exposure import exposure, linked_exposure
from diag360.vulnerability.matrices import delays, link_matrix, strength_matrix
from diag360.vulnerability.sensitivity import tagged

Array = npt.NDArray[np.float64]
MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model gives at r points.

    Parameters
    ----------
    needs : ndarray, shape (r, n)
        Scores of needs in [0, 1]; NaN where no indicator counts.
    effects : ndarray, shape (r, h, n)
        Total effect of each rated hazard at the duration of its kind, in [0, 1]; h is 0 without
        ratings.
    """

    needs: Array
    effects: Array


@dataclass(frozen=True, slots=True)
class ProfileModel:
    """A territory ready to be run again under other assumptions.

    Parameters
    ----------
    needs, hazards : tuple of str
        Names of the axes of the outcomes; hazards are those that are rated.
    layout : Layout
        Columns of the points.
    run : callable
        Array of points, shape (r, width) in [0, 1), → Outcome.
    """

    needs: tuple[str, ...]
    hazards: tuple[str, ...]
    layout: Layout
    run: Callable[[Array], Outcome]


def profile_model(
    scores: Scores,
    *,
    assumptions: Assumptions,
    found: Vulnerabilities | None = None,
    peers: Array | None = None,
) -> ProfileModel:
    """Prepare a territory.

    Parameters
    ----------
    scores : Scores
        Of one territory alone.
    assumptions : Assumptions
        What moves.
    found : Vulnerabilities, optional
        Of the same territory; without it, needs only.
    peers : ndarray, shape (p, i), optional
        Scores of other territories, asked for when missing values are drawn among them.

    Returns
    -------
    ProfileModel
        Whose middle point, every coordinate at 0.5, is the score without noise, but for the
        choices (of a weight scheme, of a mean) and the missing values.

    Raises
    ------
    ValueError
        When the scores hold several territories, the vulnerabilities are not those of that
        territory alone, or peers are asked for and not given.
    """
    if len(scores.indicator_scores) != 1:
        msg = f"one territory is needed, got {len(scores.indicator_scores)}"
        raise ValueError(msg)
    if assumptions.missing == "semblables" and peers is None:
        msg = "peers are needed to draw missing scores among them"
        raise ValueError(msg)
    territory = str(scores.indicator_scores.index[0])
    if found is not None and list(found.territories) != [territory]:
        msg = f"vulnerabilities of {territory} alone are needed, got {list(found.territories)}"
        raise ValueError(msg)
    hazards = found.rated(territory) if found is not None else ()
    edges = _edges(scores) if hazards else ()
    where = layout(
        assumptions, indicators=len(scores.need_of), hazards=len(hazards), edges=len(edges)
    )
    part = _Part(scores, assumptions, where, peers, scales_of(scores))
    hit = None if found is None or not hazards else _hit(part, found, hazards, edges)

    def run(points: Array) -> Outcome:
        values, weights = part.scores(points), part.weights(points)
        needs = part.needs(points, values, weights)
        if hit is None:
            return Outcome(needs, np.zeros((len(points), 0, needs.shape[1])))
        return Outcome(needs, hit.effects(points, values, weights, needs))

    names = tuple(need.id for need in scores.framework.needs)
    return ProfileModel(needs=names, hazards=hazards, layout=where, run=run)


def _edges(scores: Scores) -> tuple[tuple[int, int], ...]:
    strength, _ = strength_matrix(scores.catalogue, framework=scores.framework.id)
    return tuple((int(n), int(m)) for n, m in zip(*np.nonzero(strength), strict=True))


@dataclass(frozen=True, slots=True)
class _Part:
    """From points to scores of indicators, weights and scores of needs."""

    scores_: Scores
    assumptions: Assumptions
    layout: Layout
    peers: Array | None
    scales: tuple[Scale, ...]

    def draw(self, points: Array, factor: Factor, *, columns: int) -> Array:
        """Coordinates of a factor, or the middle for one that does not move."""
        if not self.layout.sizes[factor]:
            return np.full((1, columns), MIDDLE)
        return points[:, self.layout.columns(factor)]

    def scores(self, points: Array) -> Array:
        """Scores of indicators, shape (r or 1, i); missing ones drawn, or NaN."""
        count = len(self.scores_.need_of)
        made = self.scores_.indicator_scores.to_numpy(dtype=float)
        if self.layout.sizes["bornes"]:
            noise = self.draw(points, "bornes", columns=2 * count).reshape(-1, count, 2)
            made = draw_scores(self.scales, noise=(2 * noise - 1) * self.assumptions.anchor_noise)
        applies = self.scores_.applicable.to_numpy(dtype=bool)[0]
        made = np.where(applies, made, np.nan)
        if not self.layout.sizes["manquants"]:
            return made
        fill = self.draw(points, "manquants", columns=count)
        if self.peers is not None:
            fill = among_peers(fill, peers=self.peers)
        return np.where(np.isnan(made) & applies, fill, made)

    def weights(self, points: Array) -> Array:
        """Weights of indicators, shape (r or 1, i)."""
        moves = self.layout.sizes
        noise = self.draw(points, "poids", columns=1) if moves["poids"] else None
        choice = self.draw(points, "jeu_de_poids", columns=1)[:, 0]
        return draw_weights(
            self.scores_, assumptions=self.assumptions, noise=noise,
            choice=choice if moves["jeu_de_poids"] else None,
            experts=self.draw(points, "panel", columns=1) if moves["panel"] else None,
        )  # fmt: skip

    def needs(self, points: Array, values: Array, weights: Array) -> Array:
        """Scores of needs, shape (r, n)."""
        needs = self.scores_.framework.needs
        places = self.scores_.need_of.to_numpy()[:, np.newaxis] == [need.id for need in needs]
        groups = places.astype(float)
        shape = (len(points), values.shape[1])
        values, weights = np.broadcast_to(values, shape), np.broadcast_to(weights, shape)

        def means(kind: str, exponent: float | None = None) -> Array:
            return draw_means(values, weights=weights, groups=groups, kind=kind, exponent=exponent)

        if self.layout.sizes["agregation"]:
            choices = self.assumptions.aggregations
            at = category(self.draw(points, "agregation", columns=1)[:, 0], choices=len(choices))
            return np.stack([means(kind) for kind in choices])[at, np.arange(len(at))]
        own = [(need.aggregation, need.exponent) for need in needs]
        made = np.full((len(points), len(needs)), np.nan)
        for kind in dict.fromkeys(own):
            here = [one == kind for one in own]
            made[:, here] = means(*kind)[:, here]
        return made


@dataclass(frozen=True, slots=True)
class _Hit:
    """From points to the effects of hazards."""

    part: _Part
    found: Vulnerabilities
    hazards: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    links: Array  # (h, h)
    inside: Array  # (i, n), 1 where the indicator belongs to the need
    own: Array  # (i, c), 1 where it also speaks of the hazard, for c pairs that have one
    pairs: npt.NDArray[np.intp]  # (c,), their places among h x n
    strength: Array  # (n, n)
    tau: Array  # (n, n, 1) [days]

    def effects(self, points: Array, values: Array, weights: Array, needs: Array) -> Array:
        """Total effects at the duration of each kind of hazard, shape (r, h, n)."""
        found, runs = self.found, len(points)
        places = [found.hazards.index(name) for name in self.hazards]
        shown = np.broadcast_to(self._exposure(points, places), (runs, len(places)))
        felt = self._sensitivity(values, weights, needs)
        direct = direct_effect(shown, impact=found.impact[places], sensitivity=felt)
        result = np.empty_like(direct)
        at = np.array([found.duration_of(name) for name in self.hazards])
        for duration in np.unique(at):
            here = at == duration
            passed = self._influence(points, found.durations[duration].days)
            hit = np.ascontiguousarray(direct[:, here].transpose(2, 1, 0))
            total = cascade(hit, influence=passed[:, :, np.newaxis], tolerance=1e-6)
            result[:, here] = total.transpose(2, 1, 0)
        return result

    def _exposure(self, points: Array, places: list[int]) -> Array:
        found = self.found
        drawn = self.part.draw(points, "cotations", columns=2 * len(places))
        drawn = drawn.reshape(-1, len(places), 2)
        moves = bool(self.part.layout.sizes["cotations"])
        levels = []
        for side, axis in enumerate((found.likelihood, found.intensity)):
            low, central, high = (axis[found.bound(name), 0, places] for name in BOUNDS)
            levels.append(
                triangular(drawn[:, :, side], low=low, central=central, high=high)
                if moves
                else central[np.newaxis]
            )
        return linked_exposure(exposure(*levels), links=self.links)

    def _sensitivity(self, values: Array, weights: Array, needs: Array) -> Array:
        """S of every draw, shape (r, h, n)."""
        shape = (len(needs), values.shape[1])
        applies = self.part.scores_.applicable.to_numpy(dtype=float)[0]
        places = [self.found.hazards.index(name) for name in self.hazards]
        made = draw_sensitivity(
            np.broadcast_to(values, shape),
            weights=np.broadcast_to(weights * applies, shape),
            own=self.own,
            pairs=self.pairs,
            inside=self.inside,
            needs=needs,
            hazards=len(places),
            # Once every missing score is drawn, what it rests on is no longer that of today.
            basis=None if self.part.layout.sizes["manquants"]
            else self.found.sensitivity.basis[0, places],
        )  # fmt: skip
        return made.reshape(len(needs), len(places), -1)

    def _influence(self, points: Array, days: float | None) -> Array:
        gamma, tau, strength = self.found.settings.gamma, self.tau, self.strength
        if not self.part.layout.sizes["cascade"]:
            return influence(strength[:, :, None], delay=tau, gamma=gamma.central, days=days)
        drawn = self.part.draw(points, "cascade", columns=1 + len(self.edges))
        low, central, high = (np.array(v) for v in (gamma.low, gamma.central, gamma.high))
        share = triangular(drawn[:, 0], low=low, central=central, high=high)
        bent = np.zeros((*strength.shape, len(points)))
        for column, (need, other) in enumerate(self.edges, start=1):
            factor = 1 + (2 * drawn[:, column] - 1) * self.part.assumptions.edge_noise
            bent[need, other] = np.minimum(strength[need, other] * factor, 3.0)
        return influence(bent, delay=tau, gamma=share, days=days)


def _hit(
    part: _Part,
    found: Vulnerabilities,
    hazards: tuple[str, ...],
    edges: tuple[tuple[int, int], ...],
) -> _Hit:
    scores = part.scores_
    needs = np.array([need.id for need in scores.framework.needs])
    inside = scores.need_of.to_numpy()[:, np.newaxis] == needs
    tags = tagged(scores, hazards=hazards)
    own = (tags[:, :, np.newaxis] & inside[:, np.newaxis, :]).reshape(len(tags), -1)
    pairs = np.flatnonzero(own.any(axis=0))
    return _Hit(
        part=part,
        found=found,
        hazards=hazards,
        edges=edges,
        links=link_matrix(found.catalogue, hazards=hazards),
        inside=inside.astype(float),
        own=own[:, pairs].astype(float),
        pairs=pairs,
        strength=strength_matrix(scores.catalogue, framework=scores.framework.id)[0],
        tau=delays(scores)[0][:, :, np.newaxis],
    )
