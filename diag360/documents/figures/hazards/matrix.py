"""Hazards × needs drawn: the class of every effect, with its number, worst hazard first."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.hazards.lines import BASES, CLASSES, Effects, effects_of
from diag360.vulnerability.assess import Vulnerabilities
from diag360.vulnerability.prepare import Ratings

WIDE = 6.4  # inches: the image scrolls on a phone
# One hue that darkens: told apart in grey, and by readers who do not see red or green.
SHADES = ("#f6f5f3", "#fde0c2", "#fbb36d", "#e2711d", "#8f3a04")
_ROW, _FOOT, _HEAD, _LEFT = 0.26, 0.4, 1.75, 1.95  # inches
_LABEL = 31  # characters of the name of a hazard on one line
_UNKNOWN = BASES.index("inconnue")


def hazard_matrix(
    found: Vulnerabilities, *, territory: str, ratings: Ratings | None = None
) -> Fragment:
    """Draw the total effect of each hazard on each need, each at the duration of its kind.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed with its three bounds.
    territory : str
        Code.
    ratings : Ratings, optional
        Say which hazards are without object there: these are not counted as missing.

    Returns
    -------
    Fragment
        Image with its text alternative and the table of intervals; nothing when no hazard is
        rated.
    """
    far = ratings.without_object if ratings else ()
    effects = effects_of(found, territory=territory, without_object=far)
    if not effects.hazards:
        return Fragment("")
    unknown = (effects.basis == _UNKNOWN) & (effects.direct > 0)
    words = np.array(
        [
            [_cell(total, known=not vague) for total, vague in zip(row, vagueness, strict=True)]
            for row, vagueness in zip(effects.total, unknown, strict=True)
        ]
    )
    rows = len(effects.hazards)
    height = _HEAD + _ROW * rows + _FOOT
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(WIDE, height))
        axes = figure.add_axes(
            (_LEFT / WIDE, _FOOT / height, 1 - (_LEFT + 0.05) / WIDE, _ROW * rows / height)
        )
        borders = [-0.001, *effects.borders, 1.001]
        sns.heatmap(
            effects.total, ax=axes, cmap=ListedColormap(SHADES),
            norm=BoundaryNorm(borders, len(SHADES)), annot=words, fmt="", cbar=False,
            linewidths=1.2, linecolor="white", annot_kws={"fontsize": 7.5},
        )  # fmt: skip
        axes.xaxis.tick_top()
        needs = [textwrap.fill(need.label, 26) for need in effects.framework.needs]
        axes.set_xticklabels(needs, rotation=90, fontsize=7.5, linespacing=1.0)
        labels = [_label(effects, at) for at in range(rows)]
        axes.set_yticklabels([textwrap.fill(label, _LABEL) for label in labels], rotation=0,
                             fontsize=7.5, linespacing=1.0)  # fmt: skip
        axes.tick_params(length=0)
        figure.legend(
            handles=[Patch(facecolor=shade, edgecolor=drawing.GREY, linewidth=0.4, label=name)
                     for shade, name in zip(SHADES, CLASSES, strict=True)],
            loc="lower center", ncols=len(CLASSES), frameon=False, fontsize=8, handlelength=1.2,
            columnspacing=1.2,
        )  # fmt: skip
    drawn = drawing.as_image(
        figure, alt=_alt(effects), caption=_caption(effects), table=_table(effects), wide=True
    )
    return Fragment(f"<h3>Tous les aléas, tous les besoins</h3>\n{drawn.html}")


def _cell(total: float, *, known: bool) -> str:
    word = text.score(total)
    return "" if word == "0" else word if known else f"~{word}"


def _label(effects: Effects, at: int) -> str:
    return effects.catalogue.hazards[effects.hazards[at]].label


def _alt(effects: Effects) -> str:
    order = np.argsort(-effects.total, axis=None, kind="stable")[:3]
    cells = [np.unravel_index(int(at), effects.total.shape) for at in order]
    named = [
        f"{_label(effects, int(h))} sur {effects.framework.needs[int(n)].noun} "
        f"({text.score(float(effects.total[h, n]))} sur 100)"
        for h, n in cells
    ]
    rated = text.count(len(effects.hazards), "aléa coté", "aléas cotés")
    return (
        f"Effet de {rated} sur {len(effects.framework.needs)} besoins. Les plus grands : "
        f"{text.enumerate_words(named)}."
    )


def _caption(effects: Effects) -> str:
    first = effects.durations[effects.hazards.index(effects.hazards[0])]
    lengths = {
        effects.catalogue.hazards[name].kind: one.label
        for name, one in zip(effects.hazards, effects.durations, strict=True)
    }
    read = " et ".join(
        f"{'les chocs après' if kind == 'choc' else 'les stress en régime'} {label}"
        for kind, label in sorted(lengths.items())
    )
    absent = len(effects.unrated)
    missing = (
        f" {text.count(absent, 'aléa non coté n’y figure', 'aléas non cotés n’y figurent')} pas."
        if absent
        else ""
    )
    return (
        f"Effet sur 100, ricochets compris ({read or first.label}), de l’aléa le plus lourd en "
        "haut au plus léger en bas, tous besoins additionnés. Case vide : moins de 0,5. « ~ » : "
        f"trop peu d’indicateurs connus, le milieu de ce qui est possible est pris.{missing} "
        "La force des aléas et les dépendances sont des a priori ; les intervalles, souvent "
        "larges, sont dans le tableau."
    )


def _table(effects: Effects) -> pd.DataFrame:
    """Cells that are at least weak, row by row, the largest first."""
    lines = []
    for at in range(len(effects.hazards)):
        for n in np.argsort(-effects.total[at], kind="stable"):
            total = float(effects.total[at, n])
            if total < effects.borders[0]:
                break
            lines.append(
                {
                    "Aléa": _label(effects, at),
                    "Besoin": effects.framework.needs[int(n)].label,
                    "Effet": f"{text.score(total)} ({effects.word(total)})",
                    "Intervalle": text.interval(
                        float(effects.total_low[at, n]), float(effects.total_high[at, n])
                    ),
                    "Dont direct": text.score(float(effects.direct[at, n])),
                    "Sensibilité": BASES[int(effects.basis[at, n])],
                }
            )
    columns = ["Aléa", "Besoin", "Effet", "Intervalle", "Dont direct", "Sensibilité"]
    return pd.DataFrame(lines, columns=columns)
