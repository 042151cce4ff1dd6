"""The lines of a workbook filled by an expert: points, pairs, or best and worst."""

from collections.abc import Mapping, Sequence
from typing import Any

from diag360.challenge.panel.items import Item
from diag360.challenge.panel.records import Method
from diag360.errors import Fault
from diag360.territories.perimeter import plain
from diag360.territories.workbook.book import Cell, Sheet
from diag360.territories.workbook.remarks import address, cell_name, shown

SHEET = "Réponses"
# Titles of the columns by method, as they are written and looked for.
TITLES: Mapping[Method, Mapping[str, str]] = {
    "budget": {
        "id": "Id",
        "label": "Élément",
        "definition": "Ce que c’est",
        "points": "Points",
    },
    "ahp": {
        "first": "Id A",
        "first_label": "Élément A",
        "which": "Lequel compte le plus ?",
        "strength": "Combien de fois plus ?",
        "second_label": "Élément B",
        "second": "Id B",
    },
    "best_worst": {
        "id": "Id",
        "label": "Élément",
        "definition": "Ce que c’est",
        "from_best": "Le plus important compte combien de fois plus que lui ?",
        "to_worst": "Lui compte combien de fois plus que le moins important ?",
        "check": "Écart",
    },
}
BEST, WORST = "Le plus important", "Le moins important"
WHICH = ("A", "B", "autant")
_NEEDED: Mapping[Method, tuple[str, ...]] = {
    "budget": ("id", "points"),
    "ahp": ("first", "which", "strength", "second"),
    "best_worst": ("id", "from_best", "to_worst"),
}
_SEARCHED = 20

Given = tuple[set[str], dict[str, Any], list[Fault]]


def read_rows(sheet: Sheet, *, file: str, method: Method, items: Sequence[Item]) -> Given:
    """Read the answers of a sheet.

    Parameters
    ----------
    sheet : Sheet
        « Réponses ».
    file : str
        For the faults.
    method : {"budget", "ahp", "best_worst"}
        Says which columns to look for.
    items : sequence of Item
        What may be weighed.

    Returns
    -------
    names : set of str
        Items the sheet holds.
    given : dict
        Keys of an answer by this method.
    faults : list of Fault
        By cell.
    """
    reader = _Reader(sheet, file, method, items)
    if reader.faults:
        return set(), {}, reader.faults
    given = {"budget": reader.points, "ahp": reader.pairs, "best_worst": reader.best_worst}[
        method
    ]()
    return reader.names, given, reader.faults


class _Reader:
    """One sheet, its columns and the faults met on the way."""

    def __init__(self, sheet: Sheet, file: str, method: Method, items: Sequence[Item]) -> None:
        self.sheet, self.file = sheet, file
        self.labels = {item.id: item.label for item in items}
        self.names: set[str] = set()
        self.faults: list[Fault] = []
        roles = {plain(title): role for role, title in TITLES[method].items()}
        self.row, self.columns = 0, dict[str, int]()
        for number, row in enumerate(sheet.rows[:_SEARCHED]):
            found = {
                roles[plain(str(cell))]: at
                for at, cell in reversed(list(enumerate(row)))
                if plain(str(cell)) in roles
            }
            if len(found) > len(self.columns):
                self.row, self.columns = number, found
        for role in _NEEDED[method]:
            if role not in self.columns:
                problem = f"la colonne « {TITLES[method][role]} » manque"
                self.faults.append(Fault(file, sheet.name, problem, "rétablir les titres"))

    def say(self, row: int, column: int, problem: str, remedy: str) -> None:
        at = address(self.sheet.name, cell_name(row, column))
        self.faults.append(Fault(self.file, at, problem, remedy))

    def lines(self, *ids: str) -> list[int]:
        """Rows below the titles that name their items; unknown and repeated ones are faults."""
        kept = []
        seen: dict[tuple[str, ...], int] = {}
        for number in range(self.row + 1, len(self.sheet.rows)):
            row = self.sheet.rows[number]
            names = tuple(_text(row[self.columns[role]]) for role in ids)
            if not all(names):
                if any(names):
                    empty = ids[names.index("")]
                    self.say(number, self.columns[empty], "l’id manque", "le rétablir")
                continue
            strange = [n for n in zip(ids, names, strict=True) if n[1] not in self.labels]
            for role, name in strange:
                problem = f"{shown(name)} n’est pas à peser ici"
                self.say(number, self.columns[role], problem, "rétablir l’id, ou ôter la ligne")
            if tuple(sorted(names)) in seen and not strange:
                first = seen[tuple(sorted(names))] + 1
                problem = f"{shown(', '.join(names))} figure déjà ligne {first}"
                self.say(number, self.columns[ids[0]], problem, "ne garder qu’une ligne")
            elif not strange:
                seen[tuple(sorted(names))] = number
                self.names |= set(names)
                kept.append(number)
        return kept

    def cell(self, row: int, role: str) -> Cell:
        return self.sheet.rows[row][self.columns[role]]

    def number(self, row: int, role: str, *, low: float, high: float) -> float | None:
        """A number within bounds, None when the cell is empty; anything else is a fault."""
        cell = self.cell(row, role)
        if not _text(cell):
            return None
        value = _number(cell)
        if value is None or not low <= value <= high:
            what = (
                "n’est pas un nombre" if value is None else f"n’est pas entre {low:g} et {high:g}"
            )
            remedy = f"écrire un nombre de {low:g} à {high:g}"
            self.say(row, self.columns[role], f"{shown(cell)} {what}", remedy)
            return None
        return value

    def points(self) -> dict[str, Any]:
        found = {}
        for row in self.lines("id"):
            value = self.number(row, "points", low=0, high=100)
            if value is not None:
                found[_text(self.cell(row, "id"))] = value
        return {"points": found}

    def pairs(self) -> dict[str, Any]:
        found = []
        for row in self.lines("first", "second"):
            one, other = _text(self.cell(row, "first")), _text(self.cell(row, "second"))
            word = plain(_text(self.cell(row, "which")))
            value = self.number(row, "strength", low=1, high=9)
            words = {plain(choice): choice for choice in (*WHICH, "égal")}
            if word and word not in words:
                problem = f"{shown(self.cell(row, 'which'))} n’est pas une réponse"
                remedy = f"choisir parmi : {', '.join(WHICH)}"
                self.say(row, self.columns["which"], problem, remedy)
            elif not word and value == 1:
                found.append((one, other, 1.0))
            elif not word and value is not None:
                problem = f"« {value:g} » fois plus, mais lequel ?"
                self.say(row, self.columns["which"], problem, "écrire A ou B")
            elif words.get(word) in ("A", "B"):
                if value is not None:
                    pair = (one, other) if words[word] == "A" else (other, one)
                    found.append((*pair, value))
                elif not _text(self.cell(row, "strength")):
                    problem = f"« {words[word]} » compte plus, mais combien de fois ?"
                    self.say(row, self.columns["strength"], problem, "écrire un nombre de 1 à 9")
            elif word and value in (None, 1.0):
                found.append((one, other, 1.0))
            elif word:
                problem = f"« {words[word]} », mais {shown(value)} fois plus"
                self.say(row, self.columns["strength"], problem, "vider la case, ou dire A ou B")
        return {"comparisons": tuple(found)}

    def best_worst(self) -> dict[str, Any]:
        above: dict[str, float] = {}
        below: dict[str, float] = {}
        for row in self.lines("id"):
            name = _text(self.cell(row, "id"))
            for role, kept in (("from_best", above), ("to_worst", below)):
                value = self.number(row, role, low=1, high=9)
                if value is not None:
                    kept[name] = value
        return {
            "best": self.chosen(BEST),
            "worst": self.chosen(WORST),
            "best_to_others": above,
            "others_to_worst": below,
        }

    def chosen(self, title: str) -> str:
        """Id of the item written beside a title above the lines, by id or by label."""
        for number, row in enumerate(self.sheet.rows[: self.row]):
            for column, cell in enumerate(row):
                if plain(str(cell)) != plain(title):
                    continue
                rest = [(at, one) for at, one in enumerate(row) if at > column and _text(one)]
                if not rest:
                    return ""
                at, answer = rest[0]
                word = plain(_text(answer))
                near = [n for n, label in self.labels.items() if word in (plain(n), plain(label))]
                if len(near) == 1:
                    return near[0]
                self.say(number, at, f"{shown(answer)} n’est pas un élément", "le choisir en liste")
                return ""
        return ""


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, str | float | int):
        return None
    try:
        value = float(cell.strip().replace(",", ".")) if isinstance(cell, str) else float(cell)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
