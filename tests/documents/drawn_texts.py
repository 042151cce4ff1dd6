"""Where the words of a figure stand, whichever way it is drawn."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox

from diag360.documents.figures.picture import Picture, Words


def texts_of(figure: Figure | Picture) -> list[tuple[str, Bbox]]:
    """Each text and the room it takes; those of a picture line by line, in a wide font."""
    if isinstance(figure, Picture):
        return [(one.text, _room(one)) for one in figure.words if one.text.strip()]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return [
        (artist.get_text(), artist.get_window_extent(canvas.get_renderer()))
        for artist in figure.findobj(Text)
        if artist.get_visible() and artist.get_text().strip()
    ]


def page_of(figure: Figure | Picture) -> Bbox:
    """The whole page, in the units of :func:`texts_of`."""
    if isinstance(figure, Picture):
        return Bbox.from_extents(0, 0, figure.width, figure.height)
    return figure.bbox


def _room(words: Words) -> Bbox:
    # DejaVu Sans is the widest of the fonts a picture asks for.
    font = FontProperties(family="DejaVu Sans", weight="bold" if words.bold else "normal")
    path = TextPath((0, 0), words.text.replace("$", "S"), size=words.size, prop=font)
    inked = path.get_extents()
    shift = {"start": 0.0, "middle": inked.x1 / 2, "end": inked.x1}[words.anchor]
    along = inked.x0 - shift, inked.x1 - shift
    if words.turned:  # read upwards: what is right goes up, what is up goes left
        return Bbox.from_extents(
            words.x - inked.y1, words.y - along[1], words.x - inked.y0, words.y - along[0]
        )
    return Bbox.from_extents(
        words.x + along[0], words.y - inked.y1, words.x + along[1], words.y - inked.y0
    )
