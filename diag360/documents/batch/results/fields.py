"""Columns of the tables of a batch: one list for frames, spreadsheets and the data package."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from diag360.documents.effect_words import BASES, CLASSES

Kind = Literal["string", "number", "integer", "boolean"]
KEPT = 2  # class of effect from which a pair of hazard and need is kept: « modéré »
FIRST = 5  # actions kept


@dataclass(frozen=True, slots=True)
class Field:
    """A column.

    Parameters
    ----------
    name : str
        Key in the rows.
    kind : {"string", "number", "integer", "boolean"}
        Type of its values.
    title : str
        What it holds, in French; with its unit.
    least, most : float, optional
        Limits of a number.
    allowed : tuple of str
        All the words it may hold; any when empty.
    required : bool
        Whether it is never missing.
    """

    name: str
    kind: Kind
    title: str
    least: float | None = None
    most: float | None = None
    allowed: tuple[str, ...] = ()
    required: bool = False


def _share(name: str, title: str) -> Field:
    return Field(name, "number", title, least=0.0, most=1.0)


def _level(name: str, title: str) -> tuple[Field, ...]:
    return tuple(
        Field(f"{name}{end}", "number", f"{title}, de 1 à 4{word}", least=1.0, most=4.0)
        for end, word in (("_low", " (bas)"), ("", ""), ("_high", " (haut)"))
    )


def _shares(name: str, title: str) -> tuple[Field, ...]:
    return tuple(
        _share(f"{name}{end}", f"{title}, de 0 à 1{word}")
        for end, word in (("_low", " (borne basse)"), ("", ""), ("_high", " (borne haute)"))
    )


_TERRITORY = Field("territory", "string", "Siren, ou code du périmètre composé", required=True)
_NEED = Field("need", "string", "Besoin", required=True)
_HAZARD = Field("hazard", "string", "Aléa", required=True)
_INDICATOR = Field("indicator", "string", "Indicateur", required=True)

FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "territoires": (
            _TERRITORY,
            Field("name", "string", "Nom", required=True),
            Field("nature", "string", "Nature juridique", required=True,
                  allowed=("CC", "CA", "CU", "METRO", "MET69", "GROUPE")),
            Field("department", "string", "Département du siège"),
            Field("region", "string", "Région du siège"),
            Field("population", "integer", "Population municipale [habitants]", least=0),
            Field("communes", "integer", "Communes membres", least=1),
            Field("area", "number", "Superficie [km²]", least=0),
            Field("members", "integer", "Membres d’un périmètre composé", least=0),
            Field("values", "string", "Valeurs : « open-data », ou nom du fichier de réponses"),
            Field("campaign", "string", "Campagne"),
            Field("pack", "string", "Aléas regardés", allowed=("fondateur", "complet")),
            Field("framework", "string", "Cadre", required=True),
            Field("weights", "string", "Jeu de poids", required=True),
            Field("tier", "string", "Niveau", required=True,
                  allowed=("flash", "standard", "expert")),
            Field("needs", "integer", "Besoins du cadre qui ont un sens ici", least=0),
            Field("determined", "integer", "Besoins assez connus pour un score", least=0),
            _share("coverage", "Part connue du poids des indicateurs demandés, de 0 à 1"),
            Field("rated", "integer", "Aléas cotés", least=0),
        ),
        "besoins": (
            _TERRITORY,
            _NEED,
            _share("score", "Score de 0 à 1 ; vide quand le besoin est indéterminé"),
            _share("low", "Borne basse du score : ce qui manque vaudrait 0"),
            _share("high", "Borne haute du score : ce qui manque vaudrait 1"),
            _share("etat", "Score des indicateurs d’état ; vide quand il est indéterminé"),
            _share("action", "Score des indicateurs d’action ; vide quand il est indéterminé"),
            _share("coverage", "Part connue du poids du besoin, de 0 à 1"),
            Field("determined", "boolean", "Assez connu pour un score", required=True),
        ),
        "indicateurs": (
            _TERRITORY,
            _INDICATOR,
            _NEED,
            Field("value", "string", "Valeur, telle qu’elle est donnée"),
            Field("number", "number", "Valeur [unité de l’indicateur] ; les parts vont de 0 à 1"),
            _share("score", "Score de 0 à 1"),
            Field("status", "string", "Statut de la valeur", required=True,
                  allowed=("observe", "estime", "declare", "non_collecte", "secret",
                           "sans_objet")),
            Field("year", "integer", "Année observée"),
            Field("source", "string", "Source, quand le catalogue la connaît"),
            Field("quality", "string", "Valeur exacte, ou approchée (proxy)",
                  allowed=("exact", "proxy")),
            Field("weight", "number", "Poids dans son besoin ; 0 hors du score", least=0),
        ),
        "aleas": (
            _TERRITORY,
            _HAZARD,
            Field("status", "string", "Coté, à coter, ou sans objet ici", required=True,
                  allowed=("cote", "a_coter", "sans_objet")),
            Field("origin", "string", "D’où vient la cotation",
                  allowed=("declaree", "importee", "statistique", "nationale")),
            *_level("likelihood", "Vraisemblance, ou niveau présent d’un stress"),
            *_level("intensity", "Intensité, ou tendance d’un stress"),
            *_shares("exposure", "Exposition"),
            *_shares("linked", "Exposition, menaces liées comprises"),
        ),
        "vulnerabilites": (
            _TERRITORY,
            _HAZARD,
            _NEED,
            _share("exposure", "Exposition, menaces liées comprises, de 0 à 1"),
            _share("sensitivity", "Sensibilité, de 0 à 1"),
            Field("basis", "string", "Sur quoi repose la sensibilité",
                  allowed=BASES),
            _share("direct", "Effet direct, de 0 à 1"),
            _share("total", "Effet, ricochets compris, de 0 à 1"),
            _share("total_low", "Effet, borne basse"),
            _share("total_high", "Effet, borne haute"),
            Field("class", "string", "Classe de l’effet", required=True,
                  allowed=CLASSES[KEPT:]),
        ),
        "actions": (
            _TERRITORY,
            Field("rank", "integer", "Ordre, de la plus utile à la moins utile", least=1,
                  required=True),
            _INDICATOR,
            _NEED,
            Field("service", "string", "Service à qui demander"),
            Field("effort", "string", "Effort", allowed=("decider", "organiser", "investir")),
            Field("known", "boolean", "Le territoire dit où il en est", required=True),
            _share("score", "Score aujourd’hui, de 0 à 1 ; vide quand il n’est pas connu"),
            Field("gain", "number", "Effet évité, additionné sur les besoins ; 1 : un besoin "
                  "entier", least=0),
        ),
    }
)  # fmt: skip

_TYPES = {"string": "str", "number": "float64", "integer": "Int64", "boolean": "bool"}


Columns = dict[str, list[Any]]


def columns(name: str, rows: Iterable[Mapping[str, Any]]) -> Columns:
    """Turn rows into columns, which take a sixth of the room.

    Parameters
    ----------
    name : str
        Key of ``FIELDS``.
    rows : iterable of mapping
        As :func:`diag360.documents.batch.results.rows.results_of` gives them.

    Returns
    -------
    dict of str to list
        Every column of the table; None where a row does not have it.
    """
    listed = list(rows)
    return {field.name: [row.get(field.name) for row in listed] for field in FIELDS[name]}


def frame(name: str, parts: Iterable[Columns]) -> pd.DataFrame:
    """Make a table of columns, those of several territories one after the other.

    Parameters
    ----------
    name : str
        Key of ``FIELDS``.
    parts : iterable of dict of str to list
        From :func:`columns`.

    Returns
    -------
    DataFrame
        With all its columns and their types, also without rows; what is missing is NaN.
    """
    given = list(parts)
    made = {
        field.name: pd.Series(
            [value for part in given for value in part[field.name]], dtype=_TYPES[field.kind]
        )
        for field in FIELDS[name]
    }
    return pd.DataFrame(made)
