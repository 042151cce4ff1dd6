"""An audit written down: a page to read and print, a table for machines beside it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from diag360._version import __version__
from diag360.catalogue.load import load_catalogue
from diag360.challenge.audit.rules import HEADINGS, RULES
from diag360.challenge.audit.run import Audit, audit
from diag360.documents.figures.laboratory.audit_promises import audit_documents
from diag360.documents.figures.laboratory.audit_sentences import node_name, sentence
from diag360.documents.notebook import KERNEL
from diag360.documents.runs import OPEN_DATA, run_document
from diag360.errors import Fault, Refusal
from diag360.files import write_texts
from diag360.scoring.scores import score
from diag360.territories.values import read_values

SCHEMA = "diag360-audit/1"


@dataclass(frozen=True, slots=True)
class AuditFiles:
    """Where an audit was written, and what it holds."""

    html: Path
    notebook: Path
    json: Path
    audit: Audit


def make_audit(
    *,
    output: Path,
    values: str = OPEN_DATA,
    framework: str | None = None,
    weights: str | None = None,
    tier: str | None = None,
    draws: int = 1000,
    sample: int = 8,
    seed: int = 1,
    engine: str = KERNEL,
) -> AuditFiles:
    """Audit the index over every territory of a file, in the ten headings of the Handbook.

    Parameters
    ----------
    output : Path
        Folder; the page goes to ``<output>/audit.html``, with ``audit.ipynb`` and ``audit.json``.
    values : str
        ``open-data``, or the path of a CSV that holds several territories.
    framework, weights, tier : str, optional
        The defaults of the catalogue when left out.
    draws : int
        Draws of weights, ≥ 10.
    sample : int
        Territories whose variance is split among assumptions; 0 for none.
    seed : int
        Of the draws, ≥ 0: same seed, same bytes.
    engine : {"noyau", "fourche"}
        What runs the notebook (:func:`diag360.documents.notebook.run_notebook`).

    Returns
    -------
    AuditFiles
        Paths, and the audit itself.

    Raises
    ------
    Refusal
        When anything given is refused; nothing is written then.
    """
    faults = [
        Fault("audit", name, f"« {value} » est négatif", "donner 0 ou plus")
        for name, value in (("sample", sample), ("seed", seed))
        if value < 0
    ]
    if faults:
        title = "Audit refusé :"
        raise Refusal(title, faults)
    catalogue = load_catalogue()
    path = None if values == OPEN_DATA else Path(values).resolve()
    rows = read_values(path, catalogue=catalogue)
    scores = score(rows, catalogue=catalogue, framework=framework, weights=weights, tier=tier)
    found = audit_documents(
        audit(scores, generator=np.random.default_rng(seed), draws=draws, sample=sample)
    )
    parameters = {
        "values": OPEN_DATA if path is None else str(path),
        "framework": scores.framework.id,
        "weights": scores.scheme.id,
        "tier": scores.tier,
        "draws": str(draws),
        "sample": str(sample),
        "seed": str(seed),
    }
    made = run_document(
        "13_audit",
        parameters=parameters,
        folder=output,
        stem="audit",
        title="Audit de l’indice · Diagnostic 360° de résilience",
        engine=engine,
    )
    content = json.dumps(audit_record(found, seed=seed), ensure_ascii=False, indent=1)
    (written,) = write_texts(output, {"audit.json": content + "\n"})
    return AuditFiles(html=made.html, notebook=made.notebook, json=written, audit=found)


def audit_record(found: Audit, *, seed: int) -> dict[str, Any]:
    """Lay an audit out for machines: stable order, numbers unrounded, nothing that is not JSON.

    Parameters
    ----------
    found : Audit
        The audit.
    seed : int
        Of its draws.

    Returns
    -------
    dict
        ``schema`` (name and version of this layout), ``code``, ``catalogue``, ``framework``,
        ``weights``, ``tier``, ``territories``, ``draws``, ``sample``, ``least`` (territories asked
        of a correlation), ``seed``;
        ``headings``: number, label, pass, warn, not_applicable;
        ``rules``: id, heading, statistic, side (min, max, factor), threshold, unit (share,
        number, count, years, points; shares and points in [0, 1]), source, ours (whether the
        threshold is a convention of diag360);
        ``checks``: id, heading, rule, kind, node, label, value (null when it cannot be told),
        threshold, verdict (pass, warn, not_applicable), territories, reason, details, sentence;
        ``coverage``: share of the applicable weight known, by territory.
    """
    scores = found.scores
    counts = found.counts()
    return {
        "schema": SCHEMA,
        "code": __version__,
        "catalogue": scores.catalogue.version,
        "framework": scores.framework.id,
        "weights": scores.scheme.id,
        "tier": scores.tier,
        "territories": len(scores.indicator_scores),
        "draws": found.draws,
        "sample": found.sample,
        "least": found.least,
        "seed": seed,
        "headings": [
            {"number": number, "label": label, **counts[number]}
            for number, label in HEADINGS.items()
        ],
        "rules": [
            {
                "id": rule.id, "heading": rule.heading, "statistic": rule.statistic,
                "side": rule.side, "threshold": rule.threshold, "unit": rule.unit,
                "source": rule.source, "ours": rule.ours,
            }
            for rule in RULES.values()
        ],
        "checks": [
            {
                "id": one.id, "heading": one.of.heading, "rule": one.rule, "kind": one.kind,
                "node": one.node, "label": node_name(one, scores), "value": _number(one.value),
                "threshold": _number(one.threshold), "verdict": one.verdict,
                "territories": one.territories, "reason": one.reason,
                "details": {
                    name: value if isinstance(value, str) else _number(value)
                    for name, value in one.details.items()
                },
                "sentence": sentence(one, scores),
            }
            for one in found.checks
        ],
        "coverage": {
            str(code): _number(float(share))
            for code, share in zip(found.coverage.index, found.coverage, strict=True)
        },
    }  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
