"""Blocks of a stress test: story, effects by duration, what to prepare, what is not known."""

from diag360.catalogue.hazards import Scenario
from diag360.documents import text
from diag360.documents.action_lines import ActionLine, gain_text, lines_of, minutes_text
from diag360.documents.effect_words import BASES, CLASSES
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.stress.sentences import (
    CENTRAL,
    HIGH,
    LOW,
    chain_sentences,
    failing_sentences,
    followed_class,
    lead_sentence,
    place_of,
    unknown_sentences,
    when,
)
from diag360.documents.figures.stress.timeline import ranked
from diag360.vulnerability.effects import effect_class
from diag360.vulnerability.matrices import settings_of
from diag360.vulnerability.stress_actions import rank_stress_actions
from diag360.vulnerability.stress_test import StressTest

SHOWN = 5  # actions shown, of those whose value is known and of those to be checked


def stress_head(found: StressTest, *, scenario: Scenario) -> Fragment:
    """Say what is played, what it would hit, and tell the story.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Its words.

    Returns
    -------
    Fragment
        Hazards with their intensity, the leading sentence, the story by duration.
    """
    hazards = found.scores.catalogue.hazards
    return render(
        "stress_head",
        scenario=scenario,
        lead=lead_sentence(found, scenario=scenario),
        hazards=[
            {"label": hazards[name].label, "kind": hazards[name].kind, "level": level,
             "guide": _guide(hazards[name].guide, level)}
            for name, level in found.hazards.items()
        ],
        story=[(when(one), scenario.story[one.id]) for one in found.durations
               if one.id in scenario.story],
    )  # fmt: skip


def _guide(guide: object, level: int) -> str:
    """What an intensity means, in the words of the rating guide."""
    words = getattr(guide, "intensity", None)
    return str(words[level - 1]) if words else ""


def stress_table(found: StressTest, *, scenario: Scenario) -> Fragment:
    """Show the effect on every need at every duration, with its class and its interval.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Gives the duration by which needs are ranked.

    Returns
    -------
    Fragment
        A row per need, from the most to the least affected.
    """
    needs = found.scores.framework.needs
    at = place_of(found, scenario.duration)
    classes = effect_class(
        found.total[CENTRAL], borders=settings_of(found.scores.catalogue).classes
    )
    rows = []
    for n in ranked(found, scenario=scenario):
        low, high = float(found.total[LOW, at, n]), float(found.total[HIGH, at, n])
        rows.append(
            {
                "label": needs[n].label,
                "direct": text.score(float(found.direct[CENTRAL, n])),
                "cells": [
                    (text.score(float(effect)), CLASSES[place], int(place))
                    for effect, place in zip(found.total[CENTRAL, :, n], classes[:, n], strict=True)
                ],
                "range": text.short_interval(low, high),
                "basis": _BASIS[_worst_basis(found, n)],
            }
        )
    return render(
        "stress_table",
        durations=[when(one) for one in found.durations],
        read_at=when(found.durations[at]).lower(),
        rows=rows,
    )


_BASIS = {
    "": "pas touché directement",
    "propre": "indicateurs de l’aléa",
    "générique": "score du besoin",
    "inconnue": "trop peu de données",
}


def _worst_basis(found: StressTest, need: int) -> str:
    """What the least known sensitivity of a need to the hazards that hit it rests on."""
    hit = found.single[HIGH, :, need] > 0
    return BASES[int(found.sensitivity.basis[0, hit, need].max())] if hit.any() else ""


def stress_failing(found: StressTest, *, scenario: Scenario) -> Fragment:
    """Say what gives way first, when, and by which way.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Gives the duration at which ways are told.

    Returns
    -------
    Fragment
        Needs by duration, then the chains of dependencies in words.
    """
    level = followed_class(found)
    border = settings_of(found.scores.catalogue).classes[level - 1] if level else 0.0
    return render(
        "stress_failing",
        word=CLASSES[level],
        border=text.score(border) if level else "",
        failing=failing_sentences(found),
        chains=chain_sentences(found, duration=scenario.duration),
    )


def stress_prepare(found: StressTest, *, scenario: Scenario) -> Fragment:
    """Say what to prepare: the list of the scenario, then the actions that would spare most.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Its list, and the duration at which gains are read.

    Returns
    -------
    Fragment
        A list and two tables, each left out when it is empty.
    """
    table = rank_stress_actions(found, duration=scenario.duration)
    lines = lines_of(
        table, against=[()] * len(table), scores=found.scores,
        territory=str(found.scores.indicator_scores.index[0]),
    )  # fmt: skip
    known = [_printed(line, found) for line in lines if line.known][:SHOWN]
    unknown = [_printed(line, found) for line in lines if not line.known][:SHOWN]
    return render(
        "stress_prepare",
        prepare=scenario.prepare,
        known=known,
        unknown=unknown,
        loose=any(line["loose"] for line in [*known, *unknown]),
        read_at=when(found.durations[place_of(found, scenario.duration)]).lower(),
    )


def _printed(line: ActionLine, found: StressTest) -> dict[str, str | bool]:
    tested = found.scores.catalogue.indicators[line.indicator].hazards
    return {
        "label": line.label,
        "indicator": line.indicator,
        "need": line.need,
        "service": line.service,
        "effort": line.effort,
        "gain": gain_text(line.gain),
        "reach": text.count(line.reach, "besoin"),
        "ricochet": text.share(line.ricochet),
        "state": line.state,
        "minutes": minutes_text(line.minutes),
        "against": "",
        "loose": not set(tested) & set(found.hazards),
    }


def stress_unknown(found: StressTest, *, scenario: Scenario) -> Fragment:
    """Say what the stress test does not know.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Gives the duration looked at.

    Returns
    -------
    Fragment
        A list of sentences.
    """
    return render("stress_unknown", sentences=unknown_sentences(found, duration=scenario.duration))
