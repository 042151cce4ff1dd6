"""French spacing in finished pages: no line ever starts with a colon or ends with « alone."""

import re

_TAGS = re.compile(r"(<[^>]*>)")
_VERBATIM = {"style", "pre", "code"}
_RULES = (
    (re.compile(r" (?=[:»])|(?<=«) "), "\u00a0"),
    (re.compile(r" (?=[;!?])"), "\u202f"),
    (re.compile(r"(?<=\d) (?=%)"), "\u00a0"),
)


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
            for pattern, space in _RULES:
                part = pattern.sub(space, part)
            parts[at] = part
    return "".join(parts)
