"""A batch run in a process of its own, which tests kill, interrupt or fill the disk of.

``python fake_batch.py FOLDER NUMBER SECONDS [real]``: NUMBER documents of SECONDS each, two at
once; ``real`` makes diagnostics of true territories instead. Without a word: see :func:`serve`.
"""
# ruff: noqa: T201

import os
import sys
import time
from functools import partial
from pathlib import Path

from diag360.documents.batch.running.inputs import PARTS, Inputs
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.progress import Follow
from diag360.documents.batch.running.receipts import sha256_of
from diag360.documents.batch.running.run import Ran, run_batch
from diag360.documents.batch.running.stopping import Stopping
from diag360.documents.batch.running.work import Made
from diag360.documents.batch.task import Task
from diag360.documents.batch.words import tell_run
from diag360.documents.engine.pool import run_forked
from diag360.errors import Refusal
from diag360.files import write_files
from diag360.territories.perimeter import load_epci

LARGE = 200_000  # bytes of a page: long enough to be cut in the middle


def fake_tasks(number: int) -> list[Task]:
    codes = [f"{at:09d}" for at in range(1, number + 1)]
    return [Task(code, code, f"CC n° {code}", "diagnostic") for code in codes]


def real_tasks(number: int) -> list[Task]:
    names = load_epci()["name"]
    step = len(names) // number
    return [
        Task(str(code), str(code), str(name), "diagnostic", options=(("tier", "flash"),))
        for code, name in list(names.items())[::step][:number]
    ]


def fake_make(task: Task, *, output: Path, store: object, engine: str, seconds: float) -> Made:
    """Write a page and a notebook as documents are, and note that it was done."""
    folder = output / task.code
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / ".diagnostic.html.tmp"
    aside.write_bytes(task.code.encode())  # what a kill leaves
    time.sleep(seconds)
    body = (task.code * (LARGE // 9)).encode()
    paths = write_files(folder, {"diagnostic.html": body, "diagnostic.ipynb": body[:1000]})
    return Made(
        files={path.relative_to(output).as_posix(): sha256_of(path) for path in paths},
        results={"territoires": [{"territory": task.code}]},
    )


class Quick(Inputs):
    """Fingerprints of nothing: the fake documents are made from their task alone."""

    def parts_of(self, task: Task) -> dict[str, str]:
        return dict.fromkeys(PARTS, task.code)


def run(folder: str, number: str, seconds: str, kind: str = "fake") -> int:
    output, lines = Path(folder), []
    real = kind == "real"
    tasks = (real_tasks if real else fake_tasks)(int(number))
    say = partial(print, flush=True)
    with Stopping(lambda: say("arrêt demandé")) as stop:

        def follow(todo: object) -> Follow:
            say("parti")
            return Follow(len(tasks), stream=sys.stdout)

        def finish(ran: Ran) -> None:
            lines.extend(tell_run(ran, output=output))

        how = {} if real else {
            "make": partial(fake_make, seconds=float(seconds)),
            "inputs": Quick(),
            "runner": lambda calls, stop: run_forked(calls, jobs=2, timeout=60, stop=stop),
        }  # fmt: skip
        try:
            ran = run_batch(
                tasks,
                output=output,
                limits=Limits(jobs=2),
                stop=stop,
                follow=follow,
                finish=finish,
                **how,
            )
        except Refusal as refusal:
            say(refusal)
            return 1
    say(*lines, sep="\n")
    return 130 if ran.stopped else 1 if ran.failed else 0


def serve() -> None:
    """Run a batch in a process of its own for each line read; the libraries are loaded once.

    A line « folder number seconds kind » starts one, whose process is printed; an empty line
    waits for it, and prints how it ended. What it prints goes to ``<folder>.out``.
    """
    batch = 0
    for line in sys.stdin:
        if not line.strip():
            print(os.waitstatus_to_exitcode(os.waitpid(batch, 0)[1]), flush=True)
            continue
        words = line.split()
        batch = os.fork()
        if batch == 0:
            with Path(f"{words[0]}.out").open("w", encoding="utf-8") as out:
                os.dup2(out.fileno(), 1)
                os.dup2(out.fileno(), 2)
                code = 1
                try:
                    code = run(*words)
                finally:
                    sys.stdout.flush()
                    os._exit(code)
        print(batch, flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(run(*sys.argv[1:]))
    serve()
