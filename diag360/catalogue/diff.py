"""What differs between two catalogues, key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diag360.catalogue.model import Catalogue
from diag360.catalogue.record import Record

# Keys of an indicator that its scores depend on; the rest are words and places to look.
SCORED = ("kind", "objective", "needs", "tier", "response", "scale")
_WORDS = "scale.justification"


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
    """

    place: str
    before: object
    after: object
    scored: bool


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
        Changes of what scores depend on besides indicators: ``catalogue.yaml``, frameworks,
        weight schemes; by file.
    """

    added: tuple[str, ...]
    retired: tuple[str, ...]
    changed: Mapping[str, tuple[KeyChange, ...]]
    rules: Mapping[str, tuple[KeyChange, ...]]

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.retired or self.changed or self.rules)


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
    changed = {name: _changes(old[name], new[name]) for name in new if name in old}
    files: dict[str, tuple[Record | None, Record | None]] = {
        "catalogue.yaml": (before.settings, after.settings)
    }
    for folder, left, right in (
        ("frameworks", before.frameworks, after.frameworks),
        ("weights", before.weights, after.weights),
    ):
        for name in sorted({*left, *right}):
            files[f"{folder}/{name}.yaml"] = (left.get(name), right.get(name))
    rules = {file: _changes(*pair) for file, pair in files.items()}
    return CatalogueDiff(
        added=tuple(name for name in new if name not in old),
        retired=tuple(name for name in old if name not in new),
        changed={name: found for name, found in changed.items() if found},
        rules={file: found for file, found in rules.items() if found},
    )


def _changes(before: Record | None, after: Record | None) -> tuple[KeyChange, ...]:
    left, right = (dict(_flat(record)) if record else {} for record in (before, after))
    return tuple(
        KeyChange(
            place,
            left.get(place),
            right.get(place),
            scored=place.startswith(SCORED) and not place.startswith(_WORDS),
        )
        for place in dict.fromkeys([*left, *right])
        if left.get(place) != right.get(place)
    )


def _flat(record: Record) -> Iterator[tuple[str, object]]:
    """Walk a record down to its leaves; the history of an indicator is not a difference."""
    body = record.model_dump(exclude={"history"})
    return _leaves(body, "")


def _leaves(body: Any, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(body, dict):
        for key, inner in body.items():
            yield from _leaves(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(body, list | tuple):
        for at, inner in enumerate(body):
            yield from _leaves(inner, f"{place}.{at}")
    elif body is not None:
        yield place, body
