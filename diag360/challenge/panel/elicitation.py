"""Pure: from what one expert says, by points or by pairs, to weights, and how coherent it is."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
# Mean inconsistency of random matrices of size 1, 2, …, 15 (Saaty 1980).
RANDOM_INDICES = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
COHERENT = 0.1  # ratio up to which answers are taken as coherent (Saaty 1980)


@dataclass(frozen=True, slots=True)
class Pairwise:
    """Weights out of a matrix of comparisons of n items.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Principal eigenvector, summing to 1.
    eigenvalue : float
        Principal eigenvalue λ, ≥ n; n when every comparison agrees with all others.
    ratio : float
        Consistency ratio (λ - n) / (n - 1) / RI, ≥ 0; 0 for two items or one, NaN beyond 15.
    """

    weights: Array
    eigenvalue: float
    ratio: float


def budget_weights(points: Array) -> Array:
    """Weights out of a budget of points.

    Parameters
    ----------
    points : ndarray, shape (n,)
        Points ≥ 0, not all 0; they need not sum to 100.

    Returns
    -------
    ndarray, shape (n,)
        Weights summing to 1.

    Raises
    ------
    ValueError
        When a number of points is negative, or all are null.
    """
    if (points < 0).any() or points.sum() <= 0:
        msg = f"points must be ≥ 0 and not all null, got {points.tolist()}"
        raise ValueError(msg)
    return np.asarray(points / points.sum())


def pairwise_weights(comparisons: Array) -> Pairwise:
    """Weights of the analytic hierarchy process (Saaty 1980, doi:10.1504/IJSSCI.2008.017590).

    Parameters
    ----------
    comparisons : ndarray, shape (n, n)
        a_ij > 0: how many times i counts more than j, with a_ji = 1 / a_ij.

    Returns
    -------
    Pairwise
        Weights and coherence.

    Raises
    ------
    ValueError
        When the matrix is not positive and reciprocal.
    """
    _check_reciprocal(comparisons)
    size = len(comparisons)
    values, vectors = np.linalg.eig(comparisons)
    first = int(np.argmax(values.real))
    found = np.abs(vectors[:, first].real)
    largest = max(float(values[first].real), float(size))
    if size < 3:
        return Pairwise(found / found.sum(), largest, 0.0)
    index = (largest - size) / (size - 1)
    expected = RANDOM_INDICES[size - 1] if size <= len(RANDOM_INDICES) else np.nan
    return Pairwise(found / found.sum(), largest, float(index / expected))


def geometric_weights(comparisons: Array) -> Array:
    """Weights as the geometric means of rows, the other usual reading of comparisons.

    Crawford & Williams (1985), doi:10.1016/0022-2496(85)90002-1.

    Parameters
    ----------
    comparisons : ndarray, shape (n, n)
        Positive and reciprocal.

    Returns
    -------
    ndarray, shape (n,)
        Weights summing to 1.
    """
    _check_reciprocal(comparisons)
    means = np.exp(np.log(comparisons).mean(axis=1))
    return np.asarray(means / means.sum())


def doubtful_pairs(comparisons: Array, *, most: int = 3) -> list[tuple[int, int, float]]:
    """Comparisons that agree least with all the others together.

    The gap of a pair is that of a_ij with w_i / w_j (Saaty 2003,
    doi:10.1016/S0377-2217(02)00227-8).

    Parameters
    ----------
    comparisons : ndarray, shape (n, n)
        Positive and reciprocal.
    most : int
        How many to name.

    Returns
    -------
    list of (int, int, float)
        Positions i and j with a_ij ≥ 1, and what the weights say instead, w_i / w_j (below 1 when
        they say the contrary); worst first, none that agrees.
    """
    weights = pairwise_weights(comparisons).weights
    implied = weights[:, np.newaxis] / weights
    gaps = np.abs(np.log(comparisons / implied))
    pairs = [
        (i, j) if comparisons[i, j] >= 1 else (j, i) for i, j in combinations(range(len(gaps)), 2)
    ]
    pairs.sort(key=lambda pair: -gaps[pair])
    return [(i, j, float(implied[i, j])) for i, j in pairs[:most] if gaps[i, j] > 1e-9]


def worst_triads(comparisons: Array, *, most: int = 3) -> list[tuple[int, int, int, float]]:
    """Triads whose three comparisons contradict one another most (Koczkodaj 1993).

    doi:10.1016/0895-7177(93)90059-8.

    Parameters
    ----------
    comparisons : ndarray, shape (n, n)
        Positive and reciprocal.
    most : int
        How many to name.

    Returns
    -------
    list of (int, int, int, float)
        i, j, k and a_ij a_jk / a_ik: what going through j says, over what is said directly;
        worst first, none that agrees.
    """
    _check_reciprocal(comparisons)
    found = [
        (i, j, k, float(comparisons[i, j] * comparisons[j, k] / comparisons[i, k]))
        for i, j, k in combinations(range(len(comparisons)), 3)
    ]
    found.sort(key=lambda triad: -abs(np.log(triad[3])))
    return [triad for triad in found[:most] if abs(np.log(triad[3])) > 1e-9]


def _check_reciprocal(comparisons: Array) -> None:
    square = comparisons.ndim == 2 and comparisons.shape[0] == comparisons.shape[1]
    if (
        not square
        or not (comparisons > 0).all()
        or not np.allclose(comparisons * comparisons.T, 1.0, atol=1e-9)
    ):
        msg = "a matrix of comparisons is square, positive and reciprocal"
        raise ValueError(msg)
