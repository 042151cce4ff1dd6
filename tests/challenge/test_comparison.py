"""Shares of a change, conclusions, and the comparison of variants over all territories."""

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from diag360 import (
    find_place,
    load_catalogue,
    prepare_ratings,
    rank_actions,
    read_values,
    score,
)
from diag360.catalogue.model import Catalogue
from diag360.challenge.comparison.compare import Comparison, compare_variants, mean_effects
from diag360.challenge.comparison.conclusions import conclude, judge
from diag360.challenge.comparison.tables import (
    action_table,
    hazard_table,
    movers,
    need_table,
    step_table,
    three_weakest,
    verdict_of,
)
from diag360.challenge.comparison.waterfall import MOST, in_order, whatever_order
from diag360.challenge.variants.apply import apply_variant
from diag360.challenge.variants.files import read_variant
from diag360.challenge.variants.model import Variant

LANNION = "200065928"
EXACT = 1e-12
UNIT = st.floats(0.0, 1.0, allow_subnormal=False)


def variant(changes: dict, name: str = "essai") -> Variant:
    return Variant.model_validate(
        {
            "id": name, "label": "Un essai", "author": "Jeanne", "role": "terrain",
            "date": date(2026, 11, 23), "status": "ouverte", "changes": changes,
            "justification": "Une raison assez longue pour être lue par quelqu’un.",
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def nation(catalogue: Catalogue) -> pd.DataFrame:
    return read_values(catalogue=catalogue)


@pytest.fixture(scope="module")
def compare(catalogue: Catalogue, nation: pd.DataFrame):
    place = find_place(LANNION)
    ratings = {LANNION: prepare_ratings(place=place, catalogue=catalogue)}
    own = {LANNION: nation[nation["territory"] == LANNION]}

    def run(*variants: Variant, rows: pd.DataFrame = nation, **options: str) -> Comparison:
        return compare_variants(
            catalogue, variants, own=own, ratings=ratings, nation=rows, **options
        )

    return run


@pytest.fixture(scope="module")
def few(nation: pd.DataFrame) -> pd.DataFrame:
    """Twenty territories: enough for what does not count them."""
    codes = [LANNION, *nation["territory"].unique()[:19]]
    return nation[nation["territory"].isin(codes)]


# --- Shares of a change ------------------------------------------------------------------------

PATHS = st.integers(1, 8).flatmap(lambda s: arrays(float, (s + 1, 3), elements=UNIT))


@given(path=PATHS)
def test_parts_in_order_sum_to_the_change(path: np.ndarray) -> None:
    parts = in_order(path)
    assert np.abs(parts.sum(axis=0) - (path[-1] - path[0])).max() <= EXACT


def test_what_vanishes_on_the_way_is_given_to_the_step_that_brings_it_back() -> None:
    path = np.array([[0.2, np.nan, 0.3], [np.nan, 0.5, 0.4], [0.6, 0.7, np.nan]])
    parts = in_order(path)
    assert parts[:, 0] == pytest.approx([0.0, 0.4])
    assert np.isnan(parts[:, 1:]).all()


@given(
    gains=arrays(float, (MOST, 2), elements=UNIT),
    pairs=arrays(float, (MOST, MOST), elements=UNIT),
)
@settings(max_examples=30)
def test_shapley_parts_sum_and_split_every_pair_in_two(
    gains: np.ndarray, pairs: np.ndarray
) -> None:
    """With pairwise interactions alone, the closed form is: own gain + half of each pair."""

    def run(taken: tuple[int, ...]) -> np.ndarray:
        inside = [pairs[a, b] for a in taken for b in taken if a < b]
        return gains[list(taken)].sum(axis=0) + sum(inside)

    parts = whatever_order(run, steps=MOST)
    whole = run(tuple(range(MOST))) - run(())
    assert np.abs(parts.sum(axis=0) - whole).max() <= 1e-11
    both = np.triu(pairs, 1)
    expected = gains + (both + both.T).sum(axis=1, keepdims=True) / 2
    assert np.abs(parts - expected).max() <= 1e-11


def test_shapley_refuses_too_many_steps() -> None:
    with pytest.raises(ValueError, match="got 7"):
        whatever_order(lambda taken: np.zeros(1), steps=7)


# --- Conclusions -------------------------------------------------------------------------------


def test_conclusions_by_hand() -> None:
    scores = np.array([[0.2, 0.19, 0.8, 0.5, 0.1], [0.9, np.nan, 0.3, 0.4, 0.2]])
    determined = np.array([[True, True, True, True, False], [True, False, True, True, True]])
    effects = np.array([[3.0, np.nan, 1.0, 2.0, 0.5], [np.nan] * 5])
    found = conclude(scores, determined=determined, effects=effects)
    assert found.classes.tolist() == [[1, 0, 4, 2, -1], [4, -1, 1, 2, 1]]
    assert np.flatnonzero(found.weakest[0]).tolist() == [0, 1, 3]
    assert np.flatnonzero(found.weakest[1]).tolist() == [2, 3, 4]
    assert np.flatnonzero(found.heaviest[0]).tolist() == [0, 2, 3]
    assert not found.heaviest[1].any()


def test_a_score_on_a_border_has_reached_it_whatever_the_rounding() -> None:
    scores = np.array([[0.6, 0.1 + 0.2 + 0.3, 0.6 - 1e-16, 0.6 - 1e-9]])
    found = conclude(scores, determined=np.ones((1, 4), bool), effects=np.zeros((1, 0)))
    assert found.classes.tolist() == [[3, 3, 3, 2]]


@pytest.mark.parametrize(
    ("scores", "determined", "effects", "changed"),
    [
        ([0.1, 0.2, 0.3, 0.35], [1, 1, 1, 1], [4, 3, 2, 1], (0, 0, 0)),
        ([0.1, 0.2, 0.34, 0.32], [1, 1, 1, 1], [4, 3, 2, 1], (1, 0, 0)),
        ([0.3, 0.1, 0.2, 0.35], [1, 1, 1, 1], [4, 3, 2, 1], (0, 1, 0)),
        ([0.1, 0.2, 0.3, 0.35], [1, 1, 1, 0], [4, 3, 2, 1], (0, 1, 0)),
        ([0.1, 0.2, 0.3, 0.35], [1, 1, 1, 1], [2, 3, 4, 1], (0, 0, 0)),
        ([0.1, 0.2, 0.3, 0.35], [1, 1, 1, 1], [4, 3, 1, 2], (0, 0, 1)),
    ],
)
def test_each_conclusion_is_judged_apart(
    scores: list, determined: list, effects: list, changed: tuple
) -> None:
    def of(scores: list, determined: list, effects: list):
        return conclude(
            np.array([scores], float), determined=np.array([determined], bool),
            effects=np.array([effects], float),
        )  # fmt: skip

    verdict = judge(of([0.1, 0.2, 0.3, 0.35], [1, 1, 1, 1], [4, 3, 2, 1]),
                    of(scores, determined, effects))  # fmt: skip
    found = (verdict.weakest[0], verdict.classes[0], verdict.heaviest[0])
    assert tuple(map(int, found)) == changed
    assert bool(verdict.changes[0]) == any(changed)


# --- The comparison ----------------------------------------------------------------------------

WEIGHED = ("be2_i05", "be2_i13", "bv3_i01", "bv3_i03", "bv2_i07", "bv4_i01", "bi1_i01")


@given(
    weights=st.dictionaries(
        st.sampled_from(WEIGHED), st.floats(0.1, 5.0).filter(lambda w: w != 1.0), min_size=1
    ),
    zero=st.floats(0.3, 0.6),
    geometric=st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_parts_of_a_real_variant_sum_exactly(
    compare, few: pd.DataFrame, weights: dict, zero: float, geometric: bool
) -> None:
    changes: dict = {
        "weights": weights,
        "anchors": {"be2_i05": [{"value": zero, "score": 0}, {"value": 0.05, "score": 1}]},
        "gamma": {"low": 0.1, "central": 0.15, "high": 0.25},
    }
    if geometric:
        changes["aggregation"] = {"etre_solidaire": {"kind": "geometric"}}
    found = compare(variant(changes), rows=few)
    case = found.cases[0]
    before, after = (
        state.scores.needs.score.loc[LANNION].to_numpy(dtype=float)
        for state in (found.reference, case.state)
    )
    known = ~np.isnan(before) & ~np.isnan(after)
    parts = case.score_parts[:, 0]
    assert np.abs(parts.sum(axis=0) - (after - before))[known].max() <= EXACT
    assert np.isnan(parts[:, ~known]).all()
    moving = sum(step.scored for step in case.steps)
    assert (case.fair_parts is None) == (moving > MOST)
    if case.fair_parts is not None:
        fair = case.fair_parts[:, 0]
        assert np.abs(fair.sum(axis=0) - (after - before))[known].max() <= EXACT
    was, now = (mean_effects(state.found)[0] for state in (found.reference, case.state))
    assert np.abs(case.effect_parts[:, 0].sum(axis=0) - (now - was)).max() <= EXACT


def test_a_state_is_what_the_changed_catalogue_gives(
    catalogue: Catalogue, nation: pd.DataFrame, compare
) -> None:
    one = variant({"weights": {"be2_i05": 3.0}, "indicators": {"out": ["bv3_i01"]}})
    found = compare(one)
    alone = score(nation, catalogue=apply_variant(catalogue, one))
    whole = found.cases[0].state.scores.needs.score
    pd.testing.assert_frame_equal(whole.loc[alone.needs.score.index], alone.needs.score)
    assert list(whole.index[:1]) == [LANNION]
    assert len(whole) == nation["territory"].nunique()


def test_effects_move_without_scores_and_the_verdict_says_so(compare) -> None:
    found = compare(read_variant("energie-plus-critique"))
    case = found.cases[0]
    assert not case.verdict.weakest.any()
    assert not case.verdict.classes.any()
    assert 0 < case.verdict.heaviest.sum() < 100
    assert np.nanmax(np.abs(case.score_parts)) == 0
    assert (case.effect_parts.max(axis=(1, 2)) > 0).all()
    assert (movers(found, case)["moved"] == 0).all()


def test_several_variants_stand_side_by_side_then_together(compare, few: pd.DataFrame) -> None:
    one = variant({"weights": {"be2_i05": 3.0}}, "un")
    two = variant({"aggregation": {"me_nourrir": {"kind": "geometric"}}}, "deux")
    found = compare(one, two, rows=few)
    assert [[v.id for v in case.variants] for case in found.cases] == [
        ["un"], ["deux"], ["un", "deux"],
    ]  # fmt: skip
    assert [len(case.steps) for case in found.cases] == [1, 1, 2]
    clash = compare(one, variant({"weights": {"be2_i05": 4.0}}, "deux"), rows=few)
    assert len(clash.cases) == 2
    assert "« be2_i05 »" in str(clash.conflicts[0])


def test_tables_say_what_the_states_hold(compare, few: pd.DataFrame) -> None:
    found = compare(read_variant("vital-geometrique"), rows=few)
    case = found.cases[0]
    needs = need_table(found, territory=LANNION).set_index(["state", "need"])
    for name, state in (("reference", found.reference), ("vital-geometrique", case.state)):
        own = needs.loc[name]
        of = state.scores.needs.of(LANNION)
        assert own["score"].to_numpy() == pytest.approx([n.score for n in of.values()], nan_ok=True)
        ranked = own[own["rank"] > 0].sort_values("rank")
        assert ranked["score"].is_monotonic_increasing
        assert list(ranked.index[:3]) == three_weakest(state, territory=LANNION)
        assert set(own.index[own["weakest"]]) == set(ranked.index[:3])
        assert (own["rank"] > 0).equals(own["determined"])
        hazards = hazard_table(found, territory=LANNION)
        hazards = hazards[hazards["state"] == name]
        assert hazards["effect"].is_monotonic_decreasing
        assert len(hazards) == len(state.found.rated(LANNION))
        first = rank_actions(state.found, territory=LANNION).table["indicator"][:5]
        actions = action_table(found, territory=LANNION)
        assert list(actions[actions["state"] == name]["indicator"]) == list(first)
    steps = step_table(found, territory=LANNION)
    change = needs.loc["vital-geometrique"]["score"] - needs.loc["reference"]["score"]
    summed = steps.groupby("need")["score"].sum()
    known = change[change.notna()].index
    assert (summed[known] - change[known]).abs().max() <= EXACT
    verdict = verdict_of(found, case, territory=LANNION)
    assert bool(verdict.weakest[0]) == (
        set(three_weakest(found.reference, territory=LANNION))
        != set(three_weakest(case.state, territory=LANNION))
    )


def test_movers_are_ranked_and_counted(compare) -> None:
    found = compare(read_variant("pauvrete-seuils-du-site"))
    case = found.cases[0]
    table = movers(found, case)
    assert table["change"].abs().is_monotonic_decreasing
    moving = table[table["change"] != 0]
    assert set(moving["need"]) == {"etre_solidaire"}
    assert (table.loc[table["change"] == 0, "need"] == "").all()
    before, after = (
        state.scores.needs.score["etre_solidaire"] for state in (found.reference, case.state)
    )
    shown = found.reference.scores.determined["etre_solidaire"]
    expected = (after - before)[shown]
    assert len(moving) == (expected.abs() > 1e-9).sum()
    assert (moving["change"] - expected[moving.index]).abs().max() == 0
    assert table["changes"].sum() == case.verdict.changes.sum()
    order = list(found.reference.scores.needs.score.index)
    code = table.index[0]
    assert table.loc[code, "classes"] == case.verdict.classes[order.index(code)]


def test_all_territories_are_compared_in_less_than_five_seconds(compare) -> None:
    """Time of the processor: this machine may be shared."""
    start = time.process_time()
    found = compare(read_variant("pauvrete-seuils-du-site"))
    assert time.process_time() - start < 5.0
    assert len(found.cases[0].verdict.changes) == 1255


def test_rows_and_ratings_of_a_territory_replace_those_of_all(
    catalogue: Catalogue, few: pd.DataFrame
) -> None:
    mine = few[few["territory"] == LANNION].copy()
    mine.loc[mine["indicator"] == "be2_i05", ["value", "number"]] = ["0.25", 0.25]
    one = variant({"weights": {"be2_i05": 3.0}})
    bare = prepare_ratings("aucune", place=find_place(LANNION), catalogue=catalogue)
    default = compare_variants(catalogue, [one], own={LANNION: mine}, nation=few)
    unrated = compare_variants(
        catalogue, [one], own={LANNION: mine}, nation=few, ratings={LANNION: bare}
    )
    expected = score(mine, catalogue=catalogue).needs.score.loc[LANNION]
    for found in (default, unrated):
        pd.testing.assert_series_equal(found.reference.scores.needs.score.loc[LANNION], expected)
        assert len(found.reference.scores.needs.score) == few["territory"].nunique()
    assert default.reference.found.rated(LANNION)
    assert unrated.reference.found.rated(LANNION) == ()
    assert hazard_table(unrated, territory=LANNION).empty
    assert action_table(unrated, territory=LANNION).empty
    assert not unrated.reference.conclusions.heaviest[0].any()
    assert np.isnan(unrated.cases[0].effect_parts).all()


def test_a_score_nobody_prints_moves_nobody(compare, few: pd.DataFrame) -> None:
    """Weighing what is known less makes needs undetermined: they are lost, not moved."""
    found = compare(read_variant("poids-par-criteres"), rows=few)
    table = movers(found, found.cases[0])
    was, now = (state.scores.determined for state in (found.reference, found.cases[0].state))
    assert table["lost"].sum() > 0
    assert table["gained"].sum() == (now & ~was).sum().sum()
    for code, row in table[table["need"] != ""].iterrows():
        assert was.loc[code, row["need"]]
        assert now.loc[code, row["need"]]
    assert (table["moved"] <= (was & now).sum(axis=1)[table.index]).all()
