"""What is asked of a process of its own, what comes of it, and why it may fail."""

import pickle
import signal
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nbclient.exceptions import CellTimeoutError, DeadKernelError

Kind = Literal["exception", "delai", "memoire", "mort"]
KILLED = "mémoire épuisée, ou arrêt demandé de l’extérieur"


@dataclass(frozen=True, slots=True)
class Call:
    """One piece of work, done in a process of its own.

    Parameters
    ----------
    key : str
        Names it among the others.
    work : callable
        Takes nothing; what it returns must be picklable. It must be picklable itself only where
        there is no fork.
    log : Path, optional
        File to which all that the process prints is added; nowhere when left out.
    """

    key: str
    work: Callable[[], Any]
    log: Path | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call gave no value.

    Parameters
    ----------
    kind : {"exception", "delai", "memoire", "mort"}
        Raised by the work; too long; the limit of memory was met; the process died.
    message : str
        One or several lines for a reader.
    traceback : str
        Python's, or ``""`` when the process died.
    """

    kind: Kind
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call.

    Parameters
    ----------
    key : str
        That of the call.
    value : object
        What the work returned; None when it failed.
    error : Failure or None
        None when it went well.
    seconds, cpu_seconds : float
        Spent by the process and by those it waited for [s].
    memory_mb : float
        Peak resident memory of the process [MB]: pages shared with its parent are counted.
    """

    key: str
    value: Any
    error: Failure | None
    seconds: float
    cpu_seconds: float
    memory_mb: float


def perform(work: Callable[[], Any]) -> bytes:
    """Do a piece of work; give its value, or why there is none, pickled.

    Parameters
    ----------
    work : callable
        Takes nothing.

    Returns
    -------
    bytes
        Pickle of ``(value, None)`` or of ``(None, Failure)``.
    """
    try:
        return pickle.dumps((work(), None))
    except BaseException as error:  # a process must say why it ends, whatever the reason
        return pickle.dumps((None, failure_of(error)))


def failure_of(error: BaseException) -> Failure:
    """Say why a call failed.

    Parameters
    ----------
    error : BaseException
        What was raised; the kind is looked for in what it came from too, because a refusal told
        to a reader hides the memory error or the dead process it comes from.

    Returns
    -------
    Failure
        Its message is that of the error, after its type when it is not one made for readers.
    """
    kinds = [_kind(one) for one in _chain(error)]
    kind: Kind = next((kind for kind in kinds if kind is not None), "exception")
    told = str(error) or "sans message"
    readable = hasattr(error, "faults") or isinstance(error, DeadKernelError)
    message = told if readable else f"{type(error).__name__} : {told}"
    return Failure(kind, message, "".join(traceback.format_exception(error)))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and those it comes from, hidden or not."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            waiting += [one.__cause__, one.__context__]
            yield one


def _kind(error: BaseException) -> Kind | None:
    """Name the kind of an error; papermill's tells the name of the error of the cell."""
    name = str(getattr(error, "ename", type(error).__name__))
    if isinstance(error, MemoryError) or name.endswith("MemoryError"):
        return "memoire"
    if isinstance(error, DeadKernelError):
        return "mort"
    return "delai" if isinstance(error, CellTimeoutError) else None


def death_of(code: int) -> Failure:
    """Say how a process died that gave nothing back.

    Parameters
    ----------
    code : int
        As of ``waitstatus_to_exitcode``: negative for a signal.

    Returns
    -------
    Failure
        Of kind « mort ».
    """
    return Failure("mort", f"le processus s’est arrêté net ({told_exit(code)})", "")


def too_late(timeout: float, *, said: Failure | None = None) -> Failure:
    """Say that a call took too long.

    Parameters
    ----------
    timeout : float
        Time it was left [s].
    said : Failure, optional
        What it said when it was interrupted.

    Returns
    -------
    Failure
        Of kind « delai »; that it was interrupted goes without saying.
    """
    told = f"délai dépassé ({timeout:g} s)".replace(".", ",")
    if said is None or not said.traceback:
        return Failure("delai", told, "")
    if said.message != failure_of(KeyboardInterrupt()).message:
        told += f" ; {said.message}"
    return Failure("delai", told, said.traceback)


def told_exit(code: int) -> str:
    """Say how a process ended: « signal SIGSEGV », « code 3 »."""
    if code >= 0:
        return f"code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return f"signal {name} : {KILLED}" if name == "SIGKILL" else f"signal {name}"
