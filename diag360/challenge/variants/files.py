"""Reading variants (counter-proposals), and writing one out as a file to sign."""

import re
from pathlib import Path
from typing import Any

import yaml

from diag360.catalogue.faults import validate
from diag360.catalogue.strict_yaml import read_yaml
from diag360.challenge.variants.model import Variant
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir

_TITLE = "Variante refusée :"
_SCHEMA = "# yaml-language-server: $schema=schema/variant.schema.json\n"


def variants_dir() -> Path:
    """Folder of the shipped variants."""
    return data_dir() / "variants"


def shipped_variants() -> tuple[str, ...]:
    """Ids of the shipped variants, in order."""
    return tuple(sorted(path.stem for path in variants_dir().glob("*.yaml")))


def read_variant(path: Path | str) -> Variant:
    """Read a variant from its file, or a shipped one by its id.

    Parameters
    ----------
    path : Path or str
        File ending in ``.yaml`` or ``.yml``, or the id of a file of ``data/variants/``.

    Returns
    -------
    Variant
        Sound in itself; whether it fits a catalogue is for
        :func:`diag360.challenge.variants.apply.apply_variant` to say.

    Raises
    ------
    Refusal
        With every fault of the file.
    """
    file = Path(path)
    if file.suffix not in (".yaml", ".yml"):
        known = shipped_variants()
        if str(path) not in known:
            problem = f"« {path} » n’est ni un fichier .yaml, ni une variante livrée"
            remedy = f"choisir parmi : {', '.join(known)}"
            raise Refusal(_TITLE, [Fault(str(path), "", problem, remedy)])
        file = variants_dir() / f"{path}.yaml"
    data, fault = read_yaml(file, name=file.name)
    if fault:
        raise Refusal(_TITLE, [fault])
    variant, faults = validate(Variant, data, file=file.name)
    given = data.get("id")
    if isinstance(given, str) and given != file.stem:
        problem = f"« {given} » n’est pas le nom du fichier"
        remedy = f"écrire « {file.stem} » ou renommer le fichier"
        faults.append(Fault(file.name, "id", problem, remedy))
    if variant is None or faults:
        raise Refusal(_TITLE, faults)
    return variant


def variant_text(variant: Variant) -> str:
    """Write a variant as YAML that :func:`read_variant` reads back as it is.

    Parameters
    ----------
    variant : Variant
        What to write; keys at their default are left out.

    Returns
    -------
    str
        Content of ``<id>.yaml``.
    """
    body = variant.model_dump(by_alias=True, exclude_defaults=True)
    return _SCHEMA + yaml.dump(
        _plain(body), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )


class _Dumper(yaml.SafeDumper):
    """Indents its lists, and quotes a text that the strict reader would take for a number."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key, as the files of the catalogue do."""
        del indentless
        super().increase_indent(flow, False)


_NUMBER = re.compile(r"[-+]?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?")


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _NUMBER.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _plain(body: Any) -> Any:
    """Tuples become lists, and a whole number loses its point: both read back the same."""
    if isinstance(body, dict):
        return {key: _plain(inner) for key, inner in body.items()}
    if isinstance(body, list | tuple):
        return [_plain(inner) for inner in body]
    if isinstance(body, float) and body.is_integer() and abs(body) < 1e15:
        return int(body)
    return body
