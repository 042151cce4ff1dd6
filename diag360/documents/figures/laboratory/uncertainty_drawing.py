"""Fans, maps of ranks, stacked classes and running shares: positions only."""

import textwrap
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import seaborn as sns
from matplotlib import colormaps, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diag360.documents import text
from diag360.documents.figures import drawing

Array = npt.NDArray[np.float64]
_LEFT = 0.46  # share of the width kept for names
_WIDE = 7.2  # inches: the image scrolls on a phone
_WRITTEN = 0.05  # share of the draws from which a rank is written in its cell
# Wong (2011), doi:10.1038/nmeth.1618; lines also differ by their dashes.
_HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#1d2733", "#E69F00")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))


def fan(names: Sequence[str], *, quantiles: Array, nominal: Array) -> Figure:
    """Draw bands of quantiles.

    Parameters
    ----------
    names : sequence of str
        Rows, from the top.
    quantiles : ndarray, shape (5, m)
        At 5, 25, 50, 75 and 95 %, in [0, 1].
    nominal : ndarray, shape (m,)
        Points; NaN draws none.

    Returns
    -------
    Figure
        One row by name.
    """
    low, quarter, median, three, high = 100 * quantiles
    with rc_context(drawing.STYLE):
        figure, axes = _rows(names)
        rows = np.arange(len(names))
        for left, right, height, colour in (
            (low, high, 0.56, drawing.PALE_BLUE), (quarter, three, 0.56, drawing.BLUE),
        ):  # fmt: skip
            width = np.maximum(right - left, 0.4)  # an interval without width still shows
            axes.barh(rows, width, left=left, height=height, color=colour, zorder=2)
        axes.vlines(median, rows - 0.36, rows + 0.36, color=drawing.INK, linewidth=1.6, zorder=3)
        here = ~np.isnan(nominal)
        axes.scatter(
            100 * nominal[here], rows[here], s=30, color="white", edgecolor=drawing.INK,
            linewidth=1.2, zorder=4, clip_on=False,
        )  # fmt: skip
        _score_axis(axes, "score, de 0 à 100")
    return figure


def stacked(rows: Sequence[str], *, shares: Array, names: Sequence[str]) -> Figure:
    """Draw bars cut in classes, shares of shape (m, c) summing to 1 by row."""
    hues = [colormaps["cividis"](part) for part in np.linspace(0.0, 1.0, len(names))]
    with rc_context(drawing.STYLE):
        figure, axes = _rows(rows, above=0.5)
        at, left = np.arange(len(rows)), np.zeros(len(rows))
        for share, name, hue in zip(100 * shares.T, names, hues, strict=True):
            axes.barh(
                at, share, left=left, height=0.66, color=[hue], label=name, edgecolor="white",
                linewidth=0.5,
            )  # fmt: skip
            left = left + share
        _score_axis(axes, f"part des tirages, en{text.NBSP}%")
        figure.legend(
            loc="upper center", ncols=len(names), frameon=False, fontsize=7.5, handlelength=1.0,
            columnspacing=0.9, handletextpad=0.4, title="score", title_fontsize=7.5,
        )  # fmt: skip
    return figure


def rank_map(names: Sequence[str], *, shares: Array) -> Figure:
    """Draw shares of draws, shape (m, m): one row by name, one column by rank."""
    size = len(names)
    cells = np.array(
        [[text.number(100 * share) if share >= _WRITTEN else "" for share in row] for row in shares]
    ).reshape(size, size)
    with rc_context(drawing.STYLE):
        height = 0.27 * size + 0.65
        figure = Figure(figsize=(_WIDE, height))
        axes = figure.add_axes((0.37, 0.05 / height, 0.62, 0.27 * size / height))
        sns.heatmap(
            shares, ax=axes, cmap="Blues", vmin=0, vmax=1, annot=cells, fmt="", cbar=False,
            linewidths=1, linecolor="white", annot_kws={"fontsize": 7.5},
        )  # fmt: skip
        axes.xaxis.tick_top()
        axes.set_xticklabels([text.number(at + 1) for at in range(size)], fontsize=8)
        axes.set_yticklabels([textwrap.shorten(n, 42, placeholder="…") for n in names],
                             rotation=0, fontsize=8)  # fmt: skip
        axes.xaxis.set_label_position("top")
        axes.set_xlabel("rang", fontsize=8.5, labelpad=6)
        axes.tick_params(length=0)
    return figure


def curves(
    names: Sequence[str], *, at: npt.NDArray[np.int_], running: Array, error: Array
) -> Figure:
    """Draw running shares, shape (s, m), and a band of two standard errors."""
    with rc_context(drawing.STYLE):
        below = 0.2 * len(names) + 0.5
        height = 2.5 + below
        figure = Figure(figsize=(drawing.WIDTH, height))
        axes = figure.add_axes((0.11, below / height, 0.83, 2.35 / height))
        for place, name in enumerate(names):
            hue, dashes = _HUES[place % len(_HUES)], _DASHES[place % len(_DASHES)]
            middle, band = 100 * running[:, place], 200 * error[:, place]
            axes.fill_between(at, np.clip(middle - band, 0, 100), np.clip(middle + band, 0, 100),
                              color=hue, alpha=0.12, linewidth=0)  # fmt: skip
            axes.plot(at, middle, color=hue, linestyle=dashes, linewidth=1.6,
                      label=textwrap.shorten(name, 44, placeholder="…"))  # fmt: skip
        axes.set(ylim=(0, 100), xlim=(0, at[-1]), yticks=[0, 25, 50, 75, 100])
        axes.set_xticks([0, at[-1] / 2, at[-1]])
        axes.set_xticklabels([text.number(float(tick)) for tick in (0, at[-1] / 2, at[-1])])
        axes.set_xlabel("tirages", fontsize=8.5, labelpad=1)
        axes.set_title(f"part des tirages, en{text.NBSP}%", fontsize=8.5, loc="left", pad=3)
        axes.grid(axis="y", color=drawing.PALE_GREY, linewidth=0.8)
        axes.set_axisbelow(True)
        figure.legend(loc="lower left", frameon=False, fontsize=8, labelspacing=0.25)
    return figure


def _rows(names: Sequence[str], *, above: float = 0.12) -> tuple[Figure, Axes]:
    height = 0.31 * len(names) + 0.42 + above
    figure = Figure(figsize=(drawing.WIDTH, height))
    axes = figure.add_axes((_LEFT, 0.42 / height, 0.95 - _LEFT, 0.31 * len(names) / height))
    axes.set(ylim=(len(names) - 0.5, -0.5), yticks=np.arange(len(names)))
    axes.set_yticklabels([textwrap.fill(name, 28) for name in names], fontsize=8.5,
                         linespacing=0.95)  # fmt: skip
    return figure, axes


def _score_axis(axes: Axes, label: str) -> None:
    axes.set(xlim=(0, 100), xticks=[0, 25, 50, 75, 100])
    axes.set_xlabel(label, fontsize=8.5, labelpad=1)
    axes.grid(axis="x", color=drawing.PALE_GREY, linewidth=0.8)
    axes.set_axisbelow(True)
