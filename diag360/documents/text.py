"""French numbers, units and sentences. Rounding happens here and nowhere else."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit

NARROW = "\u202f"
NBSP = "\u00a0"
MINUS = "\u2212"
UNDETERMINED = "indéterminé"
NOT_APPLICABLE = "sans objet"

LABELS = {
    "etat": "État",
    "action": "Action",
    "observe": "observé",
    "estime": "estimé",
    "declare": "déclaré",
    "non_collecte": "non collecté",
    "secret": "secret statistique",
    "sans_objet": "sans objet",
    "iris": "quartier (IRIS)",
    "commune": "commune",
    "epci": "intercommunalité",
    "departement": "département",
    "region": "région",
    "france": "France",
    "absolu": "seuils absolus",
    "relatif": "seuils relatifs",
    "mixte": "seuils mixtes",
}
PACKS = {"fondateur": "texte fondateur", "securite_civile": "sécurité civile"}
ORIGINS = {
    "declaree": "déclarée",
    "importee": "importée",
    "statistique": "lue sur une statistique",
    "nationale": "proposée pour tous",
}
CONFIDENCES = {"faible": "faible", "moyenne": "moyenne", "elevee": "élevée"}
NATURES = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
    "METRO": "métropole",
    "MET69": "métropole de Lyon",
    "GROUPE": "périmètre composé",
}


def number(value: float, *, decimals: int = 0, signed: bool = False) -> str:
    """Print a number the French way: narrow space every three digits, decimal comma.

    Parameters
    ----------
    value : float
        Finite number.
    decimals : int
        Decimals kept, halves rounded away from zero.
    signed : bool
        Whether a plus sign is printed.

    Returns
    -------
    str
        For instance ``12 345,6``.
    """
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}".replace(",", NARROW).replace(".", ",")
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def with_unit(value: float, unit: Unit) -> str:
    """Print a stored value in its unit: a share of 0.132 prints as ``13,2 %``."""
    text = number(value * unit.factor, decimals=unit.decimals, signed=unit.signed)
    return f"{text}{NBSP}{unit.symbol}" if unit.symbol else text


def threshold(value: float, unit: Unit) -> str:
    """Print a threshold under a scale: no more decimals than it needs, no unit but percent."""
    printed = value * unit.factor
    decimals = next(
        (d for d in range(6) if math.isclose(round(printed, d), printed, abs_tol=1e-9)), 6
    )
    words = number(printed, decimals=decimals, signed=unit.signed)
    return f"{words}{NBSP}%" if unit.symbol == "%" else words


def score(value: float) -> str:
    """Print a score in [0, 1] on the scale of documents, 0 to 100."""
    return "–" if math.isnan(value) else number(100 * value)


def share(value: float) -> str:
    """Print a share in [0, 1] in whole percent."""
    return "–" if math.isnan(value) else f"{number(100 * value)}{NBSP}%"


def interval(low: float, high: float) -> str:
    """Print the bounds of a score, rounded outwards so that nothing possible is left out."""
    return f"entre {number(math.floor(100 * low + 1e-9))} et {number(math.ceil(100 * high - 1e-9))}"


def reservation(low: float, high: float) -> str:
    """Say how far a score may still move; nothing when all is known."""
    known = math.isclose(low, high, abs_tol=1e-9)
    return "" if known else f"{interval(low, high)} selon ce qui reste à connaître"


def short_interval(low: float, high: float) -> str:
    """Print bounds in the margin of a figure; nothing when no indicator applies."""
    if math.isnan(low):
        return ""
    return f"{number(math.floor(100 * low + 1e-9))}–{number(math.ceil(100 * high - 1e-9))}"


def need_score(value: float, *, low: float, high: float, determined: bool) -> str:
    """Print the score of a need, or why there is none: never a bare number below the floor."""
    if math.isnan(low):
        return NOT_APPLICABLE
    if not determined:
        return f"{UNDETERMINED} ({interval(low, high)})"
    return score(value)


def enumerate_words(words: Sequence[str]) -> str:
    """Join words with commas and a final « et »."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def count(quantity: int, singular: str, plural: str | None = None) -> str:
    """Print a count with its noun; French counts 0 and 1 in the singular."""
    noun = singular if quantity < 2 else plural or f"{singular}s"
    return f"{number(quantity)}{NBSP}{noun}"


def duration(minutes: int) -> str:
    """Print a time to fill, in minutes below two hours and in rounded hours above."""
    if minutes < 120:
        return count(minutes, "minute")
    return f"environ {number(minutes / 60)}{NBSP}heures"


def value_text(indicator: Indicator, *, raw: str, amount: float, unit: Unit | None) -> str:
    """Print a value as it should be read: a word of the vocabulary or a number in its unit."""
    if unit is None:
        return raw.replace("'", "’")
    return "–" if math.isnan(amount) else with_unit(amount, unit)
