"""Scores of every need in all the territories of a batch, and how many are not known."""

import textwrap

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diag360.documents import text
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say

MANY = 20  # territories from which shapes are drawn, and not one dot each
_WIDE, _LEFT, _RIGHT, _ROW, _HEAD, _FOOT = 6.4, 2.0, 1.15, 0.42, 0.1, 0.5  # inches
_BINS = np.linspace(0.0, 1.0, 21)
Array = npt.NDArray[np.float64]


def need_distributions(batch: Batch) -> Fragment:
    """Draw, need by need, how the territories are spread.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    Fragment
        Image with its text alternative and its numbers: shapes for many territories, one dot and
        its interval each for a few; a sentence when no need is known anywhere.
    """
    score, low, high = (batch.wide(name) for name in ("score", "low", "high"))
    if not score.notna().to_numpy().any():
        return say("Aucun besoin n’est assez connu, dans aucun territoire, pour être dessiné.")
    needs = batch.framework.needs
    many = len(score) >= MANY
    height = _HEAD + _ROW * len(needs) + _FOOT
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(_WIDE, height))
        axes = figure.add_axes(
            (_LEFT / _WIDE, _FOOT / height, 1 - (_LEFT + _RIGHT) / _WIDE,
             _ROW * len(needs) / height)
        )  # fmt: skip
        axes.set_xlim(-1, 101)
        axes.set_ylim(len(needs) - 0.35, -0.75)
        for at, need in enumerate(needs):
            ends = low[need.id].to_numpy(dtype=float), high[need.id].to_numpy(dtype=float)
            own = score[need.id].to_numpy(dtype=float)
            (_shape if many else _dots)(axes, at, own, *ends)
            known = int(np.isfinite(own).sum())
            axes.text(104, at, f"{text.number(known)} sur {text.number(len(own))}", va="center",
                      fontsize=8, color=drawing.INK if known else drawing.GREY)  # fmt: skip
        axes.set_yticks(range(len(needs)))
        axes.set_yticklabels([textwrap.fill(need.label, 27) for need in needs], fontsize=8,
                             linespacing=1.0)  # fmt: skip
        axes.set_xticks(range(0, 101, 20))
        axes.grid(axis="x", color=drawing.PALE_GREY, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel("Score sur 100", fontsize=8.5)
        axes.text(104, -0.75, "assez connus", fontsize=7.5, va="bottom", color=drawing.GREY)
    table = _table(batch, score, low, high)
    return drawing.as_image(
        figure, alt=_alt(batch, score), caption=_caption(many), table=table, wide=True
    )


def _shape(axes: Axes, at: int, score: Array, low: Array, high: Array) -> None:
    """One need in many territories: a histogram, its median and its middle half."""
    _middle_ends(axes, at, low, high)
    known = score[np.isfinite(score)]
    if not len(known):
        return
    count, _ = np.histogram(known, bins=_BINS)
    top = at - 0.72 * count / count.max()
    axes.fill_between(100 * _BINS, np.append(top, top[-1]), at, step="post",
                      color=drawing.PALE_BLUE, linewidth=0)  # fmt: skip
    first, median, last = 100 * np.quantile(known, (0.25, 0.5, 0.75))
    axes.plot([first, last], [at, at], color=drawing.BLUE, linewidth=3.2, solid_capstyle="butt")
    axes.plot([median], [at], "o", color=drawing.INK, markersize=4.5)


def _dots(axes: Axes, at: int, score: Array, low: Array, high: Array) -> None:
    """One need in a few territories: each its interval, and its score when there is one."""
    count = len(score)
    steps = at + (np.arange(count) - (count - 1) / 2) * min(0.16, 0.6 / max(count, 1))
    known = np.isfinite(score)
    axes.hlines(steps, 100 * low, 100 * high, color=np.where(known, drawing.PALE_BLUE,
                drawing.PALE_GREY).tolist(), linewidth=1.6)  # fmt: skip
    axes.plot(100 * score[known], steps[known], "o", color=drawing.BLUE, markersize=3.6)


def _middle_ends(axes: Axes, at: int, low: Array, high: Array) -> None:
    here = np.isfinite(low)
    if here.any():
        ends = 100 * np.median(low[here]), 100 * np.median(high[here])
        axes.plot(ends, [at + 0.16] * 2, color=drawing.GREY, linewidth=1.1)


def _table(
    batch: Batch, score: pd.DataFrame, low: pd.DataFrame, high: pd.DataFrame
) -> pd.DataFrame:
    rows = []
    for need in batch.framework.needs:
        own = score[need.id].dropna().to_numpy(dtype=float)
        ends = low[need.id].median(), high[need.id].median()
        first, median, last = np.quantile(own, (0.25, 0.5, 0.75)) if len(own) else [np.nan] * 3
        rows.append(
            {
                "Besoin": need.label,
                "Territoires assez connus": text.number(len(own)),
                "Indéterminés": text.number(int(score[need.id].isna().sum())),
                "Médiane": text.score(float(median)),
                "Moitié du milieu": (
                    f"de {text.score(float(first))} à {text.score(float(last))}"
                    if len(own) else "–"
                ),
                "Intervalle médian": "–" if np.isnan(ends[0]) else text.interval(*map(float, ends)),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _alt(batch: Batch, score: pd.DataFrame) -> str:
    labels = {need.id: need.label for need in batch.framework.needs}
    medians = score.median().dropna()
    said = [
        f"{labels[str(name)]} ({text.score(float(medians[name]))})"
        for name in medians.sort_values().index
    ]
    return (
        f"Scores de {text.count(len(labels), 'besoin')} dans "
        f"{text.count(len(score), 'territoire')}. Médianes, de la plus basse à la plus haute : "
        f"{text.enumerate_words(said)}."
    )


def _caption(many: bool) -> str:
    if many:
        return (
            "Pour chaque besoin assez connu : la forme dit combien de territoires ont ce score, le "
            "point est le territoire du milieu, le trait bleu la moitié du milieu. Le trait gris "
            "va de la borne basse à la borne haute médianes : où serait le milieu de tous les "
            "territoires une fois tout connu, et non celui d’un seul. La hauteur d’une forme est "
            "propre à son besoin. Sans forme, le besoin est indéterminé partout."
        )
    return (
        "Un trait par territoire : tout ce que le score pourrait être une fois tout connu. Le "
        "point est le score, quand assez est connu ; sinon, le besoin est indéterminé."
    )
