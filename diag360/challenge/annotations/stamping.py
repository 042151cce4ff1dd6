"""Ids written in the cells where notes were found, so that they are known from then on."""

from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.anchors import cells_of, inner
from diag360.challenge.annotations.body import read_body
from diag360.challenge.annotations.cell_lines import notes_in, stamp_of
from diag360.challenge.annotations.found import FoundNote
from diag360.challenge.annotations.written import TAG, header_of, markdown_cell, note_text

_nbformat: Any = nbformat  # its functions have no types


def stamped(
    notebook: NotebookNode,
    ids: Sequence[str],
    *,
    found: Sequence[FoundNote],
    catalogue: Catalogue,
) -> NotebookNode:
    """Write the id of each note in its header and in the metadata of its cell.

    A cell with two notes becomes two cells; the header takes its canonical form, what stands
    under it stays as typed. Cells without a note, and those already stamped, are not touched.

    Parameters
    ----------
    notebook : NotebookNode
        As it was read; it is left as it is.
    ids : sequence of str
        One per note, in reading order; ``""`` leaves a note as it is.
    found : sequence of FoundNote
        What :func:`read_notes_of` found, in the same order.
    catalogue : Catalogue
        Where the label shown beside the address is.

    Returns
    -------
    NotebookNode
        Another one.

    Raises
    ------
    ValueError
        When there are not as many ids as notes.
    """
    held = [notes_in(cell) for cell in cells_of(notebook)]
    if not len(ids) == len(found) == sum(len(notes) for notes in held):
        msg = f"{len(ids)} identifiants pour {sum(len(notes) for notes in held)} notes"
        raise ValueError(msg)
    made: NotebookNode = _nbformat.from_dict(notebook)
    given = iter(zip(ids, found, strict=True))
    used = {cell.get("id") for cell in cells_of(notebook)}
    cells = []
    for cell, notes in zip(cells_of(made), held, strict=True):
        own = [next(given) for _ in notes]
        if _is_settled(cell, own):
            cells.append(cell)
            continue
        for rank, (lines, (note_id, one)) in enumerate(zip(notes, own, strict=True)):
            cells.append(_stamped_cell(cell, lines, note_id, one, catalogue))
            if rank and "id" in cell:
                cells[-1]["id"] = _free(f"note-{note_id or cell['id']}", used)
    made["cells"] = cells
    return made


def _stamped_cell(
    cell: Any, lines: list[str], note_id: str, found: FoundNote, catalogue: Catalogue
) -> NotebookNode:
    """Copy a cell with one of its notes."""
    metadata = {**cell.get("metadata", {})}
    text = "\n".join(lines)
    if note_id:
        content = found.content
        header = header_of(content, note_id=note_id, catalogue=catalogue)
        read = read_body(lines[1:], kind=content.motivation)
        same = (read.text, read.evidence, read.changes) == (
            content.body,
            content.evidence,
            content.changes,
        )
        text = (
            "\n".join([header, *lines[1:]])
            if same
            else note_text(content, note_id=note_id, catalogue=catalogue)
        )
        told = {"note": note_id, "revision": content.revision}
        metadata["diag360"] = {**inner(metadata, "diag360"), **told}
        tags = metadata.get("tags")
        metadata["tags"] = list(dict.fromkeys([*(tags if isinstance(tags, list) else ()), TAG]))
    kept = {name: cell[name] for name in ("id", "attachments") if name in cell}
    return markdown_cell(text.rstrip("\n"), metadata=metadata, **kept)


def _is_settled(cell: Any, own: Sequence[tuple[str, FoundNote]]) -> bool:
    """Whether there is nothing to write in a cell."""
    if not any(note_id for note_id, _ in own):
        return True
    note_id, found = own[0]
    single = len(own) == 1 and cell.get("cell_type") == "markdown" and not found.implied
    return single and found.note_id == note_id and stamp_of(cell) == (
        note_id, found.content.revision,
    )  # fmt: skip


def _free(name: str, used: set[object]) -> str:
    name, number = name[:60], 1
    told = name
    while told in used:
        number += 1
        told = f"{name}-{number}"
    used.add(told)
    return told
