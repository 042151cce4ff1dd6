import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import diag360
from diag360.paths import data_dir
from diag360.scoring.matrices import scheme_weights
from diag360.scoring.weights import effective_weights, product_of_coefficients


def weights_of(catalogue, scheme, framework="besoins-2021"):
    return scheme_weights(
        catalogue.weights[scheme],
        indicators=[i for i in catalogue.indicators.values() if framework in i.needs],
        framework=catalogue.frameworks[framework],
    )


@pytest.fixture(scope="module")
def criteres():
    path = data_dir() / "catalogue" / "weights" / "criteres.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["coefficients"]


# --- pure


def test_a_weight_is_a_product():
    found = product_of_coefficients(
        np.array([1.5, 1.0]), np.array([2.0, 0.5]), np.array([1.0, 3.0])
    )
    assert found.tolist() == [3.0, 1.5]


def test_effective_weights_by_hand():
    groups = np.array([[True, False, False], [True, False, False], [False, True, False]])
    shares = effective_weights(np.array([1.0, 3.0, 5.0]), groups=groups)
    assert shares.tolist() == [[0.25, 0.0, 0.0], [0.75, 0.0, 0.0], [0.0, 1.0, 0.0]]


def test_a_group_without_weight_has_shares_of_zero():
    groups = np.array([[True], [True]])
    assert effective_weights(np.zeros(2), groups=groups).tolist() == [[0.0], [0.0]]


@given(
    st.lists(st.floats(0.01, 100), min_size=4, max_size=12), st.integers(1, 3), st.floats(1e-3, 1e3)
)
def test_law_shares_sum_to_one_and_have_no_scale(weights, group_count, factor):
    weights = np.array(weights)
    groups = np.arange(len(weights))[:, np.newaxis] % group_count == np.arange(group_count)
    shares = effective_weights(weights, groups=groups)
    assert shares.shape == groups.shape
    assert (shares[~groups] == 0).all()
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=0, atol=1e-14)
    np.testing.assert_allclose(
        effective_weights(weights * factor, groups=groups), shares, rtol=1e-13, atol=0
    )
    order = np.argsort(weights)
    np.testing.assert_allclose(
        effective_weights(weights[order], groups=groups[order]), shares[order], rtol=1e-13, atol=0
    )


# --- schemes of the catalogue


@pytest.mark.parametrize("framework", ["besoins-2021", "diag360-1.3"])
def test_egal_gives_one_to_every_indicator_of_the_score(catalogue, framework):
    weights = weights_of(catalogue, "egal", framework)
    exposure = {"bv1_i09", "bv5_i04"} if framework == "besoins-2021" else set()
    assert set(weights.index) == {
        i.id for i in catalogue.indicators.values() if framework in i.needs
    }
    assert weights.index.is_unique
    assert set(weights.index[weights == 0]) == exposure
    assert (weights.drop(list(exposure)) == 1.0).all()


@pytest.mark.parametrize(
    ("indicator", "framework", "category", "kind", "response", "basis"),
    [
        # A measured, mixed threshold of state, in a vital need.
        ("bv1_i04", "besoins-2021", "vital", "etat", "quantitatif", "mixte"),
        # A declared answer on an action, absolute.
        ("bv1_i01", "diag360-1.3", "vital", "action", "declare", "absolu"),
        # A measured relative threshold of action, in an induced need.
        ("bi3_i08", "besoins-2021", "induit", "action", "quantitatif", "relatif"),
        # The same indicator has another category where it serves another need.
        ("be1_i09", "besoins-2021", "induit", "action", "declare", "absolu"),
        ("be1_i09", "diag360-1.3", "essentiel", "action", "declare", "absolu"),
    ],
)
def test_criteres_is_the_product_of_its_four_coefficients(
    catalogue, criteres, indicator, framework, category, kind, response, basis
):
    expected = (
        criteres["category"][category]
        * criteres["kind"][kind]
        * criteres["response"][response]
        * criteres["basis"][basis]
    )
    weights = weights_of(catalogue, "criteres", framework)
    assert weights[indicator] == pytest.approx(expected, rel=1e-15)


def test_two_criteres_weights_in_numbers(catalogue):
    weights = weights_of(catalogue, "criteres")
    assert weights["bv1_i04"] == 1.5 * 1 * 1.25 * 1.25
    assert weights["bi3_i08"] == 1 * 1.25 * 1.25 * 1


def test_criteres_follows_the_published_orders(criteres):
    orders = {
        "category": ("vital", "essentiel", "induit"),
        "kind": ("action", "etat"),
        "response": ("quantitatif", "declare"),
        "basis": ("absolu", "mixte", "relatif"),
    }
    assert set(criteres) == set(orders)
    for criterion, order in orders.items():
        coefficients = [criteres[criterion][word] for word in order]
        assert coefficients == sorted(coefficients, reverse=True), criterion
        assert len(set(coefficients)) == len(order), criterion


def test_an_absent_coefficient_is_one(catalogue, change):
    coefficients = catalogue.weights["criteres"].coefficients.model_copy(
        update={"category": {"vital": 2.0}, "kind": {}, "response": {}, "basis": {}}
    )
    weights = weights_of(change.scheme("criteres", coefficients=coefficients), "essai")
    assert weights["bv1_i04"] == 2.0
    assert weights["bi3_i08"] == 1.0


def test_an_exception_replaces_the_product(catalogue, change):
    changed = change.scheme("criteres", indicators={"bv1_i04": 7.5, "bi3_i08": 0.0})
    weights = weights_of(changed, "essai")
    assert weights["bv1_i04"] == 7.5
    assert weights["bi3_i08"] == 0.0
    others = weights.drop(["bv1_i04", "bi3_i08"])
    assert others.equals(weights_of(catalogue, "criteres").drop(["bv1_i04", "bi3_i08"]))


def test_an_exception_on_an_indicator_of_no_need_is_left_aside(catalogue):
    scheme = catalogue.weights["egal"].model_copy(update={"indicators": {"be1_i09": 3.0}})
    some = [catalogue.indicators["bv1_i04"]]
    weights = scheme_weights(
        scheme, indicators=some, framework=catalogue.frameworks["besoins-2021"]
    )
    assert weights.to_dict() == {"bv1_i04": 1.0}


def test_exposure_weighs_nothing_whatever_the_scheme(change):
    changed = change.scheme(indicators={"bv1_i09": 4.0, "bv5_i04": 4.0})
    weights = weights_of(changed, "essai")
    assert weights["bv1_i09"] == weights["bv5_i04"] == 0.0
    published = weights_of(changed, "essai", "diag360-1.3")
    assert published["bv1_i09"] == published["bv5_i04"] == 4.0


@pytest.mark.parametrize("scheme", ["egal", "criteres"])
@pytest.mark.parametrize("framework", ["besoins-2021", "diag360-1.3"])
def test_effective_weights_sum_to_one_in_every_need(catalogue, open_values, scheme, framework):
    scores = diag360.score(
        open_values.head(50),
        catalogue=catalogue,
        framework=framework,
        weights=scheme,
        tier="expert",
    )
    sums = scores.effective_weights().groupby(scores.need_of).sum()
    assert set(sums.index) == {need.id for need in catalogue.frameworks[framework].needs}
    np.testing.assert_allclose(sums, 1.0, rtol=0, atol=1e-14)
    for name in ("bv1_i04", "be2_i05"):
        need = scores.need_of[name]
        whole = scores.weights[scores.need_of == need].sum()
        assert scores.effective_weights()[name] == pytest.approx(scores.weights[name] / whole)
