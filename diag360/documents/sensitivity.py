"""One territory, one page on what holds and what tips over when the method moves."""

from collections.abc import Mapping
from pathlib import Path

from diag360.challenge.annotations.model import Note
from diag360.documents.brand import Brand
from diag360.documents.notebook import KERNEL
from diag360.documents.report import FOUNDING, exposure_parameters
from diag360.documents.runs import OPEN_DATA, Report, ask, run_document


def make_sensitivity(
    territory: str,
    *,
    output: Path,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    alone: bool = False,
    exposure: str = OPEN_DATA,
    draws: int = 2000,
    seed: int = 1,
    store: Mapping[str, Note] | None = None,
    engine: str = KERNEL,
    brand: Brand | None = None,
) -> Report:
    """Produce the page of uncertainty, sensitivity and flips of a territory.

    Parameters
    ----------
    territory : str
        Siren or name; or what names a group (:func:`diag360.find_place`).
    output : Path
        Folder; the page goes to ``<output>/<siren>/sensibilite.html``.
    values : str
        ``open-data``, or the path of a CSV or of a workbook, whose answers complete the open data.
    framework, weights, tier : str, optional
        The defaults of the catalogue when left out.
    alone : bool
        Whether the open data is left out of what a file does not answer.
    exposure : str
        Ratings of hazards: ``open-data``, the path of a file, or ``aucune``.
    draws : int
        Number of draws of the uncertainty, ≥ 10.
    seed : int
        Seed of the draws, ≥ 0: the same one gives the same page.
    store : mapping of str to Note, optional
        Notes of experts, when they are already read: those of a batch are read once.
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
        When anything given is refused; nothing is written then.
    """
    asked = ask(
        territory, values=values, framework=framework, weights=weights, tier=tier, alone=alone
    )
    rated = exposure_parameters(
        exposure, place=asked.place, catalogue=asked.catalogue, pack=FOUNDING
    )
    parameters = asked.parameters | {
        "exposure": rated["exposure"],
        "draws": str(draws),
        "seed": str(seed),
    }
    del parameters["campaign"]
    return asked.report(
        run_document(
            "12_sensibilite",
            parameters=parameters,
            folder=output / asked.place.siren,
            stem="sensibilite",
            title=f"{asked.place.name} · Ce qui tient, ce qui bascule",
            asked=asked,
            store=store,
            engine=engine,
            brand=brand,
        )
    )
