"""How big a workbook may be before anything of it is unpacked, and the refusals that say so.

A questionnaire holds some hundred lines. These bounds leave room for a hundred times more, and keep
time and memory small whatever the file claims.
"""

from dataclasses import dataclass
from typing import NoReturn

from diag360.errors import Fault, Refusal

FILE_BYTES = 50_000_000
# Of the parts that are read, once unpacked; pictures are never unpacked.
UNPACKED_BYTES = 60_000_000
PARTS = 5_000
SHEETS = 60
# That bear a label or an id; each is compared with every indicator.
LINES = 1_500
ROWS = 20_000
COLUMNS = 500
CELLS = 400_000
AREA = 3_000_000
# A long text written once can be shown by many cells: what counts is what would be shown.
CHARACTERS = 50_000_000

TITLE = "Classeur refusé :"
_SMALLER = "ne garder que les feuilles du questionnaire, puis enregistrer au format .xlsx"


def refuse(file: str, place: str, problem: str, remedy: str = _SMALLER) -> NoReturn:
    """Refuse the workbook with one fault."""
    raise Refusal(TITLE, [Fault(file, place, problem, remedy)])


class TooBig(Exception):
    """A sheet goes beyond a limit; the text says which, in French."""


@dataclass(slots=True)
class Extent:
    """How far the cells seen so far go, over all the sheets of one workbook.

    Two lone cells far apart make a rectangle that the reading library fills: areas count too.
    """

    cells: int = 0
    characters: int = 0
    _height: int = 0
    _width: int = 0
    _earlier: int = 0

    def new_sheet(self) -> None:
        """Start another sheet."""
        self._earlier += self._height * self._width
        self._height = self._width = 0

    def add(self, row: int, column: int, *, cells: int = 1, characters: int = 0) -> None:
        """Count cells that hold something, the last one at a position counted from 0.

        Raises
        ------
        TooBig
            Saying which limit they go beyond, with its number.
        """
        self.cells += cells
        self.characters += characters
        self._height = max(self._height, row + 1)
        self._width = max(self._width, column + 1)
        if self._height > ROWS:
            text = f"plus de {_spaced(ROWS)} lignes"
        elif self._width > COLUMNS:
            text = f"plus de {COLUMNS} colonnes"
        elif self.cells > CELLS or self._earlier + self._height * self._width > AREA:
            text = f"plus de {_spaced(CELLS)} cellules remplies, ou des cellules trop éloignées"
        elif self.characters > CHARACTERS:
            text = f"plus de {CHARACTERS // 1_000_000} millions de caractères"
        else:
            return
        raise TooBig(text)


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
