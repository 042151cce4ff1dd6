"""The notes kept in ``data/annotations/``: one YAML file per note, read strictly, written whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from diag360.catalogue.faults import validate
from diag360.catalogue.strict_yaml import read_yaml
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.note_yaml import note_text_yaml
from diag360.errors import Fault, Refusal
from diag360.files import write_texts
from diag360.paths import data_dir

_TITLE = "Notes refusées :"


@dataclass(frozen=True, slots=True)
class Stored:
    """The notes that could be read, by id, and what is wrong with the others."""

    notes: dict[str, Note]
    faults: tuple[Fault, ...]


def annotations_dir() -> Path:
    """Folder of the shipped notes."""
    return data_dir() / "annotations"


def scan_store(folder: Path | None = None) -> Stored:
    """Read every note one can; a document is made even when one of them is broken.

    Parameters
    ----------
    folder : Path, optional
        ``data/annotations/`` when not given; one that does not exist holds no note. Only files
        named ``n-….yaml`` are notes.

    Returns
    -------
    Stored
        Notes in the order of their ids, and every fault.
    """
    notes: dict[str, Note] = {}
    faults: list[Fault] = []
    where = annotations_dir() if folder is None else folder
    for path in sorted(where.glob("n-*.yaml")):
        data, fault = read_yaml(path, name=path.name)
        if fault:
            faults.append(fault)
            continue
        note, wrong = validate(Note, data, file=path.name)
        given = data.get("id")
        if isinstance(given, str) and given != path.stem:
            problem = f"« {given} » n’est pas le nom du fichier"
            remedy = f"écrire « {path.stem} » ou renommer le fichier"
            wrong.append(Fault(path.name, "id", problem, remedy))
        faults += wrong
        if note is not None and not wrong:
            notes[note.id] = note
    return Stored(notes, tuple(faults))


def read_store(folder: Path | None = None) -> dict[str, Note]:
    """Read every note, or say all that is wrong.

    Parameters
    ----------
    folder : Path, optional
        As for :func:`scan_store`.

    Returns
    -------
    dict of str to Note
        By id, in their order.

    Raises
    ------
    Refusal
        With every fault of every file.
    """
    stored = scan_store(folder)
    if stored.faults:
        raise Refusal(_TITLE, stored.faults)
    return stored.notes


def write_notes(folder: Path | None, notes: Iterable[Note]) -> list[Path]:
    """Write notes, each in its file; none takes its place before all are whole.

    Parameters
    ----------
    folder : Path, optional
        ``data/annotations/`` when not given; made when it does not exist.
    notes : iterable of Note
        Those to write; the other files stay as they are.

    Returns
    -------
    list of Path
        Files written, in order.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    where = annotations_dir() if folder is None else folder
    return write_texts(where, {note.file: note_text_yaml(note) for note in notes})


def changed_notes(before: Mapping[str, Note], after: Mapping[str, Note]) -> list[Note]:
    """List the notes that are new, or no longer what they were, in the order of their ids."""
    return [after[name] for name in sorted(after) if before.get(name) != after[name]]
