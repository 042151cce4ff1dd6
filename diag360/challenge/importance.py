"""Weight is not importance: what each indicator really does to the score of its need."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.interpolate import make_smoothing_spline

from diag360.scoring.scores import Scores

Array = npt.NDArray[np.float64]
LEAST = 100  # territories
_FEW = 8  # distinct scores below which each has its own mean
_STEPS = 200  # of the range: closer scores are one place, or the spline would be ill-posed


@dataclass(frozen=True, slots=True)
class Importance:
    """Weight of indicators against their importance, over territories.

    Parameters
    ----------
    table : DataFrame
        By indicator: need, weight (share in its need among the indicators judged, in [0, 1]),
        linear (R² of a straight line, in [0, 1]), ratio (correlation ratio: share of the variance
        of the need that goes when the indicator is known, in [0, 1]), share (ratio over the sum
        of the ratios of the need), common (territories).
    not_judged : tuple of str
        Indicators known in too few territories, or alone in their need.
    least : int
        Territories from which an indicator is judged.
    """

    table: pd.DataFrame
    not_judged: tuple[str, ...]
    least: int


def importance(scores: Scores, *, least: int = LEAST) -> Importance:
    """Compare the weight of each indicator with the correlation ratio it has with its need.

    S_i = V(E[R|s_i]) / V(R) (Paruolo, Saisana & Saltelli 2013,
    doi:10.1111/j.1467-985X.2012.01059.x), by a straight line and by a smooth curve, as Becker et
    al. (2017), doi:10.1016/j.ecolind.2017.03.056, propose.

    Parameters
    ----------
    scores : Scores
        Of many territories.
    least : int
        Territories from which an indicator is judged.

    Returns
    -------
    Importance
        Within each need, over the territories that know every indicator judged of the need: the
        score compared is the mean of these alone, so that what is missing here and there does not
        pass for importance. An indicator that would leave fewer than `least` such territories is
        set aside, the least known first.
    """
    rows: list[dict[str, object]] = []
    aside: list[str] = []
    known = scores.indicator_scores.where(scores.applicable)
    for need in scores.framework.needs:
        own = (scores.need_of == need.id) & (scores.weights > 0)
        judged, complete = _complete(known[known.columns[own]], least=least)
        aside += [str(name) for name in known.columns[own] if name not in judged]
        if len(judged) < 2:
            aside += judged
            continue
        weight = scores.weights[judged].to_numpy(dtype=float)
        weight = weight / weight.sum()
        values = complete[judged].to_numpy(dtype=float)
        whole = values @ weight
        ratios = [correlation_ratio(values[:, at], whole) for at in range(len(judged))]
        total = float(np.nansum(ratios))
        rows += [
            {
                "indicator": name, "need": need.id, "weight": weight[at],
                "linear": _linear(values[:, at], whole), "ratio": ratios[at],
                "share": ratios[at] / total if total > 0 else np.nan, "common": len(values),
            }
            for at, name in enumerate(judged)
        ]  # fmt: skip
    columns = ["indicator", "need", "weight", "linear", "ratio", "share", "common"]
    table = pd.DataFrame(rows, columns=columns).set_index("indicator")
    return Importance(table=table, not_judged=tuple(aside), least=least)


def correlation_ratio(x: Array, y: Array) -> float:
    """Share of the variance of y that is explained by x alone, along a smooth curve.

    Parameters
    ----------
    x, y : ndarray, shape (t,)
        Known values.

    Returns
    -------
    float
        In [0, 1]: the correlation ratio itself when x takes few values, else that of a smoothing
        spline whose bend is chosen by generalised cross-validation (Craven & Wahba 1979,
        doi:10.1007/BF01404567); 0 when x does not vary, NaN when y does not.
    """
    spread = float(np.var(y))
    if spread <= 1e-18:
        return float("nan")
    steps = np.round((x - x.min()) / max(float(np.ptp(x)), 1e-12) * _STEPS)
    places, at, count = np.unique(steps, return_inverse=True, return_counts=True)
    means = np.bincount(at, weights=y) / count
    if len(places) < 2:
        return 0.0
    curve = means
    if len(places) >= _FEW:
        curve = make_smoothing_spline(places, means, w=count.astype(float))(places)
    # Where a smooth curve does worse than a straight line, the line is the curve.
    left = float(np.sum(count * (means - curve) ** 2) + _within(y, means[at])) / len(y)
    return float(np.clip(max(1.0 - left / spread, _linear(x, y)), 0.0, 1.0))


def _within(y: Array, mean: Array) -> float:
    return float(np.sum((y - mean) ** 2))


def _linear(x: Array, y: Array) -> float:
    if np.var(x) <= 1e-18 or np.var(y) <= 1e-18:
        return 0.0 if np.var(y) > 1e-18 else float("nan")
    return float(np.corrcoef(x, y)[0, 1] ** 2)


def _complete(table: pd.DataFrame, *, least: int) -> tuple[list[str], pd.DataFrame]:
    """Indicators that enough territories know together, and those territories."""
    kept = [str(name) for name in table.columns if table[name].notna().sum() >= least]
    kept.sort(key=lambda name: -np.count_nonzero(table[name].notna()))
    # The least known goes first, until those that stay are known together often enough.
    while kept:
        rows = table[kept].dropna()
        if len(rows) >= least:
            return [str(name) for name in table.columns if name in kept], rows
        kept.pop()
    return [], table.iloc[:0]
