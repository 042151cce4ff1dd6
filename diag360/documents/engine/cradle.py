"""A process that holds a kernel ready to live, and forks it each time a notebook is to run.

A kernel takes a sixth of a document to start. What it does then depends neither on the notebook
nor on its folder, and starts no thread: it is done once, in a process that runs no notebook, and
each kernel is a fork of it.
"""

import os
import pickle
import select
import signal
import socket
import struct
import sys
import threading
from collections.abc import Sequence
from functools import cache, partial

from diag360.documents.engine import spent
from diag360.documents.engine.child import fork, print_at
from diag360.documents.engine.duty import keep
from diag360.documents.engine.fresh import hide_modules
from diag360.documents.engine.kernel import KernelApp, live, make_ready

if sys.platform != "win32":
    import resource

_LONGEST = 1 << 16  # bytes of a message
_NUMBERS = struct.Struct("!q")
_ENDED = struct.Struct("!qqdd")  # exit code, peak [kB], time of the kernel and of the cradle [s]


class Cradle:
    """Forks kernels; seen from the worker whose child it is.

    Parameters
    ----------
    arguments : sequence of str
        Those of the command line of ipykernel.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._environment = dict(os.environ)
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        main = partial(_rock, theirs, ours=self._line, arguments=list(arguments))
        self.process = fork(main, group=False, quiet=False)
        theirs.close()
        keep(self.process)
        self._fit = self._line.recv(_LONGEST) == b"1"

    def is_fit(self) -> bool:
        """Tell whether a kernel that starts now would start as those of here."""
        fallen = select.select([self._line], [], [], 0)[0]  # it speaks only when asked
        return self._fit and not fallen and os.environ == self._environment

    def fork(self, requests: int, messages: int) -> int:
        """Fork a kernel that reads and writes two pipes (:func:`kernel.run_kernel`).

        It has the folder, the streams and the limit of memory of this process.

        Returns
        -------
        int
            Its id; it stays known to the system until :meth:`reap`.
        """
        home = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        try:
            limit = pickle.dumps(resource.getrlimit(resource.RLIMIT_DATA))
            socket.send_fds(self._line, [limit], [requests, messages, 1, 2, home])
        finally:
            os.close(home)
        return self._answer(_NUMBERS)[0]

    def reap(self, process: int) -> int:
        """Wait for the end of a kernel, and tell how it ended; what it took is taken note of."""
        try:
            self._line.send(_NUMBERS.pack(process))
            code, peak, used, own = self._answer(_ENDED)
        except OSError:  # the kernel has come to this process, as what orphans leave does
            return spent.reap(process)
        spent.note(peak=int(peak), cpu_seconds=used + own)
        return int(code)

    def _answer(self, kind: struct.Struct) -> tuple[int, ...]:
        told = self._line.recv(_LONGEST)
        if not told:
            problem = "le processus qui prépare les noyaux s’est arrêté"
            raise BrokenPipeError(problem)
        return kind.unpack(told)


@cache
def cradle_of(arguments: tuple[str, ...]) -> Cradle:
    """Give the cradle of this process; made the first time."""
    return Cradle(arguments)


def _rock(line: socket.socket, *, ours: socket.socket, arguments: list[str]) -> None:
    """Be the cradle, until the worker closes its end."""
    ours.close()
    app = make_ready(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the kernel
    told = os.times()
    line.send(b"1" if threading.active_count() == 1 else b"0")
    while True:
        order, places, _, _ = socket.recv_fds(line, _LONGEST, 8)
        if not order:
            return
        if places:
            kernel = fork(partial(_live, app, order, places, line), group=False, quiet=False)
            for place in places:
                os.close(place)
            line.send(_NUMBERS.pack(kernel))
        else:
            _, status, usage = os.wait4(_NUMBERS.unpack(order)[0], 0)
            before, told = told, os.times()
            own = told.user + told.system - before.user - before.system
            used = usage.ru_utime + usage.ru_stime
            code = os.waitstatus_to_exitcode(status)
            line.send(_ENDED.pack(code, usage.ru_maxrss, used, own))


def _live(app: KernelApp, order: bytes, places: Sequence[int], line: socket.socket) -> None:
    """Be a kernel, in the child."""
    line.close()
    requests, messages, out, err, home = places
    print_at(out, err)
    os.fchdir(home)
    for place in (out, err, home):
        os.close(place)
    resource.setrlimit(resource.RLIMIT_DATA, pickle.loads(order))
    hide_modules()
    live(app, requests, messages)
