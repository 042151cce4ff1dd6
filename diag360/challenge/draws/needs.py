"""Scores of needs of several territories, drawn a few territories at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from diag360.challenge.assumptions import Assumptions, Factor, Layout, layout
from diag360.challenge.draws.products import small_columns
from diag360.challenge.draws.profile_model import profile_model
from diag360.challenge.draws.weights import draw_weights
from diag360.scoring.restrict import restrict
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
_NEEDS_ONLY: tuple[Factor, ...] = ("poids", "jeu_de_poids", "bornes", "manquants", "agregation")
_RUNS = 500  # draws run at once where there is no shortcut


@dataclass(frozen=True, slots=True)
class Needs:
    """A source of drawn scores.

    Parameters
    ----------
    needs : tuple of str
        Names of the needs.
    counted : ndarray of bool, shape (t, n)
        Determined, or drawn because missing values move.
    block : callable
        Slice of b territories, g positions of needs → array of shape (g, b, r), which is the
        caller's; a row is NaN where in one draw at least nothing known weighs.
    """

    needs: tuple[str, ...]
    counted: Mask
    block: Callable[[slice, Sequence[int]], Single]


def drawn_needs(
    scores: Scores, *, assumptions: Assumptions, generator: np.random.Generator, draws: int
) -> Needs:
    """Prepare draws.

    Parameters
    ----------
    scores : Scores
        Of t territories.
    assumptions : Assumptions
        What moves, ratings and dependencies apart.
    generator : numpy.random.Generator
        Where draws come from.
    draws : int
        Number r of draws.

    Returns
    -------
    Needs
        Whose blocks are the same whatever is asked for before, and by which thread.
    """
    moving = tuple(name for name in assumptions.moving if name in _NEEDS_ONLY)
    kept = replace(assumptions, moving=moving)
    where = layout(kept, indicators=len(scores.need_of), hazards=0, edges=0)
    points = generator.random((draws, where.width))
    plain = all(need.aggregation == "arithmetic" for need in scores.framework.needs)
    if plain and set(where.moving) <= {"poids", "jeu_de_poids", "panel"}:
        return _by_products(scores, kept, where, points)
    return _one_by_one(scores, kept, where, points, generator)


def _by_products(scores: Scores, kept: Assumptions, where: Layout, points: Array) -> Needs:
    """Two thin products by need: weights x scores, weights x what is known."""
    noise = points[:, where.columns("poids")] if where.sizes["poids"] else None
    choice = points[:, where.columns("jeu_de_poids")][:, 0] if where.sizes["jeu_de_poids"] else None
    experts = points[:, where.columns("panel")] if where.sizes["panel"] else None
    drawn = draw_weights(scores, assumptions=kept, noise=noise, choice=choice, experts=experts)
    draws = len(points)
    names = tuple(need.id for need in scores.framework.needs)
    weighed = (drawn > 0).any(axis=0)
    places = [np.flatnonzero((scores.need_of == name).to_numpy() & weighed) for name in names]
    weights = [
        np.ascontiguousarray(np.broadcast_to(drawn[:, at].T, (len(at), draws)), dtype=np.float32)
        for at in places
    ]
    values = scores.indicator_scores.where(scores.applicable).to_numpy(dtype=float)
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0).astype(np.float32)
    present = known.astype(np.float32)

    always = [weight.min(axis=1, initial=np.inf) > 0 for weight in weights]

    def one(rows: slice, need: int, out: Single) -> None:
        at, weight = places[need], weights[need]
        both = np.concatenate([filled[rows, at], present[rows, at]])
        half, step = len(out), small_columns(both)
        held = np.empty((len(both), step), dtype=np.float32)
        with np.errstate(divide="ignore", invalid="ignore"):
            for start in range(0, draws, step):
                here = slice(start, min(start + step, draws))
                part = np.matmul(both, weight[:, here], out=held[:, : here.stop - here.start])
                np.divide(part[:half], part[half:], out=out[:, here])
        for row in np.flatnonzero(~known[rows, at[always[need]]].any(axis=1)):
            if np.isnan(out[row]).any():
                out[row] = np.nan

    def block(rows: slice, needs: Sequence[int]) -> Single:
        made = np.empty((len(needs), rows.stop - rows.start, draws), dtype=np.float32)
        for at, need in enumerate(needs):
            one(rows, need, made[at])
        return made

    return Needs(names, scores.determined.to_numpy(dtype=bool), block)


def _one_by_one(
    scores: Scores,
    kept: Assumptions,
    where: Layout,
    points: Array,
    generator: np.random.Generator,
) -> Needs:
    """Every territory through its own model; missing values have a generator by territory."""
    codes = [str(code) for code in scores.indicator_scores.index]
    seeds = generator.integers(2**62, size=len(codes))
    everyone = scores.indicator_scores.to_numpy(dtype=float)
    names = tuple(need.id for need in scores.framework.needs)

    def territory(row: int) -> Single:
        others = np.delete(everyone, row, axis=0) if kept.missing == "semblables" else None
        own = restrict(scores, territories=[codes[row]])
        model = profile_model(own, assumptions=kept, peers=others)
        made = points
        if where.sizes["manquants"]:
            made = points.copy()
            columns = where.columns("manquants")
            own_generator = np.random.default_rng(int(seeds[row]))
            made[:, columns] = own_generator.random((len(points), where.sizes["manquants"]))
        parts = [model.run(made[at : at + _RUNS]).needs for at in range(0, len(points), _RUNS)]
        found: Single = np.concatenate(parts).T.astype(np.float32)
        return found

    def block(rows: slice, needs: Sequence[int]) -> Single:
        found = np.stack([territory(row)[list(needs)] for row in range(rows.start, rows.stop)], 1)
        found[np.isnan(found).any(axis=2)] = np.nan
        return found

    if where.sizes["manquants"]:
        counted = scores.needs.low.notna().to_numpy()
    else:
        counted = scores.determined.to_numpy(dtype=bool)
    return Needs(names, counted, block)
