"""A notebook run with the notes of experts: gathered before, shown by its cells, put back after."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from diag360.catalogue.model import Catalogue
from diag360.challenge.annotations.model import Note
from diag360.challenge.annotations.store import scan_store
from diag360.documents.kept_cells import is_stamped
from diag360.documents.notebook import KERNEL, parameters_of, run_notebook
from diag360.documents.notes import NONE, SHIPPED, notes_json
from diag360.documents.notes_before import Before, Site, look
from diag360.documents.notes_shelf import Shelf
from diag360.documents.notes_shown import Notes
from diag360.documents.put_back import PutBack, put_back
from diag360.documents.text import count
from diag360.errors import Fault, Refusal

PARAMETER = "annotations"
_PREPARED = "notes.json"  # beside the run, whose kernel works in that folder
_TITLE = "Annotations refusées :"


@dataclass(frozen=True, slots=True)
class Annotated:
    """An executed notebook, notes and hand-typed cells put back.

    Parameters
    ----------
    notebook : NotebookNode
        As it is to be written.
    html : dict of str to str
        Notes on its paragraphs, by id of cell, for :func:`diag360.documents.render.render_html`.
    told : tuple of str
        What was done with the notes, in French sentences; empty when there is nothing to say.
    """

    notebook: NotebookNode
    html: dict[str, str]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class There:
    """The document a new one takes the place of.

    Parameters
    ----------
    notebook : NotebookNode or None
        None when there is none, or when it cannot be read.
    copy : str
        Ending of the copy to keep of it; ``""`` when it need not be.
    told : tuple of str
        What to say of it.
    """

    notebook: NotebookNode | None = None
    copy: str = ""
    told: tuple[str, ...] = ()


def run_annotated(
    template: Path,
    *,
    parameters: Mapping[str, str],
    partial: Path,
    site: Site,
    store: Mapping[str, Note],
    source: str = SHIPPED,
    there: NotebookNode | None = None,
    engine: str = KERNEL,
) -> Annotated:
    """Run a notebook with the notes that concern it.

    Parameters
    ----------
    template : Path
        Notebook.
    parameters : mapping of str to str
        All it takes, but ``annotations``; given here too, it is left as it is.
    partial : Path
        Where it is written cell by cell; the folder of the run.
    site : Site
        The document that is made.
    store : mapping of str to Note
        Notes kept (:func:`read_shelf`).
    source : str
        Where they come from: ``livrées``, ``aucune``, or a folder.
    there : NotebookNode, optional
        The document already there, whose notes and hand-typed cells are kept.
    engine : {"noyau", "fourche"}
        What runs the notebook.

    Returns
    -------
    Annotated
        Nothing is written but `partial`; a note or a cell never stops the run.

    Raises
    ------
    Refusal
        When a parameter is refused, or a cell fails.
    """
    # A notebook given its notes by the caller does with them what it wants.
    shows = PARAMETER in parameters_of(template) and PARAMETER not in parameters
    before = look(
        replace(site, shows=shows),
        template=nbformat.reads(template.read_text(encoding="utf-8"), as_version=4),
        there=there,
        store=store,
        today=datetime.now(UTC).date(),
    )
    if source == NONE:
        before = replace(before, notes=Notes())
    given, words = dict(parameters), {}
    if shows:
        word = source if source in (SHIPPED, NONE) else str(Path(source).resolve())
        given[PARAMETER], words[PARAMETER] = _PREPARED, word
        (partial.parent / _PREPARED).write_text(notes_json(before.notes), encoding="utf-8")
    executed = run_notebook(template, parameters=given, partial=partial, told=words, engine=engine)
    done = put_back(executed, before)
    if source == NONE:  # nothing was read to compare them with
        done = replace(done, typed=0)
    unread = tuple(f"Note laissée de côté : {fault}" for fault in before.store.unread)
    return Annotated(executed, _html(before, done), (*unread, *_told(done)))


def read_shelf(source: str, *, catalogue: Catalogue) -> Shelf:
    """Read notes once, for one document or for many; a wrong file is told, and stops nothing.

    Parameters
    ----------
    source : str
        ``livrées``, ``aucune``, or a folder.
    catalogue : Catalogue
        What they speak of.

    Returns
    -------
    Shelf
        Those that can be read.

    Raises
    ------
    Refusal
        When there is no such folder.
    """
    if source == NONE:
        return Shelf({}, catalogue=catalogue)
    folder = None if source == SHIPPED else Path(source)
    if folder is not None and not folder.is_dir():
        remedy = f"« {SHIPPED} », « {NONE} », ou un dossier de notes"
        raise Refusal(_TITLE, [Fault(source, "", "ce dossier n’existe pas", remedy)])
    stored = scan_store(folder)
    unread = [str(fault) for fault in stored.faults]
    return Shelf(stored.notes, catalogue=catalogue, unread=unread)


def read_there(path: Path) -> There:
    """Read the document a new one takes the place of; never raises.

    Parameters
    ----------
    path : Path
        Executed notebook, which may not exist.

    Returns
    -------
    There
        A copy is to be kept of what cannot be read, and of a document so old that what was typed
        in it by hand cannot be told from what we wrote.
    """
    if not path.is_file():
        return There()
    try:
        with warnings.catch_warnings():  # nbformat repairs ids that are missing or twice the same
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
            nbformat.validate(notebook)
    except Exception:  # whatever is wrong with a file must not keep a document from being made
        words = f"{path.name} était illisible : il est gardé à côté, ses notes n’y ont pas été lues"
        return There(copy="illisible", told=(words,))
    if not is_stamped(notebook) and any(cell.metadata.get("papermill") for cell in notebook.cells):
        words = (
            f"{path.name} venait d’une version plus ancienne : une copie en est gardée, au cas où "
            "des cellules y auraient été retouchées à la main"
        )
        return There(notebook, copy="avant", told=(words,))
    return There(notebook)


def _html(before: Before, done: PutBack) -> dict[str, str]:
    """Fold the notes on paragraphs, in their place."""
    from diag360.documents.figures.notes.beside import folded  # slow: all the figures

    here = f"paragraphe/{before.site.notebook}/"
    shown = {one.id: one for one in before.notes.shown if one.target.startswith(here)}
    return {
        first: str(folded([shown[name] for name in dict.fromkeys(names) if name in shown]))
        for first, names in done.runs.items()
    }


def _told(done: PutBack) -> tuple[str, ...]:
    parts = [
        count(done.notes, "note d’expert remise en place", "notes d’experts remises en place"),
        count(
            done.added, "cellule ajoutée à la main gardée", "cellules ajoutées à la main gardées"
        ),
        count(done.retouched, "texte revu à la main gardé", "textes revus à la main gardés"),
        count(done.conflicts, "conflit à trancher", "conflits à trancher"),
    ]
    numbers = (done.notes, done.added, done.retouched, done.conflicts)
    said = [part for part, number in zip(parts, numbers, strict=True) if number]
    lines = [", ".join(said)] if said else []
    if done.typed:
        one, many = "note n’est pas encore recueillie", "notes ne sont pas encore recueillies"
        lines.append(f"{count(done.typed, one, many)} : lancer « diag360 annotations collect »")
    return tuple(lines)
