"""Pure: variance-based sensitivity, from a design of runs to first- and total-order indices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """Points in [0, 1)^w at which a model is to be run; N is a power of 2, d counts factors.

    Parameters
    ----------
    a, b : ndarray, shape (N, w)
        Two independent samples.
    ab : ndarray, shape (d, N, w)
        For each factor, `a` with its columns taken from `b`.
    """

    a: Array
    b: Array
    ab: Array

    def points(self) -> Array:
        """Stack every run, shape (N (d + 2), w): those of a, of b, then of each ab."""
        return np.concatenate([self.a, self.b, *self.ab])

    def split(self, outputs: Array) -> tuple[Array, Array, Array]:
        """Give back the outputs of :meth:`points`, shape (N (d + 2), ...), as those of a, b, ab."""
        runs = len(self.a)
        blocks = outputs.reshape(len(self.ab) + 2, runs, *outputs.shape[1:])
        return blocks[0], blocks[1], blocks[2:]


@dataclass(frozen=True, slots=True)
class Indices:
    """Sensitivity of each output to each factor; arrays of shape (d, ...).

    Parameters
    ----------
    first, total : ndarray
        Share of the variance of the output that goes when the factor alone is fixed, and that is
        left when it alone varies. NaN for an output that does not vary.
    variance : ndarray, shape (...)
        Variance of the output.
    """

    first: Array
    total: Array
    variance: Array


def sobol_design(*, sizes: Sequence[int], power: int, generator: np.random.Generator) -> Design:
    """Draw scrambled Sobol' points for a Saltelli design.

    Parameters
    ----------
    sizes : sequence of int
        Number of columns of each of the d factors, which move together.
    power : int
        N = 2^power.
    generator : numpy.random.Generator
        Where the scrambling comes from (Owen scrambling; :class:`scipy.stats.qmc.Sobol`).

    Returns
    -------
    Design
        N (d + 2) runs.

    Notes
    -----
    Far dimensions of a Sobol' sequence repeat one another when points are few: two of them may
    fall in the same half at every point, which would leave a factor of two categories without a
    change from one sample to the other. Factors of few columns therefore take the first
    dimensions, those of a and b side by side.
    """
    width = sum(sizes)
    points = qmc.Sobol(2 * width, scramble=True, rng=generator).random_base2(power)
    place = np.argsort(np.argsort(np.repeat(sizes, sizes), kind="stable"))
    a, b = points[:, 2 * place], points[:, 2 * place + 1]
    ab = np.repeat(a[np.newaxis], len(sizes), axis=0)
    ends = np.cumsum(sizes)
    for factor, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        ab[factor, :, end - size : end] = b[:, end - size : end]
    return Design(a=a, b=b, ab=ab)


def sobol_indices(a: Array, *, b: Array, ab: Array, centred: bool = True) -> Indices:
    """First-order (Saltelli et al. 2010) and total-order (Jansen 1999) indices.

    S = mean(y_B (y_AB - y_A)) / V on outputs whose mean is taken off, and
    T = mean((y_A - y_AB)²) / 2V, doi:10.1016/j.cpc.2009.09.018. V is the variance of y_A and y_B
    together, divided by their number.

    Parameters
    ----------
    a, b : ndarray, shape (N, ...)
        Outputs of the two samples.
    ab : ndarray, shape (d, N, ...)
        Outputs of the mixed samples.
    centred : bool
        False leaves the mean in, and divides the variance by the number less one, as COINr does:
        the first order is then far noisier, and may pass the total. To compare only.

    Returns
    -------
    Indices
        NaN where the output does not vary.
    """
    both = np.concatenate([a, b])
    if centred:
        # As SALib: the mean of every run, the mixed ones too.
        middle = np.concatenate([both, *ab]).mean(axis=0)
        a, b, ab = a - middle, b - middle, ab - middle
    variance = np.var(both, axis=0, ddof=0 if centred else 1)
    still = variance <= np.finfo(float).eps * np.maximum(np.abs(both).max(axis=0), 1.0) ** 2
    scale = np.where(still, np.nan, variance)
    return Indices(
        first=np.mean(b * (ab - a), axis=1) / scale,
        total=0.5 * np.mean((a - ab) ** 2, axis=1) / scale,
        variance=np.asarray(variance),
    )


def bootstrap(
    a: Array,
    *,
    b: Array,
    ab: Array,
    resamples: int,
    level: float,
    generator: np.random.Generator,
) -> tuple[Indices, Indices]:
    """Intervals of the indices, runs being drawn again together.

    Parameters
    ----------
    a, b : ndarray, shape (N, ...)
        Outputs of the two samples.
    ab : ndarray, shape (d, N, ...)
        Outputs of the mixed samples.
    resamples : int
        Number of times the runs are drawn again.
    level : float
        Share of the resamples within the interval, in (0, 1); those in which an output does not
        vary tell nothing of it and are left out.
    generator : numpy.random.Generator
        Where draws come from.

    Returns
    -------
    low, high : Indices
        Ends of the intervals.
    """
    runs = len(a)
    drawn = []
    for _ in range(resamples):
        at = generator.integers(0, runs, runs)
        drawn.append(sobol_indices(a[at], b=b[at], ab=ab[:, at]))
    tails = ((1 - level) / 2, (1 + level) / 2)
    low, high = (
        Indices(*(_quantile(np.stack([getattr(one, name) for one in drawn]), q)
                  for name in ("first", "total", "variance")))
        for q in tails
    )  # fmt: skip
    return low, high


def _quantile(drawn: Array, q: float) -> Array:
    """Quantile over the resamples in which the output varies; NaN when it never does."""
    silent = np.isnan(drawn).all(axis=0)
    return np.where(silent, np.nan, np.nanquantile(np.where(silent, 0.0, drawn), q, axis=0))


def inactive(a: Array, *, ab: Array, tolerance: float = 1e-12) -> npt.NDArray[np.bool_]:
    """Tell which factors changed no output at all: a design that does not do what it says.

    Parameters
    ----------
    a : ndarray, shape (N, ...)
        Outputs of the first sample; NaN where there is none, which is no change by itself.
    ab : ndarray, shape (d, N, ...)
        Outputs of the mixed samples.
    tolerance : float
        Largest difference that rounding explains: a product of matrices may round the same row
        otherwise in another place.

    Returns
    -------
    ndarray of bool, shape (d,)
        True where every run gave the same.
    """
    same = np.isclose(ab, a[np.newaxis], rtol=0.0, atol=tolerance, equal_nan=True)
    return np.asarray(same.reshape(len(ab), -1).all(axis=1))


def category(uniform: Array, *, choices: int) -> npt.NDArray[np.int_]:
    """Turn points of [0, 1) into choices 0 … k - 1, by flooring (Baroni & Tarantola 2014).

    doi:10.1016/j.envsoft.2013.09.022.
    """
    return np.asarray(np.minimum(np.floor(uniform * choices).astype(int), choices - 1))
