"""The thin layer that names: rows of values and records of the catalogue become arrays and back."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.model import Framework, Indicator, Tier, WeightScheme
from diag360.scoring import scales
from diag360.scoring.weights import product_of_coefficients

Array = npt.NDArray[np.float64]


def score_values(
    values: pd.DataFrame, *, indicators: list[Indicator], framework: Framework
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Spread rows over territories and indicators, and score every column.

    Parameters
    ----------
    values : DataFrame
        Rows from :func:`diag360.read_values`.
    indicators : list of Indicator
        Columns to fill, in this order; rows of other indicators are left aside.
    framework : Framework
        Its ``interpolation``, when given, replaces that of the scales.

    Returns
    -------
    number, scores, applicable : DataFrame, shape (t, n)
        Values [unit of each indicator], scores in [0, 1], and whether the indicator has a meaning.
    """
    ids = pd.Index([i.id for i in indicators], name="indicator")
    rows, territories = pd.factorize(values["territory"])
    columns = ids.get_indexer(pd.Index(values["indicator"]))
    kept = columns >= 0
    rows, columns = rows[kept], columns[kept]
    shape = (len(territories), len(ids))

    number = np.full(shape, np.nan)
    number[rows, columns] = values["number"].to_numpy(dtype=float)[kept]
    applicable = np.ones(shape, dtype=bool)
    applicable[rows, columns] = (values["status"] != "sans_objet").to_numpy()[kept]

    scores = _score_numbers(number, indicators, framework)
    words = values["value"].to_numpy(dtype=object)[kept]
    for position, indicator in enumerate(indicators):
        if indicator.response.choices:
            score_of = {anchor.value: anchor.score for anchor in indicator.scale.anchors}
            here = np.flatnonzero(columns == position)
            scores[rows[here], position] = [score_of.get(words[row], np.nan) for row in here]
    index = pd.Index(territories, name="territory")
    number_frame, score_frame, applicable_frame = (
        pd.DataFrame(array, index=index, columns=ids) for array in (number, scores, applicable)
    )
    return number_frame, score_frame, applicable_frame


def score_of(indicator: Indicator, value: float | str) -> float:
    """Score one value [unit of the indicator] or one answer with the indicator's own scale.

    Parameters
    ----------
    indicator : Indicator
        Its scale is used as written, whatever a framework replaces.
    value : float or str
        Number, or a word of the vocabulary.

    Returns
    -------
    float
        Score in [0, 1]; NaN for an answer outside the vocabulary.
    """
    if indicator.response.choices:
        return next((a.score for a in indicator.scale.anchors if a.value == value), float("nan"))
    if isinstance(value, str):
        return float("nan")
    return float(score_numbers(np.array([value], dtype=float), indicator=indicator)[0])


def score_numbers(values: Array, *, indicator: Indicator) -> Array:
    """Score numbers [unit of the indicator] with the indicator's own scale.

    Parameters
    ----------
    values : ndarray
        NaN where missing.
    indicator : Indicator
        Answered by a number.

    Returns
    -------
    ndarray
        Scores in [0, 1], NaN where the value is.
    """
    scale = indicator.scale
    if scale.interpolation != "endpoints":
        return _bent(values, indicator)
    x0, x1 = scales.resolve_endpoints(at_0=scale.at(0.0), at_half=scale.at(0.5), at_1=scale.at(1.0))
    return scales.endpoints(values, x0=x0, x1=x1)


def _score_numbers(number: Array, indicators: list[Indicator], framework: Framework) -> Array:
    """Score the columns answered by a number; the others stay missing."""
    ends = np.full((2, len(indicators)), np.nan)
    special: list[int] = []
    for position, indicator in enumerate(indicators):
        scale = indicator.scale
        if indicator.response.choices:
            continue
        if (framework.interpolation or scale.interpolation) == "endpoints":
            ends[:, position] = scales.resolve_endpoints(
                at_0=scale.at(0.0), at_half=scale.at(0.5), at_1=scale.at(1.0)
            )
        else:
            special.append(position)
    scores = scales.endpoints(number, x0=ends[0], x1=ends[1])
    for position in special:
        scores[:, position] = _bent(number[:, position], indicators[position])
    return scores


def _bent(number: Array, indicator: Indicator) -> Array:
    scale = indicator.scale
    if scale.interpolation == "exponential":
        x0, x1 = scale.at(0.0), scale.at(1.0)
        if x0 is None or x1 is None or scale.k is None:
            msg = f"{indicator.id}: an exponential scale needs two ends and k"
            raise ValueError(msg)
        return scales.exponential(number, x0=x0, x1=x1, k=scale.k)
    return scales.piecewise(
        number,
        anchor_values=np.array([float(a.value) for a in scale.anchors]),
        anchor_scores=np.array([a.score for a in scale.anchors]),
    )


def scheme_weights(
    scheme: WeightScheme, *, indicators: list[Indicator], framework: Framework
) -> pd.Series:
    """Weight of each indicator under a scheme.

    Parameters
    ----------
    scheme : WeightScheme
        Coefficients, then exceptions per indicator.
    indicators : list of Indicator
        Indicators to weigh.
    framework : Framework
        Gives the category of the need, and which indicators only inform exposure.

    Returns
    -------
    Series
        Weights ≥ 0; 0 for indicators of exposure.
    """
    category = {need.id: need.category for need in framework.needs}
    factors = scheme.coefficients
    product = product_of_coefficients(
        np.array(
            [factors.category.get(category[i.needs[framework.id].primary], 1.0) for i in indicators]
        ),
        np.array([factors.kind.get(i.kind, 1.0) for i in indicators]),
        np.array(
            [
                factors.response.get("declare" if i.response.choices else "quantitatif", 1.0)
                for i in indicators
            ]
        ),
        np.array([factors.basis.get(i.scale.basis, 1.0) for i in indicators]),
    )
    weights = pd.Series(product, index=[i.id for i in indicators], name="weight")
    for name, weight in scheme.indicators.items():
        if name in weights.index:
            weights[name] = weight
    out = [i.id for i in indicators if i.needs[framework.id].use == "exposition"]
    weights[out] = 0.0
    return weights


def asked_for(indicators: list[Indicator], *, tier: Tier) -> pd.Series:
    """Tell which indicators a tier asks for.

    Parameters
    ----------
    indicators : list of Indicator
        Indicators of a framework.
    tier : {"flash", "standard", "expert"}
        ``expert`` asks for all; the two others for the standard set, which holds the flash one.

    Returns
    -------
    Series of bool
        By indicator id.
    """
    asked = [tier == "expert" or i.tier != "expert" for i in indicators]
    return pd.Series(asked, index=[i.id for i in indicators], name="asked", dtype=bool)
