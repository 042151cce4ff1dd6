"""Which scores move from one catalogue to another."""

from dataclasses import replace

import numpy as np
import pytest

from diag360.scoring.compare import moved_indicators, moved_needs, score_both


@pytest.fixture(scope="module")
def poorer(catalogue):
    """The same catalogue, poverty scoring 0 at 30 % instead of 26 %."""
    poverty = catalogue.indicators["be2_i05"]
    anchors = tuple(
        a.model_copy(update={"value": 0.3}) if a.score == 0 else a for a in poverty.scale.anchors
    )
    scale = poverty.scale.model_copy(update={"anchors": anchors})
    changed = poverty.model_copy(update={"scale": scale})
    return replace(catalogue, indicators={**catalogue.indicators, "be2_i05": changed})


def test_nothing_moves_between_a_catalogue_and_itself(catalogue):
    before, after = score_both(catalogue, catalogue)
    assert moved_indicators(before, after).empty
    assert (moved_needs(before, after)[["moved", "gained", "lost"]] == 0).all(axis=None)


def test_a_threshold_moves_its_indicator_by_the_closed_form(catalogue, poorer):
    before, after = score_both(catalogue, poorer)
    moved = moved_indicators(before, after)
    assert list(moved.index) == ["be2_i05"]
    rate = before.number["be2_i05"]
    change = np.clip(1 - rate / 0.3, 0, 1) - np.clip(1 - rate / 0.26, 0, 1)
    change = change[change.abs() > 1e-9]
    assert moved.loc["be2_i05", "moved"] == len(change)
    assert moved.loc["be2_i05", "mean"] == pytest.approx(change.mean())
    assert moved.loc["be2_i05", "largest"] == pytest.approx(change.max())


def test_a_need_moves_where_it_is_determined_in_both(catalogue, poorer):
    before, after = score_both(catalogue, poorer, tier="standard")
    needs = moved_needs(before, after)
    both = before.determined["etre_solidaire"] & after.determined["etre_solidaire"]
    change = (after.needs.score - before.needs.score)["etre_solidaire"][both]
    assert needs.loc["etre_solidaire", "moved"] == int((change.abs() > 1e-9).sum())
    assert needs.drop(index="etre_solidaire")["moved"].sum() == 0


def test_an_indicator_of_one_catalogue_only_is_scored_where_it_exists(catalogue):
    without = {n: i for n, i in catalogue.indicators.items() if n != "bv4_i03"}
    smaller = replace(catalogue, indicators=without)
    before, after = score_both(smaller, catalogue, tier="standard")
    assert "bv4_i03" not in before.indicator_scores
    assert after.indicator_scores["bv4_i03"].notna().sum() > 1000
    assert moved_needs(before, after).loc["me_soigner", "moved"] > 1000
    assert moved_indicators(before, after).empty


def test_a_wider_floor_gains_needs(catalogue):
    settings = catalogue.settings.model_copy(update={"coverage_floor": 0.1})
    before, after = score_both(catalogue, replace(catalogue, settings=settings))
    needs = moved_needs(before, after)
    assert needs["gained"].sum() > 0
    assert needs["lost"].sum() == 0
    expected = (after.determined & ~before.determined).sum()
    assert needs["gained"].to_dict() == expected.to_dict()


def test_an_answer_the_other_catalogue_does_not_know_is_left_out(catalogue, values):
    yes_no = catalogue.indicators["bv1_i03"]
    numeric = catalogue.indicators["bv1_i12"]
    other = yes_no.model_copy(update={"response": numeric.response, "scale": numeric.scale})
    changed = replace(catalogue, indicators={**catalogue.indicators, "bv1_i03": other})
    from diag360.scoring.compare import _understood

    rows = values(("A", "bv1_i03", "Oui"), ("A", "be2_i05", "0.1"))
    assert _understood(rows, catalogue).tolist() == [True, True]
    assert _understood(rows, changed).tolist() == [False, True]


def test_a_need_determined_on_one_side_only_is_gained_and_not_moved(catalogue, poorer):
    settings = catalogue.settings.model_copy(update={"coverage_floor": 0.1})
    before, after = score_both(catalogue, replace(poorer, settings=settings), tier="expert")
    assert not before.determined["etre_solidaire"].any()
    assert (after.needs.score != before.needs.score)["etre_solidaire"].sum() > 1000
    needs = moved_needs(before, after)
    assert needs.loc["etre_solidaire", "gained"] > 1000
    assert needs.loc["etre_solidaire", "moved"] == 0
    assert moved_needs(after, before).loc["etre_solidaire", "lost"] > 1000
