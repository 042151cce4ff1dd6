"""The cascade of one hazard drawn as a network: needs on two columns, what passes as arrows."""

import textwrap

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment
from diag360.documents.figures.hazards.cascade_sentences import (
    amplification_sentence,
    ricochet_sentence,
    saturation_sentence,
)
from diag360.documents.figures.hazards.lines import Effects, capitalised, followed
from diag360.documents.figures.picture import Picture, steps
from diag360.vulnerability.assess import Vulnerabilities

Array = npt.NDArray[np.float64]
ARROWS = 14  # the strongest, drawn; the others are in the table
FAINTEST = 0.01  # share below which nothing is drawn
DIRECT, RICOCHET = drawing.BLUE, "#f0a35e"
_WIDTH = 72 * drawing.WIDTH  # points, as every length below
_STEP = 40.0  # between two needs of one side
_BOW = 36.0  # how far the middle of a side stands from its ends
_EDGE, _FOOT = 27.4, 30.2  # above and below the needs; kept for the key
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
    page = Picture(_WIDTH, float(places[:, 1].max()) + _EDGE + _FOOT)
    _draw_arrows(page, graph, places, needs=[need.id for need in effects.framework.needs])
    _draw_needs(page, effects, at, places)
    _draw_key(page)
    label = effects.catalogue.hazards[effects.hazards[at]].label
    drawn = min(ARROWS, graph.number_of_edges())
    sentences = (
        amplification_sentence(effects.direct[at], effects.total[at]),
        ricochet_sentence(effects, hazard=effects.hazards[at]),
    )
    return drawing.as_image(
        page,
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
    """Places of needs [points]: down the right side, then up the left, bowed outwards."""
    right = (count + 1) // 2
    middle = (right - 1) / 2
    places = []
    for n in range(count):
        side, rank, held = (1, n, right) if n < right else (-1, count - 1 - n, count - right)
        row = rank + (right - held) / 2
        bow = _BOW * (1 - ((row - middle) / middle) ** 2) if middle else 0.0
        places.append((_WIDTH / 2 + side * (30.2 + bow), _EDGE + row * _STEP))
    return np.array(places)


def _radius(total: float) -> float:
    return 2.5 + 13.7 * float(np.sqrt(max(total, 0.0)))


def _draw_needs(page: Picture, effects: Effects, at: int, places: Array) -> None:
    for n, need in enumerate(effects.framework.needs):
        x, y = places[n]
        total, direct = float(effects.total[at, n]), float(effects.direct[at, n])
        radius = _radius(total)
        share = min(direct / total, 1.0) if total > 0 else 0.0
        whole = DIRECT if share == 1.0 else RICOCHET
        page.disk(x, y, radius, fill=whole, edge=drawing.INK, line=0.6)
        if 0 < share < 1:
            page.path(_wedge(x, y, radius, share), fill=DIRECT, edge=drawing.INK, line=0.3)
        side = 1 if x > _WIDTH / 2 else -1
        name = textwrap.fill(need.label, _NAME, break_long_words=False)
        page.write(
            x + side * (radius + 3.6), y, f"{name}\n{text.score(total)}", size=8.5,
            anchor="start" if side > 0 else "end", leading=1.08,
        )  # fmt: skip


def _wedge(x: float, y: float, radius: float, share: float) -> str:
    """Part of a disk, clockwise from its top."""
    turn = 2 * np.pi * share
    end = x + radius * np.sin(turn), y - radius * np.cos(turn)
    arc = f"A{radius:.2f} {radius:.2f} 0 {int(share > 0.5)} 1 "
    start = steps(("M", [(x, y)]), ("L", [(x, y - radius)]))
    return f"{start}{arc}{steps(('', [end]))}Z"


def _draw_arrows(
    page: Picture, graph: "nx.DiGraph[str]", places: Array, *, needs: list[str]
) -> None:
    edges = strongest(graph)[:ARROWS]
    most = max((share for *_, share in edges), default=1.0)
    for first, second, share in reversed(edges):
        start, end = places[needs.index(first)], places[needs.index(second)]
        same = (start[0] > _WIDTH / 2) == (end[0] > _WIDTH / 2)
        # Arrows between two needs of one side bow towards the middle of the page.
        outside = 1.0 if start[0] > _WIDTH / 2 else -1.0
        inward = outside * np.sign(end[1] - start[1]) if same else 1.0
        bend = (0.38 if same else 0.12) * inward
        along = end - start
        middle = (start + end) / 2 + bend * np.array([-along[1], along[0]])
        line = 0.7 + 2.6 * share / most
        _arrow(
            page, np.array([start, middle, end]), line=line, opacity=0.35 + 0.5 * share / most,
            gaps=(_radius(graph.nodes[first]["total"]) + 1,
                  _radius(graph.nodes[second]["total"]) + 2),
        )  # fmt: skip


def _arrow(
    page: Picture, curve: Array, *, line: float, opacity: float, gaps: tuple[float, float]
) -> None:
    """Draw a curved arrow that stops short of both its ends."""
    head = 4.0 + 1.6 * line
    t = np.linspace(0.0, 1.0, 201)[:, np.newaxis]
    points = (1 - t) ** 2 * curve[0] + 2 * t * (1 - t) * curve[1] + t**2 * curve[2]
    from_start = np.hypot(*(points - curve[0]).T)
    to_end = np.hypot(*(points - curve[2]).T)
    tip = int(np.flatnonzero(to_end >= gaps[1])[-1])
    first = min(int(np.flatnonzero(from_start >= gaps[0])[0]), tip)
    back = np.hypot(*(points - points[tip]).T)
    base = max([first, *np.flatnonzero(back[:tip] >= head)])
    a, b = float(t[first, 0]), float(t[base, 0])
    # The part of a quadratic Bézier curve between two of its points is another one.
    turn = (1 - a) * (1 - b) * curve[0] + (a + b - 2 * a * b) * curve[1] + a * b * curve[2]
    page.path(
        steps(("M", [points[first]]), ("Q", [turn, points[base]])),
        edge=drawing.INK, line=line, opacity=opacity,
    )  # fmt: skip
    along = (points[tip] - points[base]) / max(float(back[base]), 1e-9)
    aside = np.array([-along[1], along[0]]) * (1.8 + 0.9 * line)
    corners = [points[tip], points[base] + aside, points[base] - aside]
    page.path(f"{steps(('M', corners))}Z", fill=drawing.INK, opacity=opacity)


def _draw_key(page: Picture) -> None:
    y = page.height - 14
    for x, colour, name in ((61.0, DIRECT, "effet direct"), (173.0, RICOCHET, "par ricochet")):
        page.disk(x, y, 5, fill=colour, edge=drawing.INK, line=0.6)
        page.write(x + 9.4, y, name, size=9)


def _table(effects: Effects, graph: "nx.DiGraph[str]") -> pd.DataFrame:
    label = {need.id: need for need in effects.framework.needs}
    return pd.DataFrame(
        [
            (capitalised(label[first].noun), label[second].noun, text.number(100 * share))
            for first, second, share in strongest(graph)
        ],
        columns=["Ce qui manque", "Ce qui en pâtit", "Part transmise, sur 100"],
    )
