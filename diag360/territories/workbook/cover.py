"""What the workbook says of itself: its territory, its version, who filled it and when."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diag360.errors import Fault, Refusal
from diag360.territories.perimeter import find_territory, load_epci, plain
from diag360.territories.workbook.book import Cell, Sheet
from diag360.territories.workbook.headers import Header
from diag360.territories.workbook.limits import TITLE
from diag360.territories.workbook.remarks import Remark, cell_name, remark, shown

COVER_SHEETS = ("lisez moi", "informations")
_SIREN = re.compile(r"\d{9}")
_NAMES = ("territoire", "nom de l epci", "nom de l interco", "nom de la collectivite")
_FILE_DATE = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class Cover:
    """Pairs of the cover sheet, labels without case, accents or punctuation.

    ``cells`` gives the sheet and the address of each value.
    """

    values: Mapping[str, str]
    cells: Mapping[str, tuple[str, str]]

    def get(self, *labels: str) -> str:
        """Value of the first of these labels that has one, or ``""``."""
        return next((self.values[label] for label in labels if self.values.get(label)), "")


def read_cover(sheets: Sequence[Sheet]) -> Cover:
    """Read the pairs (label in A, value in B) of the cover sheets."""
    values: dict[str, str] = {}
    cells: dict[str, tuple[str, str]] = {}
    for sheet in sheets:
        if plain(sheet.name) not in COVER_SHEETS:
            continue
        for number, row in enumerate(sheet.rows):
            label = plain(str(row[0])) if row else ""
            value = _text(row[1]) if len(row) > 1 else ""
            if label and value and label not in values:
                values[label] = value
                cells[label] = (sheet.name, cell_name(number, 1))
    return Cover(values, cells)


def read_territory(
    file: str,
    cover: Cover,
    *,
    heads: Sequence[tuple[Sheet, Header]],
    asked: str | None,
) -> tuple[str, list[Remark]]:
    """Tell which territory the workbook is about.

    Parameters
    ----------
    file : str
        Name of the file.
    cover : Cover
        From :func:`read_cover`; its Siren decides.
    heads : sequence of (Sheet, Header)
        Sheets of lines: the published ones bear the name above their headers.
    asked : str or None
        Siren or name given by the caller.

    Returns
    -------
    siren : str
        ``""`` when nothing says it.
    remarks : list of Remark
        A name in the file that does not agree with what was asked.

    Raises
    ------
    Refusal
        When the Siren of the file is not one, or is not the one asked for.
    """
    code = _code(asked) if asked else ""
    siren = re.sub(r"[\s\u00a0\u202f]", "", cover.get("siren", "numero siren"))
    if siren:
        at = " ".join(cover.cells["siren" if cover.values.get("siren") else "numero siren"])
        if not _SIREN.fullmatch(siren):
            problem = f"« {siren} » n’est pas un numéro Siren"
            raise Refusal(TITLE, [Fault(file, at, problem, "écrire ses 9 chiffres, en texte")])
        if code and siren != code:
            problem = f"le classeur est celui de « {siren} », et non de « {code} »"
            remedy = "donner le classeur de ce territoire, ou corriger le Siren demandé"
            raise Refusal(TITLE, [Fault(file, at, problem, remedy)])
        return siren, []
    named = _named(cover, heads)
    if named is None:
        return code, []
    found, name, sheet, cell = named
    if code and found != code:
        text = f"le classeur porte le nom {shown(name)} ({found}) ; il est lu pour « {code} »"
        return code, [remark("ignore", sheet, cell, None, text)]
    return found, []


def _code(asked: str) -> str:
    asked = asked.strip()
    return asked if re.fullmatch(r"[0-9]+", asked) else find_territory(asked).siren


def _named(cover: Cover, heads: Sequence[tuple[Sheet, Header]]) -> tuple[str, str, str, str] | None:
    """Siren, name, sheet and cell of the first text that names one intercommunalité."""
    texts = [
        (cover.values[label], *cover.cells[label]) for label in _NAMES if cover.values.get(label)
    ]
    for sheet, header in heads:
        for number, row in enumerate(sheet.rows[: header.row]):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and cell.strip():
                    texts.append((cell, sheet.name, cell_name(number, column)))
    epci = load_epci()
    for text, name, at in texts:
        try:
            return find_territory(text, epci=epci).siren, text, name, at
        except Refusal:
            continue
    return None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.strftime(_FILE_DATE)
    return cell.strip() if isinstance(cell, str) else ""
