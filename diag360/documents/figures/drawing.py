"""A picture or a matplotlib figure as a self-contained image with its text alternative."""

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from diag360.documents.figures import picture
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.picture import Picture

# Wong (2011), doi:10.1038/nmeth.1618: hues that colour-blind readers tell apart.
BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#8a8f98", picture.INK
PALE_BLUE, PALE_ORANGE, PALE_GREY = "#b7d3e8", "#f3cdb3", "#d9dde3"

# Typed loosely: matplotlib types its settings as one closed list of names.
STYLE: Any = {
    "font.size": 9.5,
    "font.family": "DejaVu Sans",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.left": False,
    "svg.fonttype": "path",
    # Fixed, so that two runs give the same bytes.
    "svg.hashsalt": "diag360",
}
WIDTH = 4.4  # inches: letters of 9 points still measure 10 pixels on a phone


def as_image(
    figure: Figure | Picture,
    *,
    alt: str,
    caption: str,
    table: pd.DataFrame,
    wide: bool = False,
) -> Fragment:
    """Turn a figure into an inline image.

    Parameters
    ----------
    figure : Figure or Picture
        What was drawn.
    alt : str
        What the figure says, in one or two sentences.
    caption : str
        How to read it.
    table : DataFrame
        The numbers drawn, already as text, offered below the image.
    wide : bool
        Whether the image scrolls on a narrow screen instead of shrinking.

    Returns
    -------
    Fragment
        HTML with the image inside, no other file needed.
    """
    if isinstance(figure, Picture):
        drawn = figure.svg().encode()
        width, height = figure.width / 72, figure.height / 72
    else:
        buffer = io.BytesIO()
        with rc_context(STYLE):
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        drawn = buffer.getvalue()
        width, height = figure.get_size_inches()
    image = base64.b64encode(drawn).decode("ascii")
    return render(
        "drawing", image=image, alt=alt, caption=caption, table=table, wide=wide,
        width=round(96 * width), height=round(96 * height),
    )  # fmt: skip


def inks_on(colours: npt.NDArray[np.uint8]) -> list[str]:
    """Choose, for each colour, the ink read best on it.

    Parameters
    ----------
    colours : ndarray of uint8, shape (n, 3)
        Red, green and blue.

    Returns
    -------
    list of str
        White or ink, whichever contrasts more with each (WCAG 2.2, relative luminance).
    """
    light = luminance(colours)
    dark = luminance(np.array([[int(INK[at : at + 2], 16) for at in (1, 3, 5)]], dtype=np.uint8))
    # Contrast with white, (1 + 0.05) / (L + 0.05), against contrast with ink.
    return ["#fff" if 1.05 * (dark[0] + 0.05) > (one + 0.05) ** 2 else INK for one in light]


def luminance(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Relative luminance of colours (WCAG 2.2), in [0, 1].

    Parameters
    ----------
    colours : ndarray of uint8, shape (n, 3)
        Red, green and blue.

    Returns
    -------
    ndarray, shape (n,)
        0 for black, 1 for white.
    """
    part = colours / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ (0.2126, 0.7152, 0.0722))
