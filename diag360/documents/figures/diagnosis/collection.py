"""Blocks of the collection notebook: what is known, what the guard says, what to ask next."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.findings import ScoredFinding, with_scores
from diag360.scoring.next_questions import completeness, next_questions
from diag360.scoring.scores import Scores
from diag360.territories.guard import Finding

SHOWN = 12  # questions shown before the fold
_SEVERITIES = {
    "erreur": "Erreurs : valeurs écartées jusqu’à décision",
    "alerte": "Alertes : à vérifier, comptées telles quelles",
}


def collection_state(scores: Scores, *, territory: str) -> Fragment:
    """Say how much is known, by need and by service, and how long the rest takes to ask.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.

    Returns
    -------
    Fragment
        A sentence and two tables.
    """
    by_need = completeness(scores, territory=territory)
    by_service = completeness(scores, territory=territory, by="service")
    need_labels = {need.id: need.label for need in scores.framework.needs}
    service_labels = {one.id: one.label for one in scores.catalogue.services.values()}
    known, asked = int(by_need["known"].sum()), int(by_need["asked"].sum())
    determined = int(scores.determined.loc[territory].to_numpy().sum())
    minutes = int(by_need["minutes"].sum())
    left = f"Demander le reste prendrait {text.duration(minutes)}." if minutes else ""
    needs = text.count(determined, "besoin déterminé", "besoins déterminés")
    said = text.count(known, "indicateur connu", "indicateurs connus")
    return render(
        "collection",
        sentence=f"{said} sur {asked}, et {needs} sur {len(need_labels)}. {left}".strip(),
        needs=_counted(by_need, need_labels),
        services=_counted(by_service, service_labels),
    )


def _counted(table: pd.DataFrame, labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": labels[str(name)], **{str(k): v for k, v in line.items()}}
        for name, line in table.to_dict("index").items()
    ]


def findings_table(findings: Sequence[Finding], *, examined: int, catalogue: Catalogue) -> Fragment:
    """Show what the guard says, worst first, with the score before and after each proposal.

    Parameters
    ----------
    findings : sequence of Finding
        What the guard found.
    examined : int
        Number of rows examined.
    catalogue : Catalogue
        Labels, units and scales.

    Returns
    -------
    Fragment
        A sentence and a table per severity; remarks that ask for nothing are folded.
    """
    by_severity: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in with_scores(findings, catalogue=catalogue):
        by_severity[one.finding.severity].append(_finding_line(one, catalogue))
    lines = text.count(examined, "ligne examinée", "lignes examinées")
    wrong, doubtful = len(by_severity["erreur"]), len(by_severity["alerte"])
    found = "aucune erreur ni alerte" if not wrong + doubtful else (
        f"{text.count(wrong, 'erreur')}, {text.count(doubtful, 'alerte')}"
    )  # fmt: skip
    return render(
        "collection_findings",
        sentence=f"{lines} : {found}.",
        groups=[(title, by_severity[name]) for name, title in _SEVERITIES.items()
                if by_severity[name]],
        infos=by_severity["info"],
    )  # fmt: skip


def _finding_line(scored: ScoredFinding, catalogue: Catalogue) -> dict[str, str]:
    finding = scored.finding
    indicator = catalogue.indicators[finding.indicator]
    before, after = text.score(scored.before), text.score(scored.after)
    return {
        "indicator": finding.indicator,
        "label": indicator.label,
        "place": finding.place,
        "value": finding.value,
        "problem": finding.problem,
        "proposed": "–"
        if finding.proposed is None
        else printed(finding.indicator, finding.proposed, catalogue=catalogue),
        "score": before if finding.proposed is None else f"{before} → {after}",
    }


def printed(indicator: str, value: str, *, catalogue: Catalogue) -> str:
    """Print a stored value in its unit; a word, or what is no number, as it is."""
    unit = catalogue.unit(indicator)
    number = _number(value)
    if unit is None or np.isnan(number):
        return value.replace("'", "’")
    return text.with_unit(number, unit)


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")


def questions_table(scores: Scores, *, territory: str, minutes: int = 60) -> Fragment:
    """Show what to ask next, most information per minute first.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.
    minutes : int
        Time [min] the first sentence fills.

    Returns
    -------
    Fragment
        What that time is best spent on, the first questions, and the others folded.
    """
    questions = next_questions(scores, territory=territory)
    needs = {need.id: need.label for need in scores.framework.needs}
    lines = [
        {
            "indicator": line["indicator"],
            "label": scores.catalogue.indicators[line["indicator"]].label,
            "need": needs[line["need"]],
            "service": _whom(scores.catalogue, line["indicator"]),
            "minutes": line["minutes"],
            "width": text.number(100 * line["width"]),
            "determined": line["makes_determined"],
            "cumulative": line["cumulative_minutes"],
        }
        for line in questions.to_dict("records")
    ]
    return render(
        "collection_questions",
        hour=what_to_ask(scores, territory=territory, minutes=minutes),
        first=lines[:SHOWN],
        rest=lines[SHOWN:],
        bonus=1 - scores.needs.floor,
    )


def what_to_ask(scores: Scores, *, territory: str, minutes: int = 60) -> str:
    """Say in one sentence what some time is best spent on.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.
    minutes : int
        Time there is [min].

    Returns
    -------
    str
        Whom to ask what, and which needs it determines.
    """
    chosen = next_questions(scores, territory=territory, budget=minutes)
    time = "une heure" if minutes == 60 else text.duration(minutes)
    if chosen.empty:
        return f"Aucune question ne tient en {time}."
    asked: dict[str, list[str]] = defaultdict(list)
    for name in chosen["indicator"]:
        asked[_whom(scores.catalogue, str(name))].append(
            f"« {scores.catalogue.indicators[str(name)].label} »"
        )
    listed = " ; ".join(f"{text.enumerate_words(what)} ({who})" for who, what in asked.items())
    needs = {need.id: need.label for need in scores.framework.needs}
    won = [needs[name] for name in chosen.loc[chosen["makes_determined"], "need"]]
    said = f"En {time}, demandez {listed}."
    if not won:
        return said
    determined = text.count(len(won), "besoin")
    return f"{said} Cela suffit à déterminer {determined} : {text.enumerate_words(won)}."


def _whom(catalogue: Catalogue, indicator: str) -> str:
    """Service to ask, or public source to open."""
    one = catalogue.indicators[indicator]
    if one.collection.mode == "interne":
        return catalogue.services[one.collection.service].label
    return catalogue.sources[one.sources[0]].label
