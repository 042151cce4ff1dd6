"""French spacing in finished pages: no line ever starts with a colon or ends with « alone."""

import re

from diag360.catalogue.french import space

_TAGS = re.compile(r"(<[^>]*>)")
_VERBATIM = {"style", "pre", "code"}


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
    parts = _TAGS.split(html)
    inside = ""
    for at, part in enumerate(parts):
        if at % 2:
            name = part.strip("</> ").split(maxsplit=1)[0].lower() if part.strip("</> ") else ""
            if name in _VERBATIM:
                inside = "" if part.startswith("</") else name
        elif not inside:
            parts[at] = space(part)
    return "".join(parts)
