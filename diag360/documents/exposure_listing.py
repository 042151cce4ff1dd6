"""Ratings of a territory as lines of text, and as a file to edit."""

import numpy as np

from diag360.catalogue.french import typeset_text
from diag360.catalogue.hazards import Hazard
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.territories.perimeter import Territory
from diag360.vulnerability.exposure import exposure
from diag360.vulnerability.prepare import Ratings
from diag360.vulnerability.ratings import Levels, Rating, quoted, rating_line

HEADER = ("aléa", "vraisemblance", "intensité", "exposition", "origine", "source")
TO_RATE = "à coter"
WITHOUT_OBJECT = "sans objet"
# What the two measures are called, for a shock and for a stress.
MEASURES = {
    "choc": ("vraisemblance", "intensité"),
    "stress": ("niveau actuel", "tendance"),
}
_HELP = (
    "Cotations de {name} ({siren}).",
    "Coter un aléa : ôter le « # » de sa ligne et changer les niveaux, de 1 à 4. Un niveau seul,",
    "ou [bas, central, haut] quand on hésite. « vraisemblance » est likelihood, « intensité » est",
    "intensity ; pour un stress, ce sont le niveau actuel et la tendance.",
    "confidence : faible, moyenne ou elevee. source : d’où cela vient. comment : un mot.",
    "Un aléa laissé en commentaire garde la proposition, ou reste à coter.",
)


def printed_levels(levels: Levels) -> str:
    """Central level, with its range when there is one: ``2 (1–3)``."""
    low, central, high = levels
    return str(central) if low == high else f"{central} ({low}–{high})"


def printed_exposure(rating: Rating) -> str:
    """Exposure from 0 to 100: central, with its range when there is one."""
    likelihood, intensity = (np.array(levels, dtype=float) for levels in rating.levels)
    low, central, high = exposure(likelihood, intensity)
    shown = text.score(float(central))
    return shown if low == high else f"{shown} ({text.short_interval(float(low), float(high))})"


def unrated(hazard: str, *, ratings: Ratings) -> str:
    """What is said of a hazard that has no rating: to be rated, or without object here."""
    return WITHOUT_OBJECT if hazard in ratings.without_object else TO_RATE


def rating_source(rating: Rating, *, catalogue: Catalogue) -> str:
    """Where a rating comes from: the statistics read with their values, or its source."""
    known = [
        f"{catalogue.proxies[name].label} : "
        f"{text.with_unit(value, catalogue.units[catalogue.proxies[name].unit])}"
        for name, value in rating.readings
    ]
    words = " ; ".join(known) if known else rating.source
    return typeset_text(f"{words} ({rating.year})" if words and rating.year else words)


def exposure_rows(ratings: Ratings, *, catalogue: Catalogue) -> list[tuple[str, ...]]:
    """Table of the ratings of a territory, one tuple of texts a line, header first.

    Parameters
    ----------
    ratings : Ratings
        From :func:`diag360.vulnerability.prepare.prepare_ratings`.
    catalogue : Catalogue
        Names of the hazards, units of the statistics.

    Returns
    -------
    list of tuple of str
        Rated hazards, those to be rated, those that have no object here. The exposure runs from 0
        to 100.
    """
    rows: list[tuple[str, ...]] = [HEADER]
    for name, rating in ratings.ratings.items():
        likelihood, intensity = rating.levels
        notes = [rating_source(rating, catalogue=catalogue)]
        notes += ["aggravation très forte : niveaux au maximum"] if rating.aggravated else []
        if (former := ratings.replaced.get(name)) is not None:
            levels = " et ".join(map(printed_levels, former.levels))
            notes.append(f"remplace la proposition ({levels})")
        rows.append(
            (
                f"{name} {catalogue.hazards[name].label}",
                printed_levels(likelihood),
                printed_levels(intensity),
                printed_exposure(rating),
                text.ORIGINS[rating.origin],
                typeset_text(" ; ".join(filter(None, notes))),
            )
        )
    rows += [
        (f"{name} {catalogue.hazards[name].label}", TO_RATE, TO_RATE, "–", "–", "")
        for name in ratings.to_rate
    ]
    rows += [
        (f"{name} {catalogue.hazards[name].label}", WITHOUT_OBJECT, WITHOUT_OBJECT, "–", "–", "")
        for name in ratings.without_object
    ]
    return rows


def draft_ratings(ratings: Ratings, *, place: Territory, catalogue: Catalogue) -> str:
    """Write a rating file to be edited by hand.

    Parameters
    ----------
    ratings : Ratings
        What is known: answers stand as such, proposals stand in comments and count for nothing
        until someone takes the « # » away.
    place : Territory
        Whose file it is.
    catalogue : Catalogue
        Hazards and the guide of their levels.

    Returns
    -------
    str
        YAML text.
    """
    lines = [f"# {line}".format(name=place.name, siren=place.siren) for line in _HELP]
    lines += [f"territory: {quoted(place.siren)}", f"author: {quoted(ratings.author)}"]
    lines += [f"date: {ratings.date.isoformat()}"] if ratings.date else []
    lines.append("ratings:")
    for name, hazard in catalogue.hazards.items():
        if hazard.composed_of:
            continue
        lines += ["", *(f"  # {line}" for line in _guide(hazard))]
        rating = ratings.ratings.get(name)
        if rating is None:
            lines.append(f"  # {name}: {unrated(name, ratings=ratings)}")
        elif rating.origin in ("declaree", "importee"):
            lines.append(f"  {name}: {rating_line(rating, author=ratings.author)}")
        else:
            said = rating_source(rating, catalogue=catalogue)
            lines.append(f"  # proposition ({text.ORIGINS[rating.origin]}) : {said}")
            lines.append(f"  # {name}: {_proposal(rating)}")
    return "\n".join(lines) + "\n"


def _guide(hazard: Hazard) -> list[str]:
    """Label, then what each level of each measure means."""
    lines = [f"{hazard.id} · {hazard.label} ({hazard.kind})"]
    if hazard.guide is not None:
        pair = (hazard.guide.likelihood, hazard.guide.intensity)
        for measure, words in zip(MEASURES[hazard.kind], pair, strict=True):
            lines += [f"  {measure} {level} : {word}" for level, word in enumerate(words, start=1)]
    return lines


def _proposal(rating: Rating) -> str:
    likelihood, intensity = (list(levels) for levels in rating.levels)
    return f'{{likelihood: {likelihood}, intensity: {intensity}, confidence: faible, source: ""}}'
