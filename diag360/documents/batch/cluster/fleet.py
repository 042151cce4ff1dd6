"""Who makes documents at a given moment: the workers of a Dask cluster, looked at as they come."""

import time
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from typing import Any

from diag360.errors import Fault, Refusal

PATIENCE = 30.0  # seconds without anyone to make documents
EVERY = 1.0  # seconds between two looks at the cluster
AHEAD = 2  # documents handed over per thread: one being made, one waiting beside it
_PACKAGE = "diag360"
_INSTALL = (
    "y installer exactement la même version que celle d’ici ({}) et ses bibliothèques, "
    'par pip install "diag360[cluster]=={}" ou une copie du même dossier, puis relancer ce poste'
)


class Fleet:
    """The workers that may make documents.

    A worker is given none before it has said that it has the same code and the same data.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    look : callable
        Given the address of a worker, asks it whether it can; what it says comes back through
        :meth:`accept` or :meth:`refuse`.
    say : callable
        Told, in French, of each worker refused while others work.
    version : str
        Of diag360, here.
    """

    def __init__(
        self,
        client: Any,
        *,
        look: Callable[[str], None],
        say: Callable[[str], None],
        version: str,
    ) -> None:
        self._client, self._look, self._say = client, look, say
        self._remedy = _INSTALL.format(version, version)
        self._threads: dict[str, int] = {}  # of the workers alive
        self._good: set[str] = set()
        self._refused: dict[str, Fault] = {}
        self._untold: list[Fault] = []
        self._asked: set[str] = set()
        self._worked = False
        self._looked = self._alone = float("-inf")

    @property
    def room(self) -> int:
        """How many documents may be handed over at once."""
        return AHEAD * sum(self._threads[one] for one in self._good)

    @property
    def good(self) -> list[str]:
        """Addresses of the workers that may make documents."""
        return sorted(self._good)

    def accept(self, address: str) -> None:
        """Take a worker that has the same code and data."""
        if address in self._threads:
            self._good.add(address)
            self._worked = True

    def refuse(self, address: str, why: str) -> None:
        """Give nothing more to a worker."""
        self._good.discard(address)
        if address not in self._refused:
            fault = Fault(f"poste {address}", "", f"refusé ({why})", self._remedy)
            self._refused[address] = fault
            self._untold.append(fault)

    def watch(self) -> None:
        """See who came and who left.

        Raises
        ------
        Refusal
            When no worker can make documents, naming each with what to do; when none has come for
            a while; or when the scheduler does not answer any more.
        """
        while self._good and self._untold:
            self._say(str(self._untold.pop(0)))
        now = time.monotonic()
        if now - self._looked < EVERY:
            return
        if self._looked == float("-inf"):
            self._alone = now
        self._looked = now
        self._threads = workers_of(self._client)
        alive = set(self._threads)
        self._good &= alive
        self._asked &= alive
        self._refused = {one: why for one, why in self._refused.items() if one in alive}
        for address in sorted(alive - self._asked):
            self._asked.add(address)
            if why := unlike(self._client, address):
                self.refuse(address, why)
            else:
                self._look(address)
        if self._good or self._asked - set(self._refused):
            self._alone = now
        elif self._refused and (not self._worked or now - self._alone > PATIENCE):
            title = "Production refusée : aucun poste n’est en état."
            raise Refusal(title, self._refused.values())
        elif now - self._alone > PATIENCE:
            raise nobody(self._client)


def workers_of(client: Any) -> dict[str, int]:
    """Give the number of threads of each worker alive, by address.

    Raises
    ------
    Refusal
        When the scheduler does not answer any more.
    """
    if client.status != "running":
        raise lost(client)
    try:
        found = client.scheduler_info()["workers"]
    except (OSError, TimeoutError, ValueError, RuntimeError):
        raise lost(client) from None
    return {address: int(one["nthreads"]) for address, one in found.items()}


def unlike(client: Any, address: str) -> str:
    """Say why nothing can be asked of a worker: without diag360, it would die of it.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    address : str
        Of the worker.

    Returns
    -------
    str
        In French; ``""`` when it can be asked more.
    """
    ours = metadata.version(_PACKAGE)
    theirs: Any = ours  # of a worker gone meanwhile, which the next look will not find
    with suppress(OSError, ValueError, KeyError, RuntimeError):
        # A function of Python itself: the only kind that any worker can be sent.
        told = client.run(metadata.version, _PACKAGE, workers=[address], on_error="return")
        theirs = told.get(address, ours)
    if isinstance(theirs, ImportError):
        return "diag360 n’y est pas installé"
    other = isinstance(theirs, str) and theirs != ours
    return f"diag360 {theirs} au lieu de {ours}" if other else ""


def lost(client: Any) -> Refusal:
    """Say that the scheduler has gone."""
    title = "Production arrêtée :"
    problem = "l’ordonnanceur ne répond plus"
    remedy = (
        "le relancer (dask scheduler) avec ses postes, puis la même commande : ce qui est fait "
        "ne sera pas refait"
    )
    return Refusal(title, [Fault(str(_address(client)), "", problem, remedy)])


def nobody(client: Any) -> Refusal:
    """Say that the scheduler has no worker."""
    address = _address(client)
    title = "Production arrêtée :"
    problem = f"aucun poste ne s’est présenté depuis {PATIENCE:.0f} secondes"
    remedy = f"en lancer, puis la même commande : dask worker {address} --nworkers 2 --nthreads 1"
    return Refusal(title, [Fault(str(address), "", problem, remedy)])


def _address(client: Any) -> str:
    scheduler = client.scheduler
    return str(scheduler.address if scheduler is not None else client)
