"""Changing a YAML text in one place and leaving the rest, comments included, as it is."""

from typing import Any

import yaml

Path = tuple[str | int, ...]


class YamlText:
    """A YAML text that is changed by the place of its keys.

    Parameters
    ----------
    text : str
        A mapping, in block style at its top, with Unix line ends.
    """

    def __init__(self, text: str) -> None:
        self.text = text if text.endswith("\n") else text + "\n"

    def get(self, path: Path) -> Any:
        """Node at a place, or None."""
        node: Any = yaml.compose(self.text, Loader=yaml.SafeLoader)
        for key in path:
            node = _child(node, key)
            if node is None:
                return None
        return node

    def index(self, path: Path, **fields: str) -> int | None:
        """Position, in the list at a place, of the mapping that has these scalar fields."""
        for at, node in enumerate(self.get(path).value):
            if all(getattr(_child(node, k), "value", None) == v for k, v in fields.items()):
                return at
        return None

    def set(self, path: Path, content: str) -> None:
        """Put a content (flow style or scalar) at a place; its key is made when it is absent.

        Parameters
        ----------
        path : tuple of str or int
            Only the last part, a key, may be absent.
        content : str
            One line of YAML.
        """
        node = self.get(path)
        if node is not None:
            self._replace(node, content)
        else:
            self._add(self.get(path[:-1]), f"{_quoted(str(path[-1]))}: {content}")

    def set_list(self, path: Path, items: list[str]) -> None:
        """Put a list of one-line items, one a line, in the place of what stands there."""
        indent = " " * (self.get(path[:-1]).start_mark.column + 2)
        self._replace(self.get(path), "".join(f"\n{indent}- {item}" for item in items))

    def append(self, path: Path, content: str) -> None:
        """Add an item (flow style or scalar) at the end of the list at a place."""
        node = self.get(path)
        if node is None:
            self._add(self.get(path[:-1]), f"{path[-1]}:\n  - {content}")
        elif node.flow_style:
            start, end = _span(self.text, node)
            inner = self.text[start:end].rstrip("]").rstrip().rstrip(",")
            comma = ", " if node.value else ""
            self._put(start, end, f"{inner}{comma}{content}]")
        else:
            end = self._line_end(node.value[-1])
            column = self.get(path).start_mark.column
            self._put(end, end, f"\n{' ' * column}- {content}")

    def remove(self, path: Path) -> None:
        """Take out a key, or an item of a list, with its content."""
        parent, key = self.get(path[:-1]), path[-1]
        if parent.flow_style:
            kept = [_source(self.text, *pair) for pair in _pairs(parent) if pair[0] != key]
            left, right = ("{", "}") if isinstance(parent, yaml.MappingNode) else ("[", "]")
            start, end = _span(self.text, parent)
            self._put(start, end, left + ", ".join(kept) + right)
            return
        if len(parent.value) == 1:
            empty = "{}" if isinstance(parent, yaml.MappingNode) else "[]"
            self._replace(parent, empty)
            return
        first = next(pair for pair in _pairs(parent) if pair[0] == key)
        start = self.text.rindex("\n", 0, first[1].start_mark.index) + 1
        _, end = _span(self.text, first[2])
        rest = self.text.find("\n", end)
        self._put(start, rest + 1, "")

    def _line_end(self, node: Any) -> int:
        """End of the last line of a block: a comment may follow what is written on it."""
        return self.text.index("\n", _span(self.text, node)[1])

    def _replace(self, node: Any, content: str) -> None:
        start, end = _span(self.text, node)
        start, content = _pulled_up(self.text, start, content)
        self._put(start, end, content)

    def _add(self, parent: Any, line: str) -> None:
        """Write a new key at the end of a mapping."""
        if parent.flow_style:
            start, end = _span(self.text, parent)
            inner = self.text[start:end].rstrip("}").rstrip()
            comma = ", " if parent.value else ""
            self._put(start, end, f"{inner}{comma}{line}}}")
            return
        indent = " " * parent.start_mark.column
        body = line.replace("\n", f"\n{indent}")
        end = self._line_end(parent)
        self._put(end, end, f"\n{indent}{body}")

    def _put(self, start: int, end: int, content: str) -> None:
        self.text = self.text[:start] + content + self.text[end:]


def _child(node: Any, key: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return None


def _pairs(node: Any) -> list[tuple[str | int, Any, Any]]:
    """Key, where it begins and its content, of a mapping or of a list."""
    if isinstance(node, yaml.MappingNode):
        return [(name.value, name, value) for name, value in node.value]
    return [(at, value, value) for at, value in enumerate(node.value)]


def _source(text: str, _: object, name: Any, value: Any) -> str:
    return text[name.start_mark.index : _span(text, value)[1]]


def _span(text: str, node: Any) -> tuple[int, int]:
    """Where a node begins and ends; a block ends with the last thing written in it."""
    start = node.start_mark.index
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        end = node.end_mark.index
    else:
        last = node.value[-1]
        end = _span(text, last[1] if isinstance(last, tuple) else last)[1]
    written = text[start:end]
    return start, start + len(written.rstrip())


def _pulled_up(text: str, start: int, content: str) -> tuple[int, str]:
    """Where a content goes when what it replaces began on the line after its key."""
    head = text[:start].rstrip()
    if head.endswith(":") and "\n" in text[len(head) : start]:
        return len(head), content if content.startswith("\n") else f" {content}"
    if content.startswith("\n"):
        return len(head), content
    return start, content


def _quoted(key: str) -> str:
    return f'"{key}"' if not key.replace("_", "").replace("-", "").isalnum() else key
