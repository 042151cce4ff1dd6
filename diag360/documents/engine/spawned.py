"""The same calls where there is no fork: ordinary processes, each with all to load by itself."""

import os
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from diag360.documents.engine.calls import Call, Outcome, death_of, perform, too_late

NO_FORK = (
    "Ce système ne permet pas de dupliquer sans risque un processus prêt : chaque carnet démarre "
    "son propre noyau, ce qui est plusieurs fois plus lent."
)
_TICK = 0.2  # seconds between two looks at whether to stop


@dataclass(slots=True)
class _Worker:
    """A process that does calls one after the other."""

    process: BaseProcess
    line: Connection
    call: Call | None = None
    started: float = 0.0


def run_spawned(
    calls: Iterable[Call],
    *,
    jobs: int,
    timeout: float,
    memory_mb: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Do each call in one of a few ordinary processes, and tell each outcome as it comes.

    Parameters
    ----------
    calls : iterable of Call
        Whose work can be pickled; taken one by one, when a process is free.
    jobs : int
        How many processes run at once, at most.
    timeout : float
        How long a call may take [s]; its process is then killed.
    memory_mb : int, optional
        Not looked at: these systems have no limit that can be trusted.
    stop : callable
        Asked several times a second; once it says True no other call is started.

    Yields
    ------
    Outcome
        One per call started, in the order in which they end.
    """
    waiting, free, busy = iter(calls), list[_Worker](), list[_Worker]()
    more = True
    try:
        while more or busy:
            while more and len(busy) < jobs:
                call = None if stop() else next(waiting, None)
                if call is None:
                    more = False
                    break
                worker = free.pop() if free else _start()
                busy.append(worker)
                _give(worker, call)
            ended = wait(
                [place for one in busy for place in (one.line, one.process.sentinel)], _TICK
            )
            for one in list(busy):
                late = time.monotonic() - one.started > timeout
                if one.line in ended or one.process.sentinel in ended or late:
                    busy.remove(one)
                    outcome = _end(one, late=late, timeout=timeout)
                    if one.process.is_alive():
                        free.append(one)
                    yield outcome
            more = more and not stop()
    finally:
        for one in [*free, *busy]:
            one.process.kill()
            one.process.join()


def _start() -> _Worker:
    """Start a process that waits for calls."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=False)
    process.start()
    theirs.close()
    with suppress(EOFError):
        ours.recv()  # loaded: this is not the time of a call
    return _Worker(process, ours)


def _give(worker: _Worker, call: Call) -> None:
    """Hand a call over."""
    worker.call, worker.started = call, time.monotonic()
    with suppress(BrokenPipeError):  # it has died: this is seen where its answer is awaited
        worker.line.send((call.work, call.log))


def _end(worker: _Worker, *, late: bool, timeout: float) -> Outcome:
    """Tell what came of a call."""
    assert worker.call is not None
    seconds = time.monotonic() - worker.started
    value, cpu, error = None, 0.0, None
    try:
        if not worker.line.poll() and late:
            raise TimeoutError
        answer, cpu = worker.line.recv()
        value, error = pickle.loads(answer)
    except TimeoutError:
        worker.process.kill()
        worker.process.join()
        error = too_late(timeout)
    except EOFError:
        worker.process.join()
        error = death_of(worker.process.exitcode or 0)
    return Outcome(worker.call.key, value, error, seconds, cpu, 0.0)


def _work(line: Connection) -> None:
    """Do calls until there is nobody to give any, in the process."""
    line.send(None)
    while True:
        try:
            work, log = line.recv()
        except EOFError:
            return
        _print_in(log)
        before = time.process_time()
        answer = perform(work)
        line.send((answer, time.process_time() - before))


def _print_in(log: Path | None) -> None:
    """Print in a file what this process and its own print."""
    sys.stdout.flush()
    sys.stderr.flush()
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
    place = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number in (1, 2):
        os.dup2(place, number)
    os.close(place)
