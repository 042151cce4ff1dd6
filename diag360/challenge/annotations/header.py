"""The first line of a note: its kind, then fields in any order, each known by its shape."""

import re
from dataclasses import dataclass
from datetime import date

from diag360.challenge.annotations.header_words import (
    ANY_NOTE,
    KIND_WORDS,
    ROLE_WORDS,
    VISIBILITY_WORDS,
    day_of,
    kind_of,
    role_of,
    visibility_of,
)
from diag360.challenge.annotations.model import Content, Creator, Kind, Visibility
from diag360.challenge.annotations.target import KINDS, parse_target
from diag360.territories.perimeter import plain

# Marks of Markdown may stand before the kind: a title, a quotation, bold letters.
_OPENING = re.compile(r"[\s#>*_]*@\s?([^\W\d_]++)(?![0-9]|[_.@/-][^\W_])(.*)")
_BARE = re.compile(r"[\s#>*_]*@?\s?([^\W\d_]+)(?=[\s*_]*·)(.*)")
_INDENTED = re.compile(r"[#>*_]*(?: {4}|\t)")
_FIRST_WORD = re.compile(r"[\s:*_—–-]*([^\W\d_]+)(?!\w)(.*)")
_SEPARATORS = re.compile(r"[·•∙⋅‧|]|\s;(?=\s|$)")
_GLUE = " :*_#`—–-"
_MARKS = " *_#`"
_ID = re.compile(r"n-[0-9a-f]{10}", re.IGNORECASE)
_ADDRESS = re.compile(rf"(?:{'|'.join(KINDS)})/\S")
_SIGNED = re.compile(r"(?:auteur|autrice|auteure|signé)\s*:\s*(.*)", re.IGNORECASE)
_KEPT_IN = re.compile(r"(?:[ée]quipe|priv[ée]e?)(?![\w’'-])[\s:,.!—–-]*(?=\w)(.+)", re.IGNORECASE)
_BY = re.compile(r"par\s+", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(.*?)\s*\(([^()]*)\)")
# What a backslash takes the meaning of, each with a stand-in no clean text can contain.
_SPECIAL = "\\·•∙⋅‧|;(),*_#`:@/ "
_HIDDEN = {sign: chr(0xFDD0 + place) for place, sign in enumerate(_SPECIAL)}
_SHOWN = str.maketrans({hidden: sign for sign, hidden in _HIDDEN.items()})
_ESCAPED = re.compile(rf"\\([{re.escape(_SPECIAL)}])")
_LONGEST_NAME = 60
_MOST_FIELDS = 12  # what comes after is text, separators and all
NOBODY = Creator()


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says; empty where it says nothing.

    Parameters
    ----------
    kind : str
        Motivation of the note.
    words : str
        The target as written: an address, or words to place.
    creator : Creator
        Name and role.
    created : date or None
        Day written.
    visibility : str or None
        Visibility written.
    note_id : str
        Id written, ``""`` for a note nobody has collected yet.
    loose : tuple of str
        Fields of no known shape, in order; their place alone does not say what they are.
    remarks : tuple of str
        What could not be read, in French.
    """

    kind: Kind
    words: str = ""
    creator: Creator = NOBODY
    created: date | None = None
    visibility: Visibility | None = None
    note_id: str = ""
    loose: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def opens_note(line: str, *, strict: bool = False, bare: bool = False) -> bool:
    """Tell whether a line opens a note.

    Parameters
    ----------
    line : str
        Clean, on its own.
    strict : bool
        Neither typos nor an indented line: for a line in the middle of a cell.
    bare : bool
        The ``@`` may be missing: for a cell already known to hold a note.
    """
    return _opening(line, strict=strict, bare=bare) is not None


def read_header(line: str, *, bare: bool = False) -> Header | None:
    """Read the first line of a note, None when it opens none.

    Parameters
    ----------
    line : str
        Clean (:func:`diag360.challenge.annotations.clean.clean_text`).
    bare : bool
        The ``@`` may be missing.

    Returns
    -------
    Header or None
        With every field recognised; never raises.
    """
    opening = _opening(line, bare=bare)
    if opening is None:
        return None
    kind, rest = opening
    rest = _ESCAPED.sub(lambda found: _HIDDEN[found[1]], rest)
    reading = _Reading()
    for place, field in enumerate(_SEPARATORS.split(" ".join(rest.split()), maxsplit=_MOST_FIELDS)):
        field = field.strip(_MARKS) if place else field.lstrip(_GLUE).rstrip(_MARKS)
        if field:
            reading.take(field, glued=place == 0)
    return Header(
        kind=kind,
        words=_show(reading.words),
        creator=reading.creator or NOBODY,
        created=reading.created,
        visibility=reading.visibility,
        note_id=reading.note_id,
        loose=tuple(_show(field) for field in reading.loose),
        remarks=tuple(_show(remark) for remark in reading.remarks),
    )


class _Reading:
    """Fields found so far."""

    def __init__(self) -> None:
        self.words = self.note_id = ""
        self.creator: Creator | None = None
        self.created: date | None = None
        self.visibility: Visibility | None = None
        self.loose: list[str] = []
        self.remarks: list[str] = []

    def take(self, field: str, *, glued: bool) -> None:
        """Put a field where its shape says; one that comes twice is loose, never lost."""
        if glued and (kept := _KEPT_IN.match(field)) and not _creator_of(field):
            # « @note équipe Brouillon… »: what was meant for the team must not become public.
            self.visibility = "equipe"
            field = kept[1]
        is_day, day = day_of(field)
        visibility = visibility_of(field)
        creator = _creator_of(field)
        if _ID.fullmatch(field) and not self.note_id:
            self.note_id = field.lower()
        elif is_day and day is None:
            self.remarks.append(f"« {field[:_LONGEST_NAME]} » n’est pas une date")
        elif day is not None and self.created is None:
            self.created = day
        elif visibility is not None and self.visibility is None:
            self.visibility = visibility
        elif not self.words and (address := _address_in(field)):
            self.words = address
        elif creator is not None and self.creator is None:
            self.creator = creator
        elif glued:
            self.words = field
        else:
            self.loose.append(field)


def looks_like_name(field: str) -> bool:
    """Tell whether a field of no known shape may be the name of a person or of a body."""
    short = len(field) <= _LONGEST_NAME and len(field.split()) <= 6
    return short and not re.search(r"[\d?!…:;/=]|\.$", field) and bool(re.search(r"\w", field))


def name_in(field: str) -> str:
    """Name a loose field gives, without the « par » that may lead to it."""
    return _BY.sub("", field, count=1)


def header_line(content: Content, *, label: str = "", note_id: str = "") -> str:
    """Write the header of a note, in the one form that :func:`read_header` reads without doubt.

    Parameters
    ----------
    content : Content
        Clean.
    label : str
        What the target is called, shown beside its address; not read back.
    note_id : str
        Id of the note, if it has one.

    Returns
    -------
    str
        ``@objection · seuil/be2_i05 (…) · Jeanne Roux (thématique) · 2026-11-20 · public · n-…``.
    """
    fields = [
        f"@{KIND_WORDS[content.motivation]}",
        _target_field(content.target, label),
        _creator_field(content.creator),
        content.created.isoformat(),
        VISIBILITY_WORDS[content.visibility],
        note_id,
    ]
    return " · ".join(field for field in fields if field)


def _target_field(address: str, label: str) -> str:
    words = address.startswith("inconnu/")
    escaped = _escape(address, but="(),*_#`:@/" + " " * words)
    if address[-1] in _MARKS:  # a field loses the marks around it
        escaped = f"{escaped[:-1]}\\{address[-1]}"
    return escaped if words or not label else f"{escaped} ({_escape(label, but='_*#`:@/(), ')})"


def _creator_field(creator: Creator) -> str:
    role = f"({ROLE_WORDS[creator.role]})" if creator.role else ""
    if not creator.name:  # « équipe » alone says who may read
        return "(équipe diag360)" if creator.role == "equipe" else role
    simple = f"{creator.name} {role}".strip()
    if role:
        sure = Header("precision", "inconnu/x", creator, date.max, "equipe")
    else:  # a name alone has no shape: it is told from what the other fields are
        sure = Header("precision", "inconnu/x", NOBODY, date.max, "equipe", loose=(creator.name,))
    alone = looks_like_name(creator.name) and name_in(creator.name) == creator.name
    read = read_header(f"@note · inconnu/x · {simple} · {date.max} · équipe")
    if read == sure and (role or alone):
        return simple
    return f"auteur : {_escape(creator.name, but=' ')} {role}".strip()


def _opening(line: str, *, strict: bool = False, bare: bool = False) -> tuple[Kind, str] | None:
    found = (_BARE if bare else _OPENING).match(line) or _OPENING.match(line)
    if found is None or (strict and _INDENTED.match(line)):
        return None
    kind = kind_of(found[1], typos=not strict)
    if kind is None:
        return None
    rest = found[2]
    if plain(found[1]) in ANY_NOTE and (second := _FIRST_WORD.match(rest)):
        told = None if plain(second[1]) in ANY_NOTE else kind_of(second[1], typos=False)
        if told is not None:
            return told, second[2]
    return kind, rest


def _address_in(field: str) -> str:
    """Address a field opens with, its label left out; ``""`` when it holds none."""
    if not _ADDRESS.match(field):
        return ""
    if field.startswith("inconnu/"):
        return field
    address, _, after = field.partition(" ")
    labelled = not after or (after.startswith("(") and after.endswith(")"))
    return address if labelled and parse_target(address) else ""


def _creator_of(field: str) -> Creator | None:
    """Author told by the shape of a field: said to be one, or with a role."""
    signed = _SIGNED.fullmatch(field)
    told = signed[1] if signed else field
    name, role = told, None
    if (bracketed := _IN_BRACKETS.fullmatch(told)) and (role := role_of(bracketed[2])):
        name = bracketed[1]
    elif "," in told and (role := role_of(told.rpartition(",")[2])):
        name = told.rpartition(",")[0]
    elif not signed and (role := role_of(told)):
        name = ""
    if role is None and not signed:
        return None
    name = name.strip(_MARKS)
    return Creator(name=_show(name if signed else name_in(name)), role=role)


def _escape(text: str, *, but: str) -> str:
    return "".join(f"\\{c}" if c in _SPECIAL and c not in but else c for c in text)


def _show(text: str) -> str:
    return text.translate(_SHOWN)
