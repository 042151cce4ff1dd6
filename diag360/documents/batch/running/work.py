"""One document of a batch, made whole; what it gives to the tables of the batch."""

import errno
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from diag360.challenge.annotations.model import Note
from diag360.documents.annotated import read_shelf
from diag360.documents.batch.results.rows import results_of
from diag360.documents.batch.running.receipts import sha256_of
from diag360.documents.batch.task import Task
from diag360.documents.formats import pdf_of, xlsx_of
from diag360.documents.notebook import KERNEL
from diag360.documents.notes import SHIPPED
from diag360.documents.runs import OPEN_DATA, Asked, Report, ask
from diag360.files import writing_in

_ASKED = ("values", "framework", "weights", "tier", "alone", "campaign")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was made.

    Parameters
    ----------
    files : dict of str to str
        Sha-256 by path relative to the folder of the batch.
    results : dict of str to list of dict
        Rows for the tables of the batch (:func:`diag360.documents.batch.results.rows.results_of`).
    remarks : tuple of str
        What its values and its notes call for, in French.
    """

    files: dict[str, str]
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


Make = Callable[..., Made]


@dataclass(frozen=True, slots=True)
class Job:
    """A document to make, with all that is needed: called, it makes it.

    Parameters
    ----------
    make : callable
        Makes a document (:func:`make_one`).
    task : Task
        The document.
    output : Path
        Folder of the batch.
    store : mapping of str to Note or None
        Notes of experts.
    engine : {"noyau", "fourche"}
        What runs the notebook.
    parts : mapping of str to str
        Fingerprints of what it is made from.
    """

    make: Make
    task: Task
    output: Path
    store: Mapping[str, Note] | None
    engine: str
    parts: Mapping[str, str]

    def __call__(self) -> Made:
        """Make the document."""
        return self.make(self.task, output=self.output, store=self.store, engine=self.engine)


def make_one(
    task: Task,
    *,
    output: Path,
    store: Mapping[str, Note] | None = None,
    engine: str = KERNEL,
) -> Made:
    """Make a document in the formats asked for.

    Parameters
    ----------
    task : Task
        The document.
    output : Path
        Folder of the batch; the document goes to ``<output>/<code>/``.
    store : mapping of str to Note, optional
        Notes of experts, when they are already read.
    engine : {"noyau", "fourche"}
        What runs the notebook.

    Returns
    -------
    Made
        Every file in place.

    Raises
    ------
    Refusal
        When anything given is refused, a cell fails, or the folder cannot be written in.
    """
    try:
        return _make(task, output=output, how={"store": store, "engine": engine})
    except OSError as error:
        if error.errno not in _FULL:
            raise
        with writing_in(output):
            raise


def _make(task: Task, *, output: Path, how: dict[str, Any]) -> Made:
    module, name = task.kind.maker.split(":")
    make = getattr(import_module(module), name)
    given = {**task.arguments(), **how, "output": output, "brand": task.brand}
    if task.document == "comparaison":
        made = make([task.territory], given.pop("variants"), **given)
    else:
        made = make(task.territory, **given)
    report, paths = _written(made)
    asked = report.asked if report is not None and report.asked is not None else _asked(task)
    paths += _other_formats(task, paths[0], asked=asked, output=output)
    options = dict(task.options)
    results = results_of(
        asked,
        pack=options.get("pack", "fondateur"),
        ratings=asked.ratings(options.get("exposure", OPEN_DATA)),
    )
    json.dumps(results, allow_nan=False)  # what cannot be kept fails here, and stops no other
    return Made(
        files={path.relative_to(output).as_posix(): sha256_of(path) for path in paths},
        results=results,
        remarks=_remarks(report),
    )


def _written(made: Any) -> tuple[Report | None, list[Path]]:
    """Find the page, the notebook and the tables in what a maker gives, whichever it is."""
    if isinstance(made, Path):
        return None, [made, made.with_suffix(".ipynb")]
    if isinstance(made, tuple):
        *_, report, tables = made
        return report, [report.html, report.notebook, *tables]
    return made, [made.html, made.notebook]


def _asked(task: Task) -> Asked:
    """Accept again what a document was made from, when its maker does not say."""
    given = {name: value for name, value in task.arguments().items() if name in _ASKED}
    return ask(task.territory, **given)


def _other_formats(task: Task, page: Path, *, asked: Asked, output: Path) -> list[Path]:
    made = []
    if "pdf" in task.formats:
        made.append(pdf_of(page))
    if "xlsx" in task.formats:
        folder = output / task.code
        rows = asked.ready.rows
        made.append(
            xlsx_of(
                rows[rows["territory"] == asked.place.siren],
                territory=asked.place.siren,
                catalogue=asked.catalogue,
                output=folder,
                notes=read_shelf(
                    dict(task.options).get("annotations", SHIPPED), catalogue=asked.catalogue
                ).values(),
            )
        )
    return made


def _remarks(report: Report | None) -> tuple[str, ...]:
    """What a reader of the batch is told of a document, mere remarks left out."""
    if report is None:
        return ()
    findings = [
        f"{one.place}, {one.indicator} : {one.problem}"
        for one in report.findings
        if one.severity != "info"
    ]
    return (*map(str, report.remarks), *findings, *report.notes)
