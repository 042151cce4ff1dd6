"""Pure: means of groups of indicators when scores and weights both change from draw to draw."""

from typing import get_args

import numpy as np
import numpy.typing as npt

from diag360.catalogue.model import Aggregation
from diag360.challenge.draws.products import product

Array = npt.NDArray[np.float64]
KINDS: tuple[Aggregation, ...] = get_args(Aggregation)


def draw_means(
    scores: Array,
    *,
    weights: Array,
    groups: Array,
    kind: str = "arithmetic",
    exponent: float | None = None,
) -> Array:
    """Aggregate by group as :func:`diag360.scoring.aggregate.aggregate` does, draw by draw.

    Parameters
    ----------
    scores : ndarray, shape (r, i)
        In [0, 1], NaN where missing.
    weights : ndarray, shape (r, i)
        Weights ≥ 0.
    groups : ndarray, shape (i, n)
        1 for a member, else 0.
    kind : {"arithmetic", "geometric", "power", "mpi"}
        Mean; a null score makes a geometric mean null.
    exponent : float, optional
        Of the power mean, not 0.

    Returns
    -------
    ndarray, shape (r, n)
        In [0, 1]; NaN where nothing known weighs.

    Raises
    ------
    ValueError
        When `kind` is unknown or the exponent is missing or 0.
    """
    known = ~np.isnan(scores)
    weight = weights * known
    filled = np.where(known, scores, 0.0)
    mass = product(weight, groups)
    match kind:
        case "arithmetic":
            made = ratio(product(weight * filled, groups), mass)
        case "geometric":
            made = _power(filled, weight, groups, mass, p=0.0)
        case "power" if exponent:
            made = _power(filled, weight, groups, mass, p=exponent)
        case "mpi":
            mean = ratio(product(weight * filled, groups), mass)
            spread = ratio(product(weight * filled**2, groups), mass) - mean**2
            part = np.divide(spread, mean, out=np.zeros_like(mean), where=mean > 0)
            made = np.where(np.isnan(mean), np.nan, mean - part)
        case _:
            msg = f"unknown aggregation {kind!r} with exponent {exponent}"
            raise ValueError(msg)
    return np.clip(made, 0.0, 1.0)


def ratio(top: Array, bottom: Array) -> Array:
    """Divide, NaN where the bottom is not positive."""
    made: Array = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
    return made


def _power(filled: Array, weight: Array, groups: Array, mass: Array, *, p: float) -> Array:
    positive = filled > 0
    safe = np.where(positive, filled, 1.0)
    with np.errstate(over="ignore"):
        terms = np.log(safe) if p == 0.0 else np.where(positive, np.minimum(safe**p, 1e300), 0.0)
    mean = ratio(product(weight * terms, groups), mass)
    if p > 0:
        return np.power(mean, 1.0 / p)
    null = product(((weight > 0) & ~positive).astype(float), groups) > 0
    mean = np.where(null, 1.0, mean)
    made = np.exp(mean) if p == 0.0 else np.power(mean, 1.0 / p)
    return np.where(null, 0.0, made)
