"""The first steps of a forked process: nothing of the parent's terminal, signals or chance."""

import asyncio
import contextvars
import ctypes
import faulthandler
import gc
import os
import random
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
_worker = False
_staying = False
_log = 2


def can_fork() -> bool:
    """Tell whether this system forks safely, and tells when a child has died (Linux)."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def is_worker() -> bool:
    """Tell whether this process was forked to do one piece of work and end."""
    return _worker


def is_staying() -> bool:
    """Tell whether this process was forked to do several pieces of work, one after the other."""
    return _staying


def stay() -> None:
    """Expect several pieces of work."""
    global _staying
    _staying = True


def fork(
    main: Callable[[], None], *, group: bool, log: Path | None = None, quiet: bool = True
) -> int:
    """Fork a process that does one thing and ends.

    Parameters
    ----------
    main : callable
        What the child does, in a context of variables of its own.
    group : bool
        Whether the child leads a group of processes of its own, which can be killed at once.
    log : Path, optional
        File to which what the child prints is added.
    quiet : bool
        Whether what a child without log prints goes nowhere, rather than where the parent's goes.

    Returns
    -------
    int
        Id of the child; the child never returns.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as when it was closed by who started this
            stream.flush()
    parent, collecting = os.getpid(), gc.isenabled()
    gc.disable()  # what the parent throws away must not be thrown away in the child, aloud
    try:
        with warnings.catch_warnings():
            # Newer Pythons count the threads of numpy's own library, which knows of forks.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            _be_child(main, parent=parent, group=group, log=log, quiet=quiet)
    finally:
        if collecting:
            gc.enable()
    if group:
        _lead(child)
    return child


def _be_child(
    main: Callable[[], None], *, parent: int, group: bool, log: Path | None, quiet: bool
) -> NoReturn:
    """Live the whole life of a child; the parent's cleaning up is not done twice."""
    global _worker, _staying
    code = 70  # of an internal error
    try:
        gc.freeze()  # what is inherited is neither looked at nor thrown away here
        if group:
            _lead(0)
        _die_with(parent)
        _own_streams(log, quiet=quiet)
        _worker, _staying = True, False
        be_new()
        gc.enable()
        contextvars.Context().run(main)
        code = 0
    except BaseException:  # no frame of the parent may see it
        with open(_log, "w", closefd=False, encoding="utf-8") as told:
            traceback.print_exc(file=told)
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def be_new() -> None:
    """Have nothing of the signals, chance and figures of before, as a new process."""
    _own_signals()
    _own_chance()
    _own_figures()


def _lead(child: int) -> None:
    """Make a process the leader of a group; parent and child both do, and one comes first."""
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(child, child)


def _die_with(parent: int) -> None:
    """Ask the system to kill this process when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _own_streams(log: Path | None, *, quiet: bool) -> None:
    """Read nothing, and print in the log, also from below Python."""
    global _log
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    if log is not None or quiet:
        _write_in(log, 1, 2)
    sys.stdin = sys.__stdin__ = open(0, closefd=False, encoding="utf-8")  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = _text(1)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _text(2)  # type: ignore[misc]
    _log = os.dup(2)  # a kernel takes the second for itself
    faulthandler.enable(file=_log)


def print_in(log: Path | None) -> None:
    """Print from now on in another log, or nowhere; of a worker that goes on to another call."""
    sys.stdout.flush()
    sys.stderr.flush()
    _write_in(log, 1, 2, _log)


def _write_in(log: Path | None, *places: int) -> None:
    """Make numbers of the system lead to a file, added to."""
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
    where = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for place in places:
        os.dup2(where, place)
    os.close(where)


def print_at(out: int, err: int) -> None:
    """Print from now on where two numbers of the system lead; of a kernel, to its worker's log."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.dup2(err, _log)


def _text(place: int) -> Any:
    """Open a stream of text on a number of the system."""
    return open(place, "w", buffering=1, closefd=False, encoding="utf-8", errors="backslashreplace")


def _own_signals() -> None:
    """Take signals as a new Python does, and no part in the parent's loop of events."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    asyncio._set_running_loop(None)
    asyncio.set_event_loop(None)


def _own_chance() -> None:
    """Draw from the system, as a new process does: no two children draw the same."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _own_figures() -> None:
    """Forget the figures open in the parent."""
    if helpers := sys.modules.get("matplotlib._pylab_helpers"):
        helpers.Gcf.figs.clear()
