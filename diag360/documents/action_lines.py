"""Ranked actions as lines ready to print, and as rows of a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.scoring.scores import Scores
from diag360.vulnerability.actions import Actions

EFFORTS = {"decider": "décider", "organiser": "organiser", "investir": "investir", "": "–"}
UNKNOWN = "à vérifier"
SMALLEST = 0.1  # points printed
AGAINST = 2  # hazards named for each action


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action as it is printed.

    Parameters
    ----------
    indicator, label : str
        Id and words of the indicator.
    need, service, effort : str
        Labels.
    known : bool
        Whether the territory says where it stands; otherwise the gain is a most.
    gain : float
        Effect spared [share of a need], summed over needs, ≥ 0.
    ricochet : float
        Share of the gain in other needs than that of the indicator, in [0, 1].
    reach : int
        Needs relieved.
    against : tuple of str
        Hazards against which it helps most.
    state : str
        Value and score today, or ``à vérifier``.
    minutes : int or None
        Time [min] to find the value.
    """

    indicator: str
    label: str
    need: str
    service: str
    effort: str
    known: bool
    gain: float
    ricochet: float
    reach: int
    against: tuple[str, ...]
    state: str
    minutes: int | None


def action_lines(actions: Actions, *, scores: Scores) -> list[ActionLine]:
    """Make the lines of ranked actions, best first.

    Parameters
    ----------
    actions : Actions
        Of one territory.
    scores : Scores
        Scores that hold it.

    Returns
    -------
    list of ActionLine
        Empty when there is no action.
    """
    labels = [scores.catalogue.hazards[name].label for name in actions.hazards]
    against = []
    for gains in np.nan_to_num(actions.by_hazard):
        best = np.argsort(-gains, kind="stable")[:AGAINST]
        against.append(tuple(labels[at] for at in best if gains[at] > 0))
    return lines_of(actions.table, against=against, scores=scores, territory=actions.territory)


def lines_of(
    table: pd.DataFrame, *, against: Sequence[tuple[str, ...]], scores: Scores, territory: str
) -> list[ActionLine]:
    """Make lines from a table with the columns of :class:`Actions`.

    Parameters
    ----------
    table : DataFrame
        One row per action.
    against : sequence of tuple of str
        Hazards to name on each row.
    scores : Scores
        Scores that hold the territory.
    territory : str
        Its code.

    Returns
    -------
    list of ActionLine
        In the order of the table.
    """
    catalogue = scores.catalogue
    needs = {need.id: need.label for need in scores.framework.needs}
    rows = scores.observations[scores.observations["territory"] == territory]
    given = dict(zip(rows["indicator"], rows["value"], strict=True))
    amount = scores.number.loc[territory].to_dict()
    return [
        ActionLine(
            indicator=row["indicator"],
            label=catalogue.indicators[row["indicator"]].label,
            need=needs[row["need"]],
            service=catalogue.services[row["service"]].label,
            effort=EFFORTS[row["effort"]],
            known=bool(row["known"]),
            gain=float(row["gain"]),
            ricochet=1.0 - float(row["own"]),
            reach=int(row["reach"]),
            against=named,
            state=_state(
                catalogue,
                row["indicator"],
                raw=str(given[row["indicator"]]),
                amount=float(amount[row["indicator"]]),
                score=float(row["score"]),
            )
            if row["known"]
            else UNKNOWN,
            minutes=None if pd.isna(row["minutes"]) else int(row["minutes"]),
        )
        for row, named in zip(table.to_dict("records"), against, strict=True)
    ]


def _state(catalogue: Catalogue, indicator: str, *, raw: str, amount: float, score: float) -> str:
    unit = catalogue.unit(indicator)
    record = catalogue.indicators[indicator]
    value = text.value_text(record, raw=raw, amount=amount, unit=unit)
    return f"{value} ({text.score(score)} sur 100)"


def gain_sentence(rated: int) -> str:
    """Say in what unit gains are, and over what they are averaged."""
    over = "sur le seul aléa coté" if rated == 1 else f"en moyenne sur les {rated} aléas cotés"
    return (
        "Le gain est l’effet que l’action éviterait en atteignant sa cible, ricochets compris, "
        "additionné sur tous les besoins : 100 points, c’est un besoin entier qui tient au lieu "
        f"d’être perdu, {over}. Il repose sur des dépendances et des effets posés a priori : il "
        "range les actions, il ne mesure pas."
    )


def is_small(gain: float) -> bool:
    """Whether a gain is under the smallest number of points printed."""
    return 100 * gain < SMALLEST


def gain_text(gain: float) -> str:
    """Print a gain in points of effect: 100 is a need kept whole that would have been lost."""
    if gain > 0 and is_small(gain):
        return f"moins de {text.number(SMALLEST, decimals=1)}"
    return text.number(100 * gain, decimals=1)


def minutes_text(minutes: int | None) -> str:
    """Print the time it takes to find a value."""
    return "–" if minutes is None else text.duration(minutes)
