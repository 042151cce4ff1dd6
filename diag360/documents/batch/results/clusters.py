"""Profiles that look alike: Ward's method, how many groups, and whether they would come again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform
from scipy.stats import norm, pearson3, rankdata, skew
from scipy.stats.contingency import crosstab

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.integer[Any]]
FEWEST = 20  # territories below which no group is looked for
MOST = 6  # groups, at most
SMALLEST = 0.05  # share of the territories below which a group is a handful of oddities
HANDFUL = 4  # and their number, whatever the share
DRAWS = 40
CLEAR = 0.25  # silhouette under which there is no substantial structure
STABLE = 0.6  # adjusted Rand index from which groups come again; a convention
CLOUDS = 39  # clouds without groups drawn, of each shape
CHANCE = 0.05  # share of them from which groups are no better than those of one cloud
_FLAT = 1e-9  # spread of a need that is the same everywhere
SHARED = 0.8  # share of the territories that must know a need for it to be compared


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups of profiles.

    Parameters
    ----------
    labels : Series of int
        Group of each territory compared, from 0, the largest first.
    centres : DataFrame
        Mean of each need by group [standard deviations from the mean of all].
    silhouettes : Series
        Mean silhouette for each number of groups tried, in [-1, 1].
    stability : float
        Mean adjusted Rand index between these groups and those found again on resamples.
    chance : float
        Share of clouds without any group in which as much is found, in ]0, 1]; NaN when the groups
        are already not clear without it.
    kept : tuple of str
        Needs compared.
    """

    labels: pd.Series
    centres: pd.DataFrame
    silhouettes: pd.Series
    stability: float
    chance: float
    kept: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether the groups are worth being named: apart, found again, and more than chance."""
        return self.silhouette >= CLEAR and self.stability >= STABLE and self.chance <= CHANCE

    @property
    def silhouette(self) -> float:
        """Mean silhouette of these groups."""
        return float(self.silhouettes.loc[len(self.centres)])


def find_clusters(
    scores: pd.DataFrame, *, generator: np.random.Generator, draws: int = DRAWS
) -> Clusters | None:
    """Look for groups of territories whose profiles look alike.

    Needs that most territories know are standardised; territories that lack one of them are left
    out. Ward's method (Ward 1963, doi:10.1080/01621459.1963.10500845) joins them; the number of
    groups is that of the largest mean silhouette (Rousseeuw 1987,
    doi:10.1016/0377-0427(87)90125-7) among those without a tiny group. Territories are then drawn
    with replacement, and the groups found again compared with the first ones by the adjusted Rand
    index (Hubert & Arabie 1985, doi:10.1007/BF01908075). Any cloud can be cut in groups that look
    apart when it is small: the same search is made in clouds of one piece that have the spread and
    the correlations of the territories, as the gap statistic does (Tibshirani, Walther & Hastie
    2001, doi:10.1111/1467-9868.00293).

    Parameters
    ----------
    scores : DataFrame
        Territories by needs, in [0, 1], NaN where undetermined.
    generator : numpy.random.Generator
        Draws the resamples.
    draws : int
        Resamples, ≥ 1.

    Returns
    -------
    Clusters or None
        None when fewer than twenty territories, or fewer than two needs, can be compared.
    """
    known = scores.loc[:, scores.notna().mean() >= SHARED].dropna()
    known = known.loc[:, known.max() - known.min() > _FLAT]
    if len(known) < FEWEST or known.shape[1] < 2:
        return None
    points = (known - known.mean()) / known.std()
    table = points.to_numpy(dtype=float)
    found, tried = _cut(table)
    if not found:
        return None
    best = max(found, key=lambda count: (found[count], -count))
    order = np.argsort(-np.bincount(tried[best])[1:], kind="stable")
    labels = pd.Series(np.argsort(order)[tried[best] - 1], index=known.index)
    indices = []
    for _ in range(draws):
        drawn = np.unique(generator.integers(len(table), size=len(table)))
        again = fcluster(linkage(table[drawn], method="ward"), best, criterion="maxclust")
        indices.append(adjusted_rand(labels.to_numpy()[drawn], again))
    stability = float(np.mean(indices))
    promising = found[best] >= CLEAR and stability >= STABLE
    return Clusters(
        labels=labels,
        centres=points.groupby(labels).mean(),
        silhouettes=pd.Series(found),
        stability=stability,
        chance=_chance(table, found[best], generator=generator) if promising else float("nan"),
        kept=tuple(str(name) for name in known),
    )


def _cut(table: Array) -> tuple[dict[int, float], dict[int, Labels]]:
    """Mean silhouette of every number of groups without a tiny one, and the groups of all."""
    tree = linkage(table, method="ward")
    distances = squareform(pdist(table))
    tried: dict[int, Labels] = {
        count: fcluster(tree, count, criterion="maxclust") for count in range(2, MOST + 1)
    }
    least = max(HANDFUL, SMALLEST * len(table))
    found = {
        count: silhouette(distances, labels=labels)
        for count, labels in tried.items()
        if len(set(labels)) == count and np.bincount(labels)[1:].min() >= least
    }
    return found, tried


def _chance(table: Array, reached: float, *, generator: np.random.Generator) -> float:
    """Share of clouds of one piece whose best groups look as much apart; the harder shape counts.

    Shapes: a normal cloud, a box along the principal axes, and a skewed one. The last has the
    skewness of each need and the correlations of ranks; its needs are gamma, so of one mode.
    """
    size = len(table)
    _, spread, axes = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    spread = spread / np.sqrt(size - 1)
    shapes = (
        lambda: generator.standard_normal((size, len(spread))) * spread @ axes,
        lambda: generator.uniform(-np.sqrt(3), np.sqrt(3), (size, len(spread))) * spread @ axes,
        lambda: _skewed(table, generator=generator),
    )
    shares = []
    for shape in shapes:
        best = [max(_cut(shape())[0].values(), default=-1.0) for _ in range(CLOUDS)]
        shares.append((1 + sum(one >= reached for one in best)) / (CLOUDS + 1))
    return max(shares)


def _skewed(table: Array, *, generator: np.random.Generator) -> Array:
    """One cloud whose columns have the skewness of those of a table, and their correlations."""
    size, width = table.shape
    ranks = norm.ppf((rankdata(table, axis=0) - 0.5) / size)
    normal = generator.multivariate_normal(np.zeros(width), np.corrcoef(ranks.T), size)
    lean = np.asarray(skew(table, axis=0))
    return np.column_stack(
        [pearson3.ppf(norm.cdf(normal[:, at]), float(lean[at])) for at in range(width)]
    )


def silhouette(distances: Array, *, labels: Labels) -> float:
    """Mean silhouette: how much nearer points are to their group than to the next one.

    Parameters
    ----------
    distances : ndarray, shape (p, p)
        Between points.
    labels : ndarray of int, shape (p,)
        Group of each; at least two groups.

    Returns
    -------
    float
        In [-1, 1]; a point alone in its group counts for 0.
    """
    names, own = np.unique(labels, return_inverse=True)
    member = own[:, np.newaxis] == np.arange(len(names))
    size = member.sum(axis=0)
    summed = distances @ member
    here = np.arange(len(labels))
    inside = summed[here, own] / np.maximum(size[own] - 1, 1)
    means = summed / size
    means[here, own] = np.inf
    nearest = means.min(axis=1)
    largest = np.maximum(inside, nearest)
    gap = np.divide(nearest - inside, largest, out=np.zeros_like(largest), where=largest > 0)
    return float(np.where(size[own] > 1, gap, 0.0).mean())


def adjusted_rand(one: Labels, other: Labels) -> float:
    """Adjusted Rand index of two groupings of the same points.

    Parameters
    ----------
    one, other : ndarray of int, shape (p,)
        Groups.

    Returns
    -------
    float
        At most 1, for the same groups; about 0 for groups that agree by chance.
    """

    def pairs(counts: Labels) -> float:
        return float((counts * (counts - 1.0) / 2.0).sum())

    table = np.asarray(crosstab(one, other).count)
    both, first, second = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = first * second / (len(one) * (len(one) - 1) / 2)
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
