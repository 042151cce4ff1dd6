"""The cascade of one hazard drawn as a network: needs on two columns, what passes as arrows."""

import textwrap

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Wedge

from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.hazards.cascade_sentences import (
    amplification_sentence,
    ricochet_sentence,
    saturation_sentence,
)
from diag360.documents.figures.hazards.lines import Effects, capitalised, followed
from diag360.vulnerability.assess import Vulnerabilities

Array = npt.NDArray[np.float64]
ARROWS = 14  # the strongest, drawn; the others are in the table
FAINTEST = 0.01  # share below which nothing is drawn
DIRECT, RICOCHET = drawing.BLUE, "#f0a35e"
_STEP = 0.56  # inches between two needs of one side
_BOW = 0.5  # how far the middle of a side stands from its ends, in inches
_NAME = 16  # characters of a name on one line


def cascade_network(found: Vulnerabilities, *, territory: str, hazard: str = "") -> Fragment:
    """Draw how the effect of a hazard travels from need to need.

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
        Image with its text alternative and the table of what passes; nothing when no hazard is
        rated.
    """
    chosen = followed(found, territory=territory, hazard=hazard)
    if chosen is None:
        return Fragment("")
    effects, at = chosen
    graph = passed_on(effects, at=at)
    places = _places(len(effects.framework.needs))
    with rc_context(drawing.STYLE):
        figure, axes = _page(places)
        _draw_arrows(axes, graph, places, needs=[need.id for need in effects.framework.needs])
        _draw_needs(axes, effects, at, places)
        _draw_key(axes, places)
    label = effects.catalogue.hazards[effects.hazards[at]].label
    drawn = min(ARROWS, graph.number_of_edges())
    sentences = (
        amplification_sentence(effects.direct[at], effects.total[at]),
        ricochet_sentence(effects, hazard=effects.hazards[at]),
    )
    return drawing.as_image(
        figure,
        alt=" ".join([f"Cascade de « {label} ».", *(one for one in sentences if one)]),
        caption=" ".join(
            [
                f"« {label} », lu à l’échéance « {effects.durations[at].label} ». Chaque disque "
                "est un besoin, d’autant plus grand que l’effet l’est ; le nombre est cet effet "
                "sur 100. Chaque flèche part du besoin qui manque vers celui qui en pâtit ; "
                f"seules les {drawn} plus fortes sont tracées, les autres sont dans le tableau. "
                "Les dépendances sont des a priori.",
                saturation_sentence(found.radius(territory), settings=found.settings),
            ]
        ).strip(),
        table=_table(effects, graph),
    )


def passed_on(effects: Effects, *, at: int) -> "nx.DiGraph[str]":
    """Graph of what passes: an edge from the need that fails to the one that suffers.

    Parameters
    ----------
    effects : Effects
        Of one territory.
    at : int
        Place of the hazard.

    Returns
    -------
    DiGraph
        Needs with ``direct`` and ``total``, edges with ``share`` = a q, in [0, 1]; what stays
        under ``FAINTEST`` is left out.
    """
    needs = [need.id for need in effects.framework.needs]
    graph: nx.DiGraph[str] = nx.DiGraph()
    for n, name in enumerate(needs):
        graph.add_node(name, direct=effects.direct[at, n], total=effects.total[at, n])
    share: Array = effects.influence[at] * effects.total[at][np.newaxis, :]
    for n, m in zip(*np.nonzero(share >= FAINTEST), strict=True):
        graph.add_edge(needs[int(m)], needs[int(n)], share=float(share[n, m]))
    return graph


def strongest(graph: "nx.DiGraph[str]") -> list[tuple[str, str, float]]:
    """Edges of a graph of what passes, the strongest first."""
    edges = [
        (str(first), str(second), float(passed["share"]))
        for first, second, passed in graph.edges(data=True)
    ]
    return sorted(edges, key=lambda edge: -edge[2])


def _places(count: int) -> Array:
    """Places of needs [inches]: down the right side, then up the left, bowed outwards."""
    right = (count + 1) // 2
    places = []
    for n in range(count):
        side, rank, held = (1, n, right) if n < right else (-1, count - 1 - n, count - right)
        middle = (right - 1) / 2
        shift = (right - held) / 2
        y = (middle - rank - shift) * _STEP
        bow = _BOW * (1 - (y / (middle * _STEP + 1e-9)) ** 2) if middle else 0.0
        places.append((side * (0.42 + bow), y))
    return np.array(places)


def _page(places: Array) -> tuple[Figure, Axes]:
    high = float(np.abs(places[:, 1]).max()) + 0.38
    foot = 0.42
    height = 2 * high + foot
    figure = Figure(figsize=(drawing.WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(
        xlim=(-drawing.WIDTH / 2, drawing.WIDTH / 2), ylim=(-high - foot, high), aspect="equal"
    )
    axes.set_axis_off()
    return figure, axes


def _radius(total: float) -> float:
    return 0.035 + 0.19 * float(np.sqrt(max(total, 0.0)))


def _draw_needs(axes: Axes, effects: Effects, at: int, places: Array) -> None:
    for n, need in enumerate(effects.framework.needs):
        x, y = places[n]
        total, direct = float(effects.total[at, n]), float(effects.direct[at, n])
        radius = _radius(total)
        turn = 360 * direct / total if total > 0 else 0.0
        axes.add_patch(Circle((x, y), radius, facecolor=RICOCHET, edgecolor="white", zorder=3))
        if turn > 0:
            axes.add_patch(Wedge((x, y), radius, 90 - turn, 90, facecolor=DIRECT, zorder=4))
        axes.add_patch(
            Circle((x, y), radius, fill=False, edgecolor=drawing.INK, linewidth=0.6, zorder=5)
        )
        side = 1 if x > 0 else -1
        name = textwrap.fill(need.label, _NAME, break_long_words=False)
        axes.text(
            x + side * (radius + 0.05), y, f"{name}\n{text.score(total)}", fontsize=8.5,
            ha="left" if side > 0 else "right", va="center", linespacing=0.95, zorder=6,
        )  # fmt: skip


def _draw_arrows(axes: Axes, graph: "nx.DiGraph[str]", places: Array, *, needs: list[str]) -> None:
    edges = strongest(graph)[:ARROWS]
    most = max((share for *_, share in edges), default=1.0)
    for first, second, share in reversed(edges):
        start, end = needs.index(first), needs.index(second)
        ends = places[start], places[end]
        reach = [_radius(graph.nodes[name]["total"]) for name in (first, second)]
        same = np.sign(ends[0][0]) == np.sign(ends[1][0])
        # Arrows between two needs of one side bow towards the middle of the page.
        inward = -np.sign(ends[0][0]) * np.sign(ends[1][1] - ends[0][1]) if same else 1.0
        axes.add_patch(
            FancyArrowPatch(
                tuple(ends[0]), tuple(ends[1]), arrowstyle="-|>",
                connectionstyle=f"arc3,rad={(0.38 if same else 0.12) * inward:.2f}",
                shrinkA=72 * reach[0] + 1, shrinkB=72 * reach[1] + 2,
                mutation_scale=9 + 4 * share / most, linewidth=0.7 + 2.6 * share / most,
                color=drawing.INK, alpha=0.35 + 0.5 * share / most, zorder=2,
            )
        )  # fmt: skip


def _draw_key(axes: Axes, places: Array) -> None:
    y = float(places[:, 1].min()) - 0.6
    for x, colour, name in ((-1.35, DIRECT, "effet direct"), (0.2, RICOCHET, "par ricochet")):
        axes.add_patch(Circle((x, y), 0.07, facecolor=colour, edgecolor=drawing.INK, linewidth=0.6))
        axes.text(x + 0.13, y, name, fontsize=9, va="center")


def _table(effects: Effects, graph: "nx.DiGraph[str]") -> pd.DataFrame:
    label = {need.id: need for need in effects.framework.needs}
    return pd.DataFrame(
        [
            (capitalised(label[first].noun), label[second].noun, text.number(100 * share))
            for first, second, share in strongest(graph)
        ],
        columns=["Ce qui manque", "Ce qui en pâtit", "Part transmise, sur 100"],
    )
