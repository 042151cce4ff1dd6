"""Weights of indicators under other schemes, and under noise around them."""

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from diag360.challenge.assumptions import Assumptions
from diag360.challenge.sobol import category
from diag360.errors import Fault, Refusal
from diag360.scoring.matrices import scheme_weights
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]


def scheme_tables(scores: Scores, *, schemes: tuple[str, ...]) -> Array:
    """Weights of the indicators under each of some schemes.

    Parameters
    ----------
    scores : Scores
        Framework, indicators and tier; indicators the tier does not ask for weigh 0.
    schemes : tuple of str
        Ids.

    Returns
    -------
    ndarray, shape (s, i)
        Weights ≥ 0.

    Raises
    ------
    Refusal
        For a scheme the catalogue does not hold.
    """
    known = scores.catalogue.weights
    faults = [
        Fault("hypothèses", "schemes", f"« {name} » inconnu", f"choisir parmi : {', '.join(known)}")
        for name in schemes
        if name not in known
    ]
    if faults:
        title = "Hypothèses refusées :"
        raise Refusal(title, faults)
    records = [scores.catalogue.indicators[name] for name in scores.need_of.index]
    return np.array([
        scheme_weights(known[name], indicators=records, framework=scores.framework)
        .where(scores.asked, 0.0).to_numpy()
        for name in schemes
    ])  # fmt: skip


def draw_weights(
    scores: Scores,
    *,
    assumptions: Assumptions,
    noise: Array | None,
    choice: Array | None,
    experts: Array | None = None,
) -> Array:
    """Turn coordinates into weights.

    Parameters
    ----------
    scores : Scores
        Their own weights are what noise is added to when no scheme is drawn.
    assumptions : Assumptions
        Schemes, law and width of the noise.
    noise : ndarray, shape (r, i), optional
        In [0, 1); none leaves the weights as they are.
    choice : ndarray, shape (r,), optional
        In [0, 1), which scheme; none keeps the weights of the scores.
    experts : ndarray, shape (r, columns of the panel), optional
        In [0, 1), which words of the panel; none leaves the panel out.

    Returns
    -------
    ndarray, shape (r or 1, i)
        Weights ≥ 0, each need up to a factor that no score depends on. Under the law of Dirichlet,
        independent draws of gamma laws: their shares in a need follow it.
    """
    base = scores.weights.to_numpy(dtype=float)[np.newaxis]
    if choice is not None:
        tables = scheme_tables(scores, schemes=assumptions.schemes)
        base = tables[category(choice, choices=len(tables))]
    if experts is not None and assumptions.panel is not None:
        base = assumptions.panel.draw(experts)
    if noise is None:
        return base
    if assumptions.concentration is None:
        made: Array = base * (1 + (2 * noise - 1) * assumptions.weight_noise)
        return made
    shape = assumptions.concentration * base / _mean_weight(base, scores)
    weighed = np.broadcast_to(shape > 0, noise.shape)
    return np.where(weighed, gammaincinv(np.where(shape > 0, shape, 1.0), noise), 0.0)


def _mean_weight(base: Array, scores: Scores) -> Array:
    """Mean weight of the weighed indicators of the need of each indicator, shape (r or 1, i)."""
    needs = scores.need_of.to_numpy()
    same = (needs[:, np.newaxis] == needs[np.newaxis]).astype(float)
    total, count = base @ same, (base > 0).astype(float) @ same
    mean: Array = np.divide(total, count, out=np.ones_like(total), where=count > 0)
    return mean
