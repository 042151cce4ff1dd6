"""A counter-proposal: a signed, dated file of changes to the method, its reason and its fate."""

import re
from collections import Counter
from typing import Annotated, Literal

from pydantic import Field, model_validator

from diag360.catalogue.hazards import Gamma, Strength
from diag360.catalogue.model import Aggregation, Coefficients
from diag360.catalogue.record import Day, NotNegative, Number, Positive, Record, ScoreValue, Text
from diag360.catalogue.scale import Anchor, Direction, Interpolation

Role = Literal["terrain", "thematique", "porteur", "collectivite", "equipe"]
Status = Literal["ouverte", "acceptee", "rejetee"]
_NOTE = re.compile(r"n-[0-9a-f]{10}")
Exponent = Annotated[float, Field(strict=True, ge=-20.0, le=20.0)]


class Mean(Record):
    """How the indicators of a need are brought together."""

    kind: Annotated[
        Aggregation, Field(description="arithmetic, geometric, power (avec exponent) ou mpi.")
    ]
    exponent: Annotated[
        Exponent | None, Field(description="Exposant de la moyenne « power », et d’elle seule.")
    ] = None


class Bend(Record):
    """How a scale goes from one anchor to the next."""

    kind: Annotated[Interpolation, Field(description="endpoints, piecewise ou exponential.")]
    k: Annotated[
        Number | None, Field(description="Courbure de « exponential », et d’elle seule.")
    ] = None


class InOut(Record):
    """Indicators that leave the catalogue, and those that come into the standard set."""

    removed: Annotated[
        tuple[str, ...],
        Field(alias="out", description="Indicateurs retirés du catalogue, dans tous les cadres."),
    ] = ()
    added: Annotated[
        tuple[str, ...],
        Field(alias="in", description="Indicateurs « expert » demandés dès le niveau standard."),
    ] = ()


class EdgeChange(Record):
    """A dependency between two needs: made, changed, or cut (strength 0)."""

    framework: Annotated[str, Field(description="Cadre dont le graphe change.")]
    need: Annotated[str, Field(description="Besoin qui s’appuie sur l’autre.")]
    on: Annotated[str, Field(description="Besoin dont il dépend.")]
    strength: Annotated[Strength, Field(description="De 1 (gêné) à 3 (arrêté) ; 0 la retire.")]
    delay: Annotated[
        Positive | None,
        Field(description="Délai en jours, obligatoire si elle est neuve."),
    ] = None
    why: Annotated[Text, Field(description="Le mécanisme, en une phrase.")] = ""


class Changes(Record):
    """What a variant changes; every key may be left out, but not all of them."""

    scheme: Annotated[
        Coefficients | None,
        Field(description="Coefficients qui remplacent tous ceux du jeu de poids utilisé."),
    ] = None
    weights: Annotated[
        dict[str, NotNegative],
        Field(description="Poids d’indicateurs, dans le jeu de poids utilisé ; 0 les écarte."),
    ] = Field(default_factory=dict)
    anchors: Annotated[
        dict[str, Annotated[tuple[Anchor, ...], Field(min_length=2)]],
        Field(description="Par indicateur chiffré, toutes ses ancres {value, score}."),
    ] = Field(default_factory=dict)
    choices: Annotated[
        dict[str, Annotated[dict[str, ScoreValue], Field(min_length=1)]],
        Field(description="Par indicateur à réponses, le score des réponses qui changent."),
    ] = Field(default_factory=dict)
    interpolation: Annotated[
        dict[str, Bend], Field(description="Par indicateur chiffré, la façon de relier les ancres.")
    ] = Field(default_factory=dict)
    direction: Annotated[
        dict[str, Direction],
        Field(description="Par indicateur dont le sens change : hausse, baisse, cible."),
    ] = Field(default_factory=dict)
    indicators: Annotated[
        InOut | None, Field(description="Indicateurs retirés (out) et demandés en plus (in).")
    ] = None
    aggregation: Annotated[
        dict[str, Mean], Field(description="Par besoin, la moyenne qui réunit ses indicateurs.")
    ] = Field(default_factory=dict)
    effects: Annotated[
        dict[str, dict[str, dict[str, Strength]]],
        Field(description="Par aléa, cadre et besoin, la force du coup, de 0 à 3."),
    ] = Field(default_factory=dict)
    links: Annotated[
        dict[str, ScoreValue],
        Field(description="Par couple d’aléas (« A1-A3 »), la part transmise, de 0 à 1."),
    ] = Field(default_factory=dict)
    edges: Annotated[
        tuple[EdgeChange, ...], Field(description="Dépendances entre besoins qui changent.")
    ] = ()
    gamma: Annotated[
        Gamma | None,
        Field(description="Part transmise par la dépendance la plus forte : low, central, high."),
    ] = None

    @model_validator(mode="after")
    def _something_changes(self) -> "Changes":
        if not any(getattr(self, name) not in (None, {}, ()) for name in type(self).model_fields):
            msg = "« changes » ne change rien : donner au moins un changement"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _once_each(self) -> "Changes":
        moves = self.indicators or InOut()
        named = {
            "indicators.out": moves.removed,
            "indicators.in": moves.added,
            "edges": tuple(f"{edge.framework}, {edge.need} sur {edge.on}" for edge in self.edges),
        }
        twice = [
            f"« {name} » deux fois sous « {key} »"
            for key, names in named.items()
            for name, times in Counter(names).items()
            if times > 1
        ]
        touched = {*moves.added, *self.weights, *self.anchors, *self.choices, *self.interpolation,
                   *self.direction}  # fmt: skip
        twice += [
            f"« {name} » est retiré (indicators.out) et changé ailleurs"
            for name in moves.removed
            if name in touched
        ]
        if twice:
            raise ValueError(" ; ".join(twice))
        return self


class Decision(Record):
    """Who accepted or rejected a variant, when, and why."""

    by: Annotated[str, Field(min_length=2, description="Qui a tranché.")]
    date: Annotated[Day, Field(description="Quand, AAAA-MM-JJ.")]
    reason: Annotated[Text, Field(min_length=10, description="Pourquoi.")]


class Variant(Record):
    """One counter-proposal, one file; the id is the file name."""

    id: Annotated[
        str,
        Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="Le nom du fichier, sans .yaml."),
    ]
    label: Annotated[Text, Field(min_length=3, description="La proposition, en quelques mots.")]
    author: Annotated[str, Field(min_length=2, description="Qui propose.")]
    role: Annotated[
        Role,
        Field(description="D’où parle l’auteur : un mot de la liste."),
    ]
    date: Annotated[Day, Field(description="Quand, AAAA-MM-JJ.")]
    justification: Annotated[Text, Field(min_length=30, description="Pourquoi changer.")]
    references: Annotated[
        tuple[str, ...],
        Field(description="Ids de references.yaml, ou textes libres avec leur DOI."),
    ] = ()
    status: Annotated[Status, Field(description="ouverte, acceptee ou rejetee.")]
    decision: Annotated[
        Decision | None, Field(description="Par qui, quand et pourquoi, sauf si « ouverte ».")
    ] = None
    changes: Annotated[Changes, Field(description="Ce qui change.")]

    @model_validator(mode="after")
    def _decided_or_open(self) -> "Variant":
        if (self.status == "ouverte") != (self.decision is None):
            msg = f"« decision » va avec « acceptee » ou « rejetee » (lu : « {self.status} »)"
            raise ValueError(msg)
        return self

    @property
    def file(self) -> str:
        """Name of its file, in messages."""
        return f"{self.id}.yaml"


def source_words(name: str) -> str:
    """Say where changes come from, by the id of a variant: a file, or the note of an expert."""
    return f"note {name}" if _NOTE.fullmatch(name) else f"variante « {name} »"
