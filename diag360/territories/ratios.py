"""Pure: values of the parts become that of the whole."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def ratio(values: Array, *, weights: Array) -> float:
    """Recombine a rate: sum of value x denominator over sum of denominators.

    Parameters
    ----------
    values : ndarray, shape (m,)
        Rates of the parts [unit of the indicator], NaN where unknown.
    weights : ndarray, shape (m,)
        Their denominators ≥ 0, NaN where unknown.

    Returns
    -------
    float
        Rate over the parts where both are known; NaN when their denominators sum to 0.
    """
    known = _known(values, weights)
    whole = float(weights[known].sum())
    return float((values[known] * weights[known]).sum() / whole) if whole > 0 else float("nan")


def largest(values: Array, *, weights: Array) -> float:
    """Recombine the share of the first of all: largest value x denominator, over their sum.

    Parameters
    ----------
    values, weights : ndarray, shape (m,)
        As for :func:`ratio`.

    Returns
    -------
    float
        Share in the whole; NaN when the denominators sum to 0.
    """
    known = _known(values, weights)
    whole = float(weights[known].sum())
    return float((values[known] * weights[known]).max() / whole) if whole > 0 else float("nan")


def covered(values: Array, *, weights: Array) -> float:
    """Share of the denominators where the value is known.

    Parameters
    ----------
    values : ndarray, shape (m,)
        NaN where unknown.
    weights : ndarray, shape (m,)
        Denominators ≥ 0, all known.

    Returns
    -------
    float
        In [0, 1]; 0 when the denominators sum to 0.
    """
    whole = float(weights.sum())
    # Exactly 1 when nothing lacks, whatever the order of the sums.
    return 1.0 - float(weights[np.isnan(values)].sum()) / whole if whole > 0 else 0.0


def shares(weights: Array) -> Array:
    """Share of each denominator in their sum, in [0, 1]; NaN when they sum to 0."""
    whole = float(weights.sum())
    return weights / whole if whole > 0 else np.full(weights.shape, np.nan)


def _known(values: Array, weights: Array) -> npt.NDArray[np.bool_]:
    return np.isfinite(values) & np.isfinite(weights)
