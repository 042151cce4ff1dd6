"""From lines of a workbook to rows of values, with a remark for every cell read otherwise."""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.territories.values import OPTIONAL, REQUIRED
from diag360.territories.workbook.answers import Answer, number_answer, read_answer
from diag360.territories.workbook.book import Cell
from diag360.territories.workbook.line_unit import bounds_power, written_in_line_unit
from diag360.territories.workbook.lines import Line
from diag360.territories.workbook.noted import without_notes
from diag360.territories.workbook.remarks import (
    ILLEGIBLE,
    Remark,
    RemarkKind,
    address,
    remark,
    shown,
)
from diag360.territories.workbook.scan import Unreadable

COLUMNS = (*REQUIRED, *OPTIONAL, "number", "cell", "minutes", "service", "date")
_BOUNDS = {0.0: "bound_0", 0.5: "bound_half", 1.0: "bound_1"}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MINUTES = re.compile(r"(\d{1,4})\s*(?:min(?:ute)?s?|mn)?\.?", re.IGNORECASE)

Row = dict[str, object]
_Note = Callable[[RemarkKind, str, str], None]


def make_rows(
    lines: Sequence[Line],
    *,
    catalogue: Catalogue,
    territory: str,
    author: str = "",
    service: str = "",
    date: str = "",
) -> tuple[pd.DataFrame, list[Remark]]:
    """Read the answers of the lines.

    Parameters
    ----------
    lines : sequence of Line
        Lines of every sheet.
    catalogue : Catalogue
        Units and vocabularies.
    territory : str
        Siren of every row.
    author, service, date : str
        From the cover sheet.

    Returns
    -------
    rows : DataFrame
        One row per answered indicator, columns :data:`COLUMNS`.
    remarks : list of Remark
        Cells corrected or not understood.
    """
    remarks: list[Remark] = []
    read: dict[str, list[tuple[Line, Row]]] = {}
    for line in lines:
        row = _read_line(line, catalogue, remarks)
        if row is not None:
            row["author"] = row["author"] or author
            row |= {"territory": territory, "service": service, "date": date}
            read.setdefault(line.indicator, []).append((line, row))
    rows = [_one_row(found, remarks) for found in read.values()]
    return _frame(rows), remarks


def _read_line(line: Line, catalogue: Catalogue, remarks: list[Remark]) -> Row | None:
    indicator = catalogue.indicators[line.indicator]
    unit = catalogue.unit(line.indicator)

    def note(kind: RemarkKind, role: str, text: str) -> None:
        remarks.append(remark(kind, line.sheet, line.cell(role), line.indicator, text))

    cell = line.cells.get("value", "")
    written_unit = cell_text(line.cells.get("unit", ""))
    answer = read_answer(cell, indicator=indicator, unit=unit, written_unit=written_unit)
    texts = {
        role: cell_text(line.cells.get(role, ""))
        for role in ("comment", "source", "evidence", "author")
    }
    texts["comment"] = without_notes(texts["comment"])
    year, minutes = _year(line, note), _minutes(line, note)
    if answer is None:
        if not any((*texts.values(), year, minutes)):
            return None
        answer = Answer("", status="non_collecte")
    elif answer.fault:
        note("incompris", "value", answer.fault)
        raw = str(cell).strip()
        texts["comment"] = " ; ".join(filter(None, [f"{ILLEGIBLE}« {raw} »", texts["comment"]]))
    else:
        answer = _in_our_unit(answer, line, catalogue)
        if answer.corrected:
            note("corrige", "value", answer.corrected)
    return {
        "indicator": line.indicator,
        "value": answer.value,
        "status": answer.status,
        "year": year,
        "level": "",
        "quality": "exact",
        **texts,
        "number": answer.number,
        "cell": address(line.sheet, line.cell("value")),
        "minutes": minutes,
    }


def _in_our_unit(answer: Answer, line: Line, catalogue: Catalogue) -> Answer:
    """Convert a number written in the unit of the bounds of its line."""
    unit = catalogue.unit(line.indicator)
    bounds = {
        score: float(cell)
        for score, role in _BOUNDS.items()
        if isinstance(cell := line.cells.get(role, ""), float)
    }
    # A percent sign already says the unit.
    if unit is None or not answer.value or not isinstance(line.cells["value"], float) or not bounds:
        return answer
    power = bounds_power(bounds, catalogue.indicators[line.indicator])
    if not written_in_line_unit(answer.number, bounds=bounds, power=power, unit=unit):
        return answer
    # On the digits: 32.3 in percent is 0.323, to the last bit.
    converted = number_answer(float(f"{answer.number!r}e{power}"))
    listed = " ; ".join(f"{bound:g}" for bound in bounds.values())
    text = f"« {answer.value} » est dans l’unité des bornes de sa ligne ({listed})"
    return number_answer(converted.number, f"{text} : lu {converted.value}")


def _one_row(found: list[tuple[Line, Row]], remarks: list[Remark]) -> Row:
    """One row of the lines that answer for the same indicator; different answers cancel out."""
    line, row = found[0]
    if len(found) == 1:
        return row
    said = {(str(other["value"]), str(other["status"])) for _, other in found}
    listed = " et ".join(
        f"« {other['value'] or other['status']} » ({other['cell']})" for _, other in found
    )
    comments = " ; ".join(dict.fromkeys(str(o["comment"]) for _, o in found if o["comment"]))
    last = found[-1][0]
    cell = last.cell("value")
    if len(said) == 1:
        text = f"l’indicateur est rempli plusieurs fois, de même : {listed}"
        remarks.append(remark("ignore", last.sheet, cell, line.indicator, text))
        return {**row, "comment": comments}
    text = (
        f"plusieurs réponses différentes pour le même indicateur : {listed} ; aucune n’est gardée"
    )
    remarks.append(remark("incompris", last.sheet, cell, line.indicator, text))
    return {
        **row,
        "value": "",
        "number": float("nan"),
        "status": "non_collecte",
        "comment": " ; ".join(filter(None, [f"{ILLEGIBLE}plusieurs réponses, {listed}", comments])),
    }


def _year(line: Line, note: _Note) -> str:
    cell = line.cells.get("year", "")
    if isinstance(cell, datetime.date):
        note("corrige", "year", f"la date {shown(cell)} est lue « {cell.year} »")
        return str(cell.year)
    text = cell_text(cell)
    if not text or _YEAR.fullmatch(text):
        return text
    note("incompris", "year", f"année illisible {shown(text)} : écrire quatre chiffres")
    return ""


def _minutes(line: Line, note: _Note) -> str:
    text = cell_text(line.cells.get("minutes", ""))
    if not text:
        return ""
    if found := _MINUTES.fullmatch(text):
        return found[1]
    note("incompris", "minutes", f"durée illisible {shown(text)} : écrire un nombre de minutes")
    return ""


def cell_text(cell: Cell) -> str:
    """Text of a cell; a whole number is written without decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, Unreadable) and not cell.computed:
        return ""
    return str(cell).strip()


def _frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in COLUMNS:
        if name == "number":
            frame[name] = frame[name].astype(float)
        elif name in ("year", "minutes"):
            frame[name] = pd.to_numeric(frame[name].replace("", pd.NA)).astype("Int64")
        else:
            frame[name] = frame[name].astype("str")
    return frame
