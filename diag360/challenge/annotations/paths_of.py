"""Where notes may be: notebooks and workbooks below the folders one names."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from diag360.errors import Fault, Refusal

NOTEBOOK = ".ipynb"
WORKBOOKS = (".xlsx", ".xlsm", ".ods")


def find_files(paths: Sequence[Path], *, workbooks: bool = False) -> list[tuple[str, Path]]:
    """Find the files that may hold notes.

    Parameters
    ----------
    paths : sequence of Path
        Files, and folders, searched all the way down; hidden folders (``.ipynb_checkpoints``) and
        the locks of an office suite are left aside there.
    workbooks : bool
        Whether workbooks are looked for too.

    Returns
    -------
    list of (str, Path)
        In order, each file once, with a name that no other has and that does not depend on where
        the command was run: its folder and its own, or more of its path when that is not enough.

    Raises
    ------
    Refusal
        Naming every path that does not exist or is of no known sort.
    """
    suffixes = (NOTEBOOK, *(WORKBOOKS if workbooks else ()))
    faults = [
        Fault(str(path), "", "ce chemin n’existe pas", "vérifier le chemin")
        if not path.exists()
        else Fault(str(path), "", f"« {path.suffix or path.name} » n’est pas lu", remedy)
        for remedy in [f"donner un dossier ou un fichier {', '.join(suffixes)}"]
        for path in paths
        if not path.is_dir() and not (path.is_file() and path.suffix in suffixes)
    ]
    if faults:
        title = "Collecte refusée :"
        raise Refusal(title, faults)
    found = dict.fromkeys(
        inside.resolve() for path in paths for inside in _files(path, suffixes=suffixes)
    )
    return _named(sorted(found))


def _files(path: Path, *, suffixes: Sequence[str]) -> Iterable[Path]:
    if path.is_file():
        return [path]
    below = (inside.relative_to(path) for inside in path.rglob("*"))
    return [
        path / one
        for one in below
        if one.suffix in suffixes
        and not any(part.startswith((".", "~$")) for part in one.parts)
        and (path / one).is_file()
    ]


def _named(found: Sequence[Path]) -> list[tuple[str, Path]]:
    names = dict.fromkeys(found, 2)
    while True:
        told = {path: "/".join(path.parts[-names[path] :]) for path in found}
        twice = [p for p in found if list(told.values()).count(told[p]) > 1]
        longer = [path for path in twice if names[path] < len(path.parts)]
        if not longer:
            return [(told[path], path) for path in found]
        for path in longer:
            names[path] += 1
