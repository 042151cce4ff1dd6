from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360.scoring.aggregate import aggregate

NAN = float("nan")
MEANS = [("arithmetic", None), ("geometric", None), ("power", 2.0), ("power", -1.0), ("mpi", None)]
GROWING = [mean for mean in MEANS if mean[0] != "mpi"]


def one_group(scores, weights=None, *, kind="arithmetic", exponent=None, applicable=None):
    """Aggregate of one territory and one group, as numbers."""
    scores = np.array([scores], dtype=float)
    shape = scores.shape
    found = aggregate(
        scores,
        weights=np.ones(shape[1]) if weights is None else np.array(weights, dtype=float),
        groups=np.ones((shape[1], 1), dtype=bool),
        applicable=np.ones(shape, dtype=bool) if applicable is None else np.array([applicable]),
        kind=kind,
        exponent=exponent,
    )
    return {
        name: getattr(found, name)[0, 0]
        for name in ("score", "low", "high", "coverage", "arithmetic")
    }


# --- by hand


@pytest.mark.parametrize(
    ("kind", "exponent", "expected"),
    [
        ("arithmetic", None, (0.2 + 3 * 0.8) / 4),
        ("geometric", None, (0.2 * 0.8**3) ** 0.25),
        ("power", 2.0, ((0.04 + 3 * 0.64) / 4) ** 0.5),
        ("power", 3.0, ((0.008 + 3 * 0.512) / 4) ** (1 / 3)),
        ("power", 0.5, ((0.2**0.5 + 3 * 0.8**0.5) / 4) ** 2),
        ("power", 1.0, 0.65),
        ("power", -1.0, 4 / (1 / 0.2 + 3 / 0.8)),
        ("power", -2.0, ((25 + 3 / 0.64) / 4) ** -0.5),
        # M = 0.65, variance = (0.45² + 3 · 0.15²)/4 = 0.0675
        ("mpi", None, 0.65 - 0.0675 / 0.65),
    ],
)
def test_means_by_hand(kind, exponent, expected):
    found = one_group([0.2, 0.8], [1, 3], kind=kind, exponent=exponent)
    assert found["score"] == pytest.approx(expected, abs=1e-15)
    assert found["arithmetic"] == pytest.approx(0.65, abs=1e-15)
    assert found["low"] == pytest.approx(expected, abs=1e-15)
    assert found["high"] == pytest.approx(expected, abs=1e-15)
    assert found["coverage"] == 1.0


@pytest.mark.parametrize("scores", [[0.2, 0.4, 0.9], [0.5, 0.5], [1.0, 0.9, 0.8, 0.1], [0.3]])
def test_mpi_is_the_formula_of_the_paper(scores):
    # MPI = M (1 - cv²) with cv = S/M: high values are good, so imbalance is taken off.
    mean, deviation = np.mean(scores), np.std(scores, ddof=0)
    expected = mean * (1 - (deviation / mean) ** 2)
    assert one_group(scores, kind="mpi")["score"] == pytest.approx(expected, abs=1e-15)


def test_mpi_counts_the_variance_over_the_population():
    found = one_group([0.4, 0.8], kind="mpi")["score"]
    assert found == pytest.approx(0.6 - 0.04 / 0.6, abs=1e-15)
    assert found != pytest.approx(0.6 - 0.08 / 0.6, abs=1e-3)


def test_mpi_never_goes_below_zero():
    assert one_group([1.0, 0.0, 0.0], kind="mpi")["score"] == 0.0
    assert one_group([0.0, 0.0], kind="mpi")["score"] == 0.0


def test_arithmetic_bounds_and_coverage_by_hand():
    found = one_group([0.2, NAN, 0.8], [1, 2, 5])
    assert found["score"] == pytest.approx((0.2 + 4.0) / 6, abs=1e-15)
    assert found["low"] == pytest.approx(4.2 / 8, abs=1e-15)
    assert found["high"] == pytest.approx(6.2 / 8, abs=1e-15)
    assert found["coverage"] == 0.75


@pytest.mark.parametrize(
    ("kind", "exponent", "score", "low", "high"),
    [
        ("geometric", None, 0.4, 0.0, (0.2 * 0.8) ** (1 / 3)),
        (
            "power",
            2.0,
            ((0.04 + 0.64) / 2) ** 0.5,
            ((0.04 + 0.64) / 3) ** 0.5,
            (1.68 / 3) ** 0.5,
        ),
        ("power", -1.0, 2 / 6.25, 0.0, 3 / 7.25),
    ],
)
def test_bounds_by_hand(kind, exponent, score, low, high):
    found = one_group([0.2, NAN, 0.8], kind=kind, exponent=exponent)
    assert found["score"] == pytest.approx(score, abs=1e-15)
    assert found["low"] == pytest.approx(low, abs=1e-15)
    assert found["high"] == pytest.approx(high, abs=1e-15)


def test_bounds_of_mpi_by_hand():
    found = one_group([0.2, 0.3, 0.4, NAN], kind="mpi")
    # With one of four missing, filled with t: the index is 2u/4 - q/u, u = 0.9 + t and
    # q = 0.29 + t². It is highest inside, at u = √2.2, and lowest at t = 0.
    u = 2.2**0.5
    assert found["score"] == pytest.approx(0.3 - (0.02 / 3) / 0.3, abs=1e-15)
    assert found["high"] == pytest.approx(u / 2 - (0.29 + (u - 0.9) ** 2) / u, abs=1e-14)
    # The lower bound is allowed to be a little wide: q = 0.29 + t, at u = √1.22.
    v = 1.22**0.5
    assert found["low"] == pytest.approx(v / 2 - (0.29 + v - 0.9) / v, abs=1e-14)
    assert one_group([0.2, 0.3, 0.4, 0.0], kind="mpi")["score"] == pytest.approx(0.45 - 0.29 / 0.9)
    for fill, better in ((0.5, True), (u - 0.9, True), (0.0, False), (1.0, False)):
        index = one_group([0.2, 0.3, 0.4, fill], kind="mpi")["score"]
        assert found["low"] - 1e-15 <= index <= found["high"] + 1e-15
        assert (index > 0.3) == better


@pytest.mark.parametrize(("kind", "exponent"), MEANS)
def test_without_object_leaves_the_denominator_and_not_collected_does_not(kind, exponent):
    without = one_group([0.4, 0.6], kind=kind, exponent=exponent)
    no_object = one_group(
        [0.4, 0.6, NAN], kind=kind, exponent=exponent, applicable=[True, True, False]
    )
    missing = one_group([0.4, 0.6, NAN], kind=kind, exponent=exponent)
    assert no_object == without
    assert no_object["coverage"] == 1.0
    assert missing["coverage"] == pytest.approx(2 / 3)
    assert missing["score"] == pytest.approx(without["score"], abs=1e-15)
    assert missing["low"] < without["low"]
    assert missing["high"] > without["high"]


@pytest.mark.parametrize(("kind", "exponent"), MEANS)
def test_a_score_that_does_not_apply_is_never_counted(kind, exponent):
    found = one_group([0.4, 1.0], kind=kind, exponent=exponent, applicable=[True, False])
    assert found["score"] == pytest.approx(0.4, abs=1e-15)
    assert found["coverage"] == 1.0


@pytest.mark.parametrize(("kind", "exponent"), MEANS)
def test_all_missing_is_unknown_between_zero_and_one(kind, exponent):
    found = one_group([NAN, NAN], [1, 2], kind=kind, exponent=exponent)
    assert np.isnan(found["score"])
    assert np.isnan(found["arithmetic"])
    assert (found["low"], found["high"], found["coverage"]) == (0.0, 1.0, 0.0)


@pytest.mark.parametrize(("kind", "exponent"), MEANS)
@pytest.mark.parametrize("weights", [[1.0, 2.0], [0.0, 0.0]])
def test_nothing_that_applies_gives_nothing(kind, exponent, weights):
    applicable = [weights == [0.0, 0.0]] * 2
    scores = [0.5, NAN] if applicable[0] else [NAN, NAN]
    found = one_group(scores, weights, kind=kind, exponent=exponent, applicable=applicable)
    assert all(np.isnan(value) for value in found.values())


@pytest.mark.parametrize(("kind", "exponent"), MEANS)
def test_a_weight_of_zero_counts_for_nothing(kind, exponent):
    with_it = one_group([0.4, 0.6, NAN, 0.0], [1, 2, 0, 0], kind=kind, exponent=exponent)
    assert with_it == pytest.approx(one_group([0.4, 0.6], [1, 2], kind=kind, exponent=exponent))


@pytest.mark.parametrize(("kind", "exponent"), [("geometric", None), ("power", -1.0)])
def test_one_zero_is_enough_for_means_that_forgive_nothing(kind, exponent):
    found = one_group([0.0, 1.0, 1.0, NAN], kind=kind, exponent=exponent)
    assert (found["score"], found["low"], found["high"]) == (0.0, 0.0, 0.0)
    assert found["arithmetic"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(("kind", "exponent"), MEANS)
def test_all_zero_and_all_one(kind, exponent):
    assert one_group([0.0, 0.0], kind=kind, exponent=exponent)["score"] == 0.0
    assert one_group([1.0, 1.0], kind=kind, exponent=exponent)["score"] == 1.0


@pytest.mark.parametrize(("kind", "exponent"), MEANS)
def test_groups_and_territories_do_not_mix(kind, exponent):
    scores = np.array([[0.2, 0.8, 0.5, NAN], [0.9, NAN, 0.0, 1.0]])
    applicable = np.array([[True, True, True, True], [True, False, True, True]])
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    groups = np.array([[True, False], [True, False], [False, True], [False, True]])
    whole = aggregate(
        scores, weights=weights, groups=groups, applicable=applicable, kind=kind, exponent=exponent
    )
    for row in range(2):
        for group, here in enumerate(([0, 1], [2, 3])):
            alone = one_group(
                scores[row, here],
                weights[here],
                kind=kind,
                exponent=exponent,
                applicable=applicable[row, here],
            )
            together = {name: getattr(whole, name)[row, group] for name in alone}
            assert together == pytest.approx(alone, abs=1e-15, nan_ok=True)


def test_an_indicator_may_serve_two_groups():
    found = aggregate(
        np.array([[0.2, 0.8]]),
        weights=np.array([1.0, 1.0]),
        groups=np.array([[True, True], [False, True]]),
        applicable=np.ones((1, 2), dtype=bool),
    )
    np.testing.assert_allclose(found.score, [[0.2, 0.5]], rtol=0, atol=1e-15)


def test_a_tiny_score_in_one_group_does_not_spoil_another():
    # 1e-274 is what a steep exponential scale gives; its inverse square overflows.
    found = aggregate(
        np.array([[1e-274, 0.5]]),
        weights=np.ones(2),
        groups=np.eye(2, dtype=bool),
        applicable=np.ones((1, 2), dtype=bool),
        kind="power",
        exponent=-2.0,
    )
    assert found.score[0, 0] == pytest.approx(0.0, abs=1e-100)
    assert found.score[0, 1] == pytest.approx(0.5, abs=1e-15)


@pytest.mark.parametrize("exponent", [None, 0.0, 0])
def test_a_power_mean_needs_an_exponent(exponent):
    with pytest.raises(ValueError, match=f"other than 0, got {exponent}$"):
        one_group([0.5], kind="power", exponent=exponent)


@pytest.mark.parametrize("kind", ["median", "", "Arithmetic"])
def test_an_unknown_mean_is_named(kind):
    with pytest.raises(ValueError, match=f"unknown aggregation '{kind}'"):
        one_group([0.5], kind=kind)


# --- against other libraries


def random_case(seed, *, missing=0.3):
    generator = np.random.default_rng(seed)
    t, n, g = 40, 30, 4
    scores = generator.uniform(0.01, 1, (t, n))
    scores[generator.random((t, n)) < missing] = NAN
    return {
        "scores": scores,
        "weights": generator.uniform(0.1, 5, n),
        "groups": np.arange(n)[:, np.newaxis] % g == np.arange(g),
        "applicable": generator.random((t, n)) > 0.1,
    }


def run(case, kind, exponent):
    return aggregate(
        case["scores"],
        weights=case["weights"],
        groups=case["groups"],
        applicable=case["applicable"],
        kind=kind,
        exponent=exponent,
    )


def present_parts(case):
    """(row, group, scores, weights) of what is known, one by one."""
    for row in range(len(case["scores"])):
        for group in range(case["groups"].shape[1]):
            here = (
                case["groups"][:, group] & case["applicable"][row] & ~np.isnan(case["scores"][row])
            )
            if here.any():
                yield row, group, case["scores"][row, here], case["weights"][here]


def test_arithmetic_agrees_with_numpy():
    case = random_case(1)
    found = run(case, "arithmetic", None)
    for row, group, scores, weights in present_parts(case):
        expected = np.average(scores, weights=weights)
        assert found.score[row, group] == pytest.approx(expected, abs=1e-14)
        assert found.arithmetic[row, group] == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("exponent", [None, 2.0, 5.0, 0.3, -1.0, -3.0])
def test_geometric_and_power_means_agree_with_scipy(exponent):
    stats = pytest.importorskip("scipy.stats", reason="scipy is not a dependency")
    case = random_case(2)
    found = run(case, "geometric" if exponent is None else "power", exponent)
    for row, group, scores, weights in present_parts(case):
        expected = (
            stats.gmean(scores, weights=weights)
            if exponent is None
            else stats.pmean(scores, exponent, weights=weights)
        )
        assert found.score[row, group] == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize("exponent", [None, 2.0, 0.3, -1.0, -3.0])
def test_geometric_and_power_means_agree_with_a_plain_loop(exponent):
    case = random_case(3)
    found = run(case, "geometric" if exponent is None else "power", exponent)
    for row, group, scores, weights in present_parts(case):
        if exponent is None:
            expected = np.prod(scores ** (weights / weights.sum()))
        else:
            expected = np.average(scores**exponent, weights=weights) ** (1 / exponent)
        assert found.score[row, group] == pytest.approx(expected, abs=1e-13)


def test_mpi_agrees_with_a_plain_loop():
    case = random_case(4)
    found = run(case, "mpi", None)
    for row, group, scores, weights in present_parts(case):
        mean = np.average(scores, weights=weights)
        variance = np.average((scores - mean) ** 2, weights=weights)
        expected = max(mean - variance / mean, 0)
        assert found.score[row, group] == pytest.approx(expected, abs=1e-13)


def test_means_are_ordered():
    case = random_case(5)
    harmonic, geometric, arithmetic, quadratic, mpi = (
        run(case, *mean).score
        for mean in (
            ("power", -1.0),
            ("geometric", None),
            ("arithmetic", None),
            ("power", 2.0),
            ("mpi", None),
        )
    )
    ordered = np.stack([harmonic, geometric, arithmetic, quadratic])
    assert (np.diff(ordered, axis=0)[:, ~np.isnan(arithmetic)] >= -1e-15).all()
    assert (mpi <= arithmetic + 1e-15)[~np.isnan(arithmetic)].all()


# --- laws

known_score = st.sampled_from([0.0, 1.0, 0.5]) | st.floats(1e-4, 1)
members = st.lists(
    st.tuples(
        known_score | st.none(),
        st.floats(0.05, 20),
        st.booleans() | st.just(True),
    ),
    min_size=1,
    max_size=7,
)
exponents = st.sampled_from([-3.0, -1.0, -0.5, 0.5, 2.0, 4.0])
growing = st.sampled_from([("arithmetic", None), ("geometric", None)]) | st.tuples(
    st.just("power"), exponents
)
any_mean = growing | st.just(("mpi", None))


def unpack(rows):
    scores = np.array([NAN if score is None else score for score, _, _ in rows])
    weights = np.array([weight for _, weight, _ in rows])
    applicable = np.array([applies for _, _, applies in rows])
    return scores, weights, applicable


@settings(max_examples=300)
@given(members, any_mean, st.integers(0, 2**32 - 1))
def test_law_whatever_the_missing_values_the_score_stays_in_its_bounds(rows, mean, seed):
    scores, weights, applicable = unpack(rows)
    kind, exponent = mean
    bounds = one_group(scores, weights, kind=kind, exponent=exponent, applicable=applicable)
    if not applicable.any():
        assert np.isnan(bounds["low"])
        return
    missing = np.isnan(scores)
    generator = np.random.default_rng(seed)
    fills = [
        np.zeros(len(scores)),
        np.ones(len(scores)),
        *(np.full(len(scores), constant) for constant in (0.1, 0.3, 0.5, 0.7, 0.9)),
        *generator.random((12, len(scores))),
        *generator.integers(0, 2, (12, len(scores))).astype(float),
    ]
    reached = []
    for fill in fills:
        completed = np.where(missing, fill, scores)
        found = one_group(completed, weights, kind=kind, exponent=exponent, applicable=applicable)
        assert bounds["low"] - 1e-9 <= found["score"] <= bounds["high"] + 1e-9
        assert found["coverage"] == pytest.approx(1.0)
        reached.append(found["score"])
    if kind != "mpi":
        assert reached[0] == pytest.approx(bounds["low"], abs=1e-9)
        assert reached[1] == pytest.approx(bounds["high"], abs=1e-9)
    if not np.isnan(bounds["score"]):
        assert bounds["low"] - 1e-12 <= bounds["score"] <= bounds["high"] + 1e-12


@settings(max_examples=60)
@given(members)
def test_law_the_upper_bound_of_mpi_is_reached(rows):
    scores, weights, applicable = unpack(rows)
    if not applicable.any():
        return
    bounds = one_group(scores, weights, kind="mpi", applicable=applicable)
    constants = np.linspace(0, 1, 401)
    filled = np.where(np.isnan(scores), constants[:, np.newaxis], scores)
    found = aggregate(
        filled,
        weights=weights,
        groups=np.ones((len(weights), 1), dtype=bool),
        applicable=np.broadcast_to(applicable, filled.shape),
        kind="mpi",
    )
    # Between two points of the grid the index moves by at most the square of the step, unless
    # the known scores are near 0: there the index is steep, hence the wider tolerance.
    assert bounds["high"] == pytest.approx(found.score.max(), abs=5e-3)


@given(members, any_mean)
def test_law_range(rows, mean):
    scores, weights, applicable = unpack(rows)
    found = one_group(scores, weights, kind=mean[0], exponent=mean[1], applicable=applicable)
    known = [value for value in found.values() if not np.isnan(value)]
    assert all(0 <= value <= 1 + 1e-15 for value in known)
    if applicable.any():
        assert found["low"] <= found["high"] + 1e-12
        counted = (applicable & ~np.isnan(scores)) @ weights
        assert found["coverage"] == pytest.approx(counted / (applicable @ weights), abs=1e-12)


@given(members, any_mean, st.floats(1e-3, 1e3))
def test_law_weights_have_no_scale(rows, mean, factor):
    scores, weights, applicable = unpack(rows)
    one, other = (
        one_group(scores, w, kind=mean[0], exponent=mean[1], applicable=applicable)
        for w in (weights, weights * factor)
    )
    assert one == pytest.approx(other, abs=1e-9, nan_ok=True)


@given(members, any_mean, st.randoms(use_true_random=False))
def test_law_order_does_not_matter(rows, mean, shuffler):
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    one, other = (
        one_group(*unpack(r)[:2], kind=mean[0], exponent=mean[1], applicable=unpack(r)[2])
        for r in (rows, shuffled)
    )
    assert one == pytest.approx(other, abs=1e-9, nan_ok=True)


@given(members, growing, st.integers(0, 6), st.floats(0, 1))
def test_law_a_better_score_never_lowers_the_mean(rows, mean, which, share):
    scores, weights, applicable = unpack(rows)
    which %= len(scores)
    applicable[which] = True
    if np.isnan(scores[which]):
        scores[which] = 0.0
    better = scores.copy()
    better[which] += share * (1 - scores[which])
    before, after = (
        one_group(s, weights, kind=mean[0], exponent=mean[1], applicable=applicable)
        for s in (scores, better)
    )
    for name in ("score", "low", "high"):
        assert after[name] >= before[name] - 1e-12


@given(members, any_mean, st.integers(0, 6))
def test_law_knowing_one_more_value_narrows_the_bounds(rows, mean, which):
    scores, weights, applicable = unpack(rows)
    which %= len(scores)
    applicable[which] = True
    if np.isnan(scores[which]):
        scores[which] = 0.4
    less = scores.copy()
    less[which] = NAN
    known, unknown = (
        one_group(s, weights, kind=mean[0], exponent=mean[1], applicable=applicable)
        for s in (scores, less)
    )
    assert unknown["low"] <= known["low"] + 1e-9
    assert unknown["high"] >= known["high"] - 1e-9
    assert unknown["coverage"] < known["coverage"]


@given(st.floats(1e-3, 1), st.lists(st.floats(0.1, 10), min_size=1, max_size=6), any_mean)
def test_law_equal_scores_are_their_own_mean(score, weights, mean):
    found = one_group([score] * len(weights), weights, kind=mean[0], exponent=mean[1])
    assert found["score"] == pytest.approx(score, abs=1e-12)


# --- a published index

ASEM = Path(__file__).parents[3] / "shared" / "reference" / "asem"


@pytest.mark.shared
@pytest.mark.skipif(not ASEM.is_dir(), reason="the ASEM tables are not beside the project")
def test_a_published_index_of_51_countries_is_reproduced():
    structure = pd.read_csv(ASEM / "structure.csv")
    weights = pd.read_csv(ASEM / "weights.csv").set_index("Code")["Weight"]
    expected = pd.read_csv(ASEM / "aggregated.csv").set_index("UnitCode")
    level = pd.read_csv(ASEM / "normalised.csv").set_index("UnitCode")[list(structure["IndCode"])]
    assert level.shape == (51, 49)
    checked = 0
    for child, parent in (("IndCode", "Agg1"), ("Agg1", "Agg2"), ("Agg2", "Agg3")):
        parent_of = structure.drop_duplicates(child).set_index(child)[parent]
        parents = list(parent_of.unique())
        found = aggregate(
            level.to_numpy() / 100,
            weights=weights[list(level.columns)].to_numpy(dtype=float),
            groups=np.array([[parent_of[c] == p for p in parents] for c in level.columns]),
            applicable=np.ones(level.shape, dtype=bool),
        )
        assert (found.coverage == 1.0).all()
        level = pd.DataFrame(found.score * 100, index=level.index, columns=parents)
        np.testing.assert_allclose(level, expected.loc[level.index, parents], rtol=0, atol=1e-9)
        checked += len(parents)
    assert checked == 11
