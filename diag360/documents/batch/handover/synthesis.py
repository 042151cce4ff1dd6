"""The synthesis of a batch, run and printed: many territories side by side, never ranked."""

from pathlib import Path

from diag360.documents.batch.results.gathered import FRANCE, HERE, find_batch
from diag360.documents.brand import Brand
from diag360.documents.notebook import KERNEL
from diag360.documents.notes import NONE
from diag360.documents.runs import Written, run_document

TEMPLATE = "40_synthese_lot"
STEM = "synthese"
SAME = "lot"  # framework, weights, tier of most of the batch


def make_synthesis(
    output: Path, *, lot: str = HERE, framework: str = SAME, weights: str = SAME,
    tier: str = SAME, part: str = "", title: str = "", engine: str = KERNEL,
    brand: Brand | None = None,
    annotations: str = NONE,
) -> Written:  # fmt: skip
    """Produce the synthesis of a batch.

    Parameters
    ----------
    output : Path
        Folder; the page goes to ``<output>/synthese.html``, with the executed notebook.
    lot : str
        ``ici`` for the batch made in that folder, the folder of another, or ``france`` for all
        intercommunalités, straight from the open data.
    framework, weights, tier : str
        Of what is shown; ``lot`` for that of most of the batch, the defaults of the catalogue for
        France.
    part : str
        Name of a department or of a region: its territories alone.
    title : str
        Of the document; how many territories there are when left out.
    engine : {"noyau", "fourche"}
        What runs the notebook.
    brand : Brand, optional
        Whose page it is.
    annotations : str
        Notes of experts on its paragraphs: ``livrées``, ``aucune``, or a folder.

    Returns
    -------
    Written
        Page and executed notebook. With ``ici`` they name no folder: the same batch gives the
        same bytes wherever it is.

    Raises
    ------
    Refusal
        When there is no such batch, nothing in it was looked at that way, or a cell fails.
    """
    if lot not in (FRANCE, HERE):
        lot = str(Path(lot).resolve())
    elif lot == HERE:
        find_batch(output.resolve())
    return run_document(
        TEMPLATE,
        parameters={
            "lot": lot, "framework": framework, "weights": weights, "tier": tier, "part": part,
            "title": title,
        },
        folder=output,
        stem=STEM,
        title=f"{title or 'Synthèse'} · Diagnostic 360° de résilience",
        annotations=annotations,
        engine=engine,
        brand=brand,
    )  # fmt: skip
