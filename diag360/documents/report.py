"""One territory, one document: checked before, run, rendered, then put in place at once."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from diag360.catalogue.load import load_catalogue
from diag360.documents.notebook import keep_partial, run_notebook
from diag360.documents.render import render_html
from diag360.errors import Fault, Refusal
from diag360.files import write_texts, writing_in
from diag360.paths import notebooks_dir
from diag360.scoring.scores import score
from diag360.territories.guard import physical_range
from diag360.territories.perimeter import find_territory
from diag360.territories.values import read_values

OPEN_DATA = "open-data"


@dataclass(frozen=True, slots=True)
class Report:
    """Where a document and its executed notebook were written, and what to beware of."""

    html: Path
    notebook: Path
    alerts: tuple[Fault, ...]


def make_report(
    territory: str,
    *,
    output: Path,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    campaign: str | None = None,
) -> Report:
    """Produce the diagnostic document of a territory.

    Parameters
    ----------
    territory : str
        Siren or name.
    output : Path
        Folder; the document goes to ``<output>/<siren>/``.
    values : str
        ``open-data`` or the path of a tidy CSV.
    framework, weights : str, optional
        Ids; the defaults of the catalogue when left out.
    tier : {"flash", "standard", "expert"}, optional
        Which indicators are asked for; the default of the framework when left out.
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
    place = find_territory(territory)
    path = None if values == OPEN_DATA else Path(values).resolve()
    rows = read_values(path, catalogue=catalogue)
    rows = rows[rows["territory"] == place.siren]
    if rows.empty:
        title = "Document refusé :"
        problem = f"aucune valeur pour {place.name} ({place.siren})"
        raise Refusal(title, [Fault(values, "", problem, "ajouter ses lignes au fichier")])
    settings = catalogue.settings
    parameters = {
        "territory": place.siren,
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
    folder = output / place.siren
    with writing_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
        holder = tempfile.TemporaryDirectory(dir=folder, prefix=".en-cours-")
    with holder as aside:
        partial = Path(aside) / "diagnostic.ipynb"
        try:
            notebook = run_notebook(
                notebooks_dir() / "30_diagnostic.ipynb", parameters=parameters, partial=partial
            )
        except Refusal as refusal:
            raise keep_partial(refusal, partial, folder / "diagnostic.echec.ipynb") from None
        html = render_html(notebook, title=f"{place.name} · Diagnostic 360° de résilience")
        # Both files are whole before either takes its place.
        page, executed = write_texts(
            folder, {"diagnostic.html": html, "diagnostic.ipynb": nbformat.writes(notebook)}
        )
    return Report(
        html=page,
        notebook=executed,
        alerts=tuple(physical_range(rows, catalogue=catalogue)),
    )
