"""Plain French about cascades: which chain, which feeder, how much is amplified, who causes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from diag360.catalogue.hazards import CascadeSettings
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.figures.hazards.lines import Effects, capitalised
from diag360.vulnerability.graph import dematel, strongest_chain
from diag360.vulnerability.matrices import strength_matrix

Array = npt.NDArray[np.float64]
CAUSES = 2  # needs named as causes and as effects


def chain_sentence(
    direct: Array, *, influence: Array, need: int, catalogue: Catalogue, framework: str
) -> str:
    """Tell the chain of needs by which most of an effect reaches a need.

    Parameters
    ----------
    direct : ndarray, shape (n,)
        Direct effects, in [0, 1].
    influence : ndarray, shape (n, n)
        Share that the need of the row takes from that of the column, in [0, 1].
    need : int
        Position of the need where the chain ends.
    catalogue : Catalogue
        Gives the reason of each dependency.
    framework : str
        Id of the framework of the needs.

    Returns
    -------
    str
        The needs passed through, then why each leans on the one before; empty when nothing
        reaches the need through another.
    """
    chain = strongest_chain(direct, influence=influence, need=need)
    if not chain:
        return ""
    needs = catalogue.frameworks[framework].needs
    reasons = {(edge.need, edge.on): edge.why for edge in catalogue.graphs[framework].edges}
    way = ", puis ".join(needs[at].noun for at in chain)
    steps = [
        reasons.get((needs[after].id, needs[before].id), "") for before, after in pairwise(chain)
    ]
    return " ".join([f"{capitalised(way)}.", *(step for step in steps if step)])


def amplification_sentence(direct: Array, total: Array) -> str:
    """Say how much of the whole effect comes from the ricochet.

    Parameters
    ----------
    direct, total : ndarray, shape (n,)
        In [0, 1].
    """
    first, whole = float(direct.sum()), float(total.sum())
    if first <= 0:
        return "Aucun besoin n’est touché directement : rien ne se propage."
    share = (whole - first) / whole
    return (
        f"Les dépendances entre besoins multiplient l’effet par "
        f"{text.number(whole / first, decimals=1)} : sur 100 points d’effet, tous besoins "
        f"confondus, {text.number(100 * share)} arrivent par ricochet."
    )


def saturation_sentence(radius: float, *, settings: CascadeSettings) -> str:
    """Warn when dependencies are so strong that needs can no longer be told apart."""
    if radius <= settings.saturation:
        return ""
    return (
        "Attention : avec de telles dépendances, tous les besoins montent ensemble et le résultat "
        f"ne distingue plus l’un de l’autre (rayon spectral {text.number(radius, decimals=2)}, "
        f"au-delà de {text.number(settings.saturation, decimals=2)})."
    )


def ricochet_sentence(effects: Effects, *, hazard: str) -> str:
    """Tell the chain that leads to the need hit most by ricochet; empty when there is none."""
    at = effects.hazards.index(hazard)
    indirect = effects.total[at] - effects.direct[at]
    need = int(indirect.argmax())
    if indirect[need] < effects.borders[0]:
        return ""
    told = chain_sentence(
        effects.direct[at],
        influence=effects.influence[at],
        need=need,
        catalogue=effects.catalogue,
        framework=effects.framework.id,
    )
    return f"Le chemin le plus fort : {told[:1].lower()}{told[1:]}" if told else ""


def causes(catalogue: Catalogue, *, framework: str) -> tuple[list[str], list[str]]:
    """Needs that cause most and that bear most, by DEMATEL, strongest first."""
    needs = catalogue.frameworks[framework].needs
    strength, _ = strength_matrix(catalogue, framework=framework)
    order = np.argsort(-dematel(strength).relation, kind="stable")
    ids = [needs[int(at)].id for at in order]
    return ids[:CAUSES], ids[::-1][:CAUSES]


def dematel_sentence(catalogue: Catalogue, *, framework: str) -> str:
    """Say which needs cause cascades, which bear them, and what weights do about it.

    Parameters
    ----------
    catalogue : Catalogue
        Graph of dependencies and weights.
    framework : str
        Id.
    """
    needs = {need.id: need for need in catalogue.frameworks[framework].needs}
    first, last = causes(catalogue, framework=framework)
    said = (
        f"{capitalised(_nouns(needs, first))} sont les causes principales : les autres besoins en "
        f"dépendent plus que l’inverse. {capitalised(_nouns(needs, last))} en reçoivent le plus."
    )
    scheme = catalogue.weights.get("criteres")
    factors = scheme.coefficients.category if scheme else {}
    top = max(factors.values(), default=1.0)
    lowered = [name for name in first if factors.get(needs[name].category, top) < top]
    if not lowered or scheme is None:
        return said
    verb = "pèse" if len(lowered) == 1 and not _plural(needs[lowered[0]].noun) else "pèsent"
    return (
        f"{said} Or, sous « {scheme.label} », {_nouns(needs, lowered)} {verb} moins que les "
        "besoins vitaux : ce jeu de poids regarde ce qui compte pour les habitants, pas ce qui "
        "fait tomber le reste. Les deux lectures sont à tenir ensemble."
    )


def _nouns(needs: Mapping[str, object], names: Sequence[str]) -> str:
    return text.enumerate_words([str(getattr(needs[name], "noun", name)) for name in names])


def _plural(noun: str) -> bool:
    return noun.startswith("les ")
