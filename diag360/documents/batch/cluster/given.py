"""Files that the caller names, put on the machine that needs them; no trace of it in documents."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diag360.documents.batch.running.inputs import digest
from diag360.documents.kept_cells import fingerprint
from diag360.errors import Fault, Refusal
from diag360.files import write_files

ABSENT, FILE, FOLDER = "absent", "fichier", "dossier"
_UNSEEN = {"__pycache__", ".ipynb_checkpoints"}
_TEXTS = {".csv", ".html", ".ipynb", ".json"}  # formats that may tell a path
_ODD = set("\"'\\<>&\n\r\t")  # written otherwise in a page or a notebook


@dataclass(frozen=True, slots=True)
class Given:
    """A file or a folder of the caller.

    Parameters
    ----------
    path : str
        Absolute, as the caller says it.
    kind : {"absent", "fichier", "dossier"}
        What is there.
    sha256 : str
        Of the content.
    files : mapping of str to bytes
        Content by path below the folder; under its own name for a file.
    """

    path: str
    kind: str
    sha256: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """Size of the whole [bytes]."""
        return sum(map(len, self.files.values()))


def take(path: str) -> Given:
    """Read a file or a folder of the caller.

    Raises
    ------
    Refusal
        When it is there but cannot be read.
    """
    place = Path(path)
    try:
        if place.is_dir():
            kind, files = FOLDER, {
                one.relative_to(place).as_posix(): one.read_bytes()
                for one in sorted(place.rglob("*"))
                if one.is_file() and not _UNSEEN.intersection(one.parts)
            }  # fmt: skip
        elif place.exists():
            kind, files = FILE, {place.name: place.read_bytes()}
        else:
            kind, files = ABSENT, {}
    except OSError as error:
        title = "Envoi refusé :"
        problem = f"« {path} » ne se lit pas ({error.strerror or error})"
        remedy = "vérifier les droits de lecture"
        raise Refusal(title, [Fault("--cluster", "", problem, remedy)]) from None
    contents = (f"{name}={hashlib.sha256(body).hexdigest()}" for name, body in files.items())
    return Given(path, kind, digest([kind, *contents]), files)


def _plain(folder: str) -> bool:
    """Tell whether a folder is written in the same way everywhere."""
    return folder.startswith("/") and not _ODD.intersection(folder)


class Placed:
    """Where the files of a caller are on this machine, and how documents are to tell of them.

    A file found at the place the caller says, with the same content, is read there: a disk that
    machines share. Any other is written below a folder of this machine; documents then tell the
    folder of the caller, byte for byte.

    Parameters
    ----------
    given : iterable of Given
        Files of the caller.
    folder : Path
        Where to write them.

    Raises
    ------
    Refusal
        When the name of a folder of the caller cannot be told back safely.
    """

    def __init__(self, given: Iterable[Given], *, folder: Path) -> None:
        self.places: dict[str, str] = {}
        self._back: dict[str, str] = {}
        faults = []
        for number, one in enumerate(given):
            try:
                same = take(one.path).sha256 == one.sha256
            except Refusal:
                same = False
            if same:
                continue
            there, name = one.path.rpartition("/")[::2]
            if not _plain(there):
                problem = f"le dossier « {there or one.path} » a un nom à caractères spéciaux"
                remedy = "choisir un dossier sans guillemets ni signes < > & \\"
                faults.append(Fault("--cluster", "", problem, remedy))
                continue
            here = folder / f"recu-{number}-{one.sha256[:12]}"
            place = here / name
            if one.kind == FOLDER:
                place.mkdir(parents=True, exist_ok=True)
                write_files(place, one.files)
            elif one.kind == FILE:
                write_files(here, one.files)
            self.places[one.path] = str(place)
            self._back[str(here)] = there
        if faults:
            title = "Document refusé :"
            raise Refusal(title, faults)

    def tell(self, here: Path, there: str) -> None:
        """Tell another folder of this machine as the caller names it, where it can be."""
        if _plain(there):
            self._back[str(here)] = there

    def text(self, text: str) -> str:
        """Tell a text as the caller would read it."""
        for here, there in self._back.items():
            text = text.replace(here, there)
        return text

    def content(self, name: str, content: bytes) -> bytes:
        """Tell the content of a file as it would be had it been made by the caller."""
        told = content
        if Path(name).suffix in _TEXTS:
            for here, there in self._back.items():
                told = told.replace(here.encode(), there.encode())
        return self._stamped(content, told) if name.endswith(".ipynb") and told != content else told

    def _stamped(self, made: bytes, told: bytes) -> bytes:
        """Tell again the fingerprints of the cells that tell a folder: they are not retouched."""
        for cell in json.loads(made)["cells"]:
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            before, after = fingerprint(source), fingerprint(self.text(source))
            if before != after:
                stamp = '"{}": "{}"'.format
                former, now = stamp(cell.get("id"), before), stamp(cell.get("id"), after)
                told = told.replace(former.encode(), now.encode())
        return told

    def value(self, value: Any) -> Any:
        """Tell the texts of lists and mappings as the caller would read them."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return type(value)(self.value(one) for one in value)
        if isinstance(value, dict):
            return {key: self.value(one) for key, one in value.items()}
        return value
