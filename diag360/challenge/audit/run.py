"""Audit of the index over all its territories, in the ten headings of the OECD/JRC Handbook."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from diag360.challenge.audit.checks import Check
from diag360.challenge.audit.data import (
    coverage_of_territories,
    data_checks,
    framework_checks,
    missing_checks,
)
from diag360.challenge.audit.hazards import hazard_checks
from diag360.challenge.audit.results import driver_checks, link_checks, weight_checks
from diag360.challenge.audit.robustness import robustness_checks, weights_moved
from diag360.challenge.audit.rules import HEADINGS, RULES, Verdict
from diag360.challenge.audit.structure import (
    Structure,
    multivariate_checks,
    scale_checks,
    structure,
)
from diag360.challenge.importance import importance
from diag360.challenge.redundancy import LEAST, Redundancy, redundancy
from diag360.errors import Fault, Refusal
from diag360.scoring.scores import Scores
from diag360.territories.perimeter import load_epci


@dataclass(frozen=True, slots=True)
class Audit:
    """What the ten headings say of an index.

    Parameters
    ----------
    scores : Scores
        What was audited.
    checks : tuple of Check
        By heading, then in the order of the catalogue; ids are unique.
    coverage : Series
        Share of the applicable weight each territory knows, in [0, 1].
    redundant : Redundancy
        Correlations of indicators.
    structure : Structure
        Correlations of needs, principal components.
    draws, sample, least : int
        Draws of weights, territories whose variance was split, territories asked of a correlation.
    """

    scores: Scores
    checks: tuple[Check, ...]
    coverage: pd.Series
    redundant: Redundancy
    structure: Structure
    draws: int
    sample: int
    least: int

    def of(
        self, *, heading: int | None = None, rule: str | None = None, verdict: Verdict | None = None
    ) -> tuple[Check, ...]:
        """Checks of a heading, of a rule, of a verdict, in order."""
        return tuple(
            one
            for one in self.checks
            if heading in (None, one.of.heading)
            and rule in (None, one.rule)
            and verdict in (None, one.verdict)
        )

    def counts(self) -> Mapping[int, Mapping[Verdict, int]]:
        """Number of checks by heading and verdict, every heading present."""
        found = Counter((one.of.heading, one.verdict) for one in self.checks)
        verdicts: tuple[Verdict, ...] = ("pass", "warn", "not_applicable")
        return {
            heading: {verdict: found[heading, verdict] for verdict in verdicts}
            for heading in HEADINGS
        }

    def table(self) -> pd.DataFrame:
        """One row by check, unrounded.

        Columns: id, heading, rule, kind, node, statistic, value, threshold, verdict, territories,
        reason, source, ours.
        """
        rows = [
            {
                "id": one.id, "heading": one.of.heading, "rule": one.rule, "kind": one.kind,
                "node": one.node, "statistic": one.of.statistic, "value": one.value,
                "threshold": one.threshold, "verdict": one.verdict,
                "territories": one.territories, "reason": one.reason, "source": one.of.source,
                "ours": one.of.ours,
            }
            for one in self.checks
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def with_checks(self, more: tuple[Check, ...]) -> "Audit":
        """Return the same audit with other checks, put in the order of the headings."""
        checks = sorted((*self.checks, *more), key=lambda one: one.of.heading)
        return replace(self, checks=tuple(checks))


def audit(
    scores: Scores,
    *,
    generator: np.random.Generator,
    territories: pd.DataFrame | None = None,
    draws: int = 1000,
    sample: int = 8,
    least: int = LEAST,
) -> Audit:
    """Audit an index over all its territories, node by node.

    Parameters
    ----------
    scores : Scores
        Of many territories.
    generator : numpy.random.Generator
        Where weights and samples are drawn from.
    territories : DataFrame, optional
        By territory: population [inhabitants] and area_km2 [km²]; the shipped table by default.
    draws : int
        Draws of weights, ≥ 10.
    sample : int
        Territories whose variance is split among assumptions; 0 leaves that check out.
    least : int
        Territories from which a correlation is taken.

    Returns
    -------
    Audit
        Headings 1 to 9 and 11; the tenth is about documents, and belongs to their room.

    Raises
    ------
    Refusal
        When there are fewer than two territories, or fewer than 10 draws.
    """
    total = len(scores.indicator_scores)
    faults = []
    if total < 2:
        problem = f"« {total} » territoire : un audit en compare plusieurs"
        faults.append(Fault("valeurs", "territory", problem, "donner un fichier qui en a d’autres"))
    if draws < 10:
        faults.append(Fault("tirages", "draws", f"« {draws} » : trop peu", "au moins 10"))
    if faults:
        title = "Audit refusé :"
        raise Refusal(title, faults)
    places = _places(load_epci() if territories is None else territories)
    redundant = redundancy(scores, least=least)
    judged = importance(scores, least=least)
    found = structure(scores, least=least)
    first, second = generator.spawn(2)
    moved = weights_moved(scores, generator=first, draws=draws)
    checks = [
        *framework_checks(scores),
        *data_checks(scores),
        *missing_checks(scores, population=places.get("population"), least=least),
        *multivariate_checks(scores, redundant=redundant, found=found),
        *scale_checks(scores, least=least),
        *weight_checks(scores, judged=judged),
        *robustness_checks(scores, found=moved, generator=second, sample=sample),
        *driver_checks(scores, least=least),
        *link_checks(scores, territories=places, least=least),
        *hazard_checks(scores),
    ]
    order = {name: at for at, name in enumerate(RULES)}
    checks.sort(key=lambda one: order[one.rule])
    return Audit(
        scores=scores, checks=tuple(checks), coverage=coverage_of_territories(scores),
        redundant=redundant, structure=found, draws=draws, sample=sample, least=least,
    )  # fmt: skip


def _places(table: pd.DataFrame) -> pd.DataFrame:
    """Population and density [inhabitants per km²], where they are known and positive."""
    made = pd.DataFrame(index=table.index)
    if "population" in table:
        made["population"] = table["population"].where(table["population"] > 0)
        if "area_km2" in table:
            made["densite"] = made["population"] / table["area_km2"].where(table["area_km2"] > 0)
    return made
