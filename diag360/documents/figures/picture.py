"""Simple shapes and words as an SVG image, drawn without a plotting library.

The figures of a territory are bars, cells, disks and names: laid here in a few milliseconds, so
that a thousand documents cost minutes and not hours. Words stay words, in the reader's own font.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

INK = "#1d2733"
# The font of the page; the wide ones, that all the others fit in, are those of the tests.
FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
_MIDDLE = 0.36  # of the size of letters: from their base line to their middle


@dataclass(frozen=True, slots=True)
class Words:
    """One line of words: where its base line is anchored [points], its size, how it is turned."""

    x: float
    y: float
    text: str
    size: float
    anchor: str
    bold: bool
    turned: bool


@dataclass(slots=True)
class Picture:
    """Shapes laid one over the other on a page.

    Parameters
    ----------
    width, height : float
        Of the page [points, 72 an inch]; places go from its upper left corner.
    """

    width: float
    height: float
    words: list[Words] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)

    def rectangle(
        self, x: float, y: float, width: float, height: float, *, fill: str, edge: str = "",
        line: float = 0.0,
    ) -> None:  # fmt: skip
        """Fill a rectangle, and draw its edge when it has a colour."""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
            f'fill="{fill}"{_edge(edge, line)}/>'
        )

    def disk(
        self, x: float, y: float, radius: float, *, fill: str, edge: str = "", line: float = 0.0
    ) -> None:
        """Fill a disk, and draw its edge when it has a colour."""
        self._parts.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}"{_edge(edge, line)}/>'
        )

    def segment(
        self, x: float, y: float, to_x: float, to_y: float, *, colour: str, line: float
    ) -> None:
        """Draw a straight line."""
        self._parts.append(
            f'<path d="M{_n(x)} {_n(y)}L{_n(to_x)} {_n(to_y)}"{_edge(colour, line)}/>'
        )

    def path(
        self, steps: str, *, fill: str = "none", edge: str = "", line: float = 0.0,
        opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """Draw a path given in the words of SVG (:func:`steps`)."""
        faint = "" if opacity == 1.0 else f' opacity="{_n(opacity)}"'
        self._parts.append(f'<path d="{steps}" fill="{fill}"{_edge(edge, line)}{faint}/>')

    def write(
        self, x: float, y: float, text: str, *, size: float, anchor: str = "start",
        colour: str = INK, bold: bool = False, turned: bool = False, leading: float = 1.15,
    ) -> None:  # fmt: skip
        """Write words whose middle is at a height; several lines are centred on it.

        Parameters
        ----------
        x, y : float
            Where they are anchored [points].
        text : str
            One line, or several.
        size : float
            Of letters [points].
        anchor : {"start", "middle", "end"}
            What of each line is at `x`.
        colour : str
            Of letters.
        bold, turned : bool
            Whether letters are bold; whether words are read upwards.
        leading : float
            From a line to the next [sizes of letters].
        """
        lines = text.split("\n")
        style = "" if anchor == "start" else f' text-anchor="{anchor}"'
        style += f' fill="{colour}"' if colour != INK else ""
        style += ' font-weight="bold"' if bold else ""
        for n, line in enumerate(lines):
            shift = (n - (len(lines) - 1) / 2) * leading * size + _MIDDLE * size
            at_x, at_y = (x + shift, y) if turned else (x, y + shift)
            turn = f' transform="rotate(-90 {_n(at_x)} {_n(at_y)})"' if turned else ""
            self._parts.append(
                f'<text x="{_n(at_x)}" y="{_n(at_y)}" font-size="{_n(size)}"{style}{turn}>'
                f"{escape(line, quote=False)}</text>"
            )
            self.words.append(Words(at_x, at_y, line, size, anchor, bold, turned))

    def svg(self) -> str:
        """Give the image as the text of an SVG file; the same for the same shapes."""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(self.width)}pt" '
            f'height="{_n(self.height)}pt" viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'font-family="{FONTS}" fill="{INK}">\n'
            f'<rect width="100%" height="100%" fill="#fff"/>\n'
        ) + "\n".join([*self._parts, "</svg>\n"])


def steps(*parts: tuple[str, Sequence[tuple[float, float]]]) -> str:
    """Write a path: a letter of SVG, then the points it takes."""
    return "".join(
        letter + " ".join(f"{_n(x)} {_n(y)}" for x, y in points) for letter, points in parts
    )


def _edge(colour: str, line: float) -> str:
    if not colour:
        return ""
    return f' stroke="{colour}"' + ("" if line == 1.0 else f' stroke-width="{_n(line)}"')


def _n(number: float) -> str:
    """Write a place to the hundredth of a point, which nobody sees."""
    words = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if words == "-0" else words
