"""Correlations, near-duplicates, and what weighs against what matters."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from profile_values import drawn_values

import diag360
from diag360.challenge.importance import correlation_ratio, importance
from diag360.challenge.redundancy import _flag, redundancy, repeated_questions

FIXED = settings(derandomize=True, deadline=None, max_examples=30)
CODES = [f"t{n:03d}" for n in range(150)]


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="module")
def scores(catalogue):
    values = drawn_values(catalogue, territories=CODES, seed=21, share=0.85)
    return diag360.score(values, catalogue=catalogue, tier="expert")


def among(scores, need, count):
    return [str(name) for name in scores.need_of.index[scores.need_of == need][:count]]


@pytest.fixture(scope="module")
def marked(scores):
    """Scores in which some indicators were made to say the same, or the contrary."""
    generator = np.random.default_rng(4)
    table = scores.indicator_scores.copy()
    first, second, third, fourth = among(scores, "boire", 4)
    far = among(scores, "me_soigner", 1)[0]
    lone = among(scores, "me_deplacer", 1)[0]
    own = generator.random(len(table))
    table[first] = own
    table[second] = np.clip(own + generator.normal(0, 0.02, len(table)), 0, 1)
    table[third] = 1 - own
    table[far] = own
    table[fourth] = 0.5
    table[lone] = np.where(np.arange(len(table)) < 40, own, np.nan)
    whole = pd.DataFrame(True, index=table.index, columns=table.columns)
    return replace(scores, indicator_scores=table, applicable=whole)


def test_made_duplicates_contraries_and_strangers_are_flagged(marked):
    found = redundancy(marked, least=60)
    first, second, third, fourth = among(marked, "boire", 4)
    far = among(marked, "me_soigner", 1)[0]
    flags = {(p.first, p.second): p for p in found.pairs.itertuples()}
    assert flags[first, second].flag == "doublon"
    assert flags[first, third].flag == "contraire"
    duplicate = next(p for pair, p in flags.items() if set(pair) == {first, far})
    assert duplicate.flag == "doublon"
    assert not duplicate.same_need
    assert {first, second, far} <= set(next(c for c in found.clusters if first in c))
    assert third not in {name for cluster in found.clusters for name in cluster}
    # What does not vary, or is known in too few territories, has no correlation.
    lone = among(marked, "me_deplacer", 1)[0]
    for name in (fourth, lone):
        assert name not in found.judged
        assert found.correlations[name].drop(name).isna().all()
        assert not any(name in pair for pair in flags)
    assert found.common.loc[lone, first] == 40
    assert first in redundancy(marked, least=40).judged
    assert lone in redundancy(marked, least=40).judged


def test_correlations_are_those_of_numpy_on_common_territories(scores):
    found = redundancy(scores, least=60)
    table = scores.indicator_scores.where(scores.applicable)
    names = list(found.judged)[:12]
    for one in names:
        for other in names:
            both = table[one].notna() & table[other].notna()
            assert found.common.loc[one, other] == both.sum()
            r = np.corrcoef(table[one][both], table[other][both])[0, 1]
            assert found.correlations.loc[one, other] == pytest.approx(r, abs=1e-12)


def test_flags_follow_the_rule_and_come_strongest_first(scores):
    found = redundancy(scores, least=60)
    size = found.pairs["correlation"].abs()
    assert size.is_monotonic_decreasing
    for pair in found.pairs.itertuples():
        same = scores.need_of[pair.first] == scores.need_of[pair.second]
        assert pair.same_need == same
        match pair.flag:
            case "doublon":
                assert pair.correlation > 0.92
            case "contraire":
                assert same
                assert pair.correlation < -0.4
            case "etranger":
                assert same
                assert -0.4 <= pair.correlation < 0.3
    assert set(found.pairs["flag"]) == {"etranger"}  # values are drawn at random


@pytest.mark.parametrize(
    ("r", "flag"),
    [(0.93, "doublon"), (0.92, None), (0.3, None), (0.29, "etranger"), (-0.29, "etranger"),
     (-0.35, "etranger"), (-0.4, "etranger"), (-0.41, "contraire"), (np.nan, None)],
)  # fmt: skip
def test_no_correlation_under_the_threshold_escapes(r, flag):
    assert _flag(r, same=True) == flag
    assert _flag(r, same=False) == ("doublon" if r > 0.92 else None)


def test_an_indicator_that_goes_with_another_need_strays(marked):
    first, second, third, _ = among(marked, "boire", 4)
    table = marked.indicator_scores.copy()
    for name in among(marked, "me_soigner", 40):
        table[name] = table[third]
    found = redundancy(replace(marked, indicator_scores=table), least=60)
    row = found.fit.loc[third]
    assert row["best_need"] == "me_soigner"
    assert row["best"] == pytest.approx(1.0)
    assert row["strays"]
    assert row["own"] < 0
    # Its own need is measured without it: nothing goes with itself.
    rest = [n for n in among(marked, "boire", 99) if n != third and marked.weights[n] > 0]
    mean = table[rest].mean(axis=1)
    assert row["own"] == pytest.approx(float(table[third].corr(mean)), abs=1e-12)
    assert {first, second} & set(found.judged) == {first, second}


def test_the_eleven_referent_agents_are_counted(catalogue):
    values = drawn_values(catalogue, territories=CODES[:1], seed=1)
    told = diag360.score(values, catalogue=catalogue, framework="diag360-1.3", tier="expert")
    found = repeated_questions(told)
    agents = found[0]
    assert agents.label == "Identification d’un agent-référent"
    assert len(agents.indicators) == 11
    assert agents.needs == 11
    assert agents.share == pytest.approx(11 / 124)
    sizes = told.need_of.value_counts()
    expected = [1 / sizes[told.need_of[name]] for name in agents.indicators]
    np.testing.assert_allclose(agents.weights, expected)
    assert all(len(one.indicators) > 1 for one in found)


# --- importance


def test_the_correlation_ratio_of_few_values_is_the_variance_between_groups():
    x = np.repeat([0.0, 0.5, 1.0], [20, 30, 50])
    y = np.random.default_rng(3).random(100) + np.array([0.0, 1.0, 0.2])[np.searchsorted(
        [0.0, 0.5, 1.0], x)]  # fmt: skip
    means = pd.Series(y).groupby(x).transform("mean").to_numpy()
    assert correlation_ratio(x, y) == pytest.approx(means.var() / y.var(), abs=1e-12)


@FIXED
@given(st.integers(0, 2**20), st.floats(0.0, 1.0))
def test_it_lies_between_the_straight_line_and_one(seed, noise):
    generator = np.random.default_rng(seed)
    x = generator.random(200)
    y = np.sin(6 * x) + noise * generator.normal(size=200)
    ratio = correlation_ratio(x, y)
    assert np.corrcoef(x, y)[0, 1] ** 2 - 1e-12 <= ratio <= 1


def test_it_sees_a_bend_that_a_line_does_not_and_no_link_where_there_is_none():
    generator = np.random.default_rng(5)
    x = generator.random(1000)
    bend = (x - 0.5) ** 2
    assert np.corrcoef(x, bend)[0, 1] ** 2 < 0.01
    assert correlation_ratio(x, bend) > 0.98
    noisy = bend + generator.normal(0, bend.std(), 1000)
    assert correlation_ratio(x, noisy) == pytest.approx(0.5, abs=0.08)
    # A smooth curve follows a little of the noise it is drawn through.
    assert correlation_ratio(x, generator.random(1000)) < 0.05


def test_what_does_not_vary_has_no_importance():
    generator = np.random.default_rng(6)
    assert correlation_ratio(np.full(50, 0.4), generator.random(50)) == 0
    assert np.isnan(correlation_ratio(generator.random(50), np.full(50, 0.4)))


def test_of_two_equal_weights_the_one_that_varies_makes_the_score(scores):
    """s1 and s2 are independent: S is the share of each variance, closed form of a linear model."""
    generator = np.random.default_rng(7)
    pair = among(scores, "me_soigner", 2)
    table = pd.DataFrame(np.nan, index=range(3000), columns=scores.indicator_scores.columns)
    table[pair[0]] = generator.random(3000)
    table[pair[1]] = 0.5 + 0.2 * (generator.random(3000) - 0.5)
    whole = pd.DataFrame(True, index=table.index, columns=table.columns)
    found = importance(replace(scores, indicator_scores=table, applicable=whole))
    assert list(found.table.index) == pair
    np.testing.assert_allclose(found.table["weight"], 0.5)
    expected = np.array([1, 0.04]) / 1.04
    np.testing.assert_allclose(found.table["ratio"], expected, rtol=0, atol=0.03)
    np.testing.assert_allclose(found.table["linear"], expected, rtol=0, atol=0.03)
    assert set(found.not_judged) == set(scores.weights.index[scores.weights > 0]) - set(pair)


def test_only_territories_that_know_every_indicator_judged_are_compared(scores):
    pair = among(scores, "me_soigner", 3)
    generator = np.random.default_rng(8)
    table = pd.DataFrame(np.nan, index=range(300), columns=scores.indicator_scores.columns)
    table[pair] = generator.random((300, 3))
    table.loc[250:, pair[0]] = np.nan
    table.loc[120:, pair[2]] = np.nan
    whole = pd.DataFrame(True, index=table.index, columns=table.columns)
    marks = replace(scores, indicator_scores=table, applicable=whole)
    assert importance(marks, least=100).table["common"].tolist() == [120, 120, 120]
    kept = importance(marks, least=200)
    assert list(kept.table.index) == pair[:2]
    assert kept.table["common"].tolist() == [250, 250]
    assert pair[2] in kept.not_judged
    assert importance(marks, least=301).table.empty
