"""The commands on panels: a workbook for experts, and their answers read into weights."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diag360.cli_output import say
from diag360.cli_text import HELP, FrenchCommand, FrenchGroup

if TYPE_CHECKING:  # printing help must not wait for the catalogue
    from diag360.catalogue.model import Tier as Level

app = typer.Typer(
    help="Poids donnés par un panel d’experts : le classeur à envoyer, les réponses à lire.",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    context_settings=HELP,
    no_args_is_help=True,
)
_MANY = 45  # comparisons two by two beyond which few experts stay attentive


class Method(StrEnum):
    """How weights are said."""

    budget = "budget"
    ahp = "ahp"
    best_worst = "best_worst"


class Tier(StrEnum):
    """Which indicators are weighed."""

    flash = "flash"
    standard = "standard"
    expert = "expert"


@app.command(cls=FrenchCommand)
def sheet(
    of: Annotated[
        str,
        typer.Option(
            "--of",
            metavar="OBJET",
            help="needs (besoins), categories, ou indicators:BESOIN (indicateurs d’un besoin).",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FICHIER", help="Classeur .xlsx à écrire.")
    ],
    method: Annotated[
        Method,
        typer.Option(
            metavar="MÉTHODE",
            help="budget (100 points), ahp (deux à deux) ou best_worst (le plus, le moins).",
        ),
    ] = Method.budget,
    framework: Annotated[
        str | None, typer.Option(metavar="CADRE", help="Cadre de besoins.")
    ] = None,
    tier: Annotated[
        Tier | None,
        typer.Option(
            metavar="NIVEAU",
            help="Indicateurs à peser : flash, standard ou expert ; ceux du cadre sinon.",
        ),
    ] = None,
) -> None:
    """Écrit le classeur qu’un expert remplit pour dire ce qui compte le plus."""
    from diag360 import load_catalogue
    from diag360.documents.workbooks.elicitation_sheets import (
        elicitation_workbook,
        pairs_to_compare,
    )
    from diag360.files import write_files
    from diag360.vulnerability.ratings import refuse_to_replace

    catalogue = load_catalogue()
    framework = framework or catalogue.settings.default_framework
    level: Level | None = None if tier is None else tier.value
    refuse_to_replace(output)
    content = elicitation_workbook(
        of, method=method.value, framework=framework, catalogue=catalogue, tier=level,
        day=catalogue.settings.date,
    )  # fmt: skip
    (path,) = write_files(output.parent, {output.name: content})
    if method is Method.ahp:
        pairs = pairs_to_compare(of, framework=framework, catalogue=catalogue, tier=level)
        if pairs > _MANY:
            say(f"Attention : {pairs} comparaisons ; budget ou best_worst demandent moins.")
    say(f"Écrit : {path.resolve()}")


@app.command(cls=FrenchCommand)
def read(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="CLASSEURS...", help="Classeurs remplis, ou réponses déjà lues (.yaml)."
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FICHIER",
            help="Jeu de poids (.yaml) ; valeurs des besoins si le panel a pesé des besoins.",
        ),
    ],
    label: Annotated[str, typer.Option(metavar="TITRE", help="Nom du panel, dans les documents.")],
    answers: Annotated[
        Path,
        typer.Option(metavar="DOSSIER", help="Où garder les réponses une à une, avec les rôles."),
    ] = Path("panels"),
    anonymous: Annotated[
        bool,
        typer.Option("--anonymous", help="Ôter les noms et les organismes ; garder les rôles."),
    ] = False,
) -> None:  # fmt: skip
    """Lit les réponses d’un panel et en fait un jeu de poids signé.

    Des poids d’indicateurs changent la note de leur besoin : ranger le fichier dans
    data/catalogue/weights pour s’en servir avec --weights. Des poids de besoins ou de catégories
    ne changent aucune note ; ils classent les actions.
    """
    from diag360 import load_catalogue
    from diag360.documents.panel_files import read_panels, write_outcome
    from diag360.documents.panel_words import agreement_sentences, doubt_sentences
    from diag360.files import write_texts
    from diag360.vulnerability.ratings import refuse_to_replace

    catalogue = load_catalogue()
    refuse_to_replace(output)
    panels, kept = read_panels(
        files, catalogue=catalogue, id=output.stem, label=label, anonymous=anonymous
    )
    for name in kept:
        refuse_to_replace(answers / name)
    path = write_outcome(panels, output=output, label=label, catalogue=catalogue)
    paths = [path, *write_texts(answers, kept)]
    for panel in panels:
        say(f"{panel.body.subject} ({panel.body.framework}), {len(panel.experts)} réponse(s) :")
        for sentence in agreement_sentences(panel):
            say(f"  {sentence}")
        for sentence in doubt_sentences(panel):
            say(f"  à revoir : {sentence}")
    for path in paths:
        say(f"Écrit : {path.resolve()}")
