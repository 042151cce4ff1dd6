"""Receipts of a small batch, made once: true results, and failures that try to break the page."""

from functools import lru_cache
from typing import Any

from diag360.documents.batch.results.gathered import Batch
from diag360.documents.batch.results.nation import nation
from diag360.documents.batch.results.rows import results_of
from diag360.documents.runs import ask

LANNION, GLIERES, REUNION, CLERMONT = "200065928", "200000172", "249740119", "246300701"
ARMOR, LOST = "departement-22", "200000438"
CODES = (LANNION, GLIERES, REUNION, CLERMONT, ARMOR)
HOSTILE = "CC <script>alert(1)</script> =cmd"
MESSAGE = "=Le carnet s’est arrêté :\n  - « <b>be1_i01</b> » : valeur refusée"


@lru_cache(maxsize=1)
def whole_france() -> Batch:
    """All intercommunalités, scored once for all tests."""
    return nation(tier="flash")


@lru_cache(maxsize=1)
def receipts() -> dict[str, dict[str, Any]]:
    """Two documents for each territory but one, which has none; one of them failed for Lannion."""
    made: dict[str, dict[str, Any]] = {}
    for code in CODES:
        asked = ask(code, tier="flash")
        results = results_of(asked)
        files = {f"{code}/diagnostic.html": "0", f"{code}/diagnostic.ipynb": "0",
                 f"{code}/diagnostic.pdf": "0"}  # fmt: skip
        name = asked.place.name
        put(made, code, name, "diagnostic", files=files, results=results)
        put(made, code, name, "vulnerabilites", files={f"{code}/vulnerabilites.html": "0"},
            results=results)  # fmt: skip
    error = {"kind": "delai", "message": MESSAGE, "traceback": "", "notebook":
             f"{LOST}/diagnostic.echec.ipynb"}  # fmt: skip
    put(made, LOST, HOSTILE, "diagnostic", error=error)
    put(made, LANNION, "CA Lannion-Trégor Communauté", "sensibilite", error=error)
    return made


def put(made: dict[str, dict[str, Any]], code: str, name: str, document: str, **more: Any) -> None:
    """Add a receipt, as it is written."""
    key = f"{code}/{document}"
    made[key] = {
        "key": key, "code": code, "name": name, "document": document, "inputs": "0",
        "status": "echec" if more.get("error") else "fait", "files": {}, "seconds": 1.0,
        "cpu_seconds": 1.0, "memory_mb": 100.0, "results": {}, "remarks": [], "error": None,
        **more,
    }  # fmt: skip
