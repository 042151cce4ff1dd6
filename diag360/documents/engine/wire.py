"""Messages between a kernel and its client, over two pipes: Jupyter's own, in JSON, one by one."""

import os
import struct
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Any

from jupyter_client.session import Session, new_id

SHELL, IOPUB = "shell", "iopub"
_COUNT = struct.Struct("!I")  # how many parts
_SIZE = struct.Struct("!Q")  # of each part [bytes]


def unsigned(kind: type[Session] = Session, **traits: Any) -> Session:
    """Make a session whose messages are not signed: nobody else writes to the pipe.

    Parameters
    ----------
    kind : type
        Class of the session.
    **traits
        What it is made with.

    Returns
    -------
    jupyter_client.session.Session
        It makes the messages, and writes and reads them as Jupyter does.
    """
    session = kind(key=b"-", **traits)  # without one, it warns
    session.auth = None
    return session


def frame(session: Session, channel: str, message: dict[str, Any]) -> bytes:
    """Make the bytes of a message, its buffers after it.

    Parameters
    ----------
    session : jupyter_client.session.Session
        Writes the message.
    channel : {"shell", "iopub"}
        Where the message is read.
    message : dict
        As made by ``session.msg``, with ``buffers`` or without.

    Returns
    -------
    bytes
        The whole of it, sizes included.
    """
    parts = [channel.encode(), *session.serialize(message)]
    parts += [bytes(buffer) for buffer in message.get("buffers", [])]
    sizes = [_SIZE.pack(len(part)) for part in parts]
    return b"".join([_COUNT.pack(len(parts)), *sizes, *parts])


class Unframer:
    """Gives messages back from bytes, as they come.

    Parameters
    ----------
    session : jupyter_client.session.Session
        Reads them.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held = bytearray()

    def feed(self, received: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
        """Add bytes; give each message that is now whole, with its channel."""
        self._held += received
        while (parts := self._next()) is not None:
            _, told = self._session.feed_identities(parts[1:])
            yield parts[0].decode(), self._session.deserialize(told)

    def _next(self) -> list[bytes] | None:
        """Take a message out of what is held, when it is whole."""
        held = self._held
        if len(held) < _COUNT.size:
            return None
        (count,) = _COUNT.unpack_from(held)
        place = _COUNT.size + count * _SIZE.size
        if len(held) < place:
            return None
        sizes = [_SIZE.unpack_from(held, _COUNT.size + i * _SIZE.size)[0] for i in range(count)]
        if len(held) < place + sum(sizes):
            return None
        parts = []
        for size in sizes:
            parts.append(bytes(held[place : place + size]))
            place += size
        del held[:place]
        return parts


class WireSession(Session):
    """The session of a kernel that writes to a pipe what it would send over the network."""

    def open(self, pipe: int) -> None:
        """Write to a pipe from now on, as a session of this process and of no other."""
        self._pipe, self.pid, self.session = pipe, os.getpid(), new_id()
        # A process the notebook forks writes to the same pipe: its messages stay whole.
        self._lock = get_context("fork").Lock()

    def send(  # noqa: D102
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(
                message, content=content, parent=parent, header=header, metadata=metadata
            )
        if buffers:
            message["buffers"] = buffers
        view = memoryview(frame(self, SHELL if stream == SHELL else IOPUB, message))
        with self._lock:
            while view:
                view = view[os.write(self._pipe, view) :]
        return message

    # What a request goes through on its way in has been done by the pipe.
    def feed_identities(self, msg_list: Any, copy: bool = True) -> Any:  # noqa: D102
        return [], msg_list

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> Any:  # noqa: D102
        return msg_list
