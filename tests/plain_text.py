"""What a command prints, as one would type it."""

import re


def plain(text: str) -> str:
    """Take away colours, and make spaces ordinary ones."""
    return re.sub("[\u00a0\u202f]", " ", re.sub(r"\x1b\[[0-9;]*m", "", text))
