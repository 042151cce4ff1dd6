"""French typography put by the machine, so that nobody has to type an unbreakable space."""

import re

_SPACES = (
    (re.compile(r" (?=[:»])|(?<=«) "), "\u00a0"),
    (re.compile(r" (?=[;!?])"), "\u202f"),
    (re.compile(r"(?<=\d) (?=[%€])"), "\u00a0"),
)
_THOUSANDS = re.compile(r"\b(\d{1,3})[ \u00a0](?=\d{3}\b)")
_LETTERS = (("'", "’"), ("...", "…"))


def space(text: str) -> str:
    """Put unbreakable spaces where French wants them.

    Parameters
    ----------
    text : str
        Plain text, typed with ordinary spaces.

    Returns
    -------
    str
        Unbreakable spaces before ``: ; ! ? » % €`` and after ``«``.
    """
    for pattern, blank in _SPACES:
        text = pattern.sub(blank, text)
    return text


def typeset_text(text: str) -> str:
    """Typeset a text of the catalogue: one line, spaces, thousands, apostrophes, ellipses."""
    for typed, printed in _LETTERS:
        text = text.replace(typed, printed)
    if "\n" in text or "  " in text:
        text = re.sub(r"[ \n]+", " ", text)
    text = text.strip()
    return space(_THOUSANDS.sub("\\1\u202f", text))
