"""Filled workbooks in: our questionnaire and every published generation, tolerantly."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.errors import Fault, Refusal
from diag360.territories.workbook import limits
from diag360.territories.workbook.cover import Cover
from diag360.territories.workbook.headers import Header
from diag360.territories.workbook.opening import open_workbook
from diag360.territories.workbook.remarks import Remark
from diag360.territories.workbook.rows import make_rows

QUESTIONNAIRE = "diag360-questionnaire"
PUBLISHED = ("1.3.1", "1.3.2", "1.3.3", "1.3.5")


@dataclass(frozen=True, slots=True)
class WorkbookRead:
    """What was read in a workbook.

    Parameters
    ----------
    rows : DataFrame
        Rows as :func:`diag360.read_values` gives them, and ``cell`` (``Feuille!H12``),
        ``minutes`` [min], ``service`` and ``date``, as the workbook says them.
    remarks : tuple of Remark
        Every cell corrected, not understood or left aside, in the order of the workbook.
    layout : str
        ``diag360-questionnaire`` or ``diag360-1.3.1``, ``-1.3.2``, ``-1.3.3``, ``-1.3.5``.
    territory : str
        Siren; ``""`` when the workbook is blank and does not say it.
    lines : int
        Indicators that have a line.
    indicators : tuple of str
        Their ids, in the order of the workbook.
    version : str
        Version of the catalogue or of the tool, as the workbook says it.
    """

    rows: pd.DataFrame
    remarks: tuple[Remark, ...]
    layout: str
    territory: str
    lines: int
    indicators: tuple[str, ...] = ()
    version: str = ""


def read_workbook(
    path: Path, *, catalogue: Catalogue, territory: str | None = None
) -> WorkbookRead:
    """Read the answers of a workbook, whatever its layout.

    Parameters
    ----------
    path : Path
        An .xlsx, .xlsm or .ods file.
    catalogue : Catalogue
        Indicators, units and vocabularies.
    territory : str, optional
        Siren or name, for a workbook that does not say it.

    Returns
    -------
    WorkbookRead
        Rows, and a remark for every cell that was not read as it is written. Scores written in
        the workbook are never read.

    Raises
    ------
    Refusal
        When the file is not a workbook, is protected, damaged or too big, holds no sheet of
        indicators, has answers without territory, or is about another territory.
    """
    found = open_workbook(path, catalogue=catalogue, territory=territory)
    rows, said = make_rows(
        found.lines,
        catalogue=catalogue,
        territory=found.territory,
        author=found.cover.get("rempli par"),
        service=found.cover.get("service"),
        date=found.cover.get("le"),
    )
    if len(rows) and not found.territory:
        problem = f"{len(rows)} réponse(s), mais rien ne dit de quel territoire"
        remedy = "écrire le Siren dans le classeur (« Informations »), ou indiquer le territoire"
        raise Refusal(limits.TITLE, [Fault(Path(path).name, "", problem, remedy)])
    order = {sheet.name: number for number, sheet in enumerate(found.sheets)}
    remarks = sorted([*found.remarks, *said], key=lambda r: (order[r.sheet], _row_of(r.cell)))
    indicators = tuple(dict.fromkeys(line.indicator for line in found.lines))
    return WorkbookRead(
        rows=rows,
        remarks=tuple(remarks),
        layout=_layout(found.cover, found.headers),
        territory=found.territory,
        lines=len(indicators),
        indicators=indicators,
        version=found.cover.get("version du catalogue", "version"),
    )


def _layout(cover: Cover, headers: Sequence[Header]) -> str:
    roles = {role for header in headers for role in header.columns}
    words = {word for header in headers for word in header.words}
    if {"evidence", "minutes"} & roles:
        return QUESTIONNAIRE
    version = cover.get("version")
    if version not in PUBLISHED:
        version = _generation(roles, words)
    return f"diag360-{version}"


def _generation(roles: set[str], words: set[str]) -> str:
    """Tell the published generations by their columns, when they do not say their version."""
    if "id" in roles:
        return "1.3.3" if "type bornage" in words else "1.3.5"
    return "1.3.2" if "source principale" in words else "1.3.1"


def _row_of(cell: str) -> int:
    digits = "".join(letter for letter in cell if letter.isdecimal())
    return int(digits) if digits else 0
