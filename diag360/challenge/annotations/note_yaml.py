"""A note as YAML: its text readable as it was typed, and read back exactly."""

import re
from typing import Any

import yaml

from diag360.challenge.annotations.model import Note

_SCHEMA = "# yaml-language-server: $schema=schema/note.schema.json\n"
_STR = "tag:yaml.org,2002:str"
# What one looks for first comes first; the model puts the fields of the content before the others.
_FIRST = ("id", "motivation", "target", "creator", "created", "visibility", "status", "withdrawn",
          "body", "evidence", "changes", "decision", "replies")  # fmt: skip
# The strict reader takes for a number what YAML 1.1, which PyYAML writes, does not (1e5).
_NUMBER = re.compile(r"[-+]?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?")
_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def note_text_yaml(note: Note) -> str:
    """Write a note as YAML that :func:`~diag360.challenge.annotations.store.read_store` reads back.

    Parameters
    ----------
    note : Note
        What to write; keys at their default are left out.

    Returns
    -------
    str
        Content of ``<id>.yaml``. Texts of several lines are literal blocks (``|``) wherever that
        reads back exactly, and quoted where it does not.
    """
    told = note.model_dump(by_alias=True, exclude_defaults=True)
    keys = [key for key in _FIRST if key in told]
    body = plain({key: told[key] for key in dict.fromkeys([*keys, *told])})
    text = _dump(body, _Literal)
    return _SCHEMA + (text if _reads_back(body, text) else _dump(body, _Quoted))


def plain(body: Any) -> Any:
    """Tuples become lists, and a whole number loses its point: both read back the same."""
    if isinstance(body, dict):
        return {key: plain(inner) for key, inner in body.items()}
    if isinstance(body, list | tuple):
        return [plain(inner) for inner in body]
    if isinstance(body, float) and body.is_integer() and abs(body) < 1e15:
        return int(body)
    return body


class _Literal(yaml.SafeDumper):
    """Indents its lists, and writes texts of several lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their key, as the files of the catalogue do."""
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write twice what is there twice: the strict reader knows no anchor, nor do people."""
        del data
        return True

    def analyze_scalar(self, scalar: str) -> Any:
        """Let a tabulation stand in a block; PyYAML would quote the whole text."""
        found = super().analyze_scalar(scalar.replace("\t", "x"))
        found.scalar = scalar
        if "\t" in scalar:
            found.allow_flow_plain = found.allow_block_plain = found.allow_single_quoted = False
        return found


class _Quoted(_Literal):
    """Quotes every text of several lines."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else '"' if _NUMBER.fullmatch(text) else None
    return dumper.represent_scalar(_STR, text, style=style)


def _quote(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_STR, text, style='"')


_Literal.add_representer(str, _block)
_Quoted.add_representer(str, _quote)


def _dump(body: Any, dumper: type[_Literal]) -> str:
    return str(yaml.dump(body, Dumper=dumper, allow_unicode=True, sort_keys=False, width=100))


def _reads_back(body: Any, text: str) -> bool:
    """Whether a text is what the strict reader, which libyaml parses for, finds in it."""
    try:
        return _same(body, yaml.load(text, Loader=_Base))
    except yaml.YAMLError:
        return False


def _same(body: Any, read: Any) -> bool:
    """Whether every text was read back as it is; the other scalars cannot be mistaken."""
    if isinstance(body, dict):
        return isinstance(read, dict) and all(_same(body[key], read.get(key)) for key in body)
    if isinstance(body, list):
        return len(body) == len(read) and all(map(_same, body, read))
    return not isinstance(body, str) or body == read
