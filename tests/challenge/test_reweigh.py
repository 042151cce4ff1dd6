"""Weights moved by hand: the same scores as the diagnosis, and the same as their variant."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diag360 import load_catalogue, read_values, score
from diag360.catalogue.model import Coefficients
from diag360.challenge.reweigh.needs import mean_over_needs, worth_of_needs
from diag360.challenge.reweigh.variant import (
    changes_of_weights,
    full_coefficients,
    left_aside,
    weights_of_variant,
)
from diag360.challenge.reweigh.weigh import CRITERIA, lay_out, raw_weights, reweigh, weights_under
from diag360.challenge.variants.apply import apply_variant
from diag360.challenge.variants.model import Variant
from diag360.errors import Refusal

LANNION = "200065928"
CATALOGUE = load_catalogue()
ROWS = read_values(catalogue=CATALOGUE)
ROWS = ROWS[ROWS["territory"] == LANNION]
FIXED = settings(
    derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
PARTS = ("score", "low", "high", "coverage")


def own(value):
    return st.floats(0.1, 10.0) if value else st.floats(0.0, 10.0)


COEFFICIENTS = st.fixed_dictionaries(
    {name: st.dictionaries(st.sampled_from(values), own(1)) for name, values in CRITERIA.items()}
).map(Coefficients.model_validate)
EXCEPTIONS = st.dictionaries(st.sampled_from(sorted(CATALOGUE.indicators)), own(0), max_size=30)
FRAMES = st.sampled_from([("besoins-2021", t) for t in ("flash", "standard", "expert")]
                         + [("diag360-1.3", None)])  # fmt: skip


def scored(framework, tier, catalogue=CATALOGUE, weights=None):
    return score(ROWS, catalogue=catalogue, framework=framework, tier=tier, weights=weights)


def with_scheme(coefficients, exceptions, catalogue=CATALOGUE):
    made = catalogue.weights["egal"].model_copy(
        update={"id": "essai", "coefficients": coefficients, "indicators": exceptions}
    )
    return replace(catalogue, weights={**catalogue.weights, "essai": made})


def agree(found, scores):
    for part in PARTS:
        expected = getattr(scores.needs, part).loc[LANNION].to_numpy(float)
        np.testing.assert_allclose(getattr(found, part), expected, rtol=0, atol=1e-12)
    assert (found.determined == scores.determined.loc[LANNION].to_numpy(bool)).all()


@FIXED
@given(coefficients=COEFFICIENTS, exceptions=EXCEPTIONS, frame=FRAMES)
def test_any_scheme_gives_the_scores_of_the_diagnosis(coefficients, exceptions, frame):
    bench = lay_out(scored(*frame), territory=LANNION)
    raw = raw_weights(bench, coefficients=coefficients, exceptions=exceptions)
    found = reweigh(bench, weights=raw)
    scores = scored(*frame, catalogue=with_scheme(coefficients, exceptions), weights="essai")
    agree(found, scores)
    assert (found.weights == scores.weights.to_numpy()).all()
    np.testing.assert_allclose(found.shares, scores.effective_weights().to_numpy(), atol=1e-15)
    given_shares = scores.contributions(LANNION)["share"].reindex(scores.need_of.index)
    np.testing.assert_allclose(
        found.known_shares, np.nan_to_num(given_shares.to_numpy(float)), atol=1e-12
    )


@pytest.mark.parametrize("mean", [("geometric", None), ("power", -2.0), ("mpi", None)])
def test_other_means_are_those_of_the_diagnosis(mean):
    frame = CATALOGUE.frameworks["besoins-2021"]
    changed = tuple(
        need.model_copy(update=dict(zip(("aggregation", "exponent"), mean, strict=True)))
        if at % 2 else need
        for at, need in enumerate(frame.needs)
    )  # fmt: skip
    frame = frame.model_copy(update={"needs": changed})
    other = replace(CATALOGUE, frameworks={**CATALOGUE.frameworks, frame.id: frame})
    scores = scored(frame.id, "standard", catalogue=other, weights="criteres")
    bench = lay_out(scores, territory=LANNION)
    assert len(bench.means) == 2
    found = reweigh(bench, weights=weights_under(bench, scheme=CATALOGUE.weights["criteres"]))
    agree(found, scores)
    plain = scored("besoins-2021", "standard", weights="criteres").needs.score.loc[LANNION]
    assert np.nanmax(np.abs(found.score - plain.to_numpy(float))) > 1e-3


@FIXED
@given(weights=st.lists(st.floats(0.01, 10.0), min_size=2, max_size=9), scale=st.floats(0.01, 100))
def test_only_proportions_matter(weights, scale):
    bench = lay_out(scored("besoins-2021", "expert"), territory=LANNION)
    drawn = np.resize(np.array(weights), len(bench.indicators))
    one, other = reweigh(bench, weights=drawn), reweigh(bench, weights=scale * drawn)
    for part in (*PARTS, "shares", "known_shares"):
        np.testing.assert_allclose(getattr(one, part), getattr(other, part), rtol=0, atol=1e-12)
    assert (one.determined == other.determined).all()


@FIXED
@given(coefficients=COEFFICIENTS)
def test_a_coefficient_of_category_moves_no_score_of_need(coefficients):
    bench = lay_out(scored("besoins-2021", "standard"), territory=LANNION)
    none = Coefficients.model_validate({**coefficients.model_dump(), "category": {}})
    one, other = (
        reweigh(bench, weights=raw_weights(bench, coefficients=c, exceptions={}))
        for c in (coefficients, none)
    )
    for part in PARTS:
        np.testing.assert_allclose(getattr(one, part), getattr(other, part), rtol=0, atol=1e-12)
    values = np.arange(len(bench.needs), dtype=float)
    worth = worth_of_needs(bench, coefficients=coefficients, values=values)
    for at, need in enumerate(CATALOGUE.frameworks["besoins-2021"].needs):
        assert worth[at] == coefficients.category.get(need.category, 1.0) * at


def test_the_mean_over_equal_needs_is_that_of_the_diagnosis():
    scores = scored("besoins-2021", "standard")
    bench = lay_out(scores, territory=LANNION)
    found = reweigh(bench, weights=weights_under(bench, scheme=scores.scheme))
    mean = scores.global_mean().loc[LANNION]
    equal = mean_over_needs(found, worth=np.full(len(bench.needs), 3.0))
    assert equal == pytest.approx(tuple(mean[["score", "low", "high"]]), abs=1e-12)
    best = int(np.nanargmax(found.score))
    alone = mean_over_needs(found, worth=np.eye(len(bench.needs))[best])
    assert alone[0] == pytest.approx(found.score[best], abs=1e-12)
    assert all(np.isnan(mean_over_needs(found, worth=np.zeros(len(bench.needs)))))


def test_places_go_from_the_weakest_and_leave_out_the_undetermined():
    scores = scored("besoins-2021", "standard")
    bench = lay_out(scores, territory=LANNION)
    found = reweigh(bench, weights=weights_under(bench, scheme=scores.scheme))
    assert 3 <= found.determined.sum() < len(bench.needs)
    assert (found.ranks[~found.determined] == 0).all()
    known = found.score[found.determined]
    assert (found.ranks[found.determined] == known.argsort().argsort() + 1).all()
    weakest = np.flatnonzero((found.ranks >= 1) & (found.ranks <= 3))
    assert (weakest == np.flatnonzero(found.conclusions.weakest[0])).all()


def signed(changes, id="essai"):
    return Variant.model_validate(
        {"id": id, "label": "Un essai", "author": "Anne Le Goff", "role": "terrain",
         "date": CATALOGUE.settings.date, "status": "ouverte", "changes": changes,
         "justification": "Pour voir si la conclusion tient quand on pèse autrement."}
    )  # fmt: skip


@FIXED
@given(
    coefficients=COEFFICIENTS,
    exceptions=EXCEPTIONS,
    reference=st.sampled_from(["egal", "criteres", "panel"]),
)
def test_weights_chosen_come_back_from_their_variant(coefficients, exceptions, reference):
    catalogue = CATALOGUE
    if reference == "panel":
        panel = CATALOGUE.weights["criteres"].model_copy(
            update={"id": "panel", "indicators": {"be2_i05": 2.0, "bv1_i01": 0.0}}
        )
        catalogue = replace(CATALOGUE, weights={**CATALOGUE.weights, "panel": panel})
    bench = lay_out(scored("besoins-2021", "standard"), territory=LANNION)
    wanted = raw_weights(bench, coefficients=coefficients, exceptions=exceptions)
    changes = changes_of_weights(
        bench, reference=catalogue.weights[reference], coefficients=coefficients,
        exceptions=exceptions,
    )  # fmt: skip
    if not changes:
        assert (wanted == weights_under(bench, scheme=catalogue.weights[reference])).all()
        return
    variant = signed(changes)
    read = weights_of_variant(catalogue, variant, reference=reference)
    assert (weights_under(bench, scheme=read) == wanted).all()
    assert full_coefficients(read.coefficients) == full_coefficients(coefficients)
    made = apply_variant(catalogue, variant, weights=reference)
    scores = scored("besoins-2021", "standard", catalogue=made, weights=reference)
    agree(reweigh(bench, weights=wanted), scores)


def test_the_reference_itself_changes_nothing():
    bench = lay_out(scored("besoins-2021", "standard"), territory=LANNION)
    for scheme in CATALOGUE.weights.values():
        assert changes_of_weights(
            bench, reference=scheme, coefficients=full_coefficients(scheme.coefficients),
            exceptions=scheme.indicators,
        ) == {}  # fmt: skip


def test_a_variant_without_weights_is_refused_and_its_other_changes_are_named():
    one = signed({"links": {"A1-A3": 0.9}}, id="liens-seuls")
    with pytest.raises(Refusal, match=r"liens-seuls\.yaml.*ne change aucun poids"):
        weights_of_variant(CATALOGUE, one, reference="egal")
    both = signed({"links": {"A1-A3": 0.9}, "weights": {"be2_i05": 2.0}})
    assert weights_of_variant(CATALOGUE, both, reference="egal").indicators == {"be2_i05": 2.0}
    assert left_aside(both) == ("links",)
    assert left_aside(signed({"weights": {"be2_i05": 2.0}})) == ()
