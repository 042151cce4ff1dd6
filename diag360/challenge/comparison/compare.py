"""Reference against variants: what moves in some territories, in all of them, and the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.challenge.comparison.conclusions import Conclusions, Verdict, conclude, judge
from diag360.challenge.comparison.waterfall import MOST, in_order, whatever_order
from diag360.challenge.variants.apply import apply_steps, apply_variants
from diag360.challenge.variants.model import Variant
from diag360.challenge.variants.steps import Step, conflicts, steps_of
from diag360.errors import Fault
from diag360.scoring.restrict import restrict
from diag360.scoring.scores import Scores, score
from diag360.territories.exposure import read_proxies
from diag360.territories.values import read_values
from diag360.vulnerability.assess import Vulnerabilities, assess
from diag360.vulnerability.defaults import rated_hazards, rating_levels
from diag360.vulnerability.matrices import hazards_of, settings_of
from diag360.vulnerability.prepare import Ratings

Array = npt.NDArray[np.float64]
_CENTRAL = ("central",)
_ROUGH = 1e-7  # where the cascade stops for all territories; those looked at go to the end


@dataclass(frozen=True, slots=True)
class State:
    """What one catalogue says.

    Parameters
    ----------
    catalogue : Catalogue
        Reference, or reference with variants.
    scores : Scores
        Of all territories.
    found : Vulnerabilities
        Central, of the territories looked at alone.
    effects : ndarray, shape (t, h, n)
        Total effect of each hazard on each need at the duration of its kind, in all territories,
        in the order of the scores, to 1e-7; NaN where the hazard is not rated.
    conclusions : Conclusions
        Of all territories, in the order of the scores.
    """

    catalogue: Catalogue
    scores: Scores
    found: Vulnerabilities
    effects: Array
    conclusions: Conclusions


@dataclass(frozen=True, slots=True)
class Case:
    """One variant, or several together, against the reference.

    Parameters
    ----------
    variants : tuple of Variant
        Applied in this order.
    steps : tuple of Step
        What they change.
    state : State
        What the changed catalogue says.
    verdict : Verdict
        Of all territories, in the order of the scores.
    score_parts, effect_parts : ndarray, shape (s, t, n)
        For the territories looked at: what each step brings to the score of each need, and to its
        mean effect over the rated hazards; the steps are taken in order. They sum to the whole
        change; NaN where a score is unknown before or after.
    fair_parts : ndarray, shape (s, t, n), optional
        The same of scores, whatever the order of the steps; none when more than six move scores.
    """

    variants: tuple[Variant, ...]
    steps: tuple[Step, ...]
    state: State
    verdict: Verdict
    score_parts: Array
    effect_parts: Array
    fair_parts: Array | None

    @property
    def label(self) -> str:
        """Label of its variant."""
        return self.variants[0].label if len(self.variants) == 1 else "Toutes ensemble"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reference and cases.

    Parameters
    ----------
    territories : tuple of str
        Codes looked at closely.
    reference : State
        What the catalogue says.
    cases : tuple of Case
        One by variant, then all together when there are several and they do not conflict.
    conflicts : tuple of Fault
        Why they are not taken together.
    """

    territories: tuple[str, ...]
    reference: State
    cases: tuple[Case, ...]
    conflicts: tuple[Fault, ...]

    def row(self, territory: str) -> int:
        """Position of a territory among all."""
        return list(self.reference.scores.needs.score.index).index(territory)


def compare_variants(
    catalogue: Catalogue,
    variants: Sequence[Variant],
    *,
    own: Mapping[str, pd.DataFrame],
    ratings: Mapping[str, Ratings] | None = None,
    nation: pd.DataFrame | None = None,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
) -> Comparison:
    """Compare variants with the catalogue, for some territories and among all.

    Parameters
    ----------
    catalogue : Catalogue
        Reference.
    variants : sequence of Variant
        Each is compared alone, then all together.
    own : mapping of str to DataFrame
        Rows of each territory looked at, by code.
    ratings : mapping of str to Ratings, optional
        Ratings of those territories; the defaults of the catalogue for the others.
    nation : DataFrame, optional
        Rows of all territories; the shipped open data when left out. Rows of `own` replace those
        of the same territory.
    framework, weights, tier : str, optional
        As for :func:`diag360.score`. Variants change the weights of this scheme.

    Returns
    -------
    Comparison
        With every intermediate.

    Raises
    ------
    Refusal
        When a variant does not fit the catalogue, or an id is unknown.
    """
    opened = read_values(catalogue=catalogue) if nation is None else nation
    others = opened[~opened["territory"].isin(list(own))]
    run = _Run(
        rows=pd.concat([*own.values(), others], ignore_index=True),
        own=pd.concat(list(own.values()), ignore_index=True),
        territories=tuple(own), ratings=ratings or {}, catalogue=catalogue,
        asked={"framework": framework, "weights": weights, "tier": tier},
    )  # fmt: skip
    reference = run.state(catalogue)
    clash = tuple(conflicts(variants))
    sets: list[tuple[Variant, ...]] = [(variant,) for variant in variants]
    if len(variants) > 1 and not clash:
        sets.append(tuple(variants))
    cases = tuple(run.case(reference, one) for one in sets)
    return Comparison(tuple(own), reference, cases, clash)


class _Run:
    """Same values, same ratings, one catalogue after another."""

    def __init__(
        self, *, rows: pd.DataFrame, own: pd.DataFrame, territories: tuple[str, ...],
        ratings: Mapping[str, Ratings], catalogue: Catalogue, asked: dict[str, str | None],
    ) -> None:  # fmt: skip
        self.rows, self.own, self.territories = rows, own, territories
        self.catalogue, self.asked = catalogue, asked
        self.hazards = [hazard.id for hazard in hazards_of(catalogue)]
        codes = list(dict.fromkeys(rows["territory"]))
        proxies = read_proxies(catalogue=catalogue)
        found = rating_levels(catalogue, territories=codes, proxies=proxies)
        at = [rated_hazards(catalogue).index(name) for name in self.hazards]
        likely, strong = (levels[:, :, at] for levels in found)
        self.levels = {
            code: (likely[:, [row]], strong[:, [row]]) for row, code in enumerate(codes)
        } | {code: rated.levels(self.hazards) for code, rated in ratings.items()}

    def scores(self, catalogue: Catalogue, rows: pd.DataFrame) -> Scores:
        """Score rows under a catalogue."""
        return score(rows, catalogue=catalogue, **self.asked)

    def cross(self, scores: Scores, *, tolerance: float) -> Vulnerabilities:
        """Cross scores with the ratings of their territories, central estimates alone."""
        pairs = [self.levels[code] for code in scores.indicator_scores.index]
        likely, strong = (np.concatenate(part, axis=1) for part in zip(*pairs, strict=True))
        return assess(
            scores, likelihood=likely, intensity=strong, hazards=self.hazards, bounds=_CENTRAL,
            tolerance=tolerance,
        )  # fmt: skip

    def state(self, catalogue: Catalogue) -> State:
        """All that a catalogue says."""
        scores = self.scores(catalogue, self.rows)
        quick = replace(scores, catalogue=_own_durations(catalogue))
        effects = self.cross(quick, tolerance=_ROUGH).at_own_duration()[0]
        return State(
            catalogue=catalogue,
            scores=scores,
            found=self.cross(restrict(scores, territories=self.territories), tolerance=1e-12),
            effects=effects,
            conclusions=conclude(
                scores.needs.score.to_numpy(dtype=float),
                determined=scores.determined.to_numpy(dtype=bool),
                effects=effects.sum(axis=2),
            ),
        )

    def case(self, reference: State, variants: tuple[Variant, ...]) -> Case:
        """One set of variants against the reference."""
        weights = self.asked["weights"]
        state = self.state(apply_variants(self.catalogue, variants, weights=weights))
        steps = tuple(step for variant in variants for step in steps_of(variant))
        path = [
            apply_steps(self.catalogue, steps[:taken], weights=weights)
            for taken in range(1, len(steps))
        ]
        scored = [self.scores(one, self.own) for one in path]
        ends = [restrict(one.scores, territories=self.territories) for one in (reference, state)]
        along = [ends[0], *scored, ends[1]]
        needs = np.stack([one.needs.score.to_numpy(dtype=float) for one in along])
        crossed = [
            reference.found, *(self.cross(one, tolerance=1e-12) for one in scored), state.found
        ]  # fmt: skip
        return Case(
            variants=variants,
            steps=steps,
            state=state,
            verdict=judge(reference.conclusions, state.conclusions),
            score_parts=in_order(needs),
            effect_parts=in_order(np.stack([mean_effects(one) for one in crossed])),
            fair_parts=self._fair(steps, needs),
        )

    def _fair(self, steps: tuple[Step, ...], path: Array) -> Array | None:
        """Parts of scores whatever the order of the steps that may move them."""
        moving = [at for at, step in enumerate(steps) if step.scored]
        if len(moving) > MOST:
            return None

        def run(taken: tuple[int, ...]) -> Array:
            if not taken:
                return np.asarray(path[0])
            chosen = [steps[moving[at]] for at in taken]
            made = apply_steps(self.catalogue, chosen, weights=self.asked["weights"])
            return self.scores(made, self.own).needs.score.to_numpy(dtype=float)

        parts = np.zeros((len(steps), *path.shape[1:]))
        parts[moving] = whatever_order(run, steps=len(moving))
        parts[:, np.isnan(path[0]) | np.isnan(path[-1])] = np.nan
        return parts


def _own_durations(catalogue: Catalogue) -> Catalogue:
    """Leave out the durations at which no hazard is read: a shorter way to the same numbers."""
    settings = settings_of(catalogue)
    used = (settings.shock_duration, settings.stress_duration)
    kept = tuple(one for one in settings.durations if one.id in used)
    return replace(catalogue, cascade=settings.model_copy(update={"durations": kept}))


def mean_effects(found: Vulnerabilities) -> Array:
    """Mean effect on each need over the rated hazards, shape (t, n); NaN when none is rated."""
    own = found.at_own_duration()[found.bound("central")]
    rated = ~np.isnan(own)
    count = rated.sum(axis=1)
    total = np.where(rated, own, 0.0).sum(axis=1)
    made: Array = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return made
