"""The weight explorer as a web page: its notebook, with parameters set, behind Voilà."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from diag360.catalogue.load import load_catalogue
from diag360.documents.notebook import check_parameters
from diag360.documents.widgets.explorer_files import default_folder
from diag360.errors import Fault, Refusal
from diag360.paths import notebooks_dir, templates_dir
from diag360.scoring.scores import score
from diag360.territories.places import find_group, find_place
from diag360.territories.prepare import prepare_values

NOTEBOOK = "11_ponderations"
PORT = 8866
OPEN_DATA = "open-data"
_TITLE = "Explorateur non lancé :"
_PATIENCE = 60.0  # seconds the server may take to answer
_TO_STOP = 10.0  # seconds it may take to stop, kernels included


@dataclass(frozen=True, slots=True)
class Explorer:
    """A server that runs.

    Parameters
    ----------
    url : str
        Address of the page, on this machine alone.
    process : Popen
        The server.
    """

    url: str
    process: "subprocess.Popen[bytes]"

    def wait(self) -> None:
        """Wait until the server stops by itself."""
        self.process.wait()


def explorer_parameters(
    territory: str,
    *,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    folder: Path | None = None,
) -> dict[str, str]:
    """Check what the explorer is asked for, before anything starts.

    Parameters
    ----------
    territory : str
        Siren or name; or what names a group (:func:`diag360.find_place`).
    values : str
        ``open-data``, or the path of a CSV or of a workbook.
    framework, weights, tier : str, optional
        As for :func:`diag360.score`.
    folder : Path, optional
        Where variants are written and read; see
        :func:`diag360.documents.widgets.explorer_files.default_folder`.

    Returns
    -------
    dict of str to str
        Parameters of the notebook.

    Raises
    ------
    Refusal
        When anything given is refused, or a file says nothing of the territory.
    """
    catalogue, place = load_catalogue(), find_place(territory)
    path = None if values == OPEN_DATA else Path(values).resolve()
    ready = prepare_values(path, place=place, catalogue=catalogue)
    if ready.given.empty:
        problem = f"aucune valeur pour {place.name} ({place.siren})"
        raise Refusal(_TITLE, [Fault(values, "", problem, "ajouter ses lignes au fichier")])
    rows = ready.rows[ready.rows["territory"] == place.siren]
    scores = score(rows, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
    is_file = find_group(territory) is not None and Path(territory).is_file()
    return {
        "territory": str(Path(territory).resolve()) if is_file else place.siren,
        "values": OPEN_DATA if path is None else str(path),
        "framework": scores.framework.id,
        "weights": scores.scheme.id,
        "tier": scores.tier,
        "folder": str((folder or default_folder()).resolve()),
        "sliders": "oui",
    }


def prepared_notebook(parameters: Mapping[str, str], *, folder: Path) -> Path:
    """Write a copy of the notebook with its parameters set; nothing is executed.

    Raises
    ------
    Refusal
        When a parameter is unknown, missing or not text.
    """
    template = notebooks_dir() / f"{NOTEBOOK}.ipynb"
    check_parameters(template, parameters=parameters)
    notebook = parameterize_notebook(load_notebook_node(str(template)), dict(parameters))
    notebook.metadata["title"] = "Explorateur de poids · Diagnostic 360°"
    made = folder / f"{NOTEBOOK}.ipynb"
    made.write_text(nbformat.writes(notebook), encoding="utf-8")
    return made


@contextmanager
def running_explorer(parameters: Mapping[str, str], *, port: int = PORT) -> Iterator[Explorer]:
    """Serve the explorer until the block ends; then server and kernels are stopped.

    Parameters
    ----------
    parameters : mapping of str to str
        From :func:`explorer_parameters`.
    port : int
        Port of this machine; 0 takes a free one.

    Yields
    ------
    Explorer
        Once it answers.

    Raises
    ------
    Refusal
        When the port is taken, or the server does not start.
    """
    port = _free_port(port)
    with tempfile.TemporaryDirectory(prefix="diag360-explorer-") as aside:
        notebook = prepared_notebook(parameters, folder=Path(aside))
        log = Path(aside) / "voila.log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                _command(notebook, port=port),
                env=_environment(),
                stdout=written,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches this program alone, which then stops the server in order.
                start_new_session=True,
            )
        try:
            running = Explorer(url=f"http://127.0.0.1:{port}/", process=process)
            _wait_for(running, port=port, log=log)
            yield running
        finally:
            _stop(process)


@contextmanager
def closing_is_stopping() -> Iterator[None]:
    """Make a terminal that closes, or a polite kill, the same as Ctrl-C: no server is left."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(getattr(signal, name), handler)


def _command(notebook: Path, *, port: int) -> list[str]:
    return [
        sys.executable, "-m", "voila", str(notebook),
        f"--port={port}",
        "--Voila.ip=127.0.0.1",
        "--Voila.port_retries=0",
        "--no-browser",
        "--template=diag360",
        "--show_tracebacks=True",
        "--HTMLExporter.language_code=fr",
        # A page that is closed asks in vain for its kernel to stop (Voilà gives it no XSRF cookie):
        # kernels nobody is connected to are stopped here.
        "--MappingKernelManager.cull_interval=20",
        "--MappingKernelManager.cull_idle_timeout=60",
    ]  # fmt: skip


def _environment() -> dict[str, str]:
    """Environment where Voilà finds our template."""
    found = [str(templates_dir() / "jupyter"), os.environ.get("JUPYTER_PATH", "")]
    return {**os.environ, "JUPYTER_PATH": os.pathsep.join(filter(None, found))}


def _free_port(port: int) -> int:
    """Refuse a port that something else listens on; choose one for 0."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        if os.name == "posix":  # a port just left is free; elsewhere this would share a busy one
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            problem = f"le port « {port} » est déjà pris, ou interdit"
            remedy = "en choisir un autre (--port), ou 0 pour le premier libre"
            raise Refusal(_TITLE, [Fault("port", "", problem, remedy)]) from None
        chosen: int = tried.getsockname()[1]
    return chosen


def _wait_for(running: Explorer, *, port: int, log: Path) -> None:
    """Wait until the server answers; say what it said when it does not."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if running.process.poll() is not None:
            break
        try:
            # A page would start a kernel: a file of the template is enough to know.
            urlopen(f"http://127.0.0.1:{port}/voila/static/voila.js", timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    problem = "le serveur Voilà ne répond pas"
    raise Refusal(_TITLE, [Fault("voila", "", problem, said[-1] if said else "relancer")])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask the server to stop, so that it stops its kernels; then make sure."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
