"""Scores of the needs of one territory under other weights, as fast as a slider moves.

Weights are the only thing that changes: scores of indicators, what is missing and what has no
meaning are laid out once as arrays. The aggregation itself is that of the diagnosis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diag360.catalogue.model import Coefficients, WeightScheme
from diag360.challenge.comparison.conclusions import Conclusions, conclude
from diag360.scoring.aggregate import Aggregate, aggregate
from diag360.scoring.scores import Scores
from diag360.scoring.weights import effective_weights, product_of_coefficients

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int_]
Mean = tuple[str, float | None]

# What coefficients may be given to, in the order sliders are shown.
CRITERIA: Mapping[str, tuple[str, ...]] = {
    "category": ("vital", "essentiel", "induit"),
    "kind": ("etat", "action"),
    "basis": ("absolu", "mixte", "relatif"),
    "response": ("quantitatif", "declare"),
}
_PLAY = 1e-12  # as for a diagnosis: 13/20 is on the right side of 0.65 whatever the sums


@dataclass(frozen=True, slots=True)
class Bench:
    """One territory laid out for weighing; i indicators of the framework, n needs.

    Parameters
    ----------
    indicators, needs : tuple of str
        Ids, in the order of the framework.
    scores : ndarray, shape (i,)
        Scores in [0, 1], NaN where missing.
    applicable : ndarray of bool, shape (i,)
        False where the indicator has no meaning here.
    counted : ndarray of bool, shape (i,)
        Whether the indicator may weigh: asked for by the tier, and not of exposure alone.
    scored : ndarray of bool, shape (i,)
        Whether it may weigh at some tier.
    groups : ndarray of bool, shape (i, n)
        Need of each indicator.
    codes : mapping of str to ndarray of int, shape (i,)
        By criterion, position of each indicator in :data:`CRITERIA`.
    need_category : ndarray of int, shape (n,)
        Category of each need.
    means : tuple
        Each mean in use, with the needs that use it.
    floor : float
        Coverage from which a score may be printed.
    """

    indicators: tuple[str, ...]
    needs: tuple[str, ...]
    scores: Array
    applicable: Mask
    counted: Mask
    scored: Mask
    groups: Mask
    codes: Mapping[str, Codes]
    need_category: Codes
    means: tuple[tuple[Mean, Mask], ...]
    floor: float

    def of_need(self, need: str) -> list[int]:
        """Positions of the indicators of a need that may weigh here, in order."""
        here = self.groups[:, self.needs.index(need)] & self.counted
        return [int(at) for at in np.flatnonzero(here)]


@dataclass(frozen=True, slots=True)
class Reweighed:
    """What weights make of a territory.

    Parameters
    ----------
    weights : ndarray, shape (i,)
        Weights used, ≥ 0; 0 for what does not count.
    score, low, high, coverage : ndarray, shape (n,)
        As :class:`diag360.scoring.profile.Profile`, in [0, 1]; NaN where nothing is known or
        nothing applies.
    determined : ndarray of bool, shape (n,)
        Whether the score may be printed.
    shares : ndarray, shape (i,)
        Effective weight: share of each indicator in its need when every value is known.
    known_shares : ndarray, shape (i,)
        Share in the score as it is: of the weight known; 0 where the score is missing.
    conclusions : Conclusions
        Classes of needs and the weakest of them, of shape (1, n).
    """

    weights: Array
    score: Array
    low: Array
    high: Array
    coverage: Array
    determined: Mask
    shares: Array
    known_shares: Array
    conclusions: Conclusions

    @property
    def ranks(self) -> Codes:
        """Place of each need among those determined, 1 for the weakest; 0 where undetermined."""
        known = np.where(self.determined, np.round(self.score / _PLAY) * _PLAY, np.nan)
        order = np.argsort(known, kind="stable")  # an unknown one goes last
        ranks = np.empty(len(order), dtype=int)
        ranks[order] = np.arange(1, len(order) + 1)
        return np.where(self.determined, ranks, 0)


def lay_out(scores: Scores, *, territory: str) -> Bench:
    """Lay a territory out for weighing.

    Parameters
    ----------
    scores : Scores
        Holding the territory, whatever their weights.
    territory : str
        Code.

    Returns
    -------
    Bench
        All that weights are applied to.

    Raises
    ------
    KeyError
        When the territory was not scored.
    """
    frame = scores.framework
    names = tuple(str(name) for name in scores.need_of.index)
    records = [scores.catalogue.indicators[name] for name in names]
    needs = tuple(need.id for need in frame.needs)
    category = {need.id: need.category for need in frame.needs}
    own = [record.needs[frame.id] for record in records]
    found: dict[str, Sequence[str]] = {
        "category": [category[one.primary] for one in own],
        "kind": [record.kind for record in records],
        "basis": [record.scale.basis for record in records],
        "response": ["declare" if r.response.choices else "quantitatif" for r in records],
    }
    scored = np.array([one.use != "exposition" for one in own], dtype=bool)
    kinds: dict[Mean, list[bool]] = {}
    for at, need in enumerate(frame.needs):
        mask = kinds.setdefault((need.aggregation, need.exponent), [False] * len(needs))
        mask[at] = True
    return Bench(
        indicators=names,
        needs=needs,
        scores=scores.indicator_scores.loc[territory].to_numpy(dtype=float),
        applicable=scores.applicable.loc[territory].to_numpy(dtype=bool),
        counted=scored & scores.asked.to_numpy(dtype=bool),
        scored=scored,
        groups=np.array([[one.primary == need for need in needs] for one in own], dtype=bool),
        codes={
            name: np.array([CRITERIA[name].index(value) for value in values])
            for name, values in found.items()
        },
        need_category=np.array(
            [CRITERIA["category"].index(category[need]) for need in needs], dtype=int
        ),
        means=tuple((mean, np.array(mask)) for mean, mask in kinds.items()),
        floor=scores.needs.floor,
    )


def raw_weights(
    bench: Bench, *, coefficients: Coefficients, exceptions: Mapping[str, float]
) -> Array:
    """Weight each indicator of the framework, whatever the tier.

    Parameters
    ----------
    bench : Bench
        The territory.
    coefficients : Coefficients
        Factors; an absent one is 1.
    exceptions : mapping of str to float
        Weights ≥ 0 that replace the product, by indicator; unknown ids are left aside.

    Returns
    -------
    ndarray, shape (i,)
        Weights ≥ 0, 0 for an indicator of exposure. Those of
        :func:`diag360.scoring.matrices.scheme_weights`.
    """
    # In the order of scheme_weights: the product rounds the same way.
    factors = [
        factors_of(coefficients, criterion=criterion)[bench.codes[criterion]]
        for criterion in ("category", "kind", "response", "basis")
    ]
    weights = product_of_coefficients(*factors)
    for at, name in enumerate(bench.indicators):
        if name in exceptions:
            weights[at] = exceptions[name]
    return np.where(bench.scored, weights, 0.0)


def factors_of(coefficients: Coefficients, *, criterion: str) -> Array:
    """Coefficients of one criterion, in the order of :data:`CRITERIA`; an absent one is 1."""
    given = getattr(coefficients, criterion)
    return np.array([given.get(value, 1.0) for value in CRITERIA[criterion]], dtype=float)


def weights_under(bench: Bench, *, scheme: WeightScheme) -> Array:
    """Weight each indicator under a scheme, whatever the tier; see :func:`raw_weights`."""
    return raw_weights(bench, coefficients=scheme.coefficients, exceptions=scheme.indicators)


def reweigh(bench: Bench, *, weights: Array) -> Reweighed:
    """Score the needs of a territory under other weights.

    Parameters
    ----------
    bench : Bench
        The territory.
    weights : ndarray, shape (i,)
        Weights ≥ 0; those of indicators that do not count here are taken as 0.

    Returns
    -------
    Reweighed
        What :func:`diag360.score` finds with a scheme of these weights.
    """
    used = np.where(bench.counted, weights, 0.0)
    parts = {name: np.full(len(bench.needs), np.nan) for name in _PARTS}
    for (kind, exponent), here in bench.means:
        found: Aggregate = aggregate(
            bench.scores[np.newaxis], weights=used, groups=bench.groups,
            applicable=bench.applicable[np.newaxis], kind=kind, exponent=exponent,
        )  # fmt: skip
        for name, values in parts.items():
            values[here] = getattr(found, name)[0, here]
    determined = np.nan_to_num(parts["coverage"], nan=-1.0) >= bench.floor - _PLAY
    known = bench.applicable & ~np.isnan(bench.scores)
    return Reweighed(
        **parts,
        weights=used,
        determined=determined,
        shares=effective_weights(used, groups=bench.groups).sum(axis=1),
        known_shares=effective_weights(np.where(known, used, 0.0), groups=bench.groups).sum(axis=1),
        conclusions=conclude(
            parts["score"][np.newaxis],
            determined=determined[np.newaxis],
            effects=np.full((1, 1), np.nan),
        ),
    )


_PARTS = ("score", "low", "high", "coverage")
