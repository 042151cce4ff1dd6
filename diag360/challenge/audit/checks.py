"""One check of an audit: a node, a number, a threshold, a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from diag360.challenge.audit.rules import RULES, Rule, Verdict
from diag360.scoring.scores import Scores

Kind = Literal["indicator", "need", "objective", "category", "whole", "hazard", "document"]
Reason = Literal[
    "", "interne", "aucune_valeur", "peu_de_territoires", "un_seul", "deux_seuls", "mots",
    "ne_varie_pas", "deux_sens", "indetermine", "complet", "sans_population", "pas_livre",
    "pas_demande", "sans_objet",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says of one node.

    Parameters
    ----------
    rule : str
        Among ``RULES``.
    kind : str
        Sort of node.
    node : str
        Id of the indicator, need…; a word for a part of the method.
    value : float
        In the unit of the rule; NaN when it cannot be told.
    threshold : float
        The one it was compared with.
    verdict : {"pass", "warn", "not_applicable"}
        What the comparison says.
    territories : int
        Number of territories the value comes from; 0 when they play no part.
    reason : str
        Why the rule does not apply.
    details : mapping of str to float or str
        What the sentence also needs.
    """

    rule: str
    kind: Kind
    node: str
    value: float
    threshold: float
    verdict: Verdict
    territories: int = 0
    reason: Reason = ""
    details: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Name that stays the same from one audit to the next."""
        return f"{self.rule}:{self.kind}:{self.node}"

    @property
    def of(self) -> Rule:
        """Its rule."""
        return RULES[self.rule]


def check(
    rule: str,
    kind: Kind,
    node: str,
    value: float,
    *,
    territories: int = 0,
    details: Mapping[str, float | str] | None = None,
    threshold: float | None = None,
) -> Check:
    """Judge a value.

    Parameters
    ----------
    rule, kind, node, value, territories, details
        As in :class:`Check`; the value must not be NaN: say why with :func:`not_applicable`.
    threshold : float, optional
        Instead of that of the rule.

    Raises
    ------
    ValueError
        When the value is NaN.
    """
    if np.isnan(value):
        msg = f"{rule}:{kind}:{node} has no value"
        raise ValueError(msg)
    limit = RULES[rule].threshold if threshold is None else threshold
    own = RULES[rule]
    judged = Rule(own.id, own.heading, own.statistic, own.side, limit, own.unit, own.source)
    return Check(
        rule, kind, node, float(value), float(limit), judged.judge(value), territories, "",
        details or {},
    )  # fmt: skip


def not_applicable(
    rule: str, kind: Kind, node: str, reason: Reason, *, territories: int = 0
) -> Check:
    """Say that a rule cannot be applied to a node, and why."""
    return Check(
        rule, kind, node, float("nan"), RULES[rule].threshold, "not_applicable", territories, reason
    )


def counted(scores: Scores) -> list[str]:
    """Indicators that have a weight, in the order of the catalogue."""
    return [str(name) for name in scores.weights.index[scores.weights > 0]]


def known_scores(scores: Scores) -> pd.DataFrame:
    """Scores of the counted indicators, NaN where they are missing or have no meaning."""
    names = counted(scores)
    return scores.indicator_scores[names].where(scores.applicable[names])


def needs_of(scores: Scores) -> dict[str, list[str]]:
    """Counted indicators of each need, in the order of the framework."""
    own: dict[str, list[str]] = {need.id: [] for need in scores.framework.needs}
    for name in counted(scores):
        own[str(scores.need_of[name])].append(name)
    return own


def why_unknown(scores: Scores, indicator: str) -> Reason:
    """Why an indicator has no value anywhere."""
    return "interne" if scores.catalogue.indicators[indicator].collection.mode == "interne" else (
        "aucune_valeur"
    )  # fmt: skip


def cell(table: pd.DataFrame, row: object, column: str) -> float:
    """Give one number of a table."""
    return float(table[column].to_numpy(dtype=float)[table.index.get_loc(row)])
