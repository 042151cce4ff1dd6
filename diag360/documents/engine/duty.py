"""What a worker does around each of its calls, so that none leaves anything to the next."""

import ctypes
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from diag360.documents.engine.calls import perform
from diag360.documents.engine.child import be_new
from diag360.documents.engine.spent import Meter, Spent

if sys.platform != "win32":
    import resource

_PR_SET_CHILD_SUBREAPER = 36
_kept: set[int] = set()  # children that calls share
_TASKS = Path("/proc/self/task")
_STATUS = Path("/proc/self/status")


class Duty:
    """Does calls one after the other, each measured, and as if it were the first.

    Parameters
    ----------
    memory_mb : int or None
        What each, and each process that it starts, may add to the memory it finds [MB]; None for
        no limit.
    """

    def __init__(self, memory_mb: int | None) -> None:
        self._memory_mb = memory_mb
        self._home = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        self._environment = dict(os.environ)
        self._filters = list(warnings.filters)
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        # What a call leaves running comes to this process when the one that started it ends.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)

    def do(self, work: Callable[[], Any]) -> tuple[bytes, Spent, bool]:
        """Do a call.

        Parameters
        ----------
        work : callable
            Takes nothing.

        Returns
        -------
        told : bytes
            As of :func:`diag360.documents.engine.calls.perform`.
        spent : Spent
            What it took.
        fit : bool
            Whether another may be done here: nothing that it started is left.
        """
        meter = Meter()
        with _limited(self._memory_mb):
            told = perform(work)
        fit = _kill_children() and threading.active_count() == 1
        return told, meter.spent(), fit

    def renew(self) -> None:
        """Put back what the former call may have changed in this process."""
        be_new()
        os.fchdir(self._home)
        if os.environ != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)
        if warnings.filters != self._filters:
            with warnings.catch_warnings():  # tells Python that the filters have changed
                pass
            warnings.filters[:] = self._filters  # type: ignore[index]
        sys.stdin, sys.stdout, sys.stderr = self._streams


def keep(process: int) -> None:
    """Let a child live from one call to the next, until the worker ends."""
    _kept.add(process)


def end() -> None:
    """End the children that were kept, for their time to be counted."""
    for process in _kept:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _kill_children() -> bool:
    """Kill the processes a call has left, and those that they leave; say whether none is left."""
    try:
        while left := {int(word) for task in _TASKS.iterdir() for word in _children(task)} - _kept:
            for process in left:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(process, 0)
    except OSError:  # a system that does not tell
        return False
    return True


def _children(task: Path) -> list[str]:
    return (task / "children").read_text(encoding="ascii").split()


@contextmanager
def _limited(megabytes: int | None) -> Iterator[None]:
    """Refuse this process, and each it starts, more memory than it has and some, for a while.

    Data are counted (``RLIMIT_DATA``), not addresses, which libraries reserve by the gigabyte.
    """
    if megabytes is None:
        yield
        return
    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    status = _STATUS.read_text(encoding="ascii", errors="replace")
    held = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData"))
    limit = (held + megabytes * 1024) * 1024
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))
