"""HTML fragments: templates of ``templates/document/`` filled with what they are given.

Every text is escaped by the template engine: a name or a comment can hold anything.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import jinja2
import pandas as pd

from diag360.documents import text
from diag360.paths import templates_dir


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_dir() / "document"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["text"] = text
    return environment


def render(template: str, **context: object) -> "Fragment":
    """Fill a template.

    Parameters
    ----------
    template : str
        Name in ``templates/document/``, without its ending.
    **context
        What the template names; an unknown name in it is an error.

    Returns
    -------
    Fragment
        HTML that a notebook shows as it is.
    """
    html = _environment().get_template(f"{template}.html.j2").render(**context)
    return Fragment(html)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of HTML, displayed by a notebook and kept by the document."""

    # Without this a notebook would hold it twice: as HTML, and in the plain text beside it.
    html: str = field(repr=False)

    def _repr_html_(self) -> str:
        return self.html


def say(sentence: str) -> Fragment:
    """Show a sentence made by rule from numbers; its text is escaped."""
    return render("sentence", sentence=sentence)


def table(rows: pd.DataFrame, *, caption: str = "") -> Fragment:
    """Show a table whose cells are already text.

    Parameters
    ----------
    rows : DataFrame of str
        Columns carry the headings; the first column heads each row.
    caption : str
        What the table says.

    Returns
    -------
    Fragment
        HTML that scrolls inside the page when it is too wide.
    """
    return render("table", table=rows, caption=caption)


def style() -> Fragment:
    """Give the outputs of a notebook opened in JupyterLab the look of the document.

    Returns
    -------
    Fragment
        A style sheet that touches rendered outputs and nothing else of the page.
    """
    folder = templates_dir() / "nbconvert" / "diag360" / "static"
    rules = "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("variables.css", "blocks.css")
    )
    return Fragment(f"<style>.jp-OutputArea .jp-RenderedHTMLCommon {{\n{rules}}}</style>")
