"""Which manifest the folder of a batch is of: two of the same name would share one."""

from contextlib import suppress
from pathlib import Path

from diag360.documents.batch.running.receipts import FOLDER
from diag360.files import write_texts

_NAME = "manifeste"


def claim(output: Path, *, manifest: Path) -> str:
    """Write down which manifest a folder is of.

    Parameters
    ----------
    output : Path
        Folder of the batch.
    manifest : Path
        Its manifest.

    Returns
    -------
    str
        Path of the manifest that had it before; ``""`` when none had, or when it is this one.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    former = ""
    with suppress(OSError, UnicodeDecodeError):
        former = (output / FOLDER / _NAME).read_text(encoding="utf-8").strip()
    mine = str(manifest.resolve())
    if former != mine:
        write_texts(output / FOLDER, {_NAME: f"{mine}\n"})
    return "" if former == mine else former
