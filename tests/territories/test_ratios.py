"""Laws of recombining: a part alone, an order, a partition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag360.territories.ratios import covered, largest, ratio, shares

PARTS = st.lists(
    st.tuples(st.floats(0, 1000), st.floats(1, 1e7)),
    min_size=1,
    max_size=30,
)


def arrays(parts):
    values, weights = zip(*parts, strict=True)
    return np.array(values), np.array(weights)


@given(st.floats(-1e6, 1e6), st.floats(1, 1e8))
def test_one_part_keeps_its_value(value, weight):
    found = ratio(np.array([value]), weights=np.array([weight]))
    assert found == pytest.approx(value, rel=1e-15)


@given(PARTS, st.data())
def test_recombining_the_recombined_is_recombining_all(parts, data):
    values, weights = arrays(parts)
    cut = data.draw(st.integers(0, len(parts)))
    pieces = [slice(0, cut), slice(cut, None)]
    pieces = [piece for piece in pieces if weights[piece].size]
    twice = ratio(
        np.array([ratio(values[piece], weights=weights[piece]) for piece in pieces]),
        weights=np.array([weights[piece].sum() for piece in pieces]),
    )
    assert twice == pytest.approx(ratio(values, weights=weights), rel=1e-12, abs=1e-12)


@given(PARTS)
def test_a_rate_stays_between_its_parts_and_largest_below(parts):
    values, weights = arrays(parts)
    found = ratio(values, weights=weights)
    assert values.min() - 1e-9 <= found <= values.max() * (1 + 1e-12) + 1e-9
    assert largest(values, weights=weights) <= found * (1 + 1e-12)


def test_rates_are_weighted_not_averaged():
    values, weights = np.array([0.5, 0.1, np.nan]), np.array([100.0, 900.0, 500.0])
    assert ratio(values, weights=weights) == pytest.approx(0.14)
    assert covered(values, weights=weights) == pytest.approx(1000 / 1500)


def test_an_unknown_count_leaves_its_value_out():
    found = ratio(np.array([0.5, 0.1]), weights=np.array([np.nan, 900.0]))
    assert found == 0.1


def test_the_largest_employer_of_all_weighs_less_in_the_whole():
    found = largest(np.array([0.5, 0.2]), weights=np.array([100.0, 900.0]))
    assert found == pytest.approx(180 / 1000)


def test_nothing_to_divide_by_is_missing_not_zero():
    assert np.isnan(ratio(np.array([0.5]), weights=np.array([0.0])))
    assert np.isnan(largest(np.array([0.5]), weights=np.array([0.0])))
    assert covered(np.array([0.5]), weights=np.array([0.0])) == 0


@given(PARTS)
def test_nothing_lacking_is_covered_exactly(parts):
    values, weights = arrays(parts)
    assert covered(values, weights=weights) == 1.0


@given(PARTS)
def test_shares_sum_to_one(parts):
    assert shares(arrays(parts)[1]).sum() == pytest.approx(1.0)


def test_shares_of_nothing_are_missing():
    assert np.isnan(shares(np.zeros(2))).all()
