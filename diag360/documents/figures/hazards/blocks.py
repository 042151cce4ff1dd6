"""Blocks made of words about hazards: exposure, systemic vulnerabilities, sheets of hazards."""

from typing import Any

from markupsafe import Markup

from diag360.catalogue.hazards import Hazard, Measure
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.hazards.lines import (
    ORIGINS,
    Effects,
    capitalised,
    effects_of,
    is_prior,
    levels,
)
from diag360.documents.figures.hazards.sentences import (
    order_sentence,
    vulnerabilities,
    worst_hazards,
)
from diag360.documents.figures.notes.beside import folded, listed
from diag360.documents.notes_shown import Notes
from diag360.territories.perimeter import Territory
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.prepare import Ratings

PRIOR = (
    "Sont des a priori, ni mesurés ni tranchés par un panel : la force avec laquelle chaque aléa "
    "frappe chaque besoin, ce que chaque besoin doit aux autres et après combien de temps, ce "
    "que chaque aléa entraîne, et la part d’une défaillance qui se transmet. Chacun se lit, et se "
    "conteste, dans le catalogue."
)
NOTHING = (
    "Aucun aléa n’est coté : sans exposition, les vulnérabilités systémiques ne peuvent pas être "
    "dites. Ce qui suit dit comment coter."
)
_GROUPS = {
    "local": (
        "Ce qui est propre au territoire",
        "Des aléas auxquels tous les territoires ne sont pas exposés de même, du plus lourd au "
        "moins lourd : le poids d’un aléa est la somme de ses effets sur tous les besoins, et non "
        "son effet le plus grand.",
    ),
    "global": (
        "Ce qui menace tous les territoires",
        "L’exposition est la même partout ; ce qui change d’un territoire à l’autre est la façon "
        "dont ses besoins tiennent. Les plus lourds, rangés de la même façon.",
    ),
}
_SPHERES = {
    "vivant": "le vivant",
    "eaux_et_glaces": "les eaux et les glaces",
    "air": "l’air",
    "sols_et_roches": "les sols et les roches",
    "societe": "la société",
}
CONFIDENCES = {"faible": "faible", "moyenne": "moyenne", "elevee": "élevée"}
_FORCE = {3: "Frappe très fort", 2: "Frappe nettement", 1: "Touche un peu"}


def exposure_table(
    found: Vulnerabilities, *, ratings: Ratings, place: Territory, notes: Notes | None = None
) -> Fragment:
    """Show how exposed a territory is to each hazard, who says so, and what is left to rate.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed from these ratings.
    ratings : Ratings
        Levels with their origin and source.
    place : Territory
        Whose ratings they are.
    notes : Notes, optional
        Of experts, shown under the hazard they are about.

    Returns
    -------
    Fragment
        A table, most exposed first; a sentence when nothing is rated.
    """
    row, catalogue = found.row(place.siren), found.catalogue
    ends = [found.bound(name) for name in ("low", "central", "high")]
    alone, linked = found.exposure[ends][:, row], found.linked[ends][:, row]
    rated = [found.hazards.index(name) for name in found.rated(place.siren)]
    rated.sort(key=lambda at: (-alone[1, at], -linked[1, at]))
    lines = [
        _exposure_line(catalogue.hazards[found.hazards[at]], ratings, alone[:, at], linked[:, at])
        for at in rated
    ]
    far = [name for name in found.hazards if name in ratings.without_object]
    to_rate = [name for name in found.hazards if name not in (*found.rated(place.siren), *far)]
    return render(
        "exposure",
        place=place.name,
        lines=lines,
        to_rate=[catalogue.hazards[name].label for name in to_rate],
        far=[catalogue.hazards[name].label for name in far],
        **_annotated(lines, place=place, notes=notes or Notes()),
    )


def _annotated(
    lines: list[dict[str, Any]], *, place: Territory, notes: Notes
) -> dict[str, dict[str, Markup] | Markup]:
    """Notes under each hazard of the table, and those on hazards it does not show."""
    beside = {line["id"]: notes.of_hazard(line["id"], territory=place.siren) for line in lines}
    placed = {one.id for own in beside.values() for one in own}
    others = [
        one
        for one in notes.shown
        if one.place.hazard
        and one.place.concerns(place.siren)
        and not one.orphan
        and one.id not in placed
    ]
    return {
        "beside": {hazard: folded(own) for hazard, own in beside.items()},
        "others": folded(others, label=True, about="sur d’autres aléas"),
    }


def _exposure_line(hazard: Hazard, ratings: Ratings, alone: Any, linked: Any) -> dict[str, Any]:
    rating = ratings.ratings[hazard.id]
    likelihood, intensity = rating.levels
    year = f" ({rating.year})" if rating.year else ""
    moved = text.score(linked[1]) != text.score(alone[1])
    declared = rating.origin in ("declaree", "importee")
    return {
        "id": hazard.id,
        "label": hazard.label,
        "kind": hazard.kind,
        "prior": is_prior(hazard.id, ratings=ratings.ratings),
        "exposure": text.score(alone[1]),
        "interval": text.short_interval(alone[0], alone[2]),
        "linked": text.score(linked[1]) if moved else "",
        "likelihood": levels(*likelihood),
        "intensity": levels(*intensity),
        "origin": capitalised(ORIGINS[rating.origin]),
        "confidence": f"confiance {CONFIDENCES[rating.confidence]}" if declared else "",
        "source": f"{rating.source}{year}",
        "comment": rating.comment,
        "author": rating.author,
    }


def systemic_vulnerabilities(
    found: Vulnerabilities, *, ratings: Ratings, territory: str
) -> Fragment:
    """Tell the vulnerabilities that weigh most, the territory's own first, then those of all.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed from these ratings.
    ratings : Ratings
        Say which exposures are priors.
    territory : str
        Code.

    Returns
    -------
    Fragment
        Three to five sentences with why and how sure; one sentence when nothing is rated.
    """
    effects = effects_of(found, territory=territory, without_object=ratings.without_object)
    told = vulnerabilities(effects, scores=found.scores)
    groups = []
    for scope, (title, note) in _GROUPS.items():
        lines = [
            {"told": one, "prior": is_prior(one.hazard, ratings=ratings.ratings)}
            for one in told
            if one.scope == scope
        ]
        if lines:
            groups.append((title, note, lines, order_sentence(effects, scope=scope)))
    nothing = NOTHING if not effects.hazards else (
        "Aucun des aléas cotés n’aurait, au vu de ce qui est connu, d’effet au moins modéré."
    )  # fmt: skip
    return render(
        "vulnerabilities",
        groups=groups,
        worst=[_worst(effects, *one) for one in worst_hazards(effects)],
        absent=_absent(effects) if effects.hazards else "",
        prior=PRIOR,
        nothing=nothing,
    )


def _absent(effects: Effects) -> str:
    """Say that hazards nobody rated may weigh more than those that are told."""
    count = len(effects.unrated)
    if not count:
        return ""
    names = " ; ".join(effects.catalogue.hazards[one].label for one in effects.unrated)
    verb = "n’est pas coté et pourrait" if count == 1 else "ne sont pas cotés et pourraient"
    return f"{text.count(count, 'aléa')} {verb} peser davantage : {names}."


def _worst(effects: Effects, need: str, hazard: str, effect: float, low: float, high: float) -> str:
    noun = next(one.noun for one in effects.framework.needs if one.id == need)
    if not hazard:
        return f"{capitalised(noun)} : aucun effet qui ne soit négligeable."
    return (
        f"{capitalised(noun)} : {effects.catalogue.hazards[hazard].phrase}, effet "
        f"{effects.word(effect)} ({text.score(effect)} sur 100, {text.interval(low, high)})."
    )


def hazard_sheet(
    catalogue: Catalogue, *, hazard: str, framework: str, notes: Notes | None = None
) -> Fragment:
    """Show all the catalogue knows of a hazard, folded.

    Parameters
    ----------
    catalogue : Catalogue
        Loaded catalogue.
    hazard : str
        Id.
    framework : str
        Id of the framework whose needs are named.
    notes : Notes, optional
        Of experts.

    Returns
    -------
    Fragment
        A folded sheet.
    """
    one = catalogue.hazards[hazard]
    effects = one.effects.get(framework, {})
    needs = {need.id: need.label for need in catalogue.frameworks[framework].needs}
    impacts = [
        (title, ", ".join(needs[name] for name, force in effects.items() if force == level))
        for level, title in _FORCE.items()
        if level in effects.values()
    ]
    links = [
        (catalogue.hazards[link.ends[1]].label, text.share(link.strength), link.why)
        for link in catalogue.links.values()
        if link.ends[0] == hazard
    ]
    return render(
        "hazard_sheet",
        hazard=one,
        catalogue=catalogue,
        unfolded=False,
        spheres=text.enumerate_words([_SPHERES[name] for name in one.spheres]),
        parts=text.enumerate_words([catalogue.hazards[name].label for name in one.composed_of]),
        impacts=impacts,
        links=links,
        guide=list(zip(one.guide.likelihood, one.guide.intensity, strict=True))
        if one.guide
        else [],
        default=_default(catalogue, one),
        **listed(notes.of_hazard(hazard) if notes else ()),
    )


def _default(catalogue: Catalogue, hazard: Hazard) -> str:
    if hazard.default is None:
        return ""
    first = "Vraisemblance" if hazard.kind == "choc" else "Niveau présent"
    second = "intensité" if hazard.kind == "choc" else "tendance"
    return (
        f"{first} {_measure(catalogue, hazard.default.likelihood)} ; "
        f"{second} {_measure(catalogue, hazard.default.intensity)}."
    )


def _measure(catalogue: Catalogue, measure: Measure) -> str:
    if measure.level is not None:
        return levels(*measure.level)
    if measure.proxy is None or measure.thresholds is None:
        return ""
    proxy = catalogue.proxies[measure.proxy]
    unit = catalogue.units[proxy.unit]
    steps = text.enumerate_words([text.threshold(value, unit) for value in measure.thresholds])
    return f"lu sur « {proxy.label} » (niveaux 2, 3 et 4 à partir de {steps})"
