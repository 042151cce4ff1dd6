"""The rule of the standard tier, against simulation, brute force and the shipped catalogue."""

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import diag360
from diag360.errors import Refusal
from diag360.scoring import tiers
from diag360.scoring.tiers import MOST, MOST_GAP, choose_standard, expected_gap


def test_the_expected_gap_is_that_of_a_simulation():
    rng = np.random.default_rng(7)
    mean = np.array([0.2, 0.5, 0.7, 0.4, 0.5])
    root = rng.normal(size=(5, 5)) / 10
    covariance = root @ root.T
    chosen = np.array([True, False, True, False, False])
    drawn = rng.multivariate_normal(mean, covariance, size=400_000)
    gap = np.sqrt(np.mean((drawn[:, chosen].mean(axis=1) - drawn.mean(axis=1)) ** 2))
    assert expected_gap(chosen, mean=mean, covariance=covariance) == pytest.approx(gap, rel=0.01)


@given(st.integers(2, 12), st.data())
def test_independent_scores_have_a_closed_form(n, data):
    k = data.draw(st.integers(1, n))
    chosen = np.arange(n) < k
    gap = expected_gap(chosen, mean=np.full(n, 0.5), covariance=np.eye(n) / 12)
    assert gap == pytest.approx(np.sqrt((1 / k - 1 / n) / 12))


def test_a_part_that_copies_the_rest_has_no_gap():
    covariance = np.full((4, 4), 0.05)
    one = np.array([True, False, False, False])
    assert expected_gap(one, mean=np.full(4, 0.3), covariance=covariance) == pytest.approx(0)


@pytest.fixture(scope="module")
def every(catalogue, open_values):
    return diag360.score(open_values, catalogue=catalogue, tier="expert")


@pytest.fixture(scope="module")
def choices(every):
    return choose_standard(every)


def test_the_shipped_tiers_are_those_of_the_rule(catalogue, choices):
    ruled = {name for choice in choices for name in choice.chosen}
    frame = catalogue.settings.default_framework
    declared = {
        i.id
        for i in catalogue.indicators.values()
        if i.tier != "expert" and i.needs[frame].use == "score"
    }
    assert declared == ruled
    assert sum(i.tier != "expert" for i in catalogue.indicators.values()) <= MOST


def test_every_need_holds_state_and_action_and_two_objectives(catalogue, choices):
    for choice in choices:
        held = [catalogue.indicators[name] for name in choice.chosen]
        assert {i.kind for i in held} == {"etat", "action"}, choice.need
        assert len({i.objective for i in held}) >= 2, choice.need
        assert choice.gap <= MOST_GAP, choice.need
        assert choice.minutes == sum(i.collection.minutes for i in held if i.tier != "flash")


def test_no_shorter_set_would_do(catalogue, every, choices):
    """All subsets of a small need, one by one."""
    choice = min(choices, key=lambda choice: choice.of)
    names = [n for n, need in every.need_of.items() if need == choice.need and every.weights[n] > 0]
    own = [catalogue.indicators[n] for n in names]
    labels = [i.label for i in catalogue.indicators.values()]
    mean, covariance = tiers._moments(every.indicator_scores[names])
    fitting = []
    for part in chain.from_iterable(combinations(own, k) for k in range(1, len(own) + 1)):
        ids = {i.id for i in part}
        given = {i.id for i in own if i.tier == "flash"}
        if not given <= ids or any(labels.count(i.label) > 1 for i in part if i.id not in given):
            continue
        if {i.kind for i in part} != {i.kind for i in own} or len({i.objective for i in part}) < 2:
            continue
        chosen = np.array([n in ids for n in names])
        gap = expected_gap(chosen, mean=mean, covariance=covariance)
        if gap <= MOST_GAP:
            minutes = sum(i.collection.minutes for i in part if i.tier != "flash")
            fitting.append((len(ids), minutes, gap, ids))
    assert set(choice.chosen) == min(fitting, key=lambda one: one[:3])[3]


def test_a_wider_gap_never_asks_for_more(every, choices):
    loose = choose_standard(every, most_gap=0.3)
    for strict, wide in zip(choices, loose, strict=True):
        assert len(wide.chosen) <= len(strict.chosen)


def test_tiers_are_nested_and_cost_more_and_more(catalogue):
    found = tiers.minutes_by_tier(catalogue, framework="besoins-2021")
    assert list(found) == ["flash", "standard", "expert"]
    counts, minutes = zip(*found.values(), strict=True)
    assert counts[0] < counts[1] < counts[2] == len(catalogue.indicators)
    assert 0 == minutes[0] < minutes[1] < minutes[2]


# --- What a tier does to scores --------------------------------------------------------------


def test_standard_leaves_the_rest_out_of_the_weights(catalogue, every, open_values):
    standard = diag360.score(open_values, catalogue=catalogue, tier="standard")
    asked = [i.tier != "expert" for i in catalogue.indicators.values()]
    assert standard.asked.tolist() == asked
    assert (standard.weights[~standard.asked] == 0).all()
    held = standard.asked & (every.weights > 0)
    assert standard.weights[held].equals(every.weights[held])
    assert (
        (standard.needs.coverage >= every.needs.coverage - 1e-12)
        .to_numpy()[:, [c.of > 0 for c in choose_standard(every)]]
        .any()
    )


def test_flash_reads_open_data_alone_over_the_standard_set(catalogue, values):
    asked = next(i for i in catalogue.indicators.values() if i.tier == "standard"
                 and i.response.choices == ("Non", "En cours", "Oui"))  # fmt: skip
    rows = values(("200065928", asked.id, "Oui"), ("200065928", "be2_i05", "0.1"))
    flash = diag360.score(rows, catalogue=catalogue, tier="flash")
    standard = diag360.score(rows, catalogue=catalogue, tier="standard")
    need = asked.needs["besoins-2021"].primary
    assert np.isnan(flash.indicator_scores.loc["200065928", asked.id])
    assert standard.indicator_scores.loc["200065928", asked.id] == 1
    assert flash.needs.coverage.loc["200065928", need] == 0
    assert standard.needs.coverage.loc["200065928", need] > 0
    assert flash.weights.equals(standard.weights)


def test_a_territory_without_open_data_does_not_vanish_from_flash(catalogue, values):
    asked = next(i.id for i in catalogue.indicators.values() if i.tier == "expert"
                 and i.response.choices == ("Non", "En cours", "Oui"))  # fmt: skip
    flash = diag360.score(values(("A", asked, "Oui")), catalogue=catalogue, tier="flash")
    assert list(flash.needs.score.index) == ["A"]
    assert flash.observations.empty


def test_the_default_tier_is_that_of_the_framework(catalogue, open_values):
    rows = open_values[:200]
    for name, framework in catalogue.frameworks.items():
        found = diag360.score(rows, catalogue=catalogue, framework=name)
        assert found.tier == framework.default_tier
    assert catalogue.frameworks["diag360-1.3"].default_tier == "expert"


def test_an_unknown_tier_is_refused(catalogue, open_values):
    with pytest.raises(Refusal, match="« rapide » inconnu → choisir parmi : flash, standard"):
        diag360.score(open_values, catalogue=catalogue, tier="rapide")
