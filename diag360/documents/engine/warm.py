"""Everything a document needs, loaded once, before processes are forked."""

import gc
import importlib
import io
import pkgutil
import threading
import warnings
from functools import cache

from diag360.documents import figures
from diag360.documents.engine import fresh, kernel
from diag360.documents.engine.child import can_fork
from diag360.documents.engine.one_thread import compute_on_one_core

_LIBRARIES = (
    "diag360.documents.actions",
    "diag360.documents.engine.papermill_engine",
    "diag360.documents.report",
    "diag360.documents.sensitivity",
    "diag360.documents.stress",
    "diag360.documents.vulnerability",
    "ipywidgets",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "nbconvert.exporters.html",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "pandas.io.formats.style",
    "scipy.stats",
    "seaborn",
)


@cache
def warm() -> None:
    """Load libraries, catalogue, open data, fonts and templates, for children to be born with.

    Done once; what is loaded is set aside from the garbage collector, whose marks would make each
    child copy it.

    Raises
    ------
    RuntimeError
        When another thread than this one is alive: a lock that it holds would stay held in
        the children.
    """
    with warnings.catch_warnings():
        fresh.with_defaults()
        for name in _LIBRARIES:
            importlib.import_module(name)
        for module in pkgutil.walk_packages(figures.__path__, f"{figures.__name__}."):
            importlib.import_module(module.name)
        fresh.keep_filters()
    kernel.prepare()
    if can_fork():
        compute_on_one_core()
    _warm_figures()
    _warm_documents()
    others = [one.name for one in threading.enumerate() if one is not threading.current_thread()]
    if others:
        told = f"threads alive before forking: {', '.join(others)}"
        raise RuntimeError(told)
    gc.collect()
    gc.freeze()


def _warm_figures() -> None:
    """Draw once: fonts are looked for, and the ways to write a figure loaded."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.registry import backend_registry
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        figure = Figure()
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, 1, subplot_kw={"projection": "polar"})
        axes.plot([0, 1], [0, 1])
        axes.set_title("é", weight="bold")
        for kind in ("png", "svg"):
            figure.savefig(io.BytesIO(), format=kind, bbox_inches="tight")
    backend_registry.resolve_backend("module://matplotlib_inline.backend_inline")


def _warm_documents() -> None:
    """Read what ships, compile the templates of documents, make a page of nothing."""
    import nbformat

    from diag360.catalogue.load import load_catalogue
    from diag360.documents.figures import fragments
    from diag360.documents.figures.diagnosis.maps import outline
    from diag360.documents.render import render_html
    from diag360.territories.denominators import load_communes
    from diag360.territories.exposure import read_proxies
    from diag360.territories.outlines import load_outlines
    from diag360.territories.perimeter import find_territory
    from diag360.territories.values import read_values

    catalogue = load_catalogue()
    load_communes()
    load_outlines()
    outline(find_territory("200065928"))  # keeps the map of France
    read_values(catalogue=catalogue)
    read_proxies(catalogue=catalogue)
    templates = fragments._environment()
    for name in templates.list_templates(extensions=["j2"]):
        templates.get_template(name)
    cells = [nbformat.v4.new_markdown_cell("# é\n\n*texte*"), nbformat.v4.new_code_cell("1")]
    render_html(nbformat.v4.new_notebook(cells=cells), title="")
