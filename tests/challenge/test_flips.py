"""A threshold is where things turn over: checked on either side of it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from profile_values import drawn_values

import diag360
from diag360.challenge.flip_report import flip_report, weights_levelling
from diag360.challenge.flips import (
    anchors_giving,
    score_reaching,
    weight_levelling,
    weight_reaching,
)
from diag360.challenge.robustness import BORDERS
from diag360.scoring.scales import endpoints

FIXED = settings(derandomize=True, deadline=None, max_examples=200)
STEP = 1e-9
CODES = [f"t{n}" for n in range(6)]
SCORE = st.integers(0, 1000).map(lambda part: part / 1000)
MAYBE = st.one_of(SCORE, st.just(float("nan")))
WEIGHT = st.integers(1, 400).map(lambda part: part / 100)


def mean(scores, weights):
    known = ~np.isnan(scores)
    return float((scores[known] * weights[known]).sum() / weights[known].sum())


@st.composite
def needs(draw, values=MAYBE):
    size = draw(st.integers(2, 8))
    scores = np.array(draw(st.lists(values, min_size=size, max_size=size)))
    weights = np.array(draw(st.lists(WEIGHT, min_size=size, max_size=size)))
    assume((~np.isnan(scores)).sum() >= 2)
    return scores, weights


# --- pure functions


@FIXED
@given(needs(), SCORE)
def test_at_its_threshold_a_weight_gives_the_target_and_turns_it_over_on_either_side(need, target):
    scores, weights = need
    found = weight_reaching(np.array(target), scores=scores, weights=weights)
    assert found.shape == scores.shape
    for at, weight in enumerate(found):
        if np.isnan(weight) or weight == 0:
            continue
        sides = []
        for factor in (1 - STEP, 1.0, 1 + STEP):
            bent = weights.copy()
            bent[at] = weight * factor
            sides.append(mean(scores, bent) - target)
        assert abs(sides[1]) < 1e-12
        # What a step of 1e-9 moves must show above rounding.
        share = weight / (np.nansum(np.where(np.isnan(scores), 0, weights)) - weights[at] + weight)
        if abs(scores[at] - target) * share * (1 - share) > 1e-5:
            assert sides[0] * sides[2] < 0


@FIXED
@given(needs(), SCORE)
def test_no_threshold_is_missed(need, target):
    """A score that a weight can bring on either side of the target has a threshold."""
    scores, weights = need
    found = weight_reaching(np.array(target), scores=scores, weights=weights)
    for at in np.flatnonzero(~np.isnan(scores)):
        without = np.delete(scores, at), np.delete(weights, at)
        if np.isnan(without[0]).all():
            continue
        # From its withdrawal to a weight beyond measure, the mean goes to the score itself.
        ends = np.array([mean(*without), scores[at]]) - target
        if ends[0] * ends[1] < -1e-9:
            assert found[at] > 0
        elif ends[0] * ends[1] > 1e-9:
            assert np.isnan(found[at])


def test_missing_scores_have_no_threshold_and_targets_broadcast():
    scores, weights = np.array([0.2, np.nan, 0.8]), np.array([1.0, 1.0, 1.0])
    found = weight_reaching(np.array([0.4, 0.5]), scores=scores, weights=weights)
    assert found.shape == (2, 3)
    np.testing.assert_allclose(found[0], [2.0, np.nan, 0.5])
    np.testing.assert_allclose(found[1], [1.0, np.nan, 1.0])


@FIXED
@given(needs(), st.data())
def test_where_two_territories_are_level_their_order_turns_over(need, data):
    first, weights = need
    second = np.array(data.draw(st.lists(MAYBE, min_size=len(first), max_size=len(first))))
    assume((~np.isnan(second)).sum() >= 2)
    for at in range(len(first)):
        found = weight_levelling((first, second), weights=weights, indicator=at)
        assert list(found) == sorted(found)
        gaps = []
        for weight in found:
            bent = weights.copy()
            bent[at] = weight
            gaps.append(mean(first, bent) - mean(second, bent))
        np.testing.assert_allclose(gaps, 0.0, atol=1e-6)


@FIXED
@given(needs(values=SCORE), st.data())
def test_no_level_weight_is_missed_between_territories_that_know_the_same(need, data):
    first, weights = need
    second = np.array(data.draw(st.lists(SCORE, min_size=len(first), max_size=len(first))))
    for at in range(len(first)):
        found = weight_levelling((first, second), weights=weights, indicator=at)
        sides = []
        for weight in (0.0, 1e9):
            bent = weights.copy()
            bent[at] = weight
            sides.append(mean(first, bent) - mean(second, bent))
        if sides[0] * sides[1] < -1e-6:
            assert len(found) == 1
            turned = []
            for factor in (1 - STEP, 1 + STEP):
                bent = weights.copy()
                bent[at] = found[0] * factor
                turned.append(mean(first, bent) - mean(second, bent))
            if found[0] > 1e-3 and abs(first[at] - second[at]) > 0.05:
                assert turned[0] * turned[1] < 0


@FIXED
@given(needs(), SCORE)
def test_at_its_threshold_a_score_gives_the_target(need, target):
    scores, weights = need
    found = score_reaching(np.array(target), scores=scores, weights=weights)
    for at, score in enumerate(found):
        if not np.isnan(score):
            bent = scores.copy()
            bent[at] = score
            assert mean(bent, weights) == pytest.approx(target, abs=1e-12)
            assert not np.isnan(scores[at])


@FIXED
@given(
    st.integers(1, 999).map(lambda part: part / 1000),
    st.floats(-50, 50), st.floats(-50, 50), st.floats(-50, 50),
)  # fmt: skip
def test_a_moved_anchor_gives_the_score_wanted_on_its_own_side(wanted, value, x0, x1):
    assume(abs(x1 - x0) > 1e-3)
    assume(min(abs(value - x0), abs(value - x1)) > 1e-3)
    moved = anchors_giving(
        np.array(wanted), value=np.array(value), x0=np.array(x0), x1=np.array(x1)
    )
    for (low, high), then in zip(((None, x1), (x0, None)), moved, strict=True):
        if np.isnan(then):
            continue
        ends = (then if low is None else low), (then if high is None else high)
        assert (ends[1] - ends[0]) * (x1 - x0) > 0  # the direction of the scale is kept
        found = endpoints(np.array(value), x0=ends[0], x1=ends[1])
        assert float(found) == pytest.approx(wanted, abs=1e-6)


# --- through the real score


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="module")
def values(catalogue):
    return drawn_values(catalogue, territories=CODES, seed=5, share=0.9)


@pytest.fixture(scope="module")
def scores(values, catalogue):
    return diag360.score(values, catalogue=catalogue, tier="expert")


def weighing(catalogue, indicator, weight):
    scheme = catalogue.weights["egal"].model_copy(update={"indicators": {indicator: weight}})
    return replace(catalogue, weights={**catalogue.weights, "egal": scheme})


def anchored(catalogue, flip, at):
    own = catalogue.indicators[flip.indicator]
    ends = endpoints_of(own)
    ends[0 if flip.lever == "seuil_0" else 1] = at
    kind = type(own.scale.anchors[0])
    anchors = tuple(
        kind.model_construct(value=value, score=score)
        for value, score in zip(ends, (0.0, 1.0), strict=True)
    )
    scale = own.scale.model_copy(update={"anchors": anchors})
    changed = own.model_copy(update={"scale": scale})
    return replace(catalogue, indicators={**catalogue.indicators, flip.indicator: changed})


def endpoints_of(indicator):
    from diag360.scoring.scales import resolve_endpoints

    scale = indicator.scale
    return list(resolve_endpoints(at_0=scale.at(0.0), at_half=scale.at(0.5), at_1=scale.at(1.0)))


def changed(catalogue, flip, at):
    if flip.lever == "poids":
        return weighing(catalogue, flip.indicator, at)
    return anchored(catalogue, flip, at)


def gap(scores, comparison, territory):
    """How far the comparison is from turning over: negative on one side, positive on the other."""
    row = scores.needs.score.loc[territory]
    goal = row[comparison.other] if comparison.other else comparison.border
    return float(row[comparison.need] - goal)


@pytest.mark.parametrize("territory", CODES[:3])
def test_every_threshold_reported_turns_the_real_score_over(territory, values, scores, catalogue):
    report = flip_report(scores, territory=territory)
    own = values[values["territory"] == territory]
    checked = {"poids": 0, "seuil": 0}
    for comparison in report.comparisons:
        for flip in (comparison.by_weight, comparison.by_anchor):
            if flip is None:
                continue
            sides = []
            for factor in (1 - STEP, 1 + STEP):
                step = flip.then * factor if flip.then else (factor - 1) * 1e-2
                other = diag360.score(own, catalogue=changed(catalogue, flip, step), tier="expert")
                sides.append(gap(other, comparison, territory))
                # Nothing is won by a need that can no longer be said.
                assert other.determined.loc[territory, comparison.need]
            assert abs(sides[0]) < 1e-7
            assert sides[0] * sides[1] < 0, (comparison, flip)
            checked["poids" if flip.lever == "poids" else "seuil"] += 1
    assert min(checked.values()) >= 10


def test_a_report_compares_every_determined_need_with_its_neighbours(scores):
    territory = CODES[0]
    report = flip_report(scores, territory=territory)
    row = scores.needs.score.loc[territory][scores.determined.loc[territory]]
    ranked = list(row.sort_values(kind="stable").index)
    pairs = {(c.need, c.other) for c in report.comparisons if c.kind == "ordre"}
    assert pairs == set(pairwise(ranked))
    for name, value in row.items():
        borders = {c.border for c in report.comparisons if c.kind == "classe" and c.need == name}
        around = np.searchsorted(BORDERS, value, side="right")
        assert borders == set(BORDERS[max(around - 1, 0) : around + 1])
    changes = [c.by_weight.change for c in report.comparisons if c.by_weight]
    assert changes == sorted(changes)
    assert all(c.by_weight is None for c in report.comparisons[len(changes) :])
    assert report.left_out == ()


def test_the_smallest_change_is_the_smallest_of_all_indicators(scores, catalogue, values):
    """By brute force: no other weight of the two needs turns them over with a smaller change."""
    territory = CODES[1]
    own = values[values["territory"] == territory]
    report = flip_report(scores, territory=territory)
    comparison = next(c for c in report.comparisons if c.kind == "ordre" and c.by_weight)
    before = gap(scores, comparison, territory)
    least = comparison.by_weight.change
    concerned = scores.need_of[scores.need_of.isin([comparison.need, comparison.other])]
    for indicator in concerned.index:
        for side in (-1, 1):
            weight = max(1 + side * least * 0.999, 0.0)
            other = diag360.score(
                own, catalogue=weighing(catalogue, indicator, weight), tier="expert"
            )
            assert gap(other, comparison, territory) * before > 0


def test_a_need_with_another_mean_is_left_out_and_named(values, catalogue):
    framework = catalogue.frameworks["besoins-2021"]
    needs = tuple(
        need.model_copy(update={"aggregation": "geometric"}) if need.id == "boire" else need
        for need in framework.needs
    )
    frames = {**catalogue.frameworks, "besoins-2021": framework.model_copy(update={"needs": needs})}
    bent = diag360.score(values, catalogue=replace(catalogue, frameworks=frames), tier="expert")
    assert bent.determined.loc[CODES[0], "boire"]
    report = flip_report(bent, territory=CODES[0])
    assert report.left_out == ("boire",)
    assert "boire" not in {name for c in report.comparisons for name in (c.need, c.other)}


def test_a_table_has_a_row_per_comparison_and_lever(scores):
    report = flip_report(scores, territory=CODES[2])
    table = report.table()
    assert len(table) == 2 * len(report.comparisons)
    given_up = table[table["indicator"] == ""]
    assert given_up[["today", "then", "change"]].isna().all(axis=None)
    weights = table[(table["lever"] == "poids") & (table["indicator"] != "")]
    np.testing.assert_allclose(
        weights["change"], (weights["then"] / weights["today"] - 1).abs(), rtol=0, atol=1e-12
    )


def test_weights_that_level_two_territories_turn_the_real_scores_over(scores, values, catalogue):
    checked = 0
    for need in ("me_soigner", "boire", "etre_solidaire", "me_deplacer"):
        found = weights_levelling(scores, territories=("t0", "t1"), need=need)
        assert [flip.change for flip in found] == sorted(flip.change for flip in found)
        for flip in found:
            sides = []
            for factor in (1 - 1e-7, 1 + 1e-7):
                other = diag360.score(
                    values, tier="expert",
                    catalogue=weighing(catalogue, flip.indicator, flip.then * factor),
                )  # fmt: skip
                row = other.needs.score[need]
                sides.append(float(row["t0"] - row["t1"]))
                assert other.determined.loc[["t0", "t1"], need].all()
            assert abs(sides[0]) < 1e-5
            assert sides[0] * sides[1] < 0
            checked += 1
    assert checked >= 5
