"""Commands that list what there is and rebuild or render it; no logic."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import Tier
from diag360.cli_output import say


class Listing(StrEnum):
    """What can be listed."""

    territories = "territories"
    indicators = "indicators"
    needs = "needs"
    weights = "weights"
    tiers = "tiers"
    hazards = "hazards"
    scenarios = "scenarios"
    commons = "commons"


def method(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DOSSIER", help="Dossier où ranger les pages."),
    ] = Path("out/methode"),
    territory: Annotated[
        str, typer.Option(metavar="SIREN_OU_NOM", help="Territoire suivi par la méthode.")
    ] = "200065928",
    indicator: Annotated[
        str, typer.Option(metavar="INDICATEUR", help="Indicateur chiffré suivi par la méthode.")
    ] = "be2_i13",
) -> None:
    """Produit les pages de la méthode et du catalogue, à lire sans réseau."""
    from diag360.documents.method import make_method

    for path in make_method(output=output, territory=territory, indicator=indicator):
        say(f"Page : {path.resolve()}")


def list_(
    what: Annotated[
        Listing,
        typer.Argument(
            metavar="QUOI",
            help="territories, indicators, needs, weights, tiers, hazards, scenarios ou commons.",
        ),
    ],
) -> None:
    """Liste territoires, indicateurs, besoins, poids, niveaux, aléas, scénarios ou communs."""
    from diag360.documents.listings import listing

    for row in listing(what.value):
        say("\t".join(row))


def build_data(
    raw: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Fichiers publics bruts.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DOSSIER",
            help="Dossier data/ à écrire ; celui du projet sinon.",
        ),
    ] = None,
) -> None:
    """Reconstruit les chiffres livrés à partir des fichiers publics bruts."""
    from diag360.paths import data_dir
    from diag360.territories.build import build

    built = build(raw, output=output or data_dir())
    for path in built.files:
        say(f"Écrit : {path.resolve()}")
    say(f"{built.epci} intercommunalités, {built.communes} communes, {built.values} valeurs.")


def campaigns(
    territory: Annotated[
        str, typer.Argument(metavar="SIREN_OU_NOM", help="Territoire, comme pour « report ».")
    ],
    before: Annotated[
        Path, typer.Option(metavar="VALEURS", help="Valeurs de la campagne ancienne.")
    ],
    after: Annotated[
        Path, typer.Option(metavar="VALEURS", help="Valeurs de la campagne nouvelle.")
    ],
    old_catalogue: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            help="Catalogue de l’ancienne (dossier, révision git) ; le même sinon.",
        ),
    ] = None,
    tier: Tier = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FICHIER", help="CSV du partage, par indicateur."),
    ] = None,
) -> None:
    """Compare deux campagnes : ce que le territoire a changé, ce que la méthode a changé."""
    from diag360 import find_place, load_catalogue, prepare_values
    from diag360.catalogue.revisions import open_revision
    from diag360.documents.campaigns import tell_campaigns
    from diag360.files import write_texts
    from diag360.scoring.campaigns import split_change

    place, new = find_place(territory), load_catalogue()
    old = new if old_catalogue is None else open_revision(old_catalogue)
    rows = [
        prepare_values(path, place=place, catalogue=catalogue).rows
        for path, catalogue in ((before, old), (after, new))
    ]
    found = split_change(*rows, old_catalogue=old, new_catalogue=new, tier=tier)
    for line in tell_campaigns(found, territory=place.siren):
        say(line)
    if output is not None:
        text = found.table.to_csv(index=False, lineterminator="\n")
        (path,) = write_texts(output.parent, {output.name: text})
        say(f"Écrit : {path.resolve()}")
