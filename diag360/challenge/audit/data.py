"""Headings 1 to 3: what is defined, what is known, what the unknown leaves open."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from diag360.catalogue.model import Indicator, Need
from diag360.challenge.audit.checks import (
    Check,
    Kind,
    check,
    counted,
    known_scores,
    needs_of,
    not_applicable,
    why_unknown,
)
from diag360.scoring.scores import Scores

COARSE = ("departement", "region", "france")
BORDERS = (0.2, 0.4, 0.6, 0.8)


def framework_checks(scores: Scores) -> Iterator[Check]:
    """Heading 1: definitions, indicators of state and of action, what has been tried."""
    framework = scores.framework
    written = [bool(framework.description), bool(framework.origin)]
    yield check("definition", "whole", framework.id, float(np.mean(written)))
    records = scores.catalogue.indicators
    for need in framework.needs:
        yield check("definition", "need", need.id, _defined(need))
    for need_id, names in needs_of(scores).items():
        own = [records[name] for name in names]
        for kind in ("etat", "action"):
            held = sum(one.kind == kind for one in own)
            yield check(kind, "need", need_id, held)
        weight = scores.weights[names]
        if not names:
            yield not_applicable("eprouve", "need", need_id, "pas_demande")
            continue
        proven = [one.status == "eprouve" for one in own]
        yield check("eprouve", "need", need_id, float(weight[proven].sum() / weight.sum()))
    for name in counted(scores):
        yield check("fiche", "indicator", name, _written(records[name]))


def _defined(need: Need) -> float:
    functions = need.functions
    texts = [need.description]
    texts += [functions.roles, functions.structures, functions.properties] if functions else [""]
    return float(np.mean([bool(words.strip()) for words in texts]))


def _written(indicator: Indicator) -> float:
    texts = [indicator.definition, indicator.rationale, indicator.limits,
             indicator.scale.justification]  # fmt: skip
    return float(np.mean([bool(words.strip()) for words in texts]))


def coverage_of_territories(scores: Scores) -> pd.Series:
    """Share of the applicable weight of all counted indicators that each territory knows."""
    return _coverage(scores, counted(scores))


def data_checks(scores: Scores) -> Iterator[Check]:
    """Heading 2: coverage against 65 %, age, proxies, levels."""
    known = known_scores(scores)
    total = len(known)
    rows = scores.observations[scores.observations["indicator"].isin(known.columns)]
    rows = rows[rows["value"].notna() & (rows["value"] != "")]
    groups = {str(name): part for name, part in rows.groupby("indicator")}
    year = int(str(scores.catalogue.settings.date)[:4])
    for name in known.columns:
        applies = int(scores.applicable[name].sum())
        if not known[name].notna().any():
            reason = why_unknown(scores, name)
            if reason == "interne" or not applies:
                yield not_applicable("couverture", "indicator", name, reason, territories=total)
            else:
                yield check("couverture", "indicator", name, 0.0, territories=total)
            continue
        covered = float(known[name].notna().sum() / applies)
        yield check("couverture", "indicator", name, covered, territories=applies)
        yield from _quality(name, groups.get(name, rows.iloc[:0]), year=year)
    for kind, node, names in nodes(scores):
        if names:
            middle = float(_coverage(scores, names).median())
            detail = _determined(scores, node) if kind == "need" else {}
            yield check("couverture", kind, node, middle, territories=total, details=detail)
        else:
            yield not_applicable("couverture", kind, node, "pas_demande")
    share = coverage_of_territories(scores)
    enough = float((share >= scores.catalogue.settings.coverage_floor - 1e-12).mean())
    details: dict[str, float | str] = {"low": float(share.min()), "middle": float(share.median())}
    whole = scores.framework.id
    yield check("couverture_territoires", "whole", whole, enough, territories=total,
                details=details)  # fmt: skip
    some = float(known.notna().any().mean())
    details = {"known": int(known.notna().any().sum()), "asked": known.shape[1]}
    yield check("auditables", "whole", whole, some, territories=total, details=details)


def _quality(name: str, rows: pd.DataFrame, *, year: int) -> Iterator[Check]:
    count = len(rows)
    for rule, column in (("age", "year"), ("approximation", "quality"), ("echelle", "level")):
        said = rows[column].dropna() if column in rows else rows.iloc[:, 0].iloc[:0]
        said = said[said.astype("str") != ""]
        if said.empty:
            yield not_applicable(rule, "indicator", name, "pas_livre", territories=count)
            continue
        if rule == "age":
            value = year - float(said.astype(float).median())
        elif rule == "approximation":
            value = float((said == "proxy").mean())
        else:
            value = float(said.isin(COARSE).mean())
        yield check(rule, "indicator", name, value, territories=count)


def _determined(scores: Scores, need: str) -> dict[str, float | str]:
    return {"determined": int(scores.needs.determined[need].sum())}


def nodes(scores: Scores) -> Iterator[tuple[Kind, str, list[str]]]:
    """Needs, objectives, categories and the whole, each with its counted indicators."""
    records = scores.catalogue.indicators
    own = needs_of(scores)
    for need, names in own.items():
        yield "need", need, names
    for objective in scores.objectives:
        yield "objective", objective, [n for n in counted(scores)
                                       if records[n].objective == objective]  # fmt: skip
    for category in scores.framework.categories:
        held = [need.id for need in scores.framework.needs if need.category == category]
        yield "category", category, [name for need in held for name in own[need]]
    yield "whole", scores.framework.id, counted(scores)


def _coverage(scores: Scores, names: list[str]) -> pd.Series:
    weights = scores.weights[names]
    applies = scores.applicable[names]
    known = scores.indicator_scores[names].notna() & applies
    total = applies.astype(float) @ weights
    return (known.astype(float) @ weights / total.where(total > 0)).astype(float)


def missing_checks(scores: Scores, *, population: pd.Series | None, least: int) -> Iterator[Check]:
    """Heading 3: how much is missing, whether at random, and what it leaves open.

    Parameters
    ----------
    scores : Scores
        Of many territories.
    population : Series, optional
        Inhabitants by territory.
    least : int
        Territories from which a correlation is taken.
    """
    known = known_scores(scores)
    applies = scores.applicable[known.columns]
    total = len(known)
    filled = float(known.notna().to_numpy().sum() / max(1, applies.to_numpy().sum()))
    yield check("remplissage", "whole", scores.framework.id, filled, territories=total)
    size = None if population is None else population.reindex(known.index)
    for name in known.columns:
        yield _at_random(name, known[name], applies[name], size, least=least, scores=scores)
    needs = scores.needs
    for need in needs.score.columns:
        width = (needs.high[need] - needs.low[need]).dropna()
        if width.empty:
            yield not_applicable("intervalle", "need", need, "pas_demande")
        else:
            yield check("intervalle", "need", need, float(width.median()), territories=len(width))
        yield _uncertain_class(scores, need)


def _at_random(
    name: str, own: pd.Series, applies: pd.Series, size: pd.Series | None, *, least: int,
    scores: Scores,
) -> Check:  # fmt: skip
    asked = applies.astype(bool)
    absent = own[asked].isna().astype(float)
    if absent.all():
        return not_applicable("hasard", "indicator", name, why_unknown(scores, name))
    if not absent.any():
        return not_applicable("hasard", "indicator", name, "complet", territories=int(asked.sum()))
    if size is None:
        return not_applicable("hasard", "indicator", name, "sans_population")
    inhabitants = np.log(size[asked]).dropna()
    absent = absent[inhabitants.index]
    few = min(absent.sum(), len(absent) - absent.sum()) < 10 or len(absent) < least
    if few or inhabitants.max() - inhabitants.min() <= 1e-9:
        return not_applicable("hasard", "indicator", name, "peu_de_territoires",
                              territories=len(absent))  # fmt: skip
    r = float(absent.corr(inhabitants))
    return check("hasard", "indicator", name, abs(r), territories=len(absent),
                 details={"signed": r, "absent": float(absent.mean())})  # fmt: skip


def _uncertain_class(scores: Scores, need: str) -> Check:
    determined = scores.needs.determined[need].to_numpy(dtype=bool)
    if not determined.any():
        return not_applicable("classe_incertaine", "need", need, "indetermine")
    ends = [frame[need].to_numpy(dtype=float)[determined]
            for frame in (scores.needs.low, scores.needs.high)]  # fmt: skip
    low, high = (np.searchsorted(BORDERS, end, side="right") for end in ends)
    complete = scores.needs.coverage[need].to_numpy(dtype=float)[determined] >= 1 - 1e-12
    moving = float(np.mean((low != high) & ~complete))
    return check("classe_incertaine", "need", need, moving, territories=int(determined.sum()),
                 details={"incomplete": float(np.mean(~complete))})  # fmt: skip
