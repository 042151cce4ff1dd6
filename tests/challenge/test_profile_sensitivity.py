"""Indices of what is said of a territory, and of the score of one need."""

from dataclasses import replace

import numpy as np
import pytest
from profile_values import drawn_values

import diag360
from diag360.challenge.assumptions import FACTORS, LABELS, Assumptions
from diag360.challenge.draws.profile_model import profile_model
from diag360.challenge.sensitivity import idle_factors, sensitivity_of_profile
from diag360.challenge.sensitivity_of_need import sensitivity_of_need
from diag360.challenge.sensitivity_outputs import leading, weakest_needs
from diag360.errors import Refusal
from diag360.vulnerability.assess import assess
from diag360.vulnerability.matrices import hazards_of

NEEDS_ONLY = Assumptions(moving=("poids", "jeu_de_poids", "bornes", "manquants", "agregation"))


def generator(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="module")
def scores(catalogue):
    values = drawn_values(catalogue, territories=["a"], seed=31, share=0.85)
    return diag360.score(values, catalogue=catalogue)


@pytest.fixture(scope="module")
def complete(catalogue):
    values = drawn_values(catalogue, territories=["a"], seed=32, share=2.0)
    values = values[values["status"] == "observe"]
    return diag360.score(values, catalogue=catalogue, tier="expert")


@pytest.fixture(scope="module")
def found(scores, catalogue):
    hazards = [hazard.id for hazard in hazards_of(catalogue)][:6]
    levels = np.sort(generator(3).integers(1, 5, (2, 3, 1, 6)), axis=1).astype(float)
    levels[:, :, :, 0] = np.array([1.0, 2.0, 4.0])[:, np.newaxis]
    return assess(scores, likelihood=levels[0], intensity=levels[1], hazards=hazards)


@pytest.fixture(scope="module")
def told(scores, found):
    return sensitivity_of_profile(
        scores, assumptions=Assumptions(moving=FACTORS), found=found, generator=generator(),
        power=10, resamples=40,
    )  # fmt: skip


# --- the outputs


def test_the_weakest_are_the_lowest_and_ties_go_to_the_first():
    needs = np.array([[0.3, 0.1, np.nan, 0.3, 0.2], [0.5, 0.5, 0.5, 0.5, 0.5]])
    among = np.array([True, True, True, True, False])
    found = weakest_needs(needs, among=among, k=2)
    assert found.tolist() == [[True, True, False, False, False], [True, True, False, False, False]]
    few = weakest_needs(needs[:1], among=among & (np.arange(5) < 2), k=3)
    assert few.tolist() == [[True, True, False, False, False]]


def test_the_leading_hazard_is_the_one_with_the_largest_sum():
    effects = np.array([[[0.1, 0.1], [0.3, 0.0]], [[0.4, 0.0], [0.2, 0.2]]])
    assert leading(effects).tolist() == [[False, True], [True, False]]
    assert leading(np.zeros((3, 0, 2))).shape == (3, 0)


# --- the profile


def test_every_output_has_a_row_per_factor(told, scores, found):
    assert told.factors == FACTORS
    needs, compared = len(scores.framework.needs), len(told.compared)
    sizes = told.table.groupby("output").size().to_dict()
    expected = {
        "besoin": needs, "faible": compared, "conclusion": 1,
        "alea": len(found.hazards), "premier": len(found.hazards),
    }  # fmt: skip
    assert sizes == {name: 7 * count for name, count in expected.items()}
    assert told.runs == 1024 * 9
    assert told.territory == "a"


def test_today_is_what_the_scores_say(told, scores, found):
    row = scores.needs.score.loc["a"][scores.determined.loc["a"]]
    assert list(told.weakest) == list(row.sort_values(kind="stable").index[:3])
    heavy = found.at_own_duration()[found.bound("central"), 0].sum(axis=1)
    assert told.first_hazard == found.hazards[int(heavy.argmax())]
    assert 0 <= told.kept <= 1
    assert 0 <= told.hazard_kept <= 1


def test_exposure_and_dependencies_move_hazards_and_never_a_need(told):
    rows = told.table[told.table["factor"].isin(["cotations", "cascade"])]
    said = rows[rows["output"].isin(["besoin", "faible", "conclusion"])]["total"].dropna()
    assert (said < 1e-12).all()  # rounding apart: runs are made in blocks
    assert (rows[rows["output"] == "alea"].groupby("factor")["total"].max() > 0.05).all()


def test_intervals_hold_the_index_and_first_does_not_pass_total_beyond_error(told):
    """Trap of uncentred estimators: a share taken alone cannot be above the share with others."""
    rows = told.table[told.table["total"].notna()]
    for name in ("first", "total"):
        inside = (rows[f"{name}_low"] <= rows[name] + 1e-9) & (
            rows[name] <= rows[f"{name}_high"] + 1e-9
        )
        assert inside.mean() > 0.97
    smooth = rows[rows["output"].isin(["besoin", "alea"])]
    assert (smooth["first_low"] <= smooth["total_high"] + 0.02).all()
    assert (smooth["first"] <= smooth["total"] + 0.03).all()
    assert smooth.groupby(["output", "name"])["total"].sum().min() > 0.8


def test_the_decisive_factor_has_the_largest_total_index(told):
    rows = told.of("conclusion")
    best = told.decisive()
    assert best.factor == rows["factor"].iloc[0]
    assert best.total == rows["total"].max()
    assert best.low <= best.total <= best.high
    for factor in rows["factor"]:
        row = rows[rows["factor"] == factor].iloc[0]
        if factor != best.factor:
            assert (factor in best.rivals) == (row["total_high"] >= best.low)
    assert told.decisive("premier", told.first_hazard) is not None


def test_a_conclusion_that_nothing_moves_has_no_decisive_factor(complete):
    tiny = Assumptions(moving=("poids", "bornes"), weight_noise=1e-6, anchor_noise=1e-6)
    still = sensitivity_of_profile(
        complete, assumptions=tiny, generator=generator(), power=5, resamples=5
    )
    assert still.kept == 1
    assert still.decisive() is None
    assert still.decisive("besoin", "boire") is not None


def test_what_is_not_determined_counts_only_when_missing_values_move(catalogue):
    values = drawn_values(catalogue, territories=["a"], seed=33, share=0.6)
    scores = diag360.score(values, catalogue=catalogue, tier="expert")
    printed = set(scores.determined.columns[scores.determined.loc["a"]])
    assert 4 <= len(printed) < len(scores.framework.needs)

    def compared(**options):
        return set(sensitivity_of_profile(
            scores, generator=generator(), power=4, resamples=3, **options
        ).compared)  # fmt: skip

    assert compared(assumptions=Assumptions(moving=("poids", "manquants"))) > printed
    assert compared(assumptions=Assumptions(moving=("poids", "bornes"))) == printed
    drawn = Assumptions(moving=("poids", "manquants"))
    assert compared(assumptions=drawn, known_only=True) == printed


def test_a_need_that_weights_alone_move_has_the_index_of_a_linear_model(complete):
    """Small noise on the weights and the anchors: the variances of the two parts, in closed form.

    Anchors apart, dR = Σ (s_i - R) dw_i / W with dw_i uniform in ± e w_i.
    """
    noise = 0.02
    assumptions = Assumptions(moving=("poids", "bornes"), weight_noise=noise, anchor_noise=noise)
    model = profile_model(complete, assumptions=assumptions)
    told = sensitivity_of_profile(
        complete, assumptions=assumptions, generator=generator(), power=11, resamples=10
    )
    checked = 0
    for need in ("boire", "me_soigner", "acceder_energie"):
        own = complete.need_of == need
        s = complete.indicator_scores.loc["a"][own].to_numpy()
        w = complete.weights[own].to_numpy()
        expected = ((s - s @ w / w.sum()) ** 2 * (w / w.sum()) ** 2).sum() * noise**2 / 3
        rows = told.of("besoin", need).set_index("factor")
        assert rows["total"]["poids"] * rows["variance"]["poids"] == pytest.approx(
            expected, rel=0.05
        )
        assert rows["total"].sum() == pytest.approx(1, abs=0.05)
        checked += 1
    assert checked == 3
    assert set(model.layout.moving) == {"poids", "bornes"}


def test_the_same_seed_gives_the_same_table(scores):
    one, other = (
        sensitivity_of_profile(
            scores, assumptions=NEEDS_ONLY, generator=generator(4), power=5, resamples=10
        )
        for _ in range(2)
    )
    assert one.table.equals(other.table)


# --- factors that do nothing


def test_a_factor_that_changes_nothing_is_refused_by_name(complete):
    """Nothing is missing, and no hazard is rated: three factors have nothing to move."""
    with pytest.raises(Refusal) as refused:
        sensitivity_of_profile(
            complete, assumptions=Assumptions(moving=FACTORS), generator=generator(), power=4
        )
    told = {fault.problem for fault in refused.value.faults}
    assert told == {
        f"« {LABELS[name]} » ({name}) ne change aucun résultat"
        for name in ("manquants", "cotations", "cascade")
    }
    assert {fault.place for fault in refused.value.faults} == {"a"}


def test_weight_schemes_that_are_the_same_are_idle(scores):
    same = replace(NEEDS_ONLY, schemes=("egal", "egal"), aggregations=("arithmetic",) * 2)
    model = profile_model(scores, assumptions=same)
    assert set(idle_factors(model, generator=generator())) == {"jeu_de_poids", "agregation"}


@pytest.mark.parametrize("seed", range(20))
def test_no_factor_that_acts_is_ever_called_idle(scores, seed):
    model = profile_model(scores, assumptions=NEEDS_ONLY)
    assert idle_factors(model, generator=generator(seed)) == ()


# --- one need


@pytest.fixture(scope="module")
def of_need(scores):
    return sensitivity_of_need(
        scores, need="boire", assumptions=NEEDS_ONLY, generator=generator(), power=9, resamples=40
    )


def test_each_indicator_of_the_need_is_a_factor_and_no_other(of_need, scores):
    own = scores.need_of.index[
        (scores.need_of == "boire") & (scores.weights > 0) & scores.applicable.loc["a"]
    ]
    known = scores.indicator_scores.loc["a", own].notna()
    expected = {(name, "poids") for name in own}
    expected |= {(name, "bornes") for name in own[known]}
    expected |= {(name, "manquants") for name in own[~known]}
    rows = set(zip(of_need.table["indicator"], of_need.table["lever"], strict=True))
    assert rows | set(of_need.without_effect) == expected
    assert not rows & set(of_need.without_effect)
    assert of_need.runs == 512 * (len(expected) + 2)


def test_an_answer_at_the_end_of_its_scale_has_no_anchor_to_move(complete, catalogue):
    need = next(
        need.id for need in complete.framework.needs
        if any(
            catalogue.indicators[name].response.choices
            and complete.indicator_scores.loc["a", name] in (0.0, 1.0)
            for name in complete.need_of.index[complete.need_of == need.id]
        )
    )  # fmt: skip
    told = sensitivity_of_need(
        complete, need=need, assumptions=NEEDS_ONLY, generator=generator(), power=5, resamples=5
    )
    ends = {
        name for name in complete.need_of.index[complete.need_of == need]
        if catalogue.indicators[name].response.choices
        and complete.indicator_scores.loc["a", name] in (0.0, 1.0)
    }  # fmt: skip
    assert ends <= {name for name, lever in told.without_effect if lever == "bornes"}


def test_indices_of_a_need_are_sorted_and_share_its_variance(of_need):
    table = of_need.table
    assert table["total"].is_monotonic_decreasing
    assert table["first"].sum() == pytest.approx(1, abs=0.15)
    assert table["variance"].nunique() == 1
    assert (table["total"] >= -1e-12).all()


def test_missing_values_of_equal_weights_share_the_variance_evenly(catalogue, scores):
    own = scores.need_of.index[scores.need_of == "boire"]
    table = scores.indicator_scores.copy()
    table.loc["a", own] = np.nan
    table.loc["a", own[0]] = 0.4
    whole = scores.applicable.copy()
    whole.loc["a", own] = True
    asked = [name for name in own[1:] if scores.weights[name] > 0]
    told = sensitivity_of_need(
        replace(scores, indicator_scores=table, applicable=whole), need="boire",
        assumptions=Assumptions(moving=("manquants",)), generator=generator(), power=10,
        resamples=5,
    )  # fmt: skip
    assert set(told.table["indicator"]) == set(asked)
    np.testing.assert_allclose(told.table["total"], 1 / len(asked), rtol=0, atol=0.03)


def test_an_unknown_need_and_a_need_that_nothing_moves_are_refused(scores):
    with pytest.raises(Refusal, match="« boir » inconnu"):
        sensitivity_of_need(scores, need="boir", assumptions=NEEDS_ONLY, generator=generator())
    with pytest.raises(Refusal, match="rien ne change le score de « boire »"):
        sensitivity_of_need(
            scores, need="boire", assumptions=Assumptions(moving=("jeu_de_poids",)),
            generator=generator(),
        )  # fmt: skip
