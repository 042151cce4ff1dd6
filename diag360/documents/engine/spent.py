"""What a process, and those that it waits for, spend on each of the things it does in turn."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource

_PEAK = Path("/proc/self/clear_refs"), "5"  # forget the peak of memory (proc(5))
_reaped = [0]  # peaks of the processes waited for since the last look [kB]
_elsewhere = [0.0]  # processor times of those that another has waited for [s]


def reap(process: int) -> int:
    """Wait for the end of a child, tell how it ended, and take note of the memory it took.

    Parameters
    ----------
    process : int
        Id of the child.

    Returns
    -------
    int
        As of ``os.waitstatus_to_exitcode``.
    """
    _, status, usage = os.wait4(process, 0)
    note(peak=usage.ru_maxrss)
    return os.waitstatus_to_exitcode(status)


def note(*, peak: int, cpu_seconds: float = 0.0) -> None:
    """Take note of what a process took: memory [kB]; time [s], when another has waited for it."""
    _reaped.append(peak)
    _elsewhere.append(cpu_seconds)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one thing took.

    Parameters
    ----------
    cpu_seconds : float
        Processor time [s].
    own_seconds : float
        Part of it that the system counts as of this process and of those it has waited for [s].
    memory_mb : float
        Peak of this process, or of the child that took most if it took more [MB]; pages that they
        share are counted in each.
    """

    cpu_seconds: float
    own_seconds: float
    memory_mb: float


class Meter:
    """Measures one thing done by this process, from now on."""

    def __init__(self) -> None:
        del _reaped[1:], _elsewhere[1:]
        with suppress(OSError):  # the peak is then that of the life of the process
            _PEAK[0].write_text(_PEAK[1], encoding="ascii")
        self._cpu, self._widest = _cpu(), _widest()

    def spent(self) -> Spent:
        """Give what was spent."""
        peaks = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, *_reaped]
        if (widest := _widest()) > self._widest:  # a child that others have waited for
            peaks.append(widest)
        own = _cpu() - self._cpu
        return Spent(own + sum(_elsewhere), own, max(peaks) / 1024)


def _cpu() -> float:
    """Processor time of this process and of the children it has waited for [s]."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _widest() -> int:
    """Peak of memory of the children this process has ever waited for [kB]."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
