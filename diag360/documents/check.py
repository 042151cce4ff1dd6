"""What ``diag360 check`` examines, and what it finds."""

from dataclasses import dataclass, field
from pathlib import Path

from diag360.catalogue.load import load_catalogue
from diag360.errors import Fault, Refusal
from diag360.territories.guard import physical_range, unknown_territories
from diag360.territories.values import open_data_path, read_values


@dataclass(slots=True)
class Findings:
    """What was examined, in words, and the faults found by severity."""

    examined: dict[str, str] = field(default_factory=dict)
    errors: list[Fault] = field(default_factory=list)
    alerts: list[Fault] = field(default_factory=list)


def examine(values: Path | None = None) -> Findings:
    """Check the catalogue, then a file of values against it.

    Parameters
    ----------
    values : Path, optional
        Tidy CSV; the shipped open data by default.

    Returns
    -------
    Findings
        Never empty of ``examined``: a check says what it looked at.
    """
    findings = Findings()
    try:
        catalogue = load_catalogue()
    except Refusal as refusal:
        findings.examined["Catalogue"] = "refusé ; les valeurs n’ont pas été examinées"
        findings.errors += refusal.faults
        return findings
    findings.examined["Catalogue"] = (
        f"version {catalogue.version}, {len(catalogue.indicators)} indicateurs, "
        f"{len(catalogue.frameworks)} cadres, {len(catalogue.weights)} jeux de poids"
    )
    path = values or open_data_path()
    try:
        rows = read_values(path, catalogue=catalogue)
    except Refusal as refusal:
        findings.examined["Valeurs"] = f"{path.name} refusé"
        findings.errors += refusal.faults
        return findings
    territories = rows["territory"].unique()
    findings.examined["Valeurs"] = (
        f"{path.name}, {len(rows)} lignes, {len(territories)} territoire(s), "
        f"{rows['indicator'].nunique()} indicateurs"
    )
    findings.alerts += physical_range(rows, catalogue=catalogue)
    findings.alerts += unknown_territories(rows)
    return findings
