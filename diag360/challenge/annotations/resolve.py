"""From the words of an expert to what they speak of."""

import re
from collections.abc import Callable, Sequence

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.clean import clean_line
from diag360.challenge.annotations.labels import known_target, target_label
from diag360.challenge.annotations.places import (
    SMALL_WORDS,
    Base,
    Match,
    Place,
    find_place,
    mentioning,
    named,
    near,
    places_of,
)
from diag360.challenge.annotations.target import Target, TargetKind, parse_target, unknown
from diag360.challenge.annotations.territory_said import located
from diag360.territories.perimeter import plain

__all__ = ["known_target", "resolve_target", "target_label"]

_FACETS: dict[str, TargetKind] = {
    "seuil": "seuil", "seuils": "seuil", "bornage": "seuil", "bareme": "seuil",
    "ancre": "seuil", "ancres": "seuil",
    "poids": "poids", "ponderation": "poids",
    "valeur": "valeur", "valeurs": "valeur", "chiffre": "valeur", "donnee": "valeur",
    "indicateur": "indicateur", "definition": "indicateur",
    "besoin": "besoin",
    "alea": "alea", "risque": "alea", "menace": "alea", "choc": "alea", "stress": "alea",
    "cotation": "cotation", "exposition": "cotation",
    "dependance": "dependance", "lien": "dependance", "arc": "dependance",
}  # fmt: skip
_BASE: dict[TargetKind, Base] = {
    "indicateur": "indicateur", "seuil": "indicateur", "poids": "indicateur",
    "valeur": "indicateur", "besoin": "besoin", "alea": "alea", "cotation": "alea",
    "dependance": "besoin",
}  # fmt: skip
_ARROW = re.compile(
    r"\s*(?:→|⇒|➔|➜|[-=]+>|>|\bs[’']appuie(?:nt)? sur\b|\bd[ée]pend(?:ent)? d(?:e\b|[’'u])"
    r"|\brepose(?:nt)? sur\b)\s*",
    re.IGNORECASE,
)
_CODE = re.compile(r"\s*\(?\b(\d{9}|\d{5}|2[AaBb]\d{3})\)?$")
_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)$")
_MARKS = " *_#`:—–-"
_MOST_WORDS = 12  # of « dépendance boire énergie », where every cut is tried
_LONGEST = 500  # beyond, this is no name


def resolve_target(
    words: str,
    *,
    catalogue: Catalogue,
    territory: str = "",
    places: Callable[[], Sequence[Place]] | None = None,
) -> tuple[Target, tuple[str, ...]]:
    """Find what an expert speaks of.

    Parameters
    ----------
    words : str
        An address, an id, or a label as one says it, after the word that tells which part of it
        (« seuil Taux de pauvreté », « Boire → Accéder à l’énergie »).
    catalogue : Catalogue
        Where names are looked for.
    territory : str
        Code of the territory of the notebook, for a value or a rating.
    places : callable, optional
        Gives :func:`~diag360.challenge.annotations.places.places_of` the catalogue, when many
        words are looked for in turn.

    Returns
    -------
    target : Target
        ``inconnu`` when there is a doubt; an address is taken as it is, even of something gone.
    proposals : tuple of str
        What the words may have meant, nearest first, each as one may write it; empty when sure.
    """
    words = clean_line(words)
    written = parse_target(words) or parse_target(words.strip(_MARKS))
    words = words.strip(_MARKS)
    if written is not None and (
        written.kind in ("inconnu", "paragraphe")
        or known_target(written, catalogue=catalogue, cells=None)
    ):
        return written, ()
    if len(words) > _LONGEST:
        return unknown(words), ()
    known = places() if places else places_of(catalogue)
    if written is not None:
        among = [place for place in known if place.base == _BASE[written.kind]]
        return written, _proposed(near(written.parts[0], among), written.kind, "", catalogue)
    facet, rest = _facet_of(words)
    if (
        facet in (None, "dependance")
        and (edge := _edge(rest, known, catalogue, said=facet is not None)) is not None
    ):
        return edge, ()
    code = _CODE.search(rest) if facet in ("valeur", "cotation") else None
    if code is not None:
        rest, territory = rest[: code.start()], code[1].upper()
    among = [place for place in known if facet is None or place.base == _BASE[facet]]
    if code is None and facet in (None, "valeur", "cotation"):
        target, near_by = _said_of(rest, facet, among, catalogue)
        if target is not None or near_by:
            return target or unknown(words), near_by
    match = named(words, known) if facet else Match(None)
    whole = match.place is not None
    if not whole:
        match = _narrowed(rest, among)
    if match.place is None and facet is not None:
        other = find_place(words, places=known)
        match, whole = (other, True) if other.place is not None else (match, False)
    if whole:
        facet = None  # a label that begins like the name of a part
    target = None if match.place is None else _target(match.place, facet, territory)
    if target is not None:
        return target, ()
    doubtful = match.near if match.place is None else (match.place,)
    doubtful = doubtful or mentioning(rest, places=among, catalogue=catalogue)
    if not doubtful and facet is not None:  # « valeur C2 » : another kind of thing
        other = find_place(rest, places=known)
        doubtful = other.near if other.place is None else (other.place,)
    return unknown(words), _proposed(doubtful, facet, territory, catalogue)


def _facet_of(words: str) -> tuple[TargetKind | None, str]:
    """Part of a thing that words name, in front or after a comma, and the words that remain."""
    before, comma, after = words.rpartition(",")
    said = plain(after).split(" ")
    code = _CODE.search(after)
    if comma and said[0] in _FACETS and (len(said) == 1 or code):
        return _FACETS[said[0]], f"{before} {code[1]}" if code else before
    if comma and _FACETS.get(said[0]) in ("valeur", "cotation"):  # « …, valeur pour Guingamp »
        return _FACETS[said[0]], f"{before}, {after.split(maxsplit=1)[1]}"
    left = words
    while found := re.match(r"([^\W_]+)[\s’':,—–-]*", left):
        told = plain(found[1])
        if told in _FACETS:
            return _FACETS[told], left[found.end() :]
        if told not in SMALL_WORDS:
            break
        left = left[found.end() :]
    return None, words


def _narrowed(words: str, places: Sequence[Place]) -> Match:
    """Find a place; what stands in brackets may tell apart two of the same name."""
    match = find_place(words, places=places)
    bracketed = _BRACKETS.match(words)
    if match.place is not None or bracketed is None:
        return match
    said = plain(bracketed[2])
    inside = [
        place
        for place in places
        if place.names[0] == said or any(plain(name) == said for name in place.group)
    ]
    narrowed = find_place(bracketed[1], places=inside or places)
    return narrowed if narrowed.place is not None else match


def _said_of(
    words: str, facet: TargetKind | None, places: Sequence[Place], catalogue: Catalogue
) -> tuple[Target | None, tuple[str, ...]]:
    """Find a value or a rating said of a territory by its name; proposals when it is cut short."""
    if find_place(words, places=places).place is not None:
        return None, ()
    for one in located(words):
        place = find_place(one.words, places=places).place
        if place is None or place.base == "besoin":
            continue
        kind: TargetKind = facet or ("valeur" if place.base == "indicateur" else "cotation")
        if one.sure:
            return Target(kind, (place.id, one.code)), ()
        if facet is not None:
            return None, _proposed((place,), kind, one.code, catalogue)
    return None, ()


def _target(place: Place, facet: TargetKind | None, territory: str) -> Target | None:
    """Target on a place; None for a value or a rating of no territory."""
    kind: TargetKind = facet or place.base
    if kind in ("valeur", "cotation"):
        return Target(kind, (place.id, territory)) if territory else None
    return Target(kind, (place.id,))


def _edge(
    words: str, places: Sequence[Place], catalogue: Catalogue, *, said: bool
) -> Target | None:
    """Dependency that words name, in the default framework when they name one in two."""
    sides = _ARROW.split(words)
    if len(sides) == 2:
        cuts = [(sides[0], sides[1])]
    elif said:
        tokens = words.split()[:_MOST_WORDS]
        cuts = [(" ".join(tokens[:k]), " ".join(tokens[k:])) for k in range(1, len(tokens))]
    else:
        return None
    default = catalogue.settings.default_framework
    found = []
    for frame in sorted(catalogue.frameworks, key=lambda frame: frame != default):
        needs = [p for p in places if p.base == "besoin" and p.group[0] == frame]
        graph = catalogue.graphs.get(frame)
        drawn = {(edge.need, edge.on) for edge in graph.edges} if graph else set()
        for left, right in cuts:
            need, on = find_place(left, places=needs).place, find_place(right, places=needs).place
            if need is not None and on is not None and need != on:
                found.append(((need.id, on.id) not in drawn, (frame, need.id, on.id)))
    return Target("dependance", min(found, key=lambda one: one[0])[1]) if found else None


def _proposed(
    places: Sequence[Place], facet: TargetKind | None, territory: str, catalogue: Catalogue
) -> tuple[str, ...]:
    told = []
    for place in places:
        kind = facet if facet and _BASE[facet] == place.base and facet != "dependance" else None
        target = _target(place, kind, territory) or Target(place.base, (place.id,))
        told.append(f"{target} ({target_label(target, catalogue=catalogue)})")
    return tuple(dict.fromkeys(told))
