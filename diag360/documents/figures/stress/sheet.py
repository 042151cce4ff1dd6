"""The sheet by which a workshop plays a stress test: who, how long, step by step, what to fill."""

from collections import Counter
from dataclasses import dataclass

from diag360.catalogue.hazards import Scenario
from diag360.documents import text
from diag360.documents.effect_words import CLASSES
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.stress.sentences import (
    CENTRAL,
    failing_sentences,
    when,
)
from diag360.documents.figures.stress.timeline import ranked
from diag360.vulnerability.effects import effect_class
from diag360.vulnerability.matrices import settings_of
from diag360.vulnerability.stress_test import StressTest

_LINES = 5  # empty lines for disagreements
_ROLES = 7  # services invited when the scenario names nobody
_HARDEST = 6  # needs whose services are invited then
_QUESTIONS = (
    "Qu’est-ce qui, chez nous, lâcherait avant ce que dit le calcul ? Après ?",
    "Qui décide, et que se passe-t-il si cette personne ne peut pas être jointe ?",
    "De qui ne nous occupons-nous pas, parce que personne ne l’a dans sa liste ?",
    "De quoi manquons-nous qu’un voisin possède, et l’accord est-il écrit ?",
    "Que pourrions-nous faire dès ce mois-ci, sans budget nouveau ?",
)
_MATERIAL = (
    "Cette fiche imprimée, une par table, la grille en A3 si possible",
    "une carte du territoire et l’annuaire de crise",
    "des feuillets de deux couleurs : ce qui lâche, ce que l’on fait",
    "un minuteur visible de tous",
    "une personne qui note, une autre qui observe sans parler",
)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the workshop: when it begins [min], how long it lasts [min], what is said, done."""

    start: int
    minutes: int
    title: str
    said: str
    done: str


def stress_sheet(found: StressTest, *, scenario: Scenario) -> Fragment:
    """Make the facilitation sheet of a stress test, to be printed.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Story, roles, questions; what it does not say is replaced by what was computed and by
        common questions.

    Returns
    -------
    Fragment
        Objective, guests, material, steps, questions, a grid to fill by hand and the
        disagreements to keep; it begins on a page of its own.
    """
    steps = workshop_steps(found, scenario=scenario)
    return render(
        "stress_sheet",
        scenario=scenario,
        roles=scenario.roles or _services(found, scenario),
        steps=steps,
        duration=text.duration(steps[-1].start + steps[-1].minutes),
        material=_MATERIAL,
        questions=scenario.questions or _QUESTIONS,
        grid=_grid(found),
        lines=range(_LINES),
    )


def workshop_steps(found: StressTest, *, scenario: Scenario) -> list[Step]:
    """Lay out the workshop minute by minute: an inject per duration that has an end.

    Parameters
    ----------
    found : StressTest
        Gives the durations, and what to say where the scenario tells no story.
    scenario : Scenario
        Its story.

    Returns
    -------
    list of Step
        Each begins where the one before ends.
    """
    computed = dict(failing_sentences(found))
    parts = [
        (10, "Accueil", "On cherche des failles, pas des fautes : personne n’est noté, rien de ce "
         "qui se dit ici ne sort sous un nom.", "Chacun dit son rôle et ce dont il est comptable."),
        (10, "Mise en place", scenario.description,
         "Lire en silence, puis poser les questions de compréhension. Le scénario ne se discute "
         "pas."),
    ]  # fmt: skip
    for duration in found.durations:
        if duration.days is None:
            continue
        told = scenario.story.get(duration.id) or computed.get(when(duration), "")
        parts.append(
            (25, f"Annonce : {when(duration).lower()}",
             told or "Rien de nouveau n’est annoncé : que faites-vous de ce temps ?",
             "Seul, cinq minutes : ce qui lâche, ce que je fais. Puis à plusieurs : remplir la "
             "grille, noter les désaccords sans les trancher.")
        )  # fmt: skip
    parts += [
        (15, "Débat", "Reprendre les questions qui suivent, les désaccords d’abord.",
         "Comparer la grille au calcul : où se trompe-t-il, et pourquoi ?"),
        (10, "Conclusion", "Trois choses à faire, chacune avec un nom et une date.",
         "Écrire les trois, et la date du prochain test."),
    ]  # fmt: skip
    steps: list[Step] = []
    start = 0
    for minutes, title, said, done in parts:
        steps.append(Step(start=start, minutes=minutes, title=title, said=said, done=done))
        start += minutes
    return steps


def _grid(found: StressTest) -> list[tuple[str, str]]:
    """Every need, with the classes its effect goes through while the shock lasts."""
    borders = settings_of(found.scores.catalogue).classes
    lasting = [at for at, one in enumerate(found.durations) if one.days is not None]
    rows = []
    for n, need in enumerate(found.scores.framework.needs):
        classes = effect_class(found.total[CENTRAL, lasting, n], borders=borders)
        first, last = CLASSES[int(classes[0])], CLASSES[int(classes[-1])]
        rows.append((need.label, first if first == last else f"{first}, puis {last}"))
    return rows


def _services(found: StressTest, scenario: Scenario) -> list[str]:
    """Services that know most about the needs hit hardest."""
    hardest = [found.needs[n] for n in ranked(found, scenario=scenario)[:_HARDEST]]
    catalogue, need_of = found.scores.catalogue, found.scores.need_of
    counted = Counter(
        catalogue.indicators[str(name)].collection.service
        for name in need_of.index[need_of.isin(hardest)]
    )
    return [catalogue.services[name].label for name, _ in counted.most_common(_ROLES)]
