"""What differs between two catalogues, key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diag360.catalogue.model import Catalogue
from diag360.catalogue.record import Record

# Keys of an indicator that its scores depend on; the rest are words and places to look.
SCORED = ("kind", "objective", "needs", "tier", "response", "scale")
_WORDS = "scale.justification"

# Kinds of records around hazards; with the keys that vulnerabilities and stress tests depend on.
VULNERABLE: dict[str, tuple[str, ...]] = {
    "hazards": ("kind", "composed_of", "effects", "default.likelihood", "default.intensity"),
    "links": ("strength",),
    "graphs": ("edges",),
    "cascade": ("gamma", "classes", "durations", "shock_duration", "stress_duration"),
    "proxies": (),
    "scenarios": ("hazards", "duration"),
    "commons": (),
}
_NAMES = ("label", "why")  # words of an edge, of a duration
_FOLDERS = ("hazards", "graphs")
_SETS = ("hazards", "composed_of")  # told whole, as ranges are: the place in the list says nothing


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key whose content changed.

    Parameters
    ----------
    place : str
        Dotted path of the key.
    before, after : object
        Its content; None where it did not exist.
    scored : bool
        Whether scores depend on it.
    vulnerable : bool
        Whether vulnerabilities or stress tests depend on it, and no score does.
    """

    place: str
    before: object
    after: object
    scored: bool
    vulnerable: bool = False


@dataclass(frozen=True, slots=True)
class CatalogueDiff:
    """What was added, retired and changed from one catalogue to another.

    Parameters
    ----------
    added, retired : tuple of str
        Ids of indicators.
    changed : mapping of str to tuple of KeyChange
        By indicator id.
    rules : mapping of str to tuple of KeyChange
        Changes besides indicators, by file: what scores depend on (``catalogue.yaml``,
        frameworks, weight schemes), and the records around hazards that both catalogues hold.
    came, gone : mapping of str to tuple of str
        Records around hazards that one catalogue alone holds, by kind (a key of ``VULNERABLE``).
    """

    added: tuple[str, ...]
    retired: tuple[str, ...]
    changed: Mapping[str, tuple[KeyChange, ...]]
    rules: Mapping[str, tuple[KeyChange, ...]]
    came: Mapping[str, tuple[str, ...]]
    gone: Mapping[str, tuple[str, ...]]

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not (
            self.added or self.retired or self.changed or self.rules or self.came or self.gone
        )


def compare_catalogues(before: Catalogue, after: Catalogue) -> CatalogueDiff:
    """Compare two catalogues.

    Parameters
    ----------
    before, after : Catalogue
        Older and newer.

    Returns
    -------
    CatalogueDiff
        In the order of ids.
    """
    old, new = before.indicators, after.indicators
    changed = {name: _indicator(old[name], new[name]) for name in new if name in old}
    rules: dict[str, tuple[KeyChange, ...]] = {
        "catalogue.yaml": _changes(before.settings, after.settings)
    }
    for folder, left, right in (
        ("frameworks", before.frameworks, after.frameworks),
        ("weights", before.weights, after.weights),
    ):
        for name in sorted({*left, *right}):
            rules[f"{folder}/{name}.yaml"] = _changes(left.get(name), right.get(name))
    came, gone = {}, {}
    for kind in VULNERABLE:
        was, now = _records(before, kind), _records(after, kind)
        came[kind] = tuple(name for name in now if name not in was)
        gone[kind] = tuple(name for name in was if name not in now)
        for name in (name for name in now if name in was):
            file, prefix = _file(kind, name)
            found = _around(was[name], now[name], kind=kind, prefix=prefix)
            rules[file] = (*rules.get(file, ()), *found)
    return CatalogueDiff(
        added=tuple(name for name in new if name not in old),
        retired=tuple(name for name in old if name not in new),
        changed={name: found for name, found in changed.items() if found},
        rules={file: found for file, found in rules.items() if found},
        came={kind: names for kind, names in came.items() if names},
        gone={kind: names for kind, names in gone.items() if names},
    )


def _records(catalogue: Catalogue, kind: str) -> Mapping[str, Record]:
    found = getattr(catalogue, kind)
    if isinstance(found, Record):
        return {kind: found}  # the settings of the cascade are one record
    return found or {}


def _file(kind: str, name: str) -> tuple[str, str]:
    """File of a record, and what comes before its keys in that file."""
    if kind in _FOLDERS:
        return f"{kind}/{name}.yaml", ""
    return f"{kind}.yaml", "" if name == kind else f"{name}."


def _indicator(before: Record, after: Record) -> tuple[KeyChange, ...]:
    return tuple(
        KeyChange(
            place,
            was,
            now,
            scored=place.startswith(SCORED) and not place.startswith(_WORDS),
            vulnerable=place == "hazards",
        )
        for place, was, now in _differences(before, after)
    )


def _changes(before: Record | None, after: Record | None) -> tuple[KeyChange, ...]:
    return tuple(
        KeyChange(place, was, now, scored=place.startswith(SCORED))
        for place, was, now in _differences(before, after)
    )


def _around(before: Record, after: Record, *, kind: str, prefix: str) -> tuple[KeyChange, ...]:
    return tuple(
        KeyChange(
            prefix + place,
            was,
            now,
            scored=False,
            vulnerable=_within(place, VULNERABLE[kind]) and not place.endswith(_NAMES),
        )
        for place, was, now in _differences(before, after)
    )


def _within(place: str, keys: tuple[str, ...]) -> bool:
    return any(place == key or place.startswith(f"{key}.") for key in keys)


def _differences(
    before: Record | None, after: Record | None
) -> Iterator[tuple[str, object, object]]:
    left, right = (dict(_flat(record)) if record else {} for record in (before, after))
    for place in dict.fromkeys([*left, *right]):
        if left.get(place) != right.get(place):
            yield place, left.get(place), right.get(place)


def _flat(record: Record) -> Iterator[tuple[str, object]]:
    """Walk a record down to its leaves; the history of an indicator is not a difference."""
    body = record.model_dump(exclude={"history"})
    # Named, not numbered: one edge or one duration more must not shift the others.
    if "edges" in body:
        body["edges"] = {f"{edge.pop('need')}.{edge.pop('on')}": edge for edge in body["edges"]}
    if "durations" in body:
        body["durations"] = {one.pop("id"): one for one in body["durations"]}
    return _leaves(body, "")


def _leaves(body: Any, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(body, dict):
        for key, inner in body.items():
            yield from _leaves(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(body, list | tuple) and (place in _SETS or _numbers(body)):
        if body:
            yield place, tuple(body)
    elif isinstance(body, list | tuple):
        for at, inner in enumerate(body):
            yield from _leaves(inner, f"{place}.{at}")
    elif body is not None:
        yield place, body


def _numbers(body: list[Any] | tuple[Any, ...]) -> bool:
    return all(isinstance(one, int | float) for one in body)
