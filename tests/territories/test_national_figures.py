"""The shipped figures land on the published national ones; a wrong column would not."""

import csv
import json

import pandas as pd
import pytest

from diag360.paths import data_dir

METROPOLITAN, OVERSEAS = 1232, 23
SHARES = (
    "be2_i04 be2_i05 be2_i06 be2_i07 be3_i02 be3_i04 be3_i09 bi1_i05 bi1_i08 bi3_i07 bv2_i07 "
    "bv3_i04 bv3_i06 bv3_i07 bv3_i08 bv3_i11 bv4_i04"
)
WORDS = ("bv4_i11", "bv2_i01")


@pytest.fixture(scope="module")
def epci():
    return pd.read_csv(data_dir() / "territories/epci.csv", dtype=str).set_index("siren")


@pytest.fixture(scope="module")
def people(epci):
    return epci["population"].astype(int)


@pytest.fixture(scope="module")
def values():
    return pd.read_csv(data_dir() / "values/open-data.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def number(values):
    """Values of the numeric indicators: one row a territory, one column an indicator."""
    known = values[(values["value"] != "") & ~values["indicator"].isin(WORDS)]
    return known.assign(value=known["value"].astype(float)).pivot_table(
        index="territory", columns="indicator", values="value"
    )


@pytest.fixture(scope="module")
def overseas(epci):
    return epci.index[epci["department"].str.len() == 3]


def test_perimeter_of_2025(epci, people, overseas):
    communes = pd.read_csv(data_dir() / "territories/communes.csv", dtype=str)
    assert len(epci) == METROPOLITAN + OVERSEAS
    assert len(overseas) == OVERSEAS
    assert len(communes) == communes["code"].nunique() == 34_871
    assert communes["population"].astype(int).sum() == people.sum() == 68_010_643
    assert epci["communes"].astype(int).sum() == 34_871
    assert epci["nature"].value_counts().to_dict() == {
        "CC": 989,
        "CA": 230,
        "METRO": 21,
        "CU": 14,
        "MET69": 1,
    }
    assert epci.index.is_monotonic_increasing
    assert communes["code"].is_monotonic_increasing
    counted = communes.groupby("siren")["population"].agg(lambda texts: texts.astype(int).sum())
    assert (counted == people).all()
    assert not epci[["name", "department_name", "region_name"]].isna().any(axis=None)


def test_areas_add_up_to_the_land_register(epci, overseas):
    area = epci["area_km2"].astype(float)
    # INSEE's land-register area: 543,940 km² in metropolitan France; the four islands of no EPCI
    # make 43. Overseas 89,171 km².
    assert area.drop(overseas).sum() == pytest.approx(543_940, rel=0.0005)
    assert area[overseas].sum() == pytest.approx(89_171, rel=0.002)
    assert area.min() > 10


@pytest.mark.parametrize(
    ("indicator", "low", "middle", "high", "step"),
    [
        ("be2_i05", 0.061, 0.132, 0.215, 0.0006),
        ("be2_i13", 2.5, 2.8, 3.6, 0.05),
        ("bv3_i08", 0.041, 0.087, 0.145, 0.0006),
        ("bv3_i06", 0.013, 0.072, 0.476, 0.0006),
        ("bv4_i03", 1.9, 3.2, 4.8, 0.05),
        ("be2_i06", 0.105, 0.165, 0.247, 0.0006),
        ("bv5_i04", 2, 5, 7, 0),
    ],
)
def test_distribution_over_epci(number, indicator, low, middle, high, step):
    found = number[indicator].dropna().quantile([0.05, 0.5, 0.95])
    assert found.tolist() == pytest.approx([low, middle, high], abs=step)


@pytest.mark.parametrize(
    ("indicator", "published", "tolerance"),
    [
        # Weighted here by population, there by each figure's own denominator: hence tolerances,
        # far below the distance to the next column of the same file.
        ("be2_i04", 0.387, 0.005),
        ("bv3_i07", 0.146, 0.002),
        ("be2_i05", 0.149, 0.003),
        ("bv3_i08", 0.0786, 0.002),
        ("bi1_i05", 0.641, 0.008),
        ("be2_i07", 0.571, 0.006),
        ("bv5_i03", 6.92, 0.03),
        ("bv4_i06", 154.6, 1.0),
        ("bv4_i07", 21.8, 0.3),
        ("bv4_i08", 60.6, 0.6),
        ("bv4_i09", 118.9, 1.5),
        ("bi3_i07", 0.706, 0.005),
        ("bi1_i08", 0.105, 0.006),
    ],
)
def test_national_mean(number, people, indicator, published, tolerance):
    found = number[indicator].dropna()
    weights = people[found.index]
    assert (found * weights).sum() / weights.sum() == pytest.approx(published, abs=tolerance)


def test_counts_are_recovered_from_rates(number, people):
    # The four islands of no EPCI hold six pharmacies and some 500 facilities.
    pharmacies = (number["bv4_i05"] * people / 10_000).sum()
    assert pharmacies == pytest.approx(20_725 - 6, abs=0.5)
    facilities = (number["bi1_i03"] * people / 1000).sum()
    assert facilities == pytest.approx(2_827_407, rel=0.0005)


def test_practitioners_mean_is_above_the_published_one_and_said_a_proxy(number, people, values):
    found = number["bv4_i03"].dropna()
    weights = people[found.index]
    # DREES publishes 3.3; weighted by the file's wrong standardised population it would be 3.55.
    assert (found * weights).sum() / weights.sum() == pytest.approx(3.75, abs=0.01)
    assert set(values.loc[values["indicator"] == "bv4_i03", "quality"]) == {"proxy"}


def test_coverage_of_metropolitan_epci(values, overseas):
    metropolitan = values[~values["territory"].isin(overseas) & (values["value"] != "")]
    counts = metropolitan.groupby("indicator")["territory"].nunique()
    assert (counts >= 0.95 * METROPOLITAN).sum() >= 25
    assert len(counts) == 32


def test_overseas_has_no_row_for_what_its_sources_leave_out(values, overseas):
    rows = values[values["territory"].isin(overseas)]
    absent = "be2_i04 be2_i05 be2_i13 be3_i02 bi1_i05 bi1_i07 bv2_i13 bv3_i06 bv3_i07 bv3_i08"
    assert set(rows["indicator"]) & set(absent.split()) == set()
    counts = rows.groupby("indicator")["territory"].nunique()
    assert counts["bv4_i05"] == OVERSEAS
    # Mayotte, five EPCI, is missing from the APL.
    assert counts["bv4_i06"] == OVERSEAS - 5


def test_physical_ranges(number):
    assert (number.min() >= 0).all()
    assert (number[SHARES.split()].max() <= 1).all()
    # Percents left as such would leave every share above 0.5 in median.
    assert (number[SHARES.split()].median() < 0.9).all()
    assert number["bv5_i04"].max() <= 13
    assert (number["bv5_i04"] % 1 == 0).all()
    assert number["be2_i13"].min() >= 1
    assert number["bi3_i08"].median() < 5


def test_rows_are_tidy(values, epci):
    assert list(values.columns) == [
        "territory",
        "indicator",
        "value",
        "status",
        "year",
        "level",
        "quality",
        "source",
    ]
    keys = list(zip(values["territory"], values["indicator"], strict=True))
    assert keys == sorted(set(keys))
    assert set(values["territory"]) <= set(epci.index)
    assert set(values["status"]) == {"observe", "estime", "secret"}
    assert set(values["level"]) == {"epci", "departement"}
    assert set(values["quality"]) == {"exact", "proxy"}
    assert ((values["value"] == "") == (values["status"] == "secret")).all()
    assert values["year"].astype(int).between(2014, 2026).all()
    plain = values[~values["indicator"].isin(WORDS) & (values["value"] != "")]["value"]
    assert plain.str.fullmatch(r"\d+(\.\d+)?").all()
    digits = plain.str.replace(".", "").str.lstrip("0").str.len()
    assert digits.max() <= 7


def test_words_never_say_no_where_nothing_is_seen(values):
    said = values[values["indicator"].isin(WORDS)].groupby("indicator")["value"].unique()
    assert set(said["bv2_i01"]) == {"Oui"}
    assert set(said["bv4_i11"]) == {"Oui", "Non"}


def test_outlines_draw_every_metropolitan_epci(epci, overseas):
    text = (data_dir() / "territories/epci.topojson").read_text(encoding="utf-8")
    assert len(text) < 1_600_000
    drawn = json.loads(text)["objects"]["epci"]["geometries"]
    assert [shape["id"] for shape in drawn] == list(epci.index.drop(overseas))


def test_files_are_utf8_with_plain_line_ends():
    for name in ("territories/epci.csv", "territories/communes.csv", "values/open-data.csv"):
        raw = (data_dir() / name).read_bytes()
        assert b"\r" not in raw
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert raw.endswith(b"\n")
        assert len({len(row) for row in csv.reader(raw.decode("utf-8").splitlines())}) == 1
