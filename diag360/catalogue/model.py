"""The objects of the catalogue, as they are written in its files.

Every model is frozen and refuses unknown keys. Checks that need two files (does the unit exist?)
live in :mod:`diag360.catalogue.load`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from diag360.catalogue.units import Number, Unit

Kind = Literal["etat", "action"]
Objective = Literal["transverse", "subsistance", "gestion_de_crise", "soutenabilite"]
Category = Literal["vital", "essentiel", "induit"]
Tier = Literal["flash", "standard", "expert"]
Basis = Literal["absolu", "relatif", "mixte"]
Interpolation = Literal["endpoints", "piecewise", "exponential"]
Direction = Literal["hausse", "baisse", "cible"]
Aggregation = Literal["arithmetic", "geometric", "power", "mpi"]
ScoreValue = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Day = Annotated[date, Field(strict=True)]
Positive = Annotated[float, Field(strict=True, gt=0.0, allow_inf_nan=False)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Anchor(_Record):
    """A published threshold: the score given at a value [unit of the indicator] or to an answer."""

    value: Number | Annotated[str, Field(strict=True)]
    score: ScoreValue


class Response(_Record):
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


class Scale(_Record):
    """How a value becomes a score in [0, 1] (bornage).

    ``direction`` repeats in words what the anchors say (``hausse``: more is better); the two are
    cross-checked because published tools have contradicted themselves on it.
    """

    basis: Basis
    direction: Direction | None = None
    anchors: Annotated[tuple[Anchor, ...], Field(min_length=2)]
    interpolation: Interpolation = "endpoints"
    k: Number | None = None
    justification: str = ""

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


class Membership(_Record):
    """Place of an indicator in one framework.

    ``use: exposition`` keeps the indicator for the exposure of the territory and out of the
    resilience score of that framework.
    """

    primary: str
    also: tuple[str, ...] = ()
    use: Literal["score", "exposition"] = "score"


class Collection(_Record):
    """Where the value is found: open data or the local services (and which one to ask)."""

    mode: Literal["ouverte", "interne"]
    service: str
    how: str = ""


class Change(_Record):
    """One line of an indicator's history."""

    version: str
    change: str


class Indicator(_Record):
    """One indicator, one file; the id is the file name and is never reused."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*_[a-z0-9_]+$")]
    label: Annotated[str, Field(min_length=3)]
    kind: Kind
    objective: Objective
    needs: dict[str, Membership]
    tier: Tier
    response: Response
    scale: Scale
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    collection: Collection
    maturity: Literal["elevee", "moyenne", "non_precisee"]
    status: Literal["eprouve", "propose"]
    valid_until: Day | None = None
    definition: str = ""
    rationale: str = ""
    limits: str = ""
    history: tuple[Change, ...] = ()

    @model_validator(mode="after")
    def _response_matches_scale(self) -> "Indicator":
        if self.response.choices:
            words = [a.value for a in self.scale.anchors]
            if words != list(self.response.choices):
                msg = f"les ancres doivent reprendre « choices » dans le même ordre (lu : {words})"
                raise ValueError(msg)
        elif not self.scale.numeric:
            msg = "une réponse chiffrée demande des ancres chiffrées"
            raise ValueError(msg)
        return self


class Need(_Record):
    """A need of the inhabitants, in one framework."""

    id: str
    label: str
    category: Category
    description: str = ""
    aggregation: Aggregation = "arithmetic"
    exponent: Annotated[float, Field(strict=True, ge=-20.0, le=20.0)] | None = None

    @model_validator(mode="after")
    def _exponent_goes_with_power(self) -> "Need":
        if (self.aggregation == "power") != (self.exponent is not None):
            msg = "« exponent » va avec l’agrégation « power », et avec elle seule"
            raise ValueError(msg)
        if self.exponent == 0:
            msg = "« exponent: 0 » est la moyenne géométrique : écrire « aggregation: geometric »"
            raise ValueError(msg)
        return self


class Framework(_Record):
    """A way of grouping indicators by needs.

    ``interpolation``, when given, replaces that of every numeric scale: the published tool knows
    only ``endpoints``, whatever an indicator says today.
    """

    id: str
    label: str
    origin: str
    interpolation: Literal["endpoints"] | None = None
    categories: dict[Category, str]
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]


class ObjectiveRecord(_Record):
    """One of the four objectives an indicator serves."""

    id: Objective
    label: str
    description: str = ""


class Service(_Record):
    """A local service that knows values."""

    id: str
    label: str


class Source(_Record):
    """Who publishes a value; for a public file used here, which file exactly."""

    id: str
    label: str
    producer: str
    url: str | None = None
    licence: str | None = None
    raw_file: str | None = None
    sha256: str | None = None
    note: str = ""


class Coefficients(_Record):
    """Factors of a weight scheme, multiplied together; an absent one is 1."""

    category: dict[Category, Positive] = {}
    kind: dict[Kind, Positive] = {}
    response: dict[Literal["quantitatif", "declare"], Positive] = {}
    basis: dict[Basis, Positive] = {}


class WeightScheme(_Record):
    """A signed set of weights: a product of coefficients, then exceptions per indicator."""

    id: str
    label: str
    author: str
    date: Day
    justification: str
    coefficients: Coefficients = Coefficients()
    indicators: dict[str, Annotated[float, Field(strict=True, ge=0.0, allow_inf_nan=False)]] = {}


class Settings(_Record):
    """Head of the catalogue: version and defaults."""

    version: str
    date: Day
    coverage_floor: ScoreValue
    default_framework: str
    default_weights: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the scoring needs to know, read once, in the order of the files."""

    settings: Settings
    indicators: Mapping[str, Indicator]
    frameworks: Mapping[str, Framework]
    objectives: Mapping[str, ObjectiveRecord]
    units: Mapping[str, Unit]
    sources: Mapping[str, Source]
    services: Mapping[str, Service]
    weights: Mapping[str, WeightScheme]

    @property
    def version(self) -> str:
        """Version of the catalogue, printed in every document."""
        return self.settings.version

    def unit(self, indicator: str) -> Unit | None:
        """Unit of an indicator, None when it is answered by a word."""
        unit = self.indicators[indicator].response.unit
        return None if unit is None else self.units[unit]
