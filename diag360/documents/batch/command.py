"""The command ``diag360 batch``: look first, then make, then say what came of it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from diag360.documents.batch.cluster.runner import cluster_runner
from diag360.documents.batch.cluster.url import check_url, is_url, publish
from diag360.documents.batch.handover.together import hand_over
from diag360.documents.batch.manifest.plan import Plan, plan_tasks
from diag360.documents.batch.manifest.reader import read_manifest
from diag360.documents.batch.preflight.look import Preflight, preflight
from diag360.documents.batch.preflight.words import tell_preflight, write_preflight
from diag360.documents.batch.running.limits import NO_FORK, Limits
from diag360.documents.batch.running.lock import locked
from diag360.documents.batch.running.origin import claim
from diag360.documents.batch.running.progress import Follow
from diag360.documents.batch.running.receipts import left_over, sha256_of
from diag360.documents.batch.running.record import record_of, write_record
from diag360.documents.batch.running.resume import Todo
from diag360.documents.batch.running.run import Ran, run_batch
from diag360.documents.batch.running.stopping import Stopping
from diag360.documents.batch.words import (
    CUT,
    STOPPING,
    tell_handover,
    tell_left,
    tell_run,
    tell_todo,
)
from diag360.documents.brand import Brand
from diag360.documents.engine.pool import can_fork
from diag360.documents.notebook import KERNEL
from diag360.documents.notes import NONE, SHIPPED
from diag360.documents.text import count

LOTS = Path("out") / "lots"
DONE, FAILED, INTERRUPTED = 0, 1, 130


@dataclass(frozen=True, slots=True)
class Looked:
    """A manifest that can be carried out.

    Parameters
    ----------
    plan : Plan
        Its tasks.
    check : Preflight
        What is known of them before they run.
    output : Path
        Folder of the batch.
    lines : tuple of str
        What to say of it.
    url : str
        Address the batch is put at too, once made; ``""`` for none.
    sha256 : str
        Fingerprint of the manifest as it was read.
    """

    plan: Plan
    check: Preflight
    output: Path
    lines: tuple[str, ...]
    url: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command ends with.

    Parameters
    ----------
    code : int
        0 done, 1 some document, the synthesis or the data failed, 130 stopped on its way.
    lines : tuple of str
        What to say.
    """

    code: int
    lines: tuple[str, ...]


def look(manifest: Path, *, output: str | None = None) -> Looked:
    """Read a manifest and look at all it asks for; write what was seen, make no document.

    Parameters
    ----------
    manifest : Path
        YAML file.
    output : str, optional
        Folder of the batch; that of the manifest, or ``out/lots/<manifest>``, when left out. An
        address (``s3://…``) is where the batch is put too, once made in that folder.

    Returns
    -------
    Looked
        ``verification.html`` and ``verification.csv`` are written.

    Raises
    ------
    Refusal
        When the manifest is refused, or the folder or the address cannot be written in.
    """
    sha256 = sha256_of(manifest)  # before it is read: it may be edited while it runs
    plan = plan_tasks(read_manifest(manifest))
    url = output if output is not None and is_url(output) else ""
    if url:
        check_url(url)
    given = Path(output).expanduser() if output and not url else plan.output
    folder = (given or LOTS / manifest.stem).resolve()
    check = preflight(plan)
    with locked(folder):  # the page is that of the run under way, when there is one
        page, _ = write_preflight(
            check, output=folder, title=plan.manifest.body.title or manifest.stem
        )
        former = claim(folder, manifest=manifest)
    left = left_over(folder, (task.key for task in plan.tasks))
    lines = (*tell_preflight(check), *tell_left(left, former=former), f"Vérification : {page}")
    return Looked(plan, check, folder, lines, url, sha256)


def carry_out(
    looked: Looked,
    *,
    limits: Limits,
    force: bool = False,
    cluster: str = "",
    say: Callable[[str], None],
    stream: IO[str] | None = None,
) -> Done:
    """Make the documents of a batch, then what is made of them all.

    Parameters
    ----------
    looked : Looked
        What to make.
    limits : Limits
        How much of the machine is taken.
    force : bool
        Whether what is already made is made again.
    cluster : str
        Address of the scheduler of a Dask cluster that makes them, or ``local`` for one started
        here; processes of this machine when left out.
    say : callable
        Prints a line.
    stream : file, optional
        Where progress is told; the error stream by default.

    Returns
    -------
    Done
        How it ended. Ctrl-C ends what is under way and keeps it; a second one stops at once.

    Raises
    ------
    Refusal
        When another run has the folder, or it can no longer be written in.
    """
    started = datetime.now(UTC)
    errors = sys.stderr if stream is None else stream
    followers: list[Follow] = []
    lines: list[str] = []
    lacking: list[str] = []

    def follow(todo: Todo) -> Follow:
        for line in tell_todo(todo):
            say(line)
        follower = Follow(len(todo.works), kept=len(todo.kept), stream=errors)
        followers.append(follower)
        return follower.__enter__()

    def told() -> None:
        for follower in followers:
            follower.say(STOPPING)

    def finish(ran: Ran) -> None:
        for follower in followers:
            follower.__exit__(None, None, None)
        record = record_of(
            ran,
            output=looked.output,
            limits=limits,
            started=started,
            ended=datetime.now(UTC),
            manifest={"name": looked.plan.manifest.path.name, "sha256": looked.sha256},
        )
        write_record(record, output=looked.output)
        lines.extend(tell_run(ran, output=looked.output))
        if ran.receipts:
            handed = hand_over(
                looked.output,
                keys=tuple(task.key for task in looked.plan.tasks),
                missing=len(ran.missing),
                title=looked.plan.manifest.body.title or "",
                brand=_brand(looked.plan),
                engine=KERNEL if cluster else limits.engine,  # Dask leaves threads
                annotations=_annotations(looked.plan),
            )
            lines.extend(tell_handover(handed))
            lacking.extend(handed.faults)
            if looked.url:
                number = publish(looked.output, looked.url)
                lines.append(f"{count(number, 'fichier')} vers {looked.url}")

    runner = cluster_runner(cluster, limits=limits, say=say) if cluster else None
    if not can_fork() and runner is None:
        say(NO_FORK)
    try:
        with Stopping(told) as stop:
            ran = run_batch(
                looked.plan.tasks,
                output=looked.output,
                limits=limits,
                force=force,
                stop=stop,
                follow=follow,
                runner=runner,
                finish=finish,
            )
    except KeyboardInterrupt:
        for follower in followers:
            follower.__exit__(None, None, None)
        return Done(INTERRUPTED, (CUT,))
    code = INTERRUPTED if ran.stopped else FAILED if ran.failed or lacking else DONE
    return Done(code, tuple(lines))


def _brand(plan: Plan) -> Brand | None:
    """Give the brand of the batch: that of all its documents, or none."""
    brands = {task.brand for task in plan.tasks}
    return brands.pop() if len(brands) == 1 else None


def _annotations(plan: Plan) -> str:
    """Give the notes of the batch: those of all its documents that take some, or none."""
    taking = [task for task in plan.tasks if "annotations" in task.kind.options]
    given = {dict(task.options).get("annotations", SHIPPED) for task in taking}
    return given.pop() if len(given) == 1 else NONE
