"""Scores → figures drawn with matplotlib and seaborn. Nothing is computed here but positions."""

import textwrap
from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from diag360.catalogue.model import Category
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.diagnosis.sentences import profile_sentence
from diag360.documents.figures.fragments import Fragment
from diag360.scoring.profile import NeedScore
from diag360.scoring.scores import Scores

_ROW = 0.3  # inches per need
_HEADING = 0.95  # rows left above each category
_LEFT = 0.46  # share of the width kept for the names of needs


def profile(scores: Scores, *, territory: str) -> Fragment:
    """Draw the profile of needs: score when enough is known, interval always.

    Parameters
    ----------
    scores : Scores
        Scores holding the territory.
    territory : str
        Its code.

    Returns
    -------
    Fragment
        Image with text alternative and the table of its numbers.
    """
    needs = scores.needs.of(territory)
    with rc_context(drawing.STYLE):
        figure, axes, places = _rows(scores)
        _draw(axes, needs, places, shift=0.0, height=0.5, style=_ALL)
        for name, need in needs.items():
            words = (
                text.score(need.score)
                if need.determined
                else text.short_interval(need.low, need.high)
            )
            axes.text(
                104,
                places[name],
                words,
                va="center",
                fontsize=9 if need.determined else 8,
                color=drawing.INK if need.determined else drawing.GREY,
                fontweight="bold" if need.determined else "normal",
            )
    table = pd.DataFrame(
        {
            "Besoin": [need.label for need in scores.framework.needs],
            "Score": [_words(need) for need in needs.values()],
            "Intervalle": [
                text.interval(need.low, need.high) if need.applicable else text.NOT_APPLICABLE
                for need in needs.values()
            ],
            "Couverture": [text.share(need.coverage) for need in needs.values()],
        }
    )
    return drawing.as_image(
        figure,
        alt=f"Profil des besoins. {profile_sentence(scores, territory=territory)}",
        caption=(
            "Point : score du besoin, de 0 à 100, imprimé quand assez d’indicateurs sont connus. "
            "Barre claire : ce que le score pourrait être si tout était connu ; sans point, le "
            "besoin est indéterminé."
        ),
        table=table,
    )


def etat_action(scores: Scores, *, territory: str) -> Fragment:
    """Draw, for each need, what the territory is (état) against what is done (action)."""
    etat, action = scores.etat.of(territory), scores.action.of(territory)
    with rc_context(drawing.STYLE):
        figure, axes, places = _rows(scores, row=0.36)
        _draw(axes, etat, places, shift=-0.19, height=0.26, style=_ETAT)
        _draw(axes, action, places, shift=0.19, height=0.26, style=_ACTION)
        handles = [
            Line2D([], [], color=style["colour"], marker=style["marker"], linestyle="", label=name)
            for name, style in (("État", _ETAT), ("Action", _ACTION))
        ]
        figure.legend(handles=handles, loc="upper right", ncols=2, frameon=False, fontsize=9)
    total = len(scores.framework.needs)
    known = [sum(need.determined for need in part.values()) for part in (etat, action)]
    return drawing.as_image(
        figure,
        alt=(
            f"État et action : l’état est connu pour {text.count(known[0], 'besoin')} sur {total}, "
            f"l’action pour {text.count(known[1], 'besoin')} ; détail dans le tableau qui suit."
        ),
        caption=(
            "État : ce dont le territoire hérite. Action : ce qui y est engagé. Un point quand "
            "assez d’indicateurs sont connus ; une barre seule quand il en manque trop ; rien "
            "quand aucun indicateur de cette sorte n’existe pour ce besoin."
        ),
        table=pd.DataFrame(
            {
                "Besoin": [need.label for need in scores.framework.needs],
                "État": [_words(need) for need in etat.values()],
                "Action": [_words(need) for need in action.values()],
            }
        ),
    )


def objectives(scores: Scores, *, territory: str) -> Fragment:
    """Draw the heat map of needs by objectives; a cell too little known shows no number."""
    names = [scores.catalogue.objectives[name].label for name in scores.objectives]
    labels = [_wrapped(need.label) for need in scores.framework.needs]
    cells = [list(part.of(territory).values()) for part in scores.objectives.values()]
    shown = pd.DataFrame(
        {name: [c.score if c.determined else float("nan") for c in column]
         for name, column in zip(names, cells, strict=True)},
        index=labels,
    )  # fmt: skip
    words = pd.DataFrame(
        {name: [text.score(c.score) if c.determined else "?" if c.applicable else ""
                for c in column]
         for name, column in zip(names, cells, strict=True)},
        index=labels,
    )  # fmt: skip
    with rc_context(drawing.STYLE):
        height = 0.31 * len(labels) + 0.9
        figure = Figure(figsize=(drawing.WIDTH, height))
        axes = figure.add_axes((_LEFT, 0.02, 0.99 - _LEFT, (height - 0.55) / height))
        sns.heatmap(
            shown,
            ax=axes,
            vmin=0,
            vmax=1,
            cmap="cividis",
            annot=words,
            fmt="",
            cbar=False,
            linewidths=1.5,
            linecolor="white",
            annot_kws={"fontsize": 9},
        )
        for column, name in enumerate(names):
            for row, word in enumerate(words[name]):
                if word == "?":
                    axes.text(
                        column + 0.5, row + 0.5, word,
                        ha="center", va="center", color=drawing.GREY, fontsize=9,
                    )  # fmt: skip
        axes.xaxis.tick_top()
        axes.set_xticklabels(
            [name.replace("de crise", "\nde crise") for name in names], rotation=0, fontsize=7
        )
        axes.tick_params(length=0)
        axes.tick_params(axis="y", labelsize=9)
        axes.set(xlabel="", ylabel="")
    known = sum(cell.determined for column in cells for cell in column)
    exist = sum(cell.applicable for column in cells for cell in column)
    return drawing.as_image(
        figure,
        alt=(
            f"Besoins par objectifs : {text.count(known, 'case connue', 'cases connues')} sur "
            f"{exist} ; détail dans le tableau qui suit."
        ),
        caption=(
            "Score de 0 (bleu sombre) à 100 (jaune). « ? » : trop peu d’indicateurs connus. "
            "Vide : aucun indicateur de ce besoin ne sert cet objectif."
        ),
        table=words.rename(index=lambda label: label.replace("\n", " "))
        .rename_axis("Besoin")
        .reset_index(),
    )


_ALL = {"colour": drawing.BLUE, "pale": drawing.PALE_BLUE, "marker": "o"}
_ETAT = _ALL
_ACTION = {"colour": drawing.ORANGE, "pale": drawing.PALE_ORANGE, "marker": "s"}


def _wrapped(label: str) -> str:
    return textwrap.fill(label, 28)


def _words(need: NeedScore) -> str:
    return text.need_score(need.score, low=need.low, high=need.high, determined=need.determined)


def _rows(scores: Scores, *, row: float = _ROW) -> tuple[Figure, Axes, dict[str, float]]:
    """Axes with one row per need, under the heading of its category; the rows' positions."""
    needs = scores.framework.needs
    places: dict[str, float] = {}
    headings: dict[Category, float] = {}
    at = 0.0
    for need in needs:
        if need.category not in headings:
            at += _HEADING
            headings[need.category] = at + 0.15
        at += 1.0
        places[need.id] = at
    height = row * (at + 1.0) + 0.45
    figure = Figure(figsize=(drawing.WIDTH, height))
    axes = figure.add_axes((_LEFT, 0.42 / height, 0.885 - _LEFT, (height - 0.66) / height))
    axes.set(xlim=(0, 100), ylim=(at + 0.7, 0.3), yticks=list(places.values()))
    axes.set_yticklabels([_wrapped(need.label) for need in needs], fontsize=9, linespacing=0.95)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel("score, de 0 à 100", fontsize=8.5, labelpad=1)
    axes.grid(axis="x", color=drawing.PALE_GREY, linewidth=0.8)
    axes.set_axisbelow(True)
    for category, place in headings.items():
        axes.text(
            -0.03, place, scores.framework.categories[category], fontsize=9, fontweight="bold",
            ha="right", va="center", transform=axes.get_yaxis_transform(),
        )  # fmt: skip
    return figure, axes, places


def _draw(
    axes: Axes,
    needs: Mapping[str, NeedScore],
    places: Mapping[str, float],
    *,
    shift: float,
    height: float,
    style: Mapping[str, str],
) -> None:
    """Draw a bar from bound to bound, and a point where the score may be printed."""
    for name, need in needs.items():
        if not need.applicable:
            continue
        y = places[name] + shift
        width = max(100 * (need.high - need.low), 0.4)  # a certain score still shows its bar
        axes.barh(y, width, left=100 * need.low, height=height, color=style["pale"], zorder=2)
        if need.determined:
            axes.scatter(
                100 * need.score, y, s=34, color=style["colour"], marker=style["marker"],
                edgecolor="white", linewidth=0.8, zorder=4, clip_on=False,
            )  # fmt: skip
