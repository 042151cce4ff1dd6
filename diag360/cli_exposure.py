"""The commands on hazards: how a territory is exposed, a file to edit, ratings from elsewhere."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import Place
from diag360.cli_output import alerts, say
from diag360.cli_text import HELP, FrenchCommand, FrenchGroup

app = typer.Typer(
    help="Exposition d’un territoire aux aléas : la voir, la coter, la reprendre d’ailleurs.",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    context_settings=HELP,
    no_args_is_help=True,
)


class Kind(StrEnum):
    """Diagnoses ratings are taken from."""

    tacct = "tacct"
    pcaet = "pcaet"
    dicrim = "dicrim"


Given = Annotated[
    Path | None,
    typer.Option(
        metavar="FICHIER",
        help="Cotations (YAML ou CSV), ou questionnaire rempli ; « aucune » pour s’en passer.",
        show_default=False,
    ),
]
Written = Annotated[
    Path, typer.Option("--output", "-o", metavar="FICHIER", help="Fichier YAML à écrire.")
]


@app.command(cls=FrenchCommand)
def show(territory: Place, ratings: Given = None) -> None:
    """Montre l’exposition à chaque aléa, d’où elle vient, et ce qui reste à coter."""
    from diag360 import find_place, load_catalogue
    from diag360.documents.exposure_listing import exposure_rows
    from diag360.vulnerability.prepare import prepare_ratings

    catalogue, place = load_catalogue(), find_place(territory)
    found = prepare_ratings(ratings, place=place, catalogue=catalogue)
    for row in exposure_rows(found, catalogue=catalogue):
        say("\t".join(row))
    say(f"{len(found.ratings)} aléa(s) cotés, {len(found.to_rate)} à coter.")


@app.command(cls=FrenchCommand)
def write(territory: Place, output: Written, ratings: Given = None) -> None:
    """Écrit un fichier de cotations à compléter, avec les repères de chaque niveau."""
    from diag360 import find_place, load_catalogue
    from diag360.documents.exposure_listing import draft_ratings
    from diag360.files import write_texts
    from diag360.vulnerability.prepare import prepare_ratings
    from diag360.vulnerability.ratings import refuse_to_replace

    catalogue, place = load_catalogue(), find_place(territory)
    refuse_to_replace(output)
    found = prepare_ratings(ratings, place=place, catalogue=catalogue)
    draft = draft_ratings(found, place=place, catalogue=catalogue)
    (path,) = write_texts(output.parent, {output.name: draft})
    say(f"Écrit : {path.resolve()}")


@app.command("import", cls=FrenchCommand)
def import_(
    kind: Annotated[Kind, typer.Argument(metavar="DIAGNOSTIC", help="tacct, pcaet ou dicrim.")],
    file: Annotated[Path, typer.Argument(metavar="TABLEAU", help="Classeur ou CSV.")],
    territory: Annotated[
        str, typer.Option(metavar="SIREN_OU_NOM", help="Territoire dont parle le tableau.")
    ],
    output: Written,
) -> None:
    """Reprend les cotations d’un autre diagnostic ; nomme les lignes qui n’ont pas été reprises.

    Colonnes attendues : tacct, « Aléa », « Exposition observée », « Exposition future » ;
    pcaet, « Aléa », « Niveau », « Horizon » ; dicrim, « Risque », « Niveau ».
    """
    from diag360 import find_place, load_catalogue
    from diag360.files import write_texts
    from diag360.vulnerability.adapters import ADAPTERS
    from diag360.vulnerability.ratings import refuse_to_replace, write_ratings

    catalogue, place = load_catalogue(), find_place(territory)
    refuse_to_replace(output)
    found = ADAPTERS[kind.value](file, territory=place.siren, catalogue=catalogue)
    (path,) = write_texts(output.parent, {output.name: write_ratings(found.ratings)})
    alerts(found.left)
    say(f"{len(found.ratings.ratings)} aléa(s) repris, {len(found.left)} ligne(s) laissée(s).")
    say(f"Écrit : {path.resolve()}")
