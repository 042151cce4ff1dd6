"""The command that audits the index; no logic."""

from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import Framework, Tier, Weights
from diag360.cli_output import say


def audit(
    values: Annotated[
        str,
        typer.Option(
            metavar="VALEURS",
            help="« open-data » (données livrées), ou chemin d’un CSV de plusieurs territoires.",
        ),
    ] = "open-data",
    framework: Framework = None,
    weights: Weights = None,
    tier: Tier = None,
    draws: Annotated[int, typer.Option(metavar="NOMBRE", min=10, help="Tirages des poids.")] = 1000,
    sample: Annotated[
        int,
        typer.Option(
            metavar="NOMBRE", min=0, help="Territoires dont la variance est partagée ; 0 : aucun."
        ),
    ] = 8,
    seed: Annotated[int, typer.Option(metavar="GRAINE", min=0, help="Graine des tirages.")] = 1,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DOSSIER", help="Dossier où ranger l’audit."),
    ] = Path("out/audit"),
) -> None:
    """Audite l’indice sur tous les territoires, dans les dix rubriques du manuel OCDE-JRC."""
    from diag360.documents.audit import make_audit
    from diag360.documents.figures.laboratory.audit_blocks import lead_sentence

    made = make_audit(
        output=output,
        values=values,
        framework=framework,
        weights=weights,
        tier=tier,
        draws=draws,
        sample=sample,
        seed=seed,
    )
    say(lead_sentence(made.audit))
    say(f"Document : {made.html.resolve()}")
    say(f"Carnet exécuté : {made.notebook.resolve()}")
    say(f"Résultats : {made.json.resolve()}")
