"""What every document shares: what it is asked for, checked before; the run, put in place whole."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.documents.notebook import keep_partial, run_notebook
from diag360.documents.render import render_html
from diag360.errors import Fault, Refusal
from diag360.files import write_texts, writing_in
from diag360.paths import notebooks_dir
from diag360.scoring.scores import Scores, score
from diag360.territories.guard import Finding
from diag360.territories.perimeter import Territory
from diag360.territories.places import find_group, find_place
from diag360.territories.prepare import Prepared, prepare_values
from diag360.territories.workbook.remarks import Remark

OPEN_DATA = "open-data"


@dataclass(frozen=True, slots=True)
class Report:
    """Where a document and its executed notebook were written, and what to beware of."""

    html: Path
    notebook: Path
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document is asked for, every part of it accepted.

    Parameters
    ----------
    catalogue : Catalogue
        The shipped one.
    place : Territory
        Whose document it is.
    ready : Prepared
        Its values.
    scores : Scores
        Their scores.
    parameters : dict of str to str
        Those that every notebook of a territory takes.
    """

    catalogue: Catalogue
    place: Territory
    ready: Prepared
    scores: Scores
    parameters: dict[str, str]

    def report(self, written: tuple[Path, Path]) -> Report:
        """Say where a document was written, with what its values call for."""
        page, executed = written
        return Report(page, executed, self.ready.findings, self.ready.remarks)


def ask(
    territory: str,
    *,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    alone: bool = False,
    campaign: str | None = None,
) -> Asked:
    """Accept what a document is asked for, or refuse it before any cell runs.

    Parameters
    ----------
    territory : str
        Siren or name; or what names a group (:func:`diag360.find_place`).
    values : str
        ``open-data``, or the path of a CSV or of a workbook, whose answers complete the open data.
    framework, weights, tier : str, optional
        The defaults of the catalogue when left out.
    alone : bool
        Whether the open data is left out of what a file does not answer.
    campaign : str, optional
        Dated label of the diagnostic; the year of the catalogue when left out.

    Returns
    -------
    Asked
        Scores included: unknown ids are refused here, in one line, rather than by a cell.

    Raises
    ------
    Refusal
        When anything given is refused, or a file says nothing of the territory.
    """
    catalogue, place = load_catalogue(), find_place(territory)
    path = None if values == OPEN_DATA else Path(values).resolve()
    ready = prepare_values(path, place=place, catalogue=catalogue, alone=alone)
    if ready.given.empty:
        title = "Document refusé :"
        problem = f"aucune valeur pour {place.name} ({place.siren})"
        raise Refusal(title, [Fault(values, "", problem, "ajouter ses lignes au fichier")])
    scores = score(ready.rows, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
    parameters = {
        "territory": parameter_of(territory, place=place),
        "values": OPEN_DATA if path is None else str(path),
        "complete": "non" if alone else "oui",
        "framework": scores.framework.id,
        "weights": scores.scheme.id,
        "tier": scores.tier,
        "campaign": campaign if campaign is not None else str(catalogue.settings.date.year),
    }
    return Asked(catalogue, place, ready, scores, parameters)


def parameter_of(territory: str, *, place: Territory) -> str:
    """Name a territory for a notebook: a file that lists members is found from any folder."""
    is_file = find_group(territory) is not None and Path(territory).is_file()
    return str(Path(territory).resolve()) if is_file else place.siren


def run_document(
    template: str, *, parameters: dict[str, str], folder: Path, stem: str, title: str
) -> tuple[Path, Path]:
    """Run a notebook aside, render it, then put page and notebook in place at once.

    Parameters
    ----------
    template : str
        Notebook, without its ending.
    parameters : dict of str to str
        All of its parameters that differ from their defaults.
    folder : Path
        Where page and executed notebook go; made when it does not exist.
    stem : str
        Their name, without ending.
    title : str
        Title of the page.

    Returns
    -------
    page, executed : Path
        Both written, or neither.

    Raises
    ------
    Refusal
        When a parameter is refused, a cell fails (the partial notebook is then kept aside), or
        the folder cannot be written in.
    """
    with writing_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
        holder = tempfile.TemporaryDirectory(dir=folder, prefix=".en-cours-")
    failed = folder / f"{stem}.echec.ipynb"
    with holder as aside:
        partial = Path(aside) / f"{stem}.ipynb"
        try:
            notebook = run_notebook(
                notebooks_dir() / f"{template}.ipynb", parameters=parameters, partial=partial
            )
        except Refusal as refusal:
            raise keep_partial(refusal, partial, failed) from None
        html = render_html(notebook, title=title)
        # Both files are whole before either takes its place.
        page, executed = write_texts(
            folder, {f"{stem}.html": html, f"{stem}.ipynb": nbformat.writes(notebook)}
        )
    failed.unlink(missing_ok=True)
    return page, executed
