"""The standard tier chosen by rule: the shortest set that stands for the whole of each need.

For a need, ``A`` are its scored indicators and ``S`` those asked for. The score on ``S`` differs
from the score on ``A`` by ``mean_S - mean_A``; its expected square follows from the means, the
variances (information) and the covariances (correlation) of the indicators' scores. Where they
were measured on territories they are used; elsewhere a score is taken as uniform on [0, 1] and
independent of the others. The cost of a set is the time it takes to fill.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.model import Catalogue, Indicator
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
MOST = 60  # indicators in the standard tier
# Largest expected gap to the score on all indicators, on [0, 1]: the tightest hundredth that MOST
# allows, and less than a class of five.
MOST_GAP = 0.19
MEASURED = 1_000  # territories from which a mean, a variance or a covariance is trusted
PRIOR_MEAN, PRIOR_VARIANCE = 0.5, 1 / 12  # uniform on [0, 1]


@dataclass(frozen=True, slots=True)
class Choice:
    """Standard set of one need, and why.

    Parameters
    ----------
    need : str
        Id of the need.
    chosen : tuple of str
        Ids asked for, those filled by open data first.
    of : int
        Number of scored indicators of the need.
    gap : float
        Expected gap (root mean square) to the score on all of them, in [0, 1].
    minutes : int
        Time to fill what open data does not [min].
    """

    need: str
    chosen: tuple[str, ...]
    of: int
    gap: float
    minutes: int


def expected_gap(chosen: npt.NDArray[np.bool_], *, mean: Array, covariance: Array) -> float:
    """Root mean square of the difference between the mean of a part and the mean of the whole.

    Parameters
    ----------
    chosen : ndarray of bool, shape (n,)
        Indicators in the part; at least one.
    mean : ndarray, shape (n,)
        Expected score of each indicator, in [0, 1].
    covariance : ndarray, shape (n, n)
        Covariance of the scores.

    Returns
    -------
    float
        0 when the part is the whole.
    """
    difference = chosen / chosen.sum() - 1 / len(chosen)
    square = difference @ covariance @ difference + (difference @ mean) ** 2
    return float(np.sqrt(max(square, 0.0)))


def choose_standard(scores: Scores, *, most_gap: float = MOST_GAP) -> list[Choice]:
    """Choose the standard set of every need.

    The set holds what open data already fills. It must hold état and action, two objectives and
    a question of crisis where the need has them, and stay within `most_gap` of the whole. Among
    such sets the fewest questions win, then the fewest minutes, then the smallest gap. A question
    asked in the same words in several needs is left to the expert tier: its answers say nothing
    more together.

    Parameters
    ----------
    scores : Scores
        Scores of many territories on open data, in the frame to serve, tier ``expert``.
    most_gap : float
        Largest expected gap, in [0, 1].

    Returns
    -------
    list of Choice
        One per need, in the order of the framework.

    Raises
    ------
    ValueError
        When an indicator states no time of collection.
    """
    catalogue = scores.catalogue
    repeated = _asked_in_the_same_words(catalogue)
    choices = []
    for need in scores.framework.needs:
        own = [
            catalogue.indicators[str(name)]
            for name, place in scores.need_of.items()
            if place == need.id and scores.weights[str(name)] > 0
        ]
        choices.append(_choose(need.id, own, repeated, scores, most_gap))
    return choices


def _asked_in_the_same_words(catalogue: Catalogue) -> set[str]:
    labels = [indicator.label for indicator in catalogue.indicators.values()]
    return {i.id for i in catalogue.indicators.values() if labels.count(i.label) > 1}


def _choose(
    need: str, own: Sequence[Indicator], repeated: set[str], scores: Scores, most_gap: float
) -> Choice:
    mean, covariance = _moments(scores.indicator_scores[[i.id for i in own]])
    given = np.array([i.tier == "flash" for i in own])
    optional = [at for at, i in enumerate(own) if not given[at] and i.id not in repeated]
    cost = {i.id: _minutes(i) for i in own if i.tier != "flash"}
    for size in range(len(optional) + 1):
        fitting = []
        for added in combinations(optional, size):
            kept = given.copy()
            kept[list(added)] = True
            part = [i for i, inside in zip(own, kept, strict=True) if inside]
            if not part or not _balanced(part, own):
                continue
            gap = expected_gap(kept, mean=mean, covariance=covariance)
            if gap <= most_gap:
                fitting.append((sum(cost[own[at].id] for at in added), gap, added))
        if fitting:
            minutes, gap, added = min(fitting)
            names = [
                *(i.id for i, open_data in zip(own, given, strict=True) if open_data),
                *(own[at].id for at in added),
            ]
            return Choice(need, tuple(names), len(own), gap, minutes)
    everything = tuple(i.id for i in own)
    return Choice(need, everything, len(own), 0.0, sum(cost.values()))


def _balanced(part: Sequence[Indicator], whole: Sequence[Indicator]) -> bool:
    """Whether the part holds état and action, two objectives, and crisis, as the whole does."""
    held, objectives = {i.objective for i in part}, {i.objective for i in whole}
    kinds = {i.kind for i in part} == {i.kind for i in whole}
    crisis = ("gestion_de_crise" in held) == ("gestion_de_crise" in objectives)
    return kinds and crisis and len(held) >= min(2, len(objectives))


def _moments(known: pd.DataFrame) -> tuple[Array, Array]:
    """Means and covariances of scores: measured where enough territories have them."""
    enough = (known.notna().sum() >= MEASURED).to_numpy()
    mean = np.where(enough, known.mean().fillna(0.0).to_numpy(), PRIOR_MEAN)
    measured = known.cov(min_periods=MEASURED).to_numpy()
    covariance = np.where(np.isnan(measured), 0.0, measured)
    covariance[~enough] = covariance[:, ~enough] = 0.0
    covariance[np.diag_indices_from(covariance)] += np.where(enough, 0.0, PRIOR_VARIANCE)
    return mean, covariance


def _minutes(indicator: Indicator) -> int:
    if indicator.collection.minutes is None:
        msg = f"{indicator.id}: no time of collection"
        raise ValueError(msg)
    return indicator.collection.minutes


def minutes_by_tier(catalogue: Catalogue, *, framework: str) -> Mapping[str, tuple[int, int]]:
    """Count indicators and estimate the time to fill each tier.

    Parameters
    ----------
    catalogue : Catalogue
        Indicators with their tier and minutes.
    framework : str
        Id of the framework they must belong to.

    Returns
    -------
    mapping of str to (int, int)
        Tier → number of indicators it asks for, and minutes [min] to fill those that open data
        does not; tiers are nested.
    """
    held: dict[str, tuple[int, int]] = {}
    indicators = [i for i in catalogue.indicators.values() if framework in i.needs]
    for tiers in (("flash",), ("flash", "standard"), ("flash", "standard", "expert")):
        inside = [i for i in indicators if i.tier in tiers]
        by_hand = [i for i in inside if i.tier != "flash"]
        held[tiers[-1]] = (len(inside), sum(i.collection.minutes or 0 for i in by_hand))
    return held
