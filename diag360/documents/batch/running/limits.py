"""How much of the machine a batch takes, and what runs its notebooks."""

import math
import os
from dataclasses import dataclass

from diag360.documents.notebook import ENGINES, FORK
from diag360.errors import Fault, Refusal

TIMEOUT = 600.0  # seconds a document may take
LEAST_MB = 50  # below, a kernel may wait for ever for a thread that could not start
NO_FORK = (
    "Ce système ne sait pas dédoubler un processus déjà chargé : chaque document est produit par "
    "un processus ordinaire, ce qui est plusieurs fois plus long."
)


def processors() -> int:
    """Number of processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How a batch runs.

    Parameters
    ----------
    jobs : int
        Documents made at once; one per processor when 0.
    timeout : float
        How long a document may take [s], > 0.
    memory_mb : int or None
        What a document may take of memory beside what all share [MB]; None for no limit.
    engine : {"fourche", "noyau"}
        A fork of a loaded process for each document, or a fresh kernel.
    """

    jobs: int = 0
    timeout: float = TIMEOUT
    memory_mb: int | None = None
    engine: str = FORK

    def __post_init__(self) -> None:
        faults = []
        if self.jobs < 0:
            faults.append(Fault("--jobs", "", f"« {self.jobs} » est négatif", "donner 1 ou plus"))
        if not 0 < self.timeout < math.inf:
            told = f"« {self.timeout:g} » n’est pas une durée, ou ne laisse le temps de rien"
            faults.append(Fault("--timeout", "", told, "donner des secondes, par exemple 600"))
        if self.memory_mb is not None and self.memory_mb < LEAST_MB:
            told = f"« {self.memory_mb} » Mo ne suffisent à rien"
            faults.append(Fault("--memory", "", told, "donner des mégaoctets, par exemple 1500"))
        if self.engine not in ENGINES:
            remedy = f"choisir parmi : {', '.join(ENGINES)}"
            faults.append(Fault("--engine", "", f"« {self.engine} » est inconnu", remedy))
        if faults:
            title = "Réglage refusé :"
            raise Refusal(title, faults)

    @property
    def workers(self) -> int:
        """Documents made at once."""
        return self.jobs or processors()
