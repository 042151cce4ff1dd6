"""One territory, one document: checked before, run, rendered, then put in place at once."""

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
from diag360.scoring.scores import score
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


def make_report(
    territory: str,
    *,
    output: Path,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    alone: bool = False,
    campaign: str | None = None,
) -> Report:
    """Produce the diagnostic document of a territory.

    Parameters
    ----------
    territory : str
        Siren or name; or what names a group (:func:`diag360.find_place`).
    output : Path
        Folder; the document goes to ``<output>/<siren>/``.
    values : str
        ``open-data``, or the path of a CSV or of a workbook, whose answers complete the open data.
    framework, weights : str, optional
        Ids; the defaults of the catalogue when left out.
    tier : {"flash", "standard", "expert"}, optional
        Which indicators are asked for; the default of the framework when left out.
    alone : bool
        Whether the open data is left out of what a file does not answer.
    campaign : str, optional
        Dated label of the diagnostic; the year of the catalogue when left out.

    Returns
    -------
    Report
        Paths of the HTML page and of the executed notebook.

    Raises
    ------
    Refusal
        When anything given is refused; nothing is written then, but the partial notebook when
        a cell fails.
    """
    catalogue = load_catalogue()
    place = find_place(territory)
    path = None if values == OPEN_DATA else Path(values).resolve()
    ready = _prepared(values, place, catalogue, alone=alone)
    rows = ready.rows
    settings = catalogue.settings
    parameters = {
        # A file that lists members is found from any folder.
        "territory": str(Path(territory).resolve()) if _is_file(territory) else place.siren,
        "values": OPEN_DATA if path is None else str(path),
        "framework": settings.default_framework if framework is None else framework,
        "weights": settings.default_weights if weights is None else weights,
        "campaign": campaign if campaign is not None else str(settings.date.year),
    }
    # Unknown ids are refused here, in one line, rather than by a cell of the notebook.
    scores = score(
        rows,
        catalogue=catalogue,
        framework=parameters["framework"],
        weights=parameters["weights"],
        tier=tier,
    )
    parameters["tier"] = scores.tier
    parameters["complete"] = "non" if alone else "oui"
    page, executed = _run(
        "30_diagnostic",
        parameters=parameters,
        folder=output / place.siren,
        stem="diagnostic",
        title=f"{place.name} · Diagnostic 360° de résilience",
    )
    return Report(
        html=page,
        notebook=executed,
        findings=ready.findings,
        remarks=ready.remarks,
    )


def make_collection(
    territory: str, *, output: Path, values: str = OPEN_DATA, tier: str | None = None
) -> Path:
    """Produce the page that says where the collection stands and what to ask next.

    Parameters
    ----------
    territory : str
        Siren or name; or what names a group (:func:`diag360.find_place`).
    output : Path
        Folder; the page goes to ``<output>/<code>/collecte.html``.
    values : str
        ``open-data``, or the path of a CSV or of a workbook.
    tier : {"flash", "standard", "expert"}, optional
        Which indicators are asked for; the default of the framework when left out.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    Refusal
        When anything given is refused.
    """
    catalogue, place = load_catalogue(), find_place(territory)
    settings = catalogue.settings
    path = None if values == OPEN_DATA else Path(values).resolve()
    _prepared(values, place, catalogue)
    parameters = {
        "territory": str(Path(territory).resolve()) if _is_file(territory) else place.siren,
        "values": OPEN_DATA if path is None else str(path),
        "framework": settings.default_framework,
        "weights": settings.default_weights,
        "tier": tier or catalogue.frameworks[settings.default_framework].default_tier,
    }
    page, _ = _run(
        "21_collecte",
        parameters=parameters,
        folder=output / place.siren,
        stem="collecte",
        title=f"{place.name} · La collecte",
    )
    return page


def _prepared(
    values: str, place: Territory, catalogue: Catalogue, *, alone: bool = False
) -> Prepared:
    """Prepare values, or refuse a file that says nothing of the territory."""
    path = None if values == OPEN_DATA else Path(values).resolve()
    ready = prepare_values(path, place=place, catalogue=catalogue, alone=alone)
    if ready.given.empty:
        title = "Document refusé :"
        problem = f"aucune valeur pour {place.name} ({place.siren})"
        raise Refusal(title, [Fault(values, "", problem, "ajouter ses lignes au fichier")])
    return ready


def _run(
    template: str, *, parameters: dict[str, str], folder: Path, stem: str, title: str
) -> tuple[Path, Path]:
    """Run a notebook aside, render it, then put page and notebook in place at once."""
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


def _is_file(territory: str) -> bool:
    return find_group(territory) is not None and Path(territory).is_file()
