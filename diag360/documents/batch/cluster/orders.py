"""What goes to another machine for a document, and what comes back from it."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from diag360._version import __version__
from diag360.documents.batch.cluster.given import Given, take
from diag360.documents.batch.running.inputs import LIBRARIES
from diag360.documents.batch.running.work import Job, Make
from diag360.documents.batch.task import BETWEEN, Task
from diag360.documents.engine.calls import Outcome
from diag360.errors import Fault, Refusal

if TYPE_CHECKING:
    from diag360.documents.batch.running.limits import Limits

LARGEST = 100_000_000  # bytes of the files a task may carry
_NOTEBOOKS = "*.ipynb"


@dataclass(frozen=True, slots=True)
class Order:
    """A document asked of another machine: plain values and bytes.

    Parameters
    ----------
    task : Task
        The document.
    make : callable
        Makes it, found there by its name.
    output : str
        Folder of the batch, as the caller names it.
    engine : str
        What runs the notebook.
    parts : mapping of str to str
        Fingerprints of what it is made from here; those of there must be the same.
    versions : mapping of str to str
        Of diag360 and of the libraries, here.
    given : tuple of Given
        Files and folders that the task names.
    there : mapping of str to bytes
        Notebooks that the new one may replace: what was typed in them by hand is kept.
    timeout : float
        How long it may take [s].
    memory_mb : int or None
        What it may take of memory [MB].
    look : bool
        Whether the machine only says if it could make it.
    """

    task: Task
    make: Make
    output: str
    engine: str
    parts: Mapping[str, str]
    versions: Mapping[str, str]
    given: tuple[Given, ...]
    there: Mapping[str, bytes]
    timeout: float
    memory_mb: int | None
    look: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """What comes back.

    Parameters
    ----------
    outcome : Outcome or None
        None when nothing was made.
    files : mapping of str to bytes
        By path relative to the folder of the batch.
    log : str
        What the process printed.
    unfit : str
        Why that machine cannot make this document, in French; ``""`` when it can.
    """

    outcome: Outcome | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    log: str = ""
    unfit: str = ""


def versions() -> dict[str, str]:
    """Give the versions of diag360, of Python and of the libraries documents depend on."""
    ours = {"diag360": __version__, "Python": platform.python_version()}
    return ours | {name: version(name) for name in LIBRARIES}


def order_of(job: Job, *, limits: "Limits") -> Order:
    """Say all that another machine needs to make a document.

    Parameters
    ----------
    job : Job
        As it would be done here.
    limits : Limits
        What the document may take.

    Returns
    -------
    Order
        Files that the task names included.

    Raises
    ------
    Refusal
        When these files are too large to be sent, or cannot be read.
    """
    task = job.task
    given = tuple(take(path) for path in named(task))
    size = sum(one.size for one in given)
    if size > LARGEST:
        title = "Envoi refusé :"
        names = ", ".join(f"« {one.path} »" for one in given)
        problem = f"{size / 1e6:.0f} Mo à envoyer avec chaque document ({names})"
        remedy = f"rester sous {LARGEST / 1e6:.0f} Mo : un fichier par territoire, par exemple"
        raise Refusal(title, [Fault("--cluster", "", problem, remedy)])
    folder = job.output / task.code
    there = {
        path.relative_to(job.output).as_posix(): path.read_bytes()
        for path in folder.rglob(_NOTEBOOKS)
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    return Order(
        task=task,
        make=job.make,
        output=str(job.output),
        engine=limits.engine,
        parts=dict(job.parts),
        versions=versions(),
        given=given,
        there=there,
        timeout=limits.timeout,
        memory_mb=limits.memory_mb,
    )


def named(task: Task) -> tuple[str, ...]:
    """Name the files and folders of the caller that a task needs, each once."""
    words = [task.territory]
    for _, text in task.options:
        words += text.split(BETWEEN)
    if task.brand is not None and task.brand.logo is not None:
        words.append(str(task.brand.logo))
    return tuple(dict.fromkeys(word for word in words if Path(word).is_absolute()))


def moved(task: Task, places: Mapping[str, str]) -> Task:
    """Name the files of a task where they are on this machine.

    Parameters
    ----------
    task : Task
        As the caller says it.
    places : mapping of str to str
        Where each file it names is here.

    Returns
    -------
    Task
        The same document.
    """
    brand = task.brand
    if brand is not None and brand.logo is not None:
        logo = places.get(str(brand.logo), str(brand.logo))
        brand = replace(brand, logo=Path(logo))
    options = tuple(
        (name, BETWEEN.join(places.get(word, word) for word in text.split(BETWEEN)))
        for name, text in task.options
    )
    territory = places.get(task.territory, task.territory)
    return replace(task, territory=territory, options=options, brand=brand)


def is_inside(name: str, *, task: Task) -> bool:
    """Tell whether a file that comes back is one of the folder of its territory."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.parts[:1] == (task.code,)
