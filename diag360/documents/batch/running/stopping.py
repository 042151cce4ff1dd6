"""Ctrl-C once: what is under way is finished; twice: it is stopped at once."""

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Whether someone asked a run to stop, while in its ``with`` block.

    Parameters
    ----------
    told : callable
        Called once, at the first request, from the handler of the signal.
    """

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._former: dict[int, Any] = {}
        self.asked = False

    def __call__(self) -> bool:
        """Whether a stop was asked for."""
        return self.asked

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._former[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self._told()
