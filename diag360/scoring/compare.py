"""Which scores move from one catalogue to another, over the same values."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.scoring.scores import Scores, score
from diag360.territories.values import read_values


def score_both(
    before: Catalogue,
    after: Catalogue,
    *,
    values: Path | None = None,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
) -> tuple[Scores, Scores]:
    """Score the same values under two catalogues.

    Parameters
    ----------
    before, after : Catalogue
        Older and newer.
    values : Path, optional
        Tidy CSV; the shipped open data by default. Each catalogue scores the rows it knows.
    framework, weights, tier : str, optional
        As for :func:`diag360.score`, in both.

    Returns
    -------
    before, after : Scores
        Over the same territories.

    Raises
    ------
    Refusal
        When the values, the framework or the weights are refused.
    """
    both = replace(
        after,
        indicators={**before.indicators, **after.indicators},
        units={**before.units, **after.units},
    )
    rows = read_values(values, catalogue=both)
    found = []
    for catalogue in (before, after):
        kept = rows[_understood(rows, catalogue)]
        found.append(
            score(kept, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
        )
    return found[0], found[1]


def _understood(rows: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Rows whose answer a catalogue can score: a number for a number, a word it knows."""
    understood = pd.Series(False, index=rows.index)
    for name, group in rows.groupby("indicator"):
        indicator = catalogue.indicators.get(str(name))
        if indicator is None:
            continue
        if indicator.response.choices:
            understood[group.index] = group["value"].isin([*indicator.response.choices, ""])
        else:
            understood[group.index] = group["number"].notna() | (group["value"] == "")
    return understood


def moved_needs(before: Scores, after: Scores) -> pd.DataFrame:
    """Summarise how the scores of needs move over all territories.

    Parameters
    ----------
    before, after : Scores
        Of the same territories and framework.

    Returns
    -------
    DataFrame
        One row per need in both: moved (territories whose printed score moves), mean and largest
        (signed change of the score in [0, 1], over those), gained and lost (territories whose
        need becomes, or ceases to be, determined).
    """
    needs = [name for name in after.needs.score.columns if name in before.needs.score.columns]
    places = after.needs.score.index
    rows = []
    for need in needs:
        old, new = (s.needs.score[need].reindex(places) for s in (before, after))
        was, now = (s.determined[need].reindex(places, fill_value=False) for s in (before, after))
        change = (new - old)[was & now]
        change = change[change.abs() > 1e-9]
        rows.append(
            {
                "need": need,
                "moved": len(change),
                "mean": change.mean(),
                "largest": _largest(change),
                "gained": int((now & ~was).sum()),
                "lost": int((was & ~now).sum()),
            }
        )
    return pd.DataFrame(rows).set_index("need")


def moved_indicators(before: Scores, after: Scores) -> pd.DataFrame:
    """Summarise how the scores of indicators move over all territories.

    Returns
    -------
    DataFrame
        One row per indicator whose score moves somewhere: moved (territories), mean and largest
        (signed change of the score in [0, 1]).
    """
    old, new = before.indicator_scores, after.indicator_scores
    shared = [name for name in new.columns if name in old.columns]
    change = new[shared] - old[shared].reindex(new.index)
    change = change.where(change.abs() > 1e-9)
    table = pd.DataFrame(
        {
            "moved": change.notna().sum(),
            "mean": change.mean(),
            "largest": change.apply(_largest),
        }
    )
    return table[table["moved"] > 0]


def _largest(change: pd.Series) -> float:
    """Signed change of largest size; NaN when nothing changes."""
    known = change.dropna().to_numpy(dtype=float)
    return float(known[np.abs(known).argmax()]) if known.size else float("nan")
