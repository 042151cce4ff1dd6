"""``run.json``: with what a batch was made, how long it took, what failed."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from diag360._version import __version__
from diag360.catalogue.load import load_catalogue
from diag360.documents.batch.running.inputs import LIBRARIES
from diag360.documents.batch.running.limits import Limits
from diag360.documents.batch.running.receipts import log_path, receipt_path
from diag360.documents.batch.running.run import Ran
from diag360.files import write_texts

FILE = "run.json"
SCHEMA = "diag360-lot/1"


def record_of(
    ran: Ran,
    *,
    output: Path,
    limits: Limits,
    started: datetime,
    ended: datetime,
    manifest: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Lay out a run for machines.

    Parameters
    ----------
    ran : Ran
        What came of it.
    output : Path
        Folder of the batch.
    limits : Limits
        How it ran.
    started, ended : datetime
        When; with their offset.
    manifest : mapping of str to str, optional
        What it was asked: ``name`` and ``sha256``.

    Returns
    -------
    dict
        ``schema``, ``code``, ``catalogue``, ``python``, ``libraries``, ``manifest`` (name,
        sha256), ``started``, ``ended``, ``seconds``, ``limits``, ``stopped``, ``counts`` (made,
        kept, failed, missing), ``missing`` (keys), ``failures``, ``documents``; durations [s],
        memory [MB].
    """
    kept = {one.key for one in ran.todo.kept}
    why = {work.task.key: work.why for work in ran.todo.works}
    return {
        "schema": SCHEMA,
        "code": __version__,
        "catalogue": load_catalogue().version,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "manifest": None if manifest is None else dict(manifest),
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - started).total_seconds(), 1),
        "limits": {**asdict(limits), "jobs": limits.workers},
        "stopped": ran.stopped,
        "counts": {
            "made": ran.made,
            "kept": len(kept),
            "failed": len(ran.failed),
            "missing": len(ran.missing),
        },
        "missing": list(ran.missing),
        "failures": [
            {
                "key": one.key,
                "name": one.name,
                "kind": one.error.kind,
                "message": one.error.message,
                "notebook": one.error.notebook,
                "log": _there(log_path(output, one.key), output),
                "receipt": _there(receipt_path(output, one.key), output),
            }
            for one in ran.failed
            if one.error is not None
        ],
        "documents": [
            {
                "key": one.key,
                "name": one.name,
                "status": one.status,
                "this_run": one.key in why and one.key not in ran.missing,
                "why": why.get(one.key, ""),
                "inputs": one.inputs,
                "parts": dict(one.parts),
                "files": dict(one.files),
                "seconds": one.seconds,
                "cpu_seconds": one.cpu_seconds,
                "memory_mb": one.memory_mb,
            }
            for one in ran.receipts.values()
        ],
    }


def write_record(record: Mapping[str, Any], *, output: Path) -> Path:
    """Write ``run.json``.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    text = json.dumps(record, ensure_ascii=False, indent=1)
    return write_texts(output, {FILE: text + "\n"})[0]


def _there(path: Path, output: Path) -> str:
    return path.relative_to(output).as_posix() if path.is_file() else ""
