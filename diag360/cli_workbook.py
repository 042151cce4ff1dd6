"""The commands on spreadsheets: questionnaires out, filled ones in, merged, written back."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from diag360.cli_options import Annotations, Tier
from diag360.cli_output import print_findings, print_remarks, say
from diag360.cli_text import HELP, FrenchCommand, FrenchGroup

if TYPE_CHECKING:
    from diag360.challenge.annotations.model import Note

app = typer.Typer(
    help="Questionnaires à remplir, classeurs remplis, réponses de plusieurs services.",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    context_settings=HELP,
    no_args_is_help=True,
)


class Cut(StrEnum):
    """How a questionnaire is cut."""

    besoin = "besoin"
    service = "service"


class Rule(StrEnum):
    """How a conflict between two answers is settled."""

    refuser = "refuser"
    dernier = "dernier"
    service = "service"
    premier = "premier"


class Layout(StrEnum):
    """Layouts results are written in."""

    published = "diag360-1.3.5"


Place = Annotated[
    str, typer.Argument(metavar="SIREN_OU_NOM", help="Siren ou nom de l’intercommunalité.")
]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="DOSSIER", help="Dossier où écrire.")
]
Where = Annotated[
    str | None,
    typer.Option(metavar="SIREN_OU_NOM", help="Territoire, si le classeur ne le dit pas."),
]


@app.command(cls=FrenchCommand)
def blank(
    territory: Place,
    tier: Tier = None,
    service: Annotated[
        list[str] | None,
        typer.Option(metavar="SERVICE", help="Ne garder qu’un service ; à répéter."),
    ] = None,
    needs: Annotated[
        list[str] | None, typer.Option(metavar="BESOIN", help="Ne garder qu’un besoin ; à répéter.")
    ] = None,
    by: Annotated[
        Cut,
        typer.Option(metavar="DÉCOUPE", help="besoin : un classeur ; service : un par service."),
    ] = Cut.besoin,
    deadline: Annotated[
        str, typer.Option(metavar="DATE", help="À rendre pour le, écrit sur la couverture.")
    ] = "",
    contact: Annotated[
        str, typer.Option(metavar="CONTACT", help="À qui le rendre, écrit sur la couverture.")
    ] = "",
    annotations: Annotations = "livrées",
    output: Output = Path("out/questionnaires"),
) -> None:
    """Écrit le questionnaire d’un territoire, à remplir dans un tableur."""
    from diag360.documents.workbooks.questionnaire import make_questionnaire

    notes = _notes(annotations)
    for path in make_questionnaire(
        territory,
        output=output,
        tier=tier,
        services=service or (),
        needs=needs or (),
        by=by.value,
        deadline=deadline,
        contact=contact,
        notes=notes,
    ):
        say(f"Écrit : {path.resolve()}")


@app.command(cls=FrenchCommand)
def read(
    file: Annotated[Path, typer.Argument(metavar="CLASSEUR", help="Classeur rempli.")],
    territory: Where = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FICHIER", help="CSV de valeurs à écrire."),
    ] = None,
) -> None:
    """Lit un classeur rempli, dit ce qui a été corrigé ou n’a pas été compris."""
    from diag360 import load_catalogue
    from diag360.files import write_texts
    from diag360.territories.merge import tidy_csv
    from diag360.territories.workbook.read import read_workbook

    found = read_workbook(file, catalogue=load_catalogue(), territory=territory)
    say(
        f"{file.name} : {found.layout}, territoire {found.territory or 'non dit'}, "
        f"{found.lines} ligne(s) d’indicateur, {len(found.rows)} réponse(s)."
    )
    print_remarks(found.remarks)
    if output is not None:
        (path,) = write_texts(output.parent, {output.name: tidy_csv(found.rows)})
        say(f"Écrit : {path.resolve()}")


@app.command(cls=FrenchCommand)
def merge(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="CLASSEUR…", help="Classeurs ou CSV de plusieurs services."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FICHIER", help="CSV de valeurs à écrire.")
    ],
    rule: Annotated[
        Rule,
        typer.Option(
            metavar="RÈGLE",
            help="En cas de désaccord : refuser, dernier (en date), service (qui sait), premier.",
        ),
    ] = Rule.refuser,
    territory: Where = None,
) -> None:
    """Réunit les réponses de plusieurs fichiers ; liste les désaccords avec leurs auteurs."""
    from diag360 import load_catalogue
    from diag360.files import write_texts
    from diag360.territories.merge import merge_values, tidy_csv
    from diag360.territories.prepare import read_answers

    catalogue = load_catalogue()
    parts = []
    for file in files:
        rows, remarks = read_answers(file, catalogue=catalogue, territory=territory)
        print_remarks(remarks)
        parts.append((file.name, rows))
    merged = merge_values(parts, rule=rule.value, catalogue=catalogue)
    for row in merged.conflicts.to_dict("records"):
        kept = "gardée" if row["kept"] else "écartée"
        say(
            f"  désaccord : {row['indicator']}, « {row['value']} » ({row['file']}, "
            f"{row['author'] or 'auteur inconnu'}), {kept} : {row['why']}"
        )
    (path,) = write_texts(output.parent, {output.name: tidy_csv(merged.rows)})
    say(f"{len(merged.rows)} réponse(s) de {len(files)} fichier(s). Écrit : {path.resolve()}")


@app.command(cls=FrenchCommand)
def progress(
    territory: Place,
    values: Annotated[
        str, typer.Option(metavar="VALEURS", help="« open-data », ou chemin d’un CSV ou classeur.")
    ] = "open-data",
    tier: Tier = None,
    output: Output = Path("out"),
) -> None:
    """Produit la page de collecte : ce qui est connu, les contrôles, quoi demander ensuite."""
    from diag360.documents.report import make_collection

    page = make_collection(territory, output=output, values=values, tier=tier)
    say(f"Page : {page.resolve()}")


@app.command(cls=FrenchCommand)
def write(
    territory: Place,
    values: Annotated[
        Path | None,
        typer.Option(metavar="VALEURS", help="CSV ou classeur ; les données ouvertes sinon."),
    ] = None,
    layout: Annotated[
        Layout, typer.Option(metavar="FORME", help="diag360-1.3.5, celle de l’outil publié.")
    ] = Layout.published,
    annotations: Annotations = "livrées",
    output: Output = Path("out/classeurs"),
) -> None:
    """Écrit les résultats dans la forme de l’outil publié, avec des formules qui recalculent."""
    from diag360 import load_catalogue
    from diag360.documents.workbooks.published_workbook import write_published
    from diag360.territories.places import find_place
    from diag360.territories.prepare import prepare_values

    catalogue, place = load_catalogue(), find_place(territory)
    ready = prepare_values(values, place=place, catalogue=catalogue)
    rows = ready.rows[ready.rows["territory"] == place.siren]
    print_findings(ready.findings)
    path = write_published(
        rows,
        territory=place.siren,
        catalogue=catalogue,
        output=output,
        notes=_notes(annotations),
    )
    say(f"Écrit : {path.resolve()} ({layout.value})")


def _notes(source: str) -> "list[Note]":
    """Read the notes a workbook carries; a wrong file is told, and stops nothing."""
    from diag360 import load_catalogue
    from diag360.documents.annotated import read_shelf

    shelf = read_shelf(source, catalogue=load_catalogue())
    for fault in shelf.unread:
        say(f"Note laissée de côté : {fault}")
    return list(shelf.values())
