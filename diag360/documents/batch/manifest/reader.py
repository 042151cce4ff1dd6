"""The manifest of a batch: which territories, which documents, made how; read strictly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from diag360.catalogue.faults import validate
from diag360.catalogue.strict_yaml import read_yaml
from diag360.documents.batch.manifest.model import ALL, ManifestBody
from diag360.errors import Fault, Refusal

TITLE = "Manifeste refusé :"
_BARE_COLOUR = re.compile(r"[^#]*\bcolour:\s+(#[0-9a-fA-F]{3,8})\b")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that is sound in itself; whether it can be carried out is for the plan to say.

    Parameters
    ----------
    path : Path
        Absolute; its folder is where the paths it holds start from.
    body : ManifestBody
        What it says.
    everywhere : bool
        Whether all territories are asked for.
    lines : mapping of str to int
        Line of the file, from 1, by dotted path of keys and positions.
    """

    path: Path
    body: ManifestBody
    everywhere: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)

    def fault(self, place: str, problem: str, remedy: str) -> Fault:
        """Say what is wrong at a key, with its line in the file."""
        return _placed(Fault(self.path.name, place, problem, remedy), self.lines)

    def resolve(self, text: str) -> Path:
        """Make a path of the manifest absolute."""
        try:
            return (self.path.parent / Path(text).expanduser()).resolve()
        except (OSError, RuntimeError, ValueError):
            # No such user, or a text no disk takes: it will be said not to exist.
            return self.path.parent / text


def is_file(path: Path) -> bool:
    """Whether a file is there; a path that no disk takes is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_manifest(path: Path | str) -> Manifest:
    """Read the manifest of a batch.

    Parameters
    ----------
    path : Path or str
        YAML; see ``data/lots/README.md``.

    Returns
    -------
    Manifest
        Sound in itself.

    Raises
    ------
    Refusal
        With every fault of the file: each with its key and its line.
    """
    file = Path(path).resolve()
    if file.is_dir():
        problem = "c’est un dossier"
        raise Refusal(TITLE, [Fault(str(path), "", problem, "donner un fichier .yaml")])
    data, fault = read_yaml(file, name=file.name)
    if fault:
        raise Refusal(TITLE, [_bare_colour(file) or fault])
    if bare := _bare_colour(file):
        raise Refusal(TITLE, [bare])
    lines = lines_of(file.read_text(encoding="utf-8"))
    empty = list(_emptied(data))
    asked = data.get("territories")
    body, faults = validate(ManifestBody, data, file=file.name)
    faults += [
        Fault(file.name, place, "rien n’est écrit après cette clé", "remplir ou retirer la ligne")
        for place in empty
    ]
    if isinstance(asked, str) and asked != ALL:
        # Said once, better than the list it is not.
        faults = [one for one in faults if not one.place.startswith("territories")]
        problem = f"« {asked} » n’est pas une liste"
        remedy = f"écrire « {ALL} » pour la France entière, ou [{asked}]"
        faults.insert(0, Fault(file.name, "territories", problem, remedy))
    elif asked == []:
        faults.append(Fault(file.name, "territories", "aucun territoire", f"en lister, ou {ALL}"))
    if body is None or faults:
        raise Refusal(TITLE, _in_order(faults, lines))
    return Manifest(path=file, body=body, everywhere=asked == ALL, lines=lines)


def _bare_colour(file: Path) -> Fault | None:
    """Find a colour without quotes: YAML takes it, and all that follows, for a comment."""
    if not is_file(file):
        return None
    text = file.read_bytes().decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _BARE_COLOUR.match(line):
            problem = f"« {found[1]} » sans guillemets n’est pas lu : « # » ouvre un commentaire"
            return Fault(file.name, f"ligne {number}", problem, f'écrire "{found[1]}"')
    return None


def _emptied(data: dict[Any, Any], under: str = "") -> Iterator[str]:
    """Take out the keys with nothing after them: they would silently ask for the default."""
    for key in list(data):
        place = f"{under}.{key}" if under else str(key)
        if data[key] is None and place != "territories":
            del data[key]
            yield place
        elif isinstance(data[key], dict):
            yield from _emptied(data[key], place)


def lines_of(text: str) -> dict[str, int]:
    """Line of every key and list entry of a YAML text, by dotted path.

    Parameters
    ----------
    text : str
        Readable YAML.

    Returns
    -------
    dict of str to int
        ``overrides.200065928.tier`` → 14; counted from 1.
    """
    found: dict[str, int] = {}
    root = yaml.compose(text, Loader=_Loader)
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        place, node = waiting.pop()
        inner: list[tuple[str, Any, Any]] = []
        if isinstance(node, yaml.MappingNode):
            inner = [(str(key.value), key, value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            inner = [(str(at), value, value) for at, value in enumerate(node.value)]
        for name, mark, value in inner:
            here = f"{place}.{name}" if place else name
            found[here] = mark.start_mark.line + 1
            waiting.append((here, value))
    return found


def _in_order(faults: list[Fault], lines: Mapping[str, int]) -> list[Fault]:
    """Faults as one reads the file; a list is not too short because one of its words is wrong."""
    places = [one.place for one in faults]
    kept = [one for one in faults if not any(other.startswith(f"{one.place}.") for other in places)]
    kept.sort(key=lambda one: lines.get(_deepest(one.place, lines), 0))
    return [_placed(one, lines) for one in kept]


def _deepest(place: str, lines: Mapping[str, int]) -> str:
    """Longest part of a place that the file holds."""
    keys = place.split(".") if place else []
    while keys and ".".join(keys) not in lines:
        keys.pop()
    return ".".join(keys)


def _placed(fault: Fault, lines: Mapping[str, int]) -> Fault:
    """Name the line of the deepest key of a place that the file holds."""
    line = lines.get(_deepest(fault.place, lines))
    if line is None:
        return fault
    return Fault(fault.file, f"ligne {line}, {fault.place}", fault.problem, fault.remedy)
