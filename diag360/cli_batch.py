"""The command that makes the documents of many territories; no logic."""

from pathlib import Path
from typing import Annotated

import typer

from diag360.cli_options import SchemaFolder
from diag360.cli_output import say


def batch(
    manifest: Annotated[
        Path,
        typer.Argument(
            metavar="MANIFESTE",
            help="Fichier .yaml : territoires, documents, réglages (voir data/lots/exemple.yaml).",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="DOSSIER",
            help="Dossier du lot ; celui du manifeste, ou out/lots/<manifeste>, sinon. Une adresse "
            "(s3://…) : le lot y est aussi déposé.",
            show_default=False,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Vérifier seulement : ne produire aucun document.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Refaire aussi ce qui est déjà fait et à jour.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(metavar="NOMBRE", help="Documents produits à la fois ; 0 : un par cœur."),
    ] = 0,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDES", help="Temps laissé à chaque document.")
    ] = 600.0,
    memory: Annotated[
        int | None,
        typer.Option(
            metavar="MO", help="Mémoire laissée à chaque document ; sans limite sinon.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="MOTEUR",
            help="fourche (processus déjà chargé, rapide), ou noyau (Jupyter ordinaire).",
        ),
    ] = "fourche",
    cluster: Annotated[
        str,
        typer.Option(
            metavar="ADRESSE",
            help="Produire sur une grappe Dask : tcp://ordonnanceur:8786, ou local.",
            show_default=False,
        ),
    ] = "",
) -> None:  # fmt: skip
    """Produit les documents de nombreux territoires ; relancée, reprend où elle s’est arrêtée."""
    from diag360.documents.batch.command import carry_out, look
    from diag360.documents.batch.running.limits import Limits

    if cluster and not check:
        from diag360.documents.batch.cluster.connection import check_cluster

        check_cluster(cluster)  # before the pre-flight, which takes longer
    limits = Limits(jobs=jobs, timeout=timeout, memory_mb=memory, engine=engine)
    looked = look(manifest, output=output)
    for line in looked.lines:
        say(line)
    if check:
        raise typer.Exit(1 if looked.check.stopped else 0)
    done = carry_out(looked, limits=limits, force=force, cluster=cluster, say=say)
    for line in done.lines:
        say(line)
    raise typer.Exit(done.code)


def batch_schema(output: SchemaFolder = None) -> None:
    """Écrit le schéma JSON qui guide l’écriture d’un manifeste dans un éditeur."""
    from diag360 import load_catalogue
    from diag360.documents.batch.manifest.schema import manifest_schema
    from diag360.files import write_texts
    from diag360.paths import data_dir

    folder = output or data_dir() / "lots" / "schema"
    for path in write_texts(folder, {"lot.schema.json": manifest_schema(load_catalogue())}):
        say(f"Écrit : {path}")
