"""Which indicator a line stands for: by need and label, the id only as a hint.

The published ids drift from one generation to the next; the labels drift too, but by a few words.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from diag360.catalogue.model import Catalogue
from diag360.territories.perimeter import plain

THRESHOLD = 90.0
# Two labels as close as this to a third one cannot be told apart.
MARGIN = 2.0
_NEED_THRESHOLD = 85.0
# Words may be added or moved, at this cost, when enough of them are the same.
_SAME_WORDS = 0.95
_ENOUGH_WORDS = 5
_LONGEST = 500
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_PER = re.compile(r"\bpour (\d+)")


@dataclass(frozen=True, slots=True)
class Found:
    """Indicator of a line.

    Parameters
    ----------
    indicator : str or None
        None when no label is close enough, or when two are.
    likeness : float
        Of the label, in [0, 100]; 100 for the same words.
    nearest : str or None
        Closest indicator, whether or not it is close enough.
    """

    indicator: str | None
    likeness: float
    nearest: str | None


class Matcher:
    """Labels and needs of a catalogue, ready to be compared.

    Parameters
    ----------
    catalogue : Catalogue
        Its indicators, and the needs of every framework.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._ids = np.array(list(catalogue.indicators), dtype=object)
        self._texts = [comparable(i.label) for i in catalogue.indicators.values()]
        self._labels = dict(zip(catalogue.indicators, self._texts, strict=True))
        needs: dict[str, set[str]] = defaultdict(set)
        for framework in catalogue.frameworks.values():
            for need in framework.needs:
                needs[plain(need.label)] |= {
                    i.id
                    for i in catalogue.indicators.values()
                    if framework.id in i.needs and i.needs[framework.id].primary == need.id
                }
        self._needs: Mapping[str, set[str]] = needs

    def is_need(self, text: str) -> bool:
        """Tell whether a text names a need."""
        return bool(self._of_need(text))

    def find(self, label: str, *, need: str = "", written_id: str = "") -> Found:
        """Find the indicator of a line.

        Parameters
        ----------
        label : str
            As written; what follows its first line may be an explanation.
        need : str
            Need as written, or the name of the sheet; ``""`` when unknown.
        written_id : str
            Id as written, ``""`` when there is none.

        Returns
        -------
        Found
            The indicator the label names best among those of the need; the written id decides
            between equal labels, and alone when there is no label.
        """
        if not label.strip():
            known = written_id if written_id in self._labels else None
            return Found(known, 100.0 if known else 0.0, known)
        inside = self._of_need(need) or set(self._labels)
        found = self._best(label, inside, written_id)
        if found.indicator is None and len(inside) < len(self._labels):
            # A need may have been mistyped; only the very same words then count.
            anywhere = self._best(label, set(self._labels), written_id)
            if anywhere.likeness == 100.0 or not found.nearest:
                found = anywhere
        return found

    def _best(self, label: str, inside: set[str], written_id: str) -> Found:
        whole, first = comparable(label), comparable(label.strip().split("\n")[0])
        found = np.maximum(self._likeness(whole), self._likeness(first))
        found[[name not in inside for name in self._ids]] = -1.0
        top = float(found.max())
        # Labels that are the same words leave no doubt; others must stand clear of the next.
        rivals = self._ids[found > top - MARGIN] if top < 100.0 else self._ids[found == top]
        name = str(self._ids[found.argmax()])
        if written_id in rivals:
            name = written_id
        elif len(rivals) > 1:
            return Found(None, top, name)
        return Found(name if top >= THRESHOLD else None, top, name)

    def _likeness(self, text: str) -> npt.NDArray[np.float64]:
        """Likeness of a comparable text to every label, in [0, 100]."""
        ratio = process.cdist([text], self._texts, scorer=fuzz.ratio)[0].astype(float)
        words = process.cdist([text], self._texts, scorer=fuzz.token_set_ratio)[0].astype(float)
        few = [min(_distinct(text), _distinct(label)) < _ENOUGH_WORDS for label in self._texts]
        words[few] = 0.0
        # Only the same words are worth 100.
        found: npt.NDArray[np.float64] = np.minimum(np.maximum(ratio, _SAME_WORDS * words), 99.9)
        found[[_counts_otherwise(text, label) for label in self._texts]] = 0.0
        found[[label == text for label in self._texts]] = 100.0
        return found

    def _of_need(self, text: str) -> set[str]:
        words = plain(text)
        if not words:
            return set()
        if words in self._needs:
            return self._needs[words]
        for need, indicators in self._needs.items():
            # The name of a sheet is cut at 31 characters.
            cut = len(words) >= 20 and need.startswith(words)
            if cut or fuzz.ratio(words, need) >= _NEED_THRESHOLD:
                return indicators
        return set()


def comparable(label: str) -> str:
    """Label without case, accents, punctuation, nor spaces inside numbers; cut when very long."""
    return _THOUSANDS.sub("", plain(label[:_LONGEST]))


@lru_cache(maxsize=1024)
def _distinct(text: str) -> int:
    return len(set(text.split()))


@lru_cache(maxsize=1024)
def _per(text: str) -> frozenset[str]:
    return frozenset(_PER.findall(text))


def _counts_otherwise(one: str, other: str) -> bool:
    """Whether two labels count per different numbers: another unit, hence another indicator."""
    return bool(_per(one)) and bool(_per(other)) and _per(one) != _per(other)
