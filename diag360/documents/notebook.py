"""The only module that knows papermill: parameters checked, notebook run, provenance stamped."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.execute import raise_for_execution_errors
from papermill.iorw import load_notebook_node, write_ipynb

from diag360._version import __version__
from diag360.errors import Fault, Refusal

LONGEST = 600  # seconds a cell may take: a kernel that no longer answers is not waited for
KERNEL = "noyau"  # a fresh kernel for each notebook
FORK = "fourche"  # a fork of this process, or this process when it is already one
ENGINES = (KERNEL, FORK)
_PREFIX = "diag360-"
_WIDGETS = "application/vnd.jupyter.widget-state+json"
_CLOCKS = ("start_time", "end_time", "duration")
INJECTED = "parametres-recus"  # id of the cell papermill adds, which it draws at random


def run_notebook(
    template: Path,
    *,
    parameters: Mapping[str, str],
    partial: Path,
    told: Mapping[str, str] | None = None,
    engine: str = KERNEL,
) -> Any:
    """Run a parameterised notebook, apart from everything else.

    Parameters
    ----------
    template : Path
        Notebook with a cell tagged ``parameters``.
    parameters : mapping of str to str
        A value for every parameter of the notebook, and for nothing else.
    partial : Path
        Where the notebook is written, as far as it went when a cell fails.
    told : mapping of str to str, optional
        What the executed notebook says of some parameters instead of what it was given: the word
        someone asked for, rather than a file made for the run and gone after it.
    engine : {"noyau", "fourche"}
        A fresh kernel, or a fork of this process (:mod:`diag360.documents.engine`); the outputs
        are the same.

    Returns
    -------
    nbformat.NotebookNode
        Executed notebook, stamped with what it was run with; no clock and no path of the run is
        left in it, so that the same run gives the same bytes.

    Raises
    ------
    Refusal
        When a parameter is unknown, missing or not text, before anything runs; or when a cell
        fails, naming the error and the partial notebook.
    """
    check_parameters(template, parameters=parameters)
    words = {**parameters, **(told or {})}
    try:
        ran = papermill.execute_notebook(
            template,
            None,
            parameters=dict(parameters),
            progress_bar=False,
            log_output=False,
            cwd=partial.parent,
            execution_timeout=LONGEST,
            kept=partial,
            **_chosen(engine),
        )
    except BaseException as error:
        if partial.exists():
            _tell_partial(partial, words)
        refusal = _refused(error, template=template, partial=partial, engine=engine)
        if refusal is None:
            raise
        raise refusal from error
    notebook = _numbered(_said(ran, words))
    notebook.metadata["diag360"] = {
        "code_version": __version__,
        "notebook": template.name,
        "notebook_sha256": hashlib.sha256(template.read_bytes()).hexdigest(),
        "parameters": words,
    }
    return notebook


def _chosen(engine: str) -> dict[str, Any]:
    """Give papermill the engine asked for, which writes a notebook only when it fails.

    Papermill writes it twice per cell, outputs and all.
    """
    rest: dict[str, Any] = {}
    if engine == FORK:
        # Importing IPython for it costs more than a kernel's client does.
        from diag360.documents.engine.papermill_engine import Diag360Engine

        base: Any = Diag360Engine
    elif engine == KERNEL:
        base = NBClientEngine
        # The kernel's own chatter is for its developers.
        rest = {"extra_arguments": ["--log-level=ERROR"], "shutdown_kernel": "immediate"}
    else:
        title = "Moteur refusé :"
        remedy = f"choisir parmi : {', '.join(ENGINES)}"
        raise Refusal(title, [Fault("--engine", "", f"« {engine} » est inconnu", remedy)])

    class WrittenOnce(base):  # type: ignore[misc]  # papermill has no types
        @classmethod
        def execute_notebook(cls, nb: Any, kernel_name: str, **given: Any) -> Any:
            kept = given.pop("kept")
            try:
                done = super().execute_notebook(nb, kernel_name, **given)
            except BaseException:
                write_ipynb(nb, str(kept))
                raise
            if _failed(done):
                write_ipynb(done, str(kept))
            return done

    papermill_engines.register(f"{_PREFIX}{engine}", WrittenOnce)
    return {"engine_name": f"{_PREFIX}{engine}", **rest}


def _failed(notebook: Any) -> bool:
    """Whether papermill will raise for an output of a cell."""
    outputs = (out for cell in notebook.cells for out in cell.get("outputs", []))
    return any(out.output_type == "error" for out in outputs) or any(
        cell.metadata.get("papermill", {}).get("exception") is True for cell in notebook.cells
    )


def _refused(error: BaseException, *, template: Path, partial: Path, engine: str) -> Refusal | None:
    """Say in French why a notebook stopped; None for what is not its doing."""
    title, place, remedy = "Le carnet s’est arrêté :", "", f"ouvrir {partial} pour voir"
    match error:
        case CellTimeoutError():
            problem = f"une cellule a dépassé {LONGEST} secondes"
            remedy = f"relancer ; sinon, {remedy} où il s’est arrêté"
        case DeadKernelError():
            problem = str(error) if engine == FORK else "le noyau s’est arrêté net"
            remedy = f"relancer ; sinon, {remedy} où il s’est arrêté"
        case papermill.PapermillExecutionError():
            place = f"cellule {error.exec_count}"
            problem = f"{error.ename} : {error.evalue}"
            remedy = f"{remedy} la cellule fautive"
        case _:
            return None
    return Refusal(title, [Fault(template.name, place, problem, remedy)])


def _tell_partial(partial: Path, words: Mapping[str, str]) -> None:
    """Tell a notebook that failed in the words asked for, and mark the cell where it did."""
    notebook = _said(load_notebook_node(str(partial)), words)
    with suppress(papermill.PapermillExecutionError):
        raise_for_execution_errors(notebook, str(partial))  # writes it, marks and all
        write_ipynb(notebook, str(partial))


def _said(notebook: Any, words: Mapping[str, str]) -> Any:
    """Tell the parameters in the words asked for, and leave out clocks and paths of the run."""
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = INJECTED
            # A text of JSON is one of Python; papermill would escape the accents.
            lines = [
                f"{name} = {json.dumps(word, ensure_ascii=False)}" for name, word in words.items()
            ]
            cell.source = "\n".join(["# Parameters", *lines])
        cell.metadata.pop("execution", None)
        _without(cell.metadata.get("papermill"), _CLOCKS)
    told = notebook.metadata["papermill"]
    _without(told, (*_CLOCKS, "input_path", "output_path"))
    told["parameters"] = dict(words)
    return notebook


def _numbered(notebook: Any) -> Any:
    """Name widgets in the order in which they were made, rather than at random."""
    held = notebook.metadata.get("widgets", {}).get(_WIDGETS, {}).get("state", {})
    if not held:
        return notebook
    names = {name: f"{at:032x}" for at, name in enumerate(held, start=1)}
    named = re.sub("|".join(names), lambda found: names[found[0]], json.dumps(notebook))
    return nbformat.from_dict(json.loads(named))


def _without(told: Any, names: Iterable[str]) -> None:
    for name in names:
        if told is not None:
            told.pop(name, None)


def parameters_of(template: Path) -> frozenset[str]:
    """Name the parameters a notebook takes."""
    return frozenset(papermill.inspect_notebook(str(template)))


def check_parameters(template: Path, *, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters papermill would let pass: unknown, missing, or not text.

    Papermill only warns of an unknown name and runs on the defaults: a wrong document that
    looks right. It also reads the code 01004 as a number when it is not given as text.

    Raises
    ------
    Refusal
        With every fault.
    """
    known = papermill.inspect_notebook(str(template))
    faults = []
    for name, value in parameters.items():
        if name not in known:
            near = get_close_matches(name, list(known), n=1)
            remedy = f"peut-être « {near[0]} » ?" if near else f"admis : {', '.join(known)}"
            faults.append(Fault(template.name, "paramètres", f"« {name} » est inconnu", remedy))
        elif not isinstance(value, str):
            problem = f"« {name} » vaut {value!r}, qui n’est pas un texte"
            faults.append(Fault(template.name, "paramètres", problem, "l’écrire entre guillemets"))
    for name in known:
        if name not in parameters:
            fault = Fault(
                template.name, "paramètres", f"« {name} » manque", "lui donner une valeur"
            )
            faults.append(fault)
    if faults:
        title = "Paramètres refusés :"
        raise Refusal(title, faults)


def keep_partial(refusal: Refusal, partial: Path, kept: Path) -> Refusal:
    """Keep the notebook that failed, beside the place of the document that did not come.

    Parameters
    ----------
    refusal : Refusal
        Names the partial notebook.
    partial, kept : Path
        Where the partial notebook is, and where it goes; nothing is done when there is none.

    Returns
    -------
    Refusal
        The same, naming the place where the notebook was kept.
    """
    if not move_partial(partial, kept):
        return refusal
    faults = [
        Fault(f.file, f.place, f.problem, f.remedy.replace(str(partial), str(kept)))
        for f in refusal.faults
    ]
    return Refusal(refusal.title, faults)


def move_partial(partial: Path, kept: Path) -> bool:
    """Move a notebook that did not end to where it is kept; say whether there was one."""
    if not partial.exists():
        return False
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(partial, kept)
    return True
