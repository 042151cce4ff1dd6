"""A batch put too at an address that fsspec knows: ``s3://``, ``sftp://``, ``file://``."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from diag360.documents.batch.running.failed import KEPT
from diag360.documents.batch.running.receipts import FOLDER, LOGS, sha256_of
from diag360.errors import Fault, Refusal
from diag360.files import write_texts

RECORD = "publie.json"
INDEX = "index.html"
_TITLE = "Adresse de sortie refusée :"
_REST = "les documents sont dans {}, et la même commande ne renverra que ce qui manque"


def is_url(text: str) -> bool:
    """Tell an address from the path of a folder."""
    return "://" in text


def check_url(url: str) -> None:
    """See at once whether an address can be written at, before anything long is done.

    Raises
    ------
    Refusal
        When fsspec, or what it needs for such an address, is not installed; or nobody answers.
    """
    _opened(url)


def publish(output: Path, url: str) -> int:
    """Put at an address what a batch has made there since the last time, its index last.

    The folder stays whole: receipts, journals and half-made notebooks stay in it alone, and a
    batch is resumed from it.

    Parameters
    ----------
    output : Path
        Folder of the batch.
    url : str
        Where its files go, under the same names.

    Returns
    -------
    int
        How many files were put.

    Raises
    ------
    Refusal
        When the address cannot be written at.
    """
    system, root = _opened(url)
    record = output / FOLDER / RECORD
    known = _known(record)
    former = known.get(url, {})
    now = {name: sha256_of(output / name) for name in _names(output)}
    sent = dict(former)
    count = 0
    try:
        for name, sha in now.items():
            if former.get(name) == sha:
                continue
            place = f"{root.rstrip('/')}/{name}"
            system.makedirs(place.rpartition("/")[0], exist_ok=True)
            system.pipe_file(place, (output / name).read_bytes())
            sent[name] = sha
            count += 1
    except Exception as error:  # each kind of address has errors of its own
        raise _refused(url, error, rest=_REST.format(output)) from error
    finally:
        if sent != former:
            told = json.dumps({**known, url: sent}, ensure_ascii=False, indent=1)
            write_texts(record.parent, {record.name: told + "\n"})
    return count


def _names(output: Path) -> list[str]:
    """Name the files that are handed over, the index last: it leads to none that is not there."""
    names = [
        path.relative_to(output)
        for path in output.rglob("*")
        if path.is_file() and not path.name.endswith(KEPT)
    ]
    shown = [
        name.as_posix()
        for name in names
        if name.parts[0] != LOGS and not any(part.startswith(".") for part in name.parts)
    ]
    return sorted(shown, key=lambda name: (name == INDEX, name))


def _known(record: Path) -> dict[str, dict[str, str]]:
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _opened(url: str) -> tuple[Any, str]:
    if find_spec("fsspec") is None:
        problem = f"« {url} » demande fsspec, qui n’est pas installé"
        remedy = 'l’installer : pip install "diag360[cluster]"'
        raise Refusal(_TITLE, [Fault("--output", "", problem, remedy)])
    from fsspec.core import url_to_fs  # type: ignore[import-untyped]

    try:
        system, root = url_to_fs(url)
        system.makedirs(root, exist_ok=True)
    except Exception as error:
        raise _refused(url, error) from error
    return system, root


def _refused(url: str, error: Exception, *, rest: str = "") -> Refusal:
    if isinstance(error, ImportError):
        problem, remedy = f"« {url} » demande un paquet de plus", f"l’installer ({error})"
    else:
        told = str(error) or type(error).__name__
        problem = f"impossible d’écrire à « {url} » ({told})"
        remedy = "vérifier l’adresse, les droits et le réseau"
    return Refusal(
        _TITLE, [Fault("--output", "", problem, f"{remedy} ; {rest}" if rest else remedy)]
    )
