"""What a worker of a test makes: found there by the name of this module."""

import sys
from pathlib import Path

from diag360.documents.batch.running.receipts import sha256_of
from diag360.documents.batch.running.work import Made
from diag360.documents.batch.task import Task
from diag360.errors import Refusal
from diag360.files import write_files


def tell(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def told_make(task: Task, *, output: Path, store: object, engine: str) -> Made:
    """Tell where the values are, what they hold, and what the former notebook held."""
    values = Path(dict(task.options)["values"])
    former = output / task.code / "diagnostic.ipynb"
    held = former.read_text(encoding="utf-8") if former.is_file() else ""
    if values.name == "refus.csv":
        raise Refusal(f"Valeurs refusées dans {values}, rien dans {output} :", [])
    page = f"{values}\n{values.read_text(encoding='utf-8')}\n".encode()
    paths = write_files(
        output / task.code, {"diagnostic.html": page, "diagnostic.ipynb": f"{held}+".encode()}
    )
    tell(f"journal de {task.code}, {values}")
    return Made(
        files={path.relative_to(output).as_posix(): sha256_of(path) for path in paths},
        remarks=(f"{values}, ligne 1",),
    )
