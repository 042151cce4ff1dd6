"""The fenced block of a proposition: what it would change, as in the file of a variant."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from diag360.catalogue.faults import validate
from diag360.catalogue.strict_yaml import parse_yaml
from diag360.challenge.annotations.clean import clean_changes
from diag360.challenge.variants.files import variant_text
from diag360.challenge.variants.model import Changes, Variant

_YAML = ("yaml", "yml")
_LONGEST = 20_000  # characters
_FAULTS = 4  # told, of one block
_DEEPEST = 12  # levels; changes have five
_KEYS = frozenset(field.alias or name for name, field in Changes.model_fields.items())
_Events: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Block:
    """What a fence of a proposition turned out to hold.

    Parameters
    ----------
    changes : Changes or None
        None when it holds none.
    remark : str
        Why it holds none although it looks as if it should, in French; else ``""``.
    """

    changes: Changes | None
    remark: str = ""


def read_block(lines: Sequence[str], *, info: str) -> Block:
    """Read a fence.

    Parameters
    ----------
    lines : sequence of str
        Between the two marks.
    info : str
        What follows the first mark: ``yaml``, ``yml``, or nothing at all.

    Returns
    -------
    Block
        The mapping itself, or what it has under ``changes``; never raises.
    """
    word = info.strip().strip("{}.").lower()
    if word not in (*_YAML, ""):
        return Block(None)
    text = textwrap.dedent("\n".join(lines))
    data, problem = _mapping_in(text)
    if isinstance(data, dict) and isinstance(data.get("changes"), dict):
        data = data["changes"]
    if not word and (not isinstance(data, dict) or not _KEYS & data.keys()):
        return Block(None)  # code without a language, of which we know nothing
    if problem:
        return Block(None, f"bloc de changements laissé dans le texte : {problem}")
    changes, faults = validate(Changes, data, file="bloc de changements")
    if changes is None:
        said = " ; ".join(
            f"{fault.place} : {fault.problem} → {fault.remedy}".removeprefix(" : ")
            for fault in faults[:_FAULTS]
        )
        said += f" ; et {len(faults) - _FAULTS} autres" if len(faults) > _FAULTS else ""
        return Block(None, f"bloc de changements laissé dans le texte : {said}")
    return Block(clean_changes(changes))


def block_lines(changes: Changes) -> list[str]:
    """Write changes as a fence that :func:`read_block` reads back."""
    # The text of a variant is read back as it is; its changes come last.
    variant = Variant(
        id="x", label="xxx", author="xx", role="equipe", date=date(2000, 1, 1),
        justification="x" * 30, status="ouverte", changes=changes,
    )  # fmt: skip
    body = variant_text(variant).partition("\nchanges:\n")[2]
    lines = textwrap.dedent(body).rstrip("\n").split("\n")
    mark = "```"
    while any(mark in line for line in lines):
        mark += "`"
    return [f"{mark}yaml", *lines, mark]


def _mapping_in(text: str) -> tuple[object, str]:
    """Mapping a text holds, and what is wrong with it."""
    if len(text) > _LONGEST:
        return None, f"il dépasse {_LONGEST} caractères"
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_Events):
            if isinstance(event, yaml.AliasEvent):
                return None, "il contient un renvoi (« *nom »), à écrire en toutes lettres"
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _DEEPEST:
                return None, "il a trop de niveaux"
        data, fault = parse_yaml(text, name="bloc")
    except yaml.YAMLError:
        data, fault = parse_yaml(text, name="bloc")
    if fault is None:
        return data, ""
    where = f"{fault.place}, " if fault.place else ""
    return None, f"{where}{fault.problem} → {fault.remedy}"
