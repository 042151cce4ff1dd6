"""nbconvert → one self-contained, accessible HTML page that opens with no network."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from nbconvert import HTMLExporter, TemplateExporter
from nbformat import NotebookNode

from diag360.documents.brand import Brand, brand_css, brand_html
from diag360.documents.kept_cells import AJOUT, CONFLIT, NOTE, RETOUCHE, tags_of
from diag360.documents.note_html import one_line, safe_html
from diag360.documents.typography import typeset
from diag360.paths import templates_dir

LONGEST = 100_000  # characters shown of a text typed by hand
_UNSEEN = {"remove-cell", "injected-parameters", "parameters"}
_SAID = {
    CONFLIT: "Revu à la main alors que le carnet changeait aussi : à trancher",
    RETOUCHE: "Texte revu à la main",
    AJOUT: "Ajouté à la main",
}
_HEADING = re.compile(r"(#{1,4})[ \t]+(.+?)[ \t#]*(?:\n|$)")


def render_html(
    notebook: Any,
    *,
    title: str,
    notes: Mapping[str, str] | None = None,
    brand: Brand | None = None,
) -> str:
    """Turn an executed notebook into a document.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed notebook; code, parameters and cells tagged ``remove-cell`` are left out.
    title : str
        Title of the page.
    notes : mapping of str to str, optional
        By id of cell, the HTML that stands in place of it: notes on a paragraph, made safe. Other
        notes are shown beside what they are about, and their cells are left out.
    brand : Brand, optional
        Name, logo and colour of who publishes it, at the head of the page.

    Returns
    -------
    str
        HTML without script or external resource; the same for the same outputs. A text typed by
        hand is made safe (:func:`diag360.documents.note_html.safe_html`); code typed by hand, and
        its outputs, are left out.
    """
    notebook.metadata["title"] = title
    exporter = _exporter(str(templates_dir() / "nbconvert"))
    told = {cell.id: html for cell in notebook.cells if (html := _instead(cell)) is not None}
    told.update(notes or {})
    # The exporter copies and checks every cell several times: it is given those that are shown.
    cells = [cell for cell in notebook.cells if told.get(cell.id, True)]
    shown = NotebookNode({**notebook, "cells": cells})
    resources = {
        "instead": told,
        "brand_style": brand_css(brand),
        "brand_head": brand_html(brand),
    }
    html, _ = exporter.from_notebook_node(shown, resources=resources)
    return typeset(str(html))


class _Exporter(HTMLExporter):
    """The exporter, without the second reading of its own page that long pages would pay for."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


@lru_cache(maxsize=1)
def _exporter(folder: str) -> _Exporter:
    """Make the exporter once for many pages: compiling its templates takes half of a page."""
    return _Exporter(
        template_name="diag360",
        extra_template_basedirs=[folder],
        exclude_anchor_links=True,
        optimistic_validation=True,  # once, not after each of the eleven preprocessors
    )


def _instead(cell: Any) -> str | None:
    """Give what the page shows in place of a cell; None when it is shown as it is."""
    tags = set(tags_of(cell))
    if tags & _UNSEEN or NOTE in tags:
        return ""
    said = next((words for tag, words in _SAID.items() if tag in tags), "")
    if not said:
        return None
    return _typed(cell, said) if cell.cell_type == "markdown" else ""


def _typed(cell: Any, said: str) -> str:
    """Show a text typed by hand, and say so; only a text of the notebook keeps its heading."""
    anchor, heading, text = "", "", cell.source
    if RETOUCHE in tags_of(cell):
        anchor = f' id="{escape(cell.id)}"'
        if first := _HEADING.match(text):
            level, text = len(first[1]), text[first.end() :]
            heading = f"<h{level}>{escape(one_line(first[2]))}</h{level}>\n"
    words = f'<p class="kicker">{said}</p>\n'
    body = safe_html(text, limit=LONGEST)
    return f'<section class="text"{anchor}>\n{heading}{words}{body}\n</section>'
