"""Cascades read otherwise: direct against ricochet by need, what passes as a matrix."""

import textwrap

import numpy as np
import numpy.typing as npt
import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.hazards.cascade_drawing import DIRECT, RICOCHET
from diag360.documents.figures.hazards.cascade_sentences import (
    amplification_sentence,
    ricochet_sentence,
    saturation_sentence,
)
from diag360.documents.figures.hazards.lines import Effects, capitalised, followed
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.graph import feeders

Array = npt.NDArray[np.float64]
_LEFT = 0.46  # share of the width kept for the names of needs
_WIDE = 6.4  # inches: the image scrolls on a phone


def cascade_story(found: Vulnerabilities, *, territory: str, hazard: str = "") -> Fragment:
    """Say how much a hazard is amplified, by which chain, and whether dependencies saturate.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed with its three bounds.
    territory : str
        Code.
    hazard : str
        Id of a rated hazard; the heaviest of the territory's own when left out.

    Returns
    -------
    Fragment
        Sentences; nothing when no hazard is rated.
    """
    chosen = followed(found, territory=territory, hazard=hazard)
    if chosen is None:
        return Fragment("")
    effects, at = chosen
    said = (
        amplification_sentence(effects.direct[at], effects.total[at]),
        ricochet_sentence(effects, hazard=effects.hazards[at]),
        saturation_sentence(found.radius(territory), settings=found.settings),
    )
    return render(
        "cascade_story",
        label=effects.catalogue.hazards[effects.hazards[at]].label,
        duration=effects.durations[at].label,
        own=not hazard and effects.catalogue.hazards[effects.hazards[at]].scope == "local",
        sentences=[one for one in said if one],
    )


def cascade_split(found: Vulnerabilities, *, territory: str, hazard: str = "") -> Fragment:
    """Draw, for each need, what hits it directly and what comes by ricochet, with its feeder.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed with its three bounds.
    territory : str
        Code.
    hazard : str
        Id of a rated hazard; the heaviest of the territory's own when left out.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of its numbers; nothing when no hazard is
        rated.
    """
    chosen = followed(found, territory=territory, hazard=hazard)
    if chosen is None:
        return Fragment("")
    effects, at = chosen
    direct, total = effects.direct[at], effects.total[at]
    order = np.argsort(-total, kind="stable")
    needs = effects.framework.needs
    feeder = main_feeders(effects, at=at)
    with rc_context(drawing.STYLE):
        height = 0.31 * len(needs) + 0.8
        figure = Figure(figsize=(drawing.WIDTH, height))
        axes = figure.add_axes((_LEFT, 0.4 / height, 0.9 - _LEFT, (height - 0.75) / height))
        rows = np.arange(len(needs))
        low, high = effects.total_low[at][order], effects.total_high[at][order]
        axes.barh(rows, 100 * direct[order], color=DIRECT, height=0.62, label="effet direct")
        axes.barh(
            rows, 100 * (total - direct)[order], left=100 * direct[order], color=RICOCHET,
            height=0.62, label="par ricochet",
        )  # fmt: skip
        axes.hlines(rows, 100 * low, 100 * high, color=drawing.INK, linewidth=0.8)
        for row, n in enumerate(order):
            axes.text(103, row, text.score(float(total[n])), va="center", fontsize=9)
        axes.set(xlim=(0, 100), ylim=(len(needs) - 0.4, -0.6), yticks=rows)
        names = [textwrap.fill(needs[int(n)].label, 28) for n in order]
        axes.set_yticklabels(names, fontsize=8.5, linespacing=0.95)
        _frame(axes)
        axes.set_xlabel("effet, de 0 à 100", fontsize=8.5, labelpad=1)
        figure.legend(loc="upper right", ncols=2, frameon=False, fontsize=9)
    label = effects.catalogue.hazards[effects.hazards[at]].label
    first = needs[int(order[0])]
    return drawing.as_image(
        figure,
        alt=(
            f"« {label} » : effet direct et par ricochet sur chaque besoin. Le plus touché est "
            f"{first.noun}, {text.score(float(total[order[0]]))} sur 100 dont "
            f"{text.score(float(direct[order[0]]))} directement."
        ),
        caption=(
            f"« {label} », lu à l’échéance « {effects.durations[at].label} ». Trait fin : de la "
            "borne basse à la borne haute."
        ),
        table=pd.DataFrame(
            {
                "Besoin": [needs[int(n)].label for n in order],
                "Effet": [text.score(float(total[n])) for n in order],
                "Intervalle": [
                    text.interval(float(effects.total_low[at, n]), float(effects.total_high[at, n]))
                    for n in order
                ],
                "Dont direct": [text.score(float(direct[n])) for n in order],
                "Principal pourvoyeur": [
                    f"{capitalised(needs[feeder[int(n)]].noun)}" if int(n) in feeder else "–"
                    for n in order
                ],
            }
        ),
    )


def main_feeders(effects: Effects, *, at: int) -> dict[int, int]:
    """Dependency whose cut would spare each need most, where it would spare at least 0.5 point."""
    fall = feeders(effects.direct[at], influence=effects.influence[at])
    return {n: int(fall[n].argmax()) for n in range(len(fall)) if fall[n].max(initial=0.0) >= 0.005}


def cascade_matrix(found: Vulnerabilities, *, territory: str, hazard: str = "") -> Fragment:
    """Draw the shares that pass from need to need, as a matrix.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed with its three bounds.
    territory : str
        Code.
    hazard : str
        Id of a rated hazard; the heaviest of the territory's own when left out.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of its numbers; nothing when no hazard is
        rated.
    """
    chosen = followed(found, territory=territory, hazard=hazard)
    if chosen is None:
        return Fragment("")
    effects, at = chosen
    share = effects.influence[at] * effects.total[at][np.newaxis, :]
    labels = [need.label for need in effects.framework.needs]
    words = np.vectorize(lambda value: "" if value < 0.005 else text.score(float(value)))(share)
    with rc_context(drawing.STYLE):
        height = 0.22 * len(labels) + 2.6
        figure = Figure(figsize=(_WIDE, height))
        axes = figure.add_axes((0.36, 0.02, 0.62, 0.22 * len(labels) / height))
        sns.heatmap(
            share, ax=axes, cmap="Oranges", vmin=0, vmax=max(float(share.max()), 0.01),
            annot=words, fmt="", cbar=False, linewidths=1, linecolor="white",
            annot_kws={"fontsize": 7.5},
        )  # fmt: skip
        axes.xaxis.tick_top()
        axes.set_xticklabels(labels, rotation=90, fontsize=7.5)
        axes.set_yticklabels(labels, rotation=0, fontsize=7.5)
        axes.tick_params(length=0)
    n, m = np.unravel_index(int(share.argmax()), share.shape)
    nouns = [need.noun for need in effects.framework.needs]
    label = effects.catalogue.hazards[effects.hazards[at]].label
    return drawing.as_image(
        figure,
        alt=(
            f"« {label} » : part transmise d’un besoin à l’autre. La plus forte, "
            f"{text.score(float(share[n, m]))} sur 100, passe de ce qui manque ({nouns[int(m)]}) à "
            f"ce qui en pâtit ({nouns[int(n)]})."
        ),
        caption=(
            "Ligne : le besoin qui pâtit. Colonne : celui qui manque. Nombre : la part transmise, "
            "sur 100, dépendance multipliée par l’effet sur le besoin qui manque. A priori."
        ),
        table=pd.DataFrame(words, columns=labels).assign(Besoin=labels)[["Besoin", *labels]],
        wide=True,
    )


def _frame(axes: Axes) -> None:
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.grid(axis="x", color=drawing.PALE_GREY, linewidth=0.8)
    axes.set_axisbelow(True)
