"""What stands in a comment cell: the comment of a value, and the notes on it, each in brackets.

``[n-0123456789] Objection de Jeanne Roux (thématique) : … [fin]``. What is typed outside the
brackets is new; what is changed inside them is an edit.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diag360.challenge.annotations.body import body_lines, read_body
from diag360.challenge.annotations.clean import clean_content, clean_line, clean_text
from diag360.challenge.annotations.header_words import KIND_WORDS, ROLE_WORDS, kind_of, role_of
from diag360.challenge.annotations.model import Content, Creator, Note
from diag360.challenge.annotations.target import parse_target
from diag360.documents.note_html import SUITE, one_line
from diag360.documents.workbooks import xlsx_style as style
from diag360.documents.workbooks.note_sheet import Put, fingerprint
from diag360.territories.workbook.noted import END

_GAP = "\n\n"
# Room under which a note is not worth cutting: it is then left to the documents.
_SHORTEST = 300
_BRACKETS = re.compile(r"\[(n-[0-9a-f]{10}|fin)\]")
_CUT = re.compile(rf"\s*{re.escape(SUITE)}\s*\Z")
_LEAD = re.compile(
    r"\s*(?P<kind>[^\W\d_]+)(?:\s+d(?:e\s+|[’']\s?)(?P<name>[^:\n()]{1,120}?))?"
    r"(?:\s*\((?P<role>[^()\n]{1,40})\))?\s*:\s*"
)
_VOWELS = tuple("aâàeéèêëiîïoôuûüyhœæAÂÀEÉÈÊËIÎÏOÔUÛÜYHŒÆ")


@dataclass(frozen=True, slots=True)
class Commented:
    """A comment cell.

    Parameters
    ----------
    text : str
        What it shows; never longer than a cell holds.
    puts : tuple of Put
        What it is made of.
    """

    text: str
    puts: tuple[Put, ...]


def comment_cells(
    notes: Iterable[Note], territory: str, *, comments: Mapping[str, str] | None = None
) -> dict[str, Commented]:
    """Bring together the comments of values and the notes on them.

    Parameters
    ----------
    notes : iterable of Note
        Public ones that speak of a value or a rating of the territory are kept, unless withdrawn:
        a workbook goes from hand to hand.
    territory : str
        Code of the territory.
    comments : mapping of str to str, optional
        Comment of the value, by indicator.

    Returns
    -------
    dict of str to Commented
        By indicator, or hazard. A note that says what the comment says is not written twice. When
        a cell would be too small its notes are cut, and say so; beyond a hundred notes the last
        ones are left to the documents.
    """
    by_line: dict[str, list[Note]] = {}
    for note in sorted(notes, key=lambda one: (one.created, one.id)):
        target = parse_target(note.target)
        if target is None or target.kind not in ("valeur", "cotation"):
            continue
        if target.territory == territory and note.visibility == "public" and not note.withdrawn:
            by_line.setdefault(target.parts[0], []).append(note)
    said = {name: words for name, words in (comments or {}).items() if words.strip()}
    return {
        name: _cell(name, said.get(name, ""), by_line.get(name, []))
        for name in dict.fromkeys((*said, *by_line))
    }


def read_segment(words: str, *, base: Content, shown: int | None) -> Content:
    """Read a note that was put in a cell and may have been edited there.

    Parameters
    ----------
    words : str
        Clean, between the id and the end.
    base : Content
        What it was put with; gives what the cell does not show.
    shown : int or None
        Characters of its text that were put, when it was cut.

    Returns
    -------
    Content
        ``base`` itself when nothing but spaces has changed.
    """
    if fingerprint(words) == fingerprint(_lead(base) + _spoken(base, shown)):
        return base
    told, rest = _without_lead(words, base)
    if shown is not None and _CUT.search(rest):
        rest = _CUT.sub("", rest) + _whole(base)[shown:]
    body = read_body(rest.strip("\n ").split("\n"), kind=told["motivation"])
    changes = body.changes or base.changes
    told |= {"body": body.text, "evidence": body.evidence, "changes": changes}
    return clean_content(base.model_copy(update=told))


def read_lead(words: str) -> tuple[dict[str, Any], str]:
    """Read the kind and the author before the colon, and what follows; nothing when not there."""
    found = _LEAD.match(words)
    kind = kind_of(found["kind"], typos=False) if found else None
    if found is None or kind is None:
        return {}, words
    role = role_of(found["role"]) if found["role"] else None
    name = clean_line(found["name"] or "")
    if found["role"] and role is None:
        name = f"{name} ({found['role']})"
    return {"motivation": kind, "creator": Creator(name=name, role=role)}, words[found.end() :]


def _cell(indicator: str, comment: str, notes: Sequence[Note]) -> Commented:
    comment = _BRACKETS.sub(r"(\1)", comment)
    own = next((n for n in notes if comment and fingerprint(n.body) == fingerprint(comment)), None)
    parts, puts = [], []
    if comment:
        known = {} if own is None else _known(own)
        put = Put(indicator=indicator, print=fingerprint(comment), words=comment, **known)
        parts.append(comment)
        puts.append(put.model_copy(update={"bare": own is not None}))
    others = [note for note in notes if note is not own]
    room = style.CELL_LIMIT - style.cell_length(comment) - len(_GAP) * len(others)
    others = others[: max(0, room // _SHORTEST)]
    for note, share in zip(others, _shares(others, room), strict=True):
        text, shown = _segment(note, share)
        parts.append(text)
        words = _lead(note.content) + _spoken(note.content, shown)
        put = Put(indicator=indicator, print=fingerprint(words), shown=shown, **_known(note))
        puts.append(put)
    return Commented(_GAP.join(parts), tuple(puts))


def _known(note: Note) -> dict[str, Any]:
    content = note.content
    return {"note_id": note.id, "revision": content.revision, "content": content}


def _shares(notes: Sequence[Note], room: int) -> list[int]:
    """Share the room of a cell: short notes take what they need, long ones the rest."""
    lengths = [
        style.cell_length(_bracketed(n, _lead(n.content) + _whole(n.content))) for n in notes
    ]
    shares = [0] * len(notes)
    left = room
    for waiting, at in enumerate(sorted(range(len(notes)), key=lambda i: lengths[i])):
        shares[at] = min(lengths[at], left // (len(notes) - waiting))
        left -= shares[at]
    return shares


def _segment(note: Note, room: int) -> tuple[str, int | None]:
    """Write a note between brackets, and say how much of it is shown when it had to be cut."""
    whole, lead = _whole(note.content), _lead(note.content)
    if style.cell_length(_bracketed(note, lead + whole)) <= room:
        return _bracketed(note, lead + whole), None
    around = style.cell_length(_bracketed(note, lead)) + 1
    end = f" {SUITE}"
    shown = len(style.fit(whole, end=end, limit=room - around).removesuffix(end).rstrip())
    return _bracketed(note, lead + _spoken(note.content, shown)), shown


def _bracketed(note: Note, words: str) -> str:
    return f"[{note.id}] {words} {END}"


def _whole(content: Content) -> str:
    """Text and proofs of a note as a cell shows them; a change of the method is not shown."""
    lines = body_lines(content.model_copy(update={"changes": None}))
    # A tabulation of an .ods cell is lost by those who read it.
    words = clean_text("\n".join(lines)).strip("\n").replace("\t", "    ")
    return _BRACKETS.sub(r"(\1)", words)


def _spoken(content: Content, shown: int | None) -> str:
    whole = _whole(content)
    return whole if shown is None else f"{whole[:shown].rstrip()} {SUITE}"


def _lead(content: Content) -> str:
    """Say what a note is and who signs it: « Objection de Jeanne Roux (thématique) : »."""
    name = _BRACKETS.sub(r"(\1)", one_line(content.creator.name, limit=80))
    role = f" ({ROLE_WORDS[content.creator.role]})" if content.creator.role else ""
    of = (" d’" if name.startswith(_VOWELS) else " de ") + name if name else ""
    return f"{KIND_WORDS[content.motivation].capitalize()}{of}{role}\u00a0: "


def _without_lead(words: str, base: Content) -> tuple[dict[str, Any], str]:
    """Cut off what stands before the colon; the author is read again only when it has changed."""
    lead = r"[\s\u00a0\u202f]*".join(map(re.escape, _lead(base).split()))
    kept = re.match(lead + r"\s?", words.lstrip())
    if kept:
        return {"motivation": base.motivation}, words.lstrip()[kept.end() :]
    told, rest = read_lead(words)
    return {"motivation": base.motivation, **told}, rest
