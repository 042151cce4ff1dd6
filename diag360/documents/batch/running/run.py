"""A batch from start to end: what remains is made, each document alone, a receipt kept of it."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from diag360.catalogue.load import load_catalogue
from diag360.documents.annotated import read_shelf
from diag360.documents.batch.running.failed import DISK, kept_path, told_of
from diag360.documents.batch.running.inputs import Inputs
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.lock import locked, sweep
from diag360.documents.batch.running.progress import Follower, Silent
from diag360.documents.batch.running.receipts import (
    FAILED,
    MADE,
    Receipt,
    log_path,
    read_receipts,
    sha256_of,
    write_receipt,
)
from diag360.documents.batch.running.resume import NOTEBOOK, Todo, Work, what_remains
from diag360.documents.batch.running.work import Job, Made, Make, make_one
from diag360.documents.batch.task import Task
from diag360.documents.engine.calls import Call, Outcome
from diag360.documents.engine.pool import can_fork, run_forked
from diag360.documents.engine.spawned import run_spawned
from diag360.documents.engine.warm import warm
from diag360.documents.notebook import KERNEL
from diag360.documents.notes import SHIPPED
from diag360.documents.notes_shelf import Shelf
from diag360.errors import Fault, Refusal
from diag360.territories.exposure import read_proxies
from diag360.territories.outlines import load_outlines
from diag360.territories.perimeter import load_epci
from diag360.territories.values import read_values

Outcomes = Generator[Outcome, None, None]
Runner = Callable[[Iterator[Call], Callable[[], bool]], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run.

    Parameters
    ----------
    receipts : dict of str to Receipt
        Of every document of the batch that was ever tried, in the order of the tasks.
    todo : Todo
        What was to be made.
    stopped : bool
        Whether someone stopped it before its end.
    missing : tuple of str
        Keys of the documents that remain to be tried.
    """

    receipts: dict[str, Receipt]
    todo: Todo
    stopped: bool
    missing: tuple[str, ...]

    @property
    def failed(self) -> tuple[Receipt, ...]:
        """Receipts of the documents that could not be made."""
        return tuple(one for one in self.receipts.values() if not one.made)

    @property
    def made(self) -> int:
        """Number of documents made by this run."""
        kept = {one.key for one in self.todo.kept}
        return sum(one.made and one.key not in kept for one in self.receipts.values())


def run_batch(
    tasks: Sequence[Task],
    *,
    output: Path,
    limits: Limits | None = None,
    force: bool = False,
    stop: Callable[[], bool] = lambda: False,
    follow: Callable[[Todo], Follower] = lambda todo: Silent(),
    runner: Runner | None = None,
    make: Make = make_one,
    inputs: Inputs | None = None,
    finish: Callable[[Ran], None] = lambda ran: None,
) -> Ran:
    """Make the documents of a batch that are not made yet.

    Parameters
    ----------
    tasks : sequence of Task
        All of its documents.
    output : Path
        Its folder.
    limits : Limits, optional
        How much of the machine it takes.
    force : bool
        Whether what is already made is made again.
    stop : callable
        Says when to start nothing more.
    follow : callable
        Given what remains to be made, gives who is told how it goes.
    runner : callable, optional
        Does calls and tells what came of each; processes forked here by default.
    make : callable
        Makes one document (:func:`diag360.documents.batch.running.work.make_one`).
    inputs : Inputs, optional
        Fingerprints of what documents are made from.
    finish : callable
        Told of the end while the folder is still locked: writes what is made of all documents.

    Returns
    -------
    Ran
        A failed document never stops the others.

    Raises
    ------
    Refusal
        When another run has the folder, it cannot be written in, or the disk is full: what was
        made before that is kept, and the next run goes on from there.
    """
    how = limits or Limits()
    with locked(output):
        sweep(output)
        receipts = read_receipts(output)
        todo = what_remains(tasks, receipts=receipts, output=output, force=force, inputs=inputs)
        kept = {one.key: one for one in todo.kept}
        done = dict(kept)
        if todo.works:
            shelves = read_shelves(todo.works)
            engine = how.engine if can_fork() else KERNEL
            run = runner or local_runner(how, works=todo.works, shared=tuple(shelves.values()))
            calls = (
                _call(work, output=output, make=make, shelves=shelves, engine=engine)
                for work in todo.works
            )
            works = {work.task.key: work for work in todo.works}
            told = follow(todo)
            with closing(cast(Outcomes, run(calls, stop))) as outcomes:
                for outcome in outcomes:
                    receipt = receipt_of(outcome, works[outcome.key], output=output)
                    write_receipt(receipt, output=output)
                    # What the tables need is read again at the end, not carried along.
                    done[receipt.key] = receipt = replace(receipt, results={})
                    name = f"{receipt.name}, {works[outcome.key].task.kind.title}"
                    told.done(name, failed=receipt.error.first if receipt.error else "")
                    if receipt.error is not None and receipt.error.kind == DISK:
                        raise _full(receipt, output=output)
        _sweep_former(receipts, done=done, output=output)
        ran = _ran(tasks, receipts=receipts, done=done, todo=todo)
        finish(ran)
        return ran


def local_runner(
    limits: Limits, *, works: Sequence[Work] = (), shared: Sequence[Any] = ()
) -> Runner:
    """Do calls in processes forked from this one, loaded first; in ordinary ones elsewhere.

    Parameters
    ----------
    limits : Limits
        How many at once, for how long.
    works : sequence of Work
        What they will make, so that it is loaded once for all.
    shared : sequence
        Heavy objects that several of the calls hold.

    Returns
    -------
    callable
        Takes calls, and what says when to stop; gives outcomes as they come.
    """
    given: dict[str, Any] = {
        "jobs": limits.workers,
        "timeout": limits.timeout,
        "memory_mb": limits.memory_mb,
    }

    def run(calls: Iterator[Call], stop: Callable[[], bool]) -> Iterator[Outcome]:
        if not can_fork():
            return run_spawned(calls, stop=stop, **given)
        load(works)
        return run_forked(calls, stop=stop, shared=shared, **given)

    return run


def load(works: Sequence[Work]) -> None:
    """Load in this process what the documents need, for those forked from it to be born with."""
    for name in {work.task.kind.maker.partition(":")[0] for work in works}:
        import_module(name)
    catalogue = load_catalogue()
    load_epci()
    load_outlines()
    read_values(catalogue=catalogue)
    read_proxies(catalogue=catalogue)
    warm()


def read_shelves(works: Sequence[Work]) -> dict[str, Shelf]:
    """Read the notes of experts once for all documents, and prepare what is shown of them."""
    catalogue = load_catalogue()
    sources = dict.fromkeys(dict(w.task.options).get("annotations", SHIPPED) for w in works)
    shelves = {source: read_shelf(source, catalogue=catalogue) for source in sources}
    for shelf in shelves.values():
        assert shelf.general is not None  # made here, for all
        for name, note in shelf.items():
            if not note.withdrawn:
                shelf.cell(name)
    return shelves


def _call(
    work: Work, *, output: Path, make: Make, shelves: Mapping[str, Shelf], engine: str
) -> Call:
    task = work.task
    log = log_path(output, task.key)
    for former in (log, kept_path(task, output=output)):
        with suppress(OSError):
            former.unlink(missing_ok=True)
    source = dict(task.options).get("annotations", SHIPPED)
    job = Job(make, task, output, store=shelves[source], engine=engine, parts=work.parts)
    return Call(task.key, job, log)


def receipt_of(outcome: Outcome, work: Work, *, output: Path) -> Receipt:
    """Say what came of a document, in a form to be kept."""
    task = work.task
    common: dict[str, Any] = {
        "key": task.key,
        "code": task.code,
        "name": task.name,
        "document": task.document,
        "inputs": work.inputs,
        "parts": dict(work.parts),
        "seconds": round(outcome.seconds, 3),
        "cpu_seconds": round(outcome.cpu_seconds, 3),
        "memory_mb": round(outcome.memory_mb, 1),
    }
    if outcome.error is None:
        made: Made = outcome.value
        log = log_path(output, task.key)
        with suppress(OSError):
            if not log.stat().st_size:
                log.unlink()
        return Receipt(
            **common, status=MADE, files=made.files, results=made.results, remarks=made.remarks
        )
    return Receipt(**common, status=FAILED, error=told_of(outcome.error, task=task, output=output))


def _ran(
    tasks: Sequence[Task], *, receipts: Mapping[str, Receipt], done: dict[str, Receipt], todo: Todo
) -> Ran:
    """Put receipts in the order of the tasks; what was not tried again keeps its failure."""
    found: dict[str, Receipt] = {}
    missing = []
    for task in tasks:
        if task.key not in done:
            missing.append(task.key)
            former = receipts.get(task.key)
            if former is not None and not former.made:
                found[task.key] = former
        else:
            found[task.key] = done[task.key]
    return Ran(found, todo, stopped=bool(missing), missing=tuple(missing))


def _sweep_former(
    receipts: Mapping[str, Receipt], *, done: Mapping[str, Receipt], output: Path
) -> None:
    """Remove what a document made again no longer has: a PDF of before would hold other figures.

    What someone has changed since is theirs, and is left; so is a notebook, which may hold what
    an expert wrote.
    """
    now = {name for one in {**receipts, **done}.values() if one.made for name in one.files}
    for key, one in done.items():
        former = receipts.get(key)
        if former is None or former is one or not one.made:
            continue
        for name, sha in former.files.items():
            kept = name in now or name.endswith(NOTEBOOK)
            if not kept and sha256_of(output / name) == sha:
                with suppress(OSError):
                    (output / name).unlink()


def _full(receipt: Receipt, *, output: Path) -> Refusal:
    assert receipt.error is not None
    title = "Lot arrêté, faute de pouvoir écrire :"
    remedy = (
        "libérer de la place ou rendre le dossier accessible, puis relancer la même commande : "
        "ce qui est fait ne sera pas refait"
    )
    why, _, _ = receipt.error.first.partition(" → ")
    return Refusal(title, [Fault(str(output), "", why, remedy)])
