"""Strict reading of one YAML file: YAML 1.2 scalars, no duplicate key, refusals in French.

PyYAML follows YAML 1.1, where ``01004`` is the octal number 516 and ``non`` might be a boolean.
Here a scalar is a number only when it is written as one in decimal; everything else is text.
"""

import re
from collections.abc import Hashable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from diag360.errors import Fault

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _DuplicateKeyError(Exception):
    def __init__(self, key: object, line: int) -> None:
        super().__init__(key, line)
        self.key, self.line = key, line


class _StrictLoader(_Base):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    (
        "float",
        r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$",
        "-+0123456789",
    ),
    ("timestamp", r"^\d{4}-\d{2}-\d{2}$", "0123456789"),
    ("null", r"^(?:~|null|)$", "~n"),
):
    _StrictLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first)
    )
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def _construct_float(loader: Any, node: yaml.ScalarNode) -> float:
    return float(loader.construct_scalar(node))


def _construct_date(loader: Any, node: yaml.ScalarNode) -> date | str:
    """Build a date; one that does not exist stays text, refused later with its key."""
    text = str(loader.construct_scalar(node))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _construct_mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            problem = "a key must be a word"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
        if key in mapping:
            raise _DuplicateKeyError(key, key_node.start_mark.line + 1)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_StrictLoader.add_constructor("tag:yaml.org,2002:float", _construct_float)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _construct_date)
_StrictLoader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def read_yaml(path: Path, *, name: str) -> tuple[Any, Fault | None]:
    """Read a YAML file holding a mapping.

    Parameters
    ----------
    path : Path
        File to read.
    name : str
        How the file is named in messages.

    Returns
    -------
    data : dict or None
        Content, None when it cannot be read.
    fault : Fault or None
        Why it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None, Fault(name, "", "le fichier n’existe pas", "le créer ou le rétablir")
    except UnicodeDecodeError as error:
        return None, Fault(
            name, f"octet {error.start}", "le texte n’est pas en UTF-8", "réenregistrer en UTF-8"
        )
    return parse_yaml(text, name=name)


def parse_yaml(text: str, *, name: str) -> tuple[Any, Fault | None]:
    """Read a YAML text holding a mapping.

    Parameters
    ----------
    text : str
        What to read.
    name : str
        What it is called in messages.

    Returns
    -------
    data : dict or None
        Content, None when it cannot be read.
    fault : Fault or None
        Why it cannot be read.
    """
    try:
        data = yaml.load(text, Loader=_StrictLoader)
    except _DuplicateKeyError as error:
        return None, Fault(
            name,
            f"ligne {error.line}",
            f"la clé « {error.key} » figure deux fois au même endroit",
            "n’en garder qu’une",
        )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"ligne {mark.line + 1}" if mark else ""
        near = [*text.splitlines(), ""][mark.line].strip()[:60] if mark else ""
        problem = f"YAML illisible près de « {near} »" if near else "YAML illisible"
        remedy = "vérifier l’indentation et les guillemets, ici et à la ligne d’avant"
        return None, Fault(name, place, problem, remedy)
    except RecursionError:
        return None, Fault(name, "", "trop de niveaux les uns dans les autres", "en retirer")
    except (ValueError, OverflowError):
        return None, Fault(name, "", "un nombre y est trop long", "l’écrire entre guillemets")
    if not isinstance(data, dict):
        return None, Fault(
            name, "", "le fichier est vide ou n’est pas une suite de « clé: valeur »", "le remplir"
        )
    return data, None
