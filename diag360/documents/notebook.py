"""The only module that knows papermill: parameters checked, notebook run, provenance stamped."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import write_ipynb

from diag360._version import __version__
from diag360.errors import Fault, Refusal

LONGEST = 600  # seconds a cell may take: a kernel that no longer answers is not waited for
_ENGINE = "diag360"
INJECTED = "parametres-recus"  # id of the cell papermill adds, which it draws at random


def run_notebook(
    template: Path,
    *,
    parameters: Mapping[str, str],
    partial: Path,
    told: Mapping[str, str] | None = None,
) -> Any:
    """Run a parameterised notebook in a fresh kernel.

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

    Returns
    -------
    nbformat.NotebookNode
        Executed notebook, stamped with what it was run with.

    Raises
    ------
    Refusal
        When a parameter is unknown, missing or not text, before anything runs; or when a cell
        fails, naming the error and the partial notebook.
    """
    check_parameters(template, parameters=parameters)
    words = {**parameters, **(told or {})}
    papermill_engines.register(_ENGINE, _WrittenOnce)
    try:
        papermill.execute_notebook(
            template,
            partial,
            engine_name=_ENGINE,
            parameters=dict(parameters),
            progress_bar=False,
            log_output=False,
            cwd=partial.parent,
            # The kernel's own chatter is for its developers.
            extra_arguments=["--log-level=ERROR"],
            shutdown_kernel="immediate",
            execution_timeout=LONGEST,
        )
    except CellTimeoutError as error:
        title = "Le carnet s’est arrêté :"
        problem = f"une cellule a dépassé {LONGEST} secondes"
        remedy = f"relancer ; sinon, ouvrir {partial} pour voir où il s’est arrêté"
        raise Refusal(title, [Fault(template.name, "", problem, remedy)]) from error
    except papermill.PapermillExecutionError as error:
        partial.write_text(nbformat.writes(_said(partial, words)), encoding="utf-8")
        title = "Le carnet s’est arrêté :"
        fault = Fault(
            template.name,
            f"cellule {error.exec_count}",
            f"{error.ename} : {error.evalue}",
            f"ouvrir {partial} pour voir la cellule fautive",
        )
        raise Refusal(title, [fault]) from error
    notebook = _said(partial, words)
    notebook.metadata["diag360"] = {
        "code_version": __version__,
        "notebook": template.name,
        "notebook_sha256": hashlib.sha256(template.read_bytes()).hexdigest(),
        "parameters": words,
    }
    return notebook


class _WrittenOnce(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Runs a notebook, and writes it once: papermill writes it twice per cell, outputs and all."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: str | None = None, **rest: Any
    ) -> Any:
        try:
            return super().execute_notebook(nb, kernel_name, output_path=None, **rest)
        except BaseException:
            write_ipynb(nb, output_path)
            raise


def _said(partial: Path, words: Mapping[str, str]) -> Any:
    """Read a notebook papermill wrote; its parameters are told in the words asked for."""
    notebook = nbformat.reads(partial.read_text(encoding="utf-8"), as_version=4)
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = INJECTED
            # A text of JSON is one of Python; papermill would escape the accents.
            lines = [
                f"{name} = {json.dumps(word, ensure_ascii=False)}" for name, word in words.items()
            ]
            cell.source = "\n".join(["# Parameters", *lines])
    notebook.metadata["papermill"]["parameters"] = dict(words)
    return notebook


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
    if not partial.exists():
        return refusal
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(partial, kept)
    faults = [
        Fault(f.file, f.place, f.problem, f.remedy.replace(str(partial), str(kept)))
        for f in refusal.faults
    ]
    return Refusal(refusal.title, faults)
