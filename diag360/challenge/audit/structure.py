"""Headings 4 and 5: columns that go together, scales that still tell territories apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from diag360.catalogue.model import Indicator
from diag360.challenge.audit.checks import (
    Check,
    Kind,
    Reason,
    cell,
    check,
    known_scores,
    needs_of,
    not_applicable,
    why_unknown,
)
from diag360.challenge.audit.data import nodes
from diag360.challenge.audit.statistics import (
    STILL,
    Components,
    cronbach_alpha,
    principal_components,
    shape_of,
    share_at_ends,
)
from diag360.challenge.redundancy import Redundancy
from diag360.scoring.scores import Scores

KURTOSIS = 3.5


@dataclass(frozen=True, slots=True)
class Structure:
    """Matrices behind heading 4.

    Parameters
    ----------
    needs : DataFrame, shape (n, n)
        Correlations of the determined scores of needs; NaN when too few territories have both.
    components : mapping of str to Components
        By node, « kind:id ».
    """

    needs: pd.DataFrame
    components: Mapping[str, Components]


def structure(scores: Scores, *, least: int) -> Structure:
    """Correlate needs, and take principal components wherever three columns allow it."""
    table = determined_scores(scores)
    varying = table.max() - table.min() > STILL
    matrix = table.corr(min_periods=least)
    matrix = matrix.where(np.logical_and.outer(varying.to_numpy(), varying.to_numpy()))
    found = {}
    for kind, node, columns in _items(scores, least=least):
        if columns is not None and columns.shape[1] >= 3:
            found[f"{kind}:{node}"] = principal_components(columns)
    return Structure(needs=matrix, components=found)


def determined_scores(scores: Scores) -> pd.DataFrame:
    """Scores of needs, NaN where too little is known for them to be printed."""
    return scores.needs.score.where(scores.determined)


def _items(scores: Scores, *, least: int) -> Iterator[tuple[Kind, str, pd.DataFrame | None]]:
    """Columns judged together: indicators of a need or an objective, needs of a category or all."""
    known, needs = known_scores(scores), determined_scores(scores)
    for kind, node, names in nodes(scores):
        if kind in ("need", "objective"):
            yield kind, node, _complete(known[names], least=least)
            continue
        held = [need.id for need in scores.framework.needs
                if kind == "whole" or need.category == node]  # fmt: skip
        yield kind, node, _complete(needs[held], least=least)


def _complete(table: pd.DataFrame, *, least: int) -> pd.DataFrame | None:
    """Varying columns that enough rows know together, the least known given up first."""
    kept = [name for name in table if table[name].notna().sum() >= least]
    kept.sort(key=lambda name: -np.count_nonzero(table[name].notna()))
    while kept:
        rows = table[kept].dropna()
        if len(rows) >= least:
            varying = [name for name in table.columns if name in kept
                       and rows[name].max() - rows[name].min() > STILL]  # fmt: skip
            return rows[varying] if varying else None
        kept.pop()
    return None


def multivariate_checks(
    scores: Scores, *, redundant: Redundancy, found: Structure
) -> Iterator[Check]:
    """Heading 4: correlations of indicators and of needs, alpha, principal components."""
    known = known_scores(scores)
    own = needs_of(scores)
    for name in known.columns:
        yield from _correlations(scores, str(name), known, redundant, own)
    for kind, node, columns in _items(scores, least=redundant.least):
        rows = 0 if columns is None else len(columns)
        size = 0 if columns is None else columns.shape[1]
        few: Reason = "peu_de_territoires" if not size else "un_seul"
        if columns is None or size < 2:
            yield not_applicable("alpha", kind, node, few, territories=rows)
        else:
            yield _alpha(kind, node, columns)
        parts = found.components.get(f"{kind}:{node}")
        if parts is None:
            reason: Reason = few if size < 2 else "deux_seuls"
            for rule in ("premiere_composante", "dimensions", "signes"):
                yield not_applicable(rule, kind, node, reason, territories=rows)
            continue
        against = [n for n, value in zip(parts.names, parts.loadings, strict=True) if value < 0]
        said: dict[str, float | str] = {"items": size, "against": ", ".join(against)}
        yield check("premiere_composante", kind, node, parts.first_share, territories=rows,
                    details=said)  # fmt: skip
        yield check("dimensions", kind, node, parts.above_one, territories=rows, details=said)
        yield check("signes", kind, node, len(against), territories=rows, details=said)
    for need in found.needs.columns:
        others = found.needs[need].drop(need).dropna()
        rules = (("besoins_confondus", others.idxmax), ("besoins_opposes", others.idxmin))
        for rule, at in rules:
            if others.empty:
                yield not_applicable(rule, "need", str(need), "indetermine")
                continue
            other = str(at())
            yield check(rule, "need", str(need), float(others[other]), details={"other": other},
                        territories=_both(scores, str(need), other))  # fmt: skip


def _alpha(kind: Kind, node: str, columns: pd.DataFrame) -> Check:
    rows, size = columns.shape
    alpha = cronbach_alpha(columns.to_numpy(dtype=float), standardised=True)
    if np.isnan(alpha):  # columns that cancel one another
        return not_applicable("alpha", kind, node, "ne_varie_pas", territories=rows)
    return check("alpha", kind, node, alpha, territories=rows, details={"items": size})


def _both(scores: Scores, first: str, second: str) -> int:
    return int((scores.determined[first] & scores.determined[second]).sum())


def _correlations(
    scores: Scores, name: str, known: pd.DataFrame, redundant: Redundancy,
    own: Mapping[str, list[str]],
) -> Iterator[Check]:  # fmt: skip
    rules = ("coherence", "contraire", "doublon", "ailleurs")
    reason = _silent(scores, name, known, least=redundant.least)
    if reason:
        for rule in rules:
            yield not_applicable(rule, "indicator", name, reason)
        return
    need = str(scores.need_of[name])
    beside = redundant.correlations.loc[name, own[need]].drop(name).dropna().astype(float)
    anyone = redundant.correlations.loc[name].drop(name).dropna().astype(float)
    rows = int(cell(redundant.fit, name, "common"))
    inside = cell(redundant.fit, name, "own")
    if np.isnan(inside):
        yield not_applicable("coherence", "indicator", name, "un_seul")
    else:
        yield check("coherence", "indicator", name, inside, territories=rows)
    for rule, others in (("contraire", beside), ("doublon", anyone)):
        if others.empty:
            yield not_applicable(rule, "indicator", name, "un_seul")
            continue
        other = str(others.idxmin() if rule == "contraire" else others.idxmax())
        common = int(cell(redundant.common, name, other))
        r = cell(redundant.correlations, name, other)
        yield check(rule, "indicator", name, r, territories=common, details={"other": other})
    best = cell(redundant.fit, name, "best")
    if np.isnan(inside) or np.isnan(best):
        yield not_applicable("ailleurs", "indicator", name, "un_seul")
    else:
        details: dict[str, float | str] = {
            "other": str(redundant.fit["best_need"].to_dict()[name]), "own": inside, "best": best,
        }  # fmt: skip
        yield check("ailleurs", "indicator", name, inside - best, territories=rows,
                    details=details)  # fmt: skip


def _silent(scores: Scores, name: str, known: pd.DataFrame, *, least: int) -> Reason:
    """Why nothing can be said of a column; empty when something can."""
    values = known[name].dropna()
    if values.empty:
        return why_unknown(scores, name)
    if values.max() - values.min() <= STILL:
        return "ne_varie_pas"
    return "peu_de_territoires" if len(values) < least else ""


def scale_checks(scores: Scores, *, least: int) -> Iterator[Check]:
    """Heading 5: spread of scores, ends of scales, shape of values, direction of scales."""
    known = known_scores(scores)
    for column in known.columns:
        name = str(column)
        own = known[name].dropna()
        rows = len(own)
        if not rows:
            reason = why_unknown(scores, name)
            for rule in ("constante", "plancher", "plafond", "etirement", "sens"):
                yield not_applicable(rule, "indicator", name, reason)
            continue
        record = scores.catalogue.indicators[name]
        if rows < least:
            yield not_applicable("constante", "indicator", name, "peu_de_territoires",
                                 territories=rows)  # fmt: skip
        else:
            spread = float(own.max() - own.min())
            yield check("constante", "indicator", name, spread, territories=rows)
        yield from _ends(name, own, record, least=least)
        yield from _shape(name, scores.number[name].reindex(own.index), own, record, least=least)


def _ends(name: str, own: pd.Series, record: Indicator, *, least: int) -> Iterator[Check]:
    still = own.max() - own.min() <= STILL
    for rule, share in zip(("plancher", "plafond"), share_at_ends(own), strict=True):
        reason: Reason = ""
        if record.response.choices:
            reason = "mots"
        elif still:
            reason = "ne_varie_pas"
        elif len(own) < least:
            reason = "peu_de_territoires"
        if reason:
            yield not_applicable(rule, "indicator", name, reason, territories=len(own))
        else:
            yield check(rule, "indicator", name, share, territories=len(own))


def _shape(
    name: str, number: pd.Series, own: pd.Series, record: Indicator, *, least: int
) -> Iterator[Check]:
    skewness, kurtosis = shape_of(number)
    reason: Reason = ""
    if record.response.choices:
        reason = "mots"
    elif len(own) < least:
        reason = "peu_de_territoires"
    elif np.isnan(skewness):
        reason = "ne_varie_pas"
    if reason:
        yield not_applicable("etirement", "indicator", name, reason, territories=len(own))
    else:
        found = check(
            "etirement", "indicator", name, abs(skewness), territories=len(own),
            details={"skewness": skewness, "kurtosis": kurtosis},
        )  # fmt: skip
        # Both must be passed: a long tail with no far value is no reason to worry.
        yield found if kurtosis >= KURTOSIS else replace(found, verdict="pass")
    if not reason and (own.max() - own.min() <= STILL):
        reason = "ne_varie_pas"
    way = 0 if reason else direction(record)
    if reason or not way:
        yield not_applicable("sens", "indicator", name, reason or "deux_sens",
                             territories=len(own))  # fmt: skip
        return
    rho = float(number.corr(own, method="spearman"))
    yield check("sens", "indicator", name, way * rho, territories=len(own))


def direction(indicator: Indicator) -> int:
    """Way of a numeric scale: 1 when more is better, -1 when less is, 0 when it turns."""
    anchors = sorted((float(a.value), float(a.score)) for a in indicator.scale.anchors)
    steps = np.diff([score for _, score in anchors])
    if (steps >= 0).all():
        return 1
    return -1 if (steps <= 0).all() else 0
