import dataclasses

import numpy as np
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

import diag360
from diag360.scoring.restrict import restrict

PARTS = ("score", "low", "high", "coverage", "arithmetic")


@pytest.fixture(scope="module")
def some(open_values):
    codes = open_values["territory"].unique()[::120]
    return open_values[open_values["territory"].isin(codes)]


@pytest.mark.parametrize("framework", ["besoins-2021", "diag360-1.3"])
def test_some_territories_out_of_many_score_as_they_do_alone(some, catalogue, framework):
    whole = diag360.score(some, catalogue=catalogue, framework=framework, weights="criteres")
    kept = [whole.number.index[at] for at in (7, 2, 5)]
    found = restrict(whole, territories=kept)
    rows = some[some["territory"].isin(kept)]
    alone = diag360.score(rows, catalogue=catalogue, framework=framework, weights="criteres")
    for name in ("number", "indicator_scores", "applicable"):
        frame = getattr(found, name)
        assert frame.index.tolist() == kept  # in the order wanted
        assert_frame_equal(frame, getattr(alone, name).loc[kept])
    profiles = {"needs": found.needs, "etat": found.etat, "action": found.action}
    theirs = {"needs": alone.needs, "etat": alone.etat, "action": alone.action}
    for name, profile in found.objectives.items():
        profiles[name], theirs[name] = profile, alone.objectives[name]
    assert len(profiles) == 7
    for name, profile in profiles.items():
        assert profile.floor == theirs[name].floor
        for part in PARTS:
            one, other = getattr(profile, part), getattr(theirs[name], part)
            assert one.index.tolist() == kept, (name, part)
            np.testing.assert_allclose(one, other.loc[kept], rtol=0, atol=1e-14, err_msg=name)
    assert_frame_equal(
        found.observations.reset_index(drop=True), alone.observations.reset_index(drop=True)
    )
    for name in ("weights", "asked", "need_of"):
        assert_series_equal(getattr(found, name), getattr(whole, name))
    table = found.indicator_table()
    assert set(table["territory"]) == set(kept)
    assert found.contributions(kept[0]).equals(whole.contributions(kept[0]))


def test_restricting_leaves_the_whole_alone(some, catalogue):
    whole = diag360.score(some, catalogue=catalogue)
    before = whole.needs.score.copy()
    restrict(whole, territories=[before.index[3]])
    assert_frame_equal(whole.needs.score, before)
    assert set(whole.observations["territory"]) == set(some["territory"])


def test_an_unknown_territory_is_named(some, catalogue):
    whole = diag360.score(some, catalogue=catalogue)
    with pytest.raises(KeyError, match="ailleurs"):
        restrict(whole, territories=[whole.number.index[0], "ailleurs"])


def test_scores_of_one_alone_are_one_s_own(some, catalogue):
    code = str(some["territory"].iloc[0])
    alone = diag360.score(some[some["territory"] == code], catalogue=catalogue)
    same = restrict(alone, territories=[code])
    before = alone.indicator_scores.copy(deep=True)
    assert_frame_equal(same.indicator_scores, before)
    same.indicator_scores.iloc[0, :] = 0.5
    same.needs.score.loc[code] = 0.5
    assert_frame_equal(alone.indicator_scores, before)
    assert not (alone.needs.score == 0.5).all(axis=None)


def test_what_is_kept_of_scores_is_not_carried_to_others(some, catalogue):
    code = str(some["territory"].iloc[0])
    alone = diag360.score(some[some["territory"] == code], catalogue=catalogue)
    alone.kept["mine"] = 1
    assert restrict(alone, territories=[code]).kept == {}
    assert dataclasses.replace(alone, tier="flash").kept == {}
