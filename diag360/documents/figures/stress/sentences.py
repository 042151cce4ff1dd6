"""A stress test in plain French: what is hit first, what gives way when, and by which way."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from diag360.catalogue.hazards import Duration, Scenario
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.effect_words import CLASSES
from diag360.documents.figures.hazards.cascade_sentences import chain_sentence, saturation_sentence
from diag360.documents.figures.hazards.lines import capitalised
from diag360.vulnerability.cascade import spectral_radius
from diag360.vulnerability.effects import effect_class
from diag360.vulnerability.matrices import settings_of
from diag360.vulnerability.sensitivity import UNKNOWN
from diag360.vulnerability.stress_test import BOUNDS, StressTest

Array = npt.NDArray[np.float64]
LOW, CENTRAL, HIGH = (BOUNDS.index(name) for name in ("low", "central", "high"))
NAMED = 3  # needs named in the first sentence, on each side of the ricochet
LISTED = 5  # needs named at each duration
CHAINS = 3
LOST = 0.9  # effect from which a need may be called lost
CLOSE = 0.5  # a need is named beside the first when its effect is at least this share of it


def place_of(found: StressTest, duration: str) -> int:
    """Position of a duration."""
    return [one.id for one in found.durations].index(duration)


def when(duration: Duration) -> str:
    """Say when a duration is looked at: « Au bout d’une semaine », « Si cela dure »."""
    if duration.days is None:
        return "Si cela dure"
    return f"Au bout d’{duration.label}" if duration.label[:1] in "aeiou" else (
        f"Au bout de {duration.label}"
    )  # fmt: skip


def class_word(catalogue: Catalogue, effect: float) -> str:
    """Class of an effect, in words."""
    borders = settings_of(catalogue).classes
    return CLASSES[int(effect_class(np.array([effect]), borders=borders)[0])]


def nouns(found: StressTest, places: Iterable[int], *, numbers: Array | None = None) -> str:
    """Name needs inside a sentence, with an effect between brackets when given."""
    needs = found.scores.framework.needs
    return text.enumerate_words(
        [
            needs[at].noun + ("" if numbers is None else f" ({text.score(float(numbers[at]))})")
            for at in places
        ]
    )


def lead_sentence(found: StressTest, *, scenario: Scenario) -> str:
    """Say what a scenario would hit first, then what by ricochet.

    Hit first: the needs whose direct effect is at least weak and half that of the first, three at
    most. By ricochet, at the duration of the scenario: those that receive more through the others
    than directly, at least a weak effect, three at most.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Gives the words and the duration.
    """
    subject = capitalised(scenario.phrase)
    border = settings_of(found.scores.catalogue).classes[0]
    direct = found.direct[CENTRAL]
    indirect = found.total[CENTRAL, place_of(found, scenario.duration)] - direct
    least = max(border, CLOSE * float(direct.max(initial=0.0)))
    first = [int(n) for n in np.argsort(-direct, kind="stable") if direct[n] >= least][:NAMED]
    after = [
        int(n) for n in np.argsort(-indirect, kind="stable")
        if indirect[n] >= max(border, direct[n]) and n not in first
    ][:NAMED]  # fmt: skip
    if not first and not after:
        return f"{subject} n’aurait que des effets négligeables, au vu de ce qui est connu."
    if not first:
        return f"{subject} toucherait surtout par ricochet {nouns(found, after)}."
    if not after:
        return f"{subject} toucherait surtout {nouns(found, first)}."
    then = f"puis par ricochet {nouns(found, after)}"
    return f"{subject} toucherait d’abord {nouns(found, first)}, {then}."


def followed_class(found: StressTest) -> int:
    """Place of the class whose crossing is told: strong, or the highest that is reached below.

    Returns
    -------
    int
        Place in ``CLASSES``; 0 when every effect is negligible.
    """
    borders = settings_of(found.scores.catalogue).classes
    largest = float(found.total[CENTRAL].max(initial=0.0))
    return next((level + 1 for level in (2, 1, 0) if largest >= borders[level]), 0)


def failing_sentences(found: StressTest) -> list[tuple[str, str]]:
    """Say which needs pass the border of the class followed, duration after duration.

    Returns
    -------
    list of (str, str)
        When, and the needs that pass it for the first time, hardest hit first, with their effect;
        empty when every effect is negligible.
    """
    level = followed_class(found)
    if not level:
        return []
    border = settings_of(found.scores.catalogue).classes[level - 1]
    total, direct = found.total[CENTRAL], found.direct[CENTRAL]
    said = []
    passed: set[int] = set()
    for at, duration in enumerate(found.durations):
        new = [int(n) for n in np.argsort(-total[at], kind="stable")
               if total[at, n] >= border and n not in passed]  # fmt: skip
        at_once = [n for n in new if direct[n] >= border]
        through = [n for n in new if direct[n] < border]
        parts = [f"directement, {_some(found, at_once, total[at])}"] if at_once else []
        if through:
            parts.append(f"par ricochet, {_some(found, through, total[at])}")
        if not parts:
            body = "Rien de plus." if passed else "Rien encore."
        elif passed:
            one = len(new) == 1 and not nouns(found, new).startswith("les ")
            body = f"{'S’y ajoute' if one else 'S’y ajoutent'}, {' ; '.join(parts)}."
        else:
            body = f"{capitalised(' ; '.join(parts))}."
        passed |= set(new)
        said.append((when(duration), body))
    return said


def _some(found: StressTest, places: list[int], numbers: Array) -> str:
    rest = len(places) - LISTED
    if rest <= 0:
        return nouns(found, places, numbers=numbers)
    first = [nouns(found, [at], numbers=numbers) for at in places[:LISTED]]
    return text.enumerate_words([*first, text.count(rest, "autre besoin", "autres besoins")])


def chain_sentences(found: StressTest, *, duration: str) -> list[str]:
    """Tell the ways by which the needs hit most by ricochet are reached.

    Parameters
    ----------
    found : StressTest
        What was played.
    duration : str
        Id of the duration looked at.

    Returns
    -------
    list of str
        Three at most, from different needs; none when nothing weak or more comes by ricochet.
    """
    at = place_of(found, duration)
    border = settings_of(found.scores.catalogue).classes[0]
    direct = found.direct[CENTRAL]
    indirect = found.total[CENTRAL, at] - direct
    told = [
        chain_sentence(
            direct, influence=found.influence[CENTRAL, at], need=int(n),
            catalogue=found.scores.catalogue, framework=found.scores.framework.id,
        )
        for n in np.argsort(-indirect, kind="stable")[:CHAINS] if indirect[n] >= border
    ]  # fmt: skip
    return [sentence for sentence in told if sentence]


def undetermined(found: StressTest) -> list[int]:
    """Needs hit by a hazard of the scenario of whose sensitivity too little is known."""
    hit = found.single[HIGH] > 0
    unknown = found.sensitivity.basis[0] == UNKNOWN
    return [int(n) for n in np.flatnonzero((hit & unknown).any(axis=0))]


def unknown_sentences(found: StressTest, *, duration: str) -> list[str]:
    """Say what the stress test does not know: saturation, data lacking, interval, priors.

    Parameters
    ----------
    found : StressTest
        What was played.
    duration : str
        Id of the duration looked at.
    """
    at = place_of(found, duration)
    settings = settings_of(found.scores.catalogue)
    places = undetermined(found)
    radius = spectral_radius(found.influence[CENTRAL, at])
    said = [one for one in (saturation_sentence(radius, settings=settings),) if one]
    if 2 * int((found.total[CENTRAL, at] >= LOST).sum()) >= len(found.needs):
        said.append(
            "Dans ce scénario, la moitié des besoins au moins sont perdus : il ne dit plus ce qui "
            "lâche d’abord. Pour le voir, jouer moins d’aléas, ou moins intenses."
        )
    if places:
        total = len(found.needs)
        said.append(
            f"Pour {text.count(len(places), 'besoin touché', 'besoins touchés')} sur {total}, trop "
            f"peu d’indicateurs sont connus : {nouns(found, places)}. Le milieu de ce qui est "
            "possible est retenu ; le chiffre imprimé peut donc bouger beaucoup."
        )
    low, high = found.total[LOW, at], found.total[HIGH, at]
    widest = int((high - low).argmax())
    label = found.scores.framework.needs[widest].label
    said.append(
        f"L’intervalle le plus large est celui de « {label} » : "
        f"{text.interval(float(low[widest]), float(high[widest]))} sur 100 "
        f"({_at(found.durations[at])})."
    )
    gamma = settings.gamma
    said.append(
        "Sont posés a priori, sans mesure ni panel : la force de chaque aléa sur chaque besoin, "
        "les dépendances entre besoins et leurs délais, et la part d’une défaillance qu’une "
        f"dépendance très forte transmet (de {text.number(100 * gamma.low)} à "
        f"{text.number(100 * gamma.high)} %, {text.number(100 * gamma.central)} % au centre)."
    )
    said.append(
        "L’effet direct est compté entier dès le premier jour : seuls les ricochets prennent du "
        "temps. Le calcul ignore ce que les habitants et les services inventeront ; c’est à "
        "l’atelier de le dire."
    )
    return said


def _at(duration: Duration) -> str:
    words = when(duration)
    return words[0].lower() + words[1:]
