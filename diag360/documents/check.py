"""What ``diag360 check`` examines, and what it finds."""

from dataclasses import dataclass, field
from pathlib import Path

from diag360.catalogue.guide import advice_on, line_of
from diag360.catalogue.load import load_catalogue
from diag360.documents.wording import check_wording
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir
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
        Errors are what would refuse the catalogue or the values, and what its texts still lack;
        never empty of ``examined``: a check says what it looked at.
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
    findings.errors += check_wording(catalogue)
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


def explain(fault: Fault) -> str:
    """Say where a fault of the catalogue stands and what its key expects; "" when unknown.

    Parameters
    ----------
    fault : Fault
        Found in the catalogue; the faults of a file of values already name their line.

    Returns
    -------
    str
        For someone who does not program.
    """
    line, advice = line_of(fault, root=data_dir() / "catalogue"), advice_on(fault)
    words = [f"Ligne {line}." if line else "", f"Attendu : {advice.sentence()}" if advice else ""]
    return " ".join(filter(None, words))
