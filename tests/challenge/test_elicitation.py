"""Weights out of what experts say, against published examples, scipy, and laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare

from diag360.challenge.panel.agreement import (
    concordance,
    dispersion,
    group_weights,
    mixed_weights,
    resampled_weights,
)
from diag360.challenge.panel.best_worst import BEST_WORST_INDICES, best_worst_weights
from diag360.challenge.panel.elicitation import (
    RANDOM_INDICES,
    budget_weights,
    doubtful_pairs,
    geometric_weights,
    pairwise_weights,
    worst_triads,
)

FIXED = settings(derandomize=True, deadline=None)


def reciprocal(above: list[list[float]]) -> np.ndarray:
    """Matrix out of what stands above its diagonal."""
    size = len(above) + 1
    matrix = np.eye(size)
    for i, row in enumerate(above):
        for j, value in enumerate(row, start=i + 1):
            matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


# Saaty (2008), doi:10.1504/IJSSCI.2008.017590, table 3: which drink is drunk most in the US.
# Order: coffee, wine, tea, beer, sodas, milk, water.
DRINKS = reciprocal(
    [[9, 5, 2, 1, 1, 1 / 2], [1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9], [1 / 3, 1 / 4, 1 / 3, 1 / 9],
     [1 / 2, 1, 1 / 3], [2, 1 / 2], [1 / 3]]
)  # fmt: skip
# Saaty (1980), buying a house: size, bus, neighbourhood, age, yard, modern, condition, financing.
HOUSE = reciprocal(
    [[5, 3, 7, 6, 6, 1 / 3, 1 / 4], [1 / 3, 5, 3, 3, 1 / 5, 1 / 7], [6, 3, 4, 6, 1 / 5],
     [1 / 3, 1 / 4, 1 / 7, 1 / 8], [1 / 2, 1 / 5, 1 / 6], [1 / 5, 1 / 6], [1 / 2]]
)  # fmt: skip


def test_drinks_of_saaty() -> None:
    found = pairwise_weights(DRINKS)
    assert found.weights.round(3).tolist() == [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert round(found.ratio, 3) == 0.022


def test_house_of_saaty_and_the_pair_that_spoils_it() -> None:
    found = pairwise_weights(HOUSE)
    expected = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert found.weights.round(3).tolist() == expected
    assert round(found.eigenvalue, 3) == 9.669
    assert round(found.ratio, 2) == 0.17
    # Saaty (2003), doi:10.1016/S0377-2217(02)00227-8: neighbourhood against condition.
    (i, j, implied), *_ = doubtful_pairs(HOUSE)
    assert (i, j) == (2, 6)
    assert implied == pytest.approx(found.weights[2] / found.weights[6])
    assert worst_triads(HOUSE, most=1)[0] == (0, 2, 6, pytest.approx(3 * 6 / (1 / 3)))


def test_a_doubtful_pair_stands_the_way_it_was_said() -> None:
    # 0 > 1 > 2 strongly, and yet 2 > 0: the weights say the contrary.
    matrix = reciprocal([[5, 1 / 3], [5]])
    first = doubtful_pairs(matrix, most=1)[0]
    assert matrix[first[0], first[1]] >= 1
    every = {(i, j): implied for i, j, implied in doubtful_pairs(matrix)}
    assert (2, 0) in every
    assert every[2, 0] < 1


@st.composite
def weight_vectors(draw: st.DrawFn) -> np.ndarray:
    raw = draw(st.lists(st.floats(0.2, 1.8), min_size=3, max_size=9))
    return np.array(raw) / sum(raw)


@FIXED
@given(weight_vectors())
def test_coherent_comparisons_give_back_their_weights(weights: np.ndarray) -> None:
    matrix = weights[:, np.newaxis] / weights
    found = pairwise_weights(matrix)
    np.testing.assert_allclose(found.weights, weights, atol=1e-9)
    np.testing.assert_allclose(geometric_weights(matrix), weights, atol=1e-9)
    assert found.ratio == pytest.approx(0, abs=1e-9)
    assert doubtful_pairs(matrix) == []
    assert worst_triads(matrix) == []


@FIXED
@given(weight_vectors())
def test_coherent_best_and_worst_give_back_their_weights(weights: np.ndarray) -> None:
    best, worst = int(weights.argmax()), int(weights.argmin())
    if best == worst:
        return
    above, below = weights[best] / weights, weights / weights[worst]
    above[worst] = below[best]
    found = best_worst_weights(above, others_to_worst=below, best=best, worst=worst)
    np.testing.assert_allclose(found.weights, weights, atol=1e-7)
    assert found.gap == pytest.approx(0, abs=1e-8)


def test_ratio_of_random_matrices_is_one_by_definition() -> None:
    """RI is the mean index of random matrices: their mean ratio is 1, to 12 % here."""
    generator = np.random.default_rng(1)
    scale = np.array([1 / k for k in range(9, 1, -1)] + list(range(1, 10)))
    for size in (3, 5, 8):
        ratios = []
        for _ in range(3000):
            drawn = generator.choice(scale, size=size * size)
            above = [list(drawn[i * size : i * size + size - 1 - i]) for i in range(size - 1)]
            ratios.append(pairwise_weights(reciprocal(above)).ratio)
        assert np.mean(ratios) == pytest.approx(1, abs=0.12)


def test_two_items_are_always_coherent_and_sixteen_have_no_index() -> None:
    assert pairwise_weights(reciprocal([[4]])).ratio == 0
    np.testing.assert_allclose(pairwise_weights(reciprocal([[4]])).weights, [0.8, 0.2])
    assert len(RANDOM_INDICES) == 15
    assert np.isnan(pairwise_weights(np.ones((16, 16))).ratio)


@pytest.mark.parametrize("broken", [np.ones((2, 3)), np.array([[1, 2], [2, 1]]), -np.eye(2)])
def test_a_matrix_that_is_not_reciprocal_is_refused(broken: np.ndarray) -> None:
    with pytest.raises(ValueError, match="reciprocal"):
        pairwise_weights(broken.astype(float))


def test_transport_of_rezaei() -> None:
    """Rezaei (2015), doi:10.1016/j.omega.2014.11.009: load flexibility, accessibility, cost.

    ξ* = 0.26 of the min-max model, over the index 4.47 of an 8: 0.058.
    """
    found = best_worst_weights(
        np.array([8.0, 2, 1]), others_to_worst=np.array([1.0, 5, 8]), best=2, worst=0
    )
    assert round(found.ratio * BEST_WORST_INDICES[7], 2) == 0.26
    assert round(found.ratio, 3) == 0.058
    # The linear model, by hand: w_1 = 1/14; the gaps on both sides of accessibility are equal.
    np.testing.assert_allclose(found.weights, [1 / 14, 9 / 28, 17 / 28], atol=1e-9)
    assert found.gap == pytest.approx(1 / 28)


def test_best_worst_indices_are_the_largest_possible_gaps() -> None:
    """Rezaei (2015), equation 10: the smaller root of ξ² - (1 + 2a) ξ + (a² - a)."""
    for strength, index in enumerate(BEST_WORST_INDICES, start=1):
        root = min(np.roots([1, -(1 + 2 * strength), strength**2 - strength]).real)
        assert index == pytest.approx(root, abs=0.006)


def test_car_of_rezaei_is_fully_coherent() -> None:
    """Rezaei (2016), doi:10.1016/j.omega.2015.12.001: quality, price, comfort, safety, style."""
    found = best_worst_weights(
        np.array([2.0, 1, 4, 2, 8]), others_to_worst=np.array([4.0, 8, 2, 4, 1]), best=1, worst=4
    )
    np.testing.assert_allclose(found.weights, np.array([4, 8, 2, 4, 1]) / 19, atol=1e-9)
    assert found.ratio == 0


def test_the_linear_model_beats_any_other_weights() -> None:
    above, below = np.array([2.0, 1, 4, 3, 8]), np.array([4.0, 8, 4, 2, 1])
    found = best_worst_weights(above, others_to_worst=below, best=1, worst=4)

    def gap(w: np.ndarray) -> float:
        return float(max(np.abs(w[1] - above * w).max(), np.abs(w - below * w[4]).max()))

    assert gap(found.weights) == pytest.approx(found.gap)
    others = np.random.default_rng(0).dirichlet(found.weights * 60, size=3000)
    assert min(gap(w) for w in others) >= found.gap
    assert found.ratio > 0.1


@pytest.mark.parametrize(
    ("above", "below", "best", "worst"),
    [
        ([1, 2, 3], [3, 2, 1], 0, 0),
        ([1, 2, 10], [10, 2, 1], 0, 2),
        ([2, 2, 3], [3, 2, 1], 0, 2),
        ([1, 2, 3], [4, 2, 1], 0, 2),
    ],
)
def test_impossible_best_and_worst_are_refused(
    above: list[float], below: list[float], best: int, worst: int
) -> None:
    with pytest.raises(ValueError, match="incoherent"):
        best_worst_weights(
            np.array(above, dtype=float), others_to_worst=np.array(below, dtype=float),
            best=best, worst=worst,
        )  # fmt: skip


def test_budgets() -> None:
    assert budget_weights(np.array([50.0, 30, 0])).tolist() == [0.625, 0.375, 0]
    for broken in ([0.0, 0.0], [110.0, -10.0]):
        with pytest.raises(ValueError, match=str(broken[1])):
            budget_weights(np.array(broken))


panels = st.integers(2, 6).flatmap(
    lambda experts: st.integers(3, 7).flatmap(
        lambda items: st.lists(
            st.lists(st.integers(0, 4), min_size=items, max_size=items),
            min_size=experts,
            max_size=experts,
        )
    )
)


@FIXED
@given(panels)
def test_kendall_agrees_with_friedman_of_scipy(rows: list[list[int]]) -> None:
    """χ² of Friedman corrected for ties is e (n - 1) W."""
    weights = np.array(rows, dtype=float)
    if all(len(set(row)) == 1 for row in rows):
        assert np.isnan(concordance(weights).w)
        return
    found = concordance(weights)
    outside = friedmanchisquare(*weights.T)
    experts, items = weights.shape
    assert found.w == pytest.approx(outside.statistic / (experts * (items - 1)), abs=1e-12)
    assert found.p_value == pytest.approx(outside.pvalue, abs=1e-12)


def test_kendall_at_its_ends() -> None:
    order = np.array([[5.0, 3, 2, 1], [50, 9, 8, 1], [4, 3, 2, 1]])
    assert concordance(order).w == pytest.approx(1)
    assert concordance(np.array([[1.0, 2, 3], [3, 2, 1]])).w == pytest.approx(0)
    assert np.isnan(concordance(order[:1]).w)
    # Without ties, the mean of Spearman's ρ over pairs is (e W - 1) / (e - 1).
    two = np.array([[4.0, 3, 2, 1], [3, 4, 2, 1]])
    rho = np.corrcoef(two)[0, 1]
    assert concordance(two).w == pytest.approx((rho + 1) / 2)


def test_equal_up_to_rounding_errors_is_a_tie() -> None:
    exact = np.array([[0.2, 0.2, 0.6], [0.5, 0.2, 0.3]])
    noisy = exact + np.array([[0, 1e-13, 0], [0, 0, 0]])
    assert concordance(noisy).w == concordance(exact).w


def test_dispersion_by_hand() -> None:
    found = dispersion(np.array([[0.1, 0.9], [0.3, 0.7], [0.5, 0.5]]))
    assert found.median.tolist() == [0.3, 0.7]
    np.testing.assert_allclose(found.spread, [0.2, 0.2])
    np.testing.assert_allclose(found.variation, [0.2 / 0.3, 0.2 / 0.7])
    assert np.isnan(dispersion(np.array([[0.4, 0.6]])).variation).all()


def test_the_group_by_its_two_means() -> None:
    weights = np.array([[0.2, 0.8], [0.2, 0.8], [0.8, 0.2]])
    assert group_weights(weights, mean="mediane").tolist() == pytest.approx([0.2, 0.8])
    ratio = ((0.2 / 0.8) ** 2 * (0.8 / 0.2)) ** (1 / 3)
    made = group_weights(weights, mean="geometrique")
    assert made[0] / made[1] == pytest.approx(ratio)
    nothing = np.array([[1.0, 0], [0, 1]])
    assert group_weights(nothing, mean="geometrique").tolist() == [0.5, 0.5]


@FIXED
@given(panels.filter(lambda rows: all(sum(row) for row in rows)), st.integers(0, 99))
def test_draws_stay_within_what_experts_said(rows: list[list[int]], seed: int) -> None:
    weights = np.array([budget_weights(np.array(row, dtype=float)) for row in rows])
    uniform = np.random.default_rng(seed).random((40, len(weights)))
    drawn = resampled_weights(weights, uniform=uniform, mean="mediane")
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    one = mixed_weights(weights, uniform=uniform[:, 0])
    assert all(any((row == expert).all() for expert in weights) for row in one)


def test_seats_name_experts_in_order() -> None:
    weights = np.array([[0.2, 0.8], [0.9, 0.1]])
    drawn = resampled_weights(
        weights, uniform=np.array([[0.0, 0.49], [0.5, 0.99], [0.0, 0.5]]), mean="mediane"
    )
    np.testing.assert_allclose(drawn, [[0.2, 0.8], [0.9, 0.1], [0.55, 0.45]])
    assert mixed_weights(weights, uniform=np.array([0.99, 0.0])).tolist() == [
        [0.9, 0.1],
        [0.2, 0.8],
    ]
