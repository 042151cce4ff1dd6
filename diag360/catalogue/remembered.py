"""What ships is read once in a process, and again as soon as a file of it has changed.

A process that makes a thousand documents, or that forks one child per document, reads the
catalogue, the open data and the base map once. An edit is seen by the very next reading.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Stamp = tuple[tuple[str, int, int, int, int], ...]


def stamp_of(path: Path) -> Stamp:
    """Say which state a file or a folder is in, without reading it.

    Parameters
    ----------
    path : Path
        File, or folder with all that is below it; it may not exist.

    Returns
    -------
    tuple
        Path, inode, size [bytes] and times of change [ns] of each file, in the order of names;
        empty when there is none.
    """
    return tuple(sorted(_stamps(path)))


def _stamps(path: Path) -> Iterator[tuple[str, int, int, int, int]]:
    try:
        if not path.is_dir():
            yield _stamp(str(path), path.stat())
            return
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir():
                    yield from _stamps(Path(entry.path))
                else:
                    yield _stamp(entry.path, entry.stat())
    except OSError:  # the reader will say what is wrong
        return


def _stamp(path: str, stat: os.stat_result) -> tuple[str, int, int, int, int]:
    return path, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


class Remembered(Generic[Thing]):
    """The last thing made from files, kept as long as they stay as they were.

    Only one is held. A refusal is not kept: what is wrong is read, and told, again.
    """

    def __init__(self) -> None:
        self._held: tuple[Stamp, object, Thing] | None = None

    def of(self, path: Path, *, make: Callable[[], Thing], basis: object = None) -> Thing:
        """Give what was made from a file or a folder, made anew when it has changed.

        Parameters
        ----------
        path : Path
            File or folder it is made from.
        make : callable
            Makes it.
        basis : object
            What else it depends on, compared by equality.

        Returns
        -------
        Thing
            The same object each time: whoever hands it out sees that it is not changed.
        """
        # Before reading: a file that changes meanwhile is read again the next time.
        stamp = stamp_of(path)
        held = self._held
        if held is None or held[0] != stamp or held[1] != basis:
            held = self._held = (stamp, basis, make())
        return held[2]
