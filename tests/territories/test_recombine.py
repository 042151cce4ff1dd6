"""Several territories as one: national figures, one alone, partitions, what cannot be."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import diag360
from diag360.territories.denominators import load_communes, load_denominators
from diag360.territories.groups import Group, group_of_department
from diag360.territories.perimeter import load_epci
from diag360.territories.recombine import recombine

EPCI = sorted(load_epci().index)
SOME = EPCI[::40]
FIXED = settings(
    derandomize=True,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
FOUR = ("200000172", "200065928", "200067460", "200067981")


@pytest.fixture(scope="module")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="module")
def open_rows(catalogue):
    return diag360.read_values(catalogue=catalogue)


@pytest.fixture(scope="module")
def counts():
    return load_denominators()


@pytest.fixture
def made(tmp_path, catalogue, counts):
    """Recombine rows (territory, indicator, value[, status[, quality]]) of the four."""

    def make(*rows, members=FOUR, denominators=counts):
        lines = ["territory,indicator,value,status,quality,year"]
        for territory, indicator, value, *more in rows:
            status, quality, year = [*more, *[""] * (3 - len(more))]
            lines.append(f'{territory},{indicator},"{value}",{status},{quality},{year}')
        path = tmp_path / "valeurs.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        rows = diag360.read_values(path, catalogue=catalogue)
        group = Group("pays", "Pays d’essai", tuple(members))
        found = recombine(rows, group=group, catalogue=catalogue, denominators=denominators)
        return found.rows.set_index("indicator"), found.detail

    return make


@pytest.fixture(scope="module")
def national(open_rows, catalogue, counts):
    found = recombine(
        open_rows,
        group=Group("fr", "France", tuple(EPCI)),
        catalogue=catalogue,
        denominators=counts,
    )
    return found.rows.set_index("indicator")


@pytest.mark.parametrize(
    ("indicator", "published", "tolerance"),
    [
        ("be2_i04", 0.387, 0.0005),
        ("bv3_i07", 0.146, 0.0005),
        ("bv3_i08", 0.0786, 0.0003),
        ("bv3_i06", 0.0983, 0.0005),
        ("be2_i07", 0.571, 0.0005),
        ("bi1_i05", 0.641, 0.002),
        # By population, not by the people of tax households: a proxy, and said so.
        ("be2_i05", 0.149, 0.002),
        ("be2_i13", 3.4, 0.05),
        ("bv4_i06", 154.6, 0.05),
        ("bv4_i07", 21.8, 0.05),
        ("bv4_i08", 60.6, 0.05),
        ("bv4_i09", 118.9, 0.05),
        ("bv5_i03", 6.92, 0.02),
        ("bv4_i05", (20_725 - 6) / 6801.0643, 0.0001),
        ("bi1_i03", 2_827_407 / 68_010.643, 0.02),
    ],
)
def test_all_epci_make_the_national_figure(national, indicator, published, tolerance):
    assert national.loc[indicator, "number"] == pytest.approx(published, abs=tolerance)


def test_main_second_and_vacant_homes_make_all_of_them(national, counts):
    metropolitan = counts.table.dropna(subset=["dwellings"])[["households", "dwellings"]].sum()
    others = national.loc[["bv3_i06", "bv3_i08"], "number"].sum()
    assert 1 - others == pytest.approx(metropolitan["households"] / metropolitan["dwellings"])


def test_the_national_rows_say_what_lacks(national):
    assert "CA CAP Excellence" in national.loc["be2_i04", "comment"]
    assert "96,8\u00a0% couverts" in national.loc["be2_i04", "comment"]
    assert national.loc["be2_i04", ["status", "quality"]].tolist() == ["estime", "proxy"]
    assert national.loc["be2_i07", ["status", "quality"]].tolist() == ["observe", "exact"]
    assert (national["number"].notna() == national["value"].str.match(r"\d")).all()


def test_rows_can_be_read_back_and_scored(national, catalogue, tmp_path):
    rows = national.reset_index()
    path = tmp_path / "pays.csv"
    rows.drop(columns="number").to_csv(path, index=False)
    again = diag360.read_values(path, catalogue=catalogue).set_index("indicator")
    pd.testing.assert_series_equal(again["number"], national["number"])
    scores = diag360.score(rows, catalogue=catalogue)
    assert scores.number.loc["fr", "be2_i07"] == national.loc["be2_i07", "number"]


@pytest.fixture(scope="module")
def some_rows(open_rows):
    """Rows of few territories, of all kinds: drawing among them is quick."""
    return open_rows[open_rows["territory"].isin(SOME)].reset_index(drop=True)


@FIXED
@given(code=st.sampled_from(SOME))
def test_one_territory_alone_keeps_its_rows(some_rows, catalogue, counts, code):
    group = Group("seul", "Seul", (code,))
    found = recombine(some_rows, group=group, catalogue=catalogue, denominators=counts)
    own = some_rows[some_rows["territory"] == code].assign(territory="seul")
    pd.testing.assert_frame_equal(found.rows, own.reset_index(drop=True), check_dtype=False)
    assert set(found.detail["member"]) == {code}


@FIXED
@given(codes=st.lists(st.sampled_from(SOME), min_size=4, max_size=8, unique=True), data=st.data())
def test_groups_of_groups_make_the_same(some_rows, catalogue, counts, codes, data):
    cut = data.draw(st.integers(1, len(codes) - 1))
    exact = ["be2_i04", "be2_i07", "be3_i09", "bv3_i08", "bv4_i05", "bv4_i06"]
    assert all(counts.rules[name].exact for name in exact)
    wanted = some_rows[some_rows["territory"].isin(codes) & some_rows["indicator"].isin(exact)]
    # A part lacking a value is another question: the law holds where all is known.
    known = wanted.groupby("indicator")["number"].transform("count")
    whole = wanted[known == len(codes)]
    direct = recombine(
        whole, group=Group("tous", "Tous", tuple(codes)), catalogue=catalogue, denominators=counts
    )
    parts, table = [], counts
    for name, members in (("un", codes[:cut]), ("deux", codes[cut:])):
        group = Group(name, name, tuple(members))
        one = recombine(whole, group=group, catalogue=catalogue, denominators=counts)
        parts.append(one.rows)
        table = table.with_sum(name, name=name, members=members)
    twice = recombine(
        pd.concat(parts, ignore_index=True),
        group=Group("tous", "Tous", ("un", "deux")),
        catalogue=catalogue,
        denominators=table,
    )
    a, b = (found.rows.set_index("indicator")["number"] for found in (direct, twice))
    assert len(a) >= 3
    np.testing.assert_allclose(b[a.index], a, rtol=1e-10)


def test_a_department_lies_between_its_members(open_rows, catalogue, counts):
    group = group_of_department("22")
    found = recombine(open_rows, group=group, catalogue=catalogue, denominators=counts)
    rates = found.detail.dropna(subset=["number"])
    low, high = (rates.groupby("indicator")["number"].agg(kind) for kind in ("min", "max"))
    number = found.rows.set_index("indicator")["number"].dropna()
    assert (low[number.index] <= number * (1 + 1e-9)).all()
    assert (number <= high[number.index] * (1 + 1e-9)).all()
    shares = rates[rates["denominator"] != ""].groupby("indicator")["share"].sum()
    assert shares.to_numpy() == pytest.approx(1.0)


def test_a_rate_goes_through_its_own_denominator(made, counts):
    rows, detail = made(
        *[(code, "be2_i04", value) for code, value in zip(FOUR, (0.3, 0.4, 0.2, 0.5), strict=True)]
    )
    weights = counts.table.loc[list(FOUR), "households"].to_numpy()
    expected = np.average([0.3, 0.4, 0.2, 0.5], weights=weights)
    assert rows.loc["be2_i04", "number"] == pytest.approx(expected, rel=1e-11)
    assert float(rows.loc["be2_i04", "value"]) == rows.loc["be2_i04", "number"]
    assert "ménages" in rows.loc["be2_i04", "comment"]
    assert detail["weight"].tolist() == weights.tolist()
    assert detail["denominator"].unique().tolist() == ["households"]


def test_without_its_own_denominator_a_rate_is_a_proxy_that_says_so(made, counts):
    rows, _ = made(*[(code, "be2_i06", 0.1 * at) for at, code in enumerate(FOUR, start=1)])
    weights = counts.table.loc[list(FOUR), "population"].to_numpy()
    expected = np.average([0.1, 0.2, 0.3, 0.4], weights=weights)
    assert rows.loc["be2_i06", "number"] == pytest.approx(expected, rel=1e-11)
    assert rows.loc["be2_i06", ["status", "quality"]].tolist() == ["estime", "proxy"]
    assert "15-24 ans inconnu" in rows.loc["be2_i06", "comment"]


def test_counts_are_summed_and_shared_things_are_not(made):
    rows, detail = made(
        *[(code, "bv1_i13", value) for code, value in zip(FOUR, (0, 2, 1, 4), strict=True)],
        *[(code, "bv5_i04", value) for code, value in zip(FOUR, (5, 7, 3, 4), strict=True)],
    )
    assert rows.loc["bv1_i13", "value"] == "7"
    assert rows.loc["bv5_i04", "value"] == "7"
    assert "un minimum pour l’ensemble" in rows.loc["bv5_i04", "comment"]
    assert detail["weight"].isna().all()


def test_the_largest_employer_is_the_largest_of_all(made, counts):
    rows, _ = made(*[(code, "travail_p01", 0.1) for code in FOUR])
    jobs = counts.table.loc[list(FOUR), "jobs"]
    assert rows.loc["travail_p01", "number"] == pytest.approx(0.1 * jobs.max() / jobs.sum())


def test_an_answer_all_give_is_kept(made):
    rows, _ = made(*[(code, "bv1_i06", "En cours", "declare") for code in FOUR])
    found = rows.loc["bv1_i06", ["value", "status", "quality"]].tolist()
    assert found == ["En cours", "declare", "exact"]


def test_answers_that_differ_are_not_recombined_but_told(made):
    rows, detail = made(
        *[(code, "bv1_i06", "Oui", "declare") for code in FOUR[:3]],
        (FOUR[3], "bv1_i06", "Non", "declare"),
    )
    found = rows.loc["bv1_i06"]
    assert (found["value"], found["status"]) == ("", "non_collecte")
    assert "«\u00a0Oui\u00a0» CC Faucigny - Glières" in found["comment"]
    assert "«\u00a0Non\u00a0» CA Guingamp-Paimpol" in found["comment"]
    assert detail["value"].tolist() == ["Oui", "Oui", "Oui", "Non"]


def test_too_few_members_known_leave_it_empty(made):
    # The second and third are 60 % of the households of the four.
    rows, _ = made((FOUR[1], "be2_i04", 0.3), (FOUR[2], "be2_i04", 0.4))
    found = rows.loc["be2_i04"]
    assert (found["value"], found["status"]) == ("", "non_collecte")
    assert np.isnan(found["number"])
    assert "CC Faucigny - Glières" in found["comment"]


def test_enough_members_known_say_how_much(made, counts):
    known = (FOUR[0], FOUR[1], FOUR[3])
    rows, _ = made(*[(code, "be2_i04", 0.3) for code in known])
    table = counts.table["households"]
    share = table[list(known)].sum() / table[list(FOUR)].sum()
    assert share > 0.8
    found = rows.loc["be2_i04"]
    assert found["number"] == pytest.approx(0.3)
    assert f"{100 * share:.1f}".replace(".", ",") + "\u00a0% couverts" in found["comment"]
    assert "CC Loudéac" in found["comment"]
    assert found["quality"] == "proxy"


def test_not_applicable_leaves_the_denominator(made, counts):
    rows, _ = made(
        (FOUR[0], "be2_i04", 0.3),
        *[(code, "be2_i04", "", "sans_objet") for code in FOUR[1:]],
    )
    assert rows.loc["be2_i04", "number"] == pytest.approx(0.3)
    rows, _ = made(*[(code, "be2_i04", "", "sans_objet") for code in FOUR])
    assert rows.loc["be2_i04", "status"] == "sans_objet"


def test_all_secret_stays_secret_and_unknown_stays_unknown(made):
    rows, _ = made(*[(code, "be2_i04", "", "secret") for code in FOUR])
    assert rows.loc["be2_i04", "status"] == "secret"
    rows, _ = made(*[(code, "be2_i04", "", "secret") for code in FOUR[:3]])
    assert rows.loc["be2_i04", "status"] == "non_collecte"


def test_nothing_to_divide_by_is_said(made, counts):
    table = counts.table.copy()
    table.loc[list(FOUR), "communes_5000"] = 0.0
    rows, _ = made(
        *[(code, "be1_i08", 0.5) for code in FOUR],
        denominators=dataclasses.replace(counts, table=table),
    )
    assert rows.loc["be1_i08", "status"] == "non_collecte"
    assert "plus de 5\u202f000 habitants" in rows.loc["be1_i08", "comment"]


def test_the_oldest_year_is_kept_and_the_span_told(made):
    rows, _ = made(
        *[
            (code, "be2_i04", 0.3, "", "", year)
            for code, year in zip(FOUR, (2022, 2020, 2021, 2022), strict=True)
        ]
    )
    assert rows.loc["be2_i04", "year"] == 2020
    assert "années de 2020 à 2022" in rows.loc["be2_i04", "comment"]


def test_an_unknown_count_of_a_member_falls_back_on_people(made, counts):
    # Overseas: jobs are unknown, a declared share of jobs is not.
    members = ("200000172", "249740119")
    rows, detail = made(
        *[(code, "bi1_i06", value) for code, value in zip(members, (0.1, 0.2), strict=True)],
        members=members,
    )
    people = counts.table.loc[list(members), "population"].to_numpy()
    assert rows.loc["bi1_i06", "number"] == pytest.approx(np.average([0.1, 0.2], weights=people))
    assert rows.loc["bi1_i06", "quality"] == "proxy"
    assert detail["denominator"].unique().tolist() == ["population"]


def test_a_count_of_no_declared_rule_is_left_empty(made, counts):
    rules = {
        name: rule for name, rule in counts.rules.items() if name not in ("bv1_i13", "be2_i04")
    }
    rows, _ = made(
        *[(code, "bv1_i13", 1) for code in FOUR],
        *[(code, "be2_i04", 0.3) for code in FOUR],
        denominators=dataclasses.replace(counts, rules=rules),
    )
    assert rows.loc["bv1_i13", "status"] == "non_collecte"
    assert "aucune règle" in rows.loc["bv1_i13", "comment"]
    assert rows.loc["be2_i04", "number"] == pytest.approx(0.3)
    assert "aucun dénominateur déclaré" in rows.loc["be2_i04", "comment"]


def test_communes_take_the_rates_of_their_epci_as_a_proxy(open_rows, catalogue):
    lannion, faucigny = "22113", "74042"
    group = Group("deux", "Deux communes", (lannion, faucigny))
    found = recombine(open_rows, group=group, catalogue=catalogue)
    rows = found.rows.set_index("indicator")
    owners = load_communes().loc[[lannion, faucigny], "siren"]
    values = open_rows.set_index(["indicator", "territory"])["number"]["be2_i05"][owners]
    people = load_communes().loc[[lannion, faucigny], "population"]
    expected = np.average(values, weights=people)
    assert rows.loc["be2_i05", "number"] == pytest.approx(expected, rel=1e-10)
    assert rows.loc["be2_i05", ["status", "quality"]].tolist() == ["estime", "proxy"]
    assert found.detail["inherited"].all()
    # A number of risks of the whole is not that of one commune.
    assert "bv5_i04" not in rows.index


def test_all_the_communes_of_an_epci_are_that_epci(open_rows, catalogue):
    siren = "200000172"
    communes = load_communes()
    members = tuple(communes.index[communes["siren"] == siren])
    listed = recombine(open_rows, group=Group("l", "L", members), catalogue=catalogue)
    whole = recombine(open_rows, group=Group("l", "L", (siren,)), catalogue=catalogue)
    pd.testing.assert_frame_equal(listed.rows, whole.rows)


def test_the_commune_s_own_row_comes_first(made):
    counts = load_denominators(communes=["22113", "74042"])
    rows, detail = made(
        ("22113", "be2_i05", 0.2),
        ("200065928", "be2_i05", 0.1),
        ("200000172", "be2_i05", 0.3),
        members=("22113", "74042"),
        denominators=counts,
    )
    assert detail.set_index("member")["number"].to_dict() == {"22113": 0.2, "74042": 0.3}
    assert "pour 1 commune" in rows.loc["be2_i05", "comment"].replace("\u00a0", " ")


def test_a_member_nobody_counted_is_an_error(open_rows, catalogue, counts):
    with pytest.raises(ValueError, match="22113"):
        recombine(
            open_rows, group=Group("e", "E", ("22113",)), catalogue=catalogue, denominators=counts
        )
