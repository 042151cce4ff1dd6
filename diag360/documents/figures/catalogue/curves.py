"""Bornage drawn: how a value becomes a score, for one indicator or for the reader's own anchors."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diag360.catalogue.model import Catalogue, Indicator
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.scoring import scales
from diag360.scoring.matrices import score_numbers

Array = npt.NDArray[np.float64]
_POINTS = 201
_MARGIN = 0.12  # of the span of the anchors, left on both sides


def indicator_curve(
    indicator: Indicator,
    *,
    catalogue: Catalogue,
    values: Array,
    marked: float | None = None,
    called: str = "l’exemple de lecture",
) -> Fragment:
    """Draw the curve of an indicator over the distribution of its values.

    Parameters
    ----------
    indicator : Indicator
        Answered by a number.
    catalogue : Catalogue
        Gives the unit.
    values : ndarray
        Known values over the territories [unit of the indicator]; may be empty.
    marked : float, optional
        Value to mark [unit of the indicator].
    called : str
        What the marked value is.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of its thresholds.

    Raises
    ------
    ValueError
        When the indicator is answered by a word.
    """
    unit = catalogue.unit(indicator.id)
    if unit is None:
        msg = f"{indicator.id}: answered by a word, it has no curve"
        raise ValueError(msg)
    anchors = [float(anchor.value) for anchor in indicator.scale.anchors]
    shown = np.concatenate([anchors, *([np.quantile(values, [0.01, 0.99])] if values.size else [])])
    low, high = _margins(shown)
    if unit.minimum is not None:
        low = max(low, unit.minimum)
    if unit.maximum is not None:
        high = min(high, unit.maximum)
    grid = np.linspace(low, high, _POINTS)
    with rc_context(drawing.STYLE):
        figure, axes = _axes()
        if values.size:
            inside = values[(values >= low) & (values <= high)]
            behind = axes.twinx()
            sns.histplot(
                x=inside * unit.factor, bins=30, ax=behind, color=drawing.PALE_GREY, linewidth=0
            )
            behind.set_axis_off()
            axes.set_zorder(behind.get_zorder() + 1)
            axes.patch.set_visible(False)
        axes.plot(
            grid * unit.factor, 100 * score_numbers(grid, indicator=indicator), color=drawing.BLUE
        )
        used = [(a, s) for a, s in _anchor_points(indicator) if low <= a <= high]
        axes.scatter([a * unit.factor for a, _ in used], [100 * s for _, s in used],
                     color=drawing.BLUE, s=22, zorder=4, clip_on=False)  # fmt: skip
        if marked is not None:
            at = float(score_numbers(np.array([marked]), indicator=indicator)[0])
            _mark(axes, marked * unit.factor, 100 * at)
        axes.set(xlim=(low * unit.factor, high * unit.factor), xlabel=unit.symbol or unit.label)
        axes.xaxis.set_major_formatter(lambda x, _: text.number(x, decimals=_decimals(x)))
    table = pd.DataFrame(
        {
            "Seuil": [text.threshold(float(a.value), unit) for a in indicator.scale.anchors],
            "Score": [text.score(a.score) for a in indicator.scale.anchors],
        }
    )
    thresholds = " ; ".join(f"{row.Seuil} vaut {row.Score}" for row in table.itertuples())
    return drawing.as_image(
        figure,
        alt=f"Courbe de « {indicator.label} » : {thresholds}.",
        caption=_distribution(values, indicator, catalogue)
        + (f" Losange : {called}." if marked is not None else ""),
        table=table,
    )


def bornage(
    *, at_0: float, at_half: float, at_1: float, k: float = 3.0, value: float | None = None
) -> Fragment:
    """Draw the three interpolations between the reader's own anchors.

    Parameters
    ----------
    at_0, at_half, at_1 : float
        Values that score 0, 50 and 100; the first and the last differ, the middle lies between.
    k : float
        Bend of the exponential; 0 is the straight line.
    value : float, optional
        Value to follow on the three curves.

    Returns
    -------
    Fragment
        Image with the table of the three scores of `value`, or of the middle anchor.
    """
    low, high = _margins(np.array([at_0, at_1]))
    grid = np.linspace(low, high, _POINTS)
    followed = at_half if value is None else value

    def curves(x: Array) -> dict[str, Array]:
        order = np.argsort([at_0, at_half, at_1])
        return {
            "endpoints : une droite de 0 à 100": scales.endpoints(x, x0=at_0, x1=at_1),
            "piecewise : par toutes les ancres": scales.piecewise(
                x,
                anchor_values=np.array([at_0, at_half, at_1])[order],
                anchor_scores=np.array([0.0, 0.5, 1.0])[order],
            ),
            f"exponential : courbée, k = {text.number(k, decimals=1)}": scales.exponential(
                x, x0=at_0, x1=at_1, k=k
            ),
        }

    with rc_context(drawing.STYLE):
        figure, axes = _axes(height=2.9, top=0.8)
        styles = zip(
            curves(grid).items(), (drawing.BLUE, drawing.ORANGE, drawing.INK), ("-", "--", ":"),
            strict=True,
        )  # fmt: skip
        for (name, scores), colour, dash in styles:
            axes.plot(grid, 100 * scores, color=colour, linestyle=dash, label=name)
        axes.axvline(followed, color=drawing.GREY, linewidth=0.8)
        axes.set(xlim=(low, high), xlabel="valeur")
        axes.xaxis.set_major_formatter(lambda x, _: text.number(x, decimals=_decimals(x)))
        figure.legend(loc="upper left", frameon=False, fontsize=8)
    found = {name: float(s[0]) for name, s in curves(np.array([followed])).items()}
    printed = text.number(followed, decimals=_decimals(followed))
    return drawing.as_image(
        figure,
        alt=f"Trois interpolations ; à {printed}, elles donnent "
        f"{text.enumerate_words([text.score(s) for s in found.values()])} sur 100.",
        caption=f"Trait gris : la valeur suivie, {printed}. Hors des ancres, le score reste à 0 "
        "ou à 100.",
        table=pd.DataFrame(
            {"Interpolation": list(found), f"Score de {printed}": map(text.score, found.values())}
        ),
    )


def _axes(*, height: float = 2.0, top: float = 0.95) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(drawing.WIDTH, height))
    axes = figure.add_axes((0.1, 0.24, 0.87, top - 0.24))
    axes.set(ylim=(-3, 103), yticks=[0, 50, 100])
    axes.set_ylabel("score", fontsize=8.5, labelpad=1)
    axes.grid(axis="y", color=drawing.PALE_GREY, linewidth=0.8)
    axes.tick_params(labelsize=8.5)
    return figure, axes


def _mark(axes: Axes, x: float, y: float) -> None:
    axes.plot([x, x], [0, y], color=drawing.ORANGE, linewidth=0.9)
    axes.scatter([x], [y], color=drawing.ORANGE, s=30, marker="D", zorder=5, clip_on=False)


def _margins(points: Array) -> tuple[float, float]:
    low, high = float(points.min()), float(points.max())
    margin = _MARGIN * ((high - low) or abs(high) or 1.0)
    return low - margin, high + margin


def _anchor_points(indicator: Indicator) -> list[tuple[float, float]]:
    """Anchors the curve goes through: with three of them, ``endpoints`` ignores the middle one."""
    points = [(float(a.value), a.score) for a in indicator.scale.anchors]
    if indicator.scale.interpolation == "endpoints" and len(points) == 3:
        return [point for point in points if point[1] != 0.5]
    return points


def _decimals(x: float) -> int:
    return next((d for d in range(4) if abs(round(x, d) - x) < 1e-9), 3)


def _distribution(values: Array, indicator: Indicator, catalogue: Catalogue) -> str:
    """Say where the territories stand, and how many the scale no longer tells apart."""
    unit = catalogue.unit(indicator.id)
    if not values.size or unit is None:
        return "Aucune valeur nationale n’est livrée."
    scores = score_numbers(values, indicator=indicator)
    low, middle, high = (
        text.with_unit(float(value), unit) for value in np.quantile(values, [0.05, 0.5, 0.95])
    )
    return (
        f"En gris, les valeurs de {text.count(values.size, 'intercommunalité')}. Médiane : "
        f"{middle} ; neuf sur dix sont entre {low} et {high} ; "
        f"{text.share(float(np.mean(scores == 0)))} sont au score 0 et "
        f"{text.share(float(np.mean(scores == 1)))} au score 100."
    )
