"""The process of a Dask worker that makes documents: ``python -m … FOLDER``.

It has one thread, loads everything once, and forks a process for each document, as a batch does.
"""

import hashlib
import os
import pickle
import select
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from diag360.documents.batch.cluster.given import Placed
from diag360.documents.batch.cluster.orders import Order, Parcel, is_inside, moved, versions
from diag360.documents.batch.cluster.worker import receive, send
from diag360.documents.batch.running.failed import told_of
from diag360.documents.batch.running.inputs import Inputs
from diag360.documents.batch.running.receipts import log_path
from diag360.documents.batch.running.resume import Work
from diag360.documents.batch.running.run import load, read_shelves
from diag360.documents.batch.running.work import Made, make_one
from diag360.documents.batch.task import Task
from diag360.documents.engine.calls import Call, Outcome, failure_of
from diag360.documents.engine.pool import can_fork, run_forked
from diag360.documents.engine.spawned import run_spawned
from diag360.documents.notebook import KERNEL
from diag360.documents.notes import SHIPPED
from diag360.documents.notes_shelf import Shelf
from diag360.errors import Fault, Refusal
from diag360.files import write_files

# All but the request, which tells paths: what it asks for comes with the order.
_PARTS: Mapping[str, str] = {
    "code": "le code de diag360",
    "libraries": "les bibliothèques Python",
    "notebooks": "les carnets",
    "templates": "les gabarits des pages",
    "catalogue": "le catalogue",
    "values": "les valeurs",
    "exposure": "les cotations des aléas",
    "perimeters": "les périmètres",
    "annotations": "les notes d’experts",
}
_OWN = {"values", "exposure", "perimeters", "annotations"}  # parts that files given belong to


class Maker:
    """Makes documents asked by others, one at a time.

    Parameters
    ----------
    folder : Path
        Where it may write; nothing is left there.
    check : callable, optional
        Called several times a second while a document is made; what it raises stops the making.
    """

    def __init__(self, folder: Path, *, check: Callable[[], bool] = lambda: False) -> None:
        self._folder, self._check = folder, check
        self._inputs = Inputs()
        self._loaded: set[str] = set()
        self._shipped: Shelf | None = None

    def make(self, order: Order) -> Parcel:
        """Make a document in a process of its own; give its files, not keep them.

        Parameters
        ----------
        order : Order
            What is asked.

        Returns
        -------
        Parcel
            The same bytes as if the caller had made them; or why this machine cannot.
        """
        # The name must be one that no document holds: it is replaced in what is made.
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="diag360-") as aside:
            output = Path(aside).resolve() / "lot"
            output.mkdir()
            try:
                placed = Placed(order.given, folder=output.parent)
            except Refusal as refusal:
                return Parcel(_failed(order.task, refusal))
            task = moved(order.task, placed.places)
            differing = self._differing(order, task)
            if differing and order.given and not order.look and _OWN.issuperset(differing):
                # It was fit a moment ago: the files of the caller are no longer what they were.
                return Parcel(_failed(order.task, _changed(differing)))
            if differing or order.look:
                if not differing:
                    self._load(order, task)
                return Parcel(unfit=", ".join(differing.values()))
            write_files(output, order.there)
            outcome = self._run(order, task, output=output)
            if outcome.error is not None:
                told_of(outcome.error, task=task, output=output)  # finds the notebook left aside
            return _parcel(outcome, order, placed=placed, output=output)

    def _differing(self, order: Order, task: Task) -> dict[str, str]:
        """Say what this machine has otherwise than the caller: in French, by part."""
        ours, parts = versions(), self._inputs.parts_of(task)
        told = {
            name: f"{name} {ours.get(name, 'absent')} au lieu de {theirs}"
            for name, theirs in order.versions.items()
            if ours.get(name) != theirs
        }
        for name, words in _PARTS.items():
            known = name == "libraries" and told
            if name in order.parts and parts.get(name) != order.parts[name] and not known:
                told[name] = f"{words} : autre contenu"
        return told

    def _load(self, order: Order, task: Task) -> None:
        """Load once what documents of this kind need."""
        if order.make is make_one and can_fork() and task.kind.maker not in self._loaded:
            load([Work(task, "", order.parts)])
            self._loaded.add(task.kind.maker)

    def _run(self, order: Order, task: Task, *, output: Path) -> Outcome:
        self._load(order, task)
        store = self._shelf(order, task) if can_fork() else None
        engine = order.engine if can_fork() else KERNEL
        work = partial(order.make, task, output=output, store=store, engine=engine)
        call = Call(task.key, work, log_path(output, task.key))
        run = partial(run_forked, stop=self._check) if can_fork() else run_spawned
        (outcome,) = run([call], jobs=1, timeout=order.timeout, memory_mb=order.memory_mb)
        return outcome

    def _shelf(self, order: Order, task: Task) -> Shelf | None:
        """Read the notes of experts: those that ship, once for all documents."""
        source = dict(task.options).get("annotations", SHIPPED)
        if source != SHIPPED:
            return read_shelves([Work(task, "", order.parts)])[source]
        if self._shipped is None:
            self._shipped = read_shelves([Work(task, "", order.parts)])[source]
        return self._shipped


def _parcel(outcome: Outcome, order: Order, *, placed: Placed, output: Path) -> Parcel:
    """Take what was made or left, as the caller would have made it."""
    placed.tell(output, order.output)
    files = {}
    for path in sorted(output.rglob("*")):
        name = path.relative_to(output).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if path.is_file() and not hidden and is_inside(name, task=order.task):
            files[name] = placed.content(name, path.read_bytes())
    if outcome.error is not None:
        error = outcome.error
        told, trace = placed.text(error.message), placed.text(error.traceback)
        outcome = replace(outcome, error=replace(error, message=told, traceback=trace))
    else:
        made: Made = outcome.value
        names = {name: hashlib.sha256(files[name]).hexdigest() for name in made.files}
        value = Made(names, placed.value(made.results), placed.value(made.remarks))
        outcome = replace(outcome, value=value)
    log = log_path(output, order.task.key)
    printed = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    kept = {name: body for name, body in files.items() if order.there.get(name) != body}
    return Parcel(outcome, kept, placed.text(printed))


def _changed(differing: Mapping[str, str]) -> Refusal:
    title = "Document refusé :"
    problem = f"depuis le début de la production, {', '.join(differing.values())}"
    return Refusal(title, [Fault("--cluster", "", problem, "relancer la même commande")])


def _failed(task: Task, error: BaseException) -> Outcome:
    return Outcome(task.key, None, failure_of(error), 0.0, 0.0, 0.0)


class _Orphan(BaseException):
    """The worker has died: nobody waits for the document."""


def _check_worker() -> bool:
    """Give up when the worker is gone: it writes nothing while it waits, so this is its end."""
    if select.select([0], [], [], 0)[0]:
        raise _Orphan
    return False


def main(folder: str) -> None:
    """Make what the worker asks for, until it has gone."""
    asked = open(0, "rb", closefd=False)  # noqa: SIM115
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    maker = Maker(Path(folder), check=_check_worker)
    with suppress(EOFError, BrokenPipeError, _Orphan):
        while True:
            order = receive(asked)
            send(answers, pickle.dumps(_answer(maker, order)))


def _answer(maker: Maker, order: bytes) -> Parcel:
    """Make a document; whatever goes wrong is told to the caller."""
    try:
        asked: Order = pickle.loads(order)  # from the caller, who could run anything here anyway
    except Exception as error:  # another version of diag360, for one
        return Parcel(unfit=f"demande illisible ({type(error).__name__} : {error})")
    try:
        return maker.make(asked)
    except Exception as error:
        return Parcel(_failed(asked.task, error))


if __name__ == "__main__":
    main(sys.argv[1])
