"""Calls done each in a process forked for it, a few at a time, from a parent already loaded."""

import os
import pickle
import selectors
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from diag360.documents.engine.calls import Call, Failure, Outcome, death_of, perform
from diag360.documents.engine.child import can_fork, fork, limit_memory

__all__ = ["Call", "Failure", "Outcome", "can_fork", "run_forked"]

GRACE = 10.0  # seconds left to a process to end by itself once its time is over
_TICK = 0.2  # seconds between two looks at whether to stop
_PIPE = 1 << 20  # bytes read at once


@dataclass(slots=True)
class _Running:
    """A call whose process is alive."""

    call: Call
    process: int
    watch: int  # becomes readable when the process has died
    pipe: int
    started: float
    timeout: float
    deadline: float
    received: bytearray = field(default_factory=bytearray)
    late: bool = False


def run_forked(
    calls: Iterable[Call],
    *,
    jobs: int,
    timeout: float,
    memory_mb: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Do each call in a process forked for it, and tell each outcome as it comes.

    Parameters
    ----------
    calls : iterable of Call
        Taken one by one, when there is room.
    jobs : int
        How many processes run at once, at most.
    timeout : float
        How long a call may take [s]; its processes are then interrupted, so that a notebook is
        kept as far as it went, and killed when they have not ended a few seconds later.
    memory_mb : int, optional
        What a process, and each that it starts, may add to the memory it is born with [MB].
    stop : callable
        Asked several times a second, in this thread; once it says True no other call is started,
        and those in flight are finished.

    Yields
    ------
    Outcome
        One per call started, in the order in which they end.

    Notes
    -----
    To be called from a process with one thread: a lock held by another at the fork would be held
    for ever in the child. What is still running is killed when the iteration is given up.
    """
    waiting = iter(calls)
    running: dict[int, _Running] = {}
    more = True
    with selectors.DefaultSelector() as selector:
        try:
            while more or running:
                while more and len(running) < jobs:
                    call = None if stop() else next(waiting, None)
                    if call is None:
                        more = False
                        break
                    one = _start(call, timeout=timeout, memory_mb=memory_mb)
                    running[one.process] = one
                    selector.register(one.pipe, selectors.EVENT_READ, one)
                    selector.register(one.watch, selectors.EVENT_READ, one)
                for key, _ in selector.select(_patience(running.values())):
                    one = key.data
                    if key.fd == one.pipe:
                        if not _receive(one):
                            selector.unregister(one.pipe)
                    else:
                        selector.unregister(one.watch)
                        if one.pipe in selector.get_map():
                            selector.unregister(one.pipe)
                        del running[one.process]
                        yield _end(one)
                        break  # the other events may be of a past that is over
                for one in running.values():
                    _hurry(one)
                more = more and not stop()
        finally:
            for one in running.values():
                _signal(one, signal.SIGKILL)
                os.waitpid(one.process, 0)
                os.close(one.pipe)
                os.close(one.watch)


def _start(call: Call, *, timeout: float, memory_mb: int | None) -> _Running:
    """Fork the process of a call."""
    reading, writing = os.pipe()
    started = time.monotonic()
    process = fork(partial(_answer, call, writing, memory_mb=memory_mb), group=True, log=call.log)
    os.close(writing)
    os.set_blocking(reading, False)
    watch = os.pidfd_open(process)
    return _Running(call, process, watch, reading, started, timeout, started + timeout)


def _answer(call: Call, pipe: int, *, memory_mb: int | None) -> None:
    """Do a call, in the child, and send back what came of it."""
    limit_memory(memory_mb)
    answer = perform(call.work)
    with open(pipe, "wb") as sending:
        sending.write(answer)


def _receive(one: _Running) -> bool:
    """Take what a process has sent; False once it has sent all."""
    try:
        while piece := os.read(one.pipe, _PIPE):
            one.received += piece
    except BlockingIOError:
        return True
    return False


def _patience(running: Iterable[_Running]) -> float:
    """Say how long to wait for something to happen [s]."""
    now = time.monotonic()
    return max(0.0, min([_TICK, *(one.deadline - now for one in running)]))


def _hurry(one: _Running) -> None:
    """Interrupt a process whose time is over; kill it when it does not end."""
    if time.monotonic() < one.deadline:
        return
    _signal(one, signal.SIGKILL if one.late else signal.SIGINT)
    one.late, one.deadline = True, time.monotonic() + GRACE


def _signal(one: _Running, number: int) -> None:
    """Send a signal to a process and to those it has started."""
    with suppress(ProcessLookupError):
        os.killpg(one.process, number)


def _end(one: _Running) -> Outcome:
    """Tell what came of a process that has ended; those it left behind are killed."""
    _receive(one)
    os.close(one.pipe)
    os.close(one.watch)
    _signal(one, signal.SIGKILL)
    _, status, usage = os.wait4(one.process, 0)
    value, error = None, None
    try:
        value, error = pickle.loads(bytes(one.received))  # written by our own child
    except Exception:  # cut short: the process died before it had sent all
        error = death_of(os.waitstatus_to_exitcode(status))
    if one.late and error is not None:
        told = f"délai dépassé ({one.timeout:g} s)"
        message = f"{told} ; {error.message}" if error.traceback else told
        error = replace(error, kind="delai", message=message)
    return Outcome(
        one.call.key,
        value,
        error,
        time.monotonic() - one.started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
    )
