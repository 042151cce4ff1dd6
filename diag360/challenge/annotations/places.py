"""All that a note can be about, by name, and the ones that words come nearest to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from diag360.catalogue.model import Catalogue
from diag360.territories.perimeter import plain

Base = Literal["indicateur", "besoin", "alea"]
# Words that lead to a name without being part of it.
SMALL_WORDS = frozenset({
    "a", "au", "aux", "avec", "ce", "ces", "cette", "d", "dans", "de", "des", "du", "en", "et", "l",
    "la", "le", "les", "ou", "par", "pour", "sur", "un", "une",
})  # fmt: skip
_LONGEST = 500
_LETTERS_PER_TYPO = 8
_SHORTEST = 4  # letters under which a typo makes another word
_FEW = 2  # words of a name that one of them is enough to tell
_NEAR = 66.0  # likeness from which a name is worth proposing
_PROPOSED = 5
_MOST_PROPOSED = 12  # when several names are the same


@dataclass(frozen=True, slots=True)
class Place:
    """One indicator, need or hazard, under every name it goes by.

    Parameters
    ----------
    base : str
        ``indicateur``, ``besoin`` or ``alea``.
    id : str
        Id in the catalogue.
    names : tuple of str
        Comparable (:func:`comparable`): its id, its label, then other names.
    group : str
        Framework of a need, primary needs of an indicator: what tells apart two equal labels.
    rank : int
        0 for what comes first when two needs of two frameworks share a name.
    """

    base: Base
    id: str
    names: tuple[str, ...]
    group: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """The place words name, or those they may name, nearest first."""

    place: Place | None
    near: tuple[Place, ...] = ()


def comparable(text: str) -> str:
    """Name without case, accents, punctuation nor small words in front; cut when very long."""
    words = plain(text[:_LONGEST]).split()
    while len(words) > 1 and words[0] in SMALL_WORDS:
        words = words[1:]
    return " ".join(words)


def places_of(catalogue: Catalogue) -> tuple[Place, ...]:
    """Every indicator, need (those of the default framework first) and hazard."""
    default = catalogue.settings.default_framework
    needs = {need.id: need.label for frame in catalogue.frameworks.values() for need in frame.needs}
    found = [
        Place("indicateur", i.id, _names(i.id, i.label), tuple(
            name for own in i.needs.values() for name in (own.primary, needs.get(own.primary, ""))
        ))
        for i in catalogue.indicators.values()
    ]  # fmt: skip
    for frame in sorted(catalogue.frameworks.values(), key=lambda frame: frame.id != default):
        found += [
            Place(
                "besoin",
                need.id,
                _names(need.id, need.label, need.noun),
                (frame.id, frame.label),
                int(frame.id != default),
            )
            for need in frame.needs
        ]
    found += [
        Place("alea", hazard.id, _names(hazard.id, hazard.label, hazard.phrase))
        for hazard in catalogue.hazards.values()
    ]
    return tuple(found)


def find_place(words: str, *, places: Sequence[Place]) -> Match:
    """Find what words name: the same name, one with misprints, or a few of its words.

    Parameters
    ----------
    words : str
        Without the word that says threshold, weight or value.
    places : sequence of Place
        Among which.

    Returns
    -------
    Match
        A place only when nothing else comes near; otherwise those in doubt.
    """
    text = comparable(words)
    if not text:
        return Match(None)
    match = named(words, places)
    if match.place is not None or match.near:
        return match
    return _misprinted(text, places) or _by_words(text, places) or Match(None, near(text, places))


def named(words: str, places: Sequence[Place]) -> Match:
    """Find the place whose id, label or other name is those very words; several are in doubt."""
    text = comparable(words)
    for same in (
        [place for place in places if text in place.names[:2]],
        [place for place in places if text in place.names[2:]],
    ):
        if same:
            return _only(dict.fromkeys(same, text), places, text)
    return Match(None)


def near(words: str, places: Sequence[Place]) -> tuple[Place, ...]:
    """Places whose name looks like some words, nearest first; none when nothing does."""
    text = comparable(words)
    if len(text) < _SHORTEST - 1:
        return ()
    names = [(name, place) for place in places for name in place.names[1:]]
    scored = process.extract(
        text, [name for name, _ in names], scorer=fuzz.token_set_ratio, limit=4 * _PROPOSED,
        score_cutoff=_NEAR,
    )  # fmt: skip
    # Token sets tie often: the likeness of the whole decides.
    ordered = sorted(scored, key=lambda one: (-one[1], -fuzz.ratio(text, one[0])))
    return _distinct(names[index][1] for _, _, index in ordered)[:_PROPOSED]


def mentioning(words: str, *, places: Sequence[Place], catalogue: Catalogue) -> tuple[Place, ...]:
    """Needs and hazards whose description has all the words, when no name comes near to them."""
    asked = {word for word in plain(words[:_LONGEST]).split() if word not in SMALL_WORDS}
    if not any(len(word) >= _SHORTEST for word in asked):
        return ()
    told = {
        need.id: need.description for frame in catalogue.frameworks.values() for need in frame.needs
    }
    for hazard in catalogue.hazards.values():
        guide = hazard.guide.likelihood + hazard.guide.intensity if hazard.guide else ()
        told[hazard.id] = " ".join([hazard.description, *guide])
    having = (place for place in places if asked <= set(plain(told.get(place.id, "")).split()))
    return tuple(islice(having, _PROPOSED))


def _names(own_id: str, label: str, other: str = "") -> tuple[str, ...]:
    found = [comparable(own_id), comparable(label), comparable(other)]
    # The id of a need says it in words too, small ones left out (« accéder énergie »).
    found.append(" ".join(word for word in found[0].split() if word not in SMALL_WORDS))
    return (*found[:2], *(name for name in found[2:] if name))


def _only(found: Mapping[Place, str], places: Sequence[Place], text: str) -> Match:
    """The only one of some places, given with the name that was met, or all of them in doubt.

    A need of the default framework hides those of other frameworks met by the same name.
    """
    first = {name for place, name in found.items() if place.base == "besoin" and not place.rank}
    same = [place for place, name in found.items() if not place.rank or name not in first]
    if len(same) == 1:
        return Match(same[0])
    others = [place for place in near(text, places) if place not in same]
    return Match(None, tuple([*same, *others][:_MOST_PROPOSED]))


def _misprinted(text: str, places: Sequence[Place]) -> Match | None:
    """The place whose name is the words but for some misprints, when no other comes near."""
    allowed = max(1, len(text) // _LETTERS_PER_TYPO) if len(text) >= _SHORTEST else 0
    reach = 2 * allowed + 1
    named = [(place, name) for place in places for name in place.names[1:]]
    if not named:
        return None
    counts = process.cdist([text], [name for _, name in named], scorer=OSA.distance,
                           score_cutoff=reach)[0]  # fmt: skip
    met: dict[Place, tuple[int, str]] = {}
    for (place, name), typos in zip(named, counts.tolist(), strict=True):
        met[place] = min(met.get(place, (reach + 1, "")), (int(typos), name))
    best = min(typos for typos, _ in met.values())
    if best > allowed:
        return None
    rivals = sorted(
        (place for place, (typos, _) in met.items() if typos <= 2 * best + 1),
        key=lambda place: met[place],
    )
    return _only({place: met[place][1] for place in rivals}, places, text)


def _by_words(text: str, places: Sequence[Place]) -> Match | None:
    """The only place whose name has all the words, when they make enough of it."""
    asked = {word for word in text.split() if word not in SMALL_WORDS}
    if not any(len(word) >= _SHORTEST - 1 for word in asked):
        return None
    having: dict[Place, str] = {}
    enough = len(asked) > 1
    for place in places:
        for name in sorted(place.names[1:], key=len):
            said = {word for word in name.split() if word not in SMALL_WORDS}
            if asked <= said and place not in having:
                having[place] = name
                enough = enough or len(said) <= _FEW
    if not having:
        return None
    match = _only(having, places, text)
    return match if enough or match.place is None else Match(None, (match.place,))


def _distinct(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(places))
