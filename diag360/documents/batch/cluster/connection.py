"""Reaching a Dask cluster, or starting one here."""

import logging
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any

from diag360.errors import Fault, Refusal

LOCAL = "local"
REACH = 5.0  # seconds
_SCHEMES = ("tcp://", "tls://", "ws://", "wss://", "ucx://")
_TITLE = "Grappe refusée :"


def check_cluster(address: str) -> None:
    """See at once whether a cluster can be used, before anything long is done.

    Raises
    ------
    Refusal
        When Dask is not installed, the address is not one, or nobody answers there.
    """
    _accept(address)
    if address != LOCAL:
        with connected(address, workers=0):
            pass


def _accept(address: str) -> None:
    if find_spec("distributed") is None:
        problem = "Dask n’est pas installé"
        remedy = 'l’installer : pip install "diag360[cluster]"'
        raise Refusal(_TITLE, [Fault("--cluster", "", problem, remedy)])
    if address != LOCAL and not address.startswith(_SCHEMES):
        problem = f"« {address} » n’est pas l’adresse d’un ordonnanceur"
        remedy = "donner tcp://machine:8786, ou local pour une grappe sur cette machine"
        raise Refusal(_TITLE, [Fault("--cluster", "", problem, remedy)])


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: they finish what is under way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited by those started now
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


@contextmanager
def connected(address: str, *, workers: int) -> Iterator[Any]:
    """Connect to a cluster for the time of a block.

    Parameters
    ----------
    address : str
        ``tcp://…`` of its scheduler; ``local`` to start one here.
    workers : int
        Of a cluster started here, each with one thread.

    Yields
    ------
    distributed.Client
        Connected; closed at the end, with the cluster that was started here.

    Raises
    ------
    Refusal
        When Dask is not installed, the address is not one, or nobody answers within a few seconds.
    """
    _accept(address)
    from distributed import Client, LocalCluster
    from distributed.versions import VersionMismatchWarning

    # What Dask says of workers that come and go is for its developers.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    cluster, where = None, address
    with warnings.catch_warnings():
        # Versions are compared by us, worker by worker.
        warnings.simplefilter("ignore", VersionMismatchWarning)
        if address == LOCAL:
            with _deaf():
                cluster = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                )
            where = cluster.scheduler_address
        try:
            client = Client(where, timeout=REACH, set_as_default=False, name="diag360")
        except (OSError, TimeoutError, ValueError) as error:
            problem = f"l’ordonnanceur ne répond pas ({type(error).__name__})"
            remedy = "le lancer (dask scheduler), ou vérifier l’adresse et le pare-feu"
            raise Refusal(_TITLE, [Fault(address, "", problem, remedy)]) from None
    try:
        yield client
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=REACH)
        if cluster is not None:
            with suppress(OSError, TimeoutError):
                cluster.close(timeout=REACH)
