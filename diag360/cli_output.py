"""What the commands print."""

from collections.abc import Sequence

import typer

from diag360.errors import Fault, Refusal

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
