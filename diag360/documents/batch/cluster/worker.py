"""What a Dask worker does: hand bytes to a loaded process of its own, and back.

A worker has threads, from which nothing can be forked safely: a process with one thread is started
for each of its threads, keeps everything loaded, and forks each document.
"""

import queue
import struct
import subprocess
import sys
from typing import IO

SIZE = struct.Struct("!Q")  # of a message [bytes]
_HOST = "diag360.documents.batch.cluster.host"
_free: queue.SimpleQueue["Host"] = queue.SimpleQueue()


def make_far(order: bytes) -> tuple[str, bytes]:
    """Make a document on this machine.

    Parameters
    ----------
    order : bytes
        Pickled :class:`diag360.documents.batch.cluster.orders.Order`.

    Returns
    -------
    tuple of (str, bytes)
        Address of this worker; pickled :class:`diag360.documents.batch.cluster.orders.Parcel`,
        ``b""`` when the process that makes documents died twice.
    """
    from distributed import get_worker

    worker = get_worker()
    for _ in range(2):
        try:
            host = _free.get_nowait()
        except queue.Empty:
            host = Host(worker.local_directory)
        try:
            answer = host.ask(order)
        except (EOFError, OSError):
            host.end()
            continue
        _free.put(host)
        return worker.address, answer
    return worker.address, b""


class Host:
    """A process with one thread that makes documents, one at a time.

    It ends by itself when this one dies, and kills what it runs.

    Parameters
    ----------
    folder : str
        Where it may write.
    """

    def __init__(self, folder: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", _HOST, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is not for it
        )

    def ask(self, order: bytes) -> bytes:
        """Hand an order over, and wait for what comes of it.

        Raises
        ------
        OSError, EOFError
            When the process is dead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        send(self._process.stdin, order)
        return receive(self._process.stdout)

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        with self._process:
            pass


def send(stream: IO[bytes], message: bytes) -> None:
    """Write a message, after its size."""
    stream.write(SIZE.pack(len(message)))
    stream.write(message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read a whole message.

    Raises
    ------
    EOFError
        When there is no one to write any more.
    """
    head = stream.read(SIZE.size)
    if len(head) < SIZE.size:
        raise EOFError
    (size,) = SIZE.unpack(head)
    message = stream.read(size)
    if len(message) < size:
        raise EOFError
    return message
