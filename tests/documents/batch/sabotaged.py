"""A batch of true documents of which five are sabotaged, each in its way.

``python sabotaged.py FOLDER NUMBER``: the first five of NUMBER territories are.
"""
# ruff: noqa: T201

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
from fake_batch import real_tasks

from diag360.documents import runs
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.run import Ran, run_batch
from diag360.documents.batch.running.work import Made, make_one
from diag360.documents.batch.task import Task
from diag360.documents.batch.words import tell_run
from diag360.paths import notebooks_dir

TRAPS = {
    2: "raise ValueError('mûre')",
    3: "import time\nfor _ in range(10**6):\n    time.sleep(0.1)",
    4: "held = [bytearray(10**8) for _ in range(100)]",
}
TIMEOUT, MEMORY = 20, 600


def sabotage(tasks: list[Task], folder: Path) -> list[Task]:
    broken = folder / "cassé.csv"
    code = tasks[1].code
    broken.write_text(f"territory,indicator,value\n{code},bv1_i01,cerise\n", encoding="utf-8")
    for at, path in ((0, folder / "absent.csv"), (1, broken)):
        options = (*tasks[at].options, ("values", str(path)))
        tasks[at] = replace(tasks[at], options=tuple(sorted(options)))
    return tasks


def main(place: str, number: str) -> int:
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    tasks = sabotage(real_tasks(int(number)), folder)
    traps = {tasks[at].code: source for at, source in TRAPS.items()}

    def make(task: Task, **how: object) -> Made:
        # In a process of its own: nothing of this is seen by the others.
        if task.code in traps:
            own = folder / f"carnets-{task.code}"
            shutil.copytree(notebooks_dir(), own, dirs_exist_ok=True)
            notebook = nbformat.read(own / "30_diagnostic.ipynb", as_version=4)
            cell = nbformat.v4.new_code_cell(traps[task.code], id="piege")
            notebook.cells.insert(4, cell)
            nbformat.write(notebook, own / "30_diagnostic.ipynb")
            runs.notebooks_dir = lambda: own
        return make_one(task, **how)

    lines: list[str] = []

    def finish(ran: Ran) -> None:
        lines.extend(tell_run(ran, output=folder / "lot"))

    limits = Limits(jobs=2, timeout=TIMEOUT, memory_mb=MEMORY)
    ran = run_batch(tasks, output=folder / "lot", limits=limits, make=make, finish=finish)
    print(*lines, sep="\n")
    return 1 if ran.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
