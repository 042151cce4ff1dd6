"""A note written back as the text of a cell, in the form that is read without doubt."""

from typing import Any

import nbformat
from nbformat import NotebookNode

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.body import body_lines
from diag360.challenge.annotations.clean import clean_content
from diag360.challenge.annotations.header import header_line
from diag360.challenge.annotations.model import Content, Note
from diag360.challenge.annotations.resolve import target_label
from diag360.challenge.annotations.target import parse_target, unknown

TAG = "note"
_nbformat: Any = nbformat  # its functions have no types


def note_text(content: Content, *, note_id: str, catalogue: Catalogue) -> str:
    """Write a note as the text of a cell, which :func:`read_notes_of` reads back.

    Parameters
    ----------
    content : Content
        Cleaned first when it is not.
    note_id : str
        ``""`` for a note that has none.
    catalogue : Catalogue
        Where the label shown beside the address is.

    Returns
    -------
    str
        Header, text, evidence, block of changes.
    """
    content = clean_content(content)
    header = header_of(content, note_id=note_id, catalogue=catalogue)
    return "\n".join([header, *body_lines(content)])


def note_cell(note: Note, *, catalogue: Catalogue) -> NotebookNode:
    """Make the cell that puts a note back in a notebook.

    Parameters
    ----------
    note : Note
        From the store.
    catalogue : Catalogue
        Where the label shown beside the address is.

    Returns
    -------
    NotebookNode
        Markdown cell ``note-<id>``, stamped with the id and the revision it holds.
    """
    content = clean_content(note.content)
    text = note_text(content, note_id=note.id, catalogue=catalogue)
    metadata = {"diag360": {"note": note.id, "revision": content.revision}, "tags": [TAG]}
    return markdown_cell(text, metadata=metadata, id=f"note-{note.id}")


def header_of(content: Content, *, note_id: str, catalogue: Catalogue) -> str:
    """Write the header of a note, its target called by its label."""
    target = parse_target(content.target) or unknown(content.target)
    label = target_label(target, catalogue=catalogue)
    return header_line(content, label=label, note_id=note_id)


def markdown_cell(text: str, *, metadata: dict[str, Any], **kept: Any) -> NotebookNode:
    """Make a cell of text."""
    cell: NotebookNode = _nbformat.from_dict(
        {**kept, "cell_type": "markdown", "metadata": metadata, "source": text}
    )
    return cell
