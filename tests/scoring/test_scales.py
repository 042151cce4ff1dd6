import re
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diag360.scoring.scales import endpoints, exponential, piecewise, resolve_endpoints

finite = st.floats(-1e6, 1e6, allow_subnormal=False)
ends = st.tuples(finite, finite).filter(lambda pair: abs(pair[0] - pair[1]) > 1e-3)
columns = st.lists(finite | st.just(float("nan")), min_size=1, max_size=12).map(np.array)


def scores_of(values, x0, x1):
    return endpoints(np.array(values, dtype=float), x0=x0, x1=x1)


def no_negative_zero(scores):
    return not np.signbit(scores[~np.isnan(scores)]).any()


# --- end points from anchors


@pytest.mark.parametrize(
    ("at_0", "at_half", "at_1", "expected"),
    [
        (2.0, None, 10.0, (2.0, 10.0)),
        (10.0, None, 2.0, (10.0, 2.0)),
        (0.0, None, 1.0, (0.0, 1.0)),
        (1.0, None, 0.0, (1.0, 0.0)),
        # The workbook mirrors the missing end around the value at 0.5 …
        (None, 6.0, 10.0, (2.0, 10.0)),
        (None, 0.0, 5.0, (-5.0, 5.0)),
        (None, 5.0, 0.0, (10.0, 0.0)),
        (2.0, 6.0, None, (2.0, 10.0)),
        (0.0, 5.0, None, (0.0, 10.0)),
        (10.0, 6.0, None, (10.0, 2.0)),
        # … and ignores it when both ends are given, even outside them.
        (0.811, 0.099, 0.05, (0.811, 0.05)),
        (2.0, 0.0, 204.0, (2.0, 204.0)),
        (0.0, 50.0, 1.0, (0.0, 1.0)),
    ],
)
def test_ends_come_from_the_anchors(at_0, at_half, at_1, expected):
    assert resolve_endpoints(at_0=at_0, at_half=at_half, at_1=at_1) == expected


@pytest.mark.parametrize(
    "anchors",
    [
        {"at_0": None, "at_half": None, "at_1": None},
        {"at_0": 1.0, "at_half": None, "at_1": None},
        {"at_0": None, "at_half": 1.0, "at_1": None},
        {"at_0": None, "at_half": None, "at_1": 1.0},
    ],
)
def test_fewer_than_two_anchors_are_refused(anchors):
    with pytest.raises(
        ValueError, match=re.escape("two anchors are needed among scores 0, 0.5 and 1")
    ):
        resolve_endpoints(**anchors)


@pytest.mark.parametrize(
    ("at_0", "at_half", "at_1", "named"),
    [(0.0, None, 0.0, "(0)"), (12.5, 3.0, 12.5, "(12.5)"), (None, 7.25, 7.25, "(7.25)")],
)
def test_equal_ends_are_refused_with_their_value(at_0, at_half, at_1, named):
    with pytest.raises(ValueError, match=re.escape(f"are the same {named}")):
        resolve_endpoints(at_0=at_0, at_half=at_half, at_1=at_1)


# --- linear


@pytest.mark.parametrize(
    ("x0", "x1", "values", "expected"),
    [
        (0.0, 1.0, [-0.5, 0.0, 0.25, 0.5, 1.0, 1.5], [0.0, 0.0, 0.25, 0.5, 1.0, 1.0]),
        (10.0, 2.0, [11.0, 10.0, 8.0, 6.0, 2.0, 1.0], [0.0, 0.0, 0.25, 0.5, 1.0, 1.0]),
        (-11.0, 0.0, [-12.0, -11.0, -5.5, 0.0, 3.0], [0.0, 0.0, 0.5, 1.0, 1.0]),
        (0.928, 1.0, [0.928, 0.964, 1.0], [0.0, 0.5, 1.0]),
    ],
)
def test_linear_score(x0, x1, values, expected):
    np.testing.assert_allclose(scores_of(values, x0, x1), expected, rtol=0, atol=1e-15)


def test_anchors_score_exactly_what_they_declare():
    for x0, x1 in ((0.928, 1.0), (0.811, 0.05), (16.9, 4.6), (-0.07, 0.057), (0.1, 0.3)):
        assert scores_of([x0, x1], x0, x1).tolist() == [0.0, 1.0]


def test_missing_stays_missing():
    scores = scores_of([np.nan, 0.5], 0.0, 1.0)
    assert np.isnan(scores[0])
    assert scores[1] == 0.5


def test_unknown_ends_give_missing_scores():
    assert np.isnan(scores_of([3.0, np.nan], np.nan, np.nan)).all()


def test_one_pair_of_ends_per_column():
    values = np.array([[1.0, 1.0], [3.0, 3.0]])
    scores = endpoints(values, x0=np.array([0.0, 4.0]), x1=np.array([4.0, 0.0]))
    assert scores.tolist() == [[0.25, 0.75], [0.75, 0.25]]


def test_less_is_better_never_scores_minus_zero():
    assert no_negative_zero(scores_of([5.0, 9.0, -0.0], 5.0, 0.0))
    assert no_negative_zero(scores_of([0.0, -0.0], 0.0, -3.0))


@pytest.mark.parametrize("huge", [1e300, 1.7e308])
def test_a_huge_value_is_clipped_without_a_warning(huge):
    assert scores_of([huge, -huge], 0.0, 0.0158).tolist() == [1.0, 0.0]


@given(columns, ends)
def test_law_scores_stay_in_range_and_missing_is_kept(values, pair):
    scores = endpoints(values, x0=pair[0], x1=pair[1])
    assert np.array_equal(np.isnan(scores), np.isnan(values))
    known = scores[~np.isnan(scores)]
    assert ((known >= 0) & (known <= 1)).all()
    assert no_negative_zero(scores)


@given(columns, ends)
def test_law_scores_rise_toward_the_end_that_scores_one(values, pair):
    values = np.sort(values[~np.isnan(values)])
    steps = np.diff(endpoints(values, x0=pair[0], x1=pair[1]))
    assert (steps >= 0).all() if pair[0] < pair[1] else (steps <= 0).all()


@given(columns, ends)
def test_law_swapping_the_ends_turns_the_score_over(values, pair):
    there = endpoints(values, x0=pair[0], x1=pair[1])
    back = endpoints(values, x0=pair[1], x1=pair[0])
    np.testing.assert_allclose(there, 1 - back, rtol=0, atol=1e-12)


@given(
    st.lists(st.floats(-2, 3), min_size=1, max_size=8),
    ends,
    st.floats(0.01, 1000) | st.floats(-1000, -0.01),
    st.floats(-1e4, 1e4),
)
def test_law_the_unit_does_not_matter(shares, pair, factor, shift):
    x0, x1 = pair
    values = x0 + np.array(shares) * (x1 - x0)
    before = endpoints(values, x0=x0, x1=x1)
    after = endpoints(values * factor + shift, x0=x0 * factor + shift, x1=x1 * factor + shift)
    # What the shift rounds off, seen from the distance between the ends.
    size = np.abs([x0, x1, *values]).max() + abs(shift / factor)
    np.testing.assert_allclose(before, after, rtol=0, atol=1e-14 + 1e-15 * size / abs(x1 - x0))


# --- piecewise

OPTIMUM = {
    "anchor_values": np.array([10.0, 20.0, 40.0]),
    "anchor_scores": np.array([0.0, 1.0, 0.5]),
}


def test_piecewise_bends_at_each_anchor_and_is_flat_outside():
    values = np.array([0.0, 10.0, 15.0, 20.0, 30.0, 40.0, 99.0])
    expected = [0.0, 0.0, 0.5, 1.0, 0.75, 0.5, 0.5]
    assert piecewise(values, **OPTIMUM).tolist() == expected


def test_piecewise_uses_the_anchor_in_the_middle():
    values = np.array([0.45, 0.5, 0.55])
    scores = piecewise(
        values, anchor_values=np.array([0.4, 0.5, 0.9]), anchor_scores=np.array([0.0, 0.5, 1.0])
    )
    np.testing.assert_allclose(scores, [0.25, 0.5, 0.5625], rtol=0, atol=1e-15)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]])
def test_piecewise_does_not_care_about_the_order_of_anchors(order):
    values = np.linspace(0.0, 50.0, 101)
    shuffled = {name: array[order] for name, array in OPTIMUM.items()}
    assert np.array_equal(piecewise(values, **shuffled), piecewise(values, **OPTIMUM))


def test_piecewise_keeps_missing():
    scores = piecewise(np.array([np.nan, 20.0]), **OPTIMUM)
    assert np.isnan(scores[0])
    assert scores[1] == 1.0


def test_piecewise_between_two_anchors_is_the_linear_score():
    values = np.linspace(-1.0, 6.0, 57)
    bent = piecewise(values, anchor_values=np.array([4.0, 1.0]), anchor_scores=np.array([0.0, 1.0]))
    np.testing.assert_allclose(bent, endpoints(values, x0=4.0, x1=1.0), rtol=0, atol=1e-15)


anchor_lists = st.lists(
    st.tuples(st.floats(-100, 100), st.sampled_from([0.0, 1.0]) | st.floats(0, 1)),
    min_size=2,
    max_size=5,
    unique_by=lambda anchor: round(anchor[0], 3),
)


@given(anchor_lists)
def test_law_piecewise_stays_between_its_neighbours(anchors):
    points, scores = (np.array(column) for column in zip(*anchors, strict=True))
    # Next to an anchor, interpolation rounds the most.
    near = np.concatenate([points, np.nextafter(points, np.inf), np.nextafter(points, -np.inf)])
    found = piecewise(near, anchor_values=points, anchor_scores=scores)
    assert ((found >= 0) & (found <= 1)).all()
    assert no_negative_zero(found)
    np.testing.assert_allclose(found[: len(points)], scores, rtol=0, atol=1e-12)


def test_piecewise_rounding_never_leaves_the_range():
    # On these anchors plain interpolation returns -5.6e-17 just before the second one.
    generator = np.random.default_rng(20)
    for _ in range(500):
        points = np.sort(generator.uniform(-10, 10, 2))
        scores = generator.permutation([0.0, generator.uniform()])
        found = piecewise(
            np.nextafter(points, points[::-1]), anchor_values=points, anchor_scores=scores
        )
        assert (found >= 0).all()
        assert no_negative_zero(found)


# --- exponential


def exact_exponential(share, k):
    """(e^(k t) - 1)/(e^k - 1) with sixty digits."""
    with localcontext() as context:
        context.prec = 60
        t, bend = Decimal(share), Decimal(k)
        return float(((bend * t).exp() - 1) / (bend.exp() - 1))


@pytest.mark.parametrize("k", [-50.0, -3.0, -1.0, -1e-8, 1e-8, 1e-3, 0.5, 1.0, 3.0, 20.0, 700.0])
def test_exponential_matches_the_formula_with_many_digits(k):
    shares = [0.0, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0]
    found = exponential(np.array(shares), x0=0.0, x1=1.0, k=k)
    expected = [exact_exponential(share, k) for share in shares]
    np.testing.assert_allclose(found, expected, rtol=2e-13, atol=0)


def test_exponential_bends_the_way_it_says():
    middle = np.array([5.0])
    assert exponential(middle, x0=0.0, x1=10.0, k=3.0)[0] == pytest.approx(0.18242552380635635)
    assert exponential(middle, x0=0.0, x1=10.0, k=-3.0)[0] == pytest.approx(0.8175744761936437)
    assert exponential(middle, x0=10.0, x1=0.0, k=3.0)[0] == pytest.approx(0.18242552380635635)


@pytest.mark.parametrize("k", [0.0, 1e-300, -1e-300, 5e-324, 1e-17, -1e-17, 1e-15, -1e-15])
def test_exponential_without_bend_is_linear(k):
    values = np.linspace(-1.0, 12.0, 40)
    np.testing.assert_allclose(
        exponential(values, x0=10.0, x1=1.0, k=k),
        endpoints(values, x0=10.0, x1=1.0),
        rtol=0,
        atol=1e-15,
    )


@pytest.mark.parametrize(("k", "inside"), [(800.0, 0.0), (1e6, 0.0), (-800.0, 1.0), (-1e6, 1.0)])
def test_exponential_with_an_extreme_bend_is_a_step(k, inside):
    found = exponential(np.array([0.0, 0.5, 1.0, np.nan]), x0=0.0, x1=1.0, k=k)
    np.testing.assert_allclose(found, [0.0, inside, 1.0, np.nan], rtol=0, atol=1e-100)


@given(columns, ends, st.floats(-2000, 2000))
def test_law_exponential_keeps_range_ends_and_missing(values, pair, k):
    x0, x1 = pair
    found = exponential(values, x0=x0, x1=x1, k=k)
    assert np.array_equal(np.isnan(found), np.isnan(values))
    known = found[~np.isnan(found)]
    assert ((known >= 0) & (known <= 1)).all()
    assert no_negative_zero(found)
    assert exponential(np.array([x0, x1]), x0=x0, x1=x1, k=k).tolist() == [0.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=10), st.floats(-60, 60))
def test_law_exponential_is_monotone(shares, k):
    found = exponential(np.sort(np.array(shares)), x0=0.0, x1=1.0, k=k)
    assert (np.diff(found) >= -1e-15).all()


@given(st.floats(0, 1), st.floats(-30, 30))
def test_law_a_bend_and_its_opposite_mirror_each_other(share, k):
    assume(abs(k) > 1e-6)
    there = exponential(np.array([share]), x0=0.0, x1=1.0, k=k)[0]
    back = exponential(np.array([1 - share]), x0=0.0, x1=1.0, k=-k)[0]
    assert there == pytest.approx(1 - back, abs=1e-12)
