"""One line per indicator of a territory, ready to print: value, score, thresholds, provenance."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from diag360.catalogue.model import Indicator
from diag360.catalogue.scale import Scale
from diag360.catalogue.units import Unit, outside_range
from diag360.documents import text
from diag360.scoring.scales import resolve_endpoints
from diag360.scoring.scores import Scores


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold on the strip of an indicator: where it stands, in [0, 100], and what it is."""

    position: float
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator of a territory as it is printed."""

    indicator: Indicator
    need: str
    value: str
    score: float
    weight: float
    contribution: float
    status: str
    marks: tuple[Mark, ...]
    source: str
    source_url: str | None
    source_note: str
    year: str
    level: str
    quality: str
    comment: str
    ask: str
    impossible: bool
    exposure: bool
    asked: bool

    @property
    def known(self) -> bool:
        """Whether there is a score."""
        return not math.isnan(self.score)


def indicator_lines(scores: Scores, *, territory: str) -> list[Line]:
    """List every indicator of the framework for a territory, in the order of the catalogue.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.

    Returns
    -------
    list of Line
        Known and unknown indicators alike.
    """
    # Five blocks of a document list the same lines.
    if ("lines", territory) not in scores.kept:
        scores.kept["lines", territory] = _lines(scores, territory)
    return list(scores.kept["lines", territory])


def _lines(scores: Scores, territory: str) -> list[Line]:
    rows = scores.observations[scores.observations["territory"] == territory]
    given = {str(row["indicator"]): row for row in rows.to_dict("records")}
    contribution = scores.contributions(territory)["contribution"].to_dict()
    score = scores.indicator_scores.loc[territory].to_dict()
    weight = scores.weights.to_dict()
    asked = scores.asked.to_dict()
    return [
        _line(
            scores,
            scores.catalogue.indicators[str(name)],
            need=str(need),
            row=given.get(str(name), {}),
            score=float(score[name]),
            weight=float(weight[name]),
            contribution=float(contribution.get(name, math.nan)),
            asked=bool(asked[name]),
        )
        for name, need in scores.need_of.items()
    ]


def _line(
    scores: Scores,
    indicator: Indicator,
    *,
    need: str,
    row: Mapping[Hashable, Any],
    score: float,
    weight: float,
    contribution: float,
    asked: bool,
) -> Line:
    catalogue = scores.catalogue
    unit = catalogue.unit(indicator.id)
    raw = str(row.get("value", ""))
    amount = float(str(row.get("number", "nan")))
    source = catalogue.sources.get(str(row.get("source", "")))
    year = row.get("year")
    return Line(
        indicator=indicator,
        need=need,
        value=text.value_text(indicator, raw=raw, amount=amount, unit=unit) if raw else "",
        score=score,
        weight=weight,
        contribution=contribution,
        status=text.LABELS[str(row.get("status", "non_collecte"))],
        marks=_marks(indicator, unit, raw=raw, forced=scores.framework.interpolation is not None),
        source=source.label if source else str(row.get("source", "")),
        source_url=source.url if source else None,
        source_note=source.note.strip() if source else "",
        year="" if year is None or pd.isna(year) else str(year),
        level=text.LABELS.get(str(row.get("level", "")), ""),
        quality=str(row.get("quality", "")),
        comment=str(row.get("comment", "")),
        ask=catalogue.services[indicator.collection.service].label
        if indicator.collection.mode == "interne"
        else catalogue.sources[indicator.sources[0]].label,
        impossible=unit is not None and bool(outside_range(np.array([amount]), unit=unit)[0]),
        exposure=indicator.needs[scores.framework.id].use == "exposition",
        asked=asked,
    )


def _marks(indicator: Indicator, unit: Unit | None, *, raw: str, forced: bool) -> tuple[Mark, ...]:
    """Thresholds along the strip, by score; those the arithmetic does not use are left out."""
    scale = indicator.scale
    if unit is None:
        return tuple(
            Mark(100 * anchor.score, str(anchor.value).replace("'", "’"), str(anchor.value) == raw)
            for anchor in scale.anchors
        )
    if forced or scale.interpolation != "piecewise":
        low, high = _ends(scale)
        return (Mark(0.0, text.threshold(low, unit)), Mark(100.0, text.threshold(high, unit)))
    # A target in the middle gives the same score on both of its sides.
    values: dict[float, list[str]] = {}
    for anchor in sorted(scale.anchors, key=lambda anchor: float(anchor.value)):
        values.setdefault(anchor.score, []).append(text.threshold(float(anchor.value), unit))
    return tuple(Mark(100 * score, " ou ".join(values[score])) for score in sorted(values))


def _ends(scale: Scale) -> tuple[float, float]:
    return resolve_endpoints(at_0=scale.at(0.0), at_half=scale.at(0.5), at_1=scale.at(1.0))
