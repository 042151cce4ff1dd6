"""What else a number may have meant: percent, another base, a power of ten, a bare count."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from diag360.catalogue.model import Indicator
from diag360.catalogue.units import Unit
from diag360.territories.guard import limits
from diag360.territories.guard.finding import Rule

_BASE = re.compile(r"pour (\d[\d\s]*)")
_COMMUNES = "Part des communes"


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a territory, to turn counts into rates; None where it is not known.

    Parameters
    ----------
    population : float or None
        Inhabitants.
    communes : int or None
        Member communes.
    """

    population: float | None = None
    communes: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One way a number may have been mistyped.

    Parameters
    ----------
    factor : Decimal
        Right value = value typed x factor.
    words : str
        What the slip is, in French.
    rule : str
        Rule of the finding.
    prior : float
        Likelihood before looking at the value, relative to a percent typed as it is.
    """

    factor: Decimal
    words: str
    rule: Rule
    prior: float


def base_of(unit: Unit) -> int | None:
    """Tell per how many the unit counts: 1000 for « pour 1 000 habitants », None for no rate."""
    if match := _BASE.search(unit.label):
        return int(re.sub(r"\s", "", match[1]))
    return 1 if "par habitant" in unit.label else None


def possible(number: float, *, unit: Unit) -> bool:
    """Tell whether a number lies in the physical range of a unit."""
    return (unit.minimum is None or number >= unit.minimum) and (
        unit.maximum is None or number <= unit.maximum
    )


def is_rate_of_things(unit: Unit) -> bool:
    """Tell whether the numerator is a count of things, and the denominator the inhabitants."""
    base = base_of(unit)
    return base is not None and base > 1 and unit.label.startswith("pour") and _by_people(unit)


def fewer_than_one(number: float, *, indicator: Indicator, unit: Unit, place: Place) -> bool:
    """Tell whether a rate or a share of communes stands for less than one thing."""
    if number <= 0:
        return False
    if is_rate_of_things(unit) and place.population:
        return number * place.population / (base_of(unit) or 1) < limits.LESS_THAN_ONE
    if unit.id == "part" and indicator.label.startswith(_COMMUNES) and place.communes:
        return number * place.communes < limits.LESS_THAN_ONE_COMMUNE
    return unit.id == "nombre" and number < 1


def may_be_few(indicator: Indicator, *, text: str) -> bool:
    """Tell whether a whole number may be a count of the few things a share is about."""
    return is_whole(text) and any(word in indicator.label for word in limits.FEW)


def is_whole(text: str) -> bool:
    """Tell whether a number is written without decimals."""
    return float(text) == int(float(text))


def readings(indicator: Indicator, *, unit: Unit, text: str, place: Place) -> list[Reading]:
    """List the ways a number may have been mistyped.

    Parameters
    ----------
    indicator : Indicator
        Answered by a number.
    unit : Unit
        Its unit.
    text : str
        Number as written, with a decimal point.
    place : Place
        Gives denominators.

    Returns
    -------
    list of Reading
        One per factor, the likeliest words for each.
    """
    percent = unit.factor == 100
    base = base_of(unit)
    listed: list[Reading] = []
    if percent:
        listed += [
            _unit("0.01", "un pourcentage écrit tel quel", limits.PRIOR_PERCENT),
            _unit("100", "une part divisée deux fois par cent", limits.PRIOR_PERCENT_TWICE),
        ]
    if base is not None and base > 1:
        words = f"une valeur par habitant au lieu de {unit.label}"
        words = words if _by_people(unit) else f"une valeur par unité au lieu de {unit.label}"
        listed.append(_unit(str(base), words, limits.PRIOR_BASE))
    if base == 1:
        listed.append(_unit("0.001", "une valeur pour 1 000 habitants", limits.PRIOR_BASE))
    listed += _counts(indicator, unit=unit, text=text, place=place)
    thousand, other = limits.PRIOR_THOUSAND[percent], limits.PRIOR_OTHER_POWER[percent]
    for factor, times, prior in (
        ("1000", "mille", thousand),
        ("100", "cent", other),
        ("10", "dix", other),
    ):
        listed.append(_unit(factor, f"une valeur {times} fois trop petite", prior))
        inverse = str(1 / Decimal(factor))
        listed.append(_unit(inverse, f"une valeur {times} fois trop grande", prior))
    kept: dict[Decimal, Reading] = {}
    for reading in listed:
        if reading.factor not in kept or kept[reading.factor].prior < reading.prior:
            kept[reading.factor] = reading
    return list(kept.values())


def whole_communes(number: float, *, indicator: Indicator, place: Place) -> bool:
    """Tell whether a share of all communes is a whole number of them, to a rounded percent."""
    label = indicator.label
    if not label.startswith(_COMMUNES) or "de plus de" in label or not place.communes:
        return True
    counted = number * place.communes
    return abs(counted - round(counted)) <= max(0.01, 0.006 * place.communes)


def _counts(indicator: Indicator, *, unit: Unit, text: str, place: Place) -> list[Reading]:
    """A count typed for a rate, or a number of communes for their share."""
    base = base_of(unit)
    whole = is_whole(text)
    if base is not None and place.population and _by_people(unit):
        prior = limits.PRIOR_COUNT if whole or base == 1 else limits.PRIOR_COUNT_WITH_DECIMALS
        words = "un total au lieu d’une valeur par habitant"
        if base > 1:
            words = f"un nombre brut au lieu d’un taux {unit.label}"
        factor = Decimal(base) / Decimal(int(place.population))
        return [Reading(factor, words, "nombre_brut", prior)]
    share = unit.id == "part" and indicator.label.startswith(_COMMUNES)
    if share and whole and place.communes and 1 <= float(text) <= place.communes:
        factor = 1 / Decimal(place.communes)
        words = f"un nombre de communes sur {place.communes} au lieu d’une part"
        return [Reading(factor, words, "nombre_brut", limits.PRIOR_COUNT)]
    return []


def _by_people(unit: Unit) -> bool:
    return "habitant" in unit.label


def _unit(factor: str, words: str, prior: float) -> Reading:
    return Reading(Decimal(factor), words, "unite", prior)


def corrected(text: str, reading: Reading) -> str:
    """Write the right value: exactly shifted, or rounded to four figures after a division."""
    value = Decimal(text) * reading.factor
    if reading.rule == "nombre_brut":
        figures = 4 - 1 - (math.floor(math.log10(abs(value))) if value else 0)
        value = round(value, max(figures, 0))
    shown = format(value, "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("", "-0") else shown
