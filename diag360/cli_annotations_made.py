"""The commands that make something of notes: an impact, a catalogue, files for others; no logic."""

from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import SchemaFolder
from diag360.cli_output import alerts, say

Name = Annotated[
    str, typer.Argument(metavar="ID", help="Note, par son id ou par son début (n-3f9).")
]
Store = Annotated[
    Path | None,
    typer.Option(
        metavar="DOSSIER", help="Dossier des notes ; data/annotations sinon.", show_default=False
    ),
]
Who = Annotated[str, typer.Option("--by", metavar="NOM", help="Qui répond, ou qui tranche.")]
Reason = Annotated[str, typer.Option(metavar="TEXTE", help="Pourquoi (dix caractères au moins).")]
Team = Annotated[bool, typer.Option("--team", help="Avec les notes réservées à l’équipe.")]


def _folder(words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option("--output", "-o", metavar="DOSSIER", help=words)
    return option


def impact(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="Note, par son id ou par son début.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Toutes les propositions ouvertes.")] = False,
    store: Store = None,
) -> None:
    """Applique une proposition à tous les territoires : ce qui bouge, ce qui bascule."""
    from diag360.challenge.annotations.proposal import TITLE
    from diag360.challenge.annotations.store import write_notes
    from diag360.documents import annotations
    from diag360.documents.annotation_outcomes import compute_impacts, open_propositions
    from diag360.errors import Refusal

    if (name is None) != every:
        msg = "donner un ID, ou --all pour toutes"
        raise typer.BadParameter(msg, param_hint="ID")
    stored, catalogue = annotations.open_store(store)
    asked = (
        open_propositions(stored.notes.values())
        if name is None
        else [annotations.find_note(stored.notes, name)]
    )
    made, faults = compute_impacts(asked, catalogue=catalogue, on=annotations.today())
    written = [note for note in made if note != stored.notes[note.id]]
    paths = write_notes(store, written) if written else []
    for note in made:
        say(f"{note.id} :")
        for line in note.impact.lines if note.impact else ():
            say(f"  {line}")
    for path in paths:
        say(f"Écrit : {path.resolve()}")
    if faults:
        raise Refusal(TITLE, faults)


def accept(
    name: Name,
    output: Annotated[Path, _folder("Catalogue à écrire : dossier à créer.")],
    by: Annotated[str, typer.Option("--by", metavar="NOM", help="Qui tranche.")] = "",
    reason: Reason = "",
    catalogue: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Catalogue de départ ; celui du projet sinon."),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Version du nouveau catalogue ; la suivante sinon."),
    ] = None,
    store: Store = None,
) -> None:
    """Accepte une proposition et écrit le catalogue qu’elle donne, avec son entrée de journal."""
    from diag360.documents import annotations
    from diag360.documents.annotation_outcomes import accept_note

    stored, _ = annotations.open_store(store)
    note = annotations.find_note(stored.notes, name)
    done = accept_note(
        note, by=by, reason=reason, on=annotations.today(), output=output, folder=catalogue,
        version=version,
    )  # fmt: skip
    for file in done.acceptance.edited:
        say(f"modifié : {file}")
    for file in done.acceptance.removed:
        say(f"retiré : {file}")
    for words in done.supposed:
        say(f"Attention : {words}.")
    tell_written([done.folder, *annotations.keep(store, done.note, before=note)])
    say("")
    say(done.entry.rstrip("\n"))


def export(
    output: Annotated[Path, _folder("Où écrire les deux fichiers.")],
    team: Team = False,
    store: Store = None,
) -> None:
    """Écrit les notes pour d’autres outils : annotations W3C (JSON-LD) et classeur (XLSX)."""
    from diag360.documents import annotations
    from diag360.documents.annotation_outcomes import export_notes

    stored, catalogue = annotations.open_store(store)
    alerts(stored.faults)
    tell_written(export_notes(stored, folder=output, catalogue=catalogue, team=team))


def register(
    output: Annotated[Path, _folder("Dossier où ranger le registre.")] = Path("out"),
    team: Team = False,
    store: Store = None,
) -> None:
    """Produit le registre des notes pour une réunion (page et carnet exécuté)."""
    from diag360.cli_output import tell_report
    from diag360.documents.notes import SHIPPED
    from diag360.documents.register import make_register

    source = SHIPPED if store is None else str(store)
    seen = "équipe" if team else "public"
    tell_report(make_register(output=output, annotations=source, visibility=seen))


def check(store: Store = None) -> None:
    """Vérifie les notes gardées : fichiers, objets disparus ou changés, propositions dépassées."""
    from diag360.documents import annotations
    from diag360.documents.annotation_outcomes import unfit

    stored, catalogue = annotations.open_store(store)
    shown = annotations.show_all(
        stored.notes.values(), catalogue=catalogue, compared=True, texts=False
    )
    for fault in stored.faults:
        say(f"  erreur : {fault}")
    for one in shown.values():
        if one.stale:
            say(f"  alerte : {one.id} ({one.label}) : {one.stale}")
    behind = unfit(stored.notes.values(), catalogue=catalogue)
    for fault in behind:
        say(f"  alerte : {fault}")
    orphans = sum(one.orphan for one in shown.values())
    say(
        f"{len(stored.notes)} note(s) lue(s), {orphans} orpheline(s), "
        f"{sum(bool(one.stale) for one in shown.values()) - orphans} périmée(s), "
        f"{len(stored.faults)} erreur(s)."
    )
    if stored.faults:
        raise typer.Exit(1)


def schema(output: SchemaFolder = None) -> None:
    """Écrit le schéma JSON qui guide l’écriture d’une note dans un éditeur."""
    from diag360 import load_catalogue
    from diag360.challenge.annotations.schema import note_schema
    from diag360.challenge.annotations.store import annotations_dir
    from diag360.files import write_texts

    folder = output or annotations_dir() / "schema"
    tell_written(write_texts(folder, {"note.schema.json": note_schema(load_catalogue())}))


def tell_written(paths: list[Path]) -> None:
    """Say which files were written."""
    for path in paths:
        say(f"Écrit : {path.resolve()}")
    if not paths:
        say("Rien à écrire : c’est déjà fait.")
