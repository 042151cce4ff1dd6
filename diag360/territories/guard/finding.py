"""What the guard found on one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from diag360.catalogue.french import typeset_text

Severity = Literal["erreur", "alerte", "info"]
Rule = Literal[
    "plage",
    "unite",
    "nombre_brut",
    "vocabulaire",
    "cellule",
    "annee",
    "contradiction",
    "incompatible",
    "inhabituel",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the guard on one value.

    Parameters
    ----------
    territory, indicator : str
        Key of the value.
    place : str
        Cell of the workbook, line of the file, or territory and indicator.
    rule : str
        Rule that speaks: ``plage`` (impossible), ``unite`` (percent, base, power of ten),
        ``nombre_brut`` (count for a ratio), ``vocabulaire``, ``cellule`` (unreadable cell),
        ``annee``, ``contradiction`` (with the open data), ``incompatible`` (with another value),
        ``inhabituel``.
    severity : {"erreur", "alerte", "info"}
        ``erreur`` is not scored until decided.
    value : str
        As written.
    problem : str
        In French.
    proposed : str or None
        Value to write instead [unit of the indicator], None when there is no likely one.
    sure : bool
        Whether the proposal may be written without asking.
    """

    territory: str
    indicator: str
    place: str
    rule: Rule
    severity: Severity
    value: str
    problem: str
    proposed: str | None = None
    sure: bool = False


def found(
    row: Mapping[str, Any],
    rule: Rule,
    severity: Severity,
    problem: str,
    *,
    value: str | None = None,
    proposed: str | None = None,
    sure: bool = False,
) -> Finding:
    """Make the finding of a row, its French typeset."""
    return Finding(
        territory=row["territory"],
        indicator=row["indicator"],
        place=place_of(row),
        rule=rule,
        severity=severity,
        value=row["value"] if value is None else value,
        problem=typeset_text(problem),
        proposed=proposed,
        sure=sure,
    )


def place_of(row: Mapping[str, Any]) -> str:
    """Say where a value stands: its cell, its line, or its territory and indicator."""
    cell, line = row.get("cell"), row.get("line")
    if isinstance(cell, str) and cell:
        return cell
    if line is not None and not pd.isna(line) and line != "":
        return f"ligne {int(line)}"
    return f"{row['territory']}, {row['indicator']}"
