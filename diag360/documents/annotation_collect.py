"""Notes collected from notebooks and workbooks, with what each one speaks of."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.collect import Collected, collect
from diag360.challenge.annotations.resolve import target_label
from diag360.challenge.annotations.sources import Source
from diag360.challenge.annotations.store import read_store
from diag360.challenge.annotations.target import parse_target, unknown
from diag360.documents.annotations import today
from diag360.documents.workbooks.note_comments import notes_of_workbook
from diag360.paths import notebooks_dir

OUT = Path("out")


def default_places() -> list[Path]:
    """Folders where notes are looked for: the notebooks, and the documents made here."""
    return [path for path in (notebooks_dir(), OUT) if path.is_dir()]


def collect_notes(
    paths: Sequence[Path] | None = None,
    *,
    store: Path | None = None,
    stamp: bool = True,
    on: date | None = None,
) -> tuple[Collected, dict[str, str]]:
    """Collect the notes of files into the store.

    Parameters
    ----------
    paths : sequence of Path, optional
        Notebooks, workbooks or folders; :func:`default_places` when left out.
    store : Path, optional
        Folder of the notes; ``data/annotations/`` when left out.
    stamp : bool
        Whether the id of each note is written in its notebook.
    on : datetime.date, optional
        Day of the notes that bear none; that of the command when left out.

    Returns
    -------
    collected : Collected
        What is new, what was written, what could not be read.
    labels : dict of str to str
        What each note of an event speaks of.

    Raises
    ------
    Refusal
        As :func:`diag360.challenge.annotations.collect.collect`.
    """
    catalogue, day = load_catalogue(), on or today()
    kept = read_store(store)

    def read_workbook(path: Path) -> Source:
        return notes_of_workbook(path, catalogue=catalogue, today=day, store=kept)

    collected = collect(
        default_places() if paths is None else paths,
        folder=store, catalogue=catalogue, today=day, stamp=stamp, workbook_reader=read_workbook,
    )  # fmt: skip
    return collected, _labels(collected, store=store, catalogue=catalogue)


def _labels(collected: Collected, *, store: Path | None, catalogue: Catalogue) -> dict[str, str]:
    if not collected.events:
        return {}
    told = {event.note for event in collected.events}
    return {
        name: target_label(parse_target(note.target) or unknown(note.target), catalogue=catalogue)
        for name, note in read_store(store).items()
        if name in told
    }
