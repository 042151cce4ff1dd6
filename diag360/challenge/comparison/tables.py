"""A comparison as tables: one territory side by side, shares of each step, who moves among all."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from diag360.challenge.comparison.compare import Case, Comparison, State, mean_effects
from diag360.challenge.comparison.conclusions import KEPT, Verdict
from diag360.vulnerability.actions import rank_actions

REFERENCE = "reference"
TOP_ACTIONS = 5


def states(comparison: Comparison) -> list[tuple[str, State]]:
    """Reference then cases, each with the ids of its variants joined by ``+``."""
    return [
        (REFERENCE, comparison.reference),
        *(("+".join(v.id for v in case.variants), case.state) for case in comparison.cases),
    ]


def need_table(comparison: Comparison, *, territory: str) -> pd.DataFrame:
    """Side by side, what each catalogue says of the needs of a territory.

    Returns
    -------
    DataFrame
        One row per state and need: state, need, score, low, high, coverage, determined, class
        (0 to 4, −1 when undetermined), rank (1 for the weakest of those determined, 0 for the
        others), weakest, effect (mean effect over the rated hazards, NaN without any).
    """
    row = comparison.row(territory)
    tables = []
    for name, state in states(comparison):
        profile = state.scores.needs
        of = profile.of(territory)
        score = pd.Series({name: need.score for name, need in of.items()})
        determined = np.array([need.determined for need in of.values()])
        known = score.where(determined).round(12)
        tables.append(
            pd.DataFrame(
                {
                    "state": name,
                    "need": profile.score.columns,
                    "score": score.to_numpy(),
                    "low": profile.low.loc[territory].to_numpy(),
                    "high": profile.high.loc[territory].to_numpy(),
                    "coverage": profile.coverage.loc[territory].to_numpy(),
                    "determined": determined,
                    "class": state.conclusions.classes[row],
                    "rank": known.rank(method="first").fillna(0).astype(int).to_numpy(),
                    "weakest": state.conclusions.weakest[row],
                    "effect": mean_effects(state.found)[state.found.row(territory)],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def hazard_table(comparison: Comparison, *, territory: str) -> pd.DataFrame:
    """Side by side, the rated hazards: state, hazard, effect (sum over needs), rank."""
    tables = []
    for name, state in states(comparison):
        found = state.found
        summed = found.at_own_duration()[found.bound("central"), found.row(territory)].sum(axis=1)
        table = pd.DataFrame({"state": name, "hazard": found.hazards, "effect": summed})
        table = table[table["effect"].notna()]
        table["rank"] = (-table["effect"].round(6)).rank(method="first").astype(int)
        tables.append(table.sort_values("rank"))
    return pd.concat(tables, ignore_index=True)


def action_table(comparison: Comparison, *, territory: str) -> pd.DataFrame:
    """Side by side, the first five actions of a territory: state, rank, indicator, gain, known."""
    tables = []
    for name, state in states(comparison):
        table = rank_actions(state.found, territory=territory).table.head(TOP_ACTIONS)
        table = table[["indicator", "gain", "known"]]
        table.insert(0, "state", name)
        table.insert(1, "rank", range(1, len(table) + 1))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def step_table(comparison: Comparison, *, territory: str) -> pd.DataFrame:
    """Share of each step in the change of each need of a territory.

    Returns
    -------
    DataFrame
        One row per case, step and need: state, variant, place (key of the file), need, score
        (part of the change, in order), fair (part whatever the order, NaN when not computed),
        effect (part of the change of the mean effect). Parts sum to the change of the state.
    """
    at = comparison.territories.index(territory)
    needs = list(comparison.reference.scores.needs.score.columns)
    rows = [
        {
            "state": "+".join(v.id for v in case.variants),
            "variant": step.variant,
            "place": step.place,
            "need": need,
            "score": case.score_parts[place, at, n],
            "fair": np.nan if case.fair_parts is None else case.fair_parts[place, at, n],
            "effect": case.effect_parts[place, at, n],
        }
        for case in comparison.cases
        for place, step in enumerate(case.steps)
        for n, need in enumerate(needs)
    ]
    columns = ["state", "variant", "place", "need", "score", "fair", "effect"]
    return pd.DataFrame(rows, columns=columns)


def movers(comparison: Comparison, case: Case) -> pd.DataFrame:
    """Who moves among all territories, the biggest first.

    Returns
    -------
    DataFrame
        By territory: need (the one whose printed score moves most), change (its signed change),
        moved (number of needs whose printed score moves), gained and lost (needs that become, or
        cease to be, determined), and whether the weakest needs, the classes, the heaviest hazards,
        or any conclusion (``changes``) are no longer the same.
    """
    before, after = comparison.reference.scores, case.state.scores
    was, now = (one.determined.to_numpy(dtype=bool) for one in (before, after))
    old, new = (one.needs.score.to_numpy(dtype=float) for one in (before, after))
    change = np.where(was & now, new - old, 0.0)
    change = np.where(np.abs(change) > 1e-9, np.nan_to_num(change), 0.0)
    first = np.abs(change).argmax(axis=1)
    needs = before.needs.score.columns.to_numpy(dtype=object)
    table = pd.DataFrame(
        {
            "need": np.where(change.any(axis=1), needs[first], ""),
            "change": np.take_along_axis(change, first[:, None], axis=1)[:, 0],
            "moved": (change != 0).sum(axis=1),
            "gained": (now & ~was).sum(axis=1),
            "lost": (was & ~now).sum(axis=1),
            "weakest": case.verdict.weakest,
            "classes": case.verdict.classes,
            "heaviest": case.verdict.heaviest,
            "changes": case.verdict.changes,
        },
        index=before.needs.score.index,
    )
    return table.sort_values("change", key=lambda part: -part.abs(), kind="stable")


def verdict_of(comparison: Comparison, case: Case, *, territory: str) -> Verdict:
    """Verdict of one territory: arrays of one element."""
    row = [comparison.row(territory)]
    own = case.verdict
    return Verdict(own.weakest[row], own.classes[row], own.heaviest[row])


def three_weakest(state: State, *, territory: str) -> Sequence[str]:
    """Needs among the weakest of those determined, weakest first; three at most."""
    needs = state.scores.needs.of(territory)
    known = {name: round(need.score, 12) for name, need in needs.items() if need.determined}
    return sorted(known, key=lambda name: known[name])[:KEPT]
