"""The audit written down: sentences, figures, tables, page, JSON."""

import json
import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from diag360 import load_catalogue, read_values, score
from diag360.challenge.audit.checks import Check, check, not_applicable
from diag360.challenge.audit.rules import HEADINGS, RULES
from diag360.challenge.audit.run import Audit, audit
from diag360.documents import audit as written
from diag360.documents.audit import audit_record, make_audit
from diag360.documents.figures.laboratory import audit_promises as documents
from diag360.documents.figures.laboratory.audit_blocks import (
    audit_head,
    audit_heading,
    audit_rules,
    audit_summary,
    lead_sentence,
)
from diag360.documents.figures.laboratory.audit_charts import (
    audit_correlations,
    audit_coverage,
    audit_scree,
)
from diag360.documents.figures.laboratory.audit_promises import audit_documents
from diag360.documents.figures.laboratory.audit_sentences import (
    REASONS,
    numbers,
    predicate,
    sentence,
    threshold_words,
)
from diag360.errors import Refusal
from diag360.paths import notebooks_dir

UNWANTED = (" nan", "None", "{", "[]", " .", ",,", " ,")


@pytest.fixture(scope="module", params=["besoins-2021", "diag360-1.3"])
def found(request) -> Audit:
    catalogue = load_catalogue()
    rows = read_values(catalogue=catalogue)
    scores = score(rows, catalogue=catalogue, framework=request.param, tier="standard")
    made = audit(scores, generator=np.random.default_rng(1), draws=20, sample=0)
    return audit_documents(made)


@pytest.fixture(scope="module")
def nearly_nothing() -> Audit:
    """Two territories: nothing can be compared."""
    catalogue = load_catalogue()
    rows = read_values(catalogue=catalogue)
    kept = rows[rows["territory"].isin(["200065928", "200000172"])]
    scores = score(kept, catalogue=catalogue)
    return audit(scores, generator=np.random.default_rng(1), draws=10, sample=0)


def words(html: str) -> str:
    body = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    return unescape(body).replace("\u00a0", " ").replace("\u202f", " ")


def clean(html: str) -> str:
    said = words(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    for unwanted in UNWANTED:
        assert unwanted not in said, unwanted
    return said


def test_every_check_has_one_french_sentence(found: Audit) -> None:
    for one in found.checks:
        said = sentence(one, found.scores)
        for unwanted in UNWANTED:
            assert unwanted not in said, (one.id, said)
        assert said.endswith(".")
        assert "'" not in said


def test_every_rule_can_be_said_whatever_its_verdict(found: Audit) -> None:
    node = found.scores.framework.needs[0].id
    for name, rule in RULES.items():
        for value in (0.0, 0.4, 3.0):
            one = check(name, "need", node, value, details={"other": node})
            assert predicate(one, found.scores), name
        assert predicate(not_applicable(name, "need", node, "un_seul"), found.scores)
        assert rule.source
        assert threshold_words(name)


def test_a_warning_never_prints_the_number_of_its_threshold() -> None:
    close = check("couverture", "need", "boire", 0.6496)
    assert close.verdict == "warn"
    value, limit = (words(part) for part in numbers(close))
    assert (value, limit) == ("64,96 %", "65 %")
    exact = check("couverture", "need", "boire", 0.65)
    assert numbers(exact)[0] == numbers(exact)[1]


def test_the_first_page_counts_what_the_headings_hold(found: Audit) -> None:
    said = clean(audit_summary(found).html)
    for heading, label in HEADINGS.items():
        assert label in said
        counts = found.counts()[heading]
        assert sum(counts.values()) == len(found.of(heading=heading)) > 0
    total = sum(one.verdict == "warn" for one in found.checks)
    assert f"{total} alertent" in said
    assert "une valeur quelque part" in lead_sentence(found)
    clean(audit_head(found).html)
    for source in ("Nunnally (1978)", "Critère de Kaiser", "JRC", "COINr"):
        assert source in clean(audit_rules(found).html)


def test_a_heading_tells_every_warning_and_every_reason(found: Audit) -> None:
    for heading in HEADINGS:
        html = audit_heading(found, heading=heading).html
        said = clean(html)
        warned = found.of(heading=heading, verdict="warn")
        assert html.count('<tr><th scope="row"') == len(warned) + len(
            {one.rule for one in found.of(heading=heading)}
        )
        for one in found.of(heading=heading, verdict="not_applicable"):
            assert REASONS[one.reason] in said
        if not warned:
            assert "Rien n’alerte" in said


def test_figures_have_their_alternative(found: Audit, nearly_nothing: Audit) -> None:
    for figure in (audit_coverage, audit_correlations, audit_scree):
        html = figure(found).html
        (alt,) = re.findall(r'alt="([^"]+)"', html)
        assert len(alt) > 40
        clean(html)
        clean(figure(nearly_nothing).html)
    assert "<img" not in audit_correlations(nearly_nothing).html
    assert "<img" not in audit_scree(nearly_nothing).html


def test_two_territories_are_audited_for_what_they_are(nearly_nothing: Audit) -> None:
    said = clean(audit_heading(nearly_nothing, heading=4).html)
    assert "trop peu de territoires" in said
    assert not nearly_nothing.of(heading=4, verdict="pass")


def test_our_documents_keep_their_promises(found: Audit) -> None:
    tenth = {one.rule: one for one in found.of(heading=10)}
    assert {one.verdict for one in tenth.values()} == {"pass"}
    assert set(tenth) == {name for name, rule in RULES.items() if rule.heading == 10}


def test_a_broken_promise_is_seen(found: Audit, tmp_path: Path, monkeypatch) -> None:
    cell = {"cell_type": "code", "source": ["scores.global_mean()"]}
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    monkeypatch.setattr(documents, "notebooks_dir", lambda: tmp_path)
    assert documents.overall_calls() == 1
    assert documents.share_described(['<img src="a" alt="b"><img src="c" alt=" ">']) == 0.5
    bare = re.compile("entre (\\d+) et (\\d+)")
    drawn = documents.charts.profile

    def without(*args, **kwargs):
        made = drawn(*args, **kwargs)
        return type(made)(bare.sub("50", made.html.replace("indéterminé", "50")))

    monkeypatch.setattr(documents.charts, "profile", without)
    seen = {one.rule: one for one in documents.audit_documents(found).checks}
    for rule in ("note_globale", "intervalles_imprimes", "indetermines"):
        assert seen[rule].verdict == "warn", rule


def test_unsourced_or_undated_values_are_seen(found: Audit) -> None:
    from dataclasses import replace

    rows = found.scores.observations.copy()
    rows.loc[rows.index[:10], "year"] = None
    rows["source"] = rows["source"].where(rows.index != rows.index[0], "inconnue")
    other = replace(found, scores=replace(found.scores, observations=rows), checks=())
    seen: dict[str, Check] = {one.rule: one for one in audit_documents(other).checks}
    assert seen["annees"].value == pytest.approx(1 - 10 / len(rows))
    assert seen["sources"].value == pytest.approx(1 - 1 / len(rows))
    assert seen["annees"].verdict == seen["sources"].verdict == "warn"


def test_the_record_is_json_in_a_stable_order(found: Audit) -> None:
    record = audit_record(found, seed=1)
    content = json.dumps(record, allow_nan=False)
    assert content == json.dumps(audit_record(found, seed=1), allow_nan=False)
    read = json.loads(content)
    assert read["schema"] == written.SCHEMA
    assert len(read["checks"]) == len(found.checks)
    for own, one in zip(read["checks"], found.checks, strict=True):
        assert own["id"] == one.id
        assert (own["value"] is None) == np.isnan(one.value)
        assert own["value"] is None or own["value"] == one.value
    assert sum(one["warn"] for one in read["headings"]) == len(found.of(verdict="warn"))
    assert len(read["coverage"]) == read["territories"] == 1255
    assert {one["rule"] for one in read["checks"]} <= {one["id"] for one in read["rules"]}


def test_negative_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        make_audit(output=tmp_path / "out", sample=-2, seed=-1)
    assert "« -2 » est négatif" in str(refusal.value)
    assert "« -1 » est négatif" in str(refusal.value)
    assert not (tmp_path / "out").exists()


def test_the_notebook_asks_for_every_heading() -> None:
    cells = json.loads((notebooks_dir() / "13_audit.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for heading in HEADINGS:
        assert f"audit_heading(found, heading={heading})" in code


@pytest.mark.documents
def test_the_page_says_what_the_json_says(tmp_path: Path) -> None:
    made = make_audit(output=tmp_path, draws=10, sample=0)
    read = json.loads(made.json.read_text(encoding="utf-8"))
    said = clean(made.html.read_text(encoding="utf-8"))
    warned = sum(one["verdict"] == "warn" for one in read["checks"])
    applied = sum(one["verdict"] != "not_applicable" for one in read["checks"])
    assert f"Sur {applied} contrôles applicables, {warned} alertent" in said
    for one in read["checks"]:
        if one["verdict"] == "warn" and one["kind"] == "whole":
            assert one["sentence"].replace("\u00a0", " ").replace("\u202f", " ") in said
    page = made.html.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*\.(?:js|css|png)', page)
    assert {path.name for path in tmp_path.iterdir()} == {"audit.html", "audit.ipynb", "audit.json"}
