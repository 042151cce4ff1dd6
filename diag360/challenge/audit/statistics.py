"""Pure: coherence of a set of columns, shape of a distribution, what drives its extremes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
STILL = 1e-9  # range below which a column does not vary


@dataclass(frozen=True, slots=True)
class Components:
    """Principal components of k standardised columns.

    Parameters
    ----------
    names : tuple of str
        Columns, k of them.
    eigenvalues : ndarray, shape (k,)
        Variances of the components, largest first; they sum to k.
    loadings : ndarray, shape (k,)
        Correlation of each column with the first component, whose sign makes their sum positive.
    rows : int
        Rows they come from.
    """

    names: tuple[str, ...]
    eigenvalues: Array
    loadings: Array
    rows: int

    @property
    def first_share(self) -> float:
        """Share of the variance that the first component carries, in [0, 1]."""
        return float(self.eigenvalues[0] / self.eigenvalues.sum())

    @property
    def above_one(self) -> int:
        """Components that carry more than one column: Kaiser's criterion."""
        # The tolerance keeps uncorrelated columns, all at 1, from counting by rounding.
        return int(np.count_nonzero(self.eigenvalues > 1 + 1e-9))


def cronbach_alpha(values: Array, *, standardised: bool = False) -> float:
    """Cronbach's coefficient alpha (1951), doi:10.1007/BF02310555.

    Parameters
    ----------
    values : ndarray, shape (t, k)
        Finite.
    standardised : bool
        Whether columns are first brought to the same variance.

    Returns
    -------
    float
        k/(k - 1) (1 - Σ var / var of the sum), at most 1, below 0 when columns contradict one
        another; NaN with fewer than two columns or rows, or when the sum does not vary.
    """
    rows, columns = values.shape
    if rows < 2 or columns < 2:
        return float("nan")
    if standardised:
        values = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    whole = float(values.sum(axis=1).var(ddof=1))
    if whole <= STILL**2:
        return float("nan")
    parts = float(values.var(axis=0, ddof=1).sum())
    return float(columns / (columns - 1) * (1 - parts / whole))


def principal_components(table: pd.DataFrame) -> Components:
    """Principal components of the correlation matrix.

    Parameters
    ----------
    table : DataFrame, shape (t, k)
        Complete, k ≥ 2, every column varying.

    Returns
    -------
    Components
        Eigenvalues and the loadings of the first.

    Raises
    ------
    ValueError
        Naming the columns that do not vary.
    """
    still = [str(name) for name in table if np.ptp(table[name].to_numpy(dtype=float)) <= STILL]
    if still:
        msg = f"columns that do not vary: {', '.join(still)}"
        raise ValueError(msg)
    matrix = np.corrcoef(table.to_numpy(dtype=float), rowvar=False)
    eigenvalues, vectors = np.linalg.eigh(matrix)
    first = vectors[:, -1] * np.sqrt(eigenvalues[-1])
    return Components(
        names=tuple(map(str, table.columns)),
        eigenvalues=np.clip(eigenvalues[::-1], 0.0, None),
        loadings=first if first.sum() >= 0 else -first,
        rows=len(table),
    )


def shape_of(values: pd.Series) -> tuple[float, float]:
    """Skewness and excess kurtosis « of type 2 », those of spreadsheets (SKEW and KURT).

    Parameters
    ----------
    values : Series
        Missing values are left out.

    Returns
    -------
    tuple of float
        Joanes & Gill (1998), doi:10.1111/1467-9884.00122; NaN below 4 values or without spread.
    """
    known = values.dropna().astype(float)
    if len(known) < 4 or known.max() - known.min() <= STILL * max(1.0, float(known.abs().max())):
        return float("nan"), float("nan")
    return float(np.asarray(known.skew())), float(np.asarray(known.kurt()))


def share_at_ends(scores: pd.Series) -> tuple[float, float]:
    """Share of the known scores at 0 and at 1, in [0, 1]; NaN when none is known."""
    known = scores.dropna().to_numpy(dtype=float)
    if not len(known):
        return float("nan"), float("nan")
    return float(np.mean(known <= STILL)), float(np.mean(known >= 1 - STILL))


def extreme_gap(contributions: pd.DataFrame, *, share: float = 0.1) -> pd.Series:
    """Split the gap between the best and the worst rows into columns.

    Parameters
    ----------
    contributions : DataFrame, shape (t, k)
        What each column brings to the score of the row, 0 where it is missing; rows sum to scores.
    share : float
        Share of the rows at each end, at least one row.

    Returns
    -------
    Series, shape (k,)
        Mean of the top rows minus mean of the bottom rows; sums exactly to the gap of the scores.
    """
    order = contributions.sum(axis=1).sort_values(kind="stable").index
    size = max(1, round(share * len(order)))
    gap = contributions.loc[order[-size:]].mean() - contributions.loc[order[:size]].mean()
    return gap.astype(float)


def rank_shift(first: pd.Series, second: pd.Series) -> float:
    """Mean change of rank between two scores of the same rows, as a share of their number."""
    ranks = first.rank(method="average"), second.rank(method="average")
    return float((ranks[0] - ranks[1]).abs().mean() / len(first))
