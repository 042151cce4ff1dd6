"""The published workbook, recalculated by LibreOffice: see ``golden/make_workbook_golden.py``."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import diag360

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def golden():
    table = pd.read_csv(GOLDEN / "workbook_v1.3.5.csv", dtype={"value": str}, keep_default_na=False)
    table["score"] = pd.to_numeric(table["score"])
    return table


@pytest.fixture(scope="module")
def scores(golden, catalogue, tmp_path_factory):
    path = tmp_path_factory.mktemp("golden") / "cas.csv"
    tidy = golden.rename(columns={"case": "territory"})[["territory", "indicator", "value"]]
    tidy.to_csv(path, index=False)
    values = diag360.read_values(path, catalogue=catalogue)
    return diag360.score(values, catalogue=catalogue, framework="diag360-1.3", weights="egal")


def test_the_golden_cases_cover_every_line_and_every_side_of_its_bounds(golden, catalogue):
    assert golden["case"].nunique() == 7
    lines = {i.id for i in catalogue.indicators.values() if "diag360-1.3" in i.needs}
    assert len(lines) == 124
    for _, case in golden.groupby("case"):
        assert sorted(case["indicator"]) == sorted(lines)
    known = golden[golden["score"].notna()]
    assert (known["score"] == 0).sum() > 100
    assert (known["score"] == 1).sum() > 100
    assert ((known["score"] > 0) & (known["score"] < 1)).sum() > 200
    assert (golden["value"] == "").sum() > 100
    assert golden["score"].isna().equals(golden["value"] == "")


def test_every_indicator_scores_what_the_workbook_says(golden, scores):
    expected = golden.pivot_table(
        index="case", columns="indicator", values="score", aggfunc="first", dropna=False
    )
    found = scores.indicator_scores.loc[expected.index, expected.columns]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_every_need_is_the_plain_mean_of_the_lines_present(golden, scores):
    table = golden.assign(need=golden["indicator"].map(scores.need_of))
    expected = table.pivot_table(index="case", columns="need", values="score", aggfunc="mean")
    found = scores.needs.score.loc[expected.index, expected.columns]
    assert found.shape == (7, 11)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_every_need_is_the_mean_the_spreadsheet_computes(scores):
    table = pd.read_csv(GOLDEN / "workbook_v1.3.5_needs.csv")
    expected = table.pivot_table(index="case", columns="need", values="score", aggfunc="first")
    assert expected.notna().all(axis=None)
    found = scores.needs.score.loc[expected.index, expected.columns]
    assert found.shape == (7, 11)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_a_need_of_the_sparse_case_shows_how_little_is_known(golden, scores):
    known = golden[(golden["case"] == "clairseme") & (golden["value"] != "")]
    count = known["indicator"].map(scores.need_of).value_counts()
    size = scores.need_of.value_counts()
    expected = (count / size).reindex(scores.needs.coverage.columns, fill_value=0.0)
    np.testing.assert_allclose(scores.needs.coverage.loc["clairseme"], expected, rtol=0, atol=1e-12)
    assert not scores.determined.loc["clairseme"].all()
    assert scores.determined.loc["dedans"].all()
