"""One batch at a time in a folder; what a killed one left there is swept."""

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from diag360.documents.batch.running.receipts import FOLDER
from diag360.documents.runs import ASIDE
from diag360.errors import Fault, Refusal
from diag360.files import writing_in

NAME = "verrou"
PATIENCE = 3.0  # seconds: those that a killed run started take a moment to die
_OWNER = re.compile(re.escape(ASIDE) + r"(\d+)-")
_OLD = 3600.0  # seconds after which an aside folder that names no process is nobody's


@contextmanager
def locked(output: Path) -> Iterator[None]:
    """Keep the folder of a batch for oneself; the system lets it go when the process dies.

    Parameters
    ----------
    output : Path
        Made when it does not exist.

    Raises
    ------
    Refusal
        When another run has it, named by its process, or the folder cannot be written in.
    """
    path = output / FOLDER / NAME
    with writing_in(output):
        path.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(held):
            owner = os.pread(held, 32, 0).decode("ascii", "replace").strip()
            title = "Lot refusé :"
            problem = f"une autre production y est en cours (processus {owner or 'inconnu'})"
            remedy = "attendre sa fin, ou choisir un autre dossier (--output)"
            raise Refusal(title, [Fault(str(output), "", problem, remedy)])
        with writing_in(output):
            os.ftruncate(held, 0)
            os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(held)


def _taken(held: int) -> bool:
    """Take the lock; wait a little for those that hold it to die."""
    end = time.monotonic() + PATIENCE
    while not _try(held):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


if sys.platform == "win32":  # pragma: no cover

    def _try(held: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _try(held: int) -> bool:
        import fcntl

        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def sweep(output: Path) -> int:
    """Remove what killed runs left half made: aside folders of dead processes, aside files.

    Parameters
    ----------
    output : Path
        Folder of a batch, locked.

    Returns
    -------
    int
        How many were removed; nothing of a living process is.
    """
    swept = 0
    for path in (
        *output.glob(f"*/{ASIDE}*"),
        *output.glob(f"*/*/{ASIDE}*"),
        *output.glob(f"{ASIDE}*"),
    ):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True)
            swept += 1
    for path in (*output.glob(".*.tmp"), *output.glob("*/.*.tmp"), *output.glob("*/*/.*.tmp")):
        with suppress(OSError):
            path.unlink()
            swept += 1
    return swept


def _is_left(path: Path) -> bool:
    owner = _OWNER.match(path.name)
    if owner:
        return not _lives(int(owner[1]))
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > _OLD
    return False


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
