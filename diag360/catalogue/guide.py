"""The field guide: what each key expects, in French, for editors and for ``diag360 check``."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import yaml

from diag360.catalogue.faults import validate
from diag360.catalogue.french import space
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
from diag360.catalogue.model import (
    Framework,
    Indicator,
    ObjectiveRecord,
    Settings,
    WeightScheme,
)
from diag360.catalogue.record import Record, Text
from diag360.catalogue.strict_yaml import read_yaml
from diag360.catalogue.units import Unit
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir

# File of a record, or folder when the record has a file of its own.
FILES: Mapping[str, type[Record]] = {
    "indicators/": Indicator,
    "frameworks/": Framework,
    "weights/": WeightScheme,
    "hazards/": Hazard,
    "graphs/": NeedGraph,
    "catalogue.yaml": Settings,
    "sources.yaml": Source,
    "references.yaml": Reference,
    "objectives.yaml": ObjectiveRecord,
    "services.yaml": Service,
    "goals.yaml": Goal,
    "tags.yaml": Tag,
    "units.yaml": Unit,
    "cascade.yaml": CascadeSettings,
    "links.yaml": Link,
    "proxies.yaml": Proxy,
    "scenarios.yaml": Scenario,
    "commons.yaml": Common,
}


class Advice(Record):
    """What a key must hold, how to choose it, and what not to write."""

    requirement: Text
    guidance: Text
    bad: tuple[Text, ...]

    def sentence(self) -> str:
        """Say it all on one line."""
        words = [self.requirement, self.guidance]
        if self.bad:
            words.append(space(f"À éviter : {' ; '.join(self.bad)}"))
        return " ".join(word for word in words if word)


@cache
def load_guide() -> Mapping[tuple[str, str], Advice]:
    """Read the guide: (name of a record, key) → advice.

    Raises
    ------
    Refusal
        When the guide is not readable, or an entry is incomplete.
    """
    path = data_dir() / "catalogue" / "field_guide.yaml"
    data, fault = read_yaml(path, name=path.name)
    faults = [fault] if fault else []
    guide: dict[tuple[str, str], Advice] = {}
    for record, keys in (data or {}).items():
        for key, body in keys.items():
            advice, found = validate(Advice, body, file=path.name, place=f"{record}.{key}")
            faults += found
            if advice is not None:
                guide[record, key] = advice
    if faults:
        title = "Guide des champs refusé\u00a0:"
        raise Refusal(title, faults)
    return guide


def advice_on(fault: Fault) -> Advice | None:
    """Find what the guide says of the place of a fault, or None.

    Parameters
    ----------
    fault : Fault
        Its file is relative to the catalogue and its place is a dotted path of keys.

    Returns
    -------
    Advice or None
        That of the deepest key the guide knows.
    """
    model = next((m for name, m in FILES.items() if fault.file.startswith(name)), None)
    keys = [key for key in re.split(r"\.", fault.place) if key and not key.isdigit()]
    if model is not None and is_table(fault.file):
        keys = keys[1:]
    found = None
    for key in keys:
        if model is None or key not in model.model_fields:
            break
        found = load_guide().get((model.__name__, key), found)
        model = record_inside(model.model_fields[key].annotation)
    return found


def line_of(fault: Fault, *, root: Path) -> int | None:
    """Find the line of the file where the place of a fault begins, or None.

    Parameters
    ----------
    fault : Fault
        Its place is a dotted path of keys and positions; the deepest part found is used.
    root : Path
        Folder of the catalogue.

    Returns
    -------
    int or None
        Counted from 1; None when the file is not readable or the place is not a path.
    """
    try:
        node = yaml.compose((root / fault.file).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None
    line = None
    for key in filter(None, fault.place.split(".")):
        if isinstance(node, yaml.MappingNode):
            found = {k.value: (k, v) for k, v in node.value}.get(key)
        elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            found = (node.value[int(key)], node.value[int(key)])
        else:
            found = None
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def is_table(file: str) -> bool:
    """Whether a file holds many records side by side, keyed by id."""
    return Path(file).parent == Path() and file not in ("catalogue.yaml", "cascade.yaml")


def record_inside(annotation: Any) -> type[Record] | None:
    """Find the record an annotation holds: alone, optional, in a tuple or in a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    if get_origin(annotation) in (Union, UnionType, tuple, dict):
        return next(filter(None, map(record_inside, get_args(annotation))), None)
    return None
