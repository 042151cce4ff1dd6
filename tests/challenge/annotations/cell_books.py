"""Small notebooks with notes in them, and the reading of them."""

from datetime import date
from typing import Any

import nbformat
from nbformat import NotebookNode

from diag360 import load_catalogue
from diag360.challenge.annotations.cells import FoundNote, read_notes_of
from diag360.challenge.variants.model import Changes

CATALOGUE = load_catalogue()
TODAY = date(2026, 11, 23)
WEIGHTS = Changes(weights={"be2_i05": 2.0})
ID, OTHER = "n-0123456789", "n-abcdefabcd"


def book(*sources: str, **metadata: Any) -> NotebookNode:
    """Notebook whose first cell is a title, then one cell per text."""
    cells = [nbformat.v4.new_markdown_cell("# Titre", id="titre")]
    cells += [
        nbformat.v4.new_markdown_cell(source, id=f"c{place}")
        for place, source in enumerate(sources)
    ]
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def read(
    notebook: NotebookNode, *, name: str = "30_diagnostic.ipynb", **kwargs: str
) -> list[FoundNote]:
    return read_notes_of(notebook, name=name, catalogue=CATALOGUE, today=TODAY, **kwargs)


def only(*sources: str, **metadata: Any) -> FoundNote:
    (found,) = read(book(*sources, **metadata))
    return found


FULL = """@objection seuil Taux de pauvreté · Jeanne Roux (thématique) · 2026-11-20 · équipe
Le seuil est trop bas.

preuve : https://exemple.fr/etude.pdf (page 12)
Suite.
- preuve : Titre du document, page 3
```yaml
weights: {be2_i05: 2}
```"""
