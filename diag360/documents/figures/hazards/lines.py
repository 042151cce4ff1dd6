"""What hazards would do to one territory, ready to be worded or drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diag360.catalogue.hazards import Duration
from diag360.catalogue.model import Catalogue, Framework
from diag360.documents import text
from diag360.documents.effect_words import CLASSES
from diag360.errors import Fault, Refusal
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.effects import effect_class
from diag360.vulnerability.ratings import Rating

Array = npt.NDArray[np.float64]
ORIGINS = {
    "declaree": "coté par la collectivité",
    "importee": "importé d’un autre diagnostic",
    "statistique": "statistique ouverte",
    "nationale": "a priori national",
}
KINDS = {"choc": "choc", "stress": "stress"}


@dataclass(frozen=True, slots=True)
class Effects:
    """Effects on one territory of the hazards rated there, the heaviest first.

    Arrays have one row per hazard and one column per need, each hazard at the duration of its
    kind; all are shares, in [0, 1].

    Parameters
    ----------
    catalogue : Catalogue
        Words and classes.
    framework : Framework
        Needs, in order.
    hazards : tuple of str
        Ids, by falling sum of their total effects.
    unrated : tuple of str
        Hazards nobody rated, and that are not without object.
    direct, total : ndarray, shape (h, n)
        Central estimates.
    direct_low, direct_high, total_low, total_high : ndarray, shape (h, n)
        Bounds.
    basis : ndarray of int, shape (h, n)
        Place in ``BASES``.
    etat, action : ndarray, shape (h, n)
        Shares of the sensitivity; NaN where the basis is unknown.
    influence : ndarray, shape (h, n, n)
        What each need takes from each other.
    durations : tuple of Duration
        When each hazard is read.
    """

    catalogue: Catalogue
    framework: Framework
    hazards: tuple[str, ...]
    unrated: tuple[str, ...]
    direct: Array
    direct_low: Array
    direct_high: Array
    total: Array
    total_low: Array
    total_high: Array
    basis: npt.NDArray[np.int_]
    etat: Array
    action: Array
    influence: Array
    durations: tuple[Duration, ...]

    @property
    def borders(self) -> tuple[float, ...]:
        """Borders of the classes of effects."""
        return self.catalogue.cascade.classes if self.catalogue.cascade else ()

    def classes(self, effects: Array) -> npt.NDArray[np.int_]:
        """Place of effects in ``CLASSES``."""
        return effect_class(effects, borders=self.borders)

    def word(self, effect: float) -> str:
        """Class of one effect, in words."""
        return CLASSES[int(self.classes(np.array([effect]))[0])]

    def worst(self) -> str:
        """Hazard of the territory's own that weighs most, or else any; empty when none is rated."""
        own = [one for one in self.hazards if self.catalogue.hazards[one].scope == "local"]
        return (own or [*self.hazards, ""])[0]


def effects_of(
    found: Vulnerabilities, *, territory: str, without_object: Collection[str] = ()
) -> Effects:
    """Read the effects on a territory, the heaviest hazard first.

    Parameters
    ----------
    found : Vulnerabilities
        Assessed with its three bounds.
    territory : str
        Code.
    without_object : collection of str
        Hazards that do not concern the territory: they are not waiting for a rating.

    Returns
    -------
    Effects
        Without rows when no hazard is rated.
    """
    row = found.row(territory)
    low, central, high = (found.bound(name) for name in ("low", "central", "high"))
    rated = found.rated(territory)
    places = [found.hazards.index(hazard) for hazard in rated]
    weight = found.total[central, row, places, [found.duration_of(name) for name in rated]].sum(
        axis=-1
    )
    order = [places[int(at)] for at in np.argsort(-weight, kind="stable")]
    names = tuple(found.hazards[at] for at in order)
    passed = found.influence[central, min(row, found.influence.shape[1] - 1)]
    at = [found.duration_of(name) for name in names]
    felt = found.sensitivity
    return Effects(
        catalogue=found.catalogue,
        framework=found.scores.framework,
        hazards=names,
        unrated=tuple(name for name in found.hazards if name not in (*rated, *without_object)),
        direct=found.direct[central, row, order],
        direct_low=found.direct[low, row, order],
        direct_high=found.direct[high, row, order],
        total=found.total[central, row, order, at],
        total_low=found.total[low, row, order, at],
        total_high=found.total[high, row, order, at],
        basis=felt.basis[row, order],
        etat=felt.etat[row, order],
        action=felt.action[row, order],
        influence=passed[at],
        durations=tuple(found.durations[place] for place in at),
    )


def followed(
    found: Vulnerabilities, *, territory: str, hazard: str = ""
) -> tuple[Effects, int] | None:
    """Read the effects on a territory, and the place of the hazard whose cascade is followed.

    Parameters
    ----------
    found : Vulnerabilities
        Assessed with its three bounds.
    territory : str
        Code.
    hazard : str
        Id of a rated hazard; the heaviest of the territory's own when left out.

    Returns
    -------
    effects : Effects
        Of the territory.
    place : int
        Position of the hazard in them. None instead of both when no hazard is rated.

    Raises
    ------
    Refusal
        When the hazard is not a rated one.
    """
    effects = effects_of(found, territory=territory)
    if not effects.hazards:
        return None
    chosen = hazard or effects.worst()
    if chosen not in effects.hazards:
        title = "Figure refusée :"
        problem = f"« {hazard} » inconnu ou non coté"
        remedy = f"choisir parmi : {', '.join(effects.hazards)}"
        raise Refusal(title, [Fault("aléas", "", problem, remedy)])
    return effects, effects.hazards.index(chosen)


def capitalised(words: str) -> str:
    """Words with a capital letter first, and nothing else changed."""
    return words[:1].upper() + words[1:]


def is_prior(hazard: str, *, ratings: Mapping[str, Rating]) -> bool:
    """Whether the exposure to a hazard is a national prior, the same for all territories."""
    return hazard in ratings and ratings[hazard].origin == "nationale"


def levels(low: float, central: float, high: float) -> str:
    """Print low, central and high levels, or one when they agree."""
    if low == central == high:
        return text.number(central)
    return "–".join(text.number(level) for level in (low, central, high))
