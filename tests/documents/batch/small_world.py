"""A small world for batches: all that documents are made from, in a few files one can change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from diag360.documents.batch.running.inputs import Inputs
from diag360.documents.batch.running.receipts import sha256_of
from diag360.documents.batch.running.run import Ran, run_batch
from diag360.documents.batch.running.work import Made
from diag360.documents.batch.task import Task
from diag360.documents.brand import Brand
from diag360.documents.engine.calls import Call, Outcome, failure_of
from diag360.errors import Refusal
from diag360.files import write_texts

FILES = {
    "code/diag360.py": "1",
    "notebooks/30_diagnostic.ipynb": "{}",
    "templates/page/index.html.j2": "<p>",
    "data/catalogue/catalogue.yaml": "version: 1",
    "data/values/open-data.csv": "territory,indicator,value\n1,a,2\n2,a,3\n",
    "data/exposure/proxies.csv": "a",
    "data/exposure/1.yaml": "a",
    "data/territories/epci.csv": "a",
    "data/annotations/n-1.yaml": "a",
    "own/values.csv": "a",
    "own/ratings.yaml": "a",
    "own/logo.png": "a",
    "own/members.csv": "a",
    "own/variant.yaml": "a",
}


@dataclass
class World:
    root: Path
    made: list[str] = field(default_factory=list)
    fail: dict[str, BaseException] = field(default_factory=dict)
    value: str = "page"
    others: tuple[str, ...] = ()

    @property
    def output(self) -> Path:
        return self.root / "lot"

    def task(self, code: str, *, files: bool = False, **given: object) -> Task:
        own = self.root / "own"
        options = {"values": str(own / "values.csv"), "exposure": str(own / "ratings.yaml")}
        return Task(
            **{
                "code": code,
                "territory": code,
                "name": f"CC {code}",
                "document": "diagnostic",
                "options": tuple(sorted(options.items())) if files else (),
                "brand": Brand("Agence", own / "logo.png") if files else None,
                **given,
            }  # type: ignore[arg-type]
        )

    def run(self, *tasks: Task, **how: object) -> Ran:
        self.made.clear()
        return run_batch(
            tasks,
            output=self.output,
            make=self.make,
            runner=here,
            inputs=Inputs(self.root / "code"),
            **how,  # type: ignore[arg-type]
        )

    def make(self, task: Task, *, output: Path, store: object, engine: str) -> Made:
        self.made.append(task.key)
        if task.key in self.fail:
            raise self.fail[task.key]
        files = {"diagnostic.html": self.value, "diagnostic.ipynb": f"{self.value} ipynb"}
        files |= {name: f"{self.value} {name}" for name in self.others}
        paths = write_texts(output / task.code, files)
        found = {path.relative_to(output).as_posix(): sha256_of(path) for path in paths}
        return Made(found, {"territoires": [{"territory": task.code, "score": None}]}, ("à voir",))

    def change(self, name: str, text: str = "changé") -> None:
        (self.root / name).write_text(text, encoding="utf-8")


def here(calls: Iterator[Call], stop: Callable[[], bool]) -> Iterator[Outcome]:
    """Do calls one after the other in this process."""
    for call in calls:
        if stop():
            return
        try:
            yield Outcome(call.key, call.work(), None, 1.5, 1.0, 100.0)
        except (Refusal, ValueError, OSError) as error:
            yield Outcome(call.key, None, failure_of(error), 1.5, 1.0, 100.0)


def make_world(root: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    module = "diag360.documents.batch.running.inputs"
    for name, folder in (
        ("data_dir", root / "data"),
        ("notebooks_dir", root / "notebooks"),
        ("templates_dir", root / "templates"),
        ("open_data_path", root / "data" / "values" / "open-data.csv"),
    ):
        monkeypatch.setattr(f"{module}.{name}", lambda folder=folder: folder)
    return World(root)
