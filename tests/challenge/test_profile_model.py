from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

import diag360
from diag360.challenge.assumptions import FACTORS, Assumptions
from diag360.challenge.draws.means import draw_means
from diag360.challenge.draws.profile_model import profile_model
from diag360.challenge.draws.scores import among_peers
from diag360.challenge.panel.draws import panel_weights
from diag360.challenge.panel.read import read_panel
from diag360.paths import data_dir
from diag360.scoring.aggregate import aggregate
from diag360.scoring.restrict import restrict
from diag360.vulnerability.assess import assess
from diag360.vulnerability.matrices import hazards_of

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
LANNION, OTHER = "200065928", "200023307"


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="module")
def both(catalogue):
    values = diag360.read_values(catalogue=catalogue)
    return diag360.score(values[values["territory"].isin([LANNION, OTHER])], catalogue=catalogue)


@pytest.fixture(scope="module")
def scores(both):
    return restrict(both, territories=[LANNION])


@pytest.fixture(scope="module")
def crossed(scores, catalogue):
    place = diag360.find_place(LANNION)
    return diag360.cross(scores, ratings=diag360.prepare_ratings(place=place, catalogue=catalogue))


def middle(model):
    return np.full((1, model.layout.width), 0.5)


# --- without noise


@pytest.mark.parametrize("moving", [(), ("poids", "bornes", "cotations", "cascade")])
def test_the_middle_is_the_score_and_the_effect_without_noise(scores, crossed, moving):
    model = profile_model(scores, assumptions=Assumptions(moving=moving), found=crossed)
    outcome = model.run(middle(model))
    np.testing.assert_allclose(outcome.needs[0], scores.needs.score.iloc[0], rtol=0, atol=1e-12)
    if not moving:
        at = [crossed.hazards.index(name) for name in model.hazards]
        central = crossed.at_own_duration()[crossed.bound("central"), 0, at]
        # The middle of a triangular law is not its mode: effects are compared only when still.
        np.testing.assert_allclose(outcome.effects[0], central, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "exponent"), [("geometric", None), ("mpi", None), ("power", -1.0), ("power", 2.0)]
)
def test_the_mean_of_each_need_is_its_own(catalogue, scores, kind, exponent):
    framework = scores.framework
    needs = tuple(
        need.model_copy(update={"aggregation": kind, "exponent": exponent}) if at % 2 else need
        for at, need in enumerate(framework.needs)
    )
    changed = framework.model_copy(update={"needs": needs})
    other = replace(catalogue, frameworks={**catalogue.frameworks, framework.id: changed})
    again = diag360.score(scores.observations, catalogue=other)
    model = profile_model(again, assumptions=Assumptions(moving=()))
    np.testing.assert_allclose(
        model.run(middle(model)).needs[0], again.needs.score.iloc[0], rtol=0, atol=1e-12
    )


def test_drawn_weights_are_those_a_scheme_would_give(catalogue, scores):
    model = profile_model(scores, assumptions=Assumptions(moving=("poids",), weight_noise=0.8))
    points = np.random.default_rng(3).random((4, model.layout.width))
    needs = model.run(points).needs
    for at, point in enumerate(points):
        drawn = scores.weights * (1 + (2 * point - 1) * 0.8)
        scheme = scores.scheme.model_copy(update={"indicators": drawn[drawn > 0].to_dict()})
        other = replace(catalogue, weights={**catalogue.weights, scores.scheme.id: scheme})
        again = diag360.score(scores.observations, catalogue=other)
        np.testing.assert_allclose(needs[at], again.needs.score.iloc[0], rtol=0, atol=1e-12)


def test_a_drawn_scheme_is_the_scheme(scores, catalogue):
    schemes = ("criteres", "egal")
    model = profile_model(scores, assumptions=Assumptions(moving=("jeu_de_poids",),
                                                          schemes=schemes))  # fmt: skip
    needs = model.run(np.array([[0.49], [0.5]])).needs
    for at, name in enumerate(schemes):
        again = diag360.score(scores.observations, catalogue=catalogue, weights=name)
        np.testing.assert_allclose(needs[at], again.needs.score.iloc[0], rtol=0, atol=1e-12)


def test_moved_anchors_are_those_a_scale_would_have(catalogue, scores):
    model = profile_model(scores, assumptions=Assumptions(moving=("bornes",), anchor_noise=0.3))
    points = np.random.default_rng(5).random((1, model.layout.width))
    moves = (2 * points.reshape(-1, 2) - 1) * 0.3
    indicators = dict(catalogue.indicators)
    for name, (first, second) in zip(scores.need_of.index, moves, strict=True):
        one = indicators[name]
        if one.response.choices or {a.score for a in one.scale.anchors} != {0.0, 1.0}:
            continue
        x0, x1 = one.scale.at(0.0), one.scale.at(1.0)
        shift = {0.0: first * abs(x1 - x0), 1.0: second * abs(x1 - x0)}
        anchors = tuple(
            a.model_copy(update={"value": a.value + shift[a.score]}) for a in one.scale.anchors
        )
        scale = one.scale.model_copy(update={"anchors": anchors})
        indicators[name] = one.model_copy(update={"scale": scale})
    again = diag360.score(scores.observations, catalogue=replace(catalogue, indicators=indicators))
    moved = [name for name in scores.need_of.index
             if indicators[name] is not catalogue.indicators[name]
             and not np.isnan(scores.indicator_scores[name].iloc[0])]  # fmt: skip
    assert len(moved) > 5
    needs = model.run(points).needs[0]
    counts = (scores.weights > 0) & scores.indicator_scores.iloc[0].notna()
    members = scores.need_of[counts].index.to_series().groupby(scores.need_of[counts])
    whole = [need for need, names in members if set(names) <= set(moved)]
    assert len(whole) > 2
    at = [model.needs.index(need) for need in whole]
    expected = again.needs.score.iloc[0].to_numpy()[at]
    np.testing.assert_allclose(needs[at], expected, rtol=0, atol=1e-12)
    assert np.abs(expected - scores.needs.score.iloc[0].to_numpy()[at]).max() > 0.01


# --- missing values


def test_a_missing_score_is_the_coordinate_and_what_does_not_apply_stays_out(scores):
    applicable = scores.applicable.copy()
    empty = scores.indicator_scores.iloc[0].isna() & (scores.weights > 0)
    out = empty.index[empty][0]
    applicable[out] = False
    held = replace(scores, applicable=applicable)
    model = profile_model(held, assumptions=Assumptions(moving=("manquants",)))
    for part in (0.0, 0.25, 0.999):
        filled = scores.indicator_scores.fillna(part).to_numpy()
        expected = aggregate(
            filled, weights=scores.weights.to_numpy(), applicable=applicable.to_numpy(),
            groups=scores.need_of.to_numpy()[:, None] == np.array(model.needs),
        ).score[0]  # fmt: skip
        needs = model.run(np.full((1, model.layout.width), part)).needs[0]
        np.testing.assert_allclose(needs, expected, rtol=0, atol=1e-12)


def test_peers_give_their_scores_and_no_other(both, scores):
    assumptions = Assumptions(moving=("manquants",), missing="semblables")
    peers = np.full((3, len(scores.need_of)), np.nan)
    peers[:, ::2] = np.array([[0.125], [0.5], [np.nan]])
    drawn = among_peers(np.random.default_rng(0).random((200, peers.shape[1])), peers=peers)
    assert set(np.unique(drawn[:, ::2])) == {0.125, 0.5}
    assert len(np.unique(drawn[:, 1])) == 200
    model = profile_model(scores, assumptions=assumptions, peers=peers)
    outcome = model.run(np.random.default_rng(1).random((50, model.layout.width)))
    assert not np.isnan(outcome.needs).any()
    with pytest.raises(ValueError, match="peers are needed"):
        profile_model(scores, assumptions=assumptions)


# --- refusals


def test_one_territory_and_its_own_vulnerabilities(both, scores, crossed, catalogue):
    with pytest.raises(ValueError, match="got 2"):
        profile_model(both, assumptions=Assumptions())
    with pytest.raises(ValueError, match=f"{OTHER} alone are needed"):
        profile_model(restrict(both, territories=[OTHER]), assumptions=Assumptions(), found=crossed)


def test_no_rating_no_effect(scores):
    hazards = [hazard.id for hazard in hazards_of(scores.catalogue)]
    empty = np.full((3, 1, len(hazards)), np.nan)
    nothing = assess(scores, likelihood=empty, intensity=empty, hazards=hazards)
    model = profile_model(scores, assumptions=Assumptions(moving=FACTORS), found=nothing)
    assert model.hazards == ()
    assert not {"cotations", "cascade"} & set(model.layout.moving)
    assert model.run(middle(model)).effects.shape == (1, 0, len(model.needs))


def test_effects_stay_between_direct_and_one(scores, crossed):
    model = profile_model(scores, assumptions=Assumptions(moving=FACTORS), found=crossed)
    effects = model.run(np.random.default_rng(7).random((200, model.layout.width))).effects
    assert effects.shape == (200, len(model.hazards), len(model.needs))
    assert (effects >= 0).all()
    assert (effects <= 1).all()
    assert (effects.std(axis=0).max(axis=1) > 0.01).all()


# --- means and weights


SHARE = st.integers(0, 20).map(lambda part: part / 20)


@given(
    arrays(float, (3, 5), elements=st.one_of(SHARE, st.just(float("nan")))),
    arrays(float, (3, 5), elements=SHARE),
    st.sampled_from([("arithmetic", None), ("geometric", None), ("mpi", None), ("power", -1.0),
                     ("power", 0.5), ("power", 3.0)]),
)  # fmt: skip
def test_drawn_means_are_the_means_of_scores_draw_by_draw(values, weights, kind):
    groups = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]], dtype=bool)
    name, exponent = kind
    made = draw_means(values, weights=weights, groups=groups.astype(float), kind=name,
                      exponent=exponent)  # fmt: skip
    for own, weight, found in zip(values, weights, made, strict=True):
        expected = aggregate(
            own[np.newaxis], weights=weight, groups=groups & (weight > 0)[:, np.newaxis],
            applicable=np.ones((1, 5), dtype=bool), kind=name, exponent=exponent,
        ).score[0]  # fmt: skip
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_an_unknown_mean_is_named():
    one = np.ones((1, 1))
    with pytest.raises(ValueError, match="médiane"):
        draw_means(one, weights=one, groups=one, kind="médiane")
    with pytest.raises(ValueError, match="power"):
        draw_means(one, weights=one, groups=one, kind="power", exponent=0.0)


def test_dirichlet_weights_have_the_law_they_say(scores):
    """The share of one weight in its need follows the law of beta that goes with it."""
    need = "me_nourrir"
    members = scores.need_of.index[(scores.need_of == need) & (scores.weights > 0)]
    known = members[0]
    cells = pd.DataFrame(0.0, index=scores.indicator_scores.index,
                         columns=scores.indicator_scores.columns)  # fmt: skip
    cells[known] = 1.0  # the score of the need is then the share of that weight
    held = replace(scores, indicator_scores=cells)
    for concentration in (1.0, 10.0):
        model = profile_model(
            held, assumptions=Assumptions(moving=("poids",), concentration=concentration)
        )
        points = np.random.default_rng(11).random((4000, model.layout.width))
        shares = model.run(points).needs[:, model.needs.index(need)]
        parts = concentration * scores.weights[members] / scores.weights[members].mean()
        law = stats.beta(parts[known], parts.sum() - parts[known])
        assert stats.kstest(shares, law.cdf).pvalue > 0.01
        # Its mean is the share under the scheme.
        assert shares.mean() == pytest.approx(scores.effective_weights()[known], abs=0.01)


# --- a panel


def test_the_words_of_a_panel_become_the_weights_of_each_draw(catalogue):
    panel = read_panel(data_dir() / "panels" / "exemple.yaml", catalogue=catalogue)
    values = diag360.read_values(catalogue=catalogue)
    scores = diag360.score(values[values["territory"] == LANNION], catalogue=catalogue,
                           tier="expert")  # fmt: skip
    names = list(scores.need_of.index)
    drawn = np.random.default_rng(5).random(len(names))
    known = pd.DataFrame([drawn], index=scores.indicator_scores.index, columns=names)
    full = replace(scores, indicator_scores=known)
    words = panel_weights([panel], scores=full)
    model = profile_model(full, assumptions=Assumptions(moving=(), panel=words))
    assert model.layout.moving == ("panel",)
    points = np.random.default_rng(6).random((40, model.layout.width))
    made = model.run(points).needs
    need = scores.need_of[panel.items[0].id]
    at = model.needs.index(need)
    assert made[:, at].std() > 0
    assert made[:, [n for n in range(made.shape[1]) if n != at]].std(axis=0).max() < 1e-12
    inside = (scores.need_of == need).to_numpy()
    weights = words.draw(points)[:, inside]
    values = full.indicator_scores.to_numpy()[0, inside]
    np.testing.assert_allclose(made[:, at], weights @ values / weights.sum(axis=1))
