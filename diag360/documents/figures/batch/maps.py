"""Small maps of the needs known in most territories of a batch."""

import textwrap

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from diag360.documents import text
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.figures import drawing
from diag360.documents.figures.fragments import Fragment, say, table
from diag360.territories.outlines import Outlines, load_outlines

BORDERS = (20, 40, 60, 80)  # of the scores as they are printed
# The lower, the darker: read in grey and by colour-blind readers as in colour.
SHADES = ("#7f2704", "#c8500a", "#f08c3a", "#fcc78a", "#fdeed8")
UNKNOWN, HATCH = "#ffffff", "/////"
_CLASSES = ("moins de 20", "de 20 à 40", "de 40 à 60", "de 60 à 80", "80 et plus")
_MOST = 8  # maps
_ENOUGH = 0.5  # share of the territories that must know a need for it to be mapped
_WIDE, _SIDE, _TITLE, _FOOT = 6.4, 2.05, 0.42, 0.62  # inches
_ACROSS = 3
_DPI = 170  # of what is drawn as dots: more than a thousand outlines would weigh megabytes
_MARGIN = 0.08
_NEAREST = 0.6  # degrees: never one town alone
_SPREAD = 0.4  # share of the country from which the whole of it is shown
_FEW = 100  # outlines up to which each is edged
Rings = list[npt.NDArray[np.float64]]


def need_maps(batch: Batch) -> Fragment:
    """Map the needs that most territories know, one small map each.

    Parameters
    ----------
    batch : Batch
        Of one framework.

    Returns
    -------
    Fragment
        Image with its text alternative and counts, then the scores of the territories that the
        base map does not hold (overseas); a sentence when nothing can be mapped.
    """
    score = batch.wide("score")
    share = score.notna().mean()
    chosen = [need for need in batch.framework.needs if share[need.id] >= _ENOUGH]
    chosen = sorted(chosen, key=lambda need: -share[need.id])[:_MOST]
    outlines = load_outlines()
    shapes = outlines_of(score.index, outlines)
    if not chosen or not shapes:
        what = "Aucun besoin n’est assez connu" if shapes else "Aucun contour n’est disponible"
        return say(f"{what} pour une carte.")
    rows = -(-len(chosen) // _ACROSS)
    height = rows * (_SIDE + _TITLE) + _FOOT
    with rc_context(drawing.STYLE | {"savefig.dpi": _DPI}):
        figure = Figure(figsize=(_WIDE, height), dpi=_DPI)
        country = [project(line) for line in outlines.country()]
        frame = _frame(shapes, country)
        for at, need in enumerate(chosen):
            left = (at % _ACROSS) * _WIDE / _ACROSS
            down = height - (at // _ACROSS + 1) * (_SIDE + _TITLE)
            axes = figure.add_axes(
                (left / _WIDE, down / height, (_WIDE / _ACROSS - 0.08) / _WIDE, _SIDE / height)
            )
            _draw(axes, shapes, printed(score[need.id]), country=country, frame=frame)
            axes.set_title(textwrap.fill(need.label, 30), fontsize=8.5, linespacing=1.0)
        figure.legend(
            handles=[Patch(facecolor=shade, edgecolor=drawing.GREY, linewidth=0.4, label=name,
                           hatch=HATCH if shade == UNKNOWN else None)
                     for shade, name in zip((*SHADES, UNKNOWN), (*_CLASSES, text.UNDETERMINED),
                                            strict=True)],
            loc="lower center", ncols=3, frameon=False, fontsize=8, handlelength=1.2,
        )  # fmt: skip
    names = [need.id for need in chosen]
    labels = [need.label for need in chosen]
    drawn = drawing.as_image(
        figure,
        alt=_alt(score[names], labels=labels),
        caption=_caption(len(score), len(shapes), rest=len(batch.framework.needs) - len(chosen)),
        table=_counts(score[names], labels=labels),
        wide=True,
    )
    return Fragment(drawn.html + _beside(batch, score[names], shapes, labels=labels))


def printed(score: pd.Series) -> pd.Series:
    """Give scores as they are printed, in [0, 100]: a class must not contradict what is read."""
    return score.map(lambda one: np.nan if np.isnan(one) else float(text.score(one)))


def outlines_of(codes: pd.Index, outlines: Outlines) -> dict[str, Rings]:
    """Projected outlines of the territories that the base map holds: not overseas, no group."""
    made = {}
    for code in map(str, codes):
        rings = [project(ring) for ring in outlines.of(code)]
        if rings:
            made[code] = rings
    return made


def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Flatten longitudes and latitudes [degrees], true to shape at the middle of the country."""
    flat: npt.NDArray[np.float64] = points * np.array([np.cos(np.radians(46.6)), 1.0])
    return flat


def _frame(shapes: dict[str, Rings], country: Rings) -> tuple[float, float, float, float]:
    """Fit the territories in a square, or the country when they are spread all over it."""
    low, high = _ends([ring for rings in shapes.values() for ring in rings])
    first, last = _ends(country)
    if (high - low).max() > _SPREAD * (last - first).max():
        low, high = np.minimum(low, first), np.maximum(high, last)
    wide = max(_NEAREST, float((high - low).max())) * (1 + _MARGIN)
    middle = (low + high) / 2
    return (middle[0] - wide / 2, middle[0] + wide / 2, middle[1] - wide / 2, middle[1] + wide / 2)


def _ends(rings: Rings) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    points = np.concatenate(rings)
    return points.min(axis=0), points.max(axis=0)


def _draw(
    axes: Axes, shapes: dict[str, Rings], score: pd.Series, *, country: Rings,
    frame: tuple[float, float, float, float],
) -> None:  # fmt: skip
    colours: list[str] = []
    rings: Rings = []
    unknown: Rings = []
    for code, own in shapes.items():
        value = float(score[code])
        if np.isnan(value):
            unknown += own
        else:
            colours += [SHADES[int(np.digitize(value, BORDERS))]] * len(own)
            rings += own
    few = len(shapes) <= _FEW
    # Without smoothed edges a map of many takes a third of the room.
    axes.add_collection(
        PolyCollection(rings, facecolors=colours, edgecolors=drawing.INK if few else colours,
                       linewidths=0.3, antialiaseds=few, rasterized=True)
    )  # fmt: skip
    axes.add_collection(
        PolyCollection(unknown, facecolors=UNKNOWN, edgecolors=drawing.GREY, hatch=HATCH,
                       linewidths=0.3 if few else 0.0, rasterized=True)
    )  # fmt: skip
    axes.add_collection(
        LineCollection(country, colors=drawing.INK, linewidths=0.4, rasterized=True)
    )
    axes.set_xlim(frame[0], frame[1])
    axes.set_ylim(frame[2], frame[3])
    axes.set_aspect("equal")
    axes.set_axis_off()


def _counts(score: pd.DataFrame, *, labels: list[str]) -> pd.DataFrame:
    rows = []
    for name, label in zip(score.columns, labels, strict=True):
        known = printed(score[name]).dropna().to_numpy(dtype=float)
        count = np.bincount(np.digitize(known, BORDERS), minlength=len(_CLASSES))
        told = {words: text.number(int(one)) for words, one in zip(_CLASSES, count, strict=True)}
        missing = text.number(int(score[name].isna().sum()))
        rows.append({"Besoin": label, **told, "Indéterminés": missing})
    return pd.DataFrame(rows)


def _alt(score: pd.DataFrame, *, labels: list[str]) -> str:
    weak = (score.apply(printed) < BORDERS[1]).sum()
    said = [
        f"{label}, sous 40 dans {text.count(int(weak[name]), 'territoire')}"
        for name, label in zip(score.columns, labels, strict=True)
    ]
    return f"Cartes de {text.count(len(labels), 'besoin')} : {' ; '.join(said)}."


def _caption(total: int, drawn: int, *, rest: int) -> str:
    said = "Scores par classes de 20 points. Deux couleurs voisines se distinguent rarement."
    if rest:
        other = text.count(rest, "autre besoin n’est", "autres besoins ne sont")
        said += f" {other} pas assez connus dans la moitié des territoires pour une carte."
    if drawn < total:
        missing = text.count(total - drawn, "territoire n’a", "territoires n’ont")
        said += (
            f" {missing} pas de contour ici (outre-mer, périmètres composés) : leurs scores "
            "sont dans le tableau replié plus bas."
        )
    return said


def _beside(
    batch: Batch, score: pd.DataFrame, shapes: dict[str, Rings], *, labels: list[str]
) -> str:
    """Scores of the territories that are on no map, folded."""
    lost = [str(code) for code in score.index if str(code) not in shapes]
    if not lost:
        return ""
    names = batch.places["name"]
    ends = [batch.wide(side).loc[lost, score.columns].to_numpy(dtype=float)
            for side in ("low", "high")]  # fmt: skip
    told = [
        [_told(*three) for three in zip(*row, strict=True)]
        for row in zip(score.loc[lost].to_numpy(dtype=float), *ends, strict=True)
    ]
    rows = pd.DataFrame(
        [[names[code], *words] for code, words in zip(lost, told, strict=True)],
        columns=["Territoire", *labels],
    )
    said = text.count(len(lost), "territoire hors des cartes", "territoires hors des cartes")
    return f"<details><summary>{said}</summary>{table(rows).html}</details>"


def _told(score: float, low: float, high: float) -> str:
    """Print a score with what it could be: « 41 (38–60) »."""
    if np.isnan(low):
        return text.NOT_APPLICABLE
    known = text.UNDETERMINED if np.isnan(score) else text.score(score)
    return f"{known} ({text.short_interval(low, high)})"
