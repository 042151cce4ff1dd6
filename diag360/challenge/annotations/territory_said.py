"""The territory that words name after a value or a rating: « Taux de pauvreté à Rennes »."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diag360.challenge.annotations.places import comparable
from diag360.errors import Refusal
from diag360.territories.perimeter import find_territory, load_epci

_CUT = re.compile(
    r"\s*[,(]\s*|\s+(?=(?:à|au|aux|chez|dans|de|des|du|en|pour|sur)\b|d[’'])", re.IGNORECASE
)
# Natures as the names of the DGCL begin, and as one says them.
_NATURES = (
    "cc", "ca", "cu", "metropole", "communaute de communes", "communaute d agglomeration",
    "communaute urbaine", "agglomeration",
)  # fmt: skip
_SHORTEST = 4  # letters of a word that may stand for a whole name


@dataclass(frozen=True, slots=True)
class Located:
    """Words cut in two: a thing, and the territory it is said of.

    Parameters
    ----------
    words : str
        What stands before the territory.
    code : str
        Siren.
    sure : bool
        Whether the name was given in full; otherwise some words of it that no other has.
    """

    words: str
    code: str
    sure: bool


def located(words: str) -> Iterator[Located]:
    """Cut words where a territory may begin.

    Parameters
    ----------
    words : str
        On one line.

    Yields
    ------
    Located
        Names given in full first, the longest first; no file is ever read for a name.
    """
    cuts = [
        (words[: found.start()], words[found.end() :].rstrip(" )"))
        for found in _CUT.finditer(words)
        if words[: found.start()].strip()
    ]
    if not cuts:
        return
    table = load_epci()
    codes: dict[str, set[str]] = {}
    for code, name in table["name"].items():
        for one in {comparable(name), _bare(name)}:
            codes.setdefault(one, set()).add(str(code))
    for before, after in cuts:
        for one in (comparable(after), _bare(after)):
            found = codes.get(one, set())
            if len(found) == 1:
                yield Located(before, next(iter(found)), sure=True)
                break
    for before, after in cuts:
        words = _bare(after)
        if any(len(word) >= _SHORTEST for word in words.split()):
            try:
                yield Located(before, find_territory(words, epci=table).siren, sure=False)
            except Refusal:
                continue


def _bare(name: str) -> str:
    """Name without its nature nor small words in front."""
    told = comparable(name)
    nature = next((one for one in _NATURES if told.startswith(f"{one} ")), "")
    return comparable(told.removeprefix(nature))
