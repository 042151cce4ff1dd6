"""Open statistics of exposure: read from raw files, shipped, checked, averaged over groups."""

import csv

import numpy as np
import pandas as pd
import pytest

from diag360 import load_catalogue
from diag360.errors import Refusal
from diag360.paths import data_dir
from diag360.territories.exposure import group_row, proxy_table, read_proxies
from diag360.territories.sources import (
    clc_land_cover,
    exposure_coast,
    exposure_economy,
    exposure_gaspar,
    exposure_land,
    ign_outlines,
    insee_economy,
)
from diag360.territories.sources.exposure_values import from_values

LANNION, BRIANCON, PARIS = "200065928", "240500439", "200054781"
LE_HAVRE, CALAIS, BELLE_ILE = "200084952", "200090751", "245600465"
POSTCODES = "communes_codes_postaux_2024.csv"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def proxies(catalogue):
    return read_proxies(catalogue=catalogue)


@pytest.fixture(scope="module")
def table(catalogue, proxies):
    return proxy_table(proxies, names=list(catalogue.proxies))


@pytest.fixture(scope="module")
def people():
    path = data_dir() / "territories/epci.csv"
    return pd.read_csv(path, dtype={"siren": str}).set_index("siren")["population"]


def texts(rows):
    assert list(rows.columns) == [
        "territory", "proxy", "value", "year", "level", "quality", "source"
    ]  # fmt: skip
    assert not rows.duplicated(["territory", "proxy"]).any()
    return rows.set_index(["territory", "proxy"])["value"].to_dict()


# --- Raw files ---------------------------------------------------------------------------------


def gaspar_lines(*rows):
    """A file of GASPAR whose columns stand in another order than in ours."""
    names = list(reversed(exposure_gaspar.RISKS.values()))
    head = ";".join(["Code", "Libellé", *names])
    lines = [
        ";".join([code, "x", *(str(levels.get(name, 0)) for name in names)])
        for code, levels in rows
    ]
    return "\n".join(["Titre", "Référentiel", head, *lines]) + "\n"


def test_a_risk_weighs_the_people_of_its_communes(raw, communes):
    flood, seismic = (
        exposure_gaspar.RISKS[f"share_people_{name}"] for name in ("flood", "seismic")
    )
    raw.postcodes("01001,01000,COM,1,7", "01002,01000,COM,1,7")
    raw.text(
        exposure_gaspar.FILE,
        gaspar_lines(
            ("1001", {flood: 0, seismic: 3}),  # without its leading zero; 900 people
            ("1002", {flood: 1, seismic: 2}),  # 100 people
            ("75056", {flood: 1, seismic: 1}),
            ("92001", {flood: "N/A - résultat non disponible", seismic: 1}),
            ("97601", {flood: 1, seismic: 5}),
        ),
    )
    found = texts(exposure_gaspar.read(raw.path, communes=communes))
    assert found["200000001", "share_people_flood"] == "0.1"
    assert found["200000001", "share_people_seismic"] == "0.9"
    assert found["200000001", "share_people_mining"] == "0"
    # Nothing is known of the suburb: it stands on neither side of the share.
    assert found["200054781", "share_people_flood"] == "1"
    assert found["200054781", "share_people_seismic"] == "0"
    assert ("200000005", "share_people_flood") not in found


def test_people_of_a_commune_gone_since_are_counted(raw, communes):
    """01330 went to 200040350, which has no other commune in the file."""
    merged = pd.concat(
        [communes, communes.iloc[[0]].assign(code="01003", siren="200040350", population=30)]
    )
    flood = exposure_gaspar.RISKS["share_people_flood"]
    raw.postcodes("01330,01000,COM,1,10")
    raw.text(exposure_gaspar.FILE, gaspar_lines(("1330", {flood: 1}), ("1003", {flood: 0})))
    found = texts(exposure_gaspar.read(raw.path, communes=merged))
    assert found["200040350", "share_people_flood"] == "0.25"


def postcodes(raw, *rows):
    head = (
        "insee_com,commune_type,superficie_km2,population_2021,population_2015,lat,lng,code_postal"
    )
    raw.text(POSTCODES, "\n".join([head, *rows]) + "\n")


def test_trends_are_annual_rates_of_the_whole_and_large_jobs_fractions(raw, communes):
    postcodes(
        raw,
        "01001,COM,1,1061.520150601,900,46,5,01000",
        "01002,COM,1,0.1,100.1,46,5,01000",
        "01002,COM,1,0.1,100.1,46,5,01001",  # a second postcode
        "01009,COMD,1,500,5,46,5,01000",  # a delegated commune has no figures of its own
        "97601,COM,1,0,0,,,97600",  # written 0, which means unknown
        "13201,ARM,1,100,100,43,5,13001",
        "69381,ARM,1,500,0,45,4,69001",  # unknown at one end: it counts at neither
    )
    raw.json(
        insee_economy.FILE,
        [
            {"code": "00FR", "eco_eff_grandes_pct_23": 41.5, "eco_emp_vtcam_1622": 0.88},
            {"code": "200000001", "eco_eff_grandes_pct_23": 12.5, "eco_emp_vtcam_1622": -0.5},
        ],
    )
    found = texts(exposure_economy.read(raw.path, communes=communes))
    assert found["200000001", "share_jobs_large"] == "0.125"
    assert found["200000001", "employment_trend"] == "-0.005"
    rate = (1061.620150601 / 1000.1) ** (1 / 6) - 1
    assert float(found["200000001", "population_trend"]) == pytest.approx(rate, rel=1e-6)
    assert ("200000004", "population_trend") not in found
    assert found["200000003", "population_trend"] == "0"


def test_artificial_land_reads_decimal_commas(raw, communes):
    raw.text(
        exposure_land.FILE,
        "SIREN,Nom,Superficie de l'EPCI (km²),Superficie des territoires artificialisés* (km²)\n"
        '200000001,Ici,"200,5","50,125"\n999999999,Ailleurs,"1,0","1,0"\n',
    )
    found = texts(exposure_land.read(raw.path, communes=communes))
    assert found == {("200000001", "artificial_land"): "0.25"}


def coast(raw, *, marine):
    """Two EPCI side by side on a square of one degree; the west one may lie on the sea."""
    west = [[0, 0], [0, 100], [50, 0]]
    seam = [[50, 100], [0, -100]]
    foot = [[50, 0], [-50, 0]]
    east = [[50, 100], [50, 0], [0, -100], [-50, 0]]
    island = [[-60, 0], [0, 10], [10, 0], [0, -10], [-10, 0]]
    shapes = [
        ("200000001", {"type": "MultiPolygon", "arcs": [[[0, 1, 2]], [[4]]]}),
        ("200000003", {"type": "Polygon", "arcs": [[3, ~1]]}),
    ]
    raw.json(
        ign_outlines.FILE,
        {
            "type": "Topology",
            "transform": {"scale": [0.01, 0.01], "translate": [0, 46]},
            "objects": {
                "data": {
                    "geometries": [
                        {**shape, "properties": {"EPCI": siren}} for siren, shape in shapes
                    ]
                }
            },
            "arcs": [west, seam, foot, east, island],
        },
    )
    classes = [str(number) for number in (*exposure_coast._MARINE, "311")]
    rows = [["200000001.0", *(["3"] * 5 if marine else [""] * 5), "9"],
            ["200000003.0", *[""] * 5, "9"]]  # fmt: skip
    lines = [",".join(row) for row in [["siren", *classes], *rows]]
    raw.text(clc_land_cover.FILE, "\n".join(lines) + "\n")


def test_a_commune_near_the_shore_of_a_marine_epci_is_coastal(raw, communes):
    coast(raw, marine=True)
    # About 77 km a degree of longitude here; a disc of 314 km² has a radius of 10 km.
    postcodes(
        raw,
        "01001,COM,314,600,1,46.5,0.20,01000",  # 15 km inland: within 1.7 times 10 km
        "01002,COM,3.14,200,1,46.5,0.20,01000",  # as far, with a radius of 1 km
        "01002,COM,3.14,200,1,46.5,0.20,01001",
        "69123,COM,314,700,1,46.5,0.99,69001",  # on the outer line, but of an inland EPCI
    )
    found = texts(exposure_coast.read(raw.path, communes=communes))
    assert found["200000001", "share_people_coastal"] == "0.75"
    assert found["200000003", "share_people_coastal"] == "0"
    # Overseas has neither outlines nor land cover.
    assert ("200000004", "share_people_coastal") not in found


def test_an_island_is_shore_all_round(raw, communes):
    coast(raw, marine=True)
    postcodes(
        raw,
        "01001,COM,3.14,600,1,46.05,-0.55,01000",  # in the middle of the island, 4 km from it
        "01002,COM,314,200,1,46.05,-0.55,01000",
    )
    found = texts(exposure_coast.read(raw.path, communes=communes))
    assert found["200000001", "share_people_coastal"] == "0.25"


def test_without_sea_on_the_land_cover_nobody_is_coastal(raw, communes):
    coast(raw, marine=False)
    postcodes(raw, "01001,COM,314,600,1,46.5,0.01,01000")
    found = texts(exposure_coast.read(raw.path, communes=communes))
    assert found["200000001", "share_people_coastal"] == "0"


def test_distances_are_kilometres_on_the_sphere():
    one = np.array([[2.0, 48.0]])
    to = np.array([[2.0, 49.0], [10.0, 10.0]])
    assert exposure_coast.distances(one, to=to)[0] == pytest.approx(111.19, rel=1e-3)


def test_abstention_is_the_rest_of_the_turnout():
    values = pd.DataFrame(
        [
            ("1", "be2_i07", "0.571", 2026, "epci", "exact", "a"),
            ("1", "be2_i04", "0.387", 2022, "epci", "exact", "b"),
            ("1", "be2_i05", "0.1", 2022, "epci", "exact", "b"),
            ("2", "be2_i07", "", 2026, "epci", "exact", "a"),
        ],
        columns=["territory", "indicator", "value", "year", "level", "quality", "source"],
    )
    assert texts(from_values(values)) == {
        ("1", "abstention"): "0.429",
        ("1", "one_person_households"): "0.387",
    }


# --- What ships ----------------------------------------------------------------------------------


def test_every_proxy_has_values_and_every_value_its_proxy(catalogue, proxies):
    assert set(proxies["proxy"]) == set(catalogue.proxies)
    assert len(catalogue.proxies) == 18
    for name, rows in proxies.groupby("proxy"):
        assert set(rows["source"]) <= set(catalogue.proxies[name].sources), name
    counts = proxies["proxy"].value_counts()
    assert counts["share_people_flood"] == 1255
    assert counts["share_people_coastal"] == counts["artificial_land"] == 1232


@pytest.mark.parametrize(
    ("proxy", "weights", "published", "within"),
    [
        # 38.7 % of households in 2022; 57.1 % of voters in 2026; + 0.3 % a year from 2015 to 2021.
        ("one_person_households", "households", 0.387, 0.001),
        ("abstention", "registered_voters", 0.429, 0.001),
        ("population_trend", None, 0.003, 0.0005),
        # Printed by the file for France: 41.5 %, + 0.88 % a year.
        ("share_jobs_large", "jobs", 0.415, 0.015),
        ("employment_trend", "jobs", 0.0088, 0.001),
        # 885 communes by the sea, some 6.2 million inhabitants of 65.6.
        ("share_people_coastal", None, 0.094, 0.005),
    ],
)
def test_national_figures_are_found_again(table, people, proxy, weights, published, within):
    path = data_dir() / "territories/denominators.csv"
    counts = pd.read_csv(path, dtype={"siren": str}).set_index("siren")
    weight = people if weights is None else counts[weights]
    known = table[proxy].dropna()
    weight = weight.reindex(known.index).fillna(0.0)
    assert (known * weight).sum() / weight.sum() == pytest.approx(published, abs=within)


def test_known_territories_are_where_they_should_be(table):
    coastal = table["share_people_coastal"]
    assert coastal[BELLE_ILE] == 1.0
    assert coastal[[LANNION, LE_HAVRE, CALAIS]].between(0.5, 0.95).all()
    assert (coastal[[BRIANCON, PARIS]] == 0.0).all()
    assert table.loc[BRIANCON, "share_people_avalanche"] > 0.5
    assert table.loc[LANNION, "share_people_avalanche"] == 0.0
    assert table.loc[BRIANCON, "share_people_seismic"] == 1.0
    assert table.loc[PARIS, "artificial_land"] > 0.85
    guadeloupe = table.loc["200018653"]
    assert guadeloupe["share_people_seismic"] == 1.0
    assert guadeloupe[["share_people_coastal", "share_jobs_large"]].isna().all()


# --- Reading -------------------------------------------------------------------------------------

GOOD = ["200065928", "share_people_flood", "0.5", "2019", "commune", "exact",
        "gaspar_risques_2019"]  # fmt: skip


def write(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("territory", "proxy", "value", "year", "level", "quality", "source"), *rows]
        )
    return path


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (1, "share_people_fire"),
        (2, "1.2"),
        (2, "-0.1"),
        (2, "0,5"),
        (2, "nan"),
        (3, "19"),
        (6, "gaspar"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(tmp_path, catalogue, column, text):
    row = [*GOOD[:column], text, *GOOD[column + 1 :]]
    path = write(tmp_path / "p.csv", [*GOOD[:1], "share_people_dam", *GOOD[2:]], row)
    with pytest.raises(Refusal, match=rf"ligne 3, .*« {text} »") as refusal:
        read_proxies(path, catalogue=catalogue)
    assert len(refusal.value.faults) == 1


def test_all_faults_come_at_once_and_a_double_is_one(tmp_path, catalogue):
    path = write(tmp_path / "p.csv", GOOD, GOOD, ["1", "x", "y", "z", "", "", "w"])
    with pytest.raises(Refusal, match="« 200065928 » : une deuxième ligne") as refusal:
        read_proxies(path, catalogue=catalogue)
    assert len(refusal.value.faults) == 5


def test_a_trend_may_fall(tmp_path, catalogue):
    row = ["1", "population_trend", "-0.02", *GOOD[3:]]
    read = read_proxies(write(tmp_path / "p.csv", row), catalogue=catalogue)
    assert read["value"].tolist() == [-0.02]


def test_a_group_is_the_mean_of_its_members_by_people(table, people):
    members = [LANNION, BRIANCON]
    row = group_row(table, members=members)
    weights = people[members].to_numpy(float)
    expected = np.average(table.loc[members, "share_people_flood"], weights=weights)
    assert row["share_people_flood"] == pytest.approx(expected, rel=1e-12)
    # What one member lacks is unknown of the whole, and so is a lone commune's.
    assert np.isnan(group_row(table, members=[LANNION, "200018653"])["share_people_coastal"])
    assert group_row(table, members=[LANNION, "75056"]).isna().all()
