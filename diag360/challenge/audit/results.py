"""Headings 6, 8 and 9: what weights and means do, what drives the extremes, what it restates."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from diag360.challenge.audit.checks import (
    Check,
    Reason,
    cell,
    check,
    counted,
    known_scores,
    needs_of,
    not_applicable,
    why_unknown,
)
from diag360.challenge.audit.statistics import extreme_gap, rank_shift
from diag360.challenge.audit.structure import determined_scores
from diag360.challenge.importance import Importance
from diag360.challenge.redundancy import repeated_questions
from diag360.scoring.aggregate import aggregate
from diag360.scoring.scores import Scores

WEAKEST = 3


def weight_checks(scores: Scores, *, judged: Importance) -> Iterator[Check]:
    """Heading 6: importance against weight, dominant indicators, geometric mean, repetitions."""
    known = known_scores(scores)
    for name in known.columns:
        if name in judged.table.index and np.isfinite(cell(judged.table, name, "share")):
            details: dict[str, float | str] = {
                column: cell(judged.table, name, column) for column in ("weight", "ratio", "share")
            }
            times = cell(judged.table, name, "share") / cell(judged.table, name, "weight")
            rows = int(cell(judged.table, name, "common"))
            yield check("importance", "indicator", str(name), times, territories=rows,
                        details=details)  # fmt: skip
        else:
            empty = known[name].isna().all()
            reason: Reason = why_unknown(scores, str(name)) if empty else "un_seul"
            yield not_applicable("importance", "indicator", str(name), reason)
    other = _geometric(scores)
    plain = determined_scores(scores)
    for need, names in needs_of(scores).items():
        yield from _need(scores, need, names, plain[need], other[need])
    kept = plain.notna().sum(axis=1) > WEAKEST
    if not kept.any():
        yield not_applicable("compensation_conclusion", "whole", scores.framework.id,
                             "indetermine")  # fmt: skip
    else:
        first, second = (weakest(table[kept]) for table in (plain, other.where(plain.notna())))
        same = float((first == second).all(axis=1).mean())
        yield check("compensation_conclusion", "whole", scores.framework.id, same,
                    territories=int(kept.sum()))  # fmt: skip
    repeated = repeated_questions(scores)
    copies = sum(len(one.indicators) - 1 for one in repeated)
    most = repeated[0].label if repeated else ""
    times = len(repeated[0].indicators) if repeated else 0
    yield check("repetition", "whole", scores.framework.id,
                copies / max(1, len(counted(scores))),
                details={"most": most, "times": times})  # fmt: skip


def weakest(table: pd.DataFrame, *, k: int = WEAKEST) -> pd.DataFrame:
    """Whether each need is among the k lowest of its row; the first of equals counts."""
    return table.rank(axis=1, method="first") <= k


def _geometric(scores: Scores) -> pd.DataFrame:
    needs = [need.id for need in scores.framework.needs]
    found = aggregate(
        scores.indicator_scores.to_numpy(dtype=float),
        weights=scores.weights.to_numpy(dtype=float),
        groups=scores.need_of.to_numpy()[:, np.newaxis] == np.array(needs),
        applicable=scores.applicable.to_numpy(dtype=bool),
        kind="geometric",
    )
    return pd.DataFrame(found.score, index=scores.indicator_scores.index, columns=needs)


def _need(
    scores: Scores, need: str, names: list[str], plain: pd.Series, other: pd.Series
) -> Iterator[Check]:
    kept = plain.notna()
    rows = int(kept.sum())
    if not rows:
        for rule in ("dominant", "compensation"):
            yield not_applicable(rule, "need", need, "indetermine")
        return
    inside = scores.indicator_scores.loc[kept, names].notna() & scores.applicable.loc[kept, names]
    weights = inside.astype(float) * scores.weights[names]
    shares = weights.div(weights.sum(axis=1), axis=0)
    if len(names) < 2:
        for rule in ("dominant", "compensation"):
            yield not_applicable(rule, "need", need, "un_seul", territories=rows)
        return
    top = str(shares.mean().idxmax())
    yield check("dominant", "need", need, float(shares.max(axis=1).median()), territories=rows,
                details={"other": top})  # fmt: skip
    if plain[kept].max() - plain[kept].min() <= 1e-9 or int(inside.any().sum()) < 2:
        yield not_applicable("compensation", "need", need, "ne_varie_pas", territories=rows)
        return
    yield check("compensation", "need", need, rank_shift(plain[kept], other[kept]),
                territories=rows,
                details={"zeros": float((other[kept] <= 1e-12).mean())})  # fmt: skip


def driver_checks(scores: Scores, *, least: int) -> Iterator[Check]:
    """Heading 8: the share of each indicator in the gap between the extreme deciles."""
    for need, gap in drivers(scores, least=least).items():
        if isinstance(gap, str):
            yield not_applicable("moteur", "need", need, gap)
            continue
        top = str(gap.idxmax())
        against = [str(name) for name in gap.index[gap < -1e-9]]
        details: dict[str, float | str] = {
            "other": top, "gap": float(gap.sum()), "against": ", ".join(against),
            "items": len(gap),
        }  # fmt: skip
        rows = int(scores.determined[need].sum())
        yield check("moteur", "need", need, float(gap[top] / gap.sum()), territories=rows,
                    details=details)  # fmt: skip


def drivers(scores: Scores, *, least: int) -> dict[str, pd.Series | Reason]:
    """Split the gap between the extreme deciles of each need into its indicators.

    Returns
    -------
    dict of str to Series or str
        By need, the contributions to the gap, which sum to it; or why there are none.
    """
    made: dict[str, pd.Series | Reason] = {}
    for need, names in needs_of(scores).items():
        kept = scores.determined[need].to_numpy(dtype=bool)
        own = scores.indicator_scores.loc[kept, names].where(scores.applicable.loc[kept, names])
        own = own[own.columns[own.notna().any()]]
        if not kept.any():
            made[need] = "indetermine"
        elif kept.sum() < least:
            made[need] = "peu_de_territoires"
        elif own.shape[1] < 3:
            made[need] = "un_seul" if own.shape[1] < 2 else "deux_seuls"
        else:
            weights = own.notna().astype(float) * scores.weights[own.columns]
            parts = own.fillna(0.0) * weights.div(weights.sum(axis=1), axis=0)
            gap = extreme_gap(parts)
            made[need] = gap if gap.sum() > 1e-9 else "ne_varie_pas"
    return made


def link_checks(scores: Scores, *, territories: pd.DataFrame | None, least: int) -> Iterator[Check]:
    """Heading 9: what the needs restate of the size of territories; what nobody can compare."""
    table = determined_scores(scores)
    for rule in ("densite", "population"):
        known = territories is not None and rule in territories
        other = (
            territories[rule].reindex(table.index) if known and territories is not None else None
        )
        for need in table.columns:
            both = table[need].notna() & (other.notna() if other is not None else False)
            reason: Reason = ""
            if other is None:
                reason = "sans_population"
            elif table[need].notna().sum() == 0:
                reason = "indetermine"
            elif both.sum() < least:
                reason = "peu_de_territoires"
            elif table.loc[both, need].max() - table.loc[both, need].min() <= 1e-9:
                reason = "ne_varie_pas"
            if reason or other is None:
                yield not_applicable(rule, "need", str(need), reason, territories=int(both.sum()))
                continue
            rho = float(table.loc[both, need].corr(other[both], method="spearman"))
            yield check(rule, "need", str(need), abs(rho), territories=int(both.sum()),
                        details={"signed": rho})  # fmt: skip
    yield not_applicable("resultat", "whole", scores.framework.id, "pas_livre")
