"""What a panel says, in French sentences: coherence, agreement, who differs on what."""

import math
from dataclasses import dataclass

import numpy as np

from diag360.challenge.panel.agreement import Concordance, concordance, dispersion
from diag360.challenge.panel.answers import Doubt, Judgement
from diag360.challenge.panel.elicitation import COHERENT
from diag360.challenge.panel.read import Panel
from diag360.challenge.panel.records import ROLES, Role
from diag360.documents import text

# Borders of the words for W, after Schmidt (1997), doi:10.1111/j.1540-5915.1997.tb01330.x.
MODERATE, STRONG = 0.5, 0.7
CHANCE = 0.05  # above this probability, an agreement may come of chance
APART = 0.05  # gap of weights from which two roles differ
_SHOWN = 2
_THE: dict[Role, str] = {
    "terrain": "les experts de terrain",
    "thematique": "les experts thématiques",
    "porteur": "les porteurs du commun",
    "collectivite": "les collectivités",
}
_ALONE: dict[Role, str] = {
    "terrain": "l’expert de terrain",
    "thematique": "l’expert thématique",
    "porteur": "le porteur du commun",
    "collectivite": "la collectivité",
}


@dataclass(frozen=True, slots=True)
class RoleGap:
    """Median weights of an item by two roles, the higher first."""

    item: str
    high: Role
    low: Role
    high_weight: float
    low_weight: float


def quoted(label: str) -> str:
    """Put a label between guillemets, those it holds becoming quotation marks."""
    inside = label
    for opening in ("«\u00a0", "« ", "«"):
        inside = inside.replace(opening, "“")
    for closing in ("\u00a0»", " »", "»"):
        inside = inside.replace(closing, "”")
    return f"« {inside} »"


def experts_by_role(panel: Panel) -> str:
    """Say how many experts answered, and how many of each role."""
    words = {
        "terrain": ("de terrain", "de terrain"),
        "thematique": ("thématique", "thématiques"),
        "porteur": ("porteur du commun", "porteurs du commun"),
        "collectivite": ("de collectivité", "de collectivités"),
    }
    parts = [text.count(len(panel.of_role(role)), *words[role]) for role in panel.roles]
    return f"{text.count(len(panel.experts), 'expert')} ({text.enumerate_words(parts)})"


def agreement_word(found: Concordance) -> str:
    """Say how much experts agree: faible, modéré, fort."""
    if found.w >= STRONG:
        return "fort"
    return "modéré" if found.w >= MODERATE else "faible"


def agreement_sentences(panel: Panel) -> list[str]:
    """Say whether the experts of a panel rank items alike, and on what they differ most.

    Parameters
    ----------
    panel : Panel
        With one expert or more.

    Returns
    -------
    list of str
        One to three sentences.
    """
    experts = len(panel.experts)
    if experts < 2:
        return [
            "Un seul expert a répondu : c’est une opinion, et non celle d’un panel. Ni accord ni "
            "désaccord ne peuvent être dits."
        ]
    found = concordance(panel.weights)
    if math.isnan(found.w):
        first = "Aucun expert ne distingue les éléments : l’accord ne peut pas être mesuré."
        return [first]
    chance = text.number(found.p_value, decimals=2)
    rest = (
        "il y a moins d’une chance sur vingt qu’il doive tout au hasard"
        if found.p_value <= CHANCE
        else f"il peut n’être dû qu’au hasard (probabilité {chance})"
    )
    sentences = [
        f"Accord {agreement_word(found)} entre les {experts} experts sur l’ordre des éléments "
        f"(W de Kendall {text.number(found.w, decimals=2)}, de 0 à 1) ; {rest}."
    ]
    spread = dispersion(panel.weights)
    at = int(np.argmax(spread.spread))
    if spread.spread[at] > 1e-9:
        sentences.append(
            f"Ils s’écartent le plus sur {quoted(panel.items[at].label)} : la moitié des "
            f"experts lui donne entre {text.share(float(spread.low[at]))} et "
            f"{text.share(float(spread.high[at]))} du poids."
        )
    return [*sentences, role_sentence(panel)]


def role_gaps(panel: Panel) -> list[RoleGap]:
    """List the items roles weigh most differently, widest gap first."""
    medians = {role: np.median(panel.of_role(role), axis=0) for role in panel.roles}
    found = []
    for at, item in enumerate(panel.items):
        order = sorted(panel.roles, key=lambda role: -medians[role][at])
        high, low = order[0], order[-1]
        gap = RoleGap(item.label, high, low, float(medians[high][at]), float(medians[low][at]))
        found.append(gap)
    found.sort(key=lambda gap: gap.low_weight - gap.high_weight)
    return found


def role_sentence(panel: Panel) -> str:
    """Say which roles differ on what."""
    if len(panel.roles) < 2:
        return f"Tous les experts ont le même rôle ({ROLES[panel.roles[0]]})."
    apart = [gap for gap in role_gaps(panel) if gap.high_weight - gap.low_weight >= APART - 1e-9]
    if not apart:
        return "D’un rôle à l’autre, les poids ne s’écartent pas de plus de 5 points."
    told = [
        f"{quoted(gap.item)}, {text.share(gap.high_weight)} pour {_name(panel, gap.high)} et "
        f"{text.share(gap.low_weight)} pour {_name(panel, gap.low)}"
        for gap in apart[:_SHOWN]
    ]
    return f"Selon leur rôle, ils ne donnent pas le même poids (médianes) : {' ; '.join(told)}."


def _name(panel: Panel, role: Role) -> str:
    return _ALONE[role] if len(panel.of_role(role)) == 1 else _THE[role]


def coherence_words(judged: Judgement) -> str:
    """Say whether an answer holds together."""
    if math.isnan(judged.ratio):
        return "sans objet"
    word = "cohérent" if judged.ratio <= COHERENT else "peu cohérent"
    ratio = "plus de 9" if judged.ratio > 9 else text.number(judged.ratio, decimals=2)
    return f"{word} ({ratio})"


def doubt_sentences(panel: Panel) -> list[str]:
    """Say, expert by expert, what is worth looking at again."""
    return [
        f"{answer.expert} : {doubt_words(doubt, panel)}"
        for answer, judged in zip(panel.experts, panel.judgements, strict=True)
        for doubt in judged.doubts
    ]


def doubt_words(doubt: Doubt, panel: Panel) -> str:
    """Say one thing worth looking at again.

    Parameters
    ----------
    doubt : Doubt
        Of an answer.
    panel : Panel
        Gives the labels.

    Returns
    -------
    str
        A clause, without a capital nor a full stop.
    """
    labels = {item.id: quoted(item.label) for item in panel.items}
    names = [labels[name] for name in doubt.items]
    match doubt.kind:
        case "total":
            total = text.number(doubt.numbers[0], decimals=1).removesuffix(",0")
            return f"les points font {total} ; ils sont ramenés à 100 en gardant leurs rapports"
        case "unsaid":
            return f"aucun point écrit, compté pour 0 : {text.enumerate_words(names)}"
        case "pair":
            said, implied = doubt.numbers
            first = "autant" if said == 1 else f"{_times(said)} plus"
            rest = (
                f"{_times(implied)} plus"
                if implied >= 1
                else f"le contraire, {_times(1 / implied)} moins"
            )
            return f"{names[0]} compte {first} que {names[1]} ; l’ensemble des réponses dit {rest}"
        case "triad":
            factor = max(doubt.numbers[0], 1 / doubt.numbers[0])
            return (
                f"le trio le plus contradictoire est {text.enumerate_words(names)} : passer par "
                f"{names[1]} change la comparaison d’un facteur {text.number(factor, decimals=1)}"
            )
        case _:
            above, below, most = doubt.numbers
            return (
                f"{names[0]} compte {_times(above)} moins que le plus important et {_times(below)} "
                f"plus que le moins important, alors que {text.number(most)} fois les séparent"
            )


def _times(value: float) -> str:
    return f"{text.number(value, decimals=1).removesuffix(',0')} fois"
