"""What one territory puts into the tables of a batch: plain rows, a missing value being None."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diag360.documents.batch.results.fields import FIRST, KEPT
from diag360.documents.effect_words import BASES, CLASSES
from diag360.documents.runs import OPEN_DATA, Asked
from diag360.scoring.profile import NeedScore
from diag360.scoring.scores import Scores
from diag360.territories.perimeter import Territory
from diag360.vulnerability.actions import Actions, rank_actions
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.cross import cross
from diag360.vulnerability.effects import effect_class
from diag360.vulnerability.matrices import settings_of
from diag360.vulnerability.prepare import Ratings, prepare_ratings

Row = dict[str, Any]
Results = dict[str, list[Row]]
TABLES = ("territoires", "besoins", "indicateurs", "aleas", "vulnerabilites", "actions")


def results_of(
    asked: Asked, *, exposure: str = OPEN_DATA, pack: str = "fondateur",
    ratings: Ratings | None = None,
) -> Results:  # fmt: skip
    """Give the rows of one territory for the tables of a batch.

    Parameters
    ----------
    asked : Asked
        What its document was made from.
    exposure : str
        Ratings of hazards: ``open-data``, the path of a file, or ``aucune``.
    pack : {"fondateur", "complet"}
        Which hazards.
    ratings : Ratings, optional
        Those ratings, when they are at hand: `exposure` is not read then.

    Returns
    -------
    dict of str to list of dict
        By name in ``TABLES``: texts, numbers, truth values and None, which JSON holds. Scores,
        shares, effects and gains are in [0, 1] but gains, ≥ 0; nothing is rounded.

    Raises
    ------
    Refusal
        When the ratings or the pack are refused.
    """
    place, scores = asked.place, asked.scores
    if ratings is None:
        path = None if exposure == OPEN_DATA else exposure
        ratings = prepare_ratings(path, place=place, catalogue=asked.catalogue)
    found = cross(scores, ratings=ratings, pack=pack)
    actions = rank_actions(found, territory=place.siren)
    values = asked.parameters["values"]
    head = {
        "values": values if values == OPEN_DATA else Path(values).name,
        "campaign": asked.parameters["campaign"],
        "pack": pack,
    }
    return {
        "territoires": [
            {**territory_row(place), **head, **state_row(scores, found, territory=place.siren)}
        ],
        "besoins": need_rows(scores, territory=place.siren),
        "indicateurs": indicator_rows(scores, territory=place.siren),
        "aleas": hazard_rows(found, ratings=ratings),
        "vulnerabilites": effect_rows(found, territory=place.siren),
        "actions": action_rows(actions),
    }


def territory_row(place: Territory) -> Row:
    """Say whose rows these are."""
    return {
        "territory": place.siren,
        "name": place.name,
        "nature": place.nature,
        "department": place.department,
        "region": place.region,
        "population": place.population,
        "communes": place.communes,
        "area": _number(place.area),
        "members": len(place.members),
    }


def state_row(scores: Scores, found: Vulnerabilities, *, territory: str) -> Row:
    """Say with what a territory was scored, and how much of it is known."""
    needs = scores.needs.of(territory).values()
    known = ~np.isnan(scores.indicator_scores.loc[territory].to_numpy(dtype=float))
    applies = scores.applicable.loc[territory].to_numpy(dtype=bool)
    weight = np.where(applies, scores.weights.to_numpy(dtype=float), 0.0)
    whole = float(weight.sum())
    return {
        "framework": scores.framework.id,
        "weights": scores.scheme.id,
        "tier": scores.tier,
        "needs": sum(need.applicable for need in needs),
        "determined": sum(need.determined for need in needs),
        "coverage": float(weight[known].sum()) / whole if whole > 0 else None,
        "rated": len(found.rated(territory)),
    }


def need_rows(scores: Scores, *, territory: str) -> list[Row]:
    """Scores of needs; that of an undetermined need is left out, its bounds are not."""
    whole, etat, action = (
        profile.of(territory) for profile in (scores.needs, scores.etat, scores.action)
    )
    rows = []
    for need in scores.framework.needs:
        one = whole[need.id]
        rows.append(
            {
                "territory": territory,
                "need": need.id,
                "score": _determined(one),
                "low": _number(one.low),
                "high": _number(one.high),
                "etat": _determined(etat[need.id]),
                "action": _determined(action[need.id]),
                "coverage": _number(one.coverage),
                "determined": bool(one.determined),
            }
        )
    return rows


def indicator_rows(scores: Scores, *, territory: str) -> list[Row]:
    """Values and scores of what is asked for, and of all that is known besides."""
    given = scores.observations[scores.observations["territory"] == territory]
    columns = (given[name] for name in ("indicator", "value", "status", "year", "source",
                                            "quality"))  # fmt: skip
    said = {name: rest for name, *rest in zip(*columns, strict=True)}
    number = scores.number.loc[territory].to_dict()
    reached = scores.indicator_scores.loc[territory].to_dict()
    weights = zip(map(str, scores.weights.index), scores.weights, scores.need_of, strict=True)
    rows = []
    for name, weight, need in weights:
        value, status, year, source, quality = said.get(name, ("", "non_collecte", pd.NA, "", ""))
        if weight <= 0 and not value:
            continue
        rows.append(
            {
                "territory": territory,
                "indicator": name,
                "need": need,
                "value": value or None,
                "number": _number(number[name]),
                "score": _number(reached[name]),
                "status": status,
                "year": None if pd.isna(year) else int(year),
                "source": source if source in scores.catalogue.sources else None,
                "quality": quality if value and quality else None,
                "weight": float(weight),
            }
        )
    return rows


def hazard_rows(found: Vulnerabilities, *, ratings: Ratings) -> list[Row]:
    """Levels and exposure of every hazard, those that nobody rated without any number."""
    row = found.row(ratings.territory)
    central = found.bound("central")
    rows = []
    for at, name in enumerate(found.hazards):
        rating = ratings.ratings.get(name)
        unrated = "sans_objet" if name in ratings.without_object else "a_coter"
        levels = {
            f"{measure}{end}": _number(float(array[bound, row, at]))
            for measure, array in (
                ("likelihood", found.likelihood),
                ("intensity", found.intensity),
                ("exposure", found.exposure),
                ("linked", found.linked),
            )
            for bound, end in ((found.bound("low"), "_low"), (central, ""),
                               (found.bound("high"), "_high"))
        }  # fmt: skip
        rows.append(
            {
                "territory": ratings.territory,
                "hazard": name,
                "status": unrated if rating is None else "cote",
                "origin": None if rating is None else rating.origin,
                **levels,
            }
        )
    return rows


def effect_rows(found: Vulnerabilities, *, territory: str) -> list[Row]:
    """Effects of hazards on needs, from « modéré » up: of a rated hazard, the others are weaker."""
    low, central, high = (found.bound(name) for name in ("low", "central", "high"))
    row = found.row(territory)
    total = found.at_own_duration()[:, row]
    classes = effect_class(total[central], borders=settings_of(found.catalogue).classes)
    return [
        {
            "territory": territory,
            "hazard": found.hazards[h],
            "need": found.needs[n],
            "exposure": float(found.linked[central, row, h]),
            "sensitivity": float(found.sensitivity.central[row, h, n]),
            "basis": BASES[found.sensitivity.basis[row, h, n]],
            "direct": float(found.direct[central, row, h, n]),
            "total": float(total[central, h, n]),
            "total_low": float(total[low, h, n]),
            "total_high": float(total[high, h, n]),
            "class": CLASSES[classes[h, n]],
        }
        for h, n in np.argwhere(classes >= KEPT)
    ]


def action_rows(actions: Actions) -> list[Row]:
    """Actions that would spare most, best first."""
    return [
        {
            "territory": actions.territory,
            "rank": rank,
            "indicator": row["indicator"],
            "need": row["need"],
            "service": row["service"],
            "effort": row["effort"] or None,
            "known": bool(row["known"]),
            "score": _number(row["score"]),
            "gain": float(row["gain"]),
        }
        for rank, row in enumerate(actions.table.head(FIRST).to_dict("records"), start=1)
    ]


def _determined(need: NeedScore) -> float | None:
    return _number(need.score) if need.determined else None


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
