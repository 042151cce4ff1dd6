"""The commands on notes of experts: collect, read, answer, decide, hand over; no logic."""

from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_annotations_made import (
    Name,
    Reason,
    Store,
    Who,
    accept,
    check,
    export,
    impact,
    register,
    schema,
    tell_written,
)
from diag360.cli_output import alerts, say
from diag360.cli_text import HELP, FrenchCommand, FrenchGroup

app = typer.Typer(
    help="Notes des experts : recueillir, lire, mesurer, répondre, décider, transmettre.",
    cls=FrenchGroup,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    context_settings=HELP,
    no_args_is_help=True,
)


@app.command(cls=FrenchCommand)
def collect(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DOSSIER_OU_FICHIER",
            help="Carnets, classeurs, ou dossiers ; notebooks/ et out/ sinon.",
            show_default=False,
        ),
    ] = None,
    store: Store = None,
    stamp: Annotated[
        bool,
        typer.Option(
            "--stamp/--no-stamp",
            help="Écrire dans les carnets l’id de chaque note, pour la suivre si elle change.",
        ),
    ] = True,
) -> None:
    """Recueille les notes des carnets et des classeurs, sans doublon ni perte."""
    from diag360.documents.annotation_collect import collect_notes
    from diag360.documents.annotation_listing import collected_lines

    collected, labels = collect_notes(paths or None, store=store, stamp=stamp)
    for line in collected_lines(collected.events, labels=labels):
        say(line)
    for remark in collected.remarks:
        say(f"  à revoir : {remark}")
    for path in collected.files_written:
        say(f"Écrit : {path.resolve()}")
    say(f"{len(collected.read)} fichier(s) lu(s).")


@app.command("list", cls=FrenchCommand)
def list_(
    status: Annotated[str, typer.Option(metavar="ÉTAT", help="ouverte, acceptée ou rejetée.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            metavar="SORTE", help="objection, précision, source, proposition ou question."
        ),
    ] = "",
    need: Annotated[
        str, typer.Option(metavar="BESOIN", help="Besoin, par son nom ou son id.")
    ] = "",
    territory: Annotated[
        str,
        typer.Option(metavar="TERRITOIRE", help="Celles qui ne parlent que de ce territoire."),
    ] = "",
    orphans: Annotated[
        bool, typer.Option("--orphans", help="Celles dont l’objet n’existe plus.")
    ] = False,
    stale: Annotated[
        bool,
        typer.Option(
            "--stale",
            help="Celles dont l’objet a changé depuis ; valeurs et cotations : d’après les "
            "statistiques publiques.",
        ),
    ] = False,
    store: Store = None,
) -> None:
    """Liste les notes, les désaccords d’abord."""
    from diag360.documents import annotation_words, annotations, variant_words
    from diag360.documents.annotation_listing import note_line

    stored, catalogue = annotations.open_store(store)
    wanted = annotations.Wanted(
        status=status
        and annotations.word_of(status, variant_words.STATUSES, option="--status"),
        kind=kind and annotations.word_of(kind, annotation_words.KINDS, option="--kind"),
        need=need, territory=territory, orphans=orphans, stale=stale,
    )  # fmt: skip
    alerts(stored.faults)
    shown = annotations.show_all(
        stored.notes.values(), catalogue=catalogue, compared=stale, texts=False
    )
    kept = annotations.choose(shown.values(), wanted, catalogue=catalogue)
    for one in kept:
        say(note_line(one, withdrawn=stored.notes[one.id].withdrawn))
    say(f"{len(kept)} note(s) sur {len(stored.notes)}.")


@app.command(cls=FrenchCommand)
def show(name: Name, store: Store = None) -> None:
    """Montre une note entière : ce qu’elle dit, son effet, ses réponses, son histoire."""
    from diag360.documents import annotations
    from diag360.documents.annotation_listing import note_lines

    stored, catalogue = annotations.open_store(store)
    note = annotations.find_note(stored.notes, name)
    for line in note_lines(
        note, annotations.show_all([note], catalogue=catalogue, compared=True)[note.id]
    ):
        say(line)


@app.command(cls=FrenchCommand)
def reply(
    name: Name,
    words: Annotated[str, typer.Argument(metavar="TEXTE", help="La réponse.")],
    by: Who,
    role: Annotated[
        str,
        typer.Option(metavar="RÔLE", help="terrain, thématique, porteur, collectivité ou équipe."),
    ] = "",
    store: Store = None,
) -> None:
    """Répond à une note ; la réponse paraît sous elle."""
    from diag360.challenge.annotations import decide as outcome
    from diag360.documents import annotations

    stored, _ = annotations.open_store(store)
    note = annotations.find_note(stored.notes, name)
    given = annotations.role_named(role) if role else None
    answered = outcome.reply(note, body=words, by=by, role=given, on=annotations.today())
    tell_written(annotations.keep(store, answered, before=note))


@app.command(cls=FrenchCommand)
def decide(
    name: Name,
    status: Annotated[
        str, typer.Option(metavar="ÉTAT", help="acceptée, rejetée, ou ouverte (la rouvrir).")
    ],
    by: Who,
    reason: Reason,
    store: Store = None,
) -> None:
    """Tranche : accepte, rejette ou rouvre une note ; le catalogue ne change pas."""
    from diag360.challenge.annotations import decide as outcome
    from diag360.documents import annotations, variant_words

    stored, _ = annotations.open_store(store)
    note = annotations.find_note(stored.notes, name)
    word = annotations.word_of(status, annotations.STATUS_WORDS, option="--status")
    decided = outcome.decide(note, status=word, by=by, reason=reason, on=annotations.today())
    tell_written(annotations.keep(store, decided, before=note))
    say(f"{note.id} : {variant_words.STATUSES[decided.status]}.")
    if word == "acceptee" and note.changes is not None:
        say(f"Pour écrire le catalogue qu’elle donne : diag360 annotations accept {note.id} -o …")


@app.command(cls=FrenchCommand)
def restore(name: Name, store: Store = None) -> None:
    """Remet une note retirée."""
    from diag360.challenge.annotations import decide as outcome
    from diag360.documents import annotations

    stored, _ = annotations.open_store(store)
    note = annotations.find_note(stored.notes, name)
    tell_written(
        annotations.keep(store, outcome.restore(note, on=annotations.today()), before=note)
    )


app.command(cls=FrenchCommand)(impact)
app.command(cls=FrenchCommand)(accept)
app.command(cls=FrenchCommand)(register)
app.command(cls=FrenchCommand)(export)
app.command(cls=FrenchCommand)(check)
app.command(cls=FrenchCommand)(schema)
