"""Indicators that say the same thing, or the contrary, or nothing in common with their need."""

from dataclasses import dataclass
from typing import Literal

import networkx as nx
import numpy as np
import pandas as pd

from diag360.scoring.scores import Scores

Flag = Literal["doublon", "contraire", "etranger"]
DUPLICATE, CONTRARY, STRANGER = 0.92, -0.4, 0.3
LEAST = 100  # territories in common


@dataclass(frozen=True, slots=True)
class Redundancy:
    """Correlations of the scores of indicators across territories.

    Parameters
    ----------
    territories, least : int
        Number of territories, and number in common from which a correlation is taken.
    correlations, common : DataFrame, shape (i, i)
        Pearson correlation, NaN below `least` or where a score does not vary; territories in
        common.
    pairs : DataFrame
        Flagged pairs, strongest first: first, second, same_need, correlation, common, flag
        (``doublon`` above 0.92, whatever the needs; inside a need, ``contraire`` below -0.4 and
        ``etranger`` from there up to 0.3).
    fit : DataFrame
        By indicator: need, own (correlation with the mean of the other indicators of its need),
        best_need and best (the other need with which it goes best), common, strays (whether it
        goes with another need better than with its own).
    clusters : tuple of tuple of str
        Groups of near-duplicates: indicators joined by correlations above 0.92.
    judged : tuple of str
        Indicators that have at least one correlation.
    """

    territories: int
    least: int
    correlations: pd.DataFrame
    common: pd.DataFrame
    pairs: pd.DataFrame
    fit: pd.DataFrame
    clusters: tuple[tuple[str, ...], ...]
    judged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """One question asked again and again, word for word.

    Parameters
    ----------
    label : str
        Its words.
    indicators : tuple of str
        Ids.
    needs : int
        Needs it is asked for.
    share : float
        Share of the indicators of the framework, in [0, 1].
    weights : Series
        Share of each in its need when every value is known, in [0, 1].
    """

    label: str
    indicators: tuple[str, ...]
    needs: int
    share: float
    weights: pd.Series


def redundancy(scores: Scores, *, least: int = LEAST) -> Redundancy:
    """Correlate indicators across territories, inside and across needs.

    Parameters
    ----------
    scores : Scores
        Of many territories.
    least : int
        Territories that two indicators must have in common.

    Returns
    -------
    Redundancy
        Over the indicators that have a weight.
    """
    counted = scores.weights.index[scores.weights > 0]
    table = scores.indicator_scores[counted].where(scores.applicable[counted])
    known = table.notna().astype(int)
    common = known.T @ known
    matrix = table.corr(min_periods=least).where(_varies(table, common, least=least))
    need_of = scores.need_of[counted]
    judged = [
        str(name) for at, name in enumerate(counted)
        if matrix.iloc[at].drop(name).notna().any()
    ]  # fmt: skip
    graph: nx.Graph[str] = nx.Graph()
    rows = []
    for at, first in enumerate(counted):
        for second in counted[at + 1 :]:
            r = float(matrix.loc[first, second])
            flag = _flag(r, same=need_of[first] == need_of[second])
            if flag == "doublon":
                graph.add_edge(first, second)
            if flag:
                rows.append(
                    (first, second, need_of[first] == need_of[second], r,
                     int(common.loc[first, second]), flag)
                )  # fmt: skip
    names = ["first", "second", "same_need", "correlation", "common", "flag"]
    pairs = pd.DataFrame(rows, columns=names)
    order = pairs["correlation"].abs().sort_values(ascending=False, kind="stable").index
    place = {name: at for at, name in enumerate(counted)}
    clusters = sorted(
        (tuple(sorted(group, key=place.__getitem__)) for group in nx.connected_components(graph)),
        key=lambda group: place[group[0]],
    )
    return Redundancy(
        territories=len(table),
        least=least,
        correlations=matrix,
        common=common,
        pairs=pairs.loc[order].reset_index(drop=True),
        fit=_fit(scores, table, least=least),
        clusters=tuple(clusters),
        judged=tuple(judged),
    )


def repeated_questions(scores: Scores) -> tuple[Repeated, ...]:
    """Find the questions asked word for word in several needs, most repeated first.

    Parameters
    ----------
    scores : Scores
        Give the framework, the weights and the tier: only what has a weight is counted.

    Returns
    -------
    tuple of Repeated
        The label alone is compared: « identification of a referent agent » asked for eleven needs
        is eleven lines, and counts eleven times.
    """
    share = scores.effective_weights()
    counted = [str(name) for name in share.index[share > 0]]
    labels: dict[str, list[str]] = {}
    for name in counted:
        labels.setdefault(scores.catalogue.indicators[name].label.strip(), []).append(name)
    made = [
        Repeated(
            label=label,
            indicators=tuple(names),
            needs=int(scores.need_of[names].nunique()),
            share=len(names) / len(counted),
            weights=share[names],
        )
        for label, names in labels.items()
        if len(names) > 1
    ]
    return tuple(sorted(made, key=lambda one: -len(one.indicators)))


def _flag(r: float, *, same: bool) -> Flag | None:
    if np.isnan(r):
        return None
    if r > DUPLICATE:
        return "doublon"
    if same and r < CONTRARY:
        return "contraire"
    return "etranger" if same and r < STRANGER else None


def _varies(table: pd.DataFrame, common: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """Whether both scores of a pair vary enough for rounding not to make a correlation."""
    spread = table.max() - table.min() > 1e-9
    both = np.logical_and.outer(spread.to_numpy(), spread.to_numpy())
    return (common >= least) & both


def _fit(scores: Scores, table: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """Compare each indicator with the rest of its need, and with the other needs."""
    weights = scores.weights[table.columns]
    need_of = scores.need_of[table.columns]
    means = {
        need.id: _mean(table, weights.where(need_of == need.id, 0.0))
        for need in scores.framework.needs
    }
    rows = {}
    for name in table.columns:
        rest = _mean(
            table, weights.where((need_of == need_of[name]) & (weights.index != name), 0.0)
        )
        others = {
            need: _correlation(table[name], mean, least=least)
            for need, mean in means.items() if need != need_of[name]
        }  # fmt: skip
        known = {need: r for need, r in others.items() if not np.isnan(r)}
        best = max(known, key=known.__getitem__, default="")
        own = _correlation(table[name], rest, least=least)
        common = int((table[name].notna() & rest.notna()).sum())
        rows[name] = (need_of[name], own, best, known.get(best, np.nan), common)
    made = pd.DataFrame.from_dict(
        rows, orient="index", columns=["need", "own", "best_need", "best", "common"]
    )
    made["strays"] = made["best"] > made["own"]
    return made


def _mean(table: pd.DataFrame, weights: pd.Series) -> pd.Series:
    mass = table.notna() @ weights
    return (table.fillna(0.0) @ weights / mass.where(mass > 0)).astype(float)


def _correlation(first: pd.Series, second: pd.Series, *, least: int) -> float:
    both = first.notna() & second.notna()
    a, b = first[both], second[both]
    if len(a) < least or a.max() - a.min() <= 1e-9 or b.max() - b.min() <= 1e-9:
        return float("nan")
    return float(a.corr(b))
