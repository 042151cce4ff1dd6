"""The client's side of a forked kernel: what nbclient asks of a kernel, answered by a fork."""

import asyncio
import os
import select
import signal
from collections import deque
from contextlib import suppress
from functools import partial
from queue import Empty
from typing import TYPE_CHECKING, Any

from jupyter_client.client import KernelClient

from diag360.documents.engine.calls import told_exit
from diag360.documents.engine.child import fork, is_staying, is_worker
from diag360.documents.engine.kernel import run_kernel
from diag360.documents.engine.spent import reap
from diag360.documents.engine.wire import IOPUB, SHELL, Unframer, frame, unsigned

if TYPE_CHECKING:
    from diag360.documents.engine.cradle import Cradle  # not to be loaded where there is no fork

_PIPE = 1 << 20  # bytes read at once
_PATIENCE = 5.0  # seconds left to a kernel to end by itself


class ForkedManager:
    """Starts, interrupts and stops a kernel forked from this process.

    Has what nbclient uses of ``jupyter_client.KernelManager``, and no more.
    """

    ipykernel = True  # takes the options of ipykernel
    kernel_id = None

    def __init__(self) -> None:
        self._process: int | None = None
        self._code: int | None = None
        self._own_group = not is_worker()

    @property
    def has_kernel(self) -> bool:
        """Whether one was started, dead or alive."""
        return self._process is not None

    @property
    def ending(self) -> str:
        """How the kernel ended: « signal SIGSEGV »; ``""`` while it lives."""
        return "" if self._code is None else told_exit(self._code)

    def start_kernel(self, *, extra_arguments: list[str], **_: Any) -> None:
        """Fork the kernel. In a worker it stays in the group of the worker, killed with it."""
        requests, self.requests = os.pipe()
        self.messages, messages = os.pipe()
        ours = (self.requests, self.messages)
        self._cradle = _cradle(extra_arguments)
        if self._cradle is not None:
            self._process = self._cradle.fork(requests, messages)
        else:
            main = partial(_kernel, requests, messages, ours=ours, arguments=extra_arguments)
            self._process = fork(main, group=self._own_group, quiet=False)
        os.close(requests)
        os.close(messages)
        os.set_blocking(self.messages, False)
        os.set_blocking(self.requests, False)
        self.watch = os.pidfd_open(self._process)

    def client(self) -> "ForkedClient":
        """Give what speaks to the kernel."""
        self._client = ForkedClient(self)
        return self._client

    def is_alive(self) -> bool:
        """Tell whether the kernel lives; when it does not, how it ended is taken note of."""
        if self._process is None or self._code is not None:
            return False
        if select.select([self.watch], [], [], 0)[0]:
            self._reap()
        return self._code is None

    def interrupt_kernel(self) -> None:
        """Interrupt what the kernel does, and what it has started."""
        self._signal(signal.SIGINT)

    async def shutdown_kernel(self, *, now: bool = False) -> None:
        """Stop the kernel: at once, or once it has done what it leaves to its end."""
        if self.is_alive() and not now:
            if self._client.busy:
                self.interrupt_kernel()
            self._client.stop()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._client.dead.wait(), _PATIENCE)
        if self.is_alive():
            self._signal(signal.SIGKILL)
            self._reap()

    def cleanup_resources(self) -> None:
        """Close the pipes."""
        for place in (self.requests, self.messages, self.watch):
            os.close(place)

    def _reap(self) -> None:
        """Take note of how the kernel ends."""
        assert self._process is not None
        self._code = (self._cradle.reap if self._cradle else reap)(self._process)

    def _signal(self, number: int) -> None:
        """Send a signal to the kernel, and to its group when it has one of its own."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            (os.killpg if self._own_group else os.kill)(self._process, number)


def _cradle(arguments: list[str]) -> "Cradle | None":
    """Give what forks kernels that have started, in a process that runs many."""
    if not is_staying():
        return None
    from diag360.documents.engine.cradle import cradle_of

    cradle = cradle_of(tuple(arguments))
    return cradle if cradle.is_fit() else None


def _kernel(requests: int, messages: int, *, ours: tuple[int, ...], arguments: list[str]) -> None:
    """Be the kernel, in the child; an end of pipe that a child keeps hides the parent's death."""
    for place in ours:
        os.close(place)
    run_kernel(requests, messages, arguments=arguments)


class ForkedClient(KernelClient):
    """Sends requests to a forked kernel, and sorts what comes back.

    Parameters
    ----------
    manager : ForkedManager
        Has started the kernel.
    """

    def __init__(self, manager: ForkedManager) -> None:
        super().__init__(session=unsigned())
        self._manager = manager
        self._shell_channel, self._iopub_channel = _Channel(self._send), _Channel(self._send)
        self._unframer = Unframer(unsigned())
        self._unsent: deque[memoryview] = deque()
        self.busy = False  # with a cell

    def start_channels(self, *_: bool, **__: bool) -> None:
        """Read what the kernel sends, as it comes, and look out for its death."""
        self._loop = asyncio.get_running_loop()
        self.dead = asyncio.Event()
        self._loop.add_reader(self._manager.messages, self._receive)
        self._loop.add_reader(self._manager.watch, self._bury)

    def stop_channels(self) -> None:
        """Stop reading."""
        for place in (self._manager.messages, self._manager.watch):
            self._loop.remove_reader(place)
        self._loop.remove_writer(self._manager.requests)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the kernel to have started: this is not the time of a cell."""
        said = asyncio.ensure_future(self.iopub_channel.get_msg())
        died = asyncio.ensure_future(self.dead.wait())
        await asyncio.wait({said, died}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        ready = said.done()
        said.cancel()
        died.cancel()
        if not ready:
            self._manager.is_alive()
            problem = f"le noyau n’a pas démarré ({self._manager.ending or 'trop long'})"
            raise RuntimeError(problem)

    def is_alive(self) -> bool:
        """Tell whether the kernel lives."""
        return self._manager.is_alive()

    def stop(self) -> None:
        """Ask the kernel to end."""
        self._send(self.session.msg("shutdown_request", {"restart": False}))

    def _send(self, message: dict[str, Any]) -> None:
        """Send a request; what the pipe has no room for is sent as the kernel reads."""
        self.busy |= message["msg_type"] == "execute_request"
        self._unsent.append(memoryview(frame(self.session, SHELL, message)))
        self._flush()

    def _flush(self) -> None:
        """Write what the pipe has room for."""
        place = self._manager.requests
        try:
            while self._unsent:
                written = os.write(place, self._unsent[0])
                self._unsent[0] = self._unsent[0][written:]
                if not self._unsent[0]:
                    self._unsent.popleft()
        except BlockingIOError:
            self._loop.add_writer(place, self._flush)
            return
        except BrokenPipeError:
            self._unsent.clear()  # its death is seen elsewhere
        self._loop.remove_writer(place)

    def _receive(self) -> bool:
        """Sort what the kernel has sent; False once there is nothing left to read."""
        try:
            piece = os.read(self._manager.messages, _PIPE)
        except BlockingIOError:
            return False
        if not piece:
            self._loop.remove_reader(self._manager.messages)
        for channel, message in self._unframer.feed(piece):
            self.busy &= message["msg_type"] != "execute_reply"
            (self._iopub_channel if channel == IOPUB else self._shell_channel).put(message)
        return bool(piece)

    def _bury(self) -> None:
        """Take what the kernel had sent before it died, then say that it has."""
        self._loop.remove_reader(self._manager.watch)
        while self._receive():
            pass
        self.dead.set()


class _Channel:
    """One of the two ways messages come back."""

    def __init__(self, send: Any) -> None:
        self.send = send
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.put = self._queue.put_nowait

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Give the next message; ``queue.Empty`` when none came in time [s]."""
        if timeout is None:
            return await self._queue.get()
        try:
            return await asyncio.wait_for(self._queue.get(), timeout)
        except TimeoutError:
            raise Empty from None

    def empty(self) -> bool:
        """Tell whether nothing waits to be read."""
        return self._queue.empty()
