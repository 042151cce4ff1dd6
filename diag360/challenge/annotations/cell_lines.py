"""The notes of one cell, as lines: whether there are any, and where each begins."""

import re
from typing import Any

from diag360.challenge.annotations.anchors import inner, source_of
from diag360.challenge.annotations.body import split_notes
from diag360.challenge.annotations.header import opens_note

# What a line of Python beginning with @ leads to, comments and other decorators apart.
_DECORATED = re.compile(r"(?:async\s+)?(?:def|class)\b")


def notes_in(cell: Any) -> list[list[str]]:
    """Cut a cell into its notes; never raises.

    Parameters
    ----------
    cell : NotebookNode
        Of any kind: a note typed in a cell of code is a note, a decorated function is not.

    Returns
    -------
    list of list of str
        Clean lines of each note, its header first; empty when the first line of text opens none.
    """
    lines = source_of(cell).split("\n")
    start = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    lines = lines[start:]
    if not lines or not opens_note(lines[0], bare=bool(stamp_of(cell)[0])):
        return []
    if cell.get("cell_type") == "code" and _is_code(lines):
        return []
    return split_notes(lines)


def stamp_of(cell: Any) -> tuple[str, str]:
    """Id and revision that we wrote in the metadata of a cell; empty texts when we did not."""
    told = inner(inner(cell, "metadata"), "diag360")
    note, revision = told.get("note"), told.get("revision")
    return (
        note if isinstance(note, str) else "",
        revision if isinstance(revision, str) else "",
    )


def _is_code(lines: list[str]) -> bool:
    after = next((line for line in lines[1:] if line and line[0] not in "@#"), "")
    return _DECORATED.match(after) is not None
