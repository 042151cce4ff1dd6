"""Calls done a few at a time by processes forked from a parent that has loaded everything."""

import pickle
import selectors
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import suppress
from typing import Any

from diag360.documents.engine.calls import Call, Failure, Outcome, death_of, too_late
from diag360.documents.engine.child import can_fork
from diag360.documents.engine.workers import MOST, Worker, start, written

__all__ = ["Call", "Failure", "Outcome", "can_fork", "run_forked"]

GRACE = 10.0  # seconds left to a process to end by itself once its time is over
_TICK = 0.2  # seconds between two looks at whether to stop


def run_forked(
    calls: Iterable[Call],
    *,
    jobs: int,
    timeout: float,
    memory_mb: int | None = None,
    stop: Callable[[], bool] = lambda: False,
    shared: Sequence[Any] = (),
) -> Iterator[Outcome]:
    """Do calls in processes forked from this one, and tell each outcome as it comes.

    Parameters
    ----------
    calls : iterable of Call
        Taken one by one, when there is room. Those that can be pickled are done by processes
        that go on from one to the next; one is forked for each of the others.
    jobs : int
        How many run at once, at most.
    timeout : float
        How long a call may take [s]; its processes are then interrupted, so that a notebook is
        kept as far as it went, and killed when they have not ended a few seconds later.
    memory_mb : int, optional
        What a call, and each process that it starts, may add to the memory it finds [MB].
    stop : callable
        Asked several times a second, in this thread; once it says True no other call is started,
        and those in flight are finished.
    shared : sequence
        Objects that calls hold, too heavy to be written for each: processes are born with them.

    Yields
    ------
    Outcome
        One per call started, in the order in which they end.

    Notes
    -----
    To be called from a process with one thread: a lock held by another at the fork would be held
    for ever in the child. What is still running is killed when the iteration is given up.

    A process does at most ``MOST`` calls. Only what it forks for a call runs the code of others
    (:mod:`diag360.documents.engine.manager`); between two calls it puts back its folder,
    environment, streams, filters of warnings and signals, draws anew from the system, and kills
    what the call has left running.
    """
    waiting, more = iter(calls), True
    several = not isinstance(calls, Sized) or len(calls) > jobs  # for a worker
    with _Crew(several=several, memory_mb=memory_mb, shared=shared) as crew:
        while True:
            while more and len(crew.busy) < jobs:
                call = None if stop() else next(waiting, None)
                if call is None:
                    more = False
                    break
                crew.give(call, timeout=timeout)
            if not crew.busy:
                return
            one, dead = crew.wait(_patience(crew.busy))
            if one is not None:
                outcome = _outcome(one, crew, dead=dead, timeout=timeout)
                if outcome is not None:
                    yield outcome
            for one in crew.busy:
                _hurry(one)
            more = more and not stop()


class _Crew:
    """The workers that are alive; all are killed at its end."""

    def __init__(self, **given: Any) -> None:
        self._given, self._shared = given, given["shared"]
        self._alive: list[Worker] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_: object) -> None:
        for one in list(self._alive):
            self.bury(one)
        self._selector.close()

    @property
    def busy(self) -> list[Worker]:
        """Those that do a call."""
        return [one for one in self._alive if one.call is not None]

    def give(self, call: Call, *, timeout: float) -> None:
        """Have a call done, by a worker that has nothing to do if it can take it."""
        idle = next((one for one in self._alive if one.call is None), None)
        order = None
        if idle is not None:
            order = None if idle.has_died() else written(call, shared=self._shared)
            if order is None:
                self.bury(idle)
        if idle is not None and order is not None:
            idle.give(call, order)
        else:
            idle = start(call, **self._given, others=self._alive)
            self._alive.append(idle)
            self._selector.register(idle.answers, selectors.EVENT_READ, idle)
            self._selector.register(idle.watch, selectors.EVENT_READ, idle)
        idle.deadline = idle.started + timeout

    def wait(self, patience: float) -> tuple[Worker | None, bool]:
        """Wait for a worker to say something, or to die: say which, and whether it has died."""
        for key, _ in self._selector.select(patience):
            return key.data, key.fd == key.data.watch
        return None, False

    def bury(self, one: Worker) -> tuple[int, float, float]:
        """Kill a worker, if it is not dead (:meth:`Worker.bury`)."""
        self._alive.remove(one)
        self.listen_no_more(one)
        self._selector.unregister(one.watch)
        return one.bury()

    def listen_no_more(self, one: Worker) -> None:
        """Wait for the death of a worker alone."""
        with suppress(KeyError):
            self._selector.unregister(one.answers)


def _patience(busy: Iterable[Worker]) -> float:
    """Say how long to wait for something to happen [s]."""
    now = time.monotonic()
    return max(0.0, min([_TICK, *(one.deadline - now for one in busy)]))


def _hurry(one: Worker) -> None:
    """Interrupt a call whose time is over; kill it when it does not end."""
    if one.call is None or time.monotonic() < one.deadline:
        return
    one.signal(signal.SIGKILL if one.late else signal.SIGINT)
    one.late, one.deadline = True, time.monotonic() + GRACE


def _outcome(one: Worker, crew: _Crew, *, dead: bool, timeout: float) -> Outcome | None:
    """Tell what came of a call that is over, by its end or by that of its worker."""
    call, seconds = one.call, time.monotonic() - one.started
    answer = one.receive()
    value, error = None, None
    if answer is not None:
        cpu_seconds, memory_mb = answer.spent.cpu_seconds, answer.spent.memory_mb
        value, error = pickle.loads(answer.told)  # written by our own child
        if dead or one.late or not answer.fit or one.done >= MOST:
            crew.bury(one)
    elif not dead:
        if one.silent:
            crew.listen_no_more(one)
        return None
    else:  # before it had said all
        code, cpu_seconds, memory_mb = crew.bury(one)
        error = death_of(code)
    if call is None:  # it had none, and its death costs nothing
        return None
    if one.late and error is not None:
        error = too_late(timeout, said=error)
    return Outcome(call.key, value, error, seconds, cpu_seconds, memory_mb)
