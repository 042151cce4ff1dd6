"""The timeline of a stress test: one small panel per need, direct part and ricochet apart."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from diag360.catalogue.hazards import Duration, Scenario
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.hazards.lines import capitalised
from diag360.documents.figures.stress.sentences import (
    CENTRAL,
    HIGH,
    LOW,
    class_word,
    lead_sentence,
    place_of,
    when,
)
from diag360.vulnerability.stress_test import StressTest

SHOWN = 12
_COLUMNS = 2
_PANEL, _TOP, _BOTTOM = 1.08, 0.42, 0.28  # inches
_ROOM = 28  # letters of a title on a line


def stress_timeline(found: StressTest, *, scenario: Scenario) -> Fragment:
    """Draw the effect on each need as days pass.

    Parameters
    ----------
    found : StressTest
        What was played.
    scenario : Scenario
        Gives the duration by which needs are ranked.

    Returns
    -------
    Fragment
        The most affected needs, twelve at most; the table below the image holds them all.
    """
    order = ranked(found, scenario=scenario)
    shown = order[:SHOWN]
    rows = -(-len(shown) // _COLUMNS)
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, _PANEL * rows + _TOP))
        grid = figure.subplots(rows, _COLUMNS, sharex=True, sharey=True, squeeze=False)
        for at, axes in enumerate(grid.T.ravel()):
            if at < len(shown):
                _panel(axes, found, shown[at])
                # The last of a column names the days, even above an empty place.
                axes.tick_params(labelbottom=at % rows == rows - 1 or at == len(shown) - 1)
            else:
                axes.set_visible(False)
        height = figure.get_size_inches()[1]
        figure.subplots_adjust(left=0.09, right=0.98, top=1 - _TOP / height,
                               bottom=_BOTTOM / height, hspace=0.62, wspace=0.16)  # fmt: skip
    left = len(order) - len(shown)
    more = f" Les {left} autres besoins sont dans le tableau." if left > 1 else ""
    return drawing.as_image(
        figure,
        alt=f"{capitalised(scenario.phrase)} : effet sur chaque besoin au fil des jours. "
        f"{lead_sentence(found, scenario=scenario)}",
        caption=(
            "Effet sur chaque besoin, de 0 (rien) à 100 (le besoin n’est plus servi), du plus au "
            "moins touché, de haut en bas puis à droite. Foncé : effet direct, compté entier dès "
            "le premier jour. Clair : ce qui arrive par ricochet. Tirets : de l’estimation basse "
            f"à l’estimation haute. Le signe ∞ dit « si cela dure ».{more} Tout repose sur des "
            "dépendances posées a priori."
        ),
        table=_table(found, order),
    )


def ranked(found: StressTest, *, scenario: Scenario) -> list[int]:
    """Needs from the most to the least affected at the duration of the scenario."""
    total = found.total[CENTRAL, place_of(found, scenario.duration)]
    return [int(n) for n in np.argsort(-total, kind="stable")]


def short(duration: Duration) -> str:
    """Shorten a duration to what fits under an axis: « 7 j », or ∞ when it has no end."""
    return "∞" if duration.days is None else f"{text.number(duration.days)}{text.NBSP}j"


def _panel(axes: Axes, found: StressTest, need: int) -> None:
    days = np.arange(len(found.durations))
    total = 100 * found.total[:, :, need]
    direct = 100 * found.direct[CENTRAL, need]
    axes.fill_between(days, 0, direct, color=drawing.ORANGE, linewidth=0)
    axes.fill_between(days, direct, total[CENTRAL], color=drawing.PALE_ORANGE, linewidth=0)
    axes.plot(days, total[CENTRAL], color=drawing.INK, linewidth=1.4)
    for bound in (LOW, HIGH):
        axes.plot(days, total[bound], color=drawing.GREY, linewidth=0.9, linestyle=(0, (3, 2)))
    for at in (0, len(days) - 1):
        # Above the line, or below it when there is no room left.
        high = total[CENTRAL, at] > 78
        axes.annotate(
            text.score(float(found.total[CENTRAL, at, need])), (days[at], total[CENTRAL, at]),
            xytext=(0, -3 if high else 3), textcoords="offset points",
            va="top" if high else "bottom", ha="left" if at == 0 else "right",
            fontsize=8.5, fontweight="bold",
            path_effects=[withStroke(linewidth=2.2, foreground="white")],
        )  # fmt: skip
    label = found.scores.framework.needs[need].label
    axes.set_title("\n".join(textwrap.wrap(label, _ROOM)), fontsize=8.7, loc="left", pad=3)
    axes.set_ylim(0, 100)
    axes.set_xlim(-0.05, len(days) - 0.95)
    axes.set_yticks([0, 50, 100])
    axes.set_xticks(days, [short(duration) for duration in found.durations])
    axes.tick_params(labelsize=8.5, length=2, pad=2)
    axes.grid(axis="y", color=drawing.PALE_GREY, linewidth=0.6)
    axes.set_axisbelow(True)


def _table(found: StressTest, order: list[int]) -> pd.DataFrame:
    needs = found.scores.framework.needs
    catalogue = found.scores.catalogue
    columns = {"Besoin": [needs[n].label for n in order],
               "Direct": [text.score(float(found.direct[CENTRAL, n])) for n in order]}  # fmt: skip
    for at, duration in enumerate(found.durations):
        columns[when(duration)] = [
            f"{text.score(effect)}, {class_word(catalogue, effect)}"
            for effect in (float(found.total[CENTRAL, at, n]) for n in order)
        ]
    return pd.DataFrame(columns)
