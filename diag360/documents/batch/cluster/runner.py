"""The documents of a batch handed over to a Dask cluster, and put in place here as they come."""

import pickle
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from diag360._version import __version__
from diag360.documents.batch.cluster.connection import connected
from diag360.documents.batch.cluster.fleet import Fleet, lost
from diag360.documents.batch.cluster.orders import Order, Parcel, is_inside, order_of
from diag360.documents.batch.cluster.worker import make_far
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.run import Runner
from diag360.documents.batch.running.work import Job
from diag360.documents.engine.calls import Call, Failure, Outcome, failure_of
from diag360.errors import Refusal
from diag360.files import write_files, write_texts

TICK = 0.2  # seconds between two looks at whether to stop
TRIES = 5  # times a document is handed over before the fault is said to be its own
_DEAD = (
    "le processus qui le produisait est mort plusieurs fois, sur des postes différents ou non : "
    "mémoire épuisée, sans doute ; limiter celle de chaque document (--memory)"
)


def cluster_runner(
    address: str, *, limits: Limits, say: Callable[[str], None] = lambda line: None
) -> Runner:
    """Do calls on the workers of a Dask cluster.

    Parameters
    ----------
    address : str
        ``tcp://…`` of its scheduler; ``local`` for one started here for the time of the run.
    limits : Limits
        How long a document may take, and of how much memory; ``jobs`` counts the workers of a
        cluster started here.
    say : callable
        Told, in French, of each worker refused.

    Returns
    -------
    callable
        Takes calls whose work is a :class:`~diag360.documents.batch.running.work.Job`, and what
        says when to stop; gives outcomes as they come, once their files are in place.
    """

    def run(calls: Iterator[Call], stop: Callable[[], bool]) -> Iterator[Outcome]:
        with connected(address, workers=limits.workers) as client:
            yield from _Run(client, limits=limits, say=say).outcomes(calls, stop)

    return run


@dataclass(slots=True)
class _Flight:
    """A document handed over."""

    call: Call
    order: Order
    tries: int = 1


class _Run:
    """One run on a cluster that is connected."""

    def __init__(self, client: Any, *, limits: Limits, say: Callable[[str], None]) -> None:
        self._client, self._limits = client, limits
        self._fleet = Fleet(client, look=self._look, say=say, version=__version__)
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._flights: dict[Any, _Flight] = {}
        self._looks: dict[Any, str] = {}
        self._question = b""

    def outcomes(self, calls: Iterator[Call], stop: Callable[[], bool]) -> Iterator[Outcome]:
        prepared = self._prepared(calls)
        first = next(prepared, None)
        while isinstance(first, Outcome):
            yield first
            first = next(prepared, None)
        if first is None:
            return
        self._question = pickle.dumps(replace(first.order, there={}, look=True))
        waiting, more = chain([first], prepared), True
        try:
            while (more and not stop()) or self._flights:
                self._fleet.watch()
                while more and len(self._flights) < self._fleet.room and not stop():
                    one = next(waiting, None)
                    if one is None:
                        more = False
                    elif isinstance(one, Outcome):
                        yield one
                    else:
                        self._submit(one)
                with suppress(queue.Empty):
                    outcome = self._take(self._done.get(timeout=TICK))
                    if outcome is not None:
                        yield outcome
        finally:
            self._client.cancel([*self._flights, *self._looks], force=True)

    def _prepared(self, calls: Iterator[Call]) -> Iterator[_Flight | Outcome]:
        """Say of each document what another machine needs; or why it cannot be sent."""
        for call in calls:
            assert isinstance(call.work, Job)
            try:
                yield _Flight(call, order_of(call.work, limits=self._limits))
            except Refusal as refusal:
                yield _failed(call, failure_of(refusal))

    def _send(self, order: bytes, **where: Any) -> Any:
        future = self._client.submit(make_far, order, pure=False, **where)
        future.add_done_callback(self._done.put)
        return future

    def _look(self, address: str) -> None:
        """Ask a worker whether it can make documents; it loads what they need on the way."""
        self._looks[self._send(self._question, workers=[address])] = address

    def _submit(self, flight: _Flight) -> None:
        """Hand a document over, to a worker known to be fit as long as there is one alive."""
        order = pickle.dumps(flight.order)
        future = self._send(order, workers=self._fleet.good or None, allow_other_workers=True)
        self._flights[future] = flight

    def _take(self, future: Any) -> Outcome | None:
        """Take what came of something asked; None when it is asked again, or was a look."""
        address, parcel, error = self._opened(future)
        if (looked := self._looks.pop(future, None)) is not None:
            self._judge(looked, parcel, error)
            return None
        flight = self._flights.pop(future, None)
        if flight is None:
            return None
        if parcel is not None and parcel.outcome is not None:
            return put_in_place(parcel, flight.call)
        if parcel is not None:
            self._fleet.refuse(address, parcel.unfit)
        if flight.tries >= TRIES or _is_killed(error):
            failure = Failure("mort", _DEAD, "") if error is None or _is_killed(error) else None
            return _failed(flight.call, failure or failure_of(error or RuntimeError(_DEAD)))
        flight.tries += 1
        self._submit(flight)
        return None

    def _opened(self, future: Any) -> tuple[str, Parcel | None, BaseException | None]:
        """Open what came back: from whom, what, or why there is nothing."""
        if future.cancelled() or future.status == "lost":
            raise lost(self._client)
        if future.status == "error":
            return "", None, future.exception()
        try:
            address, body = future.result()
        except CancelledError:
            raise lost(self._client) from None
        return address, pickle.loads(body) if body else None, None

    def _judge(self, address: str, parcel: Parcel | None, error: BaseException | None) -> None:
        if parcel is not None and not parcel.unfit:
            self._fleet.accept(address)
        elif parcel is not None:
            self._fleet.refuse(address, parcel.unfit)
        elif error is not None:
            self._fleet.refuse(address, f"{type(error).__name__} : {error}")
        else:
            self._fleet.refuse(address, "le processus qui y produit les documents ne démarre pas")


def put_in_place(parcel: Parcel, call: Call) -> Outcome:
    """Put the files of a document in place, all whole before any is.

    Parameters
    ----------
    parcel : Parcel
        What came of the call, made elsewhere.
    call : Call
        Its work is a :class:`~diag360.documents.batch.running.work.Job`.

    Returns
    -------
    Outcome
        That of the parcel; a failure when the files cannot be written, or are not those of the
        folder of the territory.
    """
    outcome, job = parcel.outcome, call.work
    assert outcome is not None
    assert isinstance(job, Job)
    try:
        for name in parcel.files:
            if not is_inside(name, task=job.task):
                problem = f"file of another folder sent back: {name!r}"
                raise ValueError(problem)
        if call.log is not None and parcel.log:
            write_texts(call.log.parent, {call.log.name: parcel.log})
        write_files(job.output, parcel.files)
    except (Refusal, ValueError) as error:
        return replace(outcome, value=None, error=failure_of(error))
    return outcome


def _failed(call: Call, failure: Failure) -> Outcome:
    return Outcome(call.key, None, failure, 0.0, 0.0, 0.0)


def _is_killed(error: BaseException | None) -> bool:
    """Tell whether Dask gave a document up, after as many deaths of workers as it bears."""
    return type(error).__name__ == "KilledWorker"
