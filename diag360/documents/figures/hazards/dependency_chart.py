"""DEMATEL drawn: which needs cause cascades, which bear them."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from matplotlib.transforms import Bbox

from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, render, say
from diag360.documents.figures.hazards.cascade_drawing import DIRECT, RICOCHET
from diag360.documents.figures.hazards.cascade_sentences import dematel_sentence
from diag360.documents.figures.notes.beside import folded, objections_mark
from diag360.documents.notes_shown import Notes
from diag360.vulnerability.graph import dematel
from diag360.vulnerability.matrices import strength_matrix

Array = npt.NDArray[np.float64]


def dependency_roles(catalogue: Catalogue, *, framework: str) -> Fragment:
    """Draw needs by what they count for in the graph, and whether they cause or bear.

    Parameters
    ----------
    catalogue : Catalogue
        Graph of dependencies and weights.
    framework : str
        Id.

    Returns
    -------
    Fragment
        Image with its text alternative, and the table of its numbers.
    """
    needs = catalogue.frameworks[framework].needs
    strength, _ = strength_matrix(catalogue, framework=framework)
    read = dematel(strength)
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(drawing.WIDTH, 4.6))
        axes = figure.add_axes((0.16, 0.12, 0.82, 0.85))
        axes.axhline(0, color=drawing.GREY, linewidth=0.8)
        axes.grid(color=drawing.PALE_GREY, linewidth=0.6)
        axes.set_axisbelow(True)
        causes = read.relation > 0
        axes.scatter(read.prominence[causes], read.relation[causes], color=DIRECT, s=30, zorder=3)
        axes.scatter(
            read.prominence[~causes], read.relation[~causes], color=RICOCHET, s=30, zorder=3,
            marker="s", edgecolor=drawing.INK, linewidth=0.5,
        )  # fmt: skip
        axes.margins(0.16, 0.12)
        axes.set_xlabel("importance : donné + reçu", fontsize=8.5)
        axes.set_ylabel("rôle : cause en haut, effet en bas", fontsize=8.5)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MultipleLocator(0.5))
            axis.set_major_formatter(lambda x, _: text.number(x, decimals=1))
        axes.tick_params(labelsize=8)
        _name_points(figure, axes, read.prominence, read.relation, [n.label for n in needs])
    order = np.argsort(-read.relation, kind="stable")
    return drawing.as_image(
        figure,
        alt=dematel_sentence(catalogue, framework=framework),
        caption=(
            "Lecture DEMATEL (Fontela et Gabus, 1976) du graphe de dépendances, qui est un a "
            "priori, toutes les chaînes comptées. À droite, ce qui compte le plus dans le graphe ; "
            "rond bleu en haut, ce qui entraîne ; carré orange en bas, ce qui subit. Les noms qui "
            "se superposeraient sont dans le tableau."
        ),
        table=pd.DataFrame(
            {
                "Besoin": [needs[int(n)].label for n in order],
                "Donne": [text.number(float(read.given[n]), decimals=2) for n in order],
                "Reçoit": [text.number(float(read.received[n]), decimals=2) for n in order],
                "Importance": [text.number(float(read.prominence[n]), decimals=2) for n in order],
                "Rôle": [
                    text.number(float(read.relation[n]), decimals=2, signed=True) for n in order
                ],
            }
        ),
    )


def dependency_sentence(catalogue: Catalogue, *, framework: str) -> Fragment:
    """Say which needs cause cascades, which bear them, and what weights do about it."""
    return say(dematel_sentence(catalogue, framework=framework))


def dependency_table(
    catalogue: Catalogue, *, framework: str, notes: Notes | None = None
) -> Fragment:
    """List every dependency of a graph with its strength, its delay and its reason, folded."""
    graph = catalogue.graphs[framework]
    notes = notes or Notes()
    beside = {
        (edge.need, edge.on): notes.beside(f"dependance/{framework}/{edge.need}/{edge.on}")
        for edge in graph.edges
    }
    placed = {one.id for own in beside.values() for one in own}
    here = [one for one in notes.shown if one.target.startswith(f"dependance/{framework}/")]
    label = {need.id: need.label for need in catalogue.frameworks[framework].needs}
    return render(
        "dependencies",
        justification=graph.justification,
        prior=graph.basis == "a_priori",
        edges=[(label[edge.need], label[edge.on], edge) for edge in graph.edges],
        beside={ends: folded(own) for ends, own in beside.items()},
        others=folded(
            [one for one in here if one.id not in placed and not one.orphan],
            label=True,
            about="sur d’autres dépendances",
        ),
        objections=objections_mark(here),
    )


def _name_points(figure: Figure, axes: Axes, x: Array, y: Array, names: list[str]) -> None:
    """Write beside each point its name, where there is room; the extremes first."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    inside = axes.get_window_extent(renderer)
    dots = axes.transData.transform(np.column_stack([x, y]))
    unit = figure.dpi / 72
    taken = [Bbox.from_bounds(a - 3 * unit, b - 3 * unit, 6 * unit, 6 * unit) for a, b in dots]
    offsets = [(6, 0, "left"), (-6, 0, "right"), (0, 9, "center"), (0, -9, "center"),
               (5, 8, "left"), (5, -8, "left"), (-5, 8, "right"), (-5, -8, "right")]  # fmt: skip
    for at in np.argsort(-np.abs(y), kind="stable"):
        for right, up, align in offsets:
            label = axes.annotate(
                names[int(at)], (x[at], y[at]), xytext=(right, up), textcoords="offset points",
                ha=align, va="center", fontsize=7.5,
            )  # fmt: skip
            box = label.get_window_extent(renderer)
            own = [other for n, other in enumerate(taken) if n != at]
            fits = inside.x0 <= box.x0 and box.x1 <= inside.x1
            if fits and inside.y0 <= box.y0 and box.y1 <= inside.y1 and not box.count_overlaps(own):
                taken.append(box)
                break
            label.remove()
