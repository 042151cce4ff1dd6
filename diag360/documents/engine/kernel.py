"""An IPython kernel in a forked process: ipykernel's own, that talks over pipes, not a network."""

import asyncio
import atexit
import importlib
import os
import sys
import threading
from functools import cache
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait

from diag360.documents.engine.fresh import (
    be_fresh,
    deepen,
    hide_modules,
    import_figures_anew,
    know_modules,
)
from diag360.documents.engine.outlet import Outlet
from diag360.documents.engine.wire import SHELL, Unframer, WireSession, unsigned

_PIPE = 1 << 16  # bytes read at once
_LATE = (  # what a kernel loads only as it starts
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.kernelspec",
    "multiprocessing.synchronize",
    "sqlite3",
    "tornado.platform.asyncio",
)
_FILE = "aucun"  # of connection: there is none


@cache
def prepare() -> None:
    """Do in the parent, once, what each child would otherwise have to do."""
    know_modules()
    for module in _LATE:
        importlib.import_module(module)
    name, hidden = "debugpy", "debugpy" not in sys.modules
    if hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # as Python says « not found »
    try:
        # The debugger takes a quarter of a second to load, and nobody debugs a fork.
        debugger: Any = importlib.import_module("ipykernel.debugger")
        debugger._is_debugpy_available = False
    finally:
        if hidden:
            del sys.modules[name]


class _Kernel(IPythonKernel):
    """The kernel, that answers one client and queues nothing."""

    shell_stream = AnyTrait()
    debugger_class = AnyTrait()
    _supports_kernel_subshells = False
    _execute_sleep = 0  # after each cell, for sockets that are not there to be heard

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: the client sends one request at a time."""


class KernelApp(IPKernelApp):
    """What starts a kernel: the profile and start-up files of the user, and no socket.

    It starts in two steps, between which a process may fork: the first starts no thread, and
    writes to nobody.
    """

    def init_crash_handler(self) -> None:
        """Leave Python's own."""

    def init_poller(self) -> None:
        """Do nothing: the system kills the child of a dead parent."""

    def init_connection_file(self) -> None:
        """Do nothing: there is no connection."""

    def write_connection_file(self, **kwargs: Any) -> None:
        """Do nothing: there is no connection."""

    def log_connection_info(self) -> None:
        """Do nothing: there is no connection."""

    def init_heartbeat(self) -> None:
        """Do nothing: the client watches the process."""

    def init_sockets(self) -> None:
        """Publish through the pipe."""
        self.configure_tornado_logger()
        self.iopub_thread = Outlet(self.session)
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        """Make the kernel."""
        self.kernel = _Kernel.instance(
            parent=self,
            session=self.session,
            shell_stream=SHELL,
            # do_execute asks which thread it runs in.
            shell_channel_thread=_MainThread(),
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )

    def init_io(self) -> None:
        """Wait for the second step: the streams have threads."""

    def init_signal(self) -> None:
        """Wait for the second step: a new process takes its own signals."""

    def init_code(self) -> None:
        """Wait for the second step: what the user wants done at each start."""

    def be_born(self, messages: int) -> None:
        """Do the second step.

        Parameters
        ----------
        messages : int
            End of the pipe to write to.
        """
        self.session.open(messages)
        super().init_io()
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count
        super().init_signal()
        super().init_code()
        sys.stdout.flush()
        sys.stderr.flush()


class _MainThread:
    """The thread in which a kernel runs what it is asked."""

    def __init__(self) -> None:
        self.parent_thread = threading.main_thread()


def run_kernel(requests: int, messages: int, *, arguments: list[str]) -> None:
    """Be a kernel until the client says to stop, or has gone.

    Parameters
    ----------
    requests, messages : int
        Ends of pipes: what is asked is read from one, what is answered is written to the other.
    arguments : list of str
        Those of the command line of ipykernel.
    """
    hide_modules()
    live(make_ready(arguments), requests, messages)


def make_ready(arguments: list[str]) -> KernelApp:
    """Make a kernel that has all but its pipes, in a process that is then one of a kernel."""
    be_fresh()
    app = KernelApp.instance(session=unsigned(WireSession), connection_file=_FILE)
    app.initialize(arguments)
    import_figures_anew()
    return app


def live(app: KernelApp, requests: int, messages: int) -> None:
    """Be that kernel, here or in a fork of that process."""
    deepen()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    app.be_born(messages)
    loop.run_until_complete(_serve(app.kernel, requests))
    # What a kernel that is told to stop does last; the parent's own was forgotten.
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()


async def _serve(kernel: Any, requests: int) -> None:
    """Answer requests, one at a time."""
    kernel.io_loop = IOLoop.current()
    loop = asyncio.get_running_loop()
    kernel._publish_status("starting", "shell")
    received: asyncio.Queue[bytes] = asyncio.Queue()
    os.set_blocking(requests, False)
    loop.add_reader(requests, lambda: received.put_nowait(os.read(requests, _PIPE)))
    unframer = Unframer(unsigned())
    while piece := await received.get():
        for _, message in unframer.feed(piece):
            if message["msg_type"] == "shutdown_request":
                return
            await kernel.dispatch_shell(message)
