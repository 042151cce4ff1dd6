"""What somebody types in a comment cell: plain words, or notes with a header (« @objection »)."""

from collections.abc import Iterator
from typing import Any

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.body import read_body, split_notes
from diag360.challenge.annotations.clean import clean_content
from diag360.challenge.annotations.header import (
    Header,
    looks_like_name,
    name_in,
    opens_note,
    read_header,
)
from diag360.challenge.annotations.model import Content, Creator
from diag360.challenge.annotations.resolve import resolve_target
from diag360.challenge.annotations.target import parse_target
from diag360.territories.perimeter import plain

# What of an indicator a note may be about, when it is said in the cell of its value.
_FACETS = {
    "valeur": "valeur",
    "seuil": "seuil",
    "seuils": "seuil",
    "poids": "poids",
    "indicateur": "indicateur",
    "definition": "indicateur",
}
Typed = tuple[Content, bool, tuple[str, ...]]


def creator_of(words: str) -> Creator:
    """Read who signs, with a role in brackets or after a comma; anything else is a name."""
    if not words:
        return Creator()
    read = read_header(f"@note · {words}")
    if read is not None and read == Header(read.kind, creator=read.creator):
        return read.creator if read.creator != Creator() else Creator(name=words)
    return Creator(name=words)


def read_typed(text: str, *, base: Content, catalogue: Catalogue) -> Iterator[Typed]:
    """Read the notes typed in the comment cell of a value.

    Parameters
    ----------
    text : str
        Clean, without the notes we had put there.
    base : Content
        What holds unless a header says otherwise: kind, value spoken of, author, day.
    catalogue : Catalogue
        Where targets are looked for.

    Yields
    ------
    content : Content
        Of each note; the words before a first header are a note too.
    dated : bool
        Whether a day was written with it.
    remarks : tuple of str
        What could not be read, in French.
    """
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if _opens(lines, at)), len(lines))
    before = "\n".join(lines[:first]).strip()
    if before:
        yield _plain(lines[:first], base), False, ()
    for note in split_notes(lines[first:]) if lines[first:] else ():
        header = read_header(note[0])
        if header is not None:
            yield _headed(header, note[1:], base=base, catalogue=catalogue)


def _opens(lines: list[str], at: int) -> bool:
    """Whether a line opens a note; only the first one of a cell may be mistyped."""
    return opens_note(lines[at], strict=any(line.strip() for line in lines[:at]))


def _plain(lines: list[str], base: Content) -> Content:
    body = read_body(lines, kind=base.motivation)
    told = {"body": body.text.strip(), "evidence": body.evidence}
    return clean_content(base.model_copy(update=told))


def _headed(header: Header, lines: list[str], *, base: Content, catalogue: Catalogue) -> Typed:
    body = read_body(lines, kind=header.kind)
    target, spoken = _target(header.words, base, catalogue)
    creator, loose = header.creator, list(header.loose)
    if not creator.name and loose and looks_like_name(loose[0]):
        creator = Creator(name=name_in(loose.pop(0)), role=creator.role)
    # On the line of a header one also begins to speak: those words are the text.
    text = "\n".join(filter(None, [" · ".join(filter(None, [spoken, *loose])), body.text]))
    told: dict[str, Any] = {
        "motivation": header.kind,
        "target": target,
        "creator": creator if creator != Creator() else base.creator,
        "created": header.created or base.created,
        "visibility": header.visibility or base.visibility,
        "evidence": body.evidence,
        "changes": body.changes,
        "body": text,
    }
    remarks = (*header.remarks, *body.remarks)
    return clean_content(base.model_copy(update=told)), header.created is not None, remarks


def _target(words: str, base: Content, catalogue: Catalogue) -> tuple[str, str]:
    """Give what a note is about, and the words that turn out to be its text."""
    own = parse_target(base.target)
    indicator = own.indicator if own else ""
    if not words or own is None or not indicator:
        return base.target, words
    if parse_target(words) is not None:
        return words, ""
    facet = _FACETS.get(plain(words.split()[0]))
    if facet is None:
        return base.target, words
    if len(words.split()) == 1:
        return (base.target if facet == "valeur" else f"{facet}/{indicator}"), ""
    found, _ = resolve_target(words, catalogue=catalogue, territory=own.territory)
    if found.indicator == indicator:
        return str(found), ""
    return base.target, words
