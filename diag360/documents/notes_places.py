"""Where notes stand, in words a reader knows: names of territories, titles of paragraphs."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from diag360.catalogue.french import space
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.resolve import target_label
from diag360.challenge.annotations.target import Target
from diag360.documents.note_html import one_line
from diag360.errors import Refusal
from diag360.paths import notebooks_dir
from diag360.territories.places import find_place

_MARKS = re.compile(r"[#*_>`]+|^\s*[-+]\s")
_WORDS = 60  # characters of a paragraph that stand for its title


Cells = Mapping[str, Mapping[str, str]]  # by notebook, source of each cell by id


def cell_sources() -> Cells:
    """Read the cells of the shipped notebooks: by notebook, without ending, sources by id."""
    return {
        path.stem: {str(cell.get("id", "")): "".join(cell["source"]) for cell in _cells(path)}
        for path in sorted(notebooks_dir().glob("*.ipynb"))
    }


def template_cells() -> dict[str, frozenset[str]]:
    """Ids of the cells of every shipped notebook, by its name without ending."""
    return {name: frozenset(held) for name, held in cell_sources().items()}


def shown_texts(notebook: str) -> frozenset[str]:
    """Ids of the text cells of a shipped notebook that its page shows, hence their anchors."""
    path = notebooks_dir() / f"{notebook}.ipynb"
    return frozenset(
        cell["id"]
        for cell in (_cells(path) if path.is_file() else [])
        if cell["cell_type"] == "markdown" and "remove-cell" not in cell["metadata"].get("tags", [])
    )


def place_label(
    target: Target, *, catalogue: Catalogue, territory: str = "", cells: Cells | None = None
) -> str:
    """Say what a note is about, for a reader who knows neither ids nor codes.

    Parameters
    ----------
    target : Target
        Of the note.
    catalogue : Catalogue
        Labels.
    territory : str
        Code of the territory of the document, which then goes without saying.
    cells : mapping of str to mapping, optional
        Sources of the cells (:func:`cell_sources`), for the titles of paragraphs.

    Returns
    -------
    str
        On one line.
    """
    notebook, cell = (*target.parts, "")[:2]
    source = (cells or {}).get(notebook, {}).get(cell, "")
    if target.kind == "paragraphe" and (title := _title(source)):
        label = f"Texte « {title} »"
        label += f", pour {target.territory}" if target.territory else ""
    else:
        label = target_label(target, catalogue=catalogue)
    if code := target.territory:
        said = "" if code == territory else f" pour {territory_name(code)}"
        ending = f" pour {code}"
        label = (
            label.removesuffix(ending).removesuffix(",") + said if label.endswith(ending) else label
        )
    return space(one_line(label))


@lru_cache(maxsize=4096)
def territory_name(code: str) -> str:
    """Name of a territory; its code when nobody knows it."""
    try:
        return find_place(code).name
    except Refusal:
        return code


def _title(source: str) -> str:
    """First words of a paragraph: its heading, when it has one."""
    lines = [_MARKS.sub("", line).strip() for line in source.split("\n")]
    return one_line(next((line for line in lines if line), ""), limit=_WORDS)


def _cells(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells
