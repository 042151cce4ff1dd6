"""What a document is made from, as fingerprints: what they share once, what is its own cheaply."""

import csv
import hashlib
import json
import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from diag360._version import __version__
from diag360.challenge.annotations.store import scan_store
from diag360.challenge.annotations.target import parse_target
from diag360.documents.batch.running.receipts import sha256_of
from diag360.documents.batch.task import Task
from diag360.documents.notes import NONE, SHIPPED
from diag360.documents.runs import OPEN_DATA
from diag360.paths import data_dir, notebooks_dir, templates_dir
from diag360.territories.values import open_data_path
from diag360.vulnerability.prepare import NONE as NO_RATINGS

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "code": "le code de diag360 a changé",
        "libraries": "les bibliothèques Python ont changé",
        "notebooks": "les carnets ont changé",
        "templates": "les gabarits des pages ont changé",
        "catalogue": "le catalogue a changé",
        "values": "les valeurs ont changé",
        "exposure": "les cotations des aléas ont changé",
        "perimeters": "les périmètres ont changé",
        "annotations": "les notes d’experts ont changé",
        "request": "la demande a changé (options, formats ou marque)",
    }
)
LIBRARIES = ("jinja2", "matplotlib", "mistune", "nbconvert", "nbformat", "networkx", "nh3",
              "numpy", "pandas", "papermill", "pydantic", "scipy", "seaborn")  # fmt: skip
_UNSEEN = {"__pycache__", ".ipynb_checkpoints"}
_WHOLE = {"comparaison"}  # documents that look at every territory of the open data


class Inputs:
    """Fingerprints of what documents are made from, those they share being computed once.

    Parameters
    ----------
    package : Path, optional
        Folder of the code; the one that runs by default.
    """

    def __init__(self, package: Path | None = None) -> None:
        self._package = package or Path(__file__).resolve().parents[2]
        self._files: dict[str, str] = {}
        self._notes: dict[str, dict[str, list[str]]] = {}

    def parts_of(self, task: Task) -> dict[str, str]:
        """Fingerprint all that a document is made from.

        Parameters
        ----------
        task : Task
            The document.

        Returns
        -------
        dict of str to str
            By name in ``PARTS``. What cannot be read is fingerprinted as such: the document will
            say why it cannot be made.
        """
        options = dict(task.options)
        return {
            **self._shared,
            "values": self._values(task, options.get("values", OPEN_DATA)),
            "exposure": self._exposure(task, options.get("exposure", OPEN_DATA)),
            "perimeters": self._with_files(self._perimeters, task.territory),
            "annotations": self._annotations(task, options.get("annotations", SHIPPED)),
            "request": self._request(task),
        }

    @cached_property
    def _shared(self) -> dict[str, str]:
        libraries = [f"{name} {version(name)}" for name in LIBRARIES]
        return {
            "code": digest([__version__, _tree(self._package, "*.py")]),
            "libraries": digest([platform.python_version(), *libraries]),
            "notebooks": _tree(notebooks_dir(), "*.ipynb"),
            "templates": _tree(templates_dir()),
            "catalogue": _tree(data_dir() / "catalogue"),
        }

    @cached_property
    def _perimeters(self) -> str:
        return _tree(data_dir() / "territories")

    @cached_property
    def _opened(self) -> dict[str, str]:
        """Fingerprint of the open data of each territory; that of all of it under ``""``."""
        lines: dict[str, list[str]] = defaultdict(list)
        path = open_data_path()
        if not path.is_file():
            return {"": ""}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                lines[row[0] if row else ""].append("\x1f".join(row))
        head = "\x1e".join(next(iter(lines.values())))
        return {code: digest([head, *rows]) for code, rows in lines.items()} | {"": sha256_of(path)}

    @cached_property
    def _ratings(self) -> str:
        """Fingerprint of the statistics of hazards, and of what is not one territory's file."""
        return _tree(data_dir() / "exposure", "*.csv")

    def _values(self, task: Task, given: str) -> str:
        # A group takes the values of its members, a file is judged against those of all.
        own = given == OPEN_DATA and task.territory == task.code and task.document not in _WHOLE
        opened = self._opened.get(task.code, "") if own else self._opened[""]
        return digest([opened, "" if given == OPEN_DATA else self._file(given)])

    def _exposure(self, task: Task, given: str) -> str:
        if given == NO_RATINGS:
            return digest([given])
        file = data_dir() / "exposure" / f"{task.code}.yaml" if given == OPEN_DATA else given
        return digest([self._ratings, self._file(str(file))])

    def _annotations(self, task: Task, given: str) -> str:
        """Fingerprint the notes that a document may show: public, of its territory or of none."""
        if given == NONE:
            return digest([given])
        if given not in self._notes:
            self._notes[given] = _notes(
                data_dir() / "annotations" if given == SHIPPED else Path(given)
            )
        notes = self._notes[given]
        return digest([*notes[""], *notes.get(task.code, ())])

    def _request(self, task: Task) -> str:
        brand = None if task.brand is None else {
            **asdict(task.brand),
            "logo": "" if task.brand.logo is None else self._file(str(task.brand.logo)),
        }  # fmt: skip
        told = [task.key, task.territory, task.name, task.options, task.formats, brand]
        variants = dict(task.options).get("variants", "")
        return self._with_files(json.dumps(told, ensure_ascii=False), variants)

    def _with_files(self, start: str, named: str) -> str:
        """Add the files that a text names, when it names any."""
        words = named.split(" ; ")
        return digest([start, *(self._file(word) for word in words if Path(word).is_absolute())])

    def _file(self, path: str) -> str:
        if path not in self._files:
            self._files[path] = sha256_of(Path(path))
        return self._files[path]


def digest(texts: Iterable[str]) -> str:
    """Fingerprint several texts, the borders between them included."""
    made = hashlib.sha256()
    for text in texts:
        made.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def whole(parts: Mapping[str, str]) -> str:
    """Fingerprint all parts as one."""
    return digest(f"{name}={sha}" for name, sha in sorted(parts.items()))


def _notes(folder: Path) -> dict[str, list[str]]:
    """Notes of a store that documents show, by territory; those that speak of none under ``""``."""
    stored = scan_store(folder).notes
    found: dict[str, list[str]] = {"": []}
    for path in sorted(folder.glob("n-*.yaml")):
        note = stored.get(path.stem)  # none when it cannot be read, which documents say
        if note is None or note.visibility == "public":
            target = parse_target(note.target) if note else None
            place = target.territory if target else ""
            found.setdefault(place, []).append(f"{path.name}={sha256_of(path)}")
    return found


def _tree(folder: Path, pattern: str = "*") -> str:
    """Fingerprint the files of a folder and of those below: names and contents."""
    paths = sorted(
        path
        for path in folder.rglob(pattern)
        if path.is_file()
        and "__pycache__" not in path.parts
        and ".ipynb_checkpoints" not in path.parts
    )
    return digest(f"{path.relative_to(folder).as_posix()}={sha256_of(path)}" for path in paths)
