"""What is done to a text before anything reads it: it becomes plain, and stays readable."""

import re
import unicodedata
from typing import Any

from diag360.challenge.annotations.model import Content, Creator, Evidence
from diag360.challenge.annotations.target import parse_target, unknown
from diag360.challenge.variants.model import Changes

# Word processors and other systems end a line with these; all of them become \n.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls, marks that turn the direction of the text around, a stray byte-order mark, and the
# code points that are not characters (which header.py is then free to use as placeholders).
_DROPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufdd0-\ufdef\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOST_MARKS = 30  # combining marks on one letter, as in the Stream-Safe Text Format (UAX 15)


def clean_text(text: str) -> str:
    """Clean a text of several lines; never raises, and cleaning twice is cleaning once.

    Parameters
    ----------
    text : str
        Anything: pasted, read from a file, hostile.

    Returns
    -------
    str
        In NFC, lines ended by a line feed and without trailing spaces. Controls but the tabulation
        and controls of direction are dropped, lone surrogates are replaced by U+FFFD; letters
        written from right to left stay.
    """
    text = _DROPPED.sub("", _LINE_ENDS.sub("\n", text))
    text = _SURROGATES.sub("\ufffd", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _fewer_marks(text))
    return "\n".join(line.rstrip() for line in text.split("\n"))


def clean_line(text: str) -> str:
    """Clean a text of one line: every run of spaces or line ends is one space."""
    return " ".join(clean_text(text).split())


def clean_content(content: Content) -> Content:
    """Clean every text of a note; an address nobody can read becomes words to place.

    Parameters
    ----------
    content : Content
        From anywhere.

    Returns
    -------
    Content
        The one that :func:`diag360.challenge.annotations.cells.note_text` writes, and that is read
        back as it is.
    """
    creator = Creator(name=clean_line(content.creator.name), role=content.creator.role)
    made = {
        "target": clean_target(content.target),
        "creator": creator,
        "body": clean_text(content.body).strip("\n"),
        "evidence": tuple(
            cleaned for one in content.evidence if (cleaned := _clean_evidence(one)) is not None
        ),
        "changes": content.changes and clean_changes(content.changes),
    }
    return content.model_copy(update=made)


def clean_target(address: str) -> str:
    """Clean an address, part by part; words that are none become ``inconnu/words``."""
    target = parse_target("/".join(clean_line(part) for part in address.split("/")))
    if target is None or target.kind == "inconnu":
        return str(unknown(clean_line(address.removeprefix("inconnu/"))))
    return str(target)


def clean_changes(changes: Changes) -> Changes:
    """Clean the words of changes; they stay as they are when cleaning makes them unsound."""
    told = changes.model_dump(by_alias=True)
    cleaned = _clean_inside(told)
    if cleaned == told:
        return changes
    try:
        return Changes.model_validate(cleaned)
    except ValueError:
        return changes


def _clean_inside(told: Any) -> Any:
    if isinstance(told, str):
        return clean_line(told)
    if isinstance(told, dict):
        return {_clean_inside(key): _clean_inside(inner) for key, inner in told.items()}
    if isinstance(told, list | tuple):
        return type(told)(_clean_inside(inner) for inner in told)
    return told


def _clean_evidence(evidence: Evidence) -> Evidence | None:
    told = {name: clean_line(getattr(evidence, name)) for name in Evidence.model_fields}
    return Evidence(**told) if told["url"] or told["document"] else None


def _fewer_marks(text: str) -> str:
    """Drop the marks beyond the thirtieth of a run: normalizing a longer one takes for ever."""
    kept, run = [], 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)
