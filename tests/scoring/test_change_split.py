"""A change between campaigns: the territory, or the method; the two sum to the whole."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import diag360
from diag360.errors import Refusal
from diag360.scoring.campaigns import split, split_change

PLACES = ["200000172", "200065928", "200067460"]
SCORES = st.lists(st.floats(0, 1), min_size=3, max_size=3)


@pytest.fixture(scope="module")
def old_rows(open_values):
    return open_values[open_values["territory"].isin(PLACES)].reset_index(drop=True)


@pytest.fixture(scope="module")
def stricter(catalogue):
    """A later catalogue: poverty scores 0 at 30 % instead of 26 %."""
    poverty = catalogue.indicators["be2_i05"]
    anchors = tuple(
        a.model_copy(update={"value": 0.3}) if a.score == 0 else a for a in poverty.scale.anchors
    )
    scale = poverty.scale.model_copy(update={"anchors": anchors})
    changed = poverty.model_copy(update={"scale": scale})
    return replace(catalogue, indicators={**catalogue.indicators, "be2_i05": changed})


def with_value(rows, indicator, number):
    rows = rows.copy()
    here = rows["indicator"] == indicator
    rows.loc[here, "value"], rows.loc[here, "number"] = str(number), number
    return rows


def line(table, territory, need, indicator=""):
    found = table[
        (table["territory"] == territory)
        & (table["need"] == need)
        & (table["indicator"] == indicator)
    ]
    assert len(found) == 1
    return found.iloc[0]


@given(SCORES, SCORES, SCORES)
def test_terms_sum_to_the_total(before, rescored, after):
    before, rescored, after = (np.array(one) for one in (before, rescored, after))
    territory, method = split(before, rescored, after)
    np.testing.assert_allclose(territory + method, after - before, atol=1e-15)


def test_same_values_and_catalogue_change_nothing(old_rows, catalogue):
    found = split_change(old_rows, old_rows, old_catalogue=catalogue, new_catalogue=catalogue)
    assert (found.table["total"].dropna() == 0).all()
    assert found.table["total"].notna().sum() > 50
    assert found.not_rescored.empty


def test_new_values_alone_are_the_territory(old_rows, catalogue):
    new = with_value(old_rows, "be2_i05", 0.2)
    found = split_change(old_rows, new, old_catalogue=catalogue, new_catalogue=catalogue)
    known = found.table.dropna(subset=["total"])
    assert (known["method_changed"] == 0).all()
    assert (known["territory_changed"] == known["total"]).all()
    moved = line(found.table, PLACES[0], "etre_solidaire", "be2_i05")
    rate = old_rows.set_index(["territory", "indicator"])["number"][PLACES[0], "be2_i05"]
    assert moved["total"] == pytest.approx((rate - 0.2) / 0.26)


def test_a_new_catalogue_alone_is_the_method(old_rows, catalogue, stricter):
    found = split_change(old_rows, old_rows, old_catalogue=catalogue, new_catalogue=stricter)
    known = found.table.dropna(subset=["total"])
    assert (known["territory_changed"] == 0).all()
    moved = line(found.table, PLACES[0], "etre_solidaire", "be2_i05")
    rate = old_rows.set_index(["territory", "indicator"])["number"][PLACES[0], "be2_i05"]
    assert moved["method_changed"] == pytest.approx(rate / 0.26 - rate / 0.3)
    assert moved["method_changed"] > 0.04


def test_both_at_once_are_told_apart_and_sum(old_rows, catalogue, stricter):
    new = with_value(old_rows, "be2_i05", 0.2)
    found = split_change(old_rows, new, old_catalogue=catalogue, new_catalogue=stricter)
    for place in PLACES:
        rate = old_rows.set_index(["territory", "indicator"])["number"][place, "be2_i05"]
        moved = line(found.table, place, "etre_solidaire", "be2_i05")
        assert moved["method_changed"] == pytest.approx(rate / 0.26 - rate / 0.3)
        assert moved["territory_changed"] == pytest.approx((rate - 0.2) / 0.3)
    known = found.table.dropna(subset=["total"])
    summed = known["territory_changed"] + known["method_changed"]
    assert summed.to_numpy() == pytest.approx((known["after"] - known["before"]).to_numpy())


def test_needs_agree_with_the_plain_scores(old_rows, catalogue, stricter):
    new = with_value(old_rows, "be2_i05", 0.2)
    found = split_change(old_rows, new, old_catalogue=catalogue, new_catalogue=stricter)
    before = diag360.score(old_rows, catalogue=catalogue).needs.score
    after = diag360.score(new, catalogue=stricter).needs.score
    needs = found.table[found.table["indicator"] == ""].set_index(["territory", "need"])
    for place in PLACES:
        for need in before.columns:
            expected = after.loc[place, need] - before.loc[place, need]
            assert needs.loc[(place, need), "total"] == pytest.approx(expected, nan_ok=True)


def test_contributions_sum_to_the_change_of_their_need(old_rows, catalogue, stricter):
    dropped = old_rows["indicator"].isin(["be2_i13", "bv4_i04"])
    new = with_value(old_rows[~dropped], "be2_i05", 0.2)
    found = split_change(old_rows, new, old_catalogue=catalogue, new_catalogue=stricter)
    needs = found.table[found.table["indicator"] == ""].dropna(subset=["total"])
    sums = found.contributions.groupby(["territory", "need"])[
        ["territory_changed", "method_changed", "total"]
    ].sum()
    keys = pd.MultiIndex.from_frame(needs[["territory", "need"]])
    for term in sums.columns:
        assert sums.loc[keys, term].to_numpy() == pytest.approx(needs[term].to_numpy(), abs=1e-12)


def test_an_answer_only_known_now_is_not_a_change_of_values(old_rows, catalogue):
    without = old_rows[old_rows["indicator"] != "be2_i13"]
    found = split_change(without, old_rows, old_catalogue=catalogue, new_catalogue=catalogue)
    need = line(found.table, PLACES[0], "etre_solidaire")
    assert need["values_changed"] == 0
    assert need["answers_changed"] == pytest.approx(need["total"])
    assert abs(need["total"]) > 0.01
    new = with_value(old_rows, "be2_i05", 0.2)
    both = split_change(without, new, old_catalogue=catalogue, new_catalogue=catalogue)
    need = line(both.table, PLACES[0], "etre_solidaire")
    poverty = line(both.table, PLACES[0], "etre_solidaire", "be2_i05")
    assert need["values_changed"] == pytest.approx(poverty["total"])
    terms = need["values_changed"] + need["answers_changed"]
    assert terms == pytest.approx(need["territory_changed"])


def test_a_contribution_to_a_need_without_score_is_missing(old_rows, catalogue):
    new = old_rows[old_rows["indicator"] != "be2_i04"]
    found = split_change(old_rows, new, old_catalogue=catalogue, new_catalogue=catalogue)
    need = line(found.table, PLACES[0], "etre_en_relation")
    alone = line(found.contributions, PLACES[0], "etre_en_relation", "be2_i04")
    assert np.isnan(need["after"]) == np.isnan(alone["after"])


def test_what_cannot_be_rescored_is_listed_with_its_reason(values, catalogue):
    rows = values(
        ("A", "be2_i05", "0.1"),
        ("A", "be2_i13", "3"),
        ("A", "bv1_i03", "Oui"),
        ("A", "bv1_i06", "En cours"),
        ("A", "bv4_i03", "3"),
        ("A", "be2_i06", ""),
        ("A", "bv4_i04", "0.1"),
    )
    known = catalogue.indicators
    other_unit = known["be2_i13"].model_copy(update={"response": known["be2_i05"].response})
    now_number = known["bv1_i03"].model_copy(
        update={"response": known["bv1_i12"].response, "scale": known["bv1_i12"].scale}
    )
    fewer = known["bv1_i06"].model_copy(
        update={"response": known["bv1_i03"].response, "scale": known["bv1_i03"].scale}
    )
    changed = {**known, "be2_i13": other_unit, "bv1_i03": now_number, "bv1_i06": fewer}
    del changed["bv4_i03"]
    newer = replace(catalogue, indicators=changed)
    after = values(("A", "be2_i05", "0.1"))
    found = split_change(rows, after, old_catalogue=catalogue, new_catalogue=newer, tier="expert")
    reasons = found.not_rescored.set_index("indicator")["reason"].to_dict()
    assert reasons == {
        "be2_i13": "l’unité a changé",
        "bv1_i03": "les réponses étaient des mots",
        "bv1_i06": "réponse inconnue du nouveau catalogue",
        "bv4_i03": "indicateur absent du nouveau catalogue",
    }
    assert found.not_rescored.set_index("indicator")["value"]["bv1_i06"] == "En cours"
    assert np.isnan(line(found.table, "A", "etre_solidaire", "be2_i13")["rescored"])
    gone = line(found.table, "A", "me_soigner", "bv4_i03")
    assert gone["before"] > 0
    assert np.isnan(gone["rescored"])


def test_a_territory_with_nothing_left_to_rescore_stays(values, catalogue):
    rows = values(("A", "bv4_i03", "3"))
    newer = replace(
        catalogue, indicators={n: i for n, i in catalogue.indicators.items() if n != "bv4_i03"}
    )
    after = values(("A", "be2_i05", "0.1"), catalogue=newer)
    found = split_change(rows, after, old_catalogue=catalogue, new_catalogue=newer)
    assert found.table["territory"].unique().tolist() == ["A"]
    assert found.table["total"].isna().all()
    assert line(found.table, "A", "etre_solidaire")["after"] > 0


def test_territories_keep_the_order_of_the_new_campaign(old_rows, catalogue):
    new = pd.concat([old_rows[old_rows["territory"] == code] for code in PLACES[::-1]])
    found = split_change(old_rows, new, old_catalogue=catalogue, new_catalogue=catalogue)
    assert list(dict.fromkeys(found.table["territory"])) == PLACES[::-1]
    assert (found.table["total"].dropna() == 0).all()


def test_no_shared_territory_is_refused(values, catalogue):
    before, after = values(("A", "be2_i05", "0.1")), values(("B", "be2_i05", "0.1"))
    with pytest.raises(Refusal, match="aucun territoire"):
        split_change(before, after, old_catalogue=catalogue, new_catalogue=catalogue)


def test_an_unknown_framework_is_named(old_rows, catalogue):
    with pytest.raises(Refusal, match="« besoins-1900 »"):
        split_change(
            old_rows,
            old_rows,
            old_catalogue=catalogue,
            new_catalogue=catalogue,
            framework="besoins-1900",
        )
