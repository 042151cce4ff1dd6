"""What is known of each document of a batch: a receipt, written last, aside then renamed.

A document counts as made only when its receipt says so and every file it names is as it was then:
whatever the moment at which a run is killed, half a document is never taken for a whole one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from diag360.files import write_texts

FOLDER = ".lot"
LOGS = "journal"
MADE: Literal["fait"] = "fait"
FAILED: Literal["echec"] = "echec"
Status = Literal["fait", "echec"]


@dataclass(frozen=True, slots=True)
class Told:
    """Why a document was not made.

    Parameters
    ----------
    kind : str
        ``valeurs`` (something given is refused), ``cellule`` (the notebook raised), ``delai``,
        ``memoire``, ``mort`` (its process died), ``ecriture`` or ``exception`` (a fault of ours).
    message : str
        In French, one or several lines.
    traceback : str
        Python's; ``""`` when there is none.
    notebook : str
        Notebook as far as it went, relative to the folder of the batch; ``""`` when there is none.
    """

    kind: str
    message: str
    traceback: str = ""
    notebook: str = ""

    @property
    def first(self) -> str:
        """Its message in one line: the first fault of a refusal stands for all."""
        lines = [line.strip().removeprefix("- ") for line in self.message.splitlines()]
        return " ".join(lines[:2]) + (" …" if len(lines) > 2 else "")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a document.

    Parameters
    ----------
    key, code, name, document : str
        Of its task.
    status : {"fait", "echec"}
        Made or not.
    inputs : str
        Sha-256 of all it was made from.
    parts : mapping of str to str
        The same, part by part (:mod:`diag360.documents.batch.running.inputs`).
    files : mapping of str to str
        Sha-256 by path relative to the folder of the batch.
    seconds, cpu_seconds : float
        Spent [s].
    memory_mb : float
        Peak memory [MB].
    results : mapping of str to list of dict
        Rows for the tables of the batch (:mod:`diag360.documents.batch.results.rows`).
    remarks : tuple of str
        What its values and its notes call for, in French.
    error : Told or None
        Why it was not made.
    """

    key: str
    code: str
    name: str
    document: str
    status: Status
    inputs: str
    parts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mb: float = 0.0
    results: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    error: Told | None = None

    @property
    def made(self) -> bool:
        """Whether the document was made."""
        return self.status == MADE


def receipt_path(output: Path, key: str) -> Path:
    """Where the receipt of a task is."""
    return output / FOLDER / f"{key.replace('/', '.')}.json"


def log_path(output: Path, key: str) -> Path:
    """Where what the process of a task printed is."""
    return output / LOGS / f"{key.replace('/', '.')}.log"


def write_receipt(receipt: Receipt, *, output: Path) -> None:
    """Write a receipt, once the files it names are in place.

    Raises
    ------
    Refusal
        When it cannot be written.
    """
    path = receipt_path(output, receipt.key)
    text = json.dumps(asdict(receipt), ensure_ascii=False, allow_nan=False)
    write_texts(path.parent, {path.name: text + "\n"})


def read_receipts(output: Path) -> dict[str, Receipt]:
    """Read every receipt of a batch, by key; one that cannot be read is as if it were not there.

    What they hold for the tables of the batch is left out: those of all of France are large.

    Parameters
    ----------
    output : Path
        Folder of the batch.

    Returns
    -------
    dict of str to Receipt
        In the order of the names of the files.
    """
    found = {}
    for path in sorted((output / FOLDER).glob("*.json")):
        receipt = _read(path)
        if receipt is not None:
            found[receipt.key] = receipt
    return found


def left_over(output: Path, keys: Iterable[str]) -> list[str]:
    """Give what a folder holds of other manifests, or of this one before: ``code.document``.

    Parameters
    ----------
    output : Path
        Folder of a batch.
    keys : iterable of str
        Documents asked for now.

    Returns
    -------
    list of str
        Sorted.
    """
    asked = {receipt_path(output, key).name for key in keys}
    return sorted(path.stem for path in (output / FOLDER).glob("*.json") if path.name not in asked)


def _read(path: Path) -> Receipt | None:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        error = body.pop("error")
        told = None if error is None else Told(**error)
        body |= {"remarks": tuple(body["remarks"]), "results": {}}
        receipt = Receipt(**body, error=told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    same = receipt_path(path.parent.parent, receipt.key) == path
    return receipt if same and receipt.status in (MADE, FAILED) else None


def sha256_of(path: Path) -> str:
    """Sha-256 of a file, ``""`` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
