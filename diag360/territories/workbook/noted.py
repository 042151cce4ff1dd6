"""Notes of experts in a comment cell: where they stand, and what is written beside them.

A note put in a cell opens with its id, ``[n-0123456789]``, at the start of a line, and closes with
``[fin]``; one typed there opens with its kind, ``@objection``. Neither is a comment of the value,
which documents print: notes are read by those who collect them, and some are for the team alone.
"""

import re

END = "[fin]"
_ID = r"\[(n-[0-9a-f]{10})\]"
# Without its end, a note goes on to the next one, or to the end of the cell.
SEGMENT = re.compile(
    rf"^[ \t\u00a0\u202f]*{_ID}(.*?)(?:{re.escape(END)}|(?=^[ \t\u00a0\u202f]*{_ID})|\Z)",
    re.DOTALL | re.MULTILINE,
)
_MARKS = r"[\s#>*_]*@[ \u00a0]?"
_KINDS = "note|remarque|commentaire|objection|pr[ée]cision|source|proposition|question"
_TEAM = r"\b(?:[ée]quipe|priv[ée]e?)\b"
# On the first line the kind may be mistyped; what it keeps for the team is no less so.
_TYPED = re.compile(
    rf"\A{_MARKS}[^\W\d_]+(?![\w@.-])[^\n]*{_TEAM}|^{_MARKS}(?:{_KINDS})s?(?![\w@.-])",
    re.IGNORECASE | re.MULTILINE,
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
    if "[n-" not in text and "@" not in text:
        return text
    left = SEGMENT.sub("", text) if "[n-" in text else text
    typed = _TYPED.search(left)
    kept = left[: typed.start()] if typed else left
    return text if kept == text else _GAP.sub("\n\n", kept).strip()
