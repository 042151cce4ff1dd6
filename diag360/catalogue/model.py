"""The objects of the catalogue, as they are written in its files.

Every model is frozen and refuses unknown keys. Checks that need two files (does the unit exist?)
live in :mod:`diag360.catalogue.load`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, model_validator

from diag360.catalogue.hazards import (
    CascadeSettings,
    Common,
    Hazard,
    Link,
    NeedGraph,
    Proxy,
    Scenario,
)
from diag360.catalogue.lookup import Goal, Reference, Service, Source, Tag
from diag360.catalogue.record import (
    Day,
    NotNegative,
    Number,
    Positive,
    Record,
    ScoreValue,
    Text,
)
from diag360.catalogue.scale import Basis, Response, Scale
from diag360.catalogue.units import Unit

Kind = Literal["etat", "action"]
Objective = Literal["transverse", "subsistance", "gestion_de_crise", "soutenabilite"]
Category = Literal["vital", "essentiel", "induit"]
Tier = Literal["flash", "standard", "expert"]
Minutes = Annotated[int, Field(strict=True, ge=1, le=960)]
Effort = Literal["decider", "organiser", "investir"]
Aggregation = Literal["arithmetic", "geometric", "power", "mpi"]


class Membership(Record):
    """Place of an indicator in one framework.

    ``use: exposition`` keeps the indicator for the exposure of the territory and out of the
    resilience score of that framework.
    """

    primary: str
    also: tuple[str, ...] = ()
    use: Literal["score", "exposition"] = "score"


class Collection(Record):
    """Where the value is found: open data or the local services (and which one to ask).

    ``minutes`` is the time [min] it takes to find and write one value by hand.
    """

    mode: Literal["ouverte", "interne"]
    service: str
    minutes: Minutes | None = None
    how: Text = ""


class Example(Record):
    """A worked example of reading: a value [unit of the indicator], and what it means."""

    value: Number | Annotated[str, Field(strict=True)]
    text: Text


class Cited(Record):
    """A number a text quotes that is not an anchor, and where it comes from."""

    number: Text
    source: Text


class Change(Record):
    """One line of an indicator's history."""

    version: str
    change: str


class Indicator(Record):
    """One indicator, one file; the id is the file name and is never reused.

    ``hazards`` lists those whose sensitivity it informs; ``effort`` says what an action takes.
    """

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
    hazards: tuple[str, ...] = ()
    effort: Effort | None = None
    maturity: Literal["elevee", "moyenne", "non_precisee"]
    status: Literal["eprouve", "propose"]
    valid_until: Day | None = None
    definition: Text = ""
    rationale: Text = ""
    limits: Text = ""
    example: Example | None = None
    questions: tuple[Text, ...] = ()
    cited: tuple[Cited, ...] = ()
    references: tuple[str, ...] = ()
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

    @model_validator(mode="after")
    def _example_is_an_answer(self) -> "Indicator":
        if self.example is None:
            return self
        value, choices = self.example.value, self.response.choices
        if choices and value not in choices:
            msg = f"« example.value » ({value}) n’est pas une réponse : {', '.join(choices)}"
            raise ValueError(msg)
        if not choices and isinstance(value, str):
            msg = f"« example.value » ({value}) doit être un nombre, comme la réponse"
            raise ValueError(msg)
        return self


class Functions(Record):
    """Key functions that answer a need: who acts, with what, and what makes it hold."""

    roles: Text
    structures: Text
    properties: Text


class Need(Record):
    """A need of the inhabitants, in one framework.

    ``noun`` names it inside a sentence (« l’eau potable »); ``goals`` are Sustainable Development
    Goals, ``tags`` words of the founding thesaurus.
    """

    id: str
    label: str
    category: Category
    noun: Text = ""
    description: Text = ""
    functions: Functions | None = None
    goals: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
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


class Framework(Record):
    """A way of grouping indicators by needs.

    ``interpolation``, when given, replaces that of every numeric scale: the published tool knows
    only ``endpoints``, whatever an indicator says today. ``default_tier`` says which indicators
    a score asks for, unless told otherwise.
    """

    id: str
    label: str
    origin: str
    description: Text = ""
    interpolation: Literal["endpoints"] | None = None
    default_tier: Tier = "expert"
    categories: dict[Category, str]
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]


class ObjectiveRecord(Record):
    """One of the four objectives an indicator serves."""

    id: Objective
    label: str
    description: Text = ""


class Coefficients(Record):
    """Factors of a weight scheme, multiplied together; an absent one is 1."""

    category: dict[Category, Positive] = Field(default_factory=dict)
    kind: dict[Kind, Positive] = Field(default_factory=dict)
    response: dict[Literal["quantitatif", "declare"], Positive] = Field(default_factory=dict)
    basis: dict[Basis, Positive] = Field(default_factory=dict)


class WeightScheme(Record):
    """A signed set of weights: a product of coefficients, then exceptions per indicator."""

    id: str
    label: str
    author: str
    date: Day
    justification: str
    coefficients: Coefficients = Coefficients()
    indicators: dict[str, NotNegative] = Field(default_factory=dict)


class Settings(Record):
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
    references: Mapping[str, Reference]
    goals: Mapping[str, Goal]
    tags: Mapping[str, Tag]
    weights: Mapping[str, WeightScheme]
    hazards: Mapping[str, Hazard] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    graphs: Mapping[str, NeedGraph] = field(default_factory=dict)
    proxies: Mapping[str, Proxy] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    commons: Mapping[str, Common] = field(default_factory=dict)
    cascade: CascadeSettings | None = None

    @property
    def version(self) -> str:
        """Version of the catalogue, printed in every document."""
        return self.settings.version

    def unit(self, indicator: str) -> Unit | None:
        """Unit of an indicator, None when it is answered by a word."""
        unit = self.indicators[indicator].response.unit
        return None if unit is None else self.units[unit]
