"""What is already made and still holds, what is to be made, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from diag360.documents.batch.running.inputs import PARTS, Inputs, whole
from diag360.documents.batch.running.receipts import Receipt, sha256_of
from diag360.documents.batch.task import Task

NEW = "jamais produit"
FORCED = "tout est refait (--force)"
RETRIED = "n’avait pas pu être produit"
NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True)
class Work:
    """A document to make.

    Parameters
    ----------
    task : Task
        The document.
    why : str
        In French, for a reader.
    parts : mapping of str to str
        Fingerprints of what it is made from.
    """

    task: Task
    why: str
    parts: Mapping[str, str]

    @property
    def inputs(self) -> str:
        """Fingerprint of all it is made from."""
        return whole(self.parts)


@dataclass(frozen=True, slots=True)
class Todo:
    """What a batch still has to make, and what it need not.

    Parameters
    ----------
    works : tuple of Work
        To make, in order.
    kept : tuple of Receipt
        Already made, from the same inputs, and whole.
    """

    works: tuple[Work, ...]
    kept: tuple[Receipt, ...]

    def reasons(self) -> dict[str, int]:
        """Count why documents are made, the most frequent first."""
        counts: dict[str, int] = {}
        for work in self.works:
            counts[work.why] = counts.get(work.why, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def what_remains(
    tasks: Iterable[Task],
    *,
    receipts: Mapping[str, Receipt],
    output: Path,
    force: bool = False,
    inputs: Inputs | None = None,
) -> Todo:
    """Tell the documents to make from those already made.

    Parameters
    ----------
    tasks : iterable of Task
        All documents of the batch.
    receipts : mapping of str to Receipt
        By key of task (:func:`diag360.documents.batch.running.receipts.read_receipts`).
    output : Path
        Folder of the batch.
    force : bool
        Whether everything is made again.
    inputs : Inputs, optional
        Gives the fingerprints.

    Returns
    -------
    Todo
        Each task once.
    """
    found = inputs or Inputs()
    works, kept = [], []
    for task in tasks:
        parts, receipt = found.parts_of(task), receipts.get(task.key)
        why = FORCED if force else why_made(receipt, parts=parts, output=output)
        if why or receipt is None:
            works.append(Work(task, why, parts))
        else:
            kept.append(receipt)
    return Todo(tuple(works), tuple(kept))


def why_made(receipt: Receipt | None, *, parts: Mapping[str, str], output: Path) -> str:
    """Say why a document must be made; ``""`` when it need not."""
    if receipt is None:
        return NEW
    if not receipt.made:
        return RETRIED
    if receipt.inputs != whole(parts):
        changed = [words for name, words in PARTS.items() if receipt.parts.get(name) != parts[name]]
        return (
            changed[0]
            if len(changed) == 1
            else f"{len(changed)} choses ont changé" + (f", dont : {changed[0]}" if changed else "")
        )
    for name, sha in receipt.files.items():
        now = sha256_of(output / name)
        if not now:
            return "un fichier manque"
        if now != sha and name.endswith(NOTEBOOK):
            return "carnet retouché depuis : ce qui y a été ajouté à la main est gardé"
        if now != sha:
            return "un fichier a changé depuis"
    return ""
