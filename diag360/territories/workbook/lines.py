"""Lines of a sheet and the indicator each stands for, one line to one indicator."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diag360.catalogue.model import Catalogue
from diag360.territories.perimeter import plain
from diag360.territories.workbook.book import Cell, Sheet
from diag360.territories.workbook.headers import Header, words_of
from diag360.territories.workbook.labels import Found, Matcher
from diag360.territories.workbook.remarks import Remark, cell_name, remark, shown
from diag360.territories.workbook.scan import Unreadable

ANSWERS = ("value", "comment", "year", "source", "evidence", "minutes", "author")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the workbook, and the indicator it stands for.

    ``cells`` holds its cells by role of column, ``row`` counts from 0.
    """

    sheet: str
    row: int
    indicator: str
    likeness: float
    cells: Mapping[str, Cell]
    columns: Mapping[str, int]

    def cell(self, role: str) -> str:
        """Address in the sheet of the cell of a role."""
        return cell_name(self.row, self.columns[role])


def designations(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Labels by id, from the sheet that the published formulas look them up in."""
    found: dict[str, str] = {}
    for sheet in sheets:
        if plain(sheet.name.replace("_", " ")) != "indicateurs infos" or not sheet.rows:
            continue
        head = [words_of(cell) for cell in sheet.rows[0]]
        if {"id", "designation indicateur"} <= set(head):
            at, label = head.index("id"), head.index("designation indicateur")
            for row in sheet.rows[1:]:
                if isinstance(row[at], str) and isinstance(row[label], str):
                    found.setdefault(str(row[at]).strip(), str(row[label]))
    return found


def find_lines(
    sheet: Sheet,
    header: Header,
    *,
    matcher: Matcher,
    labels: Mapping[str, str],
    catalogue: Catalogue,
) -> tuple[list[Line], list[Remark]]:
    """Match the lines of a sheet to indicators.

    Parameters
    ----------
    sheet, header : Sheet, Header
        Sheet to read, and its columns.
    matcher : Matcher
        Of the catalogue.
    labels : mapping of str to str
        Labels by id, for lines whose own label was never computed.
    catalogue : Catalogue
        Gives the labels that remarks name.

    Returns
    -------
    lines : list of Line
        In order; several may claim the same indicator with the same likeness.
    remarks : list of Remark
        Ids corrected, lines without indicator.
    """
    lines: list[Line] = []
    remarks: list[Remark] = []
    need = ""
    for number, cells in _rows(sheet, header):
        need = _text(cells.get("need", "")) or need
        label, written_id = _text(cells.get("label", "")), _text(cells.get("id", ""))
        own_label = label
        label = label or labels.get(written_id, "")
        if words_of(label) in header.words:
            continue  # headers repeated for printing
        answered = any(_text(cells.get(role, "")) for role in ANSWERS)
        if not label and not written_id:
            if answered:
                at = cell_name(number, header.columns["value"])
                text = f"réponse sans indicateur ({_said(cells)})"
                remarks.append(remark("incompris", sheet.name, at, None, text))
            continue
        where = need if "need" in header.columns else sheet.name
        found = matcher.find(label, need=where, written_id=written_id)
        place = header.columns["label" if own_label or "id" not in header.columns else "id"]
        at = cell_name(number, place)
        if found.indicator is None:
            # A title or an explanation between two lines, when nothing else stands on its row.
            bare = not written_id and not _text(cells.get("unit", "")) and "unit" in header.columns
            if answered or not bare:
                text = _unknown(label or written_id, found, cells, catalogue)
                remarks.append(remark("incompris", sheet.name, at, None, text))
            continue
        line = Line(sheet.name, number, found.indicator, found.likeness, cells, header.columns)
        lines.append(line)
        if written_id and written_id != found.indicator:
            text = (
                f"l’identifiant « {written_id} » est celui d’un autre indicateur : "
                f"{shown(label)} est « {found.indicator} »"
            )
            if written_id not in catalogue.indicators:
                text = f"l’identifiant « {written_id} » n’existe pas : lu « {found.indicator} »"
            id_cell = line.cell("id")
            remarks.append(remark("corrige", sheet.name, id_cell, found.indicator, text))
    return _one_to_one(lines, remarks, catalogue), remarks


def count_labels(sheet: Sheet, header: Header) -> int:
    """Count the rows that bear a label or an id."""
    return sum(
        1
        for _, cells in _rows(sheet, header)
        if _text(cells.get("label", "")) or _text(cells.get("id", ""))
    )


def _rows(sheet: Sheet, header: Header) -> Iterator[tuple[int, dict[str, Cell]]]:
    for number, row in enumerate(sheet.rows[header.row + 1 :], start=header.row + 1):
        yield number, {role: row[at] for role, at in header.columns.items() if at < len(row)}


def _one_to_one(lines: list[Line], remarks: list[Remark], catalogue: Catalogue) -> list[Line]:
    """Leave out the lines whose indicator another line of the sheet names better."""
    best: dict[str, Line] = {}
    for line in lines:
        if line.indicator not in best or line.likeness > best[line.indicator].likeness:
            best[line.indicator] = line
    kept = []
    for line in lines:
        winner = best[line.indicator]
        if line.likeness == winner.likeness:
            kept.append(line)
            continue
        label = catalogue.indicators[line.indicator].label
        role = "label" if "label" in line.columns else "id"
        text = (
            f"{shown(_text(line.cells.get('label', '')))} ressemble à « {label} », que la ligne "
            f"{winner.row + 1} nomme mieux ({_said(line.cells)})"
        )
        remarks.append(remark("incompris", line.sheet, line.cell(role), None, text))
    return kept


def _unknown(label: str, found: Found, cells: Mapping[str, Cell], catalogue: Catalogue) -> str:
    text = f"{shown(label, limit=120)} n’est pas un indicateur du catalogue"
    if found.nearest:
        nearest = catalogue.indicators[found.nearest].label
        text += f" ; le plus proche : « {nearest} » ({found.nearest})"
    return f"{text} ; {_said(cells)}"


def _said(cells: Mapping[str, Cell]) -> str:
    """What stands in the answers of a line that is not read."""
    found = [shown(cells[role]) for role in ANSWERS if _text(cells.get(role, ""))]
    return f"non lu : {', '.join(found)}" if found else "sans réponse"


def _text(cell: Cell) -> str:
    """Text of a cell; a formula that was never computed says nothing, unless it is an answer."""
    if isinstance(cell, Unreadable) and not cell.computed:
        return ""
    return str(cell).strip()
