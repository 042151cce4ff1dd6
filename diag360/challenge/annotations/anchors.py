"""Where a cell stands: the notebook it comes from, and ids that no tool has renumbered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from diag360.challenge.annotations.clean import clean_line, clean_text
from diag360.paths import notebooks_dir

_RANDOM = 8  # signs of the ids that nbformat draws


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a notebook says of itself.

    Parameters
    ----------
    stem : str
        Name of the template, without ending (``30_diagnostic``).
    territory : str
        Code of its territory, ``""`` for a template.
    ids : tuple of str
        Id of each cell; of the shipped template when a tool renumbered them and the source tells,
        ``""`` when it does not.
    renumbered : bool
        Whether the ids written in the file say nothing.
    """

    stem: str
    territory: str
    ids: tuple[str, ...]
    renumbered: bool


def read_sheet(notebook: NotebookNode, *, name: str, territory: str = "") -> Sheet:
    """Read what a notebook says of itself; never raises.

    Parameters
    ----------
    notebook : NotebookNode
        A template, a document, a copy of either.
    name : str
        Of its file.
    territory : str
        Code of the territory; read in the metadata of an executed notebook when left out.

    Returns
    -------
    Sheet
        A copy (``30_diagnostic-Copy1.ipynb``) is taken for the notebook it copies.
    """
    told = inner(inner(notebook, "metadata"), "diag360")
    written = told.get("notebook")
    known = [path.stem for path in sorted(notebooks_dir().glob("*.ipynb"))]
    stem = _stem(written if isinstance(written, str) and written.strip() else name)
    if stem not in known:
        stem = next((shipped for shipped in reversed(known) if stem.startswith(shipped)), stem)
    if not territory:
        territory = clean_line(str(inner(told, "parameters").get("territory") or ""))
        territory = territory.replace("/", " ").strip()
    cells = cells_of(notebook)
    ids = [_id_of(cell) for cell in cells]
    renumbered = not any(ids)
    if renumbered and cells:
        shipped = _shipped_ids(stem) if stem in known else {}
        ids = [shipped.get(source_of(cell).strip(), "") for cell in cells]
    return Sheet(stem, territory, tuple(ids), renumbered)


def cells_of(notebook: NotebookNode) -> Sequence[Any]:
    """Cells of a notebook, in order; none when it has no list of cells."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def source_of(cell: Any) -> str:
    """Text of a cell, clean."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return clean_text(source) if isinstance(source, str) else ""


def inner(holder: Any, key: str) -> Any:
    """What a mapping holds under a key; an empty mapping when that is not one."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}


def _stem(name: str) -> str:
    stem = Path(clean_line(name).replace("\\", "/")).name.removesuffix(".ipynb")
    return stem.strip() or "carnet"


def _id_of(cell: Any) -> str:
    """Id of a cell; ``""`` for a rank, which only says where it stood in one file.

    Ids drawn at random have eight signs at least, and may be all digits.
    """
    written = cell.get("id")
    told = clean_line(written).replace("/", " ").strip() if isinstance(written, str) else ""
    return "" if told.isdigit() and len(told) < _RANDOM else told


def _shipped_ids(stem: str) -> dict[str, str]:
    """Ids of the cells of a shipped notebook, by source; sources that come twice left out."""
    path = notebooks_dir() / f"{stem}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found: dict[str, str] = {}
    for cell in cells:
        source = source_of(cell).strip()
        found[source] = "" if source in found else str(cell.get("id", ""))
    return found
