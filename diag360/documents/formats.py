"""A document in other formats: PDF printed by a browser, workbook of results."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.documents.workbooks.published_workbook import write_published
from diag360.errors import Fault, Refusal
from diag360.files import write_files

_TITLE = "PDF refusé :"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
             "msedge", "microsoft-edge")  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_STAMP = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")
_OPTIONS = (
    "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
    "--disable-sync", "--disable-component-update", "--no-first-run", "--no-pdf-header-footer",
    "--disable-dev-shm-usage",
    # No network at all: a page holds everything it shows.
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
)  # fmt: skip


def find_chromium() -> Path | None:
    """Find a browser that prints to PDF: on the path, or where installers put it."""
    for name in _BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    return next((Path(place) for place in _PLACES if Path(place).is_file()), None)


def chromium_fault() -> Fault | None:
    """Say that no browser prints to PDF here, and how to have one; None when there is one."""
    if find_chromium() is not None:
        return None
    return Fault(
        "formats",
        "",
        "« pdf » demande le navigateur Chromium, Chrome ou Edge, introuvable ici",
        "l’installer (sous Debian ou Ubuntu : sudo apt install chromium), ou retirer « pdf »",
    )


def pdf_of(html: Path, *, timeout: float = 120.0, day: date | None = None) -> Path:
    """Print a page to PDF beside it, with a headless browser and no network.

    Parameters
    ----------
    html : Path
        Self-contained page.
    timeout : float
        After which the browser is stopped [s].
    day : date, optional
        Day of making written in the file, so that the same page gives the same bytes; 1 January
        2000 when left out, never that of the clock.

    Returns
    -------
    Path
        ``<name>.pdf``, in the same folder; whole or absent.

    Raises
    ------
    Refusal
        When there is no browser, it fails or it takes too long.
    """
    browser = find_chromium()
    if browser is None:
        fault = chromium_fault()
        assert fault is not None
        raise Refusal(_TITLE, [fault])
    with tempfile.TemporaryDirectory(prefix="diag360-pdf-", ignore_cleanup_errors=True) as aside:
        made = Path(aside) / "page.pdf"
        command = [str(browser), *_OPTIONS, *_sandbox(), f"--user-data-dir={aside}/profile",
                   f"--print-to-pdf={made}", html.resolve().as_uri()]  # fmt: skip
        try:
            ran = subprocess.run(command, capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            problem = f"le navigateur n’a pas fini en {timeout:g} s"
            remedy = "relancer, ou retirer « pdf »"
            raise Refusal(_TITLE, [Fault(html.name, "", problem, remedy)]) from None
        content = made.read_bytes() if made.is_file() else b""
    if not content.startswith(b"%PDF"):
        last = ran.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        problem = f"le navigateur a échoué « {' '.join(last)[:200]} »"
        raise Refusal(_TITLE, [Fault(html.name, "", problem, f"essayer {browser} à la main")])
    stamp = (day or date(2000, 1, 1)).strftime("%Y%m%d000000").encode("ascii")
    # As many digits as before: nothing moves in the file.
    content = _STAMP.sub(rb"\g<1>" + stamp, content)
    return write_files(html.parent, {f"{html.stem}.pdf": content})[0]


def _sandbox() -> tuple[str, ...]:
    """The browser refuses its own sandbox to the superuser, as in a container."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ("--no-sandbox",) if root else ()


def xlsx_of(
    rows: pd.DataFrame, *, territory: str, catalogue: Catalogue, output: Path,
    notes: Iterable[Note] = (),
) -> Path:  # fmt: skip
    """Write the workbook of results of a territory, scored by live formulas.

    Parameters
    ----------
    rows : DataFrame
        Prepared values of the territory (``asked.ready.rows``).
    territory : str
        Its code.
    catalogue : Catalogue
        Gives labels, bounds and units.
    output : Path
        Folder of the territory.
    notes : iterable of Note
        Notes of experts: the public ones go beside what they are about.

    Returns
    -------
    Path
        ``<territory>-diag360-1.3.5.xlsx``.

    Raises
    ------
    Refusal
        As :func:`diag360.documents.workbooks.published_workbook.write_published`.
    """
    return write_published(rows, territory=territory, catalogue=catalogue, output=output,
                           notes=notes)  # fmt: skip
