"""What the commands print."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from diag360.errors import Fault, Refusal

if TYPE_CHECKING:  # printing help must not wait for pandas
    from diag360.documents.runs import Report
    from diag360.territories.guard.finding import Finding
    from diag360.territories.workbook.remarks import Remark

SHOWN = 50  # faults printed at most; ``check --format json`` gives them all


def say(line: str) -> None:
    """Print one line."""
    typer.echo(line)


def alerts(found: Sequence[Fault]) -> None:
    """Print what does not stop the command, on the error stream."""
    for alert in found[:SHOWN]:
        typer.echo(f"Attention : {alert}", err=True)
    if len(found) > SHOWN:
        typer.echo(f"… et {len(found) - SHOWN} autres alertes.", err=True)


def print_faults(kind: str, faults: Sequence[Fault]) -> None:
    """Print faults, each with what its key expects when it is in the catalogue."""
    from diag360.documents.check import explain

    for fault in faults[:SHOWN]:
        say(f"  {kind} : {fault}")
        if words := explain(fault):
            say(f"      {words}")
    if len(faults) > SHOWN:
        say(f"  … et {len(faults) - SHOWN} autres ; --format json les donne toutes.")


def refusal_text(refusal: Refusal) -> str:
    """Say why a command was refused, fault by fault."""
    lines = [refusal.title, *(f"  - {fault}" for fault in refusal.faults[:SHOWN])]
    if len(refusal.faults) > SHOWN:
        more = len(refusal.faults) - SHOWN
        lines.append(f"  … et {more} autres ; « diag360 check --format json » les donne toutes.")
    return "\n".join(lines)


def print_remarks(remarks: "Sequence[Remark]") -> None:
    """Print every cell of a workbook that was not read as it is written."""
    words = {"corrige": "corrigé", "incompris": "non compris", "ignore": "laissé de côté"}
    for one in remarks:
        say(f"  {words[one.kind]} : {one}")


def print_findings(findings: "Sequence[Finding]") -> None:
    """Print what the guard found, on the error stream; ``check`` gives the mere remarks too."""
    findings = [one for one in findings if one.severity != "info"]
    for one in findings[:SHOWN]:
        where = one.place if one.indicator in one.place else f"{one.place}, {one.indicator}"
        what = f"{where} : {one.problem}"
        remedy = f" → proposé : {one.proposed}" if one.proposed is not None else ""
        typer.echo(f"Attention ({one.severity}) : {what}{remedy}", err=True)
    if len(findings) > SHOWN:
        typer.echo(f"… et {len(findings) - SHOWN} autres.", err=True)


def tell_report(made: "Report") -> None:
    """Say where a document was written, what its values call for, what became of its notes."""
    print_remarks(made.remarks)
    print_findings(made.findings)
    for line in made.notes:
        say(line)
    say(f"Document : {made.html.resolve()}")
    say(f"Carnet exécuté : {made.notebook.resolve()}")
