"""The engine « diag360 » of papermill: a notebook runs in a fork of this process."""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args
from tqdm.auto import tqdm  # type: ignore[import-untyped]

from diag360.documents.engine.child import can_fork, is_worker
from diag360.documents.engine.kernel import prepare
from diag360.documents.engine.manager import ForkedManager

NAME = "diag360"
_LAUNCHER = "ipykernel_launcher"


class Diag360Engine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Runs a notebook in a process forked from this one: nothing is imported twice.

    Everything else is papermill's and nbclient's: what is read of the kernel's messages, how
    long a cell may take, what is written. Where a fork is not safe (another system than Linux,
    several threads) or the notebook asks for another Python or language, papermill's usual
    engine runs it, and this is said once.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, *args: Any, **rest: Any) -> Any:
        """Run a notebook; the thread that watches progress bars would be a second one."""
        before, tqdm.monitor_interval = tqdm.monitor_interval, 0
        try:
            return super().execute_notebook(nb, kernel_name, *args, **rest)
        finally:
            tqdm.monitor_interval = before

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Run the cells of a notebook."""
        if why := why_not(kernel_name):
            _say_once(why)
            return super().execute_managed_notebook(
                nb_man, kernel_name, log_output=log_output, stdout_file=stdout_file,
                stderr_file=stderr_file, start_timeout=start_timeout,
                execution_timeout=execution_timeout, **kwargs,
            )  # fmt: skip
        prepare()
        # As papermill's own engine hands them over.
        options = merge_kwargs(
            remove_args(["input_path", "timeout", "startup_timeout"], **kwargs),
            timeout=execution_timeout if execution_timeout else kwargs.get("timeout"),
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        with _interrupts_left_to_the_kernel():
            return _Client(nb_man, **options).execute()


class _Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """papermill's client, whose kernel is a fork."""

    def create_kernel_manager(self) -> Any:
        """Give what forks."""
        self.km = ForkedManager()
        return self.km

    def execute_cell(self, cell: Any, cell_index: int, *args: Any, **rest: Any) -> Any:
        """Run a cell; when the kernel dies, say in which cell and how."""
        try:
            return super().execute_cell(cell, cell_index, *args, **rest)
        except DeadKernelError:
            number = cell.get("execution_count") or self.code_cells_executed
            problem = f"le noyau s’est arrêté pendant la cellule {number} ({self.km.ending})"
            raise DeadKernelError(problem) from None

    async def _async_poll_kernel_alive(self) -> None:
        """Wait for the death of the kernel, which is seen at once, and not second by second."""
        client, reply = self.kc, self.task_poll_for_reply
        await client.dead.wait()
        while not client.iopub_channel.empty() and not reply.done():
            await asyncio.sleep(0)
        self.km.is_alive()
        reply.cancel()


def why_not(kernel_name: str | None) -> str:
    """Say why a notebook is not run in a fork.

    Parameters
    ----------
    kernel_name : str or None
        That of the notebook.

    Returns
    -------
    str
        In French; ``""`` when it is.
    """
    if not can_fork():
        return "ce système ne permet pas de dupliquer un processus sans risque"
    if threading.active_count() > 1:
        others = sorted(one.name for one in threading.enumerate())
        return f"ce processus a plusieurs fils d’exécution ({', '.join(others)})"
    if asyncio._get_running_loop() is not None:
        return "ce processus tient une boucle d’événements"
    if kernel_name and not _is_this_python(kernel_name):
        return f"le noyau « {kernel_name} » n’est pas ce Python"
    return ""


@cache
def _is_this_python(kernel_name: str) -> bool:
    """Tell whether a kernel is an ordinary one of the Python that runs."""
    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return False
    return spec.argv[0] in (sys.executable, "python", "python3") and _LAUNCHER in spec.argv


@cache
def _say_once(why: str) -> None:
    """Say that notebooks are run as by papermill alone."""
    logger.warning(f"Carnets exécutés par le moteur ordinaire de papermill : {why}.")


@contextmanager
def _interrupts_left_to_the_kernel() -> Iterator[None]:
    """Let a worker live when its group is interrupted: the kernel is, and the notebook is kept."""
    if not is_worker():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
