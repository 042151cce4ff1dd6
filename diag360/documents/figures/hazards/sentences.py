"""Systemic vulnerabilities in plain French, made by rules from numbers a reader can check."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from diag360.catalogue.hazards import Hazard
from diag360.documents import text
from diag360.documents.effect_words import BASES
from diag360.documents.figures.hazards.lines import Effects, capitalised
from diag360.scoring.scores import Scores

KEPT = {"local": 3, "global": 2}  # vulnerabilities told in full
SHORT = {"local": 2, "global": 1}  # those of the synthesis
NAMED = 3  # needs named on each side of the ricochet
CLOSE = 0.5  # a need is named beside the first when its effect is at least this share of it
KNOWN = 0.5  # share of the direct effect with a known sensitivity that lets causes be shared out
_UNKNOWN = BASES.index("inconnue")


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """One hazard told: what it hits, why, and how sure that is.

    Parameters
    ----------
    hazard, label : str
        Id and name.
    scope : {"local", "global"}
        Whether territories differ in exposure to it.
    sentence : str
        What it would hit, and what follows by ricochet.
    largest : str
        The largest effect, with its class and its interval.
    why : str
        Shares of state and action, or why they cannot be told.
    """

    hazard: str
    label: str
    scope: str
    sentence: str
    largest: str
    why: str


def vulnerabilities(
    effects: Effects, *, scores: Scores, kept: Mapping[str, int] = KEPT
) -> list[Vulnerability]:
    """Tell the hazards that weigh most on a territory, its own first, then those of all.

    Hazards the whole country shares have the same exposure everywhere; ranked with the others,
    they would fill the list of every territory and hide what is its own.

    Parameters
    ----------
    effects : Effects
        Of one territory, heaviest first.
    scores : Scores
        Of that territory alone.
    kept : mapping of str to int
        How many at most by scope; those without one moderate effect are left out.

    Returns
    -------
    list of Vulnerability
        By scope, heaviest first.
    """
    return [
        Vulnerability(
            hazard=hazard.id,
            label=hazard.label,
            scope=hazard.scope,
            sentence=hit_sentence(effects, at),
            largest=_largest(effects, at),
            why=_why(effects, at, scores),
        )
        for hazard, at in told(effects, kept=kept)
    ]


def short_sentences(effects: Effects) -> list[tuple[str, str]]:
    """Id and sentence, two needs named on each side, of the hazards the synthesis tells."""
    return [
        (hazard.id, hit_sentence(effects, at, named=2)) for hazard, at in told(effects, kept=SHORT)
    ]


def told(effects: Effects, *, kept: Mapping[str, int] = KEPT) -> list[tuple[Hazard, int]]:
    """Hazards that are told, with their place, by scope and heaviest first."""
    found = []
    for scope, most in kept.items():
        own = [
            (effects.catalogue.hazards[name], at)
            for at, name in enumerate(effects.hazards)
            if effects.catalogue.hazards[name].scope == scope
            and effects.total[at].max(initial=0.0) >= effects.borders[1]
        ]
        found += own[:most]
    return found


def hit_sentence(effects: Effects, at: int, *, named: int = NAMED) -> str:
    """Say what a hazard would hit first, then by ricochet; nothing of it when nothing follows.

    Hit first: the needs whose direct effect is at least weak and half that of the first, three
    at most. By ricochet: those that receive more through the others than directly, from the same
    border, three at most; `named` shortens both lists.
    """
    hazard = effects.catalogue.hazards[effects.hazards[at]]
    subject = capitalised(hazard.phrase)
    direct, indirect = effects.direct[at], effects.total[at] - effects.direct[at]
    first = first_hit(effects, at)
    border = effects.borders[0]
    after = [n for n in np.argsort(-indirect, kind="stable")
             if indirect[n] >= border and indirect[n] > direct[n] and n not in first]  # fmt: skip
    if not first and not after:
        return f"{subject} n’aurait que des effets négligeables, au vu de ce qui est connu."
    if not first:
        return f"{subject} toucherait surtout par ricochet {_nouns(effects, after[:named])}."
    if not after:
        return f"{subject} toucherait surtout {_nouns(effects, first[:named])}."
    return (
        f"{subject} toucherait d’abord {_nouns(effects, first[:named])}, "
        f"puis par ricochet {_nouns(effects, after[:named])}."
    )


def first_hit(effects: Effects, at: int) -> list[int]:
    """Needs a hazard hits directly, the hardest first, three at most."""
    direct = effects.direct[at]
    least = max(effects.borders[0], CLOSE * float(direct.max(initial=0.0)))
    return [int(n) for n in np.argsort(-direct, kind="stable") if direct[n] >= least][:NAMED]


def order_sentence(effects: Effects, *, scope: str) -> str:
    """Say between which of the hazards told of one scope the order is not sure.

    Returns
    -------
    str
        Empty when each interval lies above the next, or when less than two are told.
    """
    places = [at for hazard, at in told(effects) if hazard.scope == scope]
    low, high = effects.total_low.sum(axis=1), effects.total_high.sum(axis=1)
    label = [effects.catalogue.hazards[name].label for name in effects.hazards]
    unsure = [(first, second) for first, second in pairwise(places) if high[second] >= low[first]]
    if not unsure:
        return ""
    if len(unsure) == len(places) - 1 > 1:
        return "L’ordre de ces aléas n’est pas assuré : leurs intervalles se recouvrent."
    pairs = [f"entre « {label[first]} » et « {label[second]} »" for first, second in unsure]
    return (
        f"L’ordre {text.enumerate_words(pairs)} n’est pas assuré : leurs intervalles se recouvrent."
    )


def worst_hazards(effects: Effects) -> list[tuple[str, str, float, float, float]]:
    """Hazard that would weigh most on each need.

    Returns
    -------
    list of (str, str, float, float, float)
        Id of the need, id of the hazard (empty when every effect is negligible), and its effect:
        central, low, high.
    """
    found = []
    for n, need in enumerate(effects.framework.needs):
        at = int(effects.total[:, n].argmax()) if len(effects.hazards) else -1
        if at < 0 or effects.total[at, n] < effects.borders[0]:
            found.append((need.id, "", 0.0, 0.0, 0.0))
            continue
        ends = effects.total_low[at, n], effects.total_high[at, n]
        effect = float(effects.total[at, n])
        found.append((need.id, effects.hazards[at], effect, float(ends[0]), float(ends[1])))
    return found


def _nouns(effects: Effects, places: list[int]) -> str:
    return text.enumerate_words([effects.framework.needs[n].noun for n in places[:NAMED]])


def _largest(effects: Effects, at: int) -> str:
    n = int(effects.total[at].argmax())
    effect = float(effects.total[at, n])
    bounds = text.interval(float(effects.total_low[at, n]), float(effects.total_high[at, n]))
    return (
        f"L’effet le plus grand serait {effects.word(effect)} : {text.score(effect)} sur 100 pour "
        f"{effects.framework.needs[n].noun}, {bounds} selon ce qui n’est pas sûr."
    )


def _why(effects: Effects, at: int, scores: Scores) -> str:
    """Share out the effect on the needs hit first between state and action, where known."""
    first = first_hit(effects, at)
    if not first:
        return ""
    unknown = [n for n in first if effects.basis[at, n] == _UNKNOWN]
    known = [n for n in first if n not in unknown]
    direct = effects.direct[at]
    if direct[known].sum() < KNOWN * direct[first].sum():
        return (
            f"Trop peu d’indicateurs sont connus sur {_nouns(effects, unknown)} pour dire "
            "pourquoi : l’effet est pris au milieu de ce qui est possible."
        )
    felt = effects.etat[at] + effects.action[at]
    parts = np.divide(effects.action[at], felt, out=np.zeros_like(felt), where=felt > 0)
    action = float((direct * parts)[known].sum() / direct[known].sum())
    if not _action_known(scores, [effects.framework.needs[n].id for n in known]):
        said = (
            "Cela tient à l’état hérité, seul connu à ce jour : aucune des actions qui "
            "protégeraient ces besoins n’est encore renseignée."
        )
    else:
        said = (
            f"Cela tient pour {text.share(1 - action)} à l’état hérité et pour "
            f"{text.share(action)} à l’action encore à engager, d’après les indicateurs connus."
        )
    if not unknown:
        return said
    return (
        f"{said} Sur {_nouns(effects, unknown)}, on sait trop peu : l’effet est pris au milieu de "
        "ce qui est possible."
    )


def _action_known(scores: Scores, needs: list[str]) -> bool:
    own = scores.need_of[scores.need_of.isin(needs) & (scores.weights > 0)].index
    kinds = scores.catalogue.indicators
    actions = [name for name in own if kinds[name].kind == "action"]
    return bool(scores.indicator_scores[actions].notna().to_numpy().any())
