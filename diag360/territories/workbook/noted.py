"""Notes of experts in a comment cell: where they stand, and what is written beside them.

A note put in a cell opens with its id, ``[n-0123456789]``, at the start of a line, and closes with
``[fin]``. It is not a comment of the value: notes are read by those who collect them.
"""

import re

END = "[fin]"
_ID = r"\[(n-[0-9a-f]{10})\]"
# Without its end, a note goes on to the next one, or to the end of the cell.
SEGMENT = re.compile(
    rf"^[ \t\u00a0\u202f]*{_ID}(.*?)(?:{re.escape(END)}|(?=^[ \t\u00a0\u202f]*{_ID})|\Z)",
    re.DOTALL | re.MULTILINE,
)
_GAP = re.compile(r"\n\s*\n\s*\n\s*")


def without_notes(text: str) -> str:
    """Give what a comment cell says beside the notes put there.

    Parameters
    ----------
    text : str
        Of the cell.

    Returns
    -------
    str
        Unchanged when no note stands there.
    """
    if "[n-" not in text:
        return text
    return _GAP.sub("\n\n", SEGMENT.sub("", text)).strip()
