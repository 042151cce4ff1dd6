"""Withdrawals in closed form against catalogues that really lose the indicator."""

from dataclasses import replace

import numpy as np
import pytest
from profile_values import drawn_values

import diag360
from diag360.challenge.leave_one_out import leave_one_out
from diag360.challenge.robustness import BORDERS

CODES = [f"t{n}" for n in range(12)]


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="module")
def values(catalogue):
    return drawn_values(catalogue, territories=CODES, seed=8, share=0.75)


@pytest.fixture(scope="module")
def scores(values, catalogue):
    return diag360.score(values, catalogue=catalogue, weights="criteres", tier="standard")


@pytest.fixture(scope="module")
def found(scores):
    return leave_one_out(scores)


def conclusions(scores, territory):
    """Order of the determined needs, and the three weakest."""
    row = scores.needs.score.loc[territory][scores.determined.loc[territory]]
    ranked = list(row.sort_values(kind="stable").index)
    return ranked, set(ranked[:3])


def test_every_withdrawal_is_what_the_catalogue_without_it_says(found, scores, values, catalogue):
    seen = dict.fromkeys(("gained", "lost", "order", "weakest", "level"), 0)
    for name in found.change.columns[::2]:
        kept = {i: one for i, one in catalogue.indicators.items() if i != name}
        without = diag360.score(
            values[values["indicator"] != name], catalogue=replace(catalogue, indicators=kept),
            weights="criteres", tier="standard",
        )  # fmt: skip
        need = scores.need_of[name]
        before, after = scores.needs.score[need], without.needs.score[need]
        np.testing.assert_allclose(found.score[name], after, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found.change[name], after - before, rtol=0, atol=1e-12)
        was, now = scores.determined[need], without.determined[need]
        assert (found.gained[name] == (~was & now)).all()
        assert (found.lost[name] == (was & ~now)).all()
        for territory in CODES:
            ranked, three = conclusions(scores, territory)
            again, others = conclusions(without, territory)
            assert found.weakest.loc[territory, name] == (three != others), (territory, name)
            both = was[territory] and now[territory]
            assert found.order.loc[territory, name] == (both and ranked != again)
            classes = np.searchsorted(BORDERS, [before[territory], after[territory]], side="right")
            assert found.level.loc[territory, name] == (both and classes[0] != classes[1])
        for flag in seen:
            seen[flag] += int(getattr(found, flag)[name].sum())
    assert min(seen.values()) >= 5, seen


def test_a_value_nobody_gave_changes_no_score(found, scores):
    missing = scores.indicator_scores[found.change.columns].isna()
    told = found.change.where(missing).stack().dropna()
    assert len(told) > 50
    assert (told == 0).all()


def test_the_only_indicator_leaves_nothing(catalogue, values):
    rows = values[(values["territory"] == "t3") & (values["status"] == "observe")]
    scores = diag360.score(rows.iloc[:1], catalogue=catalogue, tier="expert")
    name = rows["indicator"].iloc[0]
    found = leave_one_out(scores)
    assert np.isnan(found.score.loc["t3", name])
    assert np.isnan(found.change.loc["t3", name])
    assert not found.order.to_numpy().any()


def test_what_is_said_of_one_territory_is_its_row(found):
    table = found.of("t5")
    assert list(table.index) == list(found.change.columns)
    np.testing.assert_array_equal(table["change"], found.change.loc["t5"])
    np.testing.assert_array_equal(table["weakest"], found.weakest.loc["t5"])


def test_a_summary_counts_territories(found):
    table = found.summary()
    np.testing.assert_array_equal(table["weakest"], found.weakest.to_numpy().sum(axis=0))
    np.testing.assert_allclose(table["largest"], np.nanmax(np.abs(found.change.to_numpy()), axis=0))
    assert (table["known"] <= len(CODES)).all()


def test_territories_are_judged_alone(found, values, catalogue):
    """What is said of one does not depend on how many are judged together."""
    one = diag360.score(
        values[values["territory"] == "t7"], catalogue=catalogue, weights="criteres"
    )
    alone = leave_one_out(one)
    np.testing.assert_allclose(alone.change.loc["t7"], found.change.loc["t7"], rtol=0, atol=1e-12)
    for name in ("order", "weakest", "level", "gained", "lost"):
        np.testing.assert_array_equal(
            getattr(alone, name).loc["t7"], getattr(found, name).loc["t7"]
        )
