"""One territory: how firm is what is said of it when the assumptions move."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diag360.challenge.assumptions import Assumptions, Factor
from diag360.challenge.draws.blocks import Progress, point_blocks, run_blocks
from diag360.challenge.draws.profile_model import Outcome, profile_model
from diag360.challenge.draws.rank_statistics import Ranking, pair_shares, ranking
from diag360.scoring.restrict import restrict
from diag360.scoring.scores import Scores
from diag360.vulnerability.assess import Vulnerabilities

Array = npt.NDArray[np.float64]
BORDERS = (0.2, 0.4, 0.6, 0.8)
TOP_HAZARDS = 3
BLOCK = 500  # draws run at once: never change it without saying that every drawn figure moves


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Which needs are the k weakest, and how often.

    Parameters
    ----------
    nominal, modal : tuple of str
        Needs under the assumptions as they are, among those determined, and the set drawn most
        often, both in the order of the framework; nominal is empty when k needs are not
        determined or when so few are counted that the set can be no other.
    nominal_share, modal_share : float
        Share of the draws that give each; NaN for an empty set.
    """

    nominal: tuple[str, ...]
    modal: tuple[str, ...]
    nominal_share: float
    modal_share: float

    @property
    def same(self) -> bool:
        """Whether the most frequent set is the one under the assumptions as they are."""
        return bool(self.nominal) and self.nominal == self.modal


@dataclass(frozen=True, slots=True)
class Robustness:
    """What the draws say of one territory.

    Parameters
    ----------
    scores : Scores
        Of the territory alone.
    assumptions : Assumptions
        How far they could move.
    moved : tuple of str
        Factors that did: ratings and dependencies only where hazards are rated.
    draws : int
        Number of draws.
    needs : Ranking
        Needs that are counted, the weakest first.
    left_out : tuple of str
        Needs that have no score to draw: too little is known, and missing values do not move.
    classes : ndarray, shape (n, 5)
        Share of the draws in each class of ``BORDERS``, the lowest first.
    pairs : ndarray, shape (n, n)
        Share of the draws in which the need of the row is weaker than that of the column.
    conclusion : Conclusion
        On the k weakest.
    hazards : Ranking
        Rated hazards by the sum over needs of their total effect, the heaviest first; the top is
        that of three.
    first_stays : float
        Share of the draws in which the heaviest hazard under the assumptions as they are is still
        the first; NaN without ratings.
    """

    scores: Scores
    assumptions: Assumptions
    moved: tuple[Factor, ...]
    draws: int
    needs: Ranking
    left_out: tuple[str, ...]
    classes: Array
    pairs: Array
    conclusion: Conclusion
    hazards: Ranking
    first_stays: float

    @property
    def territory(self) -> str:
        """Code of the territory."""
        return str(self.scores.indicator_scores.index[0])

    @property
    def settled(self) -> bool:
        """Whether more draws would change little, for needs and for hazards."""
        return self.needs.settled and self.hazards.settled


def robustness(
    scores: Scores,
    *,
    territory: str,
    assumptions: Assumptions,
    generator: np.random.Generator,
    found: Vulnerabilities | None = None,
    draws: int = 2000,
    k: int = 3,
    known_only: bool = False,
    peers: Array | None = None,
    chunk: int = 1000,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Robustness:
    """Draw the assumptions again and again, and count what still holds.

    Parameters
    ----------
    scores : Scores
        Scores that hold the territory.
    territory : str
        Code.
    assumptions : Assumptions
        What moves. Needs too little known are counted only when missing values move.
    generator : numpy.random.Generator
        Where draws come from; the same one gives the same bytes whatever `chunk` and `jobs`.
    found : Vulnerabilities, optional
        Of that territory; without it, needs only.
    draws : int
        Number of draws, ≥ 10.
    k : int
        How many weakest needs are spoken of.
    known_only : bool
        Whether needs too little known are left out even when missing values move: what is then
        tried is the conclusion drawn among those that are printed.
    peers : ndarray, shape (p, i), optional
        Scores of indicators of other territories, among which missing ones are drawn when the
        assumptions say so; the other territories of the scores when left out.
    chunk : int
        Draws between two calls of `progress`.
    jobs : int
        Threads.
    progress : callable, optional
        Called with the number of blocks of draws done, and their number.

    Returns
    -------
    Robustness
        Intervals, ranks, classes, conclusions and their convergence.

    Raises
    ------
    ValueError
        When draws are fewer than 10, or as :func:`profile_model` raises.
    """
    if draws < 10:
        msg = f"at least 10 draws are needed, got {draws}"
        raise ValueError(msg)
    own = restrict(scores, territories=[territory])
    if assumptions.missing == "semblables" and peers is None and len(scores.indicator_scores) > 1:
        others = scores.indicator_scores.drop(index=territory)
        peers = others.to_numpy(dtype=float)
    model = profile_model(own, assumptions=assumptions, found=found, peers=peers)
    points = point_blocks(draws=draws, width=model.layout.width, block=BLOCK, generator=generator)

    def block(number: int) -> tuple[Array, Array]:
        made: Outcome = model.run(points(number))
        return made.needs, made.effects.sum(axis=2)

    parts = list(
        run_blocks(
            block,
            count=-(-draws // BLOCK),
            together=-(-chunk // BLOCK),
            jobs=jobs,
            progress=progress,
        )
    )
    needs = np.concatenate([part[0] for part in parts])
    effects = np.concatenate([part[1] for part in parts])
    determined = own.determined.to_numpy(dtype=bool)[0]
    drawn = bool(model.layout.sizes["manquants"]) and not known_only
    counted = (determined | drawn) & ~np.isnan(needs).any(axis=0)
    nominal = np.where(determined, own.needs.score.to_numpy(dtype=float)[0], np.nan)
    values, today = needs[:, counted], nominal[counted]
    names = tuple(name for name, kept in zip(model.needs, counted, strict=True) if kept)
    classes = np.searchsorted(BORDERS, values, side="right")
    central = _central_effects(found, model.hazards)
    heaviest = effects.argmax(axis=1) == central.argmax() if len(central) else np.array([np.nan])
    return Robustness(
        scores=own,
        assumptions=assumptions,
        moved=model.layout.moving,
        draws=draws,
        needs=ranking(values, names=names, nominal=today, k=k),
        left_out=tuple(name for name in model.needs if name not in names),
        classes=np.stack([(classes == at).mean(axis=0) for at in range(len(BORDERS) + 1)], axis=1),
        pairs=pair_shares(values),
        conclusion=_conclude(values, names=names, nominal=today, k=k),
        hazards=ranking(effects, names=model.hazards, nominal=central, k=TOP_HAZARDS, rising=False),
        first_stays=float(heaviest.mean()),
    )


def _central_effects(found: Vulnerabilities | None, hazards: tuple[str, ...]) -> Array:
    if found is None:
        return np.zeros(0)
    central = found.at_own_duration()[found.bound("central"), 0]
    return np.array([central[found.hazards.index(name)].sum() for name in hazards])


def _conclude(values: Array, *, names: tuple[str, ...], nominal: Array, k: int) -> Conclusion:
    if len(names) <= k:
        return Conclusion((), (), np.nan, np.nan)
    # Equal scores are taken in the order of the framework, as documents list them.
    weakest = np.sort(np.argsort(values, axis=1, kind="stable")[:, :k], axis=1)
    counts = Counter(map(tuple, weakest.tolist()))
    # Among sets drawn as often, the first in the order of the framework.
    modal = min(counts, key=lambda one: (-counts[one], one))
    today: tuple[int, ...] = ()
    if (~np.isnan(nominal)).sum() >= k:
        # NaN is sorted last: undetermined needs are never among the weakest of today.
        today = tuple(sorted(np.argsort(nominal, kind="stable")[:k].tolist()))
    return Conclusion(
        nominal=tuple(names[at] for at in today),
        modal=tuple(names[at] for at in modal),
        nominal_share=counts[today] / len(values) if today else np.nan,
        modal_share=counts[modal] / len(values),
    )
