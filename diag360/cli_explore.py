"""The command that opens the weight explorer as a web page; no logic."""

import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import Framework, Place, Tier, Values
from diag360.cli_output import say


def explore(
    territory: Place = "200065928",
    values: Values = "open-data",
    framework: Framework = None,
    weights: Annotated[
        str | None,
        typer.Option(metavar="POIDS", help="Jeu de poids de référence, auquel tout est comparé."),
    ] = None,
    tier: Tier = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DOSSIER",
            help="Dossier où enregistrer et relire les variantes.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option(metavar="PORT", min=0, max=65535, help="Port local ; 0 en prend un libre."),
    ] = 8866,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Ouvrir le navigateur.")
    ] = True,
) -> None:
    """Ouvre l’explorateur de poids dans le navigateur : bouger un poids, voir ce qui change."""
    from diag360.documents.widgets.explorer_server import (
        closing_is_stopping,
        explorer_parameters,
        running_explorer,
    )

    parameters = explorer_parameters(
        territory, values=values, framework=framework, weights=weights, tier=tier, folder=output
    )
    with (
        suppress(KeyboardInterrupt),
        closing_is_stopping(),
        running_explorer(parameters, port=port) as running,
    ):
        say(f"Explorateur : {running.url}")
        say(f"Variantes : {parameters['folder']}")
        say("Ctrl-C pour arrêter.")
        if browser:
            webbrowser.open(running.url)
        running.wait()
    say("Explorateur arrêté.")
