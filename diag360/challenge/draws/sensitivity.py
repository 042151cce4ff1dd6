"""Pure: how badly needs would take hazards when scores and weights change from draw to draw."""

import numpy as np
import numpy.typing as npt

from diag360.challenge.draws.means import ratio
from diag360.challenge.draws.products import product
from diag360.vulnerability.sensitivity import OWN, UNKNOWN

Array = npt.NDArray[np.float64]


def draw_sensitivity(
    scores: Array,
    *,
    weights: Array,
    own: Array,
    pairs: npt.NDArray[np.intp],
    inside: Array,
    needs: Array,
    hazards: int,
    basis: npt.NDArray[np.int_] | None,
) -> Array:
    """Sensitivity as :func:`diag360.vulnerability.sensitivity.sensitivity` has it, draw by draw.

    Parameters
    ----------
    scores : ndarray, shape (r, i)
        In [0, 1], NaN where missing.
    weights : ndarray, shape (r, i)
        Weights ≥ 0; 0 where the indicator has no meaning.
    own : ndarray, shape (i, c)
        1 where the indicator belongs to the need and speaks of the hazard, for the c pairs that
        have such an indicator.
    pairs : ndarray of int, shape (c,)
        Their places among the h x n.
    inside : ndarray, shape (i, n)
        1 where the indicator belongs to the need.
    needs : ndarray, shape (r, n)
        Scores of needs; NaN where nothing is known.
    hazards : int
        Number h of hazards.
    basis : ndarray of int, shape (h, n), optional
        What each sensitivity rests on; none when every missing score is drawn, and then tagged
        indicators that weigh are enough.

    Returns
    -------
    ndarray, shape (r, h n)
        In [0, 1].
    """
    known = ~np.isnan(scores)
    held = weights * known
    lacking = held * (1.0 - np.where(known, scores, 0.0))
    own_lacking, own_held = product(lacking, own), product(held, own)
    told = ratio(own_lacking, own_held)
    if basis is None:
        made = np.tile(np.nan_to_num(1.0 - needs, nan=0.5), hazards)
        made[:, pairs] = np.where(np.isnan(told), made[:, pairs], told)
        return made
    flat = basis.ravel()
    made = np.tile(1.0 - needs, hazards)
    rests = flat[pairs] == OWN
    made[:, pairs[rests]] = told[:, rests]
    unknown = np.flatnonzero(flat == UNKNOWN)
    if len(unknown):
        missing = weights * ~known
        low, high = _ends(product(lacking, inside), product(held, inside), product(missing, inside))
        low, high = np.tile(low, hazards), np.tile(high, hazards)
        own_low, own_high = _ends(own_lacking, own_held, product(missing, own))
        low[:, pairs] = np.fmin(low[:, pairs], own_low)
        high[:, pairs] = np.fmax(high[:, pairs], own_high)
        middle = (np.nan_to_num(low, nan=0.0) + np.nan_to_num(high, nan=1.0)) / 2
        made[:, unknown] = middle[:, unknown]
    return made


def _ends(lacking: Array, held: Array, missing: Array) -> tuple[Array, Array]:
    """Bounds when each missing score may be anything."""
    return ratio(lacking, held + missing), ratio(lacking + missing, held + missing)
