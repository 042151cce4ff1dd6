"""What changed between two campaigns: the territory, or the method.

Old values are scored again with the new catalogue. From the old score to that one, only the
method differs; from that one to the new score, only the values do.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.errors import Fault, Refusal
from diag360.scoring.scores import Scores, score

Array = npt.NDArray[np.float64]
KEYS = ["territory", "need", "indicator"]
TERMS = ["before", "rescored", "after", "total", "territory_changed", "method_changed"]
_TITLE = "Comparaison refusée :"


@dataclass(frozen=True, slots=True)
class ChangeSplit:
    """Changes of scores between two campaigns, in two terms that sum to the total.

    Parameters
    ----------
    table : DataFrame
        One row per territory and need (``indicator`` empty), then one per indicator of the need
        in either catalogue. ``before``, ``rescored`` (old values, new catalogue) and ``after``:
        scores in [0, 1], NaN where there is none. ``total`` = ``territory_changed`` +
        ``method_changed``, in [-1, 1]; NaN where a score lacks. For needs, ``territory_changed``
        = ``values_changed`` (over the indicators known at both dates) + ``answers_changed``
        (what indicators known at one date only bring or take away: the territory may be the
        same, better known); both NaN where no indicator is known at both.
    contributions : DataFrame
        Same keys and terms for indicators: what each brings to the arithmetic score of its need
        (0 where it is not known, NaN where the need has no score). They sum to the change of the
        need where its mean is arithmetic.
    not_rescored : DataFrame
        Old values the new catalogue cannot score: ``territory``, ``indicator``, ``value`` and
        ``reason`` (French). Their loss is part of ``method_changed``.
    before, rescored, after : Scores
        The three sets of scores.
    """

    table: pd.DataFrame
    contributions: pd.DataFrame
    not_rescored: pd.DataFrame
    before: Scores
    rescored: Scores
    after: Scores


def split(before: Array, rescored: Array, after: Array) -> tuple[Array, Array]:
    """Split a change in two terms.

    Parameters
    ----------
    before, rescored, after : ndarray
        Scores: old values and old method, old values and new method, new values and new method.

    Returns
    -------
    territory, method : ndarray
        ``after`` - ``rescored`` and ``rescored`` - ``before``.
    """
    return after - rescored, rescored - before


def split_change(
    before_rows: pd.DataFrame,
    after_rows: pd.DataFrame,
    *,
    old_catalogue: Catalogue,
    new_catalogue: Catalogue,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
) -> ChangeSplit:
    """Split the change of every score between two campaigns.

    Parameters
    ----------
    before_rows, after_rows : DataFrame
        Rows of the two campaigns, each read with its own catalogue.
    old_catalogue, new_catalogue : Catalogue
        What each campaign was, and is, scored with.
    framework, weights, tier : str, optional
        As for :func:`diag360.score`, in both; the defaults of the new catalogue when left out.

    Returns
    -------
    ChangeSplit
        Over the territories of both campaigns.

    Raises
    ------
    Refusal
        When no territory is in both, or a catalogue lacks the framework or the weights.
    """
    shared = set(before_rows["territory"]) & set(after_rows["territory"])
    if not shared:
        fault = Fault(
            "campagnes",
            "territory",
            "aucun territoire n’est dans les deux campagnes",
            "comparer deux campagnes du même territoire",
        )
        raise Refusal(_TITLE, [fault])
    framework = framework or new_catalogue.settings.default_framework
    weights = weights or new_catalogue.settings.default_weights
    old = before_rows[before_rows["territory"].isin(shared)]
    new = after_rows[after_rows["territory"].isin(shared)]
    reasons = _reasons(old, old_catalogue=old_catalogue, new_catalogue=new_catalogue)
    places = list(dict.fromkeys(new["territory"]))

    def scored(rows: pd.DataFrame, catalogue: Catalogue) -> Scores:
        known = _standing(rows, places)
        return score(known, catalogue=catalogue, framework=framework, weights=weights, tier=tier)

    before, after = scored(old, old_catalogue), scored(new, new_catalogue)
    rescored = scored(old[reasons == ""], new_catalogue)
    both = _known_in_both(rescored, after)
    rescored_both = scored(_among(old[reasons == ""], both), new_catalogue)
    after_both = scored(_among(new, both), new_catalogue)
    needs = _terms(*(_needs(one) for one in (before, rescored, after)))
    same = _needs(after_both) - _needs(rescored_both)
    needs["values_changed"] = same.reindex(needs.index)
    needs["answers_changed"] = needs["territory_changed"] - needs["values_changed"]
    indicators = _terms(*(_indicators(one) for one in (before, rescored, after)))
    shares = [_contributions(one, places) for one in (before, rescored, after)]
    index = shares[0].index.union(shares[1].index).union(shares[2].index)
    filled = [
        one.reindex(index, fill_value=0.0).where(_has_score(scores, index))
        for one, scores in zip(shares, (before, rescored, after), strict=True)
    ]
    refused = old[reasons != ""].assign(reason=reasons[reasons != ""])
    return ChangeSplit(
        table=_ordered(pd.concat([needs, indicators]), places),
        contributions=_ordered(_terms(*filled), places),
        not_rescored=refused[["territory", "indicator", "value", "reason"]].reset_index(drop=True),
        before=before,
        rescored=rescored,
        after=after,
    )


def _reasons(
    rows: pd.DataFrame, *, old_catalogue: Catalogue, new_catalogue: Catalogue
) -> pd.Series:
    """Why the new catalogue cannot score each row; empty where it can, or nothing is to score."""
    reasons = pd.Series("", index=rows.index)
    for name, group in rows.groupby("indicator"):
        filled = group.index[group["value"] != ""]
        new = new_catalogue.indicators.get(str(name))
        old = old_catalogue.indicators.get(str(name))
        if new is None:
            reasons[group.index] = "indicateur absent du nouveau catalogue"
        elif new.response.choices:
            wrong = ~group.loc[filled, "value"].isin(new.response.choices)
            reasons[filled[wrong]] = "réponse inconnue du nouveau catalogue"
        elif old is not None and old.response.unit != new.response.unit:
            said = "les réponses étaient des mots" if old.response.choices else "l’unité a changé"
            reasons[filled] = said
        else:
            lost = group.loc[filled, "number"].isna()
            reasons[filled[lost]] = "réponse qui n’est pas un nombre"
    return reasons


def _standing(rows: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Rows of every place, in the order of the places; one that has none left stays, empty."""
    lacking = [code for code in places if code not in set(rows["territory"])]
    empty = pd.DataFrame(
        {"territory": lacking, "indicator": "", "value": "", "status": "non_collecte"}
    )
    stood = pd.concat([rows, empty.assign(number=np.nan)]) if lacking else rows
    rank = {code: at for at, code in enumerate(places)}
    return stood.sort_values("territory", key=lambda codes: codes.map(rank), kind="stable")


def _known_in_both(rescored: Scores, after: Scores) -> pd.MultiIndex:
    known = rescored.indicator_scores.notna() & after.indicator_scores.notna()
    rows, columns = np.nonzero(known.to_numpy())
    return pd.MultiIndex.from_arrays([known.index[rows], known.columns[columns]])


def _among(rows: pd.DataFrame, keys: pd.MultiIndex) -> pd.DataFrame:
    return rows[pd.MultiIndex.from_frame(rows[["territory", "indicator"]]).isin(keys)]


def _keyed(stacked: pd.Series) -> pd.Series:
    stacked.index.names = KEYS
    return stacked


def _needs(scores: Scores) -> pd.Series:
    table = scores.needs.score.copy()
    table.columns = pd.MultiIndex.from_tuples([(need, "") for need in table.columns])
    return _keyed(_long(table))


def _indicators(scores: Scores) -> pd.Series:
    table = scores.indicator_scores.loc[:, scores.weights > 0]
    table.columns = pd.MultiIndex.from_tuples([(scores.need_of[i], i) for i in table.columns])
    return _keyed(_long(table))


def _contributions(scores: Scores, places: list[str]) -> pd.Series:
    parts = {}
    for code in places:
        table = scores.contributions(code)
        index = pd.MultiIndex.from_arrays([table["need"], table.index])
        parts[code] = table["contribution"].fillna(0.0).set_axis(index)
    return _keyed(pd.concat(parts))


def _has_score(scores: Scores, index: pd.Index) -> npt.NDArray[np.bool_]:
    """Whether the need of each key has a score: a contribution to none is not 0."""
    known = _needs(scores).droplevel("indicator").notna()
    keys = pd.MultiIndex.from_arrays([index.get_level_values(name) for name in KEYS[:2]])
    return np.asarray(known.reindex(keys, fill_value=False), dtype=bool)


def _long(table: pd.DataFrame) -> pd.Series:
    keys = [(place, *column) for place in table.index for column in table.columns]
    return pd.Series(table.to_numpy().ravel(), index=pd.MultiIndex.from_tuples(keys))


def _terms(before: pd.Series, rescored: pd.Series, after: pd.Series) -> pd.DataFrame:
    index = before.index.union(rescored.index).union(after.index)
    arrays = [one.reindex(index).to_numpy(dtype=float) for one in (before, rescored, after)]
    territory, method = split(*arrays)
    columns = [*arrays, territory + method, territory, method]
    return pd.DataFrame(dict(zip(TERMS, columns, strict=True)), index=index)


def _ordered(table: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Territories in their order; the need first, then its indicators."""
    rows = table.reset_index()
    rank = {code: at for at, code in enumerate(places)}
    rows = rows.assign(rank=rows["territory"].map(rank)).sort_values(["rank", "need", "indicator"])
    return rows.drop(columns="rank").reset_index(drop=True)
