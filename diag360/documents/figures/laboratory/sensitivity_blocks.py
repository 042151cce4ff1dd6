"""Which assumption decides: sentences, bars by assumption, needs by assumptions, one need."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from diag360.challenge.assumptions import LABELS
from diag360.challenge.sensitivity import ProfileSensitivity
from diag360.challenge.sensitivity_of_need import NeedSensitivity
from diag360.challenge.sensitivity_outputs import Output
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say
from diag360.documents.figures.laboratory.sensitivity_sentences import (
    conclusion_sentence,
    hazard_sentence,
    labels_of,
)
from diag360.scoring.scores import Scores

_ROW = 0.36  # inches per bar
_LEFT = 0.44  # share of the width kept for names
_SHOWN = 10  # levers of a need that are drawn
_LEVERS = {"poids": "Poids", "bornes": "Seuils", "manquants": "Valeur inconnue"}
_READ = (
    "Barre : effet total, la part de l’incertitude qui resterait si tout le reste était tranché "
    "(trait fin : intervalle à {level}). Losange : effet propre, la part qui s’en irait si cette "
    "hypothèse seule l’était. L’écart entre les deux se joue à plusieurs."
)


def decisive_assumption(told: ProfileSensitivity, *, scores: Scores) -> Fragment:
    """Say which assumption decides the conclusion of a territory, and its first hazard.

    Parameters
    ----------
    told : ProfileSensitivity
        Indices of the territory.
    scores : Scores
        Labels.

    Returns
    -------
    Fragment
        One paragraph.
    """
    parts = [
        conclusion_sentence(told, scores=scores),
        hazard_sentence(told, catalogue=scores.catalogue),
    ]
    return say(" ".join(part for part in parts if part))


def sensitivity_bars(
    told: ProfileSensitivity, *, output: Output = "conclusion", name: str = ""
) -> Fragment:
    """Draw what each assumption does to one output.

    Parameters
    ----------
    told : ProfileSensitivity
        Indices of the territory.
    output : {"conclusion", "besoin", "faible", "alea", "premier"}
        Kind of output.
    name : str
        Its need or its hazard; empty for the conclusion.

    Returns
    -------
    Fragment
        Image with its text alternative and table; a sentence when the output does not vary.
    """
    rows = told.of(output, name)
    rows = rows[rows["total"].notna()]
    if rows.empty:
        return say("Aucune des hypothèses qui bougent ne change ce résultat : rien à partager.")
    names = [LABELS[factor] for factor in rows["factor"]]
    best = rows.iloc[0]
    return _drawn(
        rows, names=names, level=told.level,
        alt=(
            f"Effet de {text.count(len(rows), 'hypothèse')} : la plus forte est "
            f"« {names[0]} », {_cell(best, 'total')} de l’incertitude."
        ),
        head="Hypothèse",
    )  # fmt: skip


def sensitivity_matrix(told: ProfileSensitivity, *, scores: Scores) -> Fragment:
    """Draw needs by assumptions: the total effect of each on the score of each.

    Parameters
    ----------
    told : ProfileSensitivity
        Indices of the territory.
    scores : Scores
        Labels.

    Returns
    -------
    Fragment
        Image with its text alternative and table.
    """
    label = labels_of(scores)
    own = told.table[told.table["output"] == "besoin"]
    table = own.pivot_table(index="name", columns="factor", values="total", dropna=False)
    # Exposure and dependencies act on effects, never on the score of a need.
    factors = [f for f in told.factors if f not in ("cotations", "cascade")]
    table = table.reindex(index=list(label), columns=factors).clip(0.0, 1.0)
    if table.isna().all(axis=None):
        return say("Aucun score ne bouge sous ces hypothèses.")
    words = table.map(lambda value: "" if np.isnan(value) else text.number(100 * value))
    height = 0.3 * len(label) + 1.15
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, height))
        axes = figure.add_axes((0.345, 0.02, 0.645, (height - 0.95) / height))
        sns.heatmap(
            table, ax=axes, vmin=0, vmax=1, cmap="cividis", annot=words, fmt="", cbar=False,
            linewidths=1.5, linecolor="white", annot_kws={"fontsize": 8},
        )  # fmt: skip
        axes.xaxis.tick_top()
        axes.set_xticklabels(
            [textwrap.fill(LABELS[f], 11) for f in factors], rotation=0, fontsize=5.9
        )
        axes.set_yticklabels(
            [textwrap.fill(label[n], 23) for n in table.index], rotation=0, fontsize=7
        )
        axes.tick_params(length=0)
        axes.set(xlabel="", ylabel="")
    strongest = table.idxmax(axis=1).dropna().map(LABELS).value_counts()
    counts = [f"{name} pour {text.number(n)}" for name, n in strongest.items()]
    return drawing.as_image(
        figure,
        alt=(
            "Effet total de chaque hypothèse sur le score de chaque besoin. La plus forte : "
            f"{text.enumerate_words(counts)}."
        ),
        caption=(
            "Effet total, en pour cent de l’incertitude du score : de 0 (bleu sombre) à 100 "
            "(jaune). Une ligne peut dépasser 100 quand des hypothèses agissent ensemble. Vide : "
            "rien n’y bouge, ou le besoin n’a aucun indicateur."
        ),
        table=words.set_axis([LABELS[f] for f in factors], axis=1)
        .set_axis([label[n] for n in table.index], axis=0)
        .rename_axis("Besoin")
        .reset_index(),
    )


def need_levers(told: NeedSensitivity, *, scores: Scores) -> Fragment:
    """Draw what each indicator of a need does to its score, lever by lever.

    Parameters
    ----------
    told : NeedSensitivity
        Indices of the need.
    scores : Scores
        Labels.

    Returns
    -------
    Fragment
        Image of the strongest levers, table of all.
    """
    rows = told.table
    indicators = scores.catalogue.indicators
    names = [
        f"{_LEVERS[lever]} : {indicators[one].label}"
        for one, lever in zip(rows["indicator"], rows["lever"], strict=True)
    ]
    need = labels_of(scores)[told.need]
    return _drawn(
        rows, names=names, level=told.level,
        alt=(
            f"Ce qui décide du score de « {need} » : d’abord « {names[0]} », "
            f"{_cell(rows.iloc[0], 'total')} de l’incertitude."
        ),
        head="Levier et indicateur",
    )  # fmt: skip


def _drawn(
    rows: pd.DataFrame, *, names: Sequence[str], level: float, alt: str, head: str
) -> Fragment:
    shown = rows.iloc[:_SHOWN]
    height = _ROW * len(shown) + 0.85
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, height))
        axes = figure.add_axes((_LEFT, 0.45 / height, 0.97 - _LEFT, (height - 0.8) / height))
        _bars(axes, shown, names=names)
        handles = [
            Patch(color=drawing.PALE_BLUE, label="effet total"),
            Line2D([], [], color=drawing.ORANGE, marker="D", linestyle="", label="effet propre"),
        ]
        figure.legend(handles=handles, loc="upper right", ncols=2, frameon=False, fontsize=8)
    return drawing.as_image(
        figure,
        alt=alt,
        caption=_READ.format(level=text.share(level)),
        table=pd.DataFrame({
            head: list(names),
            "Effet total": [_cell(row, "total") for _, row in rows.iterrows()],
            "Intervalle": [_interval(row) for _, row in rows.iterrows()],
            "Effet propre": [_cell(row, "first") for _, row in rows.iterrows()],
        }),
    )  # fmt: skip


def _bars(axes: Axes, rows: pd.DataFrame, *, names: Sequence[str]) -> None:
    for at, (_, row) in enumerate(rows.iterrows()):
        total, low, high, first = (
            100 * min(max(float(row[name]), 0.0), 1.0)
            for name in ("total", "total_low", "total_high", "first")
        )
        axes.barh(at, total, height=0.5, color=drawing.PALE_BLUE, zorder=2)
        axes.plot([low, high], [at, at], color=drawing.BLUE, linewidth=1.6, zorder=3)
        axes.scatter(
            first, at, s=26, marker="D", color=drawing.ORANGE, edgecolor="white", linewidth=0.6,
            zorder=4, clip_on=False,
        )  # fmt: skip
    axes.set(xlim=(0, 100), ylim=(len(rows) - 0.4, -0.6), yticks=range(len(rows)))
    axes.set_yticklabels(
        [textwrap.fill(name, 34, max_lines=3, placeholder="…") for name in names[: len(rows)]],
        fontsize=7,
        linespacing=0.92,
    )
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel(f"part de l’incertitude, en{text.NBSP}%", fontsize=8.5, labelpad=1)
    axes.grid(axis="x", color=drawing.PALE_GREY, linewidth=0.8)
    axes.set_axisbelow(True)


def _cell(row: pd.Series, name: str) -> str:
    return text.share(min(max(float(row[name]), 0.0), 1.0))


def _interval(row: pd.Series) -> str:
    low, high = (min(max(float(row[f"total_{end}"]), 0.0), 1.0) for end in ("low", "high"))
    return text.interval(low, high)
