"""What is made of all the documents of a batch together, once they are made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diag360.documents.batch.handover.index import make_index
from diag360.documents.batch.handover.package import make_package
from diag360.documents.batch.handover.synthesis import make_synthesis
from diag360.documents.batch.handover.tables import make_tables
from diag360.documents.batch.results.gathered import Page, gather, read_receipts_of
from diag360.documents.brand import Brand
from diag360.documents.notes import NONE
from diag360.errors import Refusal

_LABELS = {
    "synthese.html": "Synthèse",
    "synthese.xlsx": "Tableur",
    "donnees/datapackage.json": "Données (pour un logiciel)",
    "verification.html": "Vérification avant production",
}
_BEFORE = "verification.html"  # made before the documents, and of this run


@dataclass(frozen=True, slots=True)
class Handover:
    """What was made of all documents.

    Parameters
    ----------
    index : Path or None
        Page that leads to every document.
    paths : tuple of Path
        Synthesis, spreadsheet, data.
    faults : tuple of str
        Why one of them was not made; the documents are there all the same.
    """

    index: Path | None
    paths: tuple[Path, ...] = ()
    faults: tuple[str, ...] = ()


def hand_over(
    output: Path,
    *,
    keys: tuple[str, ...],
    missing: int = 0,
    title: str = "",
    brand: Brand | None = None,
    engine: str,
    annotations: str = NONE,
) -> Handover:
    """Write the index of a batch and, when it is whole, all that is made of its documents.

    Parameters
    ----------
    output : Path
        Folder of the batch.
    keys : tuple of str
        Documents of the manifest.
    missing : int
        Documents that remain to be tried: a batch stopped on its way has its index alone.
    title : str
        Of the batch.
    brand : Brand, optional
        Whose batch it is.
    engine : {"noyau", "fourche"}
        What runs the notebook of the synthesis.
    annotations : str
        Notes of experts, for the paragraphs of the synthesis: ``livrées``, ``aucune``, or a folder.

    Returns
    -------
    Handover
        A part that cannot be made stops none of the others; the index leads to none of an
        earlier run, which may be of other territories or of other figures.
    """
    receipts = read_receipts_of(output)
    made: list[Path] = []
    faults: list[str] = []

    def attempt(make: Callable[[], Path]) -> Path | None:
        try:
            path = make()
        except Refusal as refusal:
            faults.append(str(refusal))
            return None
        made.append(path)
        return path

    if not missing:
        batch = gather(receipts, keys=keys, folder=output)
        if not batch.tables["territoires"].empty:
            attempt(lambda: make_package(output, batch, title=title))
            attempt(lambda: make_tables(output, batch, title=title))
            attempt(
                lambda: (
                    make_synthesis(
                        output, title=title, engine=engine, brand=brand, annotations=annotations
                    ).html
                )
            )
    here = {*made, output / _BEFORE}
    extras = [
        Page(label, name)
        for name, label in _LABELS.items()
        if output / name in here and (output / name).is_file()
    ]
    paths = tuple(made)
    index = attempt(
        lambda: make_index(
            output, receipts, title=title, keys=keys, brand=brand, extras=extras, missing=missing
        )
    )
    return Handover(index, paths, tuple(faults))
