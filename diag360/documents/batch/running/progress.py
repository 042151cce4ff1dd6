"""How far a batch is: a bar in a terminal, plain lines elsewhere."""

import sys
import time
from contextlib import suppress
from typing import IO, Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from diag360.documents.text import count

EVERY = 30.0  # seconds between two plain lines, at least
_COLUMNS = ("{task.description}", "{task.fields[told]}")


class Follower(Protocol):
    """Is told how a batch goes."""

    def done(self, name: str, *, failed: str = "") -> None:
        """A document has ended; `failed` says why it was not made."""

    def say(self, line: str) -> None:
        """Something else is to be known."""


class Silent:
    """Tells nothing."""

    def done(self, name: str, *, failed: str = "") -> None:
        """Take no notice."""

    def say(self, line: str) -> None:
        """Take no notice."""


class Follow:
    """Counts documents and tells how far it is, in its ``with`` block.

    Parameters
    ----------
    total : int
        Documents to make.
    kept : int
        Documents already made.
    stream : file
        Where it is told; a bar is drawn only in a terminal.
    """

    def __init__(self, total: int, *, kept: int = 0, stream: IO[str] | None = None) -> None:
        self.total, self.kept = total, kept
        self.made = self.failed = 0
        self._stream = sys.stderr if stream is None else stream
        self._start = self._told = time.monotonic()
        self._bar: Progress | None = None
        self._task: Any = None

    def __enter__(self) -> Self:
        console = Console(file=self._stream)
        if console.is_terminal and not console.is_dumb_terminal:
            # No thread of its own draws it: processes are forked from this one.
            columns = (TextColumn("{task.fields[told]}"), BarColumn(bar_width=None))
            self._bar = Progress(*columns, console=console, auto_refresh=False)
            self._bar.start()
            self._task = self._bar.add_task("", total=self.total, told=self.line())
            self._bar.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self.made + self.failed:
            self._print(self.line())

    def done(self, name: str, *, failed: str = "") -> None:
        """Count a document."""
        self.failed += bool(failed)
        self.made += not failed
        if failed:
            first, *_ = failed.splitlines() or [""]
            self.say(f"Échec : {name} : {first}")
        if self._bar is not None:
            self._bar.update(self._task, completed=self.made + self.failed, told=self.line())
            self._bar.refresh()
        elif time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self._print(self.line())

    def say(self, line: str) -> None:
        """Print a line, above the bar when there is one."""
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False)
            self._bar.refresh()
        else:
            self._print(line)

    def line(self) -> str:
        """Say how far it is: done, failed, skipped, rate, time left."""
        done = self.made + self.failed
        seconds = time.monotonic() - self._start
        parts = [f"{done}/{self.total}"]
        if self.failed:
            parts.append(count(self.failed, "échec", "échecs"))
        if self.kept:
            parts.append(count(self.kept, "déjà fait", "déjà faits"))
        if done and seconds > 0:
            parts.append(f"{60 * done / seconds:.0f} par minute")
        if 0 < done < self.total:
            parts.append(f"reste {lasting(seconds / done * (self.total - done))}")
        return ", ".join(parts)

    def _print(self, line: str) -> None:
        with suppress(OSError):  # no one reads any more: the documents are made all the same
            print(line, file=self._stream, flush=True)


def lasting(seconds: float) -> str:
    """Say a duration in words a reader needs: « 40 s », « 12 min », « 1 h 05 »."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"
