"""Hazards, what they hit, how needs lean on one another: the records of the vulnerability room."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from diag360.catalogue.record import Number, Positive, Record, ScoreValue, Text

Sphere = Literal["vivant", "eaux_et_glaces", "air", "sols_et_roches", "societe"]
HazardKind = Literal["choc", "stress"]
Basis = Literal["a_priori", "source", "panel"]
Confidence = Literal["faible", "moyenne", "elevee"]
Level = Annotated[int, Field(strict=True, ge=1, le=4)]
Strength = Annotated[int, Field(strict=True, ge=0, le=3)]
MeasureName = Literal["likelihood", "intensity"]


def _as_range(value: Any) -> Any:
    return [value] * 3 if isinstance(value, int) and not isinstance(value, bool) else value


# Low, central, high; one number stands for the three.
LevelRange = Annotated[tuple[Level, Level, Level], BeforeValidator(_as_range)]


def check_order(levels: tuple[int, int, int] | None) -> None:
    """Refuse a range whose low, central and high are not in this order.

    Raises
    ------
    ValueError
        Naming the range.
    """
    if levels is not None and list(levels) != sorted(levels):
        msg = f"« {list(levels)} » : écrire [bas, central, haut], du plus petit au plus grand"
        raise ValueError(msg)


class Measure(Record):
    """Level of a hazard before the territory rates it: fixed, or read on an open statistic.

    ``thresholds`` are three values [unit of the proxy] where the level passes to 2, 3 and 4; when
    they fall, less is worse. ``spread`` widens the level on both sides.
    """

    level: LevelRange | None = None
    proxy: str | None = None
    thresholds: tuple[Number, Number, Number] | None = None
    spread: Annotated[int, Field(strict=True, ge=0, le=3)] = 1

    @model_validator(mode="after")
    def _one_way(self) -> "Measure":
        check_order(self.level)
        if (self.level is None) == (self.proxy is None):
            msg = "donner soit « level », soit « proxy » avec « thresholds »"
            raise ValueError(msg)
        if (self.proxy is None) != (self.thresholds is None):
            msg = "« proxy » et « thresholds » vont ensemble"
            raise ValueError(msg)
        if self.thresholds is not None:
            first, second, third = self.thresholds
            if not (first < second < third or first > second > third):
                msg = f"« thresholds » : {list(self.thresholds)} doit monter, ou descendre"
                raise ValueError(msg)
        return self


class Concern(Record):
    """Where a hazard has no object: the proxy must be above a value for it to concern a place."""

    proxy: str
    above: Number


class DefaultRating(Record):
    """How a hazard is rated until the territory rates it itself.

    ``concern`` leaves the hazard out where it has no object, such as the sea far inland.
    """

    likelihood: Measure
    intensity: Measure
    confidence: Confidence
    concern: Concern | None = None
    justification: Text


class RatingGuide(Record):
    """What each level from 1 to 4 means, in words a workshop can use.

    For a shock, likelihood to the horizon and intensity; for a stress, present level and trend.
    """

    likelihood: tuple[Text, Text, Text, Text]
    intensity: tuple[Text, Text, Text, Text]


class Hazard(Record):
    """One hazard, one file; an umbrella or a scenario is ``composed_of`` others and has no row.

    ``phrase`` names it inside a sentence, in the singular (« une sécheresse prolongée »).
    ``effects`` gives, by framework and need, how hard it hits from 0 to 3; an absent need is 0.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}$")]
    label: Text
    phrase: Text
    kind: HazardKind
    spheres: Annotated[tuple[Sphere, ...], Field(min_length=1)]
    origin: Text
    scope: Literal["local", "global"]
    pack: Literal["fondateur", "securite_civile"] = "fondateur"
    composed_of: tuple[str, ...] = ()
    description: Text = ""
    opportunity: Text = ""
    guide: RatingGuide | None = None
    default: DefaultRating | None = None
    effects: dict[str, dict[str, Strength]] = Field(default_factory=dict)
    basis: Basis = "a_priori"
    references: tuple[str, ...] = ()
    questions: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _a_whole_has_no_row(self) -> "Hazard":
        if self.composed_of and (self.effects or self.default or self.guide):
            msg = "un aléa fait d’autres (« composed_of ») n’a ni effets, ni guide, ni cotation"
            raise ValueError(msg)
        if not self.composed_of and not (self.effects and self.guide):
            msg = "un aléa demande des effets (« effects ») et un guide de cotation (« guide »)"
            raise ValueError(msg)
        return self


class Link(Record):
    """One threat makes another likelier: ``strength`` is the share passed on, in [0, 1]."""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,2}-[A-Z][0-9]{1,2}$")]
    strength: ScoreValue
    basis: Basis = "a_priori"
    why: Text

    @property
    def ends(self) -> tuple[str, str]:
        """The threat that acts, and the one that grows."""
        cause, effect = self.id.split("-")
        return cause, effect


class Buffer(Record):
    """An indicator that says how long a need holds without another."""

    indicator: str
    days_per_unit: Positive


class Edge(Record):
    """``need`` leans on ``on``: how much from 1 to 3, and after how long it is felt [days]."""

    need: str
    on: str
    strength: Annotated[int, Field(strict=True, ge=1, le=3)]
    delay: Positive
    why: Text = ""
    buffer: Buffer | None = None


class NeedGraph(Record):
    """How the needs of one framework lean on one another; the id is that of the framework."""

    id: str
    basis: Basis = "a_priori"
    justification: Text
    edges: tuple[Edge, ...]


class Duration(Record):
    """A horizon of the cascade [days]; none for a chronic stress."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: Text
    days: Positive | None = None


class Gamma(Record):
    """Share of a failure that the strongest dependency passes on: central, and its range."""

    low: ScoreValue
    central: ScoreValue
    high: ScoreValue


class CascadeSettings(Record):
    """Parameters of the cascade, the classes of effects, the durations looked at."""

    gamma: Gamma
    saturation: Positive
    classes: tuple[ScoreValue, ScoreValue, ScoreValue, ScoreValue]
    durations: Annotated[tuple[Duration, ...], Field(min_length=1)]
    shock_duration: str
    stress_duration: str
    basis: Basis = "a_priori"
    justification: Text


class Proxy(Record):
    """An open statistic that stands for the exposure of a territory."""

    id: str
    label: Text
    unit: str
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    definition: Text
    limits: Text


class Scenario(Record):
    """A stress test ready to play: hazards with their intensity, and the story told."""

    id: str
    label: Text
    phrase: Text
    hazards: Annotated[dict[str, Level], Field(min_length=1)]
    duration: str
    description: Text
    story: dict[str, Text]
    prepare: tuple[Text, ...]
    questions: tuple[Text, ...]
    roles: tuple[Text, ...] = ()


class Common(Record):
    """A thematic commons, a tool or a scheme able to help, and how to start with it."""

    id: str
    label: Text
    kind: Literal["commun", "outil", "dispositif"]
    what: Text
    start: Text
    licence: Text
    url: str | None = None
    needs: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    hazards: tuple[str, ...] = ()
    checked_against: Text | None = None
