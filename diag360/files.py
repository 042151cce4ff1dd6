"""Writing without half-written files: aside first, then renamed."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from diag360.errors import Fault, Refusal

_REASONS = {
    errno.EACCES: "droits d’écriture insuffisants",
    errno.EPERM: "droits d’écriture insuffisants",
    errno.EROFS: "ce disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENOTDIR: "un fichier se trouve là où il faut un dossier",
    errno.ENAMETOOLONG: "le chemin est trop long",
}


def write_texts(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write several files; none takes its place before all are whole.

    Parameters
    ----------
    folder : Path
        Where to write; made when it does not exist.
    texts : mapping of str to str
        Content by file name, or path below the folder, written in UTF-8 with Unix line ends.

    Returns
    -------
    list of Path
        Files written, in order.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    return write_files(folder, {name: text.encode("utf-8") for name, text in texts.items()})


def write_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write several files; none takes its place before all are whole.

    Parameters
    ----------
    folder : Path
        Where to write; made when it does not exist.
    files : mapping of str to bytes
        Content by file name, or path below the folder.

    Returns
    -------
    list of Path
        Files written, in order.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    places = [folder / name for name in files]
    asides = [place.with_name(f".{place.name}.tmp") for place in places]
    try:
        with writing_in(folder):
            for aside, content in zip(asides, files.values(), strict=True):
                aside.parent.mkdir(parents=True, exist_ok=True)
                aside.write_bytes(content)
            return [aside.replace(place) for aside, place in zip(asides, places, strict=True)]
    finally:
        for aside in asides:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


@contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Turn a failure to write (rights, full disk, a file in the way) into a refusal.

    Raises
    ------
    Refusal
        Naming the folder and, in French, the reason.
    """
    try:
        yield
    except OSError as error:
        title = "Écriture refusée :"
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        problem = f"impossible d’y écrire ({reason})"
        raise Refusal(
            title, [Fault(str(folder), "", problem, "choisir un autre dossier (--output)")]
        ) from None
