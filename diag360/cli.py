"""The commands; no logic."""

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from diag360._version import __version__
from diag360.cli_annotations import app as annotations_app
from diag360.cli_audit import audit
from diag360.cli_batch import batch, batch_schema
from diag360.cli_catalogue import app as catalogue_app
from diag360.cli_challenge import compare, variant_app
from diag360.cli_data import build_data, campaigns, list_, method
from diag360.cli_elicit import app as elicit_app
from diag360.cli_explore import explore
from diag360.cli_exposure import app as exposure_app
from diag360.cli_options import Alone, Annotations, Exposure, Framework, Pack, Tier, Weights
from diag360.cli_output import (
    alerts,
    print_faults,
    print_findings,
    print_remarks,
    refusal_text,
    say,
    tell_report,
)
from diag360.cli_sensitivity import sensitivity
from diag360.cli_text import HELP, FrenchCommand, FrenchGroup, speak_french, usage_message
from diag360.cli_vulnerability import actions, stress, vulnerabilities
from diag360.cli_workbook import app as workbook_app
from diag360.errors import Refusal

app = typer.Typer(
    help="Diagnostic 360° de résilience territoriale : des statistiques au document.",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    context_settings=HELP,
    add_completion=False,
    no_args_is_help=True,
)
app.command(cls=FrenchCommand)(method)
app.command("list", cls=FrenchCommand)(list_)
app.command(cls=FrenchCommand)(campaigns)
app.command("build-data", cls=FrenchCommand)(build_data)
app.command(cls=FrenchCommand)(vulnerabilities)
app.command(cls=FrenchCommand)(stress)
app.command(cls=FrenchCommand)(actions)
app.command(cls=FrenchCommand)(compare)
app.command(cls=FrenchCommand)(sensitivity)
app.command(cls=FrenchCommand)(audit)
app.command(cls=FrenchCommand)(explore)
app.command(cls=FrenchCommand)(batch)
app.command("batch-schema", cls=FrenchCommand)(batch_schema)
app.add_typer(workbook_app, name="workbook")
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(exposure_app, name="exposure")
app.add_typer(variant_app, name="variant")
app.add_typer(elicit_app, name="elicit")
app.add_typer(annotations_app, name="annotations")


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"


Values = Annotated[
    Path | None,
    typer.Argument(
        metavar="VALEURS",
        help="CSV de valeurs ou classeur rempli ; les données ouvertes livrées sinon.",
        show_default=False,
    ),
]


@app.command(cls=FrenchCommand)
def report(
    territory: Annotated[
        str,
        typer.Argument(
            metavar="SIREN_OU_NOM",
            help="Siren ou nom ; departement-22 ; fichier listant des membres.",
        ),
    ],
    values: Annotated[
        str,
        typer.Option(
            metavar="VALEURS",
            help="« open-data » (données livrées), ou chemin d’un CSV ou d’un classeur.",
        ),
    ] = "open-data",
    framework: Framework = None,
    weights: Weights = None,
    tier: Tier = None,
    alone: Alone = False,
    campaign: Annotated[
        str | None,
        typer.Option(metavar="ÉTIQUETTE", help="Étiquette datée du diagnostic, par exemple 2026."),
    ] = None,
    exposure: Exposure = "open-data",
    pack: Pack = "fondateur",
    annotations: Annotations = "livrées",
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DOSSIER", help="Dossier où ranger le document."),
    ] = Path("out"),
) -> None:
    """Produit le document de diagnostic d’un territoire (HTML et carnet exécuté)."""
    _known(framework, weights, tier)
    from diag360.documents.report import make_report

    made = make_report(
        territory,
        output=output,
        values=values,
        framework=framework,
        weights=weights,
        tier=tier,
        alone=alone,
        campaign=campaign,
        exposure=exposure,
        pack=pack,
        annotations=annotations,
    )
    tell_report(made)


@app.command(cls=FrenchCommand)
def score(
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="DOSSIER",
            help="Dossier où écrire les deux tableaux de scores.",
        ),
    ],
    values: Values = None,
    territory: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TERRITOIRE",
            help="Siren ou nom ; à répéter pour plusieurs. Tous sinon.",
            show_default=False,
        ),
    ] = None,
    framework: Framework = None,
    weights: Weights = None,
    tier: Tier = None,
    alone: Alone = False,
) -> None:
    """Calcule les scores et écrit indicator_scores.csv et need_scores.csv."""
    from diag360 import load_catalogue, prepare_values
    from diag360 import score as compute
    from diag360.documents.tables import write_scores
    from diag360.territories.guard import unknown_territories
    from diag360.territories.perimeter import keep_territories

    _known(framework, weights, tier)
    catalogue = load_catalogue()
    ready = prepare_values(values, catalogue=catalogue, alone=alone)
    rows = keep_territories(ready.rows, asked=territory) if territory else ready.rows
    scores = compute(rows, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
    print_remarks(ready.remarks)
    print_findings(ready.findings)
    alerts(unknown_territories(rows))
    for path in write_scores(scores, folder=output):
        say(f"Écrit : {path.resolve()}")
    say(f"{len(scores.needs.score)} territoire(s), {len(scores.framework.needs)} besoins.")


@app.command(cls=FrenchCommand)
def check(
    values: Values = None,
    format: Annotated[Format, typer.Option(metavar="FORME", help="text ou json.")] = Format.text,
    fix: Annotated[
        Path | None,
        typer.Option(
            metavar="FICHIER",
            help="Écrit une copie où seules les corrections sûres sont faites, et les dit.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Vérifie le catalogue et un fichier de valeurs ; dit ce qui a été examiné."""
    from diag360.documents.check import examine, explain
    from diag360.documents.check import fix as correct

    if fix is not None:
        if values is None:
            msg = "donner le fichier de valeurs à corriger : diag360 check VALEURS --fix COPIE"
            raise typer.BadParameter(msg, param_hint="--fix")
        path, done = correct(values, output=fix)
        print_faults("corrigé", done)
        say(f"{len(done)} correction(s). Écrit : {path.resolve()}")
        values = path
    findings = examine(values)
    if format is Format.json:
        body = {
            "ok": not findings.errors,
            "examined": findings.examined,
            "errors": [{**asdict(f), "explanation": explain(f)} for f in findings.errors],
            "alerts": [asdict(fault) for fault in findings.alerts],
            "infos": [asdict(fault) for fault in findings.infos],
        }
        say(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        for name, what in findings.examined.items():
            say(f"{name} : {what}")
        print_faults("erreur", findings.errors)
        print_faults("alerte", findings.alerts)
        if values is not None:  # those on the shipped figures are of no use to their reader
            print_faults("info", findings.infos)
        say(f"{len(findings.errors)} erreur(s), {len(findings.alerts)} alerte(s).")
    if findings.errors:
        raise typer.Exit(1)


def _known(framework: str | None, weights: str | None, tier: str | None) -> None:
    """Treat an id that is not in the catalogue as a wrong use of the command."""
    from diag360 import load_catalogue
    from diag360.scoring.scores import TIERS

    catalogue = load_catalogue()
    for name, given, table in (
        ("--framework", framework, catalogue.frameworks),
        ("--weights", weights, catalogue.weights),
        ("--tier", tier, TIERS),
    ):
        if given is not None and given not in table:
            msg = f"« {given} » inconnu ; choisir parmi : {', '.join(table)}"
            raise typer.BadParameter(msg, param_hint=name)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Affiche la version.")] = False,
) -> None:
    if version:
        say(f"diag360 {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; 0 done, 1 refused input, 2 wrong usage."""
    speak_french()
    try:
        code = app(standalone_mode=False, prog_name="diag360")
    except Refusal as refusal:
        typer.echo(refusal_text(refusal), err=True)
        code = 1
    except typer.Abort:
        code = 130
    except Exception as error:
        if getattr(error, "exit_code", None) != 2:
            raise
        if type(error).__name__ != "NoArgsIsHelpError":
            typer.echo(f"Erreur : {usage_message(error)}", err=True)
        code = 2
    sys.exit(code or 0)
