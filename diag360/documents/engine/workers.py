"""Processes forked from this one that do calls one after the other."""

import io
import os
import pickle
import select
import signal
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from diag360.documents.engine.calls import Call
from diag360.documents.engine.child import fork, print_in, stay
from diag360.documents.engine.duty import Duty, end
from diag360.documents.engine.spent import Spent

MOST = 50  # calls of a worker: what our own libraries keep of each does not add up for ever
_SIZE = struct.Struct("!Q")  # before each message [bytes]
_PATIENCE = 5.0  # seconds left to a worker to end by itself
_PIPE = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says of a call.

    Parameters
    ----------
    told : bytes
        As of :func:`diag360.documents.engine.calls.perform`.
    spent : Spent
        What it took.
    fit : bool
        Whether it can do another.
    """

    told: bytes
    spent: Spent
    fit: bool


@dataclass(slots=True)
class Worker:
    """A worker that is alive, seen from its parent."""

    process: int
    watch: int  # becomes readable when the process has died
    answers: int
    orders: int
    call: Call | None
    started: float
    done: int = 0
    own_seconds: float = 0.0  # of the calls done
    late: bool = False
    silent: bool = False  # its pipe is closed, by its death most often
    deadline: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def receive(self) -> Answer | None:
        """Take what the worker has sent; None while the answer is not whole."""
        with suppress(BlockingIOError):
            while piece := os.read(self.answers, _PIPE):
                self.received += piece
            self.silent = True
        if len(self.received) < _SIZE.size:
            return None
        (size,) = _SIZE.unpack_from(self.received)
        if len(self.received) < _SIZE.size + size:
            return None
        told = bytes(self.received[_SIZE.size : _SIZE.size + size])
        self.received.clear()
        answer: Answer = pickle.loads(told)  # written by our own child
        self.done += 1
        self.own_seconds += answer.spent.own_seconds
        self.call = None
        return answer

    def has_died(self) -> bool:
        """Tell whether it has."""
        return bool(select.select([self.watch], [], [], 0)[0])

    def give(self, call: Call, order: bytes) -> None:
        """Hand over another call, written by :func:`written`."""
        self.call, self.started = call, time.monotonic()
        with suppress(BrokenPipeError):  # it has died: this is seen where its answer is awaited
            _send(self.orders, order)

    def signal(self, number: int) -> None:
        """Send a signal to the worker and to those it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process, number)

    def bury(self) -> tuple[int, float, float]:
        """End it, with those it has started; tell how it ended, its time [s] and memory [MB].

        The time is that of the call it was doing, if any: it is then killed.
        """
        os.close(self.orders)
        if self.call is None:
            select.select([self.watch], [], [], _PATIENCE)
        self.signal(signal.SIGKILL)
        _, status, usage = os.wait4(self.process, 0)
        for place in (self.answers, self.watch):
            os.close(place)
        used = usage.ru_utime + usage.ru_stime - self.own_seconds
        return os.waitstatus_to_exitcode(status), used, usage.ru_maxrss / 1024


def start(
    call: Call,
    *,
    several: bool,
    memory_mb: int | None,
    shared: Sequence[Any],
    others: Sequence[Worker],
) -> Worker:
    """Fork a worker, born with its first call.

    Parameters
    ----------
    call : Call
        Need not be picklable.
    several : bool
        Whether others are likely to follow.
    memory_mb : int or None
        What each call may add to the memory [MB].
    shared : sequence
        Objects the worker is born with, that calls name rather than hold.
    others : sequence of Worker
        Those alive, whose pipes are none of its business.

    Returns
    -------
    Worker
        At work.
    """
    theirs, orders = os.pipe()
    answers, ours = os.pipe()
    spare = [orders, answers, *(place for one in others for place in (one.orders, one.answers))]
    main = partial(
        _work, call, theirs, ours, several=several, memory_mb=memory_mb, shared=shared, spare=spare
    )
    started = time.monotonic()
    process = fork(main, group=True, log=call.log)
    os.close(theirs)
    os.close(ours)
    os.set_blocking(answers, False)
    return Worker(process, os.pidfd_open(process), answers, orders, call, started)


def written(call: Call, *, shared: Sequence[Any]) -> bytes | None:
    """Write a call for a worker that is already alive; None when it cannot be written."""
    try:
        return _Writer(shared).write(call.log, call.work)
    except Exception:  # what cannot be written raises whatever it likes
        return None


def _work(
    call: Call,
    orders: int,
    answers: int,
    *,
    several: bool,
    memory_mb: int | None,
    shared: Sequence[Any],
    spare: Sequence[int],
) -> None:
    """Do calls, in the worker, until there are no others."""
    for place in spare:
        os.close(place)
    if several:
        stay()
    duty = Duty(memory_mb)
    _tell(answers, duty.do(call.work))
    with open(orders, "rb") as reading:
        while size := reading.read(_SIZE.size):
            order = _Reader(reading.read(*_SIZE.unpack(size)), shared)
            duty.renew()
            print_in(order.load())
            _tell(answers, duty.do(lambda order=order: order.load()()))  # type: ignore[misc]
    end()


def _tell(place: int, done: tuple[bytes, Spent, bool]) -> None:
    _send(place, pickle.dumps(Answer(*done)))


def _send(place: int, message: bytes) -> None:
    """Write a message, its size before it."""
    view = memoryview(_SIZE.pack(len(message)) + message)
    while view:
        view = view[os.write(place, view) :]


class _Writer(pickle.Pickler):
    """Writes objects; those that the worker was born with are named."""

    def __init__(self, shared: Sequence[Any]) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes)
        self._places = {id(one): place for place, one in enumerate(shared)}

    def persistent_id(self, one: Any) -> int | None:
        return self._places.get(id(one))

    def write(self, *several: Any) -> bytes:
        for one in several:
            self.dump(one)
        return self._bytes.getvalue()


class _Reader(pickle.Unpickler):
    """Reads them."""

    def __init__(self, order: bytes, shared: Sequence[Any]) -> None:
        super().__init__(io.BytesIO(order))
        self._shared = shared

    def persistent_load(self, place: int) -> Any:
        return self._shared[place]
