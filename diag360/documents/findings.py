"""The findings of the guard, with what each would change of a score, in words."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.errors import Fault
from diag360.scoring.matrices import score_of
from diag360.territories.guard import Finding

REMEDIES = {
    "plage": "vérifier la valeur et son unité",
    "unite": "vérifier l’unité",
    "nombre_brut": "diviser par le dénominateur de l’indicateur",
    "vocabulaire": "choisir une réponse de la liste",
    "cellule": "reprendre la cellule : un nombre seul ou une réponse de la liste",
    "annee": "vérifier l’année d’observation",
    "contradiction": "garder la valeur si elle est mieux informée, et dire sa source",
    "incompatible": "vérifier les deux valeurs",
    "inhabituel": "rien à faire si la valeur est juste",
}


@dataclass(frozen=True, slots=True)
class ScoredFinding:
    """A finding, the score of the value as written and that of the proposal.

    Parameters
    ----------
    finding : Finding
        Of the guard.
    before, after : float
        Scores in [0, 1]; NaN when the value cannot be scored, or nothing is proposed.
    """

    finding: Finding
    before: float
    after: float


def with_scores(findings: Iterable[Finding], *, catalogue: Catalogue) -> list[ScoredFinding]:
    """Score each value as written, and each proposal.

    Parameters
    ----------
    findings : iterable of Finding
        Of :func:`diag360.territories.guard.check_values`.
    catalogue : Catalogue
        Gives the scales; each indicator is scored by its own, whatever the framework.

    Returns
    -------
    list of ScoredFinding
        In the same order.
    """
    return [
        ScoredFinding(
            finding=finding,
            before=_score(finding.indicator, finding.value, catalogue),
            after=_score(finding.indicator, finding.proposed, catalogue),
        )
        for finding in findings
    ]


def as_fault(scored: ScoredFinding, *, file: str) -> Fault:
    """Say a finding as a fault of a file: place, problem, and what may be written instead."""
    finding = scored.finding
    place, key = finding.place, f"{finding.territory}, {finding.indicator}"
    return Fault(
        file, place if place == key else f"{place}, {key}", finding.problem, remedy(scored)
    )


def remedy(scored: ScoredFinding) -> str:
    """Say what to do: the proposal and what it changes of the score, or where to look."""
    finding = scored.finding
    if finding.proposed is None:
        return REMEDIES[finding.rule]
    sure = "écrire" if finding.sure else "peut-être"
    words = f"{sure} {finding.proposed}"
    if not math.isnan(scored.after):
        before = "aucun" if math.isnan(scored.before) else text.score(scored.before)
        words += f" (score : {before} → {text.score(scored.after)})"
    return typeset_text(words)


def _score(indicator: str, value: str | None, catalogue: Catalogue) -> float:
    if value is None:
        return float("nan")
    record = catalogue.indicators[indicator]
    if record.response.choices:
        return score_of(record, value)
    try:
        return score_of(record, float(value))
    except ValueError:
        return float("nan")
