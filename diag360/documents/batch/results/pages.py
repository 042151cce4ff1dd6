"""What the receipt of a document says to a reader: its pages, or why it was not made."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from diag360.territories.perimeter import plain

_KINDS = MappingProxyType({".html": "", ".pdf": "PDF", ".xlsx": "tableur"})
# Words of a link, in a list where the title of the page would be long.
_SHORT = MappingProxyType(
    {
        "diagnostic": "Diagnostic",
        "vulnerabilites": "Vulnérabilités",
        "collecte": "Collecte",
        "sensibilite": "Ce qui tient, ce qui bascule",
        "comparaison": "Variantes",
        "resistance": "Stress test",
    }
)
_ARTICLE = re.compile(r"^(?:de la|de l|du|des|de|d|la|le|les|l) ")  # of a name without signs
_WHY = MappingProxyType(
    {
        "valeurs": "valeurs refusées",
        "cellule": "erreur dans le carnet",
        "exception": "erreur de diag360",
        "ecriture": "écriture impossible",
        "delai": "temps dépassé",
        "memoire": "mémoire dépassée",
        "mort": "processus arrêté par le système",
        "arret": "lot interrompu avant lui",
    }
)


@dataclass(frozen=True, slots=True)
class Page:
    """A file a reader opens.

    Parameters
    ----------
    label : str
        « Diagnostic », « PDF »…
    href : str
        Relative to the folder of the batch.
    """

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that was not made.

    Parameters
    ----------
    code, name : str
        Territory.
    document : str
        Title of the document.
    why, message : str
        Sort of failure, and what was said, in French.
    pages : tuple of Page
        Partial notebook and log, when they are there.
    """

    code: str
    name: str
    document: str
    why: str
    message: str
    pages: tuple[Page, ...] = ()


def title_of(document: str) -> str:
    """Words of a document of a batch, short enough for a link."""
    return _SHORT.get(document, document)


def sort_name(name: str) -> str:
    """Give what a name is ranked by: its words without accents, its nature last."""
    words = plain(name)
    first, _, rest = words.partition(" ")
    if first not in ("cc", "ca", "cu") or not rest:
        return words
    return f"{_ARTICLE.sub('', rest)} {first}"


def pages_of(receipt: Mapping[str, Any]) -> list[Page]:
    """Give the pages and other files of a document, the page first."""
    title = title_of(str(receipt["document"]))
    made = []
    for file in sorted(receipt.get("files", {}), key=lambda one: (not one.endswith(".html"), one)):
        path = PurePosixPath(str(file))
        if path.suffix in _KINDS:
            kind = _KINDS[path.suffix]
            made.append(Page(f"{title} ({kind})" if kind else title, quote(str(path))))
    return made


def failed_of(receipt: Mapping[str, Any], *, folder: Path | None) -> Failed:
    """Say why a document was not made; its log is looked for in the folder of the batch."""
    error = receipt.get("error") or {}
    code, document = str(receipt["code"]), str(receipt["document"])
    pages = []
    partial = str(error.get("notebook") or "")
    if partial and folder is not None and Path(partial).is_relative_to(folder):
        partial = Path(partial).relative_to(folder).as_posix()
    if partial and not PurePosixPath(partial).is_absolute():
        pages.append(Page("carnet partiel", quote(partial)))
    log = f"journal/{code}.{document}.log"
    if folder is not None and (folder / log).exists():
        pages.append(Page("journal", quote(log)))
    why = _WHY.get(str(error.get("kind") or "arret"), "erreur")
    message = str(error.get("message") or "").strip().replace(_home(folder), "")
    name = str(receipt.get("name") or code)
    return Failed(code, name, title_of(document), why, message, tuple(pages))


def _home(folder: Path | None) -> str:
    """Start of the paths of the manifest's folder, which is the business of who made the batch."""
    if folder is None:
        return "\0"
    with suppress(OSError, UnicodeDecodeError):
        manifest = (folder / ".lot" / "manifeste").read_text(encoding="utf-8").strip()
        return f"{Path(manifest).parent}{os.sep}"
    return "\0"
