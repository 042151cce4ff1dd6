"""Weight against importance: one point an indicator, the farthest from the diagonal named."""

import textwrap

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from diag360.challenge.importance import Importance
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say
from diag360.documents.figures.laboratory.sensitivity_sentences import (
    importance_sentence,
    labels_of,
)
from diag360.scoring.scores import Scores

_NAMED = 6
_FAR = 0.05  # gap from which a point is worth a name
_LINE = 0.19  # inches per name


def importance_chart(found: Importance, *, scores: Scores) -> Fragment:
    """Draw the weight of indicators in their need against their importance.

    Parameters
    ----------
    found : Importance
        Over territories.
    scores : Scores
        Labels.

    Returns
    -------
    Fragment
        Image with its text alternative and table; a sentence when nothing can be judged.
    """
    catalogue = scores.catalogue
    told = importance_sentence(found, catalogue=catalogue)
    table = found.table.dropna(subset=["share"])
    if table.empty:
        return say(told)
    gap = (table["share"] - table["weight"]).abs().sort_values(ascending=False, kind="stable")
    far = [str(name) for name in gap.index[gap >= _FAR][:_NAMED]]
    height = 3.9 + _LINE * len(far)
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, height))
        low = (0.55 + _LINE * len(far)) / height
        axes = figure.add_axes((0.15, low, 0.81, (height - 0.1) / height - low))
        end = 100 * float(table[["share", "weight"]].to_numpy().max()) * 1.08
        axes.plot([0, end], [0, end], color=drawing.GREY, linewidth=0.9, linestyle="--")
        axes.scatter(
            100 * table["weight"], 100 * table["share"], s=26, color=drawing.BLUE, alpha=0.75,
            edgecolor="white", linewidth=0.6, zorder=3,
        )  # fmt: skip
        for number, name in enumerate(far, start=1):
            weight, share = (float(table[column].loc[name]) for column in ("weight", "share"))
            axes.scatter(100 * weight, 100 * share, s=90, color=drawing.ORANGE, zorder=4)
            axes.text(
                100 * weight, 100 * share, str(number), color="white", fontsize=7.5,
                fontweight="bold", ha="center", va="center_baseline", zorder=5,
            )  # fmt: skip
            words = f"{number}  {catalogue.indicators[name].label}"
            figure.text(
                0.03, (0.06 + _LINE * (len(far) - number)) / height,
                textwrap.shorten(words, 66, placeholder="…"), fontsize=7.5,
            )  # fmt: skip
        ticks = range(0, int(end) + 1, 20 if end > 60 else 10)
        axes.set(xlim=(-0.04 * end, end), ylim=(-0.04 * end, end), xticks=ticks, yticks=ticks)
        axes.set_xlabel(f"poids dans le besoin, en{text.NBSP}%", fontsize=8.5, labelpad=1)
        axes.set_ylabel(f"importance dans le besoin, en{text.NBSP}%", fontsize=8.5)
        axes.grid(color=drawing.PALE_GREY, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=8)
    label = labels_of(scores)
    ordered = table.loc[gap.index]
    return drawing.as_image(
        figure,
        alt=told,
        caption=(
            "Un point par indicateur. Sur la diagonale, il fait ce que pèse son poids ; au-dessus, "
            "davantage ; au-dessous, moins, parce qu’il varie peu d’un territoire à l’autre ou "
            "qu’un autre le compense. Importance : rapport de corrélation avec le score du besoin, "
            "ramené à une somme de 100 par besoin, sur les territoires qui connaissent tous les "
            "indicateurs jugés du besoin."
        ),
        table=pd.DataFrame({
            "Indicateur": [catalogue.indicators[str(name)].label for name in ordered.index],
            "Besoin": [label[str(need)] for need in ordered["need"]],
            "Poids": map(text.share, ordered["weight"]),
            "Importance": map(text.share, ordered["share"]),
            "Rapport de corrélation": [text.number(r, decimals=2) for r in ordered["ratio"]],
            "R² d’une droite": [text.number(r, decimals=2) for r in ordered["linear"]],
            "Territoires": [text.number(n) for n in ordered["common"]],
        }),
    )  # fmt: skip
