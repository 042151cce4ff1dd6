"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Place = Annotated[
    str,
    typer.Argument(
        metavar="SIREN_OU_NOM", help="Siren ou nom ; departement-22 ; fichier listant des membres."
    ),
]
Values = Annotated[
    str,
    typer.Option(
        metavar="VALEURS",
        help="« open-data » (données livrées), ou chemin d’un CSV ou d’un classeur.",
    ),
]
Exposure = Annotated[
    str,
    typer.Option(
        metavar="COTATIONS",
        help="« open-data » (ce que disent les statistiques), chemin d’un fichier de cotations ou "
        "d’un classeur, ou « aucune ».",
    ),
]
Pack = Annotated[
    str,
    typer.Option(
        metavar="ALÉAS", help="fondateur (23 aléas), ou complet (avec ceux de sécurité civile)."
    ),
]
Framework = Annotated[
    str | None,
    typer.Option(
        metavar="CADRE", help="Cadre : besoins-2021 (18 besoins) ou diag360-1.3 (11 besoins)."
    ),
]
Weights = Annotated[
    str | None, typer.Option(metavar="POIDS", help="Jeu de poids (voir « diag360 list weights »).")
]
Tier = Annotated[
    str | None,
    typer.Option(
        metavar="NIVEAU",
        help="Indicateurs demandés : flash, standard ou expert (voir « diag360 list tiers »).",
    ),
]
Alone = Annotated[
    bool, typer.Option("--alone", help="Ne pas compléter le fichier par les données ouvertes.")
]
Campaign = Annotated[
    str | None,
    typer.Option(metavar="ÉTIQUETTE", help="Étiquette datée du diagnostic, par exemple 2026."),
]
Annotations = Annotated[
    str,
    typer.Option(
        metavar="NOTES",
        help="Notes d’experts : « livrées » (celles de data/annotations), un dossier de notes, ou "
        "« aucune ».",
    ),
]
Folder = Annotated[
    Path, typer.Option("--output", "-o", metavar="DOSSIER", help="Dossier où ranger le document.")
]
SchemaFolder = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DOSSIER", show_default=False,
        help="Où écrire ; le dossier « schema » livré, à côté de ce qu’il décrit, sinon.",
    ),
]  # fmt: skip
OUT = Path("out")
