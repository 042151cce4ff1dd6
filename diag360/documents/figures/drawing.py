"""A matplotlib figure as a self-contained image with its text alternative."""

import base64
import io
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from diag360.documents.figures.fragments import Fragment, render

# Wong (2011), doi:10.1038/nmeth.1618: hues that colour-blind readers tell apart.
BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#8a8f98", "#1d2733"
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
    figure: Figure, *, alt: str, caption: str, table: pd.DataFrame, wide: bool = False
) -> Fragment:
    """Turn a figure into an inline image.

    Parameters
    ----------
    figure : Figure
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
    buffer = io.BytesIO()
    with rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    image = base64.b64encode(buffer.getvalue()).decode("ascii")
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    return render(
        "drawing", image=image, alt=alt, caption=caption, table=table, width=width, height=height,
        wide=wide,
    )  # fmt: skip
