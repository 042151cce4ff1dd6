"""What a note speaks of: a typed address that does not depend on any notebook's layout."""

from dataclasses import dataclass
from typing import Literal, get_args

TargetKind = Literal[
    "indicateur", "seuil", "poids", "valeur", "besoin", "alea", "cotation", "dependance",
    "paragraphe", "inconnu",
]  # fmt: skip
KINDS: tuple[TargetKind, ...] = get_args(TargetKind)
# How many parts follow the kind: fewest, most. The optional last one is a territory.
_PARTS: dict[TargetKind, tuple[int, int]] = {
    "indicateur": (1, 1),
    "seuil": (1, 1),
    "poids": (1, 1),
    "valeur": (2, 2),  # indicator, territory
    "besoin": (1, 1),
    "alea": (1, 1),
    "cotation": (2, 2),  # hazard, territory
    "dependance": (3, 3),  # framework, need, the need it rests on
    "paragraphe": (2, 3),  # notebook, cell, and a territory when it is said of one only
    "inconnu": (1, 1),  # words nobody could place: an orphan, kept as it is
}


@dataclass(frozen=True, slots=True)
class Target:
    """One thing a note can be about.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    parts : tuple of str
        Ids: ``("be2_i13",)``, ``("be2_i13", "200065928")``,
        ``("besoins-2021", "boire", "acceder_energie")``, ``("30_diagnostic", "titre-aleas")``.
    """

    kind: TargetKind
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join([self.kind, *self.parts])

    @property
    def territory(self) -> str:
        """Code of the only territory concerned; ``""`` when all are."""
        if self.kind in ("valeur", "cotation"):
            return self.parts[1]
        return self.parts[2] if self.kind == "paragraphe" and len(self.parts) == 3 else ""

    @property
    def indicator(self) -> str:
        """Id of the indicator concerned; ``""`` when there is none."""
        return self.parts[0] if self.kind in ("indicateur", "seuil", "poids", "valeur") else ""

    @property
    def hazard(self) -> str:
        """Id of the hazard concerned; ``""`` when there is none."""
        return self.parts[0] if self.kind in ("alea", "cotation") else ""

    def concerns(self, territory: str) -> bool:
        """Whether a document on a territory should carry notes on this."""
        return self.territory in ("", territory)


def parse_target(address: str) -> Target | None:
    """Read an address (``seuil/be2_i13``); None when it is not one.

    Parameters
    ----------
    address : str
        ``kind/part[/part…]``; whatever follows ``inconnu/`` is kept whole.

    Returns
    -------
    Target or None
        Well formed; whether the catalogue knows it is another question
        (:func:`diag360.challenge.annotations.resolve.known_target`).
    """
    kind, _, rest = address.partition("/")
    if kind not in KINDS or not rest:
        return None
    parts = (rest,) if kind == "inconnu" else tuple(rest.split("/"))
    fewest, most = _PARTS[kind]
    if not fewest <= len(parts) <= most or not all(part.strip() for part in parts):
        return None
    return Target(kind, parts)


def unknown(words: str) -> Target:
    """Keep words nobody could place: an orphan, listed and never dropped."""
    return Target("inconnu", (" ".join(words.split()) or "rien",))
