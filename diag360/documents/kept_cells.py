"""Three-way merge of the cells of a document: what is made anew, what was there, what we wrote.

Pure: lists of cells in, a list of cells out. Nothing someone typed is lost, nothing is doubled,
and merging again what came out changes nothing. Notes are not this module's: put back or dropped
before (:mod:`diag360.documents.put_back`), those still there pass as cells added by hand.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

AJOUT = "ajout"  # typed by hand, or code that differs from the notebook's: kept, never run
RETOUCHE = "retouche"  # a text of the notebook edited by hand
CONFLIT = "conflit"  # edited by hand while the notebook changed too: both are there
NOTE = "note"  # a note of an expert
BY_HAND = frozenset({AJOUT, RETOUCHE, CONFLIT})
_PARAMETERS = {"parameters", "injected-parameters"}
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,50}")


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells of the document, in order, and what the next merge will compare with.

    Parameters
    ----------
    cells : list of NotebookNode
        Those made anew, each followed by what was kept after it.
    base : dict of str to str
        Id → fingerprint of each cell made anew, as made: what we wrote, whoever edits it next.
    """

    cells: list[Any]
    base: dict[str, str]

    def count(self, tag: str) -> int:
        """Count the cells that bear a tag."""
        return sum(tag in tags_of(cell) for cell in self.cells)


def fingerprint(source: str) -> str:
    """Tell a text by 12 hexadecimal digits; line ends and trailing spaces do not count."""
    lines = [line.rstrip() for line in source.splitlines()]
    text = "\n".join(lines).strip("\n")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def fingerprints(cells: Iterable[Any]) -> dict[str, str]:
    """Tell cells by the fingerprint of their text, by id, in order."""
    return {cell.id: fingerprint(cell.source) for cell in cells}


def tags_of(cell: Any) -> list[str]:
    """Give the tags of a cell, whatever its metadata holds."""
    tags = cell.metadata.get("tags", [])
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def is_stamped(notebook: Any) -> bool:
    """Whether a document says what we wrote in it."""
    return _stamp(notebook) is not None


def _stamp(notebook: Any) -> dict[str, str] | None:
    told = notebook.metadata.get("diag360")
    base = told.get("cells") if isinstance(told, Mapping) else None
    sound = isinstance(base, Mapping) and all(isinstance(sha, str) for sha in base.values())
    return dict(base) if sound and base is not None else None


def base_of(notebook: Any, *, made: Sequence[Any]) -> dict[str, str]:
    """Find what we wrote in a document, to tell it from what was typed since.

    Parameters
    ----------
    notebook : NotebookNode
        A document already there.
    made : sequence of NotebookNode
        Cells just made anew.

    Returns
    -------
    dict of str to str
        Fingerprint by id of cell: as stamped; in a document older than the stamps, the cells that
        papermill ran; in a notebook someone ran by hand, the cells of the notebook itself.
    """
    base = _stamp(notebook)
    if base is not None:
        return base
    ran = [cell for cell in notebook.cells if cell.metadata.get("papermill")]
    return fingerprints(ran or made)


def merge_cells(made: Sequence[Any], *, there: Sequence[Any], base: Mapping[str, str]) -> Merged:
    """Put cells made anew in the place of those we wrote, and keep what was typed by hand.

    Parameters
    ----------
    made : sequence of NotebookNode
        Cells just made anew, each with an id of its own.
    there : sequence of NotebookNode
        Cells of the document already there.
    base : mapping of str to str
        What we had written in it (:func:`base_of`).

    Returns
    -------
    Merged
        A cell added by hand follows the nearest cell before it that is still made. A text edited
        by hand stays edited, unless the notebook changed it too: both are then there, tagged
        ``conflit``. Code edited by hand is kept after the cell made anew, as it was.
    """
    own = {cell.id: cell for cell in made}
    base_now = fingerprints(made)
    after: dict[str, list[Any]] = {}
    edited: dict[str, Any] = {}
    anchor = ""
    for cell, name in zip(there, matches(there, base), strict=True):
        if not name:
            if not _blank(cell):
                after.setdefault(anchor, []).append(_tagged(cell, AJOUT))
            continue
        new = own.get(name)
        anchor = name if new is not None else anchor
        now = fingerprint(cell.source)
        if now == base[name] or (new is not None and now == base_now[name]):
            continue
        changed = new is None or base_now[name] != base[name]
        if new is not None and not changed and cell.cell_type == new.cell_type == "markdown":
            edited[name] = cell
        elif not _blank(cell):
            after.setdefault(anchor, []).append(_tagged(cell, CONFLIT if changed else AJOUT))
    taken = set(own)
    cells = [_identified(kept, taken) for kept in after.get("", [])]
    for cell in made:
        cells.append(_retouched(cell, edited[cell.id]) if cell.id in edited else cell)
        cells += [_identified(kept, taken) for kept in after.get(cell.id, [])]
    return Merged(cells, base_now)


def matches(there: Sequence[Any], base: Mapping[str, str]) -> list[str]:
    """Name, for each cell of a document, the cell we wrote that it is; ``""`` for none.

    By id; else by text, for cells moved or renumbered (``nbstripout``); else by place, a lone
    renumbered cell between two known ones being the lone cell we had written between them.
    """
    names = [str(cell.get("id", "")) for cell in there]
    names = [name if name in base else "" for name in names]
    free = [name for name in base if name not in set(names)]
    for at, cell in enumerate(there):
        if not names[at]:
            now = fingerprint(cell.source)
            name = next((one for one in free if base[one] == now), "")
            names[at] = name
            if name:
                free.remove(name)
    return _between(there, names, list(base), free) if free else names


def _between(
    there: Sequence[Any], names: list[str], order: list[str], free: list[str]
) -> list[str]:
    known = ["", *names, ""]
    for at, cell in enumerate(there, start=1):
        before, here, behind = known[at - 1], known[at], known[at + 1]
        if here or not str(cell.get("id", "")).isdigit() or NOTE in tags_of(cell):
            continue
        start = order.index(before) + 1 if before else 0
        end = order.index(behind) if behind else len(order)
        # At either end of the document an unknown neighbour is not the end.
        inside = order[start:end]
        sure = (before or at == 1) and (behind or at == len(there))
        if sure and len(inside) == 1 and inside[0] in free:
            names[at - 1] = inside[0]
    return names


def _blank(cell: Any) -> bool:
    return not (cell.source.strip() or cell.get("outputs") or cell.get("attachments"))


def _tagged(cell: Any, tag: str) -> Any:
    """Copy a kept cell under a tag of ours; it gives no parameter to anything."""
    tags = [one for one in tags_of(cell) if one not in _PARAMETERS]
    if NOTE not in tags and not BY_HAND.intersection(tags):
        tags.append(tag)
    return NotebookNode({**cell, "metadata": NotebookNode({**cell.metadata, "tags": tags})})


def _identified(cell: Any, taken: set[str]) -> Any:
    """Give a kept cell an id of its own; that of a renumbered one would change every time."""
    name = str(cell.get("id", ""))
    if name.isdigit() or not _IDENTIFIER.fullmatch(name):
        name = f"{AJOUT}-{fingerprint(cell.source)}"
    elif name in taken:
        name = f"{AJOUT}-{name}"
    unique, at = name, 1
    while unique in taken:
        at += 1
        unique = f"{name}-{at}"
    taken.add(unique)
    cell["id"] = unique
    return cell


def _retouched(made: Any, edited: Any) -> Any:
    tags = [*(tag for tag in tags_of(made) if tag != RETOUCHE), RETOUCHE]
    told = {"source": edited.source, "metadata": NotebookNode({**made.metadata, "tags": tags})}
    if edited.get("attachments"):
        told["attachments"] = edited["attachments"]
    return NotebookNode({**made, **told})
