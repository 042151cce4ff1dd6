"""Notebooks made to hurt, and what two runs of one must have in common."""

import json
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.engines import papermill_engines

from diag360.documents.engine.papermill_engine import NAME, Diag360Engine

STOCK = "nbclient"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
_NOISE = (
    (re.compile(r"0x[0-9a-f]{6,}"), "0x…"),
    (re.compile(r"ipykernel_\d+"), "ipykernel_…"),
    (re.compile(r"\d+(\.\d+)?(it/s|s/it)"), "…it/s"),
    (re.compile(r"\d+:\d+<\S+"), "0:00<…"),
)
_IDS = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")

papermill_engines.register(NAME, Diag360Engine)


def notebook_of(*sources: str | tuple[str, list[str]]) -> Any:
    """Make a notebook of code cells; one given with tags has them."""
    cells = [new_markdown_cell("# Épreuve"), new_code_cell("n = 1", metadata=_tags("parameters"))]
    for source in sources:
        code, tags = (source, []) if isinstance(source, str) else source
        cells.append(new_code_cell(code, metadata=_tags(*tags)))
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _tags(*tags: str) -> dict[str, Any]:
    return {"tags": list(tags)} if tags else {}


def ran(notebook: Any, engine: str, folder: Path, **options: Any) -> tuple[Any, Exception | None]:
    """Run a notebook with an engine; give what was written of it, and what was raised."""
    folder.mkdir(parents=True, exist_ok=True)
    given, made = folder / "in.ipynb", folder / "out.ipynb"
    nbformat.write(notebook, given)
    parameters: Mapping[str, Any] = options.pop("parameters", {"n": 2})
    raised = None
    try:
        papermill.execute_notebook(
            given, made, engine_name=engine, parameters=parameters, cwd=folder,
            progress_bar=False, **options,
        )  # fmt: skip
    except Exception as error:
        raised = error
    return nbformat.read(made, as_version=4), raised


def outputs_of(notebook: Any) -> list[list[dict[str, Any]]]:
    """Give the outputs of each code cell."""
    return [_joined(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]


def widgets_of(notebook: Any) -> list[str]:
    """Give the state of each widget, those it names told in full instead of by a random id."""
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]

    def full(text: str, *, deep: int = 6) -> str:
        return _IDS.sub(
            lambda found: full(json.dumps(states[found[0]]), deep=deep - 1) if deep else "…", text
        )

    return sorted(full(json.dumps(state)) for state in states.values())


def _joined(outputs: list[Any]) -> list[dict[str, Any]]:
    """Join the pieces of a stream that follow one another: a clock cuts them."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        one = dict(output)
        last = joined[-1] if joined else {}
        if one["output_type"] == "stream" and last.get("name") == one["name"]:
            last["text"] += one["text"]
        else:
            joined.append(one)
    return joined


def told(notebook: Any) -> Any:
    """Give all of a notebook that two runs must have in common, as plain values."""
    cells = []
    for cell in notebook.cells:
        metadata = {k: v for k, v in cell.metadata.items() if k != "execution"}
        run = metadata.pop("papermill", {})
        kept = {key: run.get(key) for key in ("exception", "status")}
        one = {"type": cell.cell_type, "source": cell.source, "metadata": metadata, "run": kept}
        if cell.cell_type == "code":
            one |= {"count": cell.execution_count, "outputs": _joined(cell.outputs)}
        cells.append(one)
    metadata = {k: v for k, v in notebook.metadata.items() if k not in {"papermill", "widgets"}}
    return quiet({"cells": cells, "metadata": metadata})


def quiet(value: Any, names: dict[str, str] | None = None) -> Any:
    """Take addresses, numbers of processes, speeds and random ids out of a value."""
    names = {} if names is None else names
    if isinstance(value, str):
        for pattern, word in _NOISE:
            value = pattern.sub(word, value)
        return _IDS.sub(lambda found: names.setdefault(found[0], f"id-{len(names)}"), value)
    if isinstance(value, dict):
        return {quiet(key, names): quiet(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        # A recursion goes on for a few calls more or less: what is repeated is told once.
        return [one for one, _ in groupby(quiet(one, names) for one in value)]
    return value
