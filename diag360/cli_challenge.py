"""The commands that challenge the method: compare variants, check them, accept one; no logic."""

from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import Alone, Framework, SchemaFolder, Tier, Values
from diag360.cli_output import say
from diag360.cli_text import HELP, FrenchCommand, FrenchGroup

variant_app = typer.Typer(
    help="Variantes (contre-propositions) : lister, vérifier, accepter, guider l’écriture.",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    context_settings=HELP,
    no_args_is_help=True,
)
File = Annotated[
    str,
    typer.Argument(metavar="VARIANTE", help="Fichier .yaml, ou nom d’une variante livrée."),
]
Weights = Annotated[
    str | None,
    typer.Option(metavar="POIDS", help="Jeu de poids utilisé, que la variante change."),
]


def compare(
    territories: Annotated[
        list[str],
        typer.Argument(metavar="TERRITOIRE...", help="Sirens ou noms, comme pour « report »."),
    ],
    variant: Annotated[
        list[str],
        typer.Option(
            metavar="VARIANTE",
            help="Fichier .yaml, ou nom d’une variante livrée ; à répéter pour plusieurs.",
            show_default=False,
        ),
    ],
    values: Values = "open-data",
    framework: Framework = None,
    weights: Weights = None,
    tier: Tier = None,
    alone: Alone = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DOSSIER",
            help="Écrit aussi une page et des tableaux CSV dans ce dossier.", show_default=False,
        ),
    ] = None,
) -> None:  # fmt: skip
    """Compare des variantes à la méthode : côte à côte, qui bouge, et le verdict."""
    from diag360.documents.comparison import make_comparison, prepare_comparison
    from diag360.documents.comparison_words import tell_comparison

    if output is None:
        comparison, places = prepare_comparison(
            territories, variant, values=values, framework=framework, weights=weights, tier=tier,
            alone=alone,
        )  # fmt: skip
        written = []
    else:
        comparison, places, report, tables = make_comparison(
            territories, variant, output=output, values=values, framework=framework,
            weights=weights, tier=tier, alone=alone,
        )  # fmt: skip
        written = [report.html, report.notebook, *tables]
    for line in tell_comparison(comparison, places=places):
        say(line)
    for path in written:
        say(f"Écrit : {path.resolve()}")


@variant_app.command("list", cls=FrenchCommand)
def list_() -> None:
    """Liste les variantes livrées."""
    from diag360.challenge.variants.files import read_variant, shipped_variants

    for name in shipped_variants():
        one = read_variant(name)
        say("\t".join([one.id, one.status, one.author, one.label]))


@variant_app.command(cls=FrenchCommand)
def check(variant: File, weights: Weights = None) -> None:
    """Vérifie une variante et dit, changement par changement, ce qu’elle propose."""
    from diag360 import load_catalogue
    from diag360.challenge.variants.apply import apply_variant
    from diag360.challenge.variants.files import read_variant
    from diag360.challenge.variants.steps import steps_of
    from diag360.documents.variant_words import fate, signature, step_words

    catalogue, one = load_catalogue(), read_variant(variant)
    apply_variant(catalogue, one, weights=weights)
    say(f"{one.label} ({one.id}), {signature(one)}. {fate(one)}")
    for step in steps_of(one):
        say(f"  {step_words(step, catalogue=catalogue)}")


@variant_app.command(cls=FrenchCommand)
def accept(
    variant: File,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DOSSIER", help="Dossier à créer."),
    ],
    catalogue: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Catalogue de départ ; celui du projet sinon."),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Version du nouveau catalogue ; la suivante sinon."),
    ] = None,
    weights: Weights = None,
) -> None:
    """Écrit le catalogue qu’une variante acceptée donne, et l’entrée de journal à relire."""
    from diag360.documents.acceptance import write_accepted

    folder, entry, accepted = write_accepted(
        variant, output=output, folder=catalogue, version=version, weights=weights
    )
    for name in accepted.edited:
        say(f"modifié : {name}")
    for name in accepted.removed:
        say(f"retiré : {name}")
    say(f"Écrit : {folder.resolve()}")
    say("")
    say(entry.rstrip("\n"))


@variant_app.command(cls=FrenchCommand)
def schema(output: SchemaFolder = None) -> None:
    """Écrit le schéma JSON qui guide l’écriture d’une variante dans un éditeur."""
    from diag360 import load_catalogue
    from diag360.challenge.variants.files import variants_dir
    from diag360.challenge.variants.schema import variant_schema
    from diag360.files import write_texts

    folder = output or variants_dir() / "schema"
    texts = {"variant.schema.json": variant_schema(load_catalogue())}
    for path in write_texts(folder, texts):
        say(f"Écrit : {path.resolve()}")
