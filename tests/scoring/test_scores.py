from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

import diag360
from diag360.catalogue.scale import Anchor
from diag360.errors import Refusal
from diag360.scoring.aggregate import aggregate

PARTS = ("score", "low", "high", "coverage", "arithmetic")
FRAMEWORKS = ("besoins-2021", "diag360-1.3")
SCHEMES = ("egal", "criteres")
TIERS = ("expert", "standard")
WAYS = list(product(FRAMEWORKS, SCHEMES, TIERS))

# The six indicators of « Préserver les communs », of weight 1 under egal: 0 → 19 days of polluted
# air scores 1 → 0; the shares of communes with an atlas and of healthy rivers score themselves;
# three are answered by a word.
AIR, ATLAS = "be3_i06", "be3_i09"
USERS, LAND, RIVERS, OPEN = "communs_p01", "communs_p02", "communs_p03", "communs_p04"
COMMONS = "preserver_communs"


def assert_profiles_equal(one, other, *, tolerance=0.0):
    for name in PARTS:
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=0, atol=tolerance, err_msg=name
        )


@pytest.fixture(scope="module")
def twenty(open_values):
    """Every open figure of twenty territories spread over the country."""
    codes = open_values["territory"].unique()
    return open_values[open_values["territory"].isin(codes[:: len(codes) // 20][:20])]


@pytest.fixture(scope="module")
def scored(twenty, catalogue):
    return {
        (framework, scheme, tier): diag360.score(
            twenty, catalogue=catalogue, framework=framework, weights=scheme, tier=tier
        )
        for framework, scheme, tier in WAYS
    }


every_way = pytest.mark.parametrize(("framework", "scheme", "tier"), WAYS)


def plain_score(indicator, row):
    """Score of one row, written out: anchors at 0 and 1, or the word."""
    if row["value"] == "":
        return None
    of = {anchor.score: anchor.value for anchor in indicator.scale.anchors}
    if indicator.response.choices:
        return next(score for score, word in of.items() if word == row["value"])
    share = (float(row["value"]) - of[0.0]) / (of[1.0] - of[0.0])
    return min(max(share, 0.0), 1.0)


# --- by hand


def test_a_need_of_six_indicators_by_hand(values, catalogue):
    rows = values(
        ("pays", AIR, "9.5"),
        ("pays", ATLAS, "0.75"),
        ("pays", USERS, "Avis"),
        ("pays", LAND, "Oui"),
        ("pays", RIVERS, "0.2"),
        ("pays", OPEN, "Non"),
    )
    found = [0.5, 0.75, 0.5, 1.0, 0.2, 0.0]
    scores = diag360.score(rows, catalogue=catalogue, tier="expert")
    one_by_one = scores.indicator_scores.loc["pays", [AIR, ATLAS, USERS, LAND, RIVERS, OPEN]]
    assert one_by_one.tolist() == pytest.approx(found, abs=1e-15)
    need = scores.needs.of("pays")[COMMONS]
    assert need.score == pytest.approx(sum(found) / 6, abs=1e-15)
    assert (need.low, need.high) == pytest.approx((sum(found) / 6, sum(found) / 6))
    assert need.coverage == 1.0
    assert need.determined
    assert need.applicable
    # Category, kind, response and basis under criteres.
    weights = [
        1 * 1 * 1.25 * 1.25,
        1 * 1.25 * 1.25 * 1.5,
        1 * 1.25 * 1 * 1.5,
        1 * 1.25 * 1 * 1.5,
        1 * 1 * 1.25 * 1.5,
        1 * 1.25 * 1 * 1.5,
    ]
    weighted = diag360.score(rows, catalogue=catalogue, weights="criteres", tier="expert")
    expected = sum(w * s for w, s in zip(weights, found, strict=True)) / sum(weights)
    assert weighted.needs.of("pays")[COMMONS].score == pytest.approx(expected, abs=1e-15)


def test_missing_is_not_zero(values, catalogue):
    # Half of the need is known, and averages 0.5; the other half is what changes.
    half = [(AIR, "14.25"), (USERS, "Avis"), (RIVERS, "0.75")]
    zero = [(ATLAS, "0"), (LAND, "Non"), (OPEN, "Non")]
    other = [name for name, _ in zero]
    every = [name for name, _ in half + zero]
    rows = {
        "six": half + zero,
        "absente": half,
        "vide": half + [(name, "") for name in other],
        "secret": half + [(name, "", "secret") for name in other],
        "sans_objet": half + [(name, "", "sans_objet") for name in other],
        "rien": [(name, "") for name in every],
        "hors_sujet": [(name, "", "sans_objet") for name in every],
    }
    table = values(*((code, *row) for code, given in rows.items() for row in given))
    scores = diag360.score(table, catalogue=catalogue, tier="expert")
    found = {code: scores.needs.of(code)[COMMONS] for code in rows}

    assert found["six"].score == 0.25
    assert found["six"].coverage == 1.0
    for code in ("absente", "vide", "secret"):
        need = found[code]
        assert (need.score, need.low, need.high) == (0.5, 0.25, 0.75), code
        assert need.coverage == 0.5, code
        assert not need.determined, code
    need = found["sans_objet"]
    assert (need.score, need.low, need.high, need.coverage) == (0.5, 0.5, 0.5, 1.0)
    assert need.determined
    need = found["rien"]
    assert np.isnan(need.score)
    assert (need.low, need.high, need.coverage) == (0.0, 1.0, 0.0)
    assert need.applicable
    assert not need.determined
    need = found["hors_sujet"]
    assert np.isnan([need.score, need.low, need.high, need.coverage]).all()
    assert not need.applicable
    assert not need.determined
    # A missing value has no score, a value scoring 0 has one.
    for name in other:
        given = scores.indicator_scores[name]
        assert given["six"] == 0.0, name
        assert given.drop("six").isna().all(), name


def test_removing_a_value_changes_the_coverage_and_never_adds_a_zero(twenty, scored, catalogue):
    whole = scored["besoins-2021", "egal", "expert"]
    row = twenty[twenty["indicator"] == "be2_i05"].index[0]
    territory = twenty.loc[row, "territory"]
    less = diag360.score(twenty.drop(row), catalogue=catalogue, tier="expert")
    need = whole.need_of["be2_i05"]
    assert np.isnan(less.indicator_scores.loc[territory, "be2_i05"])
    assert less.indicator_scores.isna().sum(axis=None) == (
        whole.indicator_scores.isna().sum(axis=None) + 1
    )
    size = (whole.need_of == need).sum()
    assert less.needs.coverage.loc[territory, need] == pytest.approx(
        whole.needs.coverage.loc[territory, need] - 1 / size
    )
    kept = whole.indicator_scores.loc[territory, whole.need_of.index[whole.need_of == need]]
    assert less.needs.score.loc[territory, need] == pytest.approx(kept.drop("be2_i05").mean())
    others = whole.needs.score.columns.drop(need)
    assert_frame_equal(less.needs.score[others], whole.needs.score[others])


# --- against a plain reading of the method


@every_way
def test_needs_are_weighted_means_written_out(twenty, scored, catalogue, framework, scheme, tier):
    scores = scored[framework, scheme, tier]
    by_need = {}
    for indicator in catalogue.indicators.values():
        asked = tier == "expert" or indicator.tier != "expert"
        if framework in indicator.needs and asked:
            by_need.setdefault(indicator.needs[framework].primary, []).append(indicator)
    assert set(by_need) == set(scores.needs.score.columns)
    for code, rows in twenty.groupby("territory"):
        given = {row["indicator"]: row for row in rows.to_dict("records")}
        for need, members in by_need.items():
            known, weighted, lost = 0.0, 0.0, 0.0
            for indicator in members:
                weight = scores.weights[indicator.id]
                row = given.get(indicator.id, {"value": "", "status": "non_collecte"})
                value = plain_score(indicator, row)
                if value is not None:
                    known, weighted = known + weight, weighted + weight * value
                elif row["status"] != "sans_objet":
                    lost += weight
            found = scores.needs.of(code)[need]
            expected = (
                weighted / known if known else np.nan,
                weighted / (known + lost) if known + lost else np.nan,
                (weighted + lost) / (known + lost) if known + lost else np.nan,
                known / (known + lost) if known + lost else np.nan,
            )
            assert (found.score, found.low, found.high, found.coverage) == pytest.approx(
                expected, abs=1e-12, nan_ok=True
            ), (code, need)


@every_way
def test_contributions_sum_to_the_arithmetic_score(scored, framework, scheme, tier):
    scores = scored[framework, scheme, tier]
    for code in scores.needs.score.index:
        table = scores.contributions(code)
        assert (table["weight"] > 0).all()
        sums = table.groupby("need")[["share", "contribution"]].sum(min_count=1)
        expected = scores.needs.arithmetic.loc[code]
        assert set(sums.index) == set(expected.index)
        sums = sums.loc[expected.index]
        np.testing.assert_allclose(sums["contribution"], expected, rtol=0, atol=1e-12)
        known = expected.notna()
        np.testing.assert_allclose(sums["share"][known], 1.0, rtol=0, atol=1e-12)
        assert sums["share"][~known].isna().all()
        assert_series_equal(table["share"].isna(), table["score"].isna(), check_names=False)
        # The value as read comes along with its score.
        assert_series_equal(table["value"], scores.number.loc[code, table.index], check_names=False)


def test_contributions_by_hand(values, change):
    changed = change.scheme(indicators={AIR: 3.0, ATLAS: 1.0})
    rows = values(("pays", AIR, "9.5"), ("pays", ATLAS, "0.75"), catalogue=changed)
    table = diag360.score(rows, catalogue=changed, weights="essai").contributions("pays")
    assert table.loc[AIR, ["need", "value", "score", "weight"]].tolist() == [
        COMMONS, 9.5, 0.5, 3.0,
    ]  # fmt: skip
    assert table.loc[[AIR, ATLAS], "share"].tolist() == [0.75, 0.25]
    assert table.loc[[AIR, ATLAS], "contribution"].tolist() == [0.375, 0.1875]


# --- coverage floor


@pytest.mark.parametrize("unit", [1.0, 0.1, 0.3, 1 / 3, 1e-3, 7e5])
@pytest.mark.parametrize(("known", "determined"), [(13, True), (12, False), (14, True)])
def test_the_floor_of_coverage_is_reached_exactly(values, change, unit, known, determined):
    # Shares in twentieths, split over several indicators so that sums round.
    eleven = ["be2_i06", "be2_i14", "bi1_i01", "bi1_i02", "bi1_i04", "bi1_i05", "bi1_i06",
              "bi1_i07", "bi1_i08", "travail_p01", "travail_p02"]  # fmt: skip
    parts = [3, 3, 3, 3, known - 12, 20 - known, 0, 0, 0, 0, 0]
    changed = change.scheme(
        indicators={name: part * unit for name, part in zip(eleven, parts, strict=True)}
    )
    rows = [
        ("pays", name, "Non" if changed.indicators[name].response.choices else "1")
        for name in eleven[:5]
    ]
    scores = diag360.score(
        values(*rows, catalogue=changed), catalogue=changed, weights="essai", tier="expert"
    )
    need = scores.needs.of("pays")["travailler_produire"]
    assert need.coverage == pytest.approx(known / 20, abs=1e-15)
    assert need.determined is determined
    assert scores.determined.loc["pays", "travailler_produire"] == determined
    assert bool(scores.needs.determined.loc["pays", "travailler_produire"]) is determined


def test_the_floor_is_that_of_the_catalogue(values, catalogue):
    low = replace(catalogue, settings=catalogue.settings.model_copy(update={"coverage_floor": 0.5}))
    rows = values(("pays", AIR, "9.5"), ("pays", ATLAS, "0"), ("pays", LAND, "Oui"))  # 3 of 6
    for floor, determined in ((catalogue, False), (low, True)):
        scores = diag360.score(rows, catalogue=floor, tier="expert")
        assert scores.needs.of("pays")[COMMONS].coverage == 0.5
        assert scores.determined.loc["pays", COMMONS] == determined


# --- parts of the profile


@every_way
@pytest.mark.parametrize("part", ["etat", "action"])
def test_a_kind_scores_as_it_does_alone(twenty, scored, change, framework, scheme, tier, part):
    alone = change.only(lambda i: i.kind == part)
    expected = diag360.score(
        twenty, catalogue=alone, framework=framework, weights=scheme, tier=tier
    )
    found = getattr(scored[framework, scheme, tier], part)
    assert_profiles_equal(found, expected.needs, tolerance=1e-14)
    assert found.score.notna().any(axis=None)


@pytest.mark.parametrize("name", ["transverse", "subsistance", "gestion_de_crise", "soutenabilite"])
def test_an_objective_scores_as_it_does_alone(twenty, scored, change, name):
    alone = change.only(lambda i: i.objective == name)
    expected = diag360.score(twenty, catalogue=alone, weights="criteres", tier="expert")
    found = scored["besoins-2021", "criteres", "expert"].objectives
    assert set(found) == {"transverse", "subsistance", "gestion_de_crise", "soutenabilite"}
    assert_profiles_equal(found[name], expected.needs, tolerance=1e-14)


def test_state_and_action_are_told_apart_by_hand(values, catalogue):
    rows = values(("pays", AIR, "0"), ("pays", ATLAS, "0.2"))
    scores = diag360.score(rows, catalogue=catalogue)
    assert scores.etat.of("pays")[COMMONS].score == 1.0
    assert scores.action.of("pays")[COMMONS].score == pytest.approx(0.2)
    assert scores.needs.of("pays")[COMMONS].score == pytest.approx(0.6)


# --- independence


@every_way
def test_a_territory_does_not_depend_on_the_others(
    twenty, scored, catalogue, framework, scheme, tier
):
    whole = scored[framework, scheme, tier]
    for code in whole.needs.score.index[::4]:
        rows = twenty[twenty["territory"] == code]
        alone = diag360.score(
            rows, catalogue=catalogue, framework=framework, weights=scheme, tier=tier
        )
        assert_frame_equal(alone.indicator_scores, whole.indicator_scores.loc[[code]])
        for part in ("needs", "etat", "action"):
            for name in PARTS:
                np.testing.assert_allclose(
                    getattr(getattr(alone, part), name).loc[code],
                    getattr(getattr(whole, part), name).loc[code],
                    rtol=0,
                    atol=1e-15,
                )


def test_the_order_of_rows_does_not_matter(twenty, scored, catalogue):
    whole = scored["besoins-2021", "egal", "expert"]
    shuffled = twenty.sample(frac=1, random_state=7)
    found = diag360.score(shuffled, catalogue=catalogue, tier="expert")
    order = whole.needs.score.index
    assert list(found.needs.score.index) == list(shuffled["territory"].unique())
    assert_frame_equal(found.indicator_scores.loc[order], whole.indicator_scores)
    for name in PARTS:
        np.testing.assert_allclose(
            getattr(found.needs, name).loc[order], getattr(whole.needs, name), rtol=0, atol=1e-15
        )


def test_scoring_leaves_its_input_alone(twenty, catalogue):
    before = twenty.copy(deep=True)
    diag360.score(twenty, catalogue=catalogue).indicator_table()
    assert_frame_equal(twenty, before)


def test_a_table_without_rows_gives_scores_without_territories(twenty, catalogue):
    scores = diag360.score(twenty.head(0), catalogue=catalogue)
    assert scores.needs.score.shape == (0, 18)
    assert scores.indicator_table().empty
    assert scores.need_table().empty


# --- exposure, frameworks, weights


def test_exposure_leaves_the_score_of_2021_and_stays_in_the_published_one(values, catalogue):
    rows = values(("calme", "bv5_i04", "0"), ("exposee", "bv5_i04", "13"))
    ours = diag360.score(rows, catalogue=catalogue, framework="besoins-2021")
    assert ours.needs.score.isna().all(axis=None)
    assert ours.needs.coverage["me_sentir_en_securite"].tolist() == [0.0, 0.0]
    assert ours.weights["bv5_i04"] == 0.0
    assert "bv5_i04" not in ours.contributions("calme").index
    # It is kept, with its score, for what is about exposure.
    assert ours.indicator_scores["bv5_i04"].tolist() == [1.0, 0.0]
    published = diag360.score(rows, catalogue=catalogue, framework="diag360-1.3")
    assert published.needs.score["bv5"].tolist() == [1.0, 0.0]
    assert published.needs.coverage["bv5"].tolist() == pytest.approx([1 / 7, 1 / 7])


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"framework": "besoins-2035"}, ("cadre", "besoins-2035", "besoins-2021, diag360-1.3")),
        ({"weights": "lourds"}, ("poids", "lourds", "criteres, egal")),
    ],
)
def test_an_unknown_framework_or_scheme_is_refused_by_name(twenty, catalogue, asked, named):
    with pytest.raises(Refusal) as refusal:
        diag360.score(twenty, catalogue=catalogue, **asked)
    assert len(refusal.value.faults) == 1
    fault = refusal.value.faults[0]
    what, name, known = named
    assert fault.file == what
    assert f"« {name} » inconnu" in fault.problem
    assert fault.remedy == f"choisir parmi : {known}"


def test_both_unknown_names_are_said_at_once(twenty, catalogue):
    with pytest.raises(Refusal) as refusal:
        diag360.score(twenty, catalogue=catalogue, framework="ici", weights="lourds")
    assert [fault.file for fault in refusal.value.faults] == ["cadre", "poids"]


def test_defaults_are_those_of_the_catalogue(twenty, catalogue):
    scores = diag360.score(twenty, catalogue=catalogue)
    assert scores.framework.id == catalogue.settings.default_framework == "besoins-2021"
    assert scores.scheme.id == catalogue.settings.default_weights == "egal"
    other = catalogue.settings.model_copy(
        update={"default_framework": "diag360-1.3", "default_weights": "criteres"}
    )
    scores = diag360.score(twenty, catalogue=replace(catalogue, settings=other))
    assert (scores.framework.id, scores.scheme.id) == ("diag360-1.3", "criteres")


def test_an_indicator_out_of_a_framework_has_no_part_in_it(values, catalogue, change):
    membership = catalogue.indicators[ATLAS].needs["besoins-2021"]
    ours_only = change.indicator(ATLAS, needs={"besoins-2021": membership})
    rows = values(("pays", AIR, "9.5"), ("pays", ATLAS, "0.75"))
    published = diag360.score(rows, catalogue=ours_only, framework="diag360-1.3")
    assert ATLAS not in published.indicator_scores
    assert ATLAS not in published.weights
    assert published.observations["indicator"].tolist() == [AIR]
    assert published.needs.of("pays")["be3"].score == 0.5
    assert len(published.indicator_table()) == 123
    ours = diag360.score(rows, catalogue=ours_only)
    assert ours.needs.of("pays")[COMMONS].score == pytest.approx(0.625)


def test_ten_times_the_weights_give_the_same_scores(twenty, scored, change):
    base = scored["besoins-2021", "criteres", "expert"]
    tenfold = change.scheme(indicators={name: 10 * w for name, w in base.weights.items()})
    found = diag360.score(twenty, catalogue=tenfold, weights="essai", tier="expert")
    assert base.weights["bv1_i04"] > 0
    assert found.weights["bv1_i04"] == pytest.approx(10 * base.weights["bv1_i04"])
    assert_profiles_equal(found.needs, base.needs, tolerance=1e-14)
    assert_series_equal(found.effective_weights(), base.effective_weights(), rtol=1e-14)


def test_weights_change_scores(scored):
    one, other = (scored["besoins-2021", scheme, "expert"].needs.score for scheme in SCHEMES)
    assert ((one - other).abs() > 1e-3).any(axis=None)


# --- scales that are not two ends


def test_a_bent_scale_is_used_where_the_framework_allows_it(values, catalogue, change):
    published = catalogue.indicators["bv3_i06"].scale
    bent = change.indicator(
        "bv3_i06", scale=published.model_copy(update={"interpolation": "piecewise"})
    )
    rows = values(("pays", "bv3_i06", "0.099"), ("ville", "bv3_i06", "0.455"))
    ours = diag360.score(rows, catalogue=bent, framework="besoins-2021")
    assert ours.indicator_scores["bv3_i06"].tolist() == pytest.approx([0.5, 0.25])
    # The published tool knows only the two ends, whatever the indicator says today.
    theirs = diag360.score(rows, catalogue=bent, framework="diag360-1.3")
    straight = [(0.811 - value) / (0.811 - 0.05) for value in (0.099, 0.455)]
    assert theirs.indicator_scores["bv3_i06"].tolist() == pytest.approx(straight)


def test_an_optimum_in_the_middle_scores_less_on_both_sides(values, catalogue, change):
    anchors = tuple(Anchor(value=v, score=s) for v, s in ((0.0, 0.0), (0.4, 1.0), (1.0, 0.0)))
    target = change.indicator(
        ATLAS,
        scale=catalogue.indicators[ATLAS].scale.model_copy(
            update={"interpolation": "piecewise", "direction": "cible", "anchors": anchors}
        ),
    )
    rows = values(("peu", ATLAS, "0.2"), ("juste", ATLAS, "0.4"), ("trop", ATLAS, "0.7"))
    found = diag360.score(rows, catalogue=target).indicator_scores[ATLAS]
    assert found.to_dict() == pytest.approx({"peu": 0.5, "juste": 1.0, "trop": 0.5})


def test_an_exponential_scale_uses_its_bend(values, catalogue, change):
    scale = catalogue.indicators[ATLAS].scale
    bent = change.indicator(
        ATLAS, scale=scale.model_copy(update={"interpolation": "exponential", "k": 3.0})
    )
    found = diag360.score(values(("pays", ATLAS, "0.5")), catalogue=bent).indicator_scores
    assert found.loc["pays", ATLAS] == pytest.approx((np.e**1.5 - 1) / (np.e**3 - 1))


def test_a_missing_end_is_mirrored(values, catalogue, change):
    scale = catalogue.indicators[ATLAS].scale
    rows = values(("pays", ATLAS, "0.5"))
    for anchors, expected in (
        (((0.4, 0.5), (0.8, 1.0)), 0.625),  # 0 scores 0
        (((0.2, 0.0), (0.6, 0.5)), 0.375),  # 1 scores 1
    ):
        mirrored = scale.model_copy(
            update={"anchors": tuple(Anchor(value=v, score=s) for v, s in anchors)}
        )
        found = diag360.score(rows, catalogue=change.indicator(ATLAS, scale=mirrored))
        assert found.indicator_scores.loc["pays", ATLAS] == pytest.approx(expected)


def test_each_word_scores_its_anchor(values, catalogue):
    words = {i.id: i for i in catalogue.indicators.values() if i.response.choices}
    assert Counter(i.status for i in words.values()) == {"eprouve": 38, "propose": 14}
    rows = [
        (f"essai{position}", indicator.id, anchor.value)
        for indicator in words.values()
        for position, anchor in enumerate(indicator.scale.anchors)
    ]
    found = diag360.score(values(*rows), catalogue=catalogue).indicator_scores
    for indicator in words.values():
        for position, anchor in enumerate(indicator.scale.anchors):
            assert found.loc[f"essai{position}", indicator.id] == anchor.score
    assert found.drop(columns=list(words)).isna().all(axis=None)


# --- tables


@every_way
def test_the_table_of_indicators_is_complete(twenty, scored, catalogue, framework, scheme, tier):
    scores = scored[framework, scheme, tier]
    table = scores.indicator_table()
    expected = {i.id for i in catalogue.indicators.values() if framework in i.needs}
    assert len(table) == 20 * len(expected)
    assert not table.duplicated(["territory", "indicator"]).any()
    for _, rows in table.groupby("territory"):
        assert set(rows["indicator"]) == expected
    given = twenty.set_index(["territory", "indicator"])
    for row in table.sample(300, random_state=3).to_dict("records"):
        key = (row["territory"], row["indicator"])
        assert row["need"] == catalogue.indicators[row["indicator"]].needs[framework].primary
        assert row["weight"] == scores.weights[row["indicator"]]
        if key in given.index:
            assert row["status"] == given.loc[key, "status"]
            assert row["value"] == given.loc[key, "value"]
            assert row["score"] == pytest.approx(
                plain_score(catalogue.indicators[key[1]], given.loc[key]), abs=1e-12
            )
        else:
            assert row["status"] == "non_collecte"
            assert pd.isna(row["value"])
            assert np.isnan(row["score"])


def test_statuses_are_kept_in_the_table(values, catalogue):
    rows = values(
        ("pays", AIR, "9.5", "estime"),
        ("pays", ATLAS, "", "secret"),
        ("pays", "be1_i01", "Oui", "declare"),
        ("pays", "bv5_i04", "", "sans_objet"),
        ("pays", "bv1_i04", ""),
        ("pays", "bv1_i05", "1"),
    )
    table = diag360.score(rows, catalogue=catalogue).indicator_table().set_index("indicator")
    expected = {
        AIR: "estime",
        ATLAS: "secret",
        "be1_i01": "declare",
        "bv5_i04": "sans_objet",
        "bv1_i04": "non_collecte",
        "bv1_i05": "observe",
        "bi1_i01": "non_collecte",
    }
    assert table.loc[list(expected), "status"].to_dict() == expected
    assert table.loc[[AIR, "be1_i01", "bv1_i05"], "value"].tolist() == ["9.5", "Oui", "1"]
    assert table.loc[[ATLAS, "bv1_i04", "bi1_i01"], "value"].isna().all()


def test_the_table_of_needs_repeats_the_profiles(scored):
    scores = scored["besoins-2021", "egal", "expert"]
    table = scores.need_table()
    assert list(table.columns) == [
        "territory", "need", "score", "low", "high", "coverage", "etat", "action", "determined",
    ]  # fmt: skip
    frames = {
        "score": scores.needs.score,
        "low": scores.needs.low,
        "high": scores.needs.high,
        "coverage": scores.needs.coverage,
        "etat": scores.etat.score,
        "action": scores.action.score,
        "determined": scores.determined,
    }
    for name, frame in frames.items():
        found = table.pivot_table(
            index="territory", columns="need", values=name, aggfunc="first", dropna=False
        )
        assert found.shape == frame.shape
        np.testing.assert_array_equal(
            found.loc[frame.index, frame.columns].to_numpy(dtype=float),
            frame.to_numpy(dtype=float),
        )


# --- traceability


@every_way
def test_scores_can_be_computed_again_from_what_they_record(scored, framework, scheme, tier):
    scores = scored[framework, scheme, tier]
    again = diag360.score(
        scores.observations,
        catalogue=scores.catalogue,
        framework=scores.framework.id,
        weights=scores.scheme.id,
        tier=scores.tier,
    )
    for name in ("number", "indicator_scores", "applicable"):
        assert_frame_equal(getattr(again, name), getattr(scores, name))
    assert_series_equal(again.weights, scores.weights)
    assert_series_equal(again.need_of, scores.need_of)
    assert_frame_equal(again.need_table(), scores.need_table(), check_exact=True)
    assert_frame_equal(again.indicator_table(), scores.indicator_table(), check_exact=True)

    needs = list(scores.needs.score.columns)
    found = aggregate(
        scores.indicator_scores.to_numpy(),
        weights=scores.weights.to_numpy(),
        groups=scores.need_of.to_numpy()[:, np.newaxis] == np.array(needs, dtype=object),
        applicable=scores.applicable.to_numpy(),
    )
    for name in PARTS:
        np.testing.assert_allclose(
            getattr(found, name), getattr(scores.needs, name), rtol=0, atol=1e-15
        )


def test_what_is_recorded_is_what_was_read(twenty, scored):
    scores = scored["besoins-2021", "egal", "expert"]
    assert_frame_equal(scores.observations, twenty)
    numbers = twenty[twenty["number"].notna()]
    for row in numbers.sample(200, random_state=1).to_dict("records"):
        assert scores.number.loc[row["territory"], row["indicator"]] == float(row["value"])
    assert scores.number.notna().sum(axis=None) == len(numbers)


# --- other means


@pytest.mark.parametrize(
    ("kind", "exponent"), [("geometric", None), ("mpi", None), ("power", -1.0)]
)
def test_another_mean_for_one_need_lowers_it_and_touches_no_other(
    twenty, scored, change, kind, exponent
):
    base = scored["besoins-2021", "egal", "expert"].needs
    one = "me_soigner"
    changed = change.framework(
        "besoins-2021", needs={one: {"aggregation": kind, "exponent": exponent}}
    )
    needs = diag360.score(twenty, catalogue=changed, tier="expert").needs
    others = base.score.columns.drop(one)
    for name in PARTS:
        np.testing.assert_allclose(
            getattr(needs, name)[others], getattr(base, name)[others], rtol=0, atol=1e-15
        )
    known = base.score[one].notna()
    assert known.sum() > 15
    assert (needs.score[one][known] <= needs.arithmetic[one][known] + 1e-15).all()
    assert (needs.score[one][known] < needs.arithmetic[one][known] - 1e-6).any()
    np.testing.assert_allclose(needs.arithmetic[one], base.score[one], rtol=0, atol=1e-15)
    np.testing.assert_allclose(needs.coverage[one], base.coverage[one], rtol=0, atol=1e-15)
    assert (needs.low[one] <= needs.score[one] + 1e-12)[known].all()
    assert (needs.score[one] <= needs.high[one] + 1e-12)[known].all()


def test_several_means_live_in_one_framework(values, change):
    rows = [("pays", AIR, "9.5"), ("pays", ATLAS, "0.125")]
    rows += [("pays", "be2_i07", "0.5435"), ("pays", "be2_i17", "0.0625")]
    changed = change.framework(
        "besoins-2021",
        needs={
            COMMONS: {"aggregation": "geometric"},
            "avoir_une_voix": {"aggregation": "power", "exponent": 2.0},
        },
    )
    read = values(*rows, catalogue=changed)
    needs = diag360.score(read, catalogue=changed, tier="expert").needs.of("pays")
    assert needs[COMMONS].score == pytest.approx((0.5 * 0.125) ** 0.5)
    assert needs["avoir_une_voix"].score == pytest.approx(((0.25 + 0.015625) / 2) ** 0.5)


# --- the mean over needs


def test_global_mean_by_hand(values, change):
    two = change.framework("besoins-2021")
    framework = two.frameworks["besoins-2021"]
    kept = tuple(n for n in framework.needs if n.id in (COMMONS, "avoir_une_voix"))
    small = replace(
        two,
        frameworks={"besoins-2021": framework.model_copy(update={"needs": kept})},
        indicators={
            name: i
            for name, i in two.indicators.items()
            if name in (AIR, ATLAS, "be2_i07", "be2_i17")
        },
    )
    rows = values(
        ("complet", AIR, "9.5"),
        ("complet", ATLAS, "0.1"),
        ("complet", "be2_i07", "0.64"),
        ("complet", "be2_i17", "0.25"),
        ("partiel", AIR, "9.5"),
        ("partiel", ATLAS, "0.1"),
        ("borgne", AIR, "9.5"),
        ("ailleurs", AIR, "", "sans_objet"),
        ("ailleurs", ATLAS, "", "sans_objet"),
        ("ailleurs", "be2_i17", "0.25"),
    )
    found = diag360.score(rows, catalogue=small, tier="expert").global_mean()
    expected = pd.DataFrame(
        {
            "score": [(0.3 + 0.75) / 2, 0.3, 0.5, 0.5],
            "low": [(0.3 + 0.75) / 2, 0.3 / 2, 0.25 / 2, 0.25],
            "high": [(0.3 + 0.75) / 2, 1.3 / 2, (0.75 + 1) / 2, 0.75],
            "determined": [2, 1, 0, 0],
            "needs": [2, 2, 2, 1],
        },
        index=pd.Index(["complet", "partiel", "borgne", "ailleurs"], name="territory"),
    )
    assert_frame_equal(found, expected, check_dtype=False)


@every_way
def test_global_mean_stays_in_its_bounds(scored, framework, scheme, tier):
    scores = scored[framework, scheme, tier]
    found = scores.global_mean()
    assert (found["low"] <= found["high"]).all()
    assert (found["low"] >= 0).all()
    assert (found["high"] <= 1).all()
    assert (found["determined"] <= found["needs"]).all()
    assert (found["needs"] == len(scores.framework.needs)).all()
    np.testing.assert_allclose(
        found["high"] - found["low"],
        (1 - scores.needs.coverage).mean(axis=1),
        rtol=0,
        atol=1e-12,
    )
