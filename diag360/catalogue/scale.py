"""How an indicator is answered and how the answer becomes a score (bornage), as records."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from diag360.catalogue.record import Number, Record, ScoreValue, Text

Basis = Literal["absolu", "relatif", "mixte"]
Interpolation = Literal["endpoints", "piecewise", "exponential"]
Direction = Literal["hausse", "baisse", "cible"]


class Anchor(Record):
    """A published threshold: the score given at a value [unit of the indicator] or to an answer."""

    value: Number | Annotated[str, Field(strict=True)]
    score: ScoreValue


class Response(Record):
    """How an indicator is answered: a number in a unit, or one word of a closed vocabulary."""

    unit: str | None = None
    choices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of_two(self) -> "Response":
        if (self.unit is None) == (not self.choices):
            msg = "donner soit « unit », soit « choices », et un seul des deux"
            raise ValueError(msg)
        if len(set(self.choices)) != len(self.choices) or len(self.choices) == 1:
            read = ", ".join(self.choices)
            msg = f"« choices » demande au moins deux réponses, toutes différentes (lu : {read})"
            raise ValueError(msg)
        return self


class Scale(Record):
    """How a value becomes a score in [0, 1] (bornage).

    ``direction`` repeats in words what the anchors say (``hausse``: more is better); the two are
    cross-checked because published tools have contradicted themselves on it.
    """

    basis: Basis
    direction: Direction | None = None
    anchors: Annotated[tuple[Anchor, ...], Field(min_length=2)]
    interpolation: Interpolation = "endpoints"
    k: Number | None = None
    justification: Text = ""

    @property
    def numeric(self) -> bool:
        """Whether every anchor stands at a number."""
        return all(isinstance(anchor.value, float | int) for anchor in self.anchors)

    def at(self, score: float) -> float | None:
        """Value anchored at a score [unit of the indicator], or None."""
        found = (float(a.value) for a in self.anchors if a.score == score)
        return next(found, None)

    @model_validator(mode="after")
    def _anchors_make_sense(self) -> "Scale":
        if fault := _anchor_fault(self):
            raise ValueError(fault)
        return self


def _anchor_fault(scale: Scale) -> str | None:
    values = [a.value for a in scale.anchors]
    if len(set(values)) != len(values):
        twice = next(value for value in values if values.count(value) > 1)
        return f"deux ancres portent la même valeur « {twice} »"
    if (scale.interpolation == "exponential") != (scale.k is not None):
        return "« k » va avec l’interpolation « exponential », et avec elle seule"
    if not scale.numeric:
        if any(not isinstance(value, str) for value in values):
            words = ", ".join(f"« {value} »" for value in values if isinstance(value, str))
            return f"les ancres mêlent nombres et mots (mots lus : {words})"
        if scale.direction is not None or scale.interpolation != "endpoints":
            return "une liste de réponses n’a ni « direction » ni « interpolation »"
        return None
    if scale.direction is None:
        return "« direction » manque (hausse, baisse ou cible)"
    scores = [a.score for a in scale.anchors]
    if scale.interpolation != "piecewise":
        allowed = {0.0, 0.5, 1.0} if scale.interpolation == "endpoints" else {0.0, 1.0}
        if not set(scores) <= allowed or len(set(scores)) != len(scores):
            read = " ; ".join(f"{s:g}" for s in scores)
            return (
                f"« {scale.interpolation} » n’admet que des ancres de score distinct parmi "
                f"{' ; '.join(f'{s:g}' for s in sorted(allowed))} (lu : {read})"
            )
    return _direction_fault(scale)


def _direction_fault(scale: Scale) -> str | None:
    points = sorted((float(a.value), a.score) for a in scale.anchors)
    steps = [after[1] - before[1] for before, after in pairwise(points)]
    up, down = all(step >= 0 for step in steps), all(step <= 0 for step in steps)
    found = "hausse" if up and not down else "baisse" if down and not up else "cible"
    if all(step == 0 for step in steps):
        return f"toutes les ancres donnent le même score « {points[0][1]:g} »"
    if scale.direction == found:
        return None
    if found == "cible" and scale.interpolation != "piecewise":
        return "des ancres qui montent puis descendent demandent l’interpolation « piecewise »"
    return f"« direction » dit « {scale.direction} », les ancres disent « {found} »"
