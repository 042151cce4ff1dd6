"""One expert's answer turned into weights, with what is wrong in it or worth looking at again."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from diag360.challenge.panel.best_worst import best_worst_weights
from diag360.challenge.panel.elicitation import (
    COHERENT,
    RANDOM_INDICES,
    budget_weights,
    doubtful_pairs,
    pairwise_weights,
    worst_triads,
)
from diag360.challenge.panel.records import Answer
from diag360.errors import Fault

Array = npt.NDArray[np.float64]
BUDGET, TOLERANCE = 100.0, 5.0  # points to share, and how far from it a sum is put right


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in an answer worth looking at again.

    Parameters
    ----------
    kind : {"total", "unsaid", "pair", "triad", "chain"}
        Points that did not sum to 100; items without points; a comparison that the others
        contradict; three comparisons that do; an item whose comparisons with the best and the
        worst do not make that of the best with the worst.
    items : tuple of str
        Ids, in the order the numbers speak of.
    numbers : tuple of float
        total: the sum. pair: how many times the first counts more than the second, said and
        implied. triad: what going through the second says, over what is said directly. chain: the
        best over the item, the item over the worst, the best over the worst.
    """

    kind: Literal["total", "unsaid", "pair", "triad", "chain"]
    items: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer amounts to.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Summing to 1, in the order of the items.
    ratio : float
        Consistency ratio, ≥ 0, coherent up to 0.1; NaN for a budget, which cannot contradict
        itself.
    doubts : tuple of Doubt
        What to look at again, worst first; of comparisons, only when they are not coherent.
    """

    weights: Array
    ratio: float
    doubts: tuple[Doubt, ...]

    @property
    def coherent(self) -> bool:
        """Whether the ratio is low enough; a budget always is."""
        return not self.ratio > COHERENT


def judge(
    answer: Answer, *, labels: Mapping[str, str], file: str, place: str
) -> tuple[Judgement | None, list[Fault]]:
    """Turn an answer into weights, or list every fault of it.

    Parameters
    ----------
    answer : Answer
        By any method.
    labels : mapping of str to str
        Label of each item, in order.
    file, place : str
        Where it stands, for the faults.

    Returns
    -------
    judgement : Judgement or None
        None when there is a fault.
    faults : list of Fault
        Every fault.
    """
    reader = {"budget": _budget, "ahp": _pairs, "best_worst": _best_worst}[answer.method]
    return reader(answer, labels, _Faults(file, place))


class _Faults(list[Fault]):
    """Faults of one answer."""

    def __init__(self, file: str, place: str) -> None:
        super().__init__()
        self.file, self.where = file, place

    def say(self, key: str, problem: str, remedy: str) -> None:
        self.append(Fault(self.file, f"{self.where}.{key}", problem, remedy))

    def unknown(self, key: str, names: Mapping[str, object], labels: Mapping[str, str]) -> None:
        for name in names:
            if name not in labels:
                self.say(key, f"« {name} » n’est pas à peser ici", "le retirer")


Read = tuple[Judgement | None, list[Fault]]


def _budget(answer: Answer, labels: Mapping[str, str], faults: _Faults) -> Read:
    faults.unknown("points", answer.points, labels)
    points = np.array([answer.points.get(name, 0.0) for name in labels])
    total = float(points.sum())
    if abs(total - BUDGET) > TOLERANCE:
        problem = f"les points font « {total:g} » et non 100"
        faults.say("points", problem, "répartir exactement 100 points")
    if faults:
        return None, faults
    doubts = []
    if abs(total - BUDGET) > 1e-9:
        doubts.append(Doubt("total", numbers=(total,)))
    if empty := tuple(name for name in labels if name not in answer.points):
        doubts.append(Doubt("unsaid", items=empty))
    return Judgement(budget_weights(points), float("nan"), tuple(doubts)), faults


def _pairs(answer: Answer, labels: Mapping[str, str], faults: _Faults) -> Read:
    names = list(labels)
    if len(names) > len(RANDOM_INDICES):
        problem = f"« {len(names)} » éléments à comparer deux à deux"
        faults.say("method", problem, "au-delà de 15, prendre budget ou best_worst")
        return None, faults
    matrix = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for at, (one, other, strength) in enumerate(answer.comparisons):
        key = f"comparisons.{at}"
        strange = [name for name in (one, other) if name not in labels]
        for name in strange:
            faults.say(key, f"« {name} » n’est pas à peser ici", "le retirer")
        if strange:
            continue
        i, j = names.index(one), names.index(other)
        if i == j:
            faults.say(key, f"« {labels[one]} » est comparé à lui-même", "le retirer")
        elif not np.isnan(matrix[i, j]):
            problem = f"« {labels[one]} » et « {labels[other]} » sont comparés deux fois"
            faults.say(key, problem, "ne garder qu’une comparaison")
        else:
            matrix[i, j], matrix[j, i] = strength, 1 / strength
    if not faults:
        for i, j in combinations(range(len(names)), 2):
            if np.isnan(matrix[i, j]):
                problem = f"« {labels[names[i]]} » et « {labels[names[j]]} » ne sont pas comparés"
                faults.say("comparisons", problem, "dire lequel compte le plus, et combien")
    if faults:
        return None, faults
    found = pairwise_weights(matrix)
    doubts = _doubts(matrix, names) if found.ratio > COHERENT else []
    return Judgement(found.weights, found.ratio, tuple(doubts)), faults


def _doubts(matrix: Array, names: list[str]) -> list[Doubt]:
    pairs = [
        Doubt("pair", (names[i], names[j]), (float(matrix[i, j]), implied))
        for i, j, implied in doubtful_pairs(matrix)
    ]
    triads = [
        Doubt("triad", (names[i], names[j], names[k]), (product,))
        for i, j, k, product in worst_triads(matrix, most=1)
    ]
    return [*pairs, *triads]


def _best_worst(answer: Answer, labels: Mapping[str, str], faults: _Faults) -> Read:
    for key, name in (("best", answer.best), ("worst", answer.worst)):
        if name not in labels:
            which = "le plus" if key == "best" else "le moins"
            problem = (
                f"« {name} » n’est pas à peser ici" if name else f"{which} important n’est pas dit"
            )
            faults.say(key, problem, "choisir l’un des éléments")
    if answer.best and answer.best == answer.worst:
        problem = f"« {labels.get(answer.best, answer.best)} » est le plus et le moins important"
        faults.say("worst", problem, "en choisir deux")
    faults.unknown("best_to_others", answer.best_to_others, labels)
    faults.unknown("others_to_worst", answer.others_to_worst, labels)
    if faults:
        return None, faults
    above = {**answer.best_to_others}
    below = {**answer.others_to_worst}
    above.setdefault(answer.best, 1.0)
    below.setdefault(answer.worst, 1.0)
    # The best against the worst is asked in both columns: said once, it is said.
    for one, other, first, second in (
        (above, below, answer.worst, answer.best),
        (below, above, answer.best, answer.worst),
    ):
        if first not in one and second in other:
            one[first] = other[second]
    for key, given, own in (
        ("best_to_others", above, answer.best),
        ("others_to_worst", below, answer.worst),
    ):
        for name, label in labels.items():
            if name not in given:
                faults.say(key, f"« {label} » n’est pas comparé", "écrire un nombre de 1 à 9")
        if given[own] != 1:
            problem = f"« {labels[own]} » comparé à lui-même donne « {given[own]:g} »"
            faults.say(key, problem, "écrire 1")
    if not faults and above[answer.worst] != below[answer.best]:
        problem = (
            "le plus important face au moins important : "
            f"« {above[answer.worst]:g} » dans une colonne, « {below[answer.best]:g} » dans l’autre"
        )
        faults.say("best_to_others", problem, "écrire deux fois le même nombre")
    if faults:
        return None, faults
    names = list(labels)
    best, worst = names.index(answer.best), names.index(answer.worst)
    to_others = np.array([above[name] for name in names])
    to_worst = np.array([below[name] for name in names])
    found = best_worst_weights(to_others, others_to_worst=to_worst, best=best, worst=worst)
    doubts: tuple[Doubt, ...] = ()
    if found.ratio > COHERENT:
        at = int(np.argmax(np.abs(np.log(to_others * to_worst / to_others[worst]))))
        numbers = (float(to_others[at]), float(to_worst[at]), float(to_others[worst]))
        doubts = (Doubt("chain", (names[at],), numbers),)
    return Judgement(found.weights, found.ratio, doubts), faults
