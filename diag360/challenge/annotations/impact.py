"""What a proposition written in a note would do to all territories, and what it would overturn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.flipped import Flips, flips_of
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.moves import Moved, moves
from diag360.challenge.annotations.proposal import TITLE, variant_of
from diag360.challenge.annotations.target import parse_target
from diag360.challenge.comparison.compare import Comparison, State, compare_variants
from diag360.challenge.variants.model import Variant
from diag360.challenge.variants.steps import Step, steps_of
from diag360.errors import Refusal
from diag360.scoring.scores import Scores
from diag360.territories.values import read_values

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
SCORE_MOVES = 1e-9  # as in the changelog of the catalogue
EFFECT_MOVES = 1e-5  # the cascade stops at 1e-7: below, a difference may be its own
_OF_INDICATOR = ("weight", "scale", "out", "in")


@dataclass(frozen=True, slots=True)
class FrameImpact:
    """What moves in one framework.

    Parameters
    ----------
    framework, weights, tier : str
        What it was computed with.
    territories : tuple of str
        Codes, in the order of the scores.
    indicators, needs : tuple of Moved
        Scores in [0, 1]: of indicators; of needs, where they are determined before and after.
    hazards, struck : tuple of Moved
        Total effects in [0, 1]: of each hazard, on average over needs; on each need, on average
        over the rated hazards.
    flips : Flips
        Conclusions that turn over.
    silent : tuple of str
        Indicators it changes that count in this framework, and that no territory answers.
    unrated : tuple of str
        Hazards it changes that no territory rates by default.
    outside : tuple of str
        Indicators and hazards it changes that this computation does not know: of another
        framework or tier, or outside the founding hazards.
    comparison : Comparison
        Every intermediate.
    """

    framework: str
    weights: str
    tier: str
    territories: tuple[str, ...]
    indicators: tuple[Moved, ...]
    needs: tuple[Moved, ...]
    hazards: tuple[Moved, ...]
    struck: tuple[Moved, ...]
    flips: Flips
    silent: tuple[str, ...]
    unrated: tuple[str, ...]
    outside: tuple[str, ...]
    comparison: Comparison

    @property
    def inert(self) -> bool:
        """Whether nothing moves anywhere."""
        return not (
            self.indicators or self.needs or self.hazards or self.struck or self.flips.any
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoteImpact:
    """What a proposition would do.

    Parameters
    ----------
    note, revision, version : str
        Id of the note, fingerprint of what it says, version of the catalogue.
    variant : Variant
        The proposition.
    steps : tuple of Step
        What it changes.
    frames : tuple of FrameImpact
        The default framework, then each other one where something moves.
    """

    note: str
    revision: str
    version: str
    variant: Variant
    steps: tuple[Step, ...]
    frames: tuple[FrameImpact, ...]


def impact_of(
    note: Note,
    *,
    catalogue: Catalogue,
    values: pd.DataFrame | None = None,
    frameworks: Sequence[str] | None = None,
    weights: str | None = None,
    tier: str | None = None,
) -> NoteImpact:
    """Apply a proposition to all territories; the note is left as it is.

    Parameters
    ----------
    note : Note
        With changes.
    catalogue : Catalogue
        What it would change.
    values : DataFrame, optional
        Rows of all territories; the shipped open data when left out.
    frameworks : sequence of str, optional
        Those to compute, the first one always told; all of them, the default one first, when left
        out.
    weights, tier : str, optional
        As for :func:`diag360.score`; the proposition changes the weights of this scheme.

    Returns
    -------
    NoteImpact
        With every intermediate.

    Raises
    ------
    Refusal
        When the note changes nothing, or no longer fits the catalogue: with every reason.
    """
    variant = variant_of(note)
    rows = read_values(catalogue=catalogue) if values is None else values
    first = catalogue.settings.default_framework
    asked = frameworks or [first, *(name for name in catalogue.frameworks if name != first)]
    target = parse_target(note.target)
    codes = set(rows["territory"])
    seen = target.territory if target is not None and target.territory in codes else ""
    own = seen or str(rows["territory"].iloc[0])
    frames = []
    for framework in asked:
        try:
            comparison = compare_variants(
                catalogue, [variant], own={own: rows[rows["territory"] == own]}, nation=rows,
                framework=framework, weights=weights, tier=tier,
            )  # fmt: skip
        except Refusal as refusal:
            raise Refusal(TITLE, refusal.faults) from None
        frames.append(_frame(comparison))
    kept = [frame for at, frame in enumerate(frames) if at == 0 or not frame.inert]
    return NoteImpact(
        note.id, note.revision, catalogue.version, variant, steps_of(variant), tuple(kept)
    )


def _frame(comparison: Comparison) -> FrameImpact:
    was, case = comparison.reference, comparison.cases[0]
    before, after = was.scores, case.state.scores
    named = [step.key[0] for step in case.steps if step.kind in _OF_INDICATOR]
    counted = [
        name
        for name in dict.fromkeys(named)
        if any(one.weights.get(name, 0.0) > 0 for one in (before, after))
    ]
    answered = before.indicator_scores.columns[before.indicator_scores.notna().any()]
    touched = _hazards(case.steps)
    rated: Mask = np.asarray(~np.isnan(was.effects).all(axis=(0, 2)))
    hazards, struck = _effects(was, case.state)
    return FrameImpact(
        framework=before.framework.id, weights=before.scheme.id, tier=before.tier,
        territories=tuple(str(code) for code in before.needs.score.index),
        indicators=_indicators(before, after), needs=_needs(before, after),
        hazards=hazards, struck=struck, flips=flips_of(was, case.state, verdict=case.verdict),
        silent=tuple(name for name in counted if name not in answered),
        unrated=tuple(
            name for name, here in zip(was.found.hazards, rated, strict=True)
            if name in touched and not here
        ),
        outside=tuple(
            name for name in dict.fromkeys([*named, *touched])
            if name not in counted and name not in was.found.hazards
        ),
        comparison=comparison,
    )  # fmt: skip


def _hazards(steps: Sequence[Step]) -> list[str]:
    """Hazards whose blows or links change."""
    ends = [
        step.key[:1] if step.kind == "effect" else step.key[0].split("-")
        for step in steps
        if step.kind in ("effect", "link")
    ]
    return list(dict.fromkeys(name for pair in ends for name in pair))


def _indicators(before: Scores, after: Scores) -> tuple[Moved, ...]:
    """Scores of indicators; one that leaves the catalogue is lost wherever it was known."""
    old = before.indicator_scores
    return moves(old, after.indicator_scores.reindex(columns=old.columns), least=SCORE_MOVES)


def _needs(before: Scores, after: Scores) -> tuple[Moved, ...]:
    """Scores of needs where they may be printed, and intervals where they may not."""
    old, new = (one.needs.score.where(one.determined) for one in (before, after))
    low, high = (
        (getattr(after.needs, name) - getattr(before.needs, name)).abs() > SCORE_MOVES
        for name in ("low", "high")
    )
    unknown = ~before.determined & ~after.determined
    return moves(old, new, least=SCORE_MOVES, interval=(low | high) & unknown)


def _effects(was: State, now: State) -> tuple[tuple[Moved, ...], tuple[Moved, ...]]:
    """Effects of hazards on average over needs, and on needs on average over rated hazards."""
    index = was.scores.needs.score.index
    hazards, needs = was.found.hazards, was.found.needs
    means = []
    for state in (was, now):
        rated = ~np.isnan(state.effects)
        total = np.where(rated, state.effects, 0.0)
        means.append(
            [
                pd.DataFrame(_mean(total, rated, axis=axis), index=index, columns=list(names))
                for axis, names in ((2, hazards), (1, needs))
            ]
        )
    first, second = (moves(*pair, least=EFFECT_MOVES) for pair in zip(*means, strict=True))
    return first, second


def _mean(total: Array, rated: Mask, *, axis: int) -> Array:
    count = rated.sum(axis=axis)
    made: Array = np.divide(
        total.sum(axis=axis), count, out=np.full(count.shape, np.nan), where=count > 0
    )
    return made
