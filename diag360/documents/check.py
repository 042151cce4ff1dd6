"""What ``diag360 check`` examines, and what it finds."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from diag360.catalogue.guide import advice_on, line_of
from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents.findings import ScoredFinding, as_fault, with_scores
from diag360.documents.wording import check_wording
from diag360.documents.wording_hazards import check_hazard_wording
from diag360.errors import Fault, Refusal
from diag360.files import write_texts
from diag360.paths import data_dir
from diag360.territories.guard import apply_fixes, check_values, unknown_territories
from diag360.territories.merge import tidy_csv
from diag360.territories.prepare import read_answers
from diag360.territories.values import open_data_path, read_values


@dataclass(slots=True)
class Findings:
    """What was examined, in words, and the faults found by severity.

    ``on_values`` are the findings of the guard on the values, with scores; each is also among
    ``errors``, ``alerts`` or ``infos`` as a fault to print.
    """

    examined: dict[str, str] = field(default_factory=dict)
    errors: list[Fault] = field(default_factory=list)
    alerts: list[Fault] = field(default_factory=list)
    infos: list[Fault] = field(default_factory=list)
    on_values: list[ScoredFinding] = field(default_factory=list)


def examine(values: Path | None = None, *, today: date | None = None) -> Findings:
    """Check the catalogue, then a file of values against it.

    Parameters
    ----------
    values : Path, optional
        Tidy CSV; the shipped open data by default.
    today : date, optional
        Day the years are judged on; the day it is by default.

    Returns
    -------
    Findings
        Errors are what would refuse the catalogue or the values, what its texts still lack, and
        the values the guard holds back; never empty of ``examined``: a check says what it looked
        at.
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
    findings.errors += check_hazard_wording(catalogue)
    path = values or open_data_path()
    try:
        rows, remarks = read_answers(path, catalogue=catalogue)
    except Refusal as refusal:
        findings.examined["Valeurs"] = f"{path.name} refusé"
        findings.errors += refusal.faults
        return findings
    findings.infos += [
        Fault(path.name, f"{one.sheet}!{one.cell}", one.text, "vérifier la cellule")
        for one in remarks
    ]
    territories = rows["territory"].unique()
    findings.examined["Valeurs"] = (
        f"{path.name}, {len(rows)} lignes, {len(territories)} territoire(s), "
        f"{rows['indicator'].nunique()} indicateurs"
    )
    _guard(findings, rows, file=path, catalogue=catalogue, today=today or _today())
    findings.alerts += unknown_territories(rows)
    return findings


def _today() -> date:
    return datetime.now(UTC).date()


def _guard(
    findings: Findings, rows: pd.DataFrame, *, file: Path, catalogue: Catalogue, today: date
) -> None:
    """Judge the values against the open data, themselves included when they are examined."""
    shipped = file == open_data_path()
    reference = rows if shipped else read_values(catalogue=catalogue)
    found = check_values(rows, catalogue=catalogue, reference=reference, today=today)
    findings.on_values = with_scores(found, catalogue=catalogue)
    lists = {"erreur": findings.errors, "alerte": findings.alerts, "info": findings.infos}
    for scored in findings.on_values:
        lists[scored.finding.severity].append(as_fault(scored, file=file.name))


def fix(values: Path, *, output: Path, today: date | None = None) -> tuple[Path, list[Fault]]:
    """Write a corrected copy of a file of values: the sure proposals of the guard, nothing else.

    Parameters
    ----------
    values : Path
        CSV or workbook; it is left as it is.
    output : Path
        CSV to write.
    today : date, optional
        Day the years are judged on; the day it is by default.

    Returns
    -------
    path : Path
        The copy.
    done : list of Fault
        What was changed; the former value also stands in the comment of its row.

    Raises
    ------
    Refusal
        When the values are refused, or the copy would replace them.
    """
    if output.resolve() == values.resolve():
        title = "Correction refusée :"
        problem = "la copie corrigée remplacerait le fichier d’origine"
        raise Refusal(title, [Fault(output.name, "", problem, "donner un autre nom")])
    catalogue = load_catalogue()
    rows, _ = read_answers(values, catalogue=catalogue)
    reference = read_values(catalogue=catalogue)
    found = check_values(rows, catalogue=catalogue, reference=reference, today=today or _today())
    fixed, done = apply_fixes(rows, found)
    (path,) = write_texts(output.parent, {output.name: tidy_csv(fixed)})
    told = [as_fault(one, file=values.name) for one in with_scores(done, catalogue=catalogue)]
    return path, told


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
