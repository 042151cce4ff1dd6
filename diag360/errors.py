"""Every refusal a user can read: the file, the place, what is wrong, how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input, said in French.

    Parameters
    ----------
    file : str
        File, folder or command-line word the fault is in.
    place : str
        Where in it: a key (``scale.anchors.0.value``), a line (``ligne 12``) or ``""``.
    problem : str
        What is wrong, with the offending text in guillemets.
    remedy : str
        What the reader can do about it.
    """

    file: str
    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where} : {self.problem} → {self.remedy}"


class Refusal(Exception):
    """An input is refused; carries all its faults, never only the first.

    Parameters
    ----------
    title : str
        One French line saying what was refused.
    faults : iterable of Fault
        Every fault found, in reading order.
    """

    def __init__(self, title: str, faults: Iterable[Fault]) -> None:
        self.title = title
        self.faults = tuple(faults)
        super().__init__(title, self.faults)

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  - {fault}" for fault in self.faults)])
