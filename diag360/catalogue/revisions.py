"""A catalogue as it stands in a folder, or as it stood at a git revision."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir

_TITLE = "Version du catalogue refusée :"


def open_revision(name: str) -> Catalogue:
    """Load the catalogue of a folder, or of a git revision of the project.

    Parameters
    ----------
    name : str
        Folder holding ``catalogue.yaml`` (or ``data/catalogue/catalogue.yaml``), or anything git
        takes for a commit: ``HEAD~3``, a tag, a hash.

    Returns
    -------
    Catalogue
        Read with today's code: a key that has since been retired is refused.

    Raises
    ------
    Refusal
        When there is no such folder or revision, or when its catalogue is refused.
    """
    for folder in (Path(name), Path(name) / "data" / "catalogue"):
        if (folder / "catalogue.yaml").is_file():
            return load_catalogue(folder)
    project = data_dir().parent
    command = ["git", "-C", str(project), "archive", "--format=tar", name, "data/catalogue"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        problem = f"« {name} » n’est pas un dossier de catalogue, et git n’est pas installé"
        raise Refusal(_TITLE, [Fault(name, "", problem, "donner un dossier")]) from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        problem = f"« {name} » n’est ni un dossier de catalogue, ni une révision de {project}"
        remedy = f"donner un dossier, ou une révision que git connaît ({' '.join(reason)})"
        raise Refusal(_TITLE, [Fault(name, "", problem, remedy)])
    with tempfile.TemporaryDirectory(prefix="diag360-") as aside:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(aside, filter="data")
        return load_catalogue(Path(aside) / "data" / "catalogue")
