"""What is known, what is left to ask, and what to ask next: most information per minute first.

An unknown answer leaves the score of its need between two bounds. With a weighted mean, knowing it
narrows them by its share of the weight of the need, whatever the answer. A need whose coverage
crosses the floor is printed as a score instead of an interval: that is worth a bonus.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.errors import Fault, Refusal
from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_TINY = 1e-12  # as in the coverage of a profile: 13/20 stands on the right side of 0.65


@dataclass(frozen=True, slots=True)
class Order:
    """Questions in the order to ask them; arrays of shape (m,), m ≤ n within a budget.

    Parameters
    ----------
    question : ndarray of int
        Position of each question among those given.
    gain : ndarray
        Width of its need that the answer removes, in [0, 1], plus the bonus where it crosses.
    rate : ndarray
        Gain per minute [1/min] of the block it belongs to; never increases without a budget.
    block : ndarray of int
        Number of its block, from 0: questions of one need worth asking together.
    crosses : ndarray of bool
        Whether the answer brings the coverage of its need to the floor.
    """

    question: Integers
    gain: Array
    rate: Array
    block: Integers
    crosses: npt.NDArray[np.bool_]


def order_questions(
    shares: Array,
    *,
    minutes: Array,
    groups: Integers,
    coverage: Array,
    floor: float,
    bonus: float,
    budget: float = np.inf,
) -> Order:
    """Order questions by information gained per minute.

    The next questions are those of the block with the highest gain per minute, a block being the
    first questions of a need by share per minute, however many: one question alone would never
    see the bonus that three together reach.

    Parameters
    ----------
    shares : ndarray, shape (n,)
        Share of each question in the weight of its group, in [0, 1].
    minutes : ndarray, shape (n,)
        Time each takes [min], > 0.
    groups : ndarray of int, shape (n,)
        Group of each question, in 0–(g − 1).
    coverage : ndarray, shape (g,)
        Share of the weight of each group already known, in [0, 1]; NaN where nothing applies.
    floor : float
        Coverage from which a group is determined, in [0, 1].
    bonus : float
        What determining a group is worth, ≥ 0, in widths of a score.
    budget : float
        Time there is [min]; questions that do not fit are left out.

    Returns
    -------
    Order
        Every question once when the budget allows it.

    Notes
    -----
    With equal shares inside each group, the questions asked at the end of each block are the best
    that could be asked in that time: blocks are the edges of the upper concave envelope of the
    gains of each group (Lagrangian relaxation of the knapsack problem).
    """
    waiting = [
        sorted(
            np.flatnonzero(groups == group).tolist(),
            key=lambda q: (-shares[q] / minutes[q], minutes[q]),
        )
        for group in range(len(coverage))
    ]
    known = np.nan_to_num(np.asarray(coverage, dtype=float)).copy()
    asked: list[tuple[int, float, float, int, bool]] = []
    left, block = float(budget), 0
    while True:
        best: tuple[float, float, int, list[tuple[int, float, bool]]] | None = None
        for group, queue in enumerate(waiting):
            queue = [q for q in queue if minutes[q] <= left + _TINY]
            found = _best_block(
                queue, shares, minutes, known=known[group], floor=floor, bonus=bonus, budget=left
            )
            # Rounded: equal rates must not be told apart by the last bit of a sum.
            if found and (best is None or (-round(found[0], 9), found[1]) < best[:2]):
                best = (-round(found[0], 9), found[1], group, found[2])
        if best is None:
            break
        _, spent, group, taken = best
        total = sum(gain for _, gain, _ in taken)
        for question, gain, crosses in taken:
            asked.append((question, gain, total / spent, block, crosses))
            waiting[group].remove(question)
            known[group] += shares[question]
        left -= spent
        block += 1
    columns = list(zip(*asked, strict=True)) or [()] * 5
    return Order(
        question=np.array(columns[0], dtype=np.int64),
        gain=np.array(columns[1], dtype=float),
        rate=np.array(columns[2], dtype=float),
        block=np.array(columns[3], dtype=np.int64),
        crosses=np.array(columns[4], dtype=bool),
    )


def _best_block(
    queue: Sequence[int],
    shares: Array,
    minutes: Array,
    *,
    known: float,
    floor: float,
    bonus: float,
    budget: float,
) -> tuple[float, float, list[tuple[int, float, bool]]] | None:
    """Rate, time and questions of the prefix with the highest gain per minute."""
    best: tuple[float, float, int] | None = None
    steps: list[tuple[int, float, bool]] = []
    gained = spent = 0.0
    for question in queue:
        spent += minutes[question]
        if spent > budget + _TINY:
            break
        after = known + shares[question]
        crosses = bool(known < floor - _TINY <= after)
        gain = float(shares[question]) + (bonus if crosses else 0.0)
        steps.append((int(question), gain, crosses))
        gained, known = gained + gain, after
        if best is None or gained / spent > best[0] + _TINY:
            best = (gained / spent, spent, len(steps))
    return None if best is None else (best[0], best[1], steps[: best[2]])


def next_questions(
    scores: Scores, *, territory: str, bonus: float | None = None, budget: float = np.inf
) -> pd.DataFrame:
    """List what is left to ask, most information per minute first.

    A question is an indicator that the tier asks for, that has a weight and a meaning here, and
    that nobody answered. One covered by statistical secrecy is left out: it was answered.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.
    bonus : float, optional
        What determining a need is worth, in widths of a score; by default the width that is left
        at the coverage floor (0.35 for a floor of 0.65): printing a score then counts as much as
        removing what is still unknown of it.
    budget : float
        Time there is [min]; questions that do not fit are left out.

    Returns
    -------
    DataFrame
        indicator, need, service (ids), minutes [min], width (reduction of [low, high] of the
        need, exact for an arithmetic mean, in [0, 1]), gain (width plus bonus), gain_per_minute
        [1/min] of its block, block (from 1: questions of one need worth asking together),
        makes_determined, cumulative_minutes [min].

    Raises
    ------
    Refusal
        Naming every question whose time of collection is unknown.
    """
    catalogue, floor = scores.catalogue, scores.needs.floor
    state = _state(scores, territory)
    heavy = state["weight"].where(state["applies"], 0.0)
    state["width"] = state["weight"] / heavy.groupby(state["need"]).transform("sum")
    left = state[state["left"]]
    _need_minutes(left, catalogue.version)
    needs = scores.needs.coverage.columns
    order = order_questions(
        left["width"].to_numpy(dtype=float),
        minutes=left["minutes"].to_numpy(dtype=float),
        groups=needs.get_indexer(pd.Index(left["need"])).astype(np.int64),
        coverage=scores.needs.coverage.loc[territory].to_numpy(dtype=float),
        floor=floor,
        bonus=1.0 - floor if bonus is None else bonus,
        budget=budget,
    )
    columns = ["indicator", "need", "service", "minutes", "width"]
    table = left.iloc[order.question].reset_index()[columns]
    table["minutes"] = table["minutes"].astype(int)
    table["gain"] = order.gain
    table["gain_per_minute"] = order.rate
    table["block"] = order.block + 1
    table["makes_determined"] = order.crosses
    table["cumulative_minutes"] = table["minutes"].cumsum()
    return table


def completeness(
    scores: Scores, *, territory: str, by: Literal["need", "service"] = "need"
) -> pd.DataFrame:
    """Count what is known and what is left, by need or by service.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.
    by : {"need", "service"}
        What rows stand for.

    Returns
    -------
    DataFrame
        By id, in the order of the framework or of the catalogue: known, asked (indicators that
        have a meaning here), secret (unknown for good), coverage (known share of the weight, in
        [0, 1], NaN when nothing applies), minutes to ask what is left [min].
    """
    state = _state(scores, territory)
    state = state[state["applies"]]
    grouped = state.assign(
        minutes=state["minutes"].where(state["left"], 0.0).fillna(0.0),
        heavy=state["weight"].where(state["known"], 0.0),
    ).groupby(by)
    table = pd.DataFrame(
        {
            "known": grouped["known"].sum(),
            "asked": grouped["known"].size(),
            "secret": grouped["secret"].sum(),
            "coverage": grouped["heavy"].sum() / grouped["weight"].sum(),
            "minutes": grouped["minutes"].sum(),
        }
    )
    if by == "need":
        table = table.reindex([need.id for need in scores.framework.needs])
    else:
        table = table.reindex([name for name in scores.catalogue.services if name in table.index])
    counts = ["known", "asked", "secret", "minutes"]
    table[counts] = table[counts].fillna(0).astype(int)
    return table


def _state(scores: Scores, territory: str) -> pd.DataFrame:
    """Every indicator with a weight: need, service, minutes, and whether it is still to ask."""
    indicators = scores.catalogue.indicators
    given = scores.observations
    hidden = given[(given["territory"] == territory) & (given["status"] == "secret")]
    table = pd.DataFrame({"need": scores.need_of, "weight": scores.weights})
    table.index.name = "indicator"
    collections = [indicators[str(name)].collection for name in table.index]
    table["service"] = [collection.service for collection in collections]
    table["minutes"] = [collection.minutes for collection in collections]
    table["minutes"] = table["minutes"].astype(float)
    table["known"] = scores.indicator_scores.loc[territory].notna()
    table["secret"] = table.index.isin(hidden["indicator"])
    table["applies"] = scores.applicable.loc[territory].astype(bool)
    table = table[table["weight"] > 0]
    return table.assign(left=table["applies"] & ~table["known"] & ~table["secret"])


def _need_minutes(left: pd.DataFrame, version: str) -> None:
    faults = [
        Fault(
            f"catalogue {version}",
            f"{name}, collection.minutes",
            f"le temps de collecte de « {name} » manque",
            "l’estimer, en minutes",
        )
        for name in left.index[left["minutes"].isna()]
    ]
    if faults:
        title = "Questions refusées :"
        raise Refusal(title, faults)
