"""A first pass over the XML of the sheets: how far they extend, and what the reader would lose.

The reading library spreads a sheet over a full rectangle, and gives an empty cell for an error or
for a formula that was never computed. This pass keeps nothing but positions, so that its memory is
bounded, and stops at the first cell beyond a limit.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from diag360.territories.workbook.limits import Extent


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds something, but no value.

    Parameters
    ----------
    text : str
        What the spreadsheet shows, such as ``#DIV/0!``; ``"formule"`` for an uncomputed formula.
    computed : bool
        False for a formula the file holds no result of.
    """

    text: str
    computed: bool = True

    def __str__(self) -> str:
        return self.text


Odd = dict[tuple[int, int], "Unreadable | bool"]
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


class ForbiddenXml(Exception):
    """The XML declares entities, which no spreadsheet writes."""


def walk(
    content: bytes,
    *,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Read XML as events, names without prefix.

    Raises
    ------
    ForbiddenXml
        At a document type, the door to entity bombs.
    expat.ExpatError
        When the XML is broken.
    """

    def doctype(*_: object) -> None:
        raise ForbiddenXml

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    parser.EndElementHandler = lambda name: end(local(name))
    parser.CharacterDataHandler = text
    parser.Parse(content, True)


def local(name: str) -> str:
    """Name of an element without its prefix."""
    return name.rpartition(":")[2]


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """Value of an attribute whatever its prefix, ``""`` when absent."""
    return next((value for key, value in attributes.items() if local(key) == name), "")


def text_lengths(shared_strings: bytes) -> list[int]:
    """Number of characters of each shared text of an .xlsx file, in order."""
    lengths: list[int] = []
    inside = [False]

    def start(name: str, _: Mapping[str, str]) -> None:
        if name == "si":
            lengths.append(0)
        inside[0] = name == "t"

    def end(_: str) -> None:
        inside[0] = False

    def text(content: str) -> None:
        if inside[0] and lengths:
            lengths[-1] += len(content)

    walk(shared_strings, start=start, end=end, text=text)
    return lengths


@dataclass(slots=True)
class XlsxScan:
    """Positions of what a sheet of an .xlsx file holds; ``odd`` is filled by the walk."""

    lengths: list[int]
    extent: Extent
    odd: Odd = field(default_factory=dict)
    row: int = -1
    column: int = -1
    _kind: str = ""
    _formula: bool = False
    _valued: bool = False
    _reading: bool = False
    _text: str = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        if name == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdecimal() else self.row + 1
            self.column = -1
        elif name == "c":
            place = _REFERENCE.fullmatch(attributes.get("r", ""))
            if place:
                self.row, self.column = int(place[2]) - 1, _column(place[1])
            else:
                self.column += 1
            self._kind = attributes.get("t", "n")
            self._formula = self._valued = False
            self._text = ""
        elif name == "f":
            self._formula = True
        elif name in ("v", "t"):
            self._valued = self._reading = True

    def text(self, content: str) -> None:
        """Take characters of a value."""
        if self._reading:
            self._text += content

    def end(self, name: str) -> None:
        """Close an element; a cell is judged here."""
        if name in ("v", "t"):
            self._reading = False
        if name != "c" or not (self._formula or self._valued):
            return
        shown = len(self._text)
        if self._kind == "s" and self._text.isdecimal() and int(self._text) < len(self.lengths):
            shown = self.lengths[int(self._text)]
        self.extent.add(self.row, self.column, characters=shown)
        if self._kind == "e":
            self.odd[self.row, self.column] = Unreadable(self._text or "#ERREUR!")
        elif self._formula and not self._text and self._kind != "str":
            # A computed empty text is written with the type of a text.
            self.odd[self.row, self.column] = Unreadable("formule", computed=False)


@dataclass(slots=True)
class OdsScan:
    """Positions of what the sheets of an .ods file hold, by name of sheet."""

    extent: Extent
    odd: dict[str, Odd] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    column: int = 0
    _rows: int = 1
    _repeat: int = 1
    _kind: str = ""
    _formula: bool = False
    _value: str = ""
    _text: str = ""
    _inside: bool = False
    _filled: int = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        if name == "table":
            self.sheet = attribute(attributes, "name")
            self.odd.setdefault(self.sheet, {})
            self.row = 0
            self.extent.new_sheet()
        elif name == "table-row":
            self._rows = _repeated(attribute(attributes, "number-rows-repeated"))
            self.column = 0
            self._filled = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._repeat = _repeated(attribute(attributes, "number-columns-repeated"))
            kinds = [v for k, v in attributes.items() if local(k) == "value-type"]
            self._kind = "error" if "error" in kinds else (kinds[0] if kinds else "")
            self._formula = bool(attribute(attributes, "formula"))
            self._value = attribute(attributes, "boolean-value")
            self._text = ""
            self._inside = True

    def text(self, content: str) -> None:
        """Take characters of a cell."""
        if self._inside:
            self._text += content

    def end(self, name: str) -> None:
        """Close an element; a cell is judged here, then its row."""
        if name in ("table-cell", "covered-table-cell"):
            self._inside = False
            if self._kind or self._formula or self._text:
                self._judge()
            self.column += self._repeat
        elif name == "table-row":
            if self._filled:
                self.extent.add(self.row + self._rows - 1, 0, cells=self._filled * (self._rows - 1))
            self.row += self._rows

    def _judge(self) -> None:
        self._filled += self._repeat
        last = self.column + self._repeat - 1
        characters = self._repeat * self._rows * len(self._text)
        self.extent.add(self.row, last, cells=self._repeat, characters=characters)
        found: Unreadable | bool | None = None
        if self._kind == "error":
            found = Unreadable(self._text or "#ERREUR!")
        elif self._kind == "boolean":
            found = self._value == "true"
        elif self._formula and not self._kind:
            found = Unreadable("formule", computed=False)
        if found is not None:
            for column in range(self.column, last + 1):
                self.odd[self.sheet][self.row, column] = found


def _repeated(number: str) -> int:
    return max(1, int(number)) if number.isdecimal() and len(number) < 9 else 1


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1
