"""Writing without half-written files: aside first, then renamed."""

import errno
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from diag360.errors import Fault, Refusal


def write_texts(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write several files; none takes its place before all are whole.

    Parameters
    ----------
    folder : Path
        Where to write; made when it does not exist.
    texts : mapping of str to str
        Content by file name, written in UTF-8 with Unix line ends.

    Returns
    -------
    list of Path
        Files written, in order.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    asides = [folder / f".{name}.tmp" for name in texts]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for aside, text in zip(asides, texts.values(), strict=True):
            aside.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(text, encoding="utf-8", newline="\n")
        return [aside.replace(folder / name) for aside, name in zip(asides, texts, strict=True)]
    except OSError as error:
        title = "Écriture refusée :"
        fault = Fault(str(folder), "", why(error), "choisir un autre dossier")
        raise Refusal(title, [fault]) from None
    finally:
        for aside in asides:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


_REASONS = {
    errno.EACCES: "droits d’écriture insuffisants",
    errno.EPERM: "droits d’écriture insuffisants",
    errno.EROFS: "ce disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENOTDIR: "un fichier se trouve là où il faut un dossier",
    errno.ENAMETOOLONG: "le chemin est trop long",
}


def why(error: OSError) -> str:
    """Say in French why something could not be written."""
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return f"impossible d’y écrire ({reason})"
