from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from profile_values import drawn_values
from scipy import stats

import diag360
from diag360.challenge.assumptions import Assumptions
from diag360.challenge.draws.products import product
from diag360.challenge.draws.profile_model import profile_model
from diag360.challenge.draws.summaries import (
    LEVELS,
    among_weakest,
    plain_mean,
    quantiles_of,
    rank_ends,
)
from diag360.challenge.uncertainty import uncertainty
from diag360.scoring.restrict import restrict

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
WEIGHTS = Assumptions(moving=("poids", "jeu_de_poids"))
DRAWS = 300


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="module")
def scores(catalogue):
    codes = [f"t{at:02d}" for at in range(35)]
    some = drawn_values(catalogue, territories=codes[:20], seed=5, share=0.75)
    few = drawn_values(catalogue, territories=codes[20:34], seed=6, share=0.3)
    alone = pd.DataFrame(
        [(codes[34], next(iter(catalogue.indicators)), "", "non_collecte", np.nan)],
        columns=some.columns,
    ).astype(some.dtypes)
    return diag360.score(pd.concat([some, few, alone]), catalogue=catalogue, tier="expert")


def tried(scores, assumptions=WEIGHTS, *, seed=4, **options):
    generator = np.random.default_rng(seed)
    options = {"draws": DRAWS, "k": 3, "jobs": 1} | options
    return uncertainty(scores, assumptions=assumptions, generator=generator, **options)


def bytes_of(found):
    parts = (found.counted, found.quantiles, found.weakest, found.mean, found.ranks)
    return [part.tobytes() for part in (*parts, found.need_ranks) if part is not None]


def loops(scores, assumptions, *, k=3, seed=4):
    """Every draw of every territory through its own model, then plain Python."""
    generator = np.random.default_rng(seed)
    models = [
        profile_model(restrict(scores, territories=[code]), assumptions=assumptions)
        for code in scores.indicator_scores.index
    ]
    points = generator.random((DRAWS, models[0].layout.width))
    drawn = np.stack([model.run(points).needs for model in models])  # (t, r, n)
    counted = scores.determined.to_numpy()
    weakest, means = Counter(), np.full(drawn.shape[:2], np.nan)
    for t, own in enumerate(drawn):
        for r, row in enumerate(own):
            kept = [n for n in range(len(row)) if counted[t, n]]
            for n in kept:
                weakest[t, n] += sum(row[m] < row[n] for m in kept) < k
            if kept:
                means[t, r] = sum(row[n] for n in kept) / len(kept)
    return drawn, counted, weakest, means


def lowest_reaching(ranks, level):
    """Lowest drawn rank that at least a share of the draws does not pass."""
    return next(rank for rank in sorted(set(ranks)) if np.mean(np.array(ranks) <= rank) >= level)


# --- against plain loops


@pytest.mark.parametrize(
    "assumptions",
    [
        WEIGHTS,
        Assumptions(moving=("poids",), concentration=1.0),
        Assumptions(moving=("poids", "bornes", "agregation"), aggregations=("arithmetic", "mpi")),
    ],
    ids=["products", "dirichlet", "one by one"],
)
def test_every_number_is_the_one_of_plain_loops(scores, assumptions):
    found = tried(scores, assumptions, rank_needs=True)
    drawn, counted, weakest, means = loops(scores, assumptions)
    np.testing.assert_array_equal(found.counted, counted)
    unknown = np.isnan(drawn).any(axis=1)
    assert unknown.any()
    assert (counted.sum(axis=1) == 0).any()
    expected = np.quantile(drawn, LEVELS, axis=1)
    np.testing.assert_allclose(found.quantiles[:, ~unknown], expected[:, ~unknown], atol=2e-6)
    assert np.isnan(found.quantiles[:, unknown]).all()
    for (t, n), count in weakest.items():
        assert found.weakest[t, n] == pytest.approx(count / DRAWS, abs=1e-12)
    assert np.isnan(found.weakest[~counted]).all()
    some = counted.any(axis=1)
    np.testing.assert_allclose(found.mean[:, some], np.quantile(means[some], LEVELS, axis=1),
                               rtol=0, atol=2e-6)  # fmt: skip
    ranks = stats.rankdata(-means[some], method="min", axis=0)
    for at, level in enumerate(LEVELS):
        for t, own in zip(np.flatnonzero(some), ranks, strict=True):
            assert found.ranks[at, t] == lowest_reaching(own, level)
    assert np.isnan(found.ranks[:, ~some]).all()
    for n in range(counted.shape[1]):
        here = counted[:, n]
        assert np.isnan(found.need_ranks[:, ~here, n]).all()
        if here.any():
            ranks = stats.rankdata(-drawn[here, :, n].astype(np.float32), method="min", axis=0)
            expected = [[lowest_reaching(own, level) for own in ranks] for level in LEVELS]
            # Scores that differ by a rounding in single precision may swap ranks.
            assert np.abs(found.need_ranks[:, here, n] - expected).max() <= 1


def test_missing_values_are_drawn_apart_by_territory(scores):
    assumptions = Assumptions(moving=("manquants",))
    two = restrict(scores, territories=["t00", "t01"])
    same = replace(
        two,
        **{name: getattr(two, name).iloc[[0, 0]].set_axis(["t00", "t01"])
           for name in ("indicator_scores", "applicable", "number")},
    )  # fmt: skip
    found = tried(same, assumptions, draws=2000)
    assert found.counted.all()
    assert (found.quantiles[:, 0] != found.quantiles[:, 1]).any()
    np.testing.assert_allclose(found.quantiles[:, 0], found.quantiles[:, 1], rtol=0, atol=0.06)
    low, high = (getattr(two.needs, name).iloc[0].to_numpy() for name in ("low", "high"))
    assert (found.quantiles[0, 0] >= low - 1e-6).all()
    assert (found.quantiles[2, 0] <= high + 1e-6).all()
    assert (found.quantiles[2, 0] > found.quantiles[0, 0])[high - low > 0.01].all()


def test_nothing_moves_nothing_is_uncertain(scores):
    found = tried(scores, Assumptions(moving=()))
    needs = scores.needs.score.to_numpy()
    for part in found.quantiles:
        np.testing.assert_allclose(part, needs, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(found.ranks[0], found.ranks[2])
    assert set(np.unique(found.weakest[found.counted])) <= {0.0, 1.0}


def test_the_score_of_today_is_within(scores):
    found = tried(scores, Assumptions(moving=("poids",)), draws=1000)
    needs = scores.needs.score.to_numpy()
    known = ~np.isnan(needs)
    assert (found.quantiles[0][known] <= needs[known] + 1e-6).all()
    assert (found.quantiles[2][known] >= needs[known] - 1e-6).all()


# --- the same bytes


@pytest.mark.parametrize("options", [{"chunk": 1}, {"chunk": 10**6}, {"jobs": 2},
                                     {"jobs": 3, "chunk": 20}])  # fmt: skip
@pytest.mark.parametrize("moving", [("poids",), ("poids", "manquants")])
def test_neither_chunks_nor_threads_change_a_byte(scores, options, moving):
    assumptions = Assumptions(moving=moving)
    scores = restrict(scores, territories=[f"t{at:02d}" for at in range(15, 33)])
    asked = {"draws": 60, "rank_needs": True}
    reference = tried(scores, assumptions, **asked)
    assert bytes_of(tried(scores, assumptions, **asked, **options)) == bytes_of(reference)
    assert bytes_of(tried(scores, assumptions, seed=5, **asked)) != bytes_of(reference)


def test_progress_is_told_up_to_the_end(scores):
    told = []
    tried(scores, chunk=16, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


# --- tables and refusals


def test_tables_name_every_row(scores):
    found = tried(scores, rank_needs=True)
    table = found.table().set_index(["territory", "need"])
    assert len(table) == 35 * 18
    row = table.loc[("t03", "me_soigner")]
    t, n = found.territories.index("t03"), found.needs.index("me_soigner")
    assert row[["low", "median", "high"]].tolist() == found.quantiles[:, t, n].tolist()
    assert row["rank_median"] == found.need_ranks[1, t, n]
    assert "rank_low" not in tried(scores).table().columns
    ranks = found.rank_table().set_index("territory")
    assert ranks.loc["t03", "rank_high"] == found.ranks[2, t]
    assert ranks.loc["t03", "counted"] == scores.determined.loc["t03"].sum()
    assert np.isnan(ranks.loc["t34", "mean_low"])


def test_too_few_draws_are_refused(scores):
    with pytest.raises(ValueError, match="got 3"):
        tried(scores, draws=3)


# --- parts


SMALL = st.integers(0, 6).map(lambda part: part / 6)


@given(arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(10, 60)), elements=SMALL))
def test_quantiles_are_those_of_numpy(values):
    expected = np.quantile(values.astype(float), LEVELS, axis=1)
    np.testing.assert_allclose(quantiles_of(values.copy()), expected, rtol=0, atol=1e-6)


@given(arrays(np.float32, (4, 2, 12), elements=SMALL), arrays(bool, (2, 4)), st.integers(1, 4))
def test_the_weakest_are_those_fewer_than_k_are_under(found, counted, k):
    made = among_weakest(found, counted=counted, k=k)
    mean = plain_mean(found, counted=counted)
    for row, kept in enumerate(counted):
        own = found[kept, row]
        expected = (stats.rankdata(own, method="min", axis=0) <= k).mean(axis=1)
        np.testing.assert_allclose(made[row, kept], expected)
        assert np.isnan(made[row, ~kept]).all()
        if kept.any():
            np.testing.assert_allclose(mean[row], own.mean(axis=0), atol=1e-6)
        else:
            assert np.isnan(mean[row]).all()


@given(arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(10, 130)), elements=SMALL),
       st.sets(st.integers(0, 5)))  # fmt: skip
def test_rank_ends_are_drawn_ranks_and_equals_share_them(values, empty):
    empty = [at for at in empty if at < len(values)]
    values[empty] = np.nan
    kept = [at for at in range(len(values)) if at not in empty]
    made = rank_ends(values)
    assert np.isnan(made[:, empty]).all()
    if not kept:
        return
    ranks = stats.rankdata(-values[kept], method="min", axis=0)
    for at, level in enumerate(LEVELS):
        assert made[at, kept].tolist() == [lowest_reaching(own, level) for own in ranks]


@given(st.integers(0, 40), st.integers(1, 300), st.integers(1, 300))
def test_a_product_in_pieces_is_the_product(rows, inner, columns):
    generator = np.random.default_rng(rows)
    left, right = generator.random((rows, inner)), generator.random((inner, columns))
    np.testing.assert_allclose(product(left, right), left @ right, rtol=1e-12)
