"""The command that says what holds and what tips over for a territory; no logic."""

from typing import Annotated

import typer

from diag360.cli_options import (
    OUT,
    Alone,
    Exposure,
    Folder,
    Framework,
    Place,
    Tier,
    Values,
    Weights,
)
from diag360.cli_output import tell_report


def sensitivity(
    territory: Place,
    values: Values = "open-data",
    exposure: Exposure = "open-data",
    framework: Framework = None,
    weights: Weights = None,
    tier: Tier = None,
    alone: Alone = False,
    draws: Annotated[
        int, typer.Option(metavar="NOMBRE", min=10, help="Tirages de l’incertitude.")
    ] = 2000,
    seed: Annotated[int, typer.Option(metavar="GRAINE", min=0, help="Graine des tirages.")] = 1,
    output: Folder = OUT,
) -> None:
    """Dit ce qui tient et ce qui bascule quand les choix de méthode bougent : une page."""
    from diag360.documents.sensitivity import make_sensitivity

    made = make_sensitivity(
        territory, output=output, values=values, framework=framework,
        weights=weights, tier=tier, alone=alone, exposure=exposure, draws=draws, seed=seed,
    )  # fmt: skip
    tell_report(made)
