"""What a process, and those that it waits for, spend on each of the things it does in turn."""

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import resource

_PEAK = Path("/proc/self/clear_refs"), "5"  # forget the peak of memory (proc(5))
_reaped = [0]  # peaks of the processes waited for since the last look [kB]


def reap(process: int, options: int = 0) -> tuple[bool, int]:
    """Take note of the end of a child, and of the memory that it took.

    Parameters
    ----------
    process : int
        Id of the child.
    options : int
        ``os.WNOHANG`` not to wait for it.

    Returns
    -------
    ended : bool
        Whether it has ended.
    code : int
        How (``os.waitstatus_to_exitcode``), when it has.
    """
    ended, status, usage = os.wait4(process, options)
    if not ended:
        return False, 0
    _reaped.append(usage.ru_maxrss)
    return True, os.waitstatus_to_exitcode(status)


class Meter:
    """Measures one thing done by this process, from now on."""

    def __init__(self) -> None:
        del _reaped[1:]
        with suppress(OSError):  # the peak is then that of the life of the process
            _PEAK[0].write_text(_PEAK[1], encoding="ascii")
        self._cpu, self._widest = _cpu(), _widest()

    def spent(self) -> tuple[float, float]:
        """Give what was spent: processor time [s], and memory [MB].

        Memory is the peak of this process, or of the child that took most if it took more; pages
        that they share are counted in each.
        """
        peaks = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, *_reaped]
        if (widest := _widest()) > self._widest:  # a child that others have waited for
            peaks.append(widest)
        return _cpu() - self._cpu, max(peaks) / 1024


def _cpu() -> float:
    """Processor time of this process and of the children it has waited for [s]."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _widest() -> int:
    """Peak of memory of the children this process has ever waited for [kB]."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
