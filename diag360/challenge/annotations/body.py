"""What follows the header of a note: free text, lines of evidence, the block of a proposition."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diag360.challenge.annotations.changes_block import Block, block_lines, read_block
from diag360.challenge.annotations.evidence import evidence_line, is_evidence, read_evidence
from diag360.challenge.annotations.header import opens_note
from diag360.challenge.annotations.model import Content, Evidence, Kind
from diag360.challenge.variants.model import Changes

_FENCE = re.compile(r" {0,3}(?:(`{3,})([^`]*)|(~{3,})(.*))")
_ESCAPED = re.compile(r"(\s*)\\+(.*)")
_TWO_BLOCKS = "deux blocs de changements : le dernier est pris, l’autre reste dans le texte"


@dataclass(frozen=True, slots=True)
class Body:
    """What stands under a header.

    Parameters
    ----------
    text : str
        Free text, in Markdown.
    evidence : tuple of Evidence
        In the order of their lines.
    changes : Changes or None
        Of a proposition.
    remarks : tuple of str
        What could not be read, in French.
    """

    text: str
    evidence: tuple[Evidence, ...] = ()
    changes: Changes | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fence:
    """A block of code that is closed: places of its two marks, and what follows the first."""

    first: int
    last: int
    info: str


def split_notes(lines: Sequence[str]) -> list[list[str]]:
    """Cut the lines of a cell at each header; the first one is known to be a header.

    Parameters
    ----------
    lines : sequence of str
        Clean, from the first header on.

    Returns
    -------
    list of list of str
        Each begins with its header.
    """
    inside = {place for fence in _fences(lines) for place in range(fence.first, fence.last + 1)}
    starts = [
        place
        for place, line in enumerate(lines)
        if place == 0 or (place not in inside and opens_note(line, strict=True))
    ]
    ends = [*starts[1:], len(lines)]
    return [list(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def read_body(lines: Sequence[str], *, kind: Kind) -> Body:
    """Read what stands under a header; never raises.

    Parameters
    ----------
    lines : sequence of str
        Clean, without the header.
    kind : str
        In a proposition, a block need not be said to be YAML, and one that is no change is
        remarked upon.

    Returns
    -------
    Body
        A block that cannot be read stays in the text, with a remark.
    """
    fences = _fences(lines)
    blocks = {fence: _block_of(fence, lines, kind) for fence in fences}
    sound = [fence for fence, block in blocks.items() if block.changes is not None]
    taken = sound[-1] if sound else None
    remarks = list(dict.fromkeys(block.remark for block in blocks.values() if block.remark))
    remarks += [_TWO_BLOCKS] if len(sound) > 1 else []
    opened = {fence.first: fence for fence in fences}
    text: list[str] = []
    evidence = []
    place = 0
    while place < len(lines):
        fence = opened.get(place)
        if fence is None:
            read = read_evidence(lines[place])
            if read is None:
                text.append(_unescaped(lines[place]))
            else:
                evidence.append(read)
            place += 1
            continue
        if fence is not taken:
            text += [_info_unescaped(lines[place]), *lines[place + 1 : fence.last + 1]]
        place = fence.last + 1
    changes = blocks[taken].changes if taken is not None else None
    return Body("\n".join(text).strip("\n"), tuple(evidence), changes, tuple(remarks))


def body_lines(content: Content) -> Iterator[str]:
    """Write what stands under the header of a note: text, evidence, block of changes.

    Parameters
    ----------
    content : Content
        Clean.

    Yields
    ------
    str
        Lines; those of the text that would be read otherwise carry a backslash.
    """
    if content.body:
        yield from ("", *_escaped_lines(content.body.split("\n"), content.motivation))
    if content.evidence:
        yield from ("", *map(evidence_line, content.evidence))
    if content.changes is not None:
        yield from ("", *block_lines(content.changes))


def _escaped_lines(lines: Sequence[str], kind: Kind) -> Iterator[str]:
    opened = {fence.first: fence for fence in _fences(lines)}
    place = 0
    while place < len(lines):
        line, fence = lines[place], opened.get(place)
        if fence is not None:
            ours = _block_of(fence, lines, kind).changes is not None
            escape = ours or fence.info.startswith("\\")
            yield _info_escaped(line) if escape else line
            yield from lines[place + 1 : fence.last + 1]
            place = fence.last + 1
            continue
        bare = _ESCAPED.fullmatch(line)
        meant = f"{bare[1]}{bare[2]}" if bare else line
        yield _escaped(line) if _is_special(meant) else line
        place += 1


def _is_special(line: str) -> bool:
    """Whether a line of text would be taken for something else."""
    return opens_note(line, strict=True) or is_evidence(line) or _FENCE.fullmatch(line) is not None


def _escaped(line: str) -> str:
    kept = line.lstrip()
    return f"{line[: len(line) - len(kept)]}\\{kept}"


def _unescaped(line: str) -> str:
    bare = _ESCAPED.fullmatch(line)
    if bare is None or not _is_special(f"{bare[1]}{bare[2]}"):
        return line
    return line.replace("\\", "", 1)


def _info_escaped(line: str) -> str:
    mark = _mark_of(line)
    return f"{mark}\\{line[len(mark) :]}"


def _info_unescaped(line: str) -> str:
    mark = _mark_of(line)
    return mark + line[len(mark) :].removeprefix("\\")


def _mark_of(line: str) -> str:
    found = _FENCE.fullmatch(line)
    return "" if found is None else line[: found.start(2 if found[1] else 4)]


def _block_of(fence: _Fence, lines: Sequence[str], kind: Kind) -> Block:
    if fence.info.startswith("\\") or (kind != "proposition" and not fence.info):
        return Block(None)
    block = read_block(lines[fence.first + 1 : fence.last], info=fence.info)
    return block if kind == "proposition" else Block(block.changes)


def _fences(lines: Sequence[str]) -> list[_Fence]:
    """Blocks of code that are closed; a mark that nothing closes is text."""
    marks = [_FENCE.fullmatch(line) for line in lines]
    # Longest mark able to close, from each line on: a mark with nothing behind it.
    longest = [{"`": 0, "~": 0} for _ in range(len(lines) + 1)]
    for place in range(len(lines) - 1, -1, -1):
        longest[place] = longest[place + 1]
        if (mark := marks[place]) and not (mark[2] or mark[4]):
            sign, length = lines[place].strip()[0], len(lines[place].strip())
            longest[place] = {**longest[place], sign: max(length, longest[place][sign])}
    found = []
    place = 0
    while place < len(lines):
        if (mark := marks[place]) is not None:
            sign, length = (mark[1] or mark[3])[0], len(mark[1] or mark[3])
            if longest[place + 1][sign] >= length:
                last = place + 1
                while not _closes(marks[last], sign, length):
                    last += 1
                found.append(_Fence(place, last, (mark[2] or mark[4] or "").strip()))
                place = last
        place += 1
    return found


def _closes(mark: re.Match[str] | None, sign: str, length: int) -> bool:
    if mark is None or mark[2] or mark[4]:
        return False
    told = mark[1] or mark[3]
    return told[0] == sign and len(told) >= length
