"""A variant taken apart: one step for each thing that changes, in the order they are applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from diag360.catalogue.hazards import Gamma
from diag360.catalogue.model import Coefficients
from diag360.catalogue.scale import Anchor, Direction
from diag360.challenge.variants.model import Bend, Changes, EdgeChange, InOut, Mean, Variant
from diag360.errors import Fault

StepKind = Literal[
    "scheme", "weight", "scale", "out", "in", "aggregation", "effect", "link", "edge", "gamma"
]
# Steps that scores of needs depend on; all of them may move vulnerabilities.
SCORED: tuple[StepKind, ...] = ("scheme", "weight", "scale", "out", "in", "aggregation")


@dataclass(frozen=True, slots=True)
class ScaleChange:
    """All that changes in the scale of one indicator, applied at once: the parts must agree."""

    anchors: tuple[Anchor, ...] = ()
    choices: tuple[tuple[str, float], ...] = ()
    bend: Bend | None = None
    direction: Direction | None = None


Value = (
    Coefficients | float | ScaleChange | Mean | int | EdgeChange | Gamma | None
)  # what a step puts in place


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that changes.

    Parameters
    ----------
    variant : str
        Id of the variant.
    kind : str
        Which sort of change.
    key : tuple of str
        What it touches: an indicator; a need; hazard, framework and need; …
    value : object
        What is put in place.
    place : str
        Key of the file it comes from.
    """

    variant: str
    kind: StepKind
    key: tuple[str, ...]
    value: Value
    place: str

    @property
    def file(self) -> str:
        """File of the variant, in messages."""
        return f"{self.variant}.yaml"

    @property
    def scored(self) -> bool:
        """Whether scores of needs depend on it."""
        return self.kind in SCORED


def steps_of(variant: Variant) -> tuple[Step, ...]:
    """Take a variant apart.

    Parameters
    ----------
    variant : Variant
        Its changes.

    Returns
    -------
    tuple of Step
        Scheme, weights, scales, indicators, aggregation, then what hazards depend on; within
        each, in the order of the file. Anchors, answers, interpolation and direction of one
        indicator make one step.
    """
    return tuple(_steps(variant.id, variant.changes))


def _steps(variant: str, changes: Changes) -> Iterator[Step]:
    def step(kind: StepKind, key: tuple[str, ...], value: Value, place: str) -> Step:
        return Step(variant, kind, key, value, f"changes.{place}")

    if changes.scheme is not None:
        yield step("scheme", (), changes.scheme, "scheme")
    for name, weight in changes.weights.items():
        yield step("weight", (name,), weight, f"weights.{name}")
    scales: dict[str, str] = {}
    for part in ("anchors", "choices", "interpolation", "direction"):
        for name in getattr(changes, part):
            scales.setdefault(name, part)
    for name, part in scales.items():
        change = ScaleChange(
            anchors=changes.anchors.get(name, ()),
            choices=tuple(changes.choices.get(name, {}).items()),
            bend=changes.interpolation.get(name),
            direction=changes.direction.get(name),
        )
        yield step("scale", (name,), change, f"{part}.{name}")
    moves = changes.indicators or InOut()
    for at, name in enumerate(moves.removed):
        yield step("out", (name,), None, f"indicators.out.{at}")
    for at, name in enumerate(moves.added):
        yield step("in", (name,), None, f"indicators.in.{at}")
    for need, mean in changes.aggregation.items():
        yield step("aggregation", (need,), mean, f"aggregation.{need}")
    for hazard, frames in changes.effects.items():
        for frame, row in frames.items():
            for need, force in row.items():
                place = f"effects.{hazard}.{frame}.{need}"
                yield step("effect", (hazard, frame, need), force, place)
    for link, share in changes.links.items():
        yield step("link", (link,), share, f"links.{link}")
    for at, edge in enumerate(changes.edges):
        yield step("edge", (edge.framework, edge.need, edge.on), edge, f"edges.{at}")
    if changes.gamma is not None:
        yield step("gamma", (), changes.gamma, "gamma")


def conflicts(variants: Sequence[Variant]) -> list[Fault]:
    """Name what several variants change each in its own way.

    Parameters
    ----------
    variants : sequence of Variant
        In the order they would be applied.

    Returns
    -------
    list of Fault
        One for each step of a later variant that touches what an earlier one touches; taking out
        an indicator touches all of it.
    """
    faults = []
    earlier: list[Step] = []
    for variant in variants:
        own = steps_of(variant)
        for step in own:
            other = next((one for one in earlier if _touches_same(one, step)), None)
            if other is not None:
                name = ", ".join(step.key) or step.place.removeprefix("changes.")
                problem = f"« {name} » est déjà changé par « {other.variant} » ({other.place})"
                faults.append(
                    Fault(step.file, step.place, problem, "n’appliquer qu’une des deux variantes")
                )
        earlier += own
    return faults


def _touches_same(one: Step, other: Step) -> bool:
    if one.key != other.key:
        return False
    of_indicator = ("weight", "scale", "out", "in")
    gone = "out" in (one.kind, other.kind)
    both = one.kind in of_indicator and other.kind in of_indicator
    return one.kind == other.kind or (gone and both)
