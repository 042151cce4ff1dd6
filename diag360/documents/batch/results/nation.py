"""All intercommunalités of France at once, straight from the open data: the tables of a batch."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.hazards import Hazard
from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents.batch.results.fields import FIELDS, FIRST, KEPT, frame
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.batch.results.pages import sort_name
from diag360.documents.effect_words import BASES, CLASSES
from diag360.documents.runs import OPEN_DATA
from diag360.scoring.scores import Scores, score
from diag360.territories.exposure import read_proxies
from diag360.territories.perimeter import load_epci
from diag360.territories.values import read_values
from diag360.vulnerability.actions import best_first
from diag360.vulnerability.assess import Vulnerabilities, assess
from diag360.vulnerability.cascade import cascade
from diag360.vulnerability.defaults import rated_hazards, rating_levels
from diag360.vulnerability.effects import direct_effect, effect_class
from diag360.vulnerability.matrices import hazards_of, settings_of
from diag360.vulnerability.sensitivity import sensitivity_of

Array = npt.NDArray[np.float64]
_CLOSE = 1e-6  # where the cascade stops: far below what is printed


def nation(
    *, framework: str | None = None, weights: str | None = None, tier: str | None = None,
    catalogue: Catalogue | None = None,
) -> Batch:  # fmt: skip
    """Score every intercommunalité that has open data, and cross it with its default ratings.

    Parameters
    ----------
    framework, weights, tier : str, optional
        The defaults of the catalogue when left out.
    catalogue : Catalogue, optional
        The shipped one by default.

    Returns
    -------
    Batch
        Without documents and without the table ``indicateurs``; that of hazards holds those that
        are rated. Exposures and effects are central estimates; the ratings of the shipped files
        of territories are left aside.

    Raises
    ------
    Refusal
        When an id is unknown.
    """
    catalogue = catalogue or load_catalogue()
    rows = read_values(catalogue=catalogue)
    scores = score(rows, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
    found = _crossed(scores)
    tables = {name: frame(name, []) for name in FIELDS}
    tables["territoires"] = _places(scores, found)
    tables["besoins"] = _needs(scores)
    tables["aleas"] = _hazards(found)
    tables["vulnerabilites"] = _effects(found)
    tables["actions"] = _actions(found)
    return Batch(catalogue, tables, pages={}, whole=True)


def same_for_all(hazard: Hazard) -> bool:
    """Whether the catalogue proposes the same rating of a hazard everywhere."""
    default = hazard.default
    return default is not None and default.likelihood.proxy is default.intensity.proxy is None


def _crossed(scores: Scores) -> Vulnerabilities:
    catalogue = scores.catalogue
    names = [hazard.id for hazard in hazards_of(catalogue)]
    codes = list(scores.indicator_scores.index)
    found = rating_levels(catalogue, territories=codes, proxies=read_proxies(catalogue=catalogue))
    at = [rated_hazards(catalogue).index(name) for name in names]
    likely, strong = (levels[:, :, at] for levels in found)
    return assess(
        scores, likelihood=likely, intensity=strong, hazards=names, bounds=("central",),
        tolerance=_CLOSE,
    )  # fmt: skip


def _places(scores: Scores, found: Vulnerabilities) -> pd.DataFrame:
    codes = list(scores.indicator_scores.index)
    places = load_epci().reindex(codes).reset_index()
    known = scores.indicator_scores.notna().to_numpy()
    weight = scores.applicable.to_numpy(dtype=bool) * scores.weights.to_numpy(dtype=float)
    made = {
        "territory": codes,
        "name": places["name"],
        "nature": places["nature"],
        "department": places["department_name"],
        "region": places["region_name"],
        "population": places["population"],
        "communes": places["communes"],
        "area": places["area_km2"],
        "members": 0,
        "values": OPEN_DATA,
        "campaign": str(scores.catalogue.settings.date.year),
        "pack": "fondateur",
        "framework": scores.framework.id,
        "weights": scores.scheme.id,
        "tier": scores.tier,
        "needs": scores.needs.low.notna().sum(axis=1).to_numpy(),
        "determined": scores.determined.sum(axis=1).to_numpy(),
        "coverage": (weight * known).sum(axis=1) / weight.sum(axis=1),
        "rated": (~np.isnan(found.exposure[0])).sum(axis=1),
    }
    columns = {name: pd.Series(part).to_list() if np.ndim(part) else [part] * len(codes)
               for name, part in made.items()}  # fmt: skip
    table = frame("territoires", [columns])
    order = table["name"].map(sort_name).sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _needs(scores: Scores) -> pd.DataFrame:
    table = scores.need_table()
    for column, profile in (
        ("score", scores.needs), ("etat", scores.etat), ("action", scores.action)
    ):  # fmt: skip
        table[column] = table[column].where(profile.determined.to_numpy(dtype=bool).ravel())
    return table[[field.name for field in FIELDS["besoins"]]]


def _hazards(found: Vulnerabilities) -> pd.DataFrame:
    t, h = np.nonzero(~np.isnan(found.exposure[0]))
    read = [same_for_all(found.catalogue.hazards[name]) for name in found.hazards]
    made = {
        "territory": np.array(found.territories)[t],
        "hazard": np.array(found.hazards)[h],
        "status": "cote",
        "origin": np.where(np.array(read)[h], "nationale", "statistique"),
        "likelihood": found.likelihood[0, t, h],
        "intensity": found.intensity[0, t, h],
        "exposure": found.exposure[0, t, h],
        "linked": found.linked[0, t, h],
    }
    return pd.DataFrame(made).reindex(columns=[field.name for field in FIELDS["aleas"]])


def _effects(found: Vulnerabilities) -> pd.DataFrame:
    total = found.at_own_duration()[0]
    classes = effect_class(total, borders=settings_of(found.catalogue).classes)
    t, h, n = np.nonzero(classes >= KEPT)
    felt = found.sensitivity
    columns: Mapping[str, object] = {
        "territory": np.array(found.territories)[t],
        "hazard": np.array(found.hazards)[h],
        "need": np.array(found.needs)[n],
        "exposure": found.linked[0, t, h],
        "sensitivity": felt.central[t, h, n],
        "basis": np.array(BASES)[felt.basis[t, h, n]],
        "direct": found.direct[0, t, h, n],
        "total": total[t, h, n],
        "total_low": np.full(len(t), np.nan),
        "total_high": np.full(len(t), np.nan),
        "class": np.array(CLASSES)[classes[t, h, n]],
    }
    return pd.DataFrame(columns)


def _actions(found: Vulnerabilities) -> pd.DataFrame:
    """First actions of every territory: :func:`diag360.rank_actions`, for all of them at once."""
    scores = found.scores
    now = scores.indicator_scores.to_numpy(dtype=float)
    applies = scores.applicable.to_numpy(dtype=bool)
    asked = scores.weights.to_numpy(dtype=float) > 0
    indicators = scores.catalogue.indicators
    names = [str(name) for name in scores.need_of.index]
    places = [at for at, name in enumerate(names)
              if indicators[name].kind == "action" and asked[at]]  # fmt: skip
    here = _totals(found, now)
    gains = np.zeros((len(now), len(places)))
    for column, at in enumerate(places):
        after, before = now.copy(), now.copy()
        after[:, at], before[:, at] = 1.0, np.nan_to_num(now[:, at], nan=0.0)
        unknown = np.isnan(now[:, at])
        start = _totals(found, before) if unknown.any() else here
        spared = np.maximum(start - _totals(found, after), 0.0).sum(axis=2)
        rated = ~np.isnan(spared)
        mean = np.where(rated, spared, 0.0).sum(axis=1) / np.maximum(rated.sum(axis=1), 1)
        todo = applies[:, at] & (unknown | (now[:, at] < 1.0))
        gains[:, column] = np.where(todo, mean, 0.0)
    order = best_first(gains)[:, :FIRST]
    t, rank = np.nonzero(np.take_along_axis(gains, order, axis=1) > 0)
    columns = order[t, rank]
    chosen = np.array(places, dtype=int)[columns]
    picked = [names[at] for at in chosen]
    table = {
        "territory": np.array(found.territories)[t],
        "rank": rank + 1,
        "indicator": picked,
        "need": [str(scores.need_of[name]) for name in picked],
        "service": [indicators[name].collection.service for name in picked],
        "effort": [indicators[name].effort for name in picked],
        "known": ~np.isnan(now[t, chosen]),
        "score": now[t, chosen],
        "gain": gains[t, columns],
    }
    return pd.DataFrame(table)


def _totals(found: Vulnerabilities, values: Array) -> Array:
    """Effects with other scores, each hazard at its own duration, shape (t, h, n)."""
    felt = sensitivity_of(found.scores, hazards=found.hazards, values=values)
    direct = direct_effect(found.linked[0], impact=found.impact, sensitivity=felt.central)
    at = np.array([found.duration_of(name) for name in found.hazards])
    result = np.empty_like(direct)
    for duration in np.unique(at):
        here = at == duration
        # Needs first, and territories last: the longest axis is the one worked on at once.
        given = found.influence[0, :, duration].transpose(1, 2, 0)[:, :, np.newaxis]
        hit = np.ascontiguousarray(direct[:, here].transpose(2, 1, 0))
        made = cascade(hit, influence=np.ascontiguousarray(given), tolerance=_CLOSE)
        result[:, here] = made.transpose(2, 1, 0)
    return result
