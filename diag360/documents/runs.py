"""What every document shares: what it is asked for, checked before; the run, put in place whole."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from diag360.catalogue.load import load_catalogue
from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.documents.annotated import There, read_shelf, read_there, run_annotated
from diag360.documents.brand import Brand
from diag360.documents.notebook import KERNEL, keep_partial, move_partial
from diag360.documents.notes import SHIPPED
from diag360.documents.notes_before import Site
from diag360.documents.render import render_html
from diag360.errors import Fault, Refusal
from diag360.files import write_files, writing_in
from diag360.paths import notebooks_dir
from diag360.scoring.scores import Scores, score
from diag360.territories.guard import Finding
from diag360.territories.perimeter import Territory
from diag360.territories.places import find_group, find_place
from diag360.territories.prepare import Prepared, prepare_values
from diag360.territories.values import WORKBOOK_SUFFIXES
from diag360.territories.workbook.remarks import Remark
from diag360.vulnerability.prepare import Ratings, prepare_ratings

OPEN_DATA = "open-data"
ASIDE = ".en-cours-"  # folder of a run, followed by its process


@dataclass(frozen=True, slots=True)
class Written:
    """Where a document and its executed notebook were written.

    Parameters
    ----------
    html, notebook : Path
        Page and executed notebook.
    notes : tuple of str
        What was done with the notes of experts and the cells typed by hand, in French sentences.
    """

    html: Path
    notebook: Path
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Where a document and its executed notebook were written, and what to beware of.

    Parameters
    ----------
    html, notebook : Path
        Page and executed notebook.
    findings, remarks, notes : tuple
        What the guard, the reader of workbooks and the notes of experts call for.
    asked : Asked, optional
        What it was made from.
    """

    html: Path
    notebook: Path
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    asked: "Asked | None" = field(default=None, repr=False, compare=False)


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
    _rated: dict[str, Ratings] = field(default_factory=dict, repr=False, compare=False)

    def ratings(self, exposure: str = OPEN_DATA) -> Ratings:
        """Give its ratings of hazards from ``open-data``, a file or ``aucune``, read once."""
        path, given = None if exposure == OPEN_DATA else exposure, self._rated
        if exposure not in given:
            given[exposure] = prepare_ratings(path, place=self.place, catalogue=self.catalogue)
        return given[exposure]

    def report(self, written: Written) -> Report:
        """Say where a document was written, with what its values call for."""
        return Report(
            written.html, written.notebook, self.ready.findings, self.ready.remarks, written.notes,
            asked=self,
        )  # fmt: skip

    def site(self, template: str, *, parameters: Mapping[str, str]) -> Site:
        """Say which document notes are put back in."""
        rated = parameters.get("exposure")
        rows = self.ready.rows
        return Site(
            notebook=template,
            catalogue=self.catalogue,
            territory=self.place.siren,
            framework=self.scores.framework.id,
            rows=rows[rows["territory"] == self.place.siren],
            ratings=None if rated is None else self.ratings(rated),
        )


def nothing_remedy(values: str) -> str:
    """Say what to do of a file that holds no value of a territory."""
    if Path(values).suffix.lower() in WORKBOOK_SUFFIXES:
        return "remplir au moins une case du classeur, ou ne pas le donner avant qu’il soit rendu"
    return "ajouter ses lignes au fichier"


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
        title, problem = "Document refusé :", f"aucune valeur pour {place.name} ({place.siren})"
        raise Refusal(title, [Fault(values, "", problem, nothing_remedy(values))])
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
    template: str,
    *,
    parameters: dict[str, str],
    folder: Path,
    stem: str,
    title: str,
    asked: Asked | None = None,
    annotations: str = SHIPPED,
    store: Mapping[str, Note] | None = None,
    engine: str = KERNEL,
    brand: Brand | None = None,
) -> Written:
    """Run a notebook aside, render it, then put page and notebook in place at once.

    Notes of experts are put back, and what was typed by hand in the document that is replaced is
    kept; what cannot be kept in place is kept in a copy beside it.

    Parameters
    ----------
    template : str
        Notebook, without its ending.
    parameters : dict of str to str
        All of its parameters that differ from their defaults, but ``annotations``.
    folder : Path
        Where page and executed notebook go; made when it does not exist.
    stem : str
        Their name, without ending.
    title : str
        Title of the page.
    asked : Asked, optional
        What it was made from, when it is about one territory.
    annotations : str
        Notes of experts: ``livrées``, ``aucune``, or a folder.
    store : mapping of str to Note, optional
        Those notes, already read (:func:`diag360.documents.annotated.read_shelf`).
    engine : {"noyau", "fourche"}
        What runs the notebook (:func:`diag360.documents.notebook.run_notebook`).
    brand : Brand, optional
        Whose page it is.

    Returns
    -------
    Written
        Both written, or neither.

    Raises
    ------
    Refusal
        When a parameter is refused, a cell fails (the partial notebook is then kept aside), there
        is no such folder of notes, or the folder of the document cannot be written in.
    """
    catalogue = load_catalogue() if asked is None else asked.catalogue
    notes = read_shelf(annotations, catalogue=catalogue) if store is None else store
    with writing_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Named after the process: what it leaves when killed is known for what it is.
        holder = tempfile.TemporaryDirectory(dir=folder, prefix=f"{ASIDE}{os.getpid()}-")
    if asked is None:
        site = Site(notebook=template, catalogue=catalogue)
    else:
        site = asked.site(template, parameters=parameters)
    failed, there = folder / f"{stem}.echec.ipynb", read_there(folder / f"{stem}.ipynb")
    with holder as aside:
        partial = Path(aside, f"{stem}.ipynb")
        try:
            made = run_annotated(
                notebooks_dir() / f"{template}.ipynb",
                parameters=parameters,
                partial=partial,
                site=site,
                store=notes,
                source=annotations,
                there=there.notebook,
                engine=engine,
            )
        except Refusal as refusal:
            raise keep_partial(refusal, partial, failed) from None
        except BaseException:  # stopped from outside: what was done is kept too
            move_partial(partial, failed)
            raise
        html = render_html(made.notebook, title=title, notes=made.html, brand=brand)
        # Every file is whole before any takes its place.
        page, executed, *_ = write_files(
            folder,
            {
                f"{stem}.html": _bytes(html),
                f"{stem}.ipynb": _bytes(nbformat.writes(made.notebook)),
                **_copy(there, folder=folder, stem=stem),
            },
        )
    failed.unlink(missing_ok=True)
    return Written(page, executed, (*there.told, *made.told))


def _bytes(text: str) -> bytes:
    """Encode a text; a half character, which a file may hold, is not one."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


def _copy(there: There, *, folder: Path, stem: str) -> dict[str, bytes]:
    """Give the copy to keep of a document, under a name that no other copy has."""
    if not there.copy:
        return {}
    content = (folder / f"{stem}.ipynb").read_bytes()
    name, number = f"{stem}.{there.copy}.ipynb", 1
    while (folder / name).exists() and (folder / name).read_bytes() != content:
        number += 1
        name = f"{stem}.{there.copy}-{number}.ipynb"
    return {name: content}
