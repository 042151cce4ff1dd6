"""French spacing in finished pages: no line ever starts with a colon or ends with « alone."""

import re

from diag360.catalogue.french import space

# What is left as it is: verbatim passages whole, and any other tag.
_KEPT = re.compile(r"(<(style|pre|code)\b[^>]*>.*?</\2\s*>|<[^>]*>)", re.IGNORECASE | re.DOTALL)
_BREAK = "\0"  # between two texts: a character that no page may hold


def typeset(html: str) -> str:
    """Put unbreakable spaces where French wants them, in the text of a page only.

    Parameters
    ----------
    html : str
        Page; tags, attributes, styles and verbatim passages are left as they are.

    Returns
    -------
    str
        The same page with unbreakable spaces before ``: ; ! ? » %`` and after ``«``.
    """
    parts = _KEPT.split(html.replace(_BREAK, "\ufffd"))  # text, what is kept, its name, text…
    parts[0::3] = space(_BREAK.join(parts[0::3])).split(_BREAK)
    del parts[2::3]
    return "".join(parts)
