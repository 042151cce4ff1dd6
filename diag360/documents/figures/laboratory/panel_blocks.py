"""A panel shown: what each expert said, what the group says, how far they agree."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from diag360.challenge.panel.agreement import dispersion
from diag360.challenge.panel.read import Panel
from diag360.challenge.panel.records import METHODS, ROLES, Role
from diag360.documents import text
from diag360.documents.figures.drawing import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE_GREY,
    STYLE,
    WIDTH,
    as_image,
)
from diag360.documents.figures.fragments import Fragment, render, say, table
from diag360.documents.panel_words import (
    agreement_sentences,
    coherence_words,
    doubt_words,
    experts_by_role,
    quoted,
)

# Shapes too, for those who do not tell the hues apart.
_MARKS: dict[Role, tuple[str, str]] = {
    "terrain": (ORANGE, "o"),
    "thematique": (BLUE, "s"),
    "porteur": ("#009E73", "^"),
    "collectivite": ("#CC79A7", "D"),
}
NOBODY = "Aucun panel n’a répondu : les poids sont ceux d’un jeu proposé par l’équipe."
_LETTERS = 58  # of a label on one line


def panel_summary(panel: Panel | None) -> Fragment:
    """Tell who answered, how far they agree and on what they differ.

    Parameters
    ----------
    panel : Panel or None
        None when nobody was asked.

    Returns
    -------
    Fragment
        A few sentences.
    """
    if panel is None:
        return say(NOBODY)
    return render(
        "panel_summary",
        fictional=panel.body.fictional,
        who=experts_by_role(panel),
        sentences=agreement_sentences(panel),
        note=panel.body.note,
    )


def panel_answers(panel: Panel | None) -> Fragment:
    """Show who answered, by which method, and what is worth looking at again.

    Parameters
    ----------
    panel : Panel or None
        None when nobody was asked.

    Returns
    -------
    Fragment
        A table, one row per expert.
    """
    if panel is None:
        return say(NOBODY)
    rows = pd.DataFrame(
        {
            "Expert": [answer.expert for answer in panel.experts],
            "Rôle": [ROLES[answer.role] for answer in panel.experts],
            "Méthode": [METHODS[answer.method] for answer in panel.experts],
            "Cohérence": [coherence_words(judged) for judged in panel.judgements],
            "À revoir": [
                " ; ".join(doubt_words(doubt, panel) for doubt in judged.doubts) or "–"
                for judged in panel.judgements
            ],
        }
    )
    return table(
        rows,
        caption="Réponses une à une. Le ratio de cohérence est bon jusqu’à 0,10 ; une répartition "
        "de points ne peut pas se contredire.",
    )


def panel_agreement(panel: Panel | None) -> Fragment:
    """Draw the weights each expert gives, by role, with those of the group.

    Parameters
    ----------
    panel : Panel or None
        None when nobody was asked.

    Returns
    -------
    Fragment
        A figure, the heaviest item first; a sentence without a panel.
    """
    if panel is None:
        return say(NOBODY)
    order = np.argsort(-panel.group, kind="stable")
    labels = [textwrap.fill(panel.items[int(n)].label, _LETTERS) for n in order]
    with rc_context(STYLE):
        lines = sum(label.count("\n") + 1 for label in labels)
        figure = Figure(figsize=(WIDTH, 1.3 + 0.33 * len(labels) + 0.15 * lines))
        axes = figure.subplots()
        _draw(axes, panel, order=order, labels=labels)
        figure.tight_layout()
    first = panel.items[int(order[0])].label
    last = panel.items[int(order[-1])].label
    return as_image(
        figure,
        alt=(
            f"Poids donnés par {text.count(len(panel.experts), 'expert')} à "
            f"{len(labels)} éléments. Pour l’ensemble, le plus lourd est {quoted(first)} "
            f"({text.share(float(panel.group[order[0]]))}), le plus léger {quoted(last)} "
            f"({text.share(float(panel.group[order[-1]]))}). {agreement_sentences(panel)[0]}"
        ),
        caption="Un point par expert ; le trait noir est le poids de l’ensemble, la bande va d’un "
        "quartile à l’autre, le tireté marque des poids égaux.",
        table=_numbers(panel, order=order),
    )


def _draw(
    axes: Axes, panel: Panel, *, order: "np.typing.NDArray[np.int_]", labels: list[str]
) -> None:
    spread = dispersion(panel.weights)
    places: list[float] = []
    y = 0.0
    for label in labels:
        y += 0.5 * (label.count("\n") + 1) + 0.75
        places.append(y)
    for place, n, label in zip(places, order, labels, strict=True):
        axes.plot([0, 1], [place, place], color=PALE_GREY, linewidth=0.8, zorder=1)
        if len(panel.experts) > 1:
            low, high = float(spread.low[n]), float(spread.high[n])
            axes.plot([low, high], [place, place], color=PALE_GREY, linewidth=8, zorder=1,
                      solid_capstyle="butt")  # fmt: skip
        axes.plot([panel.group[n]] * 2, [place - 0.34, place + 0.34], color=INK, linewidth=2.2,
                  zorder=2)  # fmt: skip
        axes.text(0, place - 0.42, label, fontsize=8, va="bottom", ha="left", linespacing=1.1,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
                  zorder=2)  # fmt: skip
    # Experts of one role share a line, so that equal weights do not hide one another.
    lift = {role: 0.14 * (at - (len(panel.roles) - 1) / 2) for at, role in enumerate(panel.roles)}
    for role in panel.roles:
        weights = panel.of_role(role)[:, order]
        colour, mark = _MARKS[role]
        heights = np.tile(np.array(places) + lift[role], (len(weights), 1))
        axes.scatter(weights.ravel(), heights.ravel(), s=26, color=colour, marker=mark, alpha=0.75,
                     linewidths=0, zorder=3, label=ROLES[role])  # fmt: skip
    axes.axvline(1 / len(labels), color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    most = max(float(panel.weights.max()) * 1.08, 1.5 / len(labels))
    axes.set_xlim(0, min(most, 1.0))
    axes.set_ylim(places[-1] + 0.8, -0.1)
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.set_major_formatter(lambda value, _: text.share(value))
    axes.set_xlabel("Part du poids")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8,
                handletextpad=0.2)  # fmt: skip


def _numbers(panel: Panel, *, order: "np.typing.NDArray[np.int_]") -> pd.DataFrame:
    spread = dispersion(panel.weights)
    columns: dict[str, list[str]] = {
        "Élément": [panel.items[int(n)].label for n in order],
        "Ensemble": [text.share(float(panel.group[n])) for n in order],
        "Médiane": [text.share(float(spread.median[n])) for n in order],
        "Quartiles": [
            f"{text.share(float(spread.low[n]))} à {text.share(float(spread.high[n]))}"
            for n in order
        ],
        "Coefficient de variation": [text.share(float(spread.variation[n])) for n in order],
    }
    for role in panel.roles:
        medians = np.median(panel.of_role(role), axis=0)
        columns[ROLES[role].capitalize()] = [text.share(float(medians[n])) for n in order]
    return pd.DataFrame(columns)
