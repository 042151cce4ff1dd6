"""Why a document was not made, told to who runs the batch; its notebook kept as far as it went."""

from contextlib import suppress
from pathlib import Path

from diag360.documents.batch.manifest.reader import is_file
from diag360.documents.batch.running.receipts import Told
from diag360.documents.batch.task import Task
from diag360.documents.engine.calls import Failure
from diag360.documents.notebook import move_partial
from diag360.documents.runs import ASIDE
from diag360.documents.stress import DEFAULT
from diag360.errors import Refusal

DISK = "ecriture"
KEPT = ".echec.ipynb"
_CELL = "Le carnet s’est arrêté :"
_WRITING = "Écriture refusée :"
_FULL = ("[Errno 28]", "[Errno 122]", "[Errno 30]")  # full disk, full quota, read-only disk


def told_of(failure: Failure, *, task: Task, output: Path) -> Told:
    """Say why a document was not made.

    Parameters
    ----------
    failure : Failure
        What the engine knows of it.
    task : Task
        The document.
    output : Path
        Folder of the batch, where its notebook is looked for.

    Returns
    -------
    Told
        Of one of the kinds a reader can act on.
    """
    kept = _partial(task, output=output)
    return Told(
        kind=kind_of(failure),
        message=failure.message,
        traceback=failure.traceback,
        notebook=kept.relative_to(output).as_posix() if kept else "",
    )


def kind_of(failure: Failure) -> str:
    """Tell what can be acted on: the values, the notebook, the time, the memory, the disk."""
    if failure.kind != "exception":
        return failure.kind
    message = failure.message
    if message.startswith(_WRITING) or any(one in message for one in _FULL):
        return DISK
    if message.startswith(_CELL):
        return "cellule"
    first, *_ = message.splitlines() or [""]
    refused = f"{Refusal.__module__}.{Refusal.__name__}: {first}" in failure.traceback
    return "valeurs" if refused else "exception"


def kept_path(task: Task, *, output: Path) -> Path:
    """Where the notebook of a document that failed is kept."""
    name = task.kind.page.format(scenario=dict(task.options).get("scenario", DEFAULT))
    return output / task.code / f"{name}{KEPT}"


def _partial(task: Task, *, output: Path) -> Path | None:
    """Find the notebook of a document that failed; take it from where a killed process left it."""
    kept = kept_path(task, output=output)
    page = kept.name.removesuffix(KEPT)
    if is_file(kept):
        return kept
    for left in kept.parent.glob(f"{ASIDE}*/{page}.ipynb"):
        with suppress(OSError):
            if move_partial(left, kept):
                return kept
    return None
