"""Where a kernel's printed text leaves: ipykernel's own streams, without its thread of sockets."""

import heapq
import os
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from ipykernel.iostream import BackgroundSocket, IOPubThread


class Outlet(IOPubThread):
    """Stands for the thread that publishes; what it is asked is done at once, one at a time.

    ipykernel's streams hold back what is printed for a fifth of a second: a thread of ours, which
    sleeps until then, lets it go. What is sent is then cut and ordered as by a kernel.
    """

    def __init__(self, session: Any) -> None:
        self.session = session
        self.socket = "iopub"
        self.background_socket = BackgroundSocket(self)
        self.io_loop: Any = self
        self._local = threading.local()
        self._reset()
        # OutStream hands its work over to a thread it sees alive, which is not its own.
        self.thread: Any = _Standing()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._due: list[tuple[float, int, Callable[[], Any]]] = []
        self._number = count()
        self._turn = threading.RLock()
        self._wake = threading.Condition(self._turn)
        self._sleeper: threading.Thread | None = None

    def schedule(self, f: Callable[[], Any]) -> None:
        """Do it now, when nobody else is publishing."""
        with self._turn:
            f()

    def call_later(self, delay: float, callback: Callable[[], Any]) -> None:
        """Do it in a while, from a thread that is started the first time it is needed."""
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + delay, next(self._number), callback))
            if self._sleeper is None:
                self._sleeper = threading.Thread(target=self._sleep, daemon=True, name="IOPub")
                self._sleeper.start()
            self._wake.notify()

    def _sleep(self) -> None:
        """Do each thing when it is due."""
        with self._wake:
            while True:
                left = self._due[0][0] - time.monotonic() if self._due else None
                if left is None or left > 0:
                    self._wake.wait(left)
                else:
                    heapq.heappop(self._due)[2]()

    def send_multipart(self, *args: Any, **kwargs: Any) -> None:
        """Refuse what is not sent through the session: there is no socket."""

    def start(self) -> None:
        """Do nothing: there is no thread to start."""

    def stop(self) -> None:
        """Do nothing: there is no thread to stop."""

    def close(self) -> None:
        """Do nothing: there is no socket to close."""

    @property
    def closed(self) -> bool:
        """Never: a pipe is closed by the end of the process."""
        return False


class _Standing:
    """What is looked at of a thread before work is handed over to it."""

    ident = -1

    def is_alive(self) -> bool:
        """Yes, always."""
        return True
