"""Indices against closed forms, and against SALib on the same samples."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360.challenge.sobol import (
    bootstrap,
    category,
    inactive,
    sobol_design,
    sobol_indices,
)

FIXED = settings(derandomize=True, deadline=None, max_examples=25)


def indices(function, *, sizes, power, seed=1, centred=True):
    design = sobol_design(sizes=sizes, power=power, generator=np.random.default_rng(seed))
    a, b, ab = design.split(function(design.points()))
    return sobol_indices(a, b=b, ab=ab, centred=centred)


def ishigami(points, a=7.0, b=0.1):
    x = (2 * points - 1) * np.pi
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices(a=7.0, b=0.1):
    """Ishigami & Homma 1990: V1, V2, V13."""
    v1 = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    v2 = a**2 / 8
    v13 = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = v1 + v2 + v13
    return whole, np.array([v1, v2, 0]) / whole, np.array([v1 + v13, v2, v13]) / whole


def g_function(points, parts):
    return np.prod((np.abs(4 * points - 2) + parts) / (1 + parts), axis=1)


# --- closed forms: scrambled Sobol' points at N = 2^13. The largest errors over ten seeds were
# 0.0045 (Ishigami) and 0.0019 (G): an index is asked to 0.01


def test_ishigami_at_8192_points():
    whole, first, total = ishigami_indices()
    found = indices(ishigami, sizes=[1, 1, 1], power=13)
    assert found.variance == pytest.approx(whole, rel=5e-3)
    np.testing.assert_allclose(found.first, first, rtol=0, atol=0.01)
    np.testing.assert_allclose(found.total, total, rtol=0, atol=0.01)


def test_sobol_g_at_8192_points():
    parts = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
    own = 1 / (3 * (1 + parts) ** 2)
    whole = np.prod(1 + own) - 1
    others = np.array([np.prod(1 + np.delete(own, at)) for at in range(6)])
    found = indices(lambda x: g_function(x, parts), sizes=[1] * 6, power=13)
    np.testing.assert_allclose(found.first, own / whole, rtol=0, atol=0.01)
    np.testing.assert_allclose(found.total, own * others / whole, rtol=0, atol=0.01)


@FIXED
@given(st.lists(st.integers(-5, 5), min_size=2, max_size=5).filter(any), st.integers(-50, 50))
def test_a_linear_model_shares_its_variance_as_the_squares_of_its_slopes(slopes, level):
    slope = np.array(slopes, dtype=float)
    found = indices(lambda x: level + x @ slope, sizes=[1] * len(slope), power=10)
    expected = slope**2 / (slope**2).sum()
    assert found.variance == pytest.approx((slope**2).sum() / 12, rel=1e-2)
    np.testing.assert_allclose(found.first, expected, rtol=0, atol=0.02)
    np.testing.assert_allclose(found.total, expected, rtol=0, atol=0.02)


def test_columns_of_one_factor_move_together():
    """x1 and x3 of Ishigami as one factor: what they do together is its own."""
    _, first, total = ishigami_indices()
    found = indices(lambda x: ishigami(x[:, [0, 2, 1]]), sizes=[2, 1], power=13)
    np.testing.assert_allclose(found.first, [1 - first[1], first[1]], rtol=0, atol=0.01)
    np.testing.assert_allclose(found.total, [1 - first[1], total[1]], rtol=0, atol=0.01)


def test_the_design_takes_the_columns_of_one_factor_from_the_other_sample():
    design = sobol_design(sizes=[3, 1, 2], power=4, generator=np.random.default_rng(2))
    ends = np.cumsum([0, 3, 1, 2])
    for factor in range(3):
        own = np.zeros(6, dtype=bool)
        own[ends[factor] : ends[factor + 1]] = True
        np.testing.assert_array_equal(design.ab[factor][:, own], design.b[:, own])
        np.testing.assert_array_equal(design.ab[factor][:, ~own], design.a[:, ~own])
    parts = design.split(design.points())
    for part, expected in zip(parts, (design.a, design.b, design.ab), strict=True):
        np.testing.assert_array_equal(part, expected)


def test_every_column_is_evenly_spread():
    design = sobol_design(sizes=[40, 1, 200, 1], power=6, generator=np.random.default_rng(3))
    for sample in (design.a, design.b):
        slices = np.sort(np.floor(sample * 64).astype(int), axis=0)
        assert (slices == np.arange(64)[:, np.newaxis]).all()


@pytest.mark.parametrize("seed", range(30))
def test_a_factor_of_two_categories_changes_between_samples_among_many_others(seed):
    """Far dimensions of few points repeat one another: small factors take the first ones."""
    design = sobol_design(
        sizes=[151, 1, 302, 151, 1], power=6, generator=np.random.default_rng(seed)
    )
    for column in (151, 605):
        a, b = (category(part[:, column], choices=2) for part in (design.a, design.b))
        assert 0.1 < (a != b).mean() < 0.9


# --- against SALib


def salib(outputs, *, factors, **options):
    """SALib wants its runs interleaved: a, ab 1 … ab d, b, row by row."""
    from SALib.analyze import sobol

    blocks = outputs.reshape(factors + 2, -1)
    rows = np.concatenate([blocks[:1], blocks[2:], blocks[1:2]]).T.ravel()
    problem = {"num_vars": factors, "names": [f"x{n}" for n in range(factors)],
               "bounds": [[0, 1]] * factors}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sobol.analyze(problem, rows, calc_second_order=False, **options)


@pytest.mark.parametrize("seed", range(5))
def test_salib_on_the_same_samples_gives_the_same_to_1e_12(seed):
    generator = np.random.default_rng(seed)
    design = sobol_design(sizes=[1, 1, 1], power=7, generator=generator)
    y = 40 + ishigami(design.points())
    expected = salib(y, factors=3, num_resamples=2, seed=1)
    a, b, ab = design.split(y)
    found = sobol_indices(a, b=b, ab=ab)
    np.testing.assert_allclose(found.first, expected["S1"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.total, expected["ST"], rtol=0, atol=1e-12)


def test_intervals_are_as_wide_as_those_of_salib():
    design = sobol_design(sizes=[1, 1, 1], power=9, generator=np.random.default_rng(4))
    y = ishigami(design.points())
    expected = salib(y, factors=3, num_resamples=400, conf_level=0.95, seed=1)
    a, b, ab = design.split(y)
    low, high = bootstrap(
        a, b=b, ab=ab, resamples=400, level=0.95, generator=np.random.default_rng(5)
    )
    for name, key in (("first", "S1_conf"), ("total", "ST_conf")):
        half = (getattr(high, name) - getattr(low, name)) / 2
        assert (half > 0.75 * expected[key]).all()
        assert (half < 1.35 * expected[key]).all()


def test_intervals_hold_the_closed_form_about_as_often_as_they_say():
    """Plain random points, for which the bootstrap is meant: 90 % of 200 intervals, ± 3 errors."""
    slope = np.array([1.0, 2.0, 3.0])
    expected = slope**2 / (slope**2).sum()
    generator = np.random.default_rng(6)
    held = 0
    for _ in range(200):
        a, b = generator.random((2, 128, 3))
        ab = np.stack([np.where(np.arange(3) == factor, b, a) for factor in range(3)])
        low, high = bootstrap(a @ slope, b=b @ slope, ab=ab @ slope, resamples=100, level=0.9,
                              generator=generator)  # fmt: skip
        held += int(low.total[1] <= expected[1] <= high.total[1])
    assert abs(held / 200 - 0.9) < 0.07


def test_the_same_seed_gives_the_same_intervals():
    design = sobol_design(sizes=[1, 1, 1], power=6, generator=np.random.default_rng(7))
    a, b, ab = design.split(ishigami(design.points()))
    one, other = (
        bootstrap(a, b=b, ab=ab, resamples=20, level=0.9, generator=np.random.default_rng(8))
        for _ in range(2)
    )
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left.first, right.first)
        np.testing.assert_array_equal(left.total, right.total)


# --- centring


def test_uncentred_indices_move_with_the_mean_and_centred_ones_do_not():
    """On plain random points: Sobol' points leave so little mean that centring hardly shows."""
    generator = np.random.default_rng(12)
    a, b = (generator.random((100, 2)) @ np.array([1.0, 2.0]) for _ in range(2))
    ab = generator.random((2, 100))

    def found(level, *, centred):
        return sobol_indices(a + level, b=b + level, ab=ab + level, centred=centred)

    near, far = (found(level, centred=True) for level in (0.0, 1000.0))
    np.testing.assert_allclose(near.first, far.first, rtol=0, atol=1e-9)
    loose = found(1000.0, centred=False)
    assert np.abs(loose.first - near.first).max() > 100
    np.testing.assert_allclose(loose.total * 200 / 199, near.total, rtol=1e-9)


# --- what does not vary, what is missing


def test_an_output_that_does_not_vary_has_no_index():
    design = sobol_design(sizes=[1, 1], power=5, generator=np.random.default_rng(9))
    points = design.points()
    y = np.stack([np.full(len(points), 0.3), points[:, 0], np.full(len(points), np.nan)], axis=1)
    a, b, ab = design.split(y)
    found = sobol_indices(a, b=b, ab=ab)
    assert np.isnan(found.first[:, [0, 2]]).all()
    assert np.isnan(found.total[:, [0, 2]]).all()
    assert found.total[:, 1] == pytest.approx([1.0, 0.0], abs=0.1)
    low, high = bootstrap(
        a, b=b, ab=ab, resamples=10, level=0.9, generator=np.random.default_rng(1)
    )
    assert np.isnan(low.total[:, 0]).all()
    assert (low.total[0, 1] <= 1.05) & (high.total[0, 1] >= 0.95)


def test_an_output_that_varies_in_few_runs_still_has_an_interval():
    design = sobol_design(sizes=[1, 1], power=6, generator=np.random.default_rng(10))
    y = (design.points()[:, 0] > 1 - 1 / 64).astype(float)
    a, b, ab = design.split(y)
    low, high = bootstrap(
        a, b=b, ab=ab, resamples=60, level=0.9, generator=np.random.default_rng(2)
    )
    assert not np.isnan(low.total).any()
    assert (low.total <= high.total).all()


def test_a_factor_that_changes_nothing_is_told_even_beside_missing_outputs():
    design = sobol_design(sizes=[1, 2, 1], power=5, generator=np.random.default_rng(11))
    points = design.points()
    y = np.stack([points[:, 0] + points[:, 3], np.full(len(points), np.nan)], axis=1)
    a, _, ab = design.split(y)
    assert inactive(a, ab=ab).tolist() == [False, True, False]
    # A last bit of difference is rounding, not an effect.
    assert inactive(a, ab=ab + 1e-15).tolist() == [False, True, False]
    assert inactive(a, ab=ab + 1e-9).tolist() == [False, False, False]


@FIXED
@given(st.integers(1, 9))
def test_categories_share_the_interval_evenly(choices):
    uniform = (np.arange(choices * 50) + 0.5) / (choices * 50)
    found = category(uniform, choices=choices)
    assert np.bincount(found).tolist() == [50] * choices
    assert category(np.array([0.0, 1.0]), choices=choices).tolist() == [0, choices - 1]
