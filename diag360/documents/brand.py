"""Whose document it is: the name, the logo and the colour of who publishes it."""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

DEFAULT_COLOUR = "#1f4e79"
READABLE = 4.5  # contrast of a text, WCAG 2.2 criterion 1.4.3, level AA
LARGEST = 500_000  # bytes of a logo
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
# What may stand before the root of an SVG; taken off piece by piece, so that no text is slow.
_BEFORE_SVG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>", re.DOTALL | re.IGNORECASE)
_SVG = re.compile(rb"<svg[\s>]")


@dataclass(frozen=True, slots=True)
class Brand:
    """Who publishes a document.

    Parameters
    ----------
    name : str
        As it is printed.
    logo : Path or None
        Absolute path of an image.
    colour : str
        Accent, ``#rrggbb``.
    """

    name: str
    logo: Path | None = None
    colour: str = DEFAULT_COLOUR


def contrast_on_white(colour: str) -> float:
    """Contrast of a colour on white.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.

    Returns
    -------
    float
        From 1 (white) to 21 (black): ratio of relative luminances, WCAG 2.2
        (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).

    Raises
    ------
    ValueError
        When it is not such a colour.
    """
    if not _COLOUR.fullmatch(colour):
        msg = f"not a colour: {colour!r}"
        raise ValueError(msg)
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def brand_problem(brand: Brand) -> list[tuple[str, str, str]]:
    """Say what is wrong with a brand.

    Parameters
    ----------
    brand : Brand
        As given.

    Returns
    -------
    list of (str, str, str)
        Field, problem and remedy, in French; empty when it can be printed.
    """
    found = []
    if not brand.name.strip():
        found.append(("name", "le nom est vide", "l’écrire"))
    if not _COLOUR.fullmatch(brand.colour):
        problem = f"« {brand.colour} » n’est pas une couleur"
        found.append(("colour", problem, "écrire # et six chiffres de 0 à f, comme « #1f4e79 »"))
    elif (ratio := contrast_on_white(brand.colour)) < READABLE:
        # Rounded down: 4,49 must not be told as 4,5.
        told = f"{int(ratio * 10) / 10:.1f}".replace(".", ",")
        problem = f"« {brand.colour} » est trop clair sur blanc : contraste de {told} pour 1"
        found.append(("colour", problem, "en choisir une plus sombre : au moins 4,5 pour 1"))
    if brand.logo is not None:
        found += [("logo", *one) for one in _logo_problem(brand.logo)]
    return found


def _logo_problem(logo: Path) -> list[tuple[str, str]]:
    try:
        size = logo.stat().st_size
        content = logo.read_bytes() if size <= LARGEST else b""
    except (OSError, ValueError) as error:
        reason = "n’existe pas" if isinstance(error, FileNotFoundError) else "est illisible"
        return [(f"« {logo.name} » {reason}", f"chemin compris : {logo}")]
    if size > LARGEST:
        problem = f"« {logo.name} » pèse {round(size / 1000)} ko"
        return [(problem, "le réduire : 500 ko au plus, il est dans chaque page")]
    if not media_type(content):
        return [(f"« {logo.name} » n’est pas une image", "donner un PNG, JPEG, GIF, WebP ou SVG")]
    return []


def media_type(content: bytes) -> str:
    """Media type of an image, by what it holds and not by its name; "" for anything else."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    start = len(b"\xef\xbb\xbf") if content.startswith(b"\xef\xbb\xbf") else 0
    while before := _BEFORE_SVG.match(content, start):
        start = before.end()
    return "image/svg+xml" if _SVG.match(content, start) else ""


def brand_css(brand: Brand | None) -> str:
    """Style of a brand: its accent replaces that of the page; "" without one.

    Parameters
    ----------
    brand : Brand or None
        Checked by :func:`brand_problem`.

    Returns
    -------
    str
        CSS without any text of the brand but its colour.
    """
    if brand is None:
        return ""
    assert _COLOUR.fullmatch(brand.colour)  # what stands in a style sheet is never free text
    return (
        f":root {{ --accent: {brand.colour}; }}\n"
        ".brand { display: flex; align-items: center; gap: .8rem; margin: 0 0 1.2rem;"
        " padding: 0 0 .6rem; border-bottom: 3px solid var(--accent); }\n"
        ".brand img { max-height: 3.5rem; max-width: 12rem; }\n"
        ".brand p { margin: 0; font-weight: 600; color: var(--accent); }\n"
        "h2 { border-top-color: var(--accent); }\n"
        ".category { background: var(--accent); }\n"
        "@media print { .brand { margin-bottom: .4rem; padding-bottom: .3rem; }"
        " .brand img { max-height: 2rem; } }\n"
    )


def brand_html(brand: Brand | None) -> str:
    """Head of a page: logo and name; "" without a brand.

    Parameters
    ----------
    brand : Brand or None
        Checked by :func:`brand_problem`; its name is escaped, its logo embedded.

    Returns
    -------
    str
        HTML that fetches nothing. The name of the commons and its licence stay in the page.
    """
    if brand is None:
        return ""
    image = ""
    if brand.logo is not None:
        # The name is beside it: read aloud once.
        image = f'<img src="{_data_uri(brand.logo, brand.logo.stat().st_mtime_ns)}" alt="">'
    return f'<header class="brand">{image}<p>{escape(brand.name)}</p></header>\n'


@lru_cache(maxsize=16)
def _data_uri(logo: Path, stamp: int) -> str:
    """Embed an image; read again when the file changes."""
    del stamp
    content = logo.read_bytes()
    return f"data:{media_type(content)};base64,{base64.b64encode(content).decode('ascii')}"
