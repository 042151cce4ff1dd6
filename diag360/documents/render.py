"""nbconvert → one self-contained, accessible HTML page that opens with no network."""

from typing import Any

from nbconvert import HTMLExporter

from diag360.documents.typography import typeset
from diag360.paths import templates_dir


def render_html(notebook: Any, *, title: str) -> str:
    """Turn an executed notebook into a document.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed notebook; code, parameters and cells tagged ``remove-cell`` are left out.
    title : str
        Title of the page.

    Returns
    -------
    str
        HTML without script or external resource; the same for the same outputs.
    """
    notebook.metadata["title"] = title
    exporter = HTMLExporter(
        template_name="diag360",
        extra_template_basedirs=[str(templates_dir() / "nbconvert")],
        exclude_anchor_links=True,
    )
    html, _ = exporter.from_notebook_node(notebook)
    return typeset(str(html))
