"""One territory, one document: checked before, run, rendered, then put in place at once."""

from collections.abc import Mapping
from pathlib import Path

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.documents.brand import Brand
from diag360.documents.notebook import KERNEL
from diag360.documents.notes import SHIPPED
from diag360.documents.runs import OPEN_DATA, Report, ask, run_document
from diag360.territories.perimeter import Territory
from diag360.vulnerability.matrices import hazards_of
from diag360.vulnerability.prepare import NONE, prepare_ratings

FOUNDING = "fondateur"


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
    exposure: str = OPEN_DATA,
    pack: str = FOUNDING,
    annotations: str = SHIPPED,
    store: Mapping[str, Note] | None = None,
    engine: str = KERNEL,
    brand: Brand | None = None,
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
    exposure : str
        Ratings of hazards: ``open-data`` for what statistics and the catalogue propose, the path
        of a file that replaces them hazard by hazard, or ``aucune``.
    pack : {"fondateur", "complet"}
        ``complet`` adds the hazards of the civil-security lists.
    annotations : str
        Notes of experts: ``livrées`` for those of the package, ``aucune``, or a folder of notes.
    store : mapping of str to Note, optional
        Those notes, when they are already read: those of a batch are read once.
    engine : {"noyau", "fourche"}
        What runs the notebook (:func:`diag360.documents.notebook.run_notebook`).
    brand : Brand, optional
        Whose page it is.

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
    asked = ask(
        territory, values=values, framework=framework, weights=weights, tier=tier, alone=alone,
        campaign=campaign,
    )  # fmt: skip
    place = asked.place
    hazards = exposure_parameters(exposure, place=place, catalogue=asked.catalogue, pack=pack)
    return asked.report(
        run_document(
            "30_diagnostic",
            parameters=asked.parameters | hazards,
            folder=output / place.siren,
            stem="diagnostic",
            title=f"{place.name} · Diagnostic 360° de résilience",
            asked=asked,
            annotations=annotations,
            store=store,
            engine=engine,
            brand=brand,
        )
    )


def make_collection(
    territory: str,
    *,
    output: Path,
    values: str = OPEN_DATA,
    tier: str | None = None,
    store: Mapping[str, Note] | None = None,
    engine: str = KERNEL,
    brand: Brand | None = None,
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
    store : mapping of str to Note, optional
        Notes of experts, when they are already read: those of a batch are read once.
    engine : {"noyau", "fourche"}
        What runs the notebook (:func:`diag360.documents.notebook.run_notebook`).
    brand : Brand, optional
        Whose page it is.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    Refusal
        When anything given is refused.
    """
    asked = ask(territory, values=values, tier=tier)
    kept = {"territory", "values", "framework", "weights", "tier"}
    made = run_document(
        "21_collecte",
        parameters={name: value for name, value in asked.parameters.items() if name in kept},
        folder=output / asked.place.siren,
        stem="collecte",
        title=f"{asked.place.name} · La collecte",
        asked=asked,
        store=store,
        engine=engine,
        brand=brand,
    )
    return made.html


def exposure_parameters(
    exposure: str, *, place: Territory, catalogue: Catalogue, pack: str
) -> dict[str, str]:
    """Give the parameters of the hazards of a document, refused here rather than by a cell.

    Parameters
    ----------
    exposure : str
        ``open-data``, the path of a file of ratings, or ``aucune``.
    place : Territory
        Whose hazards they are.
    catalogue : Catalogue
        Gives the hazards.
    pack : {"fondateur", "complet"}
        Which hazards.

    Returns
    -------
    dict of str to str
        ``exposure`` and ``pack``.

    Raises
    ------
    Refusal
        When the file or the pack is refused.
    """
    hazards_of(catalogue, pack=pack)
    if exposure in (OPEN_DATA, NONE):
        return {"exposure": exposure, "pack": pack}
    path = Path(exposure).resolve()
    prepare_ratings(path, place=place, catalogue=catalogue)
    return {"exposure": str(path), "pack": pack}
