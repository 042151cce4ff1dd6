"""The audit: statistics against published and independent figures, faults that must be found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from diag360 import load_catalogue, read_values, score
from diag360.challenge.audit.checks import check, needs_of
from diag360.challenge.audit.results import drivers
from diag360.challenge.audit.rules import HEADINGS, RULES
from diag360.challenge.audit.run import Audit, audit
from diag360.challenge.audit.statistics import (
    cronbach_alpha,
    extreme_gap,
    principal_components,
    rank_shift,
    shape_of,
    share_at_ends,
)
from diag360.challenge.audit.structure import direction
from diag360.errors import Refusal
from diag360.scoring.matrices import score_of
from diag360.scoring.scores import Scores
from diag360.territories.perimeter import load_epci

# OECD/JRC Handbook (2008), table 6: correlations of eight indicators of technology, 23 countries.
TECHNOLOGY = [
    [1.00, 0.13, -0.09, 0.45, 0.28, 0.03, 0.22, 0.08],
    [0.13, 1.00, 0.46, 0.25, 0.56, 0.32, 0.30, 0.06],
    [-0.09, 0.46, 1.00, -0.45, 0.56, 0.84, 0.63, 0.27],
    [0.45, 0.25, -0.45, 1.00, 0.00, -0.36, -0.35, -0.03],
    [0.28, 0.56, 0.56, 0.00, 1.00, 0.64, 0.30, 0.33],
    [0.03, 0.32, 0.84, -0.36, 0.64, 1.00, 0.65, 0.26],
    [0.22, 0.30, 0.63, -0.35, 0.30, 0.65, 1.00, 0.08],
    [0.08, 0.06, 0.27, -0.03, 0.33, 0.26, 0.08, 1.00],
]
TERRITORIES = 400
NEEDS = ("me_soigner", "avoir_un_toit")
ITEMS = 5


def with_correlations(matrix, *, rows: int, seed: int = 5) -> np.ndarray:
    """Draws whose sample correlations are exactly those asked for."""
    draws = np.random.default_rng(seed).normal(size=(rows, len(matrix)))
    draws -= draws.mean(axis=0)
    white = draws @ np.linalg.inv(np.linalg.cholesky(np.cov(draws, rowvar=False))).T
    return white @ np.linalg.cholesky(np.array(matrix)).T


def test_the_handbook_s_own_example_gives_its_printed_components() -> None:
    table = pd.DataFrame(with_correlations(TECHNOLOGY, rows=23), columns=list("abcdefgh"))
    found = principal_components(table)
    # Table 7, from correlations printed with two decimals.
    printed = [41.9, 21.8, 12.3, 11.1, 6.0, 3.7, 2.2, 0.9]
    np.testing.assert_allclose(100 * found.eigenvalues / 8, printed, atol=0.11)
    assert found.first_share == pytest.approx(0.419, abs=1e-3)
    # Table 8, whose sign is free: there the first component is mostly negative.
    loadings = [0.11, 0.56, 0.92, -0.35, 0.76, 0.91, 0.74, 0.36]
    np.testing.assert_allclose(found.loadings, loadings, atol=0.011)


def test_the_handbook_s_own_example_gives_its_printed_alphas() -> None:
    draws = with_correlations(TECHNOLOGY, rows=23) * np.arange(1, 9)
    assert cronbach_alpha(draws, standardised=True) == pytest.approx(0.70, abs=0.005)
    # Table 11: one indicator left out at a time.
    printed = [0.704, 0.645, 0.636, 0.774, 0.603, 0.624, 0.662, 0.706]
    for left_out, alpha in enumerate(printed):
        kept = np.delete(draws, left_out, axis=1)
        assert cronbach_alpha(kept, standardised=True) == pytest.approx(alpha, abs=0.0015)


def test_alpha_and_components_agree_with_another_route() -> None:
    draws = np.random.default_rng(2).normal(size=(60, 6)) @ np.triu(np.ones((6, 6)))
    covariances = np.cov(draws, rowvar=False)
    outside = covariances.sum() - np.trace(covariances)
    assert cronbach_alpha(draws) == pytest.approx(6 / 5 * outside / covariances.sum(), rel=1e-12)
    found = principal_components(pd.DataFrame(draws))
    standard = (draws - draws.mean(axis=0)) / draws.std(axis=0)
    singular = np.linalg.svd(standard, compute_uv=False)
    np.testing.assert_allclose(found.eigenvalues, singular**2 / 60, rtol=1e-10)
    first = standard @ np.linalg.svd(standard)[2][0]
    held = [abs(np.corrcoef(first, column)[0, 1]) for column in standard.T]
    np.testing.assert_allclose(np.abs(found.loadings), held, rtol=1e-10)
    assert found.loadings.sum() > 0


@settings(deadline=None, derandomize=True)
@given(
    arrays(float, (12, 4), elements=st.floats(-10, 10)),
    st.floats(0.1, 5),
)
def test_alpha_is_at_most_one_and_ignores_units(values: np.ndarray, factor: float) -> None:
    alpha = cronbach_alpha(values)
    if np.isnan(alpha):
        return
    assert alpha <= 1 + 1e-9
    assert cronbach_alpha(values * factor + 3) == pytest.approx(alpha, rel=1e-6, abs=1e-6)


def test_alpha_of_copies_is_one_and_of_strangers_is_nothing() -> None:
    one = np.arange(10.0)[:, np.newaxis]
    assert cronbach_alpha(np.hstack([one, one, one])) == pytest.approx(1)
    assert np.isnan(cronbach_alpha(one))
    assert np.isnan(cronbach_alpha(np.hstack([one, -one])))
    apart = with_correlations(np.eye(3), rows=20)
    assert cronbach_alpha(apart) == pytest.approx(0, abs=1e-9)
    assert principal_components(pd.DataFrame(apart)).above_one == 0


def test_components_refuse_what_does_not_vary() -> None:
    with pytest.raises(ValueError, match="still"):
        principal_components(pd.DataFrame({"moves": [1.0, 2.0, 4.0], "still": [3.0, 3.0, 3.0]}))


def test_shape_is_that_of_spreadsheets() -> None:
    values = pd.Series(np.random.default_rng(4).lognormal(size=80))
    found = shape_of(pd.concat([values, pd.Series([np.nan])]))
    assert found[0] == pytest.approx(stats.skew(values, bias=False), rel=1e-10)
    assert found[1] == pytest.approx(stats.kurtosis(values, bias=False), rel=1e-10)
    # Printed under SKEW and KURT in the help of Excel.
    excel = pd.Series([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])
    assert shape_of(excel) == pytest.approx((0.359543071, -0.151799637), abs=1e-8)
    assert np.isnan(shape_of(pd.Series([0.1] * 9))).all()
    assert np.isnan(shape_of(pd.Series([0.1, 0.2, 0.4]))).all()


def test_ends_gaps_and_shifts() -> None:
    assert share_at_ends(pd.Series([0.0, 0.0, 0.5, 1.0, np.nan])) == (0.5, 0.25)
    assert np.isnan(share_at_ends(pd.Series([np.nan, np.nan]))).all()
    parts = pd.DataFrame({"a": np.linspace(0, 0.5, 20), "b": np.linspace(0.3, 0.1, 20)})
    gap = extreme_gap(parts)
    whole = np.sort(parts.sum(axis=1))
    assert gap.sum() == pytest.approx(whole[-2:].mean() - whole[:2].mean())
    assert gap["a"] > 0 > gap["b"]
    first, second = pd.Series([1.0, 2, 3, 4]), pd.Series([1.0, 2, 4, 3])
    assert rank_shift(first, first) == 0
    assert rank_shift(first, second) == pytest.approx(0.5 / 4)


def test_rules_judge_on_the_right_side() -> None:
    assert RULES["couverture"].judge(13 / 20 - 1e-16) == "pass"
    assert RULES["couverture"].judge(0.6499) == "warn"
    assert RULES["doublon"].judge(0.93) == "warn"
    assert RULES["importance"].judge(0.49) == RULES["importance"].judge(2.01) == "warn"
    assert RULES["importance"].judge(0.5) == RULES["importance"].judge(2.0) == "pass"
    assert RULES["alpha"].judge(float("nan")) == "not_applicable"
    assert {rule.heading for rule in RULES.values()} == set(HEADINGS)
    with pytest.raises(ValueError, match="doublon:indicator:x1"):
        check("doublon", "indicator", "x1", float("nan"))


@pytest.fixture(scope="module")
def chosen():
    """Ten numeric indicators of two needs, and a catalogue that holds nothing else."""
    catalogue = load_catalogue()
    kept: dict[str, list[str]] = {need: [] for need in NEEDS}
    for one in catalogue.indicators.values():
        place = one.needs.get("besoins-2021")
        plain = not one.response.choices and direction(one) and place and place.use == "score"
        if plain and place.primary in kept and len(kept[place.primary]) < ITEMS:
            kept[place.primary].append(one.id)
    names = [name for own in kept.values() for name in own]
    assert len(names) == 2 * ITEMS
    held = {name: catalogue.indicators[name] for name in names}
    return replace(catalogue, indicators=held), kept


def factor_scores() -> np.ndarray:
    """Scores of two needs of five indicators each: 0.64 correlated inside, unrelated across."""
    across = np.kron(np.eye(2), np.full((ITEMS, ITEMS), 0.64)) + 0.36 * np.eye(2 * ITEMS)
    return 0.5 + 0.12 * with_correlations(across, rows=TERRITORIES)


def as_scores(chosen, made: np.ndarray) -> Scores:
    """Values that score exactly as asked."""
    catalogue, kept = chosen
    rows = []
    for column, name in enumerate(name for own in kept.values() for name in own):
        one = catalogue.indicators[name]
        ends = [float(anchor.value) for anchor in one.scale.anchors]
        grid = np.linspace(2 * min(ends) - max(ends), 2 * max(ends) - min(ends), 3001)
        found = np.array([score_of(one, value) for value in grid])
        inside = (found > 0) & (found < 1)
        first, last = np.flatnonzero(inside)[[0, -1]]
        part = slice(max(first - 1, 0), last + 2)
        way = np.argsort(found[part], kind="stable")
        numbers = np.interp(made[:, column], found[part][way], grid[part][way])
        rows += [
            (f"{at:09d}", name, repr(float(number)), "observe", number)
            for at, number in enumerate(numbers)
        ]
    columns = ["territory", "indicator", "value", "status", "number"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[:4], "str"))
    return score(table, catalogue=catalogue, framework="besoins-2021", tier="expert")


def run(scores: Scores) -> Audit:
    return audit(scores, generator=np.random.default_rng(1), draws=10, sample=0)


def warned(found: Audit) -> set[str]:
    """Warnings of headings 4 and 5 on the ten indicators and their two needs."""
    return {
        f"{one.rule}:{one.node}"
        for one in found.checks
        if one.verdict == "warn" and one.of.heading in (4, 5) and one.kind in ("indicator", "need")
    }


def test_a_sound_table_raises_nothing(chosen) -> None:
    scores = as_scores(chosen, factor_scores())
    np.testing.assert_allclose(scores.indicator_scores.to_numpy(), factor_scores(), atol=2e-3)
    found = run(scores)
    assert warned(found) == set()
    alpha = {one.node: one.value for one in found.of(rule="alpha") if one.kind == "need"}
    for need in NEEDS:
        assert alpha[need] == pytest.approx(ITEMS * 0.64 / (1 + 4 * 0.64), abs=2e-3)


def test_an_inverted_indicator_is_found(chosen) -> None:
    made = factor_scores()
    made[:, 0] = 1 - made[:, 0]
    need, own = next(iter(chosen[1].items()))
    expected = {f"coherence:{own[0]}", f"ailleurs:{own[0]}", f"alpha:{need}", f"signes:{need}"}
    expected |= {f"contraire:{name}" for name in own}
    assert warned(run(as_scores(chosen, made))) == expected


def test_a_scale_applied_backwards_is_found(chosen) -> None:
    scores = as_scores(chosen, factor_scores())
    own = next(iter(chosen[1].values()))
    turned = scores.indicator_scores.copy()
    turned[own[0]] = 1 - turned[own[0]]
    found = run(replace(scores, indicator_scores=turned))
    assert f"sens:{own[0]}" in warned(found)
    assert f"sens:{own[1]}" not in warned(found)


def test_a_duplicate_is_found(chosen) -> None:
    made = factor_scores()
    made[:, 1] = made[:, 0]
    own = next(iter(chosen[1].values()))
    assert warned(run(as_scores(chosen, made))) == {f"doublon:{own[0]}", f"doublon:{own[1]}"}


def test_a_constant_is_found_and_left_out_of_the_rest(chosen) -> None:
    made = factor_scores()
    made[:, 0] = 0.4
    own = next(iter(chosen[1].values()))
    found = run(as_scores(chosen, made))
    assert warned(found) == {f"constante:{own[0]}"}
    reasons = {one.rule: one.reason for one in found.checks if one.node == own[0]}
    for rule in ("coherence", "doublon", "plancher", "etirement", "sens"):
        assert reasons[rule] == "ne_varie_pas", rule


@pytest.mark.parametrize(("rule", "side"), [("plafond", 1.0), ("plancher", 0.0)])
def test_a_saturated_scale_is_found(chosen, rule: str, side: float) -> None:
    made = factor_scores()
    cut = np.quantile(made[:, 0], 0.7 if side else 0.3)
    made[:, 0] = np.clip(made[:, 0] + side - cut, 0, 1)
    own = next(iter(chosen[1].values()))
    found = run(as_scores(chosen, made))
    assert warned(found) == {f"{rule}:{own[0]}"}
    (one,) = [one for one in found.of(rule=rule) if one.node == own[0]]
    assert one.value == pytest.approx(0.3, abs=0.01)


def test_a_long_tail_is_found(chosen) -> None:
    scores = as_scores(chosen, factor_scores())
    own = next(iter(chosen[1].values()))
    number = scores.number.copy()
    number[own[0]] = np.exp(3 * stats.zscore(number[own[0]]))
    assert f"etirement:{own[0]}" in warned(run(replace(scores, number=number)))


def test_a_gap_between_deciles_is_split_exactly(chosen) -> None:
    scores = as_scores(chosen, factor_scores())
    found = drivers(scores, least=100)
    for need in NEEDS:
        gap = found[need]
        assert not isinstance(gap, str)
        ordered = np.sort(scores.needs.arithmetic[need].to_numpy())
        assert gap.sum() == pytest.approx(ordered[-40:].mean() - ordered[:40].mean(), abs=1e-12)
    assert found["boire"] == "indetermine"


@pytest.fixture(scope="module")
def shipped() -> Audit:
    catalogue = load_catalogue()
    scores = score(read_values(catalogue=catalogue), catalogue=catalogue)
    return audit(scores, generator=np.random.default_rng(1), draws=50, sample=0)


def test_coverage_is_that_of_the_file(shipped: Audit) -> None:
    scores = shipped.scores
    rows = read_values(catalogue=scores.catalogue)
    rows = rows[rows["number"].notna() | (rows["value"] != "")]
    for one in shipped.of(rule="couverture"):
        if one.kind == "indicator" and one.verdict != "not_applicable":
            given = rows.loc[rows["indicator"] == one.node, "territory"].nunique()
            assert one.value * one.territories == pytest.approx(given, abs=1.5), one.node
    weights = scores.weights[scores.weights > 0]
    known = scores.indicator_scores[weights.index].notna()
    expected = (known * weights).sum(axis=1) / weights.sum()
    plain = scores.applicable[weights.index].all(axis=1)
    np.testing.assert_allclose(shipped.coverage[plain], expected[plain], rtol=1e-12)


def test_correlations_are_those_of_scipy(shipped: Audit) -> None:
    scores = shipped.scores
    known = scores.indicator_scores
    for one in shipped.of(rule="doublon")[:12]:
        if one.verdict == "not_applicable":
            continue
        pair = known[[one.node, str(one.details["other"])]].dropna()
        assert one.value == pytest.approx(stats.pearsonr(*pair.to_numpy().T)[0], abs=1e-10)
    places = load_epci()
    density = (places["population"] / places["area_km2"]).reindex(known.index)
    for one in shipped.of(rule="densite"):
        if one.verdict == "not_applicable":
            continue
        own = scores.needs.score[one.node].where(scores.determined[one.node])
        both = own.notna() & density.notna()
        rho = stats.spearmanr(own[both], density[both])[0]
        assert one.value == pytest.approx(abs(rho), abs=1e-10)


def test_what_cannot_be_audited_never_passes(shipped: Audit) -> None:
    scores = shipped.scores
    silent = set(scores.weights.index[scores.weights > 0]) - set(
        scores.indicator_scores.columns[scores.indicator_scores.notna().any()]
    )
    assert silent
    for one in shipped.checks:
        assert (one.verdict == "not_applicable") == bool(one.reason) == np.isnan(one.value), one.id
        if one.node in silent and one.of.heading in (3, 4, 5, 6):
            assert one.verdict == "not_applicable", one.id
    assert {one.reason for one in shipped.of(rule="resultat")} == {"pas_livre"}


def test_every_need_is_in_every_heading_about_needs(shipped: Audit) -> None:
    needs = {need.id for need in shipped.scores.framework.needs}
    for rule in ("definition", "etat", "action", "couverture", "intervalle", "alpha", "dimensions",
                 "besoins_confondus", "dominant", "compensation", "poids_incertains", "moteur",
                 "densite", "population"):  # fmt: skip
        assert {one.node for one in shipped.of(rule=rule) if one.kind == "need"} == needs, rule
    ids = [one.id for one in shipped.checks]
    assert len(ids) == len(set(ids))
    assert [one.of.heading for one in shipped.checks] == sorted(
        one.of.heading for one in shipped.checks
    )


def test_same_seed_same_audit(shipped: Audit) -> None:
    again = audit(shipped.scores, generator=np.random.default_rng(1), draws=50, sample=0)
    pd.testing.assert_frame_equal(again.table(), shipped.table())


def test_repeated_questions_of_the_published_tool_are_found(shipped: Audit) -> None:
    scores = score(shipped.scores.observations, catalogue=shipped.scores.catalogue,
                   framework="diag360-1.3", tier="expert")  # fmt: skip
    (one,) = run(scores).of(rule="repetition")
    assert one.verdict == "warn"
    assert one.details["times"] == 11
    assert sum(len(names) for names in needs_of(scores).values()) == 124


def test_an_audit_needs_several_territories_and_draws(shipped: Audit) -> None:
    rows = shipped.scores.observations
    one = score(rows[rows["territory"] == "200065928"], catalogue=shipped.scores.catalogue)
    with pytest.raises(Refusal) as refusal:
        audit(one, generator=np.random.default_rng(1), draws=3)
    assert "« 1 » territoire" in str(refusal.value)
    assert "« 3 » : trop peu" in str(refusal.value)


def test_one_sample_of_territories_names_the_deciding_assumption(shipped: Audit) -> None:
    found = audit(shipped.scores, generator=np.random.default_rng(1), draws=10, sample=2)
    (one,) = found.of(rule="hypothese")
    assert one.territories in (1, 2)
    assert 0 < one.value <= 1
    assert one.details["other"] in ("poids", "bornes", "manquants", "agregation")
