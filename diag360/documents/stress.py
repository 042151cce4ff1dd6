"""One stress test, one document: checked before, run, rendered, then put in place at once."""

from collections.abc import Mapping
from pathlib import Path

from diag360.challenge.annotations.model import Note
from diag360.documents.brand import Brand
from diag360.documents.notebook import KERNEL
from diag360.documents.runs import OPEN_DATA, Report, ask, run_document
from diag360.vulnerability.scenarios import choose_scenario

DEFAULT = "canicule_extreme"


def make_stress_test(
    territory: str,
    *,
    output: Path,
    scenario: str = "",
    hazards: str = "",
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    alone: bool = False,
    campaign: str | None = None,
    store: Mapping[str, Note] | None = None,
    engine: str = KERNEL,
    brand: Brand | None = None,
) -> Report:
    """Produce the document of a stress test, with its facilitation sheet.

    Parameters
    ----------
    territory : str
        Siren or name; or what names a group (:func:`diag360.find_place`).
    output : Path
        Folder; the document goes to ``<output>/<siren>/stress-test-<scenario>.html``.
    scenario : str
        Id of a scenario of the catalogue; extreme heat when neither it nor `hazards` is given.
    hazards : str
        Or hazards with their intensity, such as ``A4=4, C1=3``.
    values : str
        ``open-data``, or the path of a CSV or of a workbook, whose answers complete the open data.
    framework, weights, tier : str, optional
        The defaults of the catalogue when left out.
    alone : bool
        Whether the open data is left out of what a file does not answer.
    campaign : str, optional
        Dated label of the diagnostic; the year of the catalogue when left out.
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
    if not scenario and not hazards:
        scenario = DEFAULT
    asked = ask(
        territory, values=values, framework=framework, weights=weights, tier=tier, alone=alone,
        campaign=campaign,
    )  # fmt: skip
    played = choose_scenario(asked.catalogue, scenario=scenario, hazards=hazards)
    return asked.report(
        run_document(
            "32_stress_test",
            parameters=asked.parameters | {"scenario": scenario, "hazards": hazards},
            folder=output / asked.place.siren,
            stem=f"stress-test-{played.id}",
            title=f"{asked.place.name} · Stress test : {played.label}",
            asked=asked,
            store=store,
            engine=engine,
            brand=brand,
        )
    )
