from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

import diag360
from diag360.challenge.assumptions import FACTORS, Assumptions
from diag360.challenge.draws.blocks import point_blocks, run_blocks
from diag360.challenge.draws.profile_model import profile_model
from diag360.challenge.draws.rank_statistics import (
    LEVELS,
    pair_shares,
    rank_shares,
    ranking,
    ranks_of,
)
from diag360.challenge.robustness import BLOCK, robustness
from diag360.scoring.restrict import restrict

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
LANNION, OTHER = "200065928", "200023307"
EVERYTHING = Assumptions(moving=FACTORS)


@pytest.fixture(scope="module")
def both():
    catalogue = diag360.load_catalogue()
    values = diag360.read_values(catalogue=catalogue)
    return diag360.score(values[values["territory"].isin([LANNION, OTHER])], catalogue=catalogue)


@pytest.fixture(scope="module")
def crossed(both):
    place = diag360.find_place(LANNION)
    ratings = diag360.prepare_ratings(place=place, catalogue=both.catalogue)
    return diag360.cross(both, ratings=ratings)


def tried(scores, assumptions=EVERYTHING, *, seed=1, **options):
    generator = np.random.default_rng(seed)
    options = {"territory": LANNION, "draws": 1200} | options
    return robustness(scores, assumptions=assumptions, generator=generator, **options)


def bytes_of(one):
    """Every number of a result."""
    parts = [one.classes, one.pairs, one.conclusion, one.first_stays, one.left_out, one.moved]
    for part in (one.needs, one.hazards):
        parts += [getattr(part, field.name) for field in fields(part)]
    return [part.tobytes() if isinstance(part, np.ndarray) else repr(part) for part in parts]


def scored(both, cells, *, needs=("boire", "me_nourrir"), drop=()):
    """Scores of the territory where only some cells are known, each need having two indicators."""
    own = restrict(both, territories=[LANNION])
    weights = pd.Series(0.0, index=own.weights.index)
    frame = own.indicator_scores * np.nan
    determined = own.needs.coverage * 0.0
    members = {}
    for need in needs:
        members[need] = list(own.need_of.index[own.need_of == need])[:2]
        weights[members[need]] = 1.0
        if need not in drop:
            determined[need] = 1.0
    for (need, at), value in cells.items():
        frame[members[need][at]] = value
    profile = replace(own.needs, coverage=determined, score=determined * 0 + 0.5)
    applicable = own.applicable | True
    return replace(own, weights=weights, indicator_scores=frame, needs=profile,
                   applicable=applicable)  # fmt: skip


# --- the same bytes


@pytest.mark.parametrize("options", [{"chunk": 100}, {"chunk": 10**6}, {"jobs": 2},
                                     {"jobs": 3, "chunk": 600}])  # fmt: skip
def test_neither_chunks_nor_threads_change_a_byte(both, crossed, options):
    assert bytes_of(tried(both, found=crossed, **options)) == bytes_of(tried(both, found=crossed))


def test_another_seed_gives_other_draws(both):
    assert bytes_of(tried(both)) != bytes_of(tried(both, seed=2))


def test_draws_do_not_depend_on_how_many_there_are():
    short = point_blocks(draws=7, width=2, block=5, generator=np.random.default_rng(0))
    long = point_blocks(draws=40, width=2, block=5, generator=np.random.default_rng(0))
    np.testing.assert_array_equal(short(0), long(0))
    assert short(1).shape == (2, 2)
    assert (long(0) != long(1)).all()


def test_blocks_come_in_order_and_progress_is_told():
    told = []
    made = list(run_blocks(lambda at: at * at, count=7, together=3, jobs=3,
                           progress=lambda done, total: told.append((done, total))))  # fmt: skip
    assert made == [at * at for at in range(7)]
    assert told == [(3, 7), (6, 7), (7, 7)]


# --- against plain loops


def test_every_number_is_the_one_of_plain_loops(both, crossed):
    draws = 2 * BLOCK + 30
    found = tried(both, found=crossed, draws=draws)
    own = restrict(both, territories=[LANNION])
    model = profile_model(own, assumptions=EVERYTHING, found=crossed)
    children = np.random.default_rng(1).spawn(3)
    parts = [model.run(child.random((size, model.layout.width)))
             for child, size in zip(children, (BLOCK, BLOCK, 30), strict=True)]  # fmt: skip
    needs = np.concatenate([part.needs for part in parts])
    sums = np.concatenate([part.effects.sum(axis=2) for part in parts])
    assert found.left_out == ()
    classes, sets, first = Counter(), Counter(), 0
    ranks, pairs = Counter(), Counter()
    for row in needs:
        order = sorted(range(len(row)), key=lambda at, row=row: (row[at], at))
        sets[tuple(sorted(order[:3]))] += 1
        for at, value in enumerate(row):
            classes[at, sum(value >= border for border in (0.2, 0.4, 0.6, 0.8))] += 1
            ranks[at, sum(other < value for other in row)] += 1
            for other, second in enumerate(row):
                pairs[at, other] += 1.0 if value < second else 0.5 if value == second else 0.0
    for (at, number), count in classes.items():
        assert found.classes[at, number] == count / draws
    for (at, rank), count in ranks.items():
        assert found.needs.ranks[at, rank] == pytest.approx(count / draws, abs=1e-12)
    for (at, other), count in pairs.items():
        assert found.pairs[at, other] == pytest.approx(count / draws, abs=1e-12)
    modal, times = max(sets.items(), key=lambda pair: pair[1])
    assert found.conclusion.modal == tuple(model.needs[at] for at in modal)
    assert found.conclusion.modal_share == times / draws
    assert found.needs.quantiles == pytest.approx(np.quantile(needs, LEVELS, axis=0))
    assert found.hazards.quantiles == pytest.approx(np.quantile(sums, LEVELS, axis=0))
    central = crossed.at_own_duration()[1, 0]
    today = [central[crossed.hazards.index(name)].sum() for name in model.hazards]
    np.testing.assert_allclose(found.hazards.nominal, today, rtol=0, atol=1e-12)
    first = sum(int(np.argmax(row) == np.argmax(today)) for row in sums)
    assert found.first_stays == first / draws
    top = [sum(int((other > row[at]).sum() < 3) for other, row in zip(sums, sums, strict=True))
           / draws for at in range(sums.shape[1])]  # fmt: skip
    np.testing.assert_allclose(found.hazards.first, top, rtol=0, atol=1e-12)


def test_the_convergence_is_the_share_of_the_first_draws(both):
    found = tried(both, draws=1000).needs
    np.testing.assert_array_equal(found.steps, np.arange(100, 1001, 100))
    np.testing.assert_array_equal(found.running[-1], found.first)
    expected = np.sqrt(found.running * (1 - found.running) / found.steps[:, None])
    np.testing.assert_allclose(found.error, expected)


def test_settled_is_about_the_last_half():
    calm = np.tile([[0.0, 1.0], [1.0, 0.0]], (500, 1))
    assert ranking(calm, names=("a", "b"), nominal=np.zeros(2), k=1).settled
    turned = calm.copy()
    turned[700:] = [1.0, 0.0]
    assert not ranking(turned, names=("a", "b"), nominal=np.zeros(2), k=1).settled
    early = calm.copy()
    early[:30] = [1.0, 0.0]
    assert ranking(early, names=("a", "b"), nominal=np.zeros(2), k=1).settled


# --- closed forms


def test_one_missing_indicator_of_two_gives_a_uniform_score(both):
    """R = (s + u)/2 with u uniform: the law of R is uniform on [s/2, (1 + s)/2]."""
    scores = scored(both, {("boire", 0): 0.6, ("me_nourrir", 0): 0.5, ("me_nourrir", 1): 0.5})
    found = tried(scores, Assumptions(moving=("manquants",)), draws=20_000, k=1)
    at = found.needs.names.index("boire")
    assert found.needs.quantiles[:, at] == pytest.approx(0.3 + 0.5 * np.array(LEVELS), abs=0.01)
    other = found.needs.names.index("me_nourrir")
    assert found.needs.quantiles[:, other] == pytest.approx(np.full(5, 0.5))
    # (0.6 + u)/2 < 0.5 when u < 0.4.
    assert found.needs.first[at] == pytest.approx(0.4, abs=0.015)
    assert found.pairs[at, other] == pytest.approx(0.4, abs=0.015)
    # [0.3, 0.4), [0.4, 0.6), [0.6, 0.8): classes in proportion of their width.
    assert found.classes[at] == pytest.approx([0, 0.2, 0.4, 0.4, 0], abs=0.015)


def test_two_needs_known_by_hand(both):
    """(0.2 + u)/2 < (0.5 + v)/2 when v > u - 0.3: 1 - 0.7²/2."""
    scores = scored(both, {("boire", 0): 0.2, ("me_nourrir", 0): 0.5})
    found = tried(scores, Assumptions(moving=("manquants",)), draws=20_000, k=1)
    at, other = (found.needs.names.index(name) for name in ("boire", "me_nourrir"))
    assert found.pairs[at, other] == pytest.approx(1 - 0.7**2 / 2, abs=0.012)
    assert found.needs.first[at] == pytest.approx(found.pairs[at, other], abs=1e-12)


def test_the_law_of_one_weight_against_the_other(both):
    """R = w/(w + v) with w and v uniform in [0, 2]: P(R < r) = r/(2(1 - r)) up to one half."""
    scores = scored(both, {("boire", 0): 1.0, ("boire", 1): 0.0}, needs=("boire",))
    found = tried(scores, Assumptions(moving=("poids",), weight_noise=1.0), draws=20_000, k=1)
    for level, value in zip(LEVELS[:3], found.needs.quantiles[:3, 0], strict=True):
        assert value / (2 * (1 - value)) == pytest.approx(level, abs=0.012)


# --- what is counted


def test_undetermined_needs_take_part_only_through_missing_values(both):
    determined = [n for n in both.determined.columns if both.determined.loc[LANNION, n]]
    still = tried(both, Assumptions(moving=("poids",)))
    assert list(still.needs.names) == determined
    assert set(still.left_out) == set(both.determined.columns) - set(determined)
    drawn = tried(both, Assumptions(moving=("poids", "manquants")))
    assert drawn.left_out == ()
    assert np.isnan(drawn.needs.nominal).sum() == len(both.determined.columns) - len(determined)
    known = tried(both, Assumptions(moving=("poids", "manquants")), known_only=True)
    assert known.needs.names == still.needs.names
    absent = Assumptions(moving=("poids", "manquants"), missing="absents")
    assert tried(both, absent).needs.names == still.needs.names


def test_today_is_the_weakest_of_the_determined_needs(both):
    for options in ({}, {"known_only": True}):
        found = tried(both, found=None, **options)
        today = both.needs.score.loc[LANNION][both.determined.loc[LANNION]]
        weakest = set(today.sort_values(kind="stable").index[:3])
        assert set(found.conclusion.nominal) == weakest
    assert found.conclusion.nominal_share <= found.conclusion.modal_share


def test_nothing_moves_everything_stays(both, crossed):
    found = tried(both, Assumptions(moving=()), found=crossed)
    assert found.conclusion.same
    assert found.conclusion.nominal_share == 1
    assert found.first_stays == 1
    assert set(np.unique(found.needs.first)) <= {0.0, 1.0}
    assert found.settled
    assert found.needs.quantiles == pytest.approx(np.tile(found.needs.nominal, (5, 1)))


def test_weights_alone_keep_a_score_between_its_indicators(both):
    found = tried(both, Assumptions(moving=("poids",), weight_noise=1.0))
    low, *_, high = found.needs.quantiles
    cells = both.indicator_scores.loc[LANNION].where(both.weights > 0)
    ends = cells.groupby(both.need_of).agg(["min", "max"]).loc[list(found.needs.names)]
    assert (low >= ends["min"] - 1e-12).all()
    assert (high <= ends["max"] + 1e-12).all()
    assert (low <= found.needs.nominal).all()
    assert (found.needs.nominal <= high).all()


def test_too_few_needs_make_no_conclusion(both):
    scores = scored(both, {("boire", 0): 0.2, ("me_nourrir", 0): 0.5})
    found = tried(scores, Assumptions(moving=("poids",)), k=3)
    assert found.conclusion.nominal == ()
    assert np.isnan(found.conclusion.nominal_share)
    assert not found.conclusion.same
    nothing = tried(scored(both, {}, drop=("boire", "me_nourrir")), Assumptions(moving=("poids",)))
    assert nothing.needs.names == ()
    assert len(nothing.left_out) == 18
    assert nothing.needs.ranks.shape == (0, 0)


def test_peers_are_the_other_territories_of_the_scores(both):
    assumptions = Assumptions(moving=("manquants",), missing="semblables")
    found = tried(both, assumptions)
    others = both.indicator_scores.drop(index=LANNION).to_numpy()
    given = tried(restrict(both, territories=[LANNION]), assumptions, peers=others)
    assert bytes_of(found) == bytes_of(given)
    with pytest.raises(ValueError, match="peers are needed"):
        tried(restrict(both, territories=[LANNION]), assumptions)


def test_too_few_draws_are_refused(both):
    with pytest.raises(ValueError, match="got 9"):
        tried(both, draws=9)


# --- laws of ranks


TABLE = arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 5)),
               elements=st.integers(0, 4).map(float))  # fmt: skip


@given(TABLE)
def test_ranks_are_those_of_scipy(values):
    ranks = ranks_of(values)
    np.testing.assert_array_equal(ranks, stats.rankdata(values, method="min", axis=1))
    shares = rank_shares(ranks)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    pairs = pair_shares(values)
    np.testing.assert_allclose(pairs + pairs.T, 1)
    np.testing.assert_array_equal(pair_shares(-values), pairs.T)


@given(TABLE, st.integers(1, 3))
def test_first_is_the_sum_of_the_first_ranks(values, k):
    names = tuple(map(str, range(values.shape[1])))
    one = ranking(values, names=names, nominal=values[0], k=k)
    np.testing.assert_allclose(one.first, one.ranks[:, :k].sum(axis=1))
    assert (one.first.sum() >= min(k, len(names)) - 1e-12).all()
    assert sorted(one.order) == list(range(len(names)))
    back = ranking(-values, names=names, nominal=values[0], k=k, rising=False)
    np.testing.assert_array_equal(back.ranks, one.ranks)
