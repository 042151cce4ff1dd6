"""The commands on the catalogue itself: compare two versions, choose the tiers, export schemas."""

from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import SchemaFolder, Tier
from diag360.cli_text import HELP, FrenchCommand, FrenchGroup

app = typer.Typer(
    help="Compare deux versions du catalogue, choisit les niveaux, exporte les schémas.",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    context_settings=HELP,
    no_args_is_help=True,
)

Revision = Annotated[
    str,
    typer.Argument(
        metavar="VERSION", help="Dossier d’un catalogue, ou révision git (HEAD~1, étiquette…)."
    ),
]


@app.command(cls=FrenchCommand)
def diff(
    before: Revision,
    after: Revision,
    values: Annotated[
        Path | None,
        typer.Option(metavar="VALEURS", help="CSV de valeurs ; les données ouvertes sinon."),
    ] = None,
    framework: Annotated[
        str | None, typer.Option(metavar="CADRE", help="Cadre de besoins ; celui par défaut sinon.")
    ] = None,
    tier: Tier = None,
    entry: Annotated[
        bool, typer.Option("--entry", help="Écrit un brouillon d’entrée pour CHANGELOG.md.")
    ] = False,
) -> None:
    """Dit ce qui change entre deux versions du catalogue, et quels scores bougent."""
    from diag360.catalogue.diff import compare_catalogues
    from diag360.catalogue.revisions import open_revision
    from diag360.documents.changes import draft_entry, tell_changes
    from diag360.scoring.compare import score_both

    old, new = open_revision(before), open_revision(after)
    found = compare_catalogues(old, new)
    was, now = score_both(old, new, values=values, framework=framework, tier=tier)
    if entry:
        typer.echo(draft_entry(found, before=was, after=now), nl=False)
    else:
        typer.echo("\n".join(tell_changes(found, before=was, after=now)))


@app.command(cls=FrenchCommand)
def tiers() -> None:
    """Applique la règle des niveaux et dit ce qu’elle changerait au catalogue."""
    from diag360 import load_catalogue, read_values, score
    from diag360.documents.listings import tier_rows
    from diag360.scoring.tiers import choose_standard

    catalogue = load_catalogue()
    scores = score(read_values(catalogue=catalogue), catalogue=catalogue, tier="expert")
    for row in tier_rows(choose_standard(scores), catalogue=catalogue):
        typer.echo("\t".join(row))


@app.command(cls=FrenchCommand)
def schema(output: SchemaFolder = None) -> None:
    """Écrit les schémas JSON qui guident l’écriture des fichiers dans un éditeur."""
    from diag360.catalogue.load import load_catalogue
    from diag360.catalogue.schema import make_schemas
    from diag360.files import write_texts
    from diag360.paths import data_dir

    folder = output or data_dir() / "catalogue" / "schema"
    for path in write_texts(folder, make_schemas(load_catalogue())):
        typer.echo(f"Écrit : {path.resolve()}")
