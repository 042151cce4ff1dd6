"""Blocks of actions: what to begin with, the whole list by service, whom to turn to."""

from collections import defaultdict
from collections.abc import Iterable
from math import isnan
from typing import Any

from diag360.documents import text
from diag360.documents.action_lines import (
    ActionLine,
    action_lines,
    gain_sentence,
    gain_text,
    is_small,
    minutes_text,
)
from diag360.documents.figures.fragments import Fragment, render, say
from diag360.vulnerability.actions import Actions
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.routing import MOST, Route, route

SHOWN = 5
MOST_NEEDS, MOST_HAZARDS = 3, 2  # named as reasons to turn to a commons
_NOT_RATED = (
    "Aucun aléa n’est coté pour ce territoire : le gain des actions ne peut pas être calculé. Pour "
    "coter, remplir la feuille « Aléas » du questionnaire (diag360 workbook blank), ou le fichier "
    "qu’écrit « diag360 exposure write »."
)
_NOTHING_LEFT = (
    "Aucune action demandée à ce niveau n’éviterait davantage : toutes sont à leur cible, ou sans "
    "effet sur les aléas cotés."
)


def actions_summary(actions: Actions, *, found: Vulnerabilities) -> Fragment:
    """Say what to begin with: the best actions known, the best values to find.

    Parameters
    ----------
    actions : Actions
        Ranked actions of a territory.
    found : Vulnerabilities
        What they were ranked on.

    Returns
    -------
    Fragment
        Two short tables, without actions so near their target that the gain printed would be
        nothing; a sentence when no hazard is rated or nothing is left to do.
    """
    rated = len(found.rated(actions.territory))
    if not rated or actions.table.empty:
        return say(_NOTHING_LEFT if rated else _NOT_RATED)
    lines = action_lines(actions, scores=found.scores)
    known, unknown = _split(lines)
    worth = [line for line in known if not is_small(line.gain)]
    return render(
        "actions_summary",
        sentence=gain_sentence(rated),
        known=_printed(worth[:SHOWN]),
        near=bool(known),
        unknown=_printed(unknown[:SHOWN]),
        more=len(known) - len(worth[:SHOWN]) + max(0, len(unknown) - SHOWN),
        service=True,
    )


def actions_table(actions: Actions, *, found: Vulnerabilities) -> Fragment:
    """Show every action not at its target, by service, best gain first.

    Parameters
    ----------
    actions : Actions
        Ranked actions of a territory.
    found : Vulnerabilities
        What they were ranked on.

    Returns
    -------
    Fragment
        A table per service of what is known, then one of what is to be checked first.
    """
    rated = len(found.rated(actions.territory))
    if not rated or actions.table.empty:
        return say(_NOTHING_LEFT if rated else _NOT_RATED)
    known, unknown = _split(action_lines(actions, scores=found.scores))
    by_service: dict[str, list[ActionLine]] = defaultdict(list)
    for line in known:
        by_service[line.service].append(line)
    return render(
        "actions_table",
        sentence=gain_sentence(rated),
        services=[(name, _printed(lines)) for name, lines in by_service.items()],
        unknown=_printed(unknown),
        total=text.duration(sum(line.minutes or 0 for line in unknown)),
    )


def _split(lines: Iterable[ActionLine]) -> tuple[list[ActionLine], list[ActionLine]]:
    """Actions whose value is known, and those to be checked first, each best first."""
    listed = list(lines)
    return [one for one in listed if one.known], [one for one in listed if not one.known]


def _printed(lines: Iterable[ActionLine]) -> list[dict[str, Any]]:
    return [
        {
            "label": line.label,
            "indicator": line.indicator,
            "need": line.need,
            "service": line.service,
            "effort": line.effort,
            "gain": gain_text(line.gain),
            "ricochet": text.share(line.ricochet),
            "reach": text.count(line.reach, "besoin"),
            "against": " ; ".join(line.against) or "–",
            "state": line.state,
            "minutes": minutes_text(line.minutes),
            "loose": False,
        }
        for line in lines
    ]


def commons_routing(found: Vulnerabilities, *, territory: str, most: int = MOST) -> Fragment:
    """Say which commons, tools and schemes can help this territory, and why these.

    Parameters
    ----------
    found : Vulnerabilities
        Of the territory, among others or alone; hazards may all be unrated.
    territory : str
        Code.
    most : int
        How many to propose at most.

    Returns
    -------
    Fragment
        One card each: for which weakness, what it does, how to start, licence, address.
    """
    routes = route(found, territory=territory, most=most)
    if not routes:
        return say(
            "Aucun besoin n’est faible ni indéterminé, et aucun aléa coté n’a d’effet fort : rien "
            "n’appelle un commun en particulier."
        )
    cards = [{"common": one.common, "why": why_sentence(one, found=found)} for one in routes]
    return render("commons_routing", routes=cards)


def why_sentence(one: Route, *, found: Vulnerabilities) -> str:
    """Say for which weaknesses of the territory a commons is proposed.

    Parameters
    ----------
    one : Route
        The commons and what it is proposed for.
    found : Vulnerabilities
        Gives labels.

    Returns
    -------
    str
        At most three needs and two hazards, weightiest first, with their numbers.
    """
    need_of = {need.id: need for need in found.scores.framework.needs}
    shown = one.needs[:MOST_NEEDS]
    low = [
        f"« {need_of[weak.need].label} » a {text.score(weak.score)} sur 100"
        for weak in shown
        if not isnan(weak.score)
    ]
    unknown = [f"« {need_of[weak.need].label} »" for weak in shown if isnan(weak.score)]
    strong = [
        f"{found.catalogue.hazards[hit.hazard].phrase} toucherait fortement "
        f"{need_of[hit.need].noun or need_of[hit.need].label} ({text.score(hit.weight)} sur 100)"
        for hit in one.hazards[:MOST_HAZARDS]
    ]
    said = [text.enumerate_words(low)] if low else []
    if unknown:
        verb = "est indéterminé" if len(unknown) == 1 else "sont indéterminés"
        said.append(f"{text.enumerate_words(unknown)} {verb}")
    said += [text.enumerate_words(strong)] if strong else []
    sentence = " ; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."
