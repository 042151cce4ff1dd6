"""The method told step by step: notebooks executed, then pages that lead to one another."""

import re
import tempfile
from pathlib import Path

from diag360.catalogue.load import load_catalogue
from diag360.documents.annotated import read_shelf, run_annotated
from diag360.documents.notebook import keep_partial
from diag360.documents.notes import SHIPPED
from diag360.documents.notes_before import Site
from diag360.documents.render import render_html
from diag360.errors import Refusal
from diag360.files import write_texts, writing_in
from diag360.paths import notebooks_dir
from diag360.territories.perimeter import find_territory

# Notebook → title of its page, and the parameters it takes.
PAGES = {
    "00_lire_moi": "Lisez-moi",
    "10_methode": "La méthode, pas à pas",
    "20_catalogue": "Le catalogue",
    "29_references": "Textes et sources",
}
_LINK = re.compile(r'href="(' + "|".join(PAGES) + r")\.ipynb")


def make_method(
    *,
    output: Path,
    territory: str = "200065928",
    indicator: str = "be2_i13",
    annotations: str = SHIPPED,
) -> list[Path]:
    """Execute the notebooks of the method and render them as pages.

    Parameters
    ----------
    output : Path
        Folder of the pages.
    territory : str
        Siren or name of the territory the method follows.
    indicator : str
        Id of the indicator it follows, answered by a number.
    annotations : str
        Notes of experts: ``livrées`` for those of the package, ``aucune``, or a folder of notes.

    Returns
    -------
    list of Path
        Pages, in reading order.

    Raises
    ------
    Refusal
        When the territory is unknown or a cell fails; no page is written then,
        but the partial notebook is kept.
    """
    place, catalogue = find_territory(territory), load_catalogue()
    store = read_shelf(annotations, catalogue=catalogue)
    parameters: dict[str, dict[str, str]] = {
        "00_lire_moi": {"form": "non"},  # widgets, as for the sliders below
        "10_methode": {
            "territory": place.siren,
            "indicator": indicator,
            "framework": "besoins-2021",
            # Nobody moves them here, and their messages can leave the run waiting for ever.
            "sliders": "non",
        },
        "20_catalogue": {"framework": "besoins-2021", "needs": "tous"},
    }
    texts = {}
    with tempfile.TemporaryDirectory(prefix="diag360-") as aside:
        for name, title in PAGES.items():
            partial = Path(aside) / f"{name}.ipynb"
            try:
                made = run_annotated(
                    notebooks_dir() / f"{name}.ipynb",
                    parameters=parameters.get(name, {}),
                    partial=partial,
                    site=Site(notebook=name, catalogue=catalogue),
                    store=store,
                    source=annotations,
                )
            except Refusal as refusal:
                raise keep_partial(refusal, partial, output / f"{name}.echec.ipynb") from None
            words = f"{title} · Diagnostic 360° de résilience"
            html = render_html(made.notebook, title=words, notes=made.html)
            (output / f"{name}.echec.ipynb").unlink(missing_ok=True)
            texts[f"{name}.html"] = _LINK.sub(r'href="\1.html', html)
    with writing_in(output):
        output.mkdir(parents=True, exist_ok=True)
    return write_texts(output, texts)
