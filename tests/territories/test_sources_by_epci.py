"""Public files published by EPCI or département, in small, with each file's own trap."""

import pytest

from diag360.errors import Refusal
from diag360.territories.sources import (
    anct_neet,
    anct_overcrowding,
    clc_land_cover,
    insee_economy,
    insee_housing_income,
    insee_iris,
    ma_cantine,
    sdes_sdg_kit,
    ssmsi_crime,
)

PLAIN, PARIS, TWO, MAYOTTE = "200000001", "200054781", "200000003", "200000004"


def test_housing_percents_become_fractions_and_paris_territories_are_left_out(raw, figures):
    columns = ["code", "rev_txpauv_21", "rev_ird9d1_21", "log_vac_pct_22", "log_ressec_pct_22"]
    rows = [
        ("00FR", 14.9, 3.4, 7.86, 9.83),
        ("75056", None, None, 9.79, 9.77),
        (PLAIN, 8.9, 3.5, 8.65, 47.6),
        (PARIS, None, 4.9, 7.1, 5.2),
        ("200057867", 36.2, 3.8, 6.59, 1.35),
    ]
    raw.parquet(insee_housing_income.FILE, rows, columns)
    table = figures(insee_housing_income)
    assert table.loc[PLAIN, "value"].to_dict() == {
        "be2_i05": "0.089",
        "bv3_i08": "0.0865",
        "bv3_i06": "0.476",
        "be2_i13": "3.5",
    }
    assert table.loc[(PLAIN, "be2_i05"), "year"] == 2021
    assert table.loc[(PLAIN, "bv3_i08"), "year"] == 2022
    assert (PARIS, "be2_i05") not in table.index
    assert set(table.index.get_level_values(0)) == {PLAIN, PARIS}


def test_present_jobs_are_a_fraction(raw, figures):
    rows = [
        {"code": "00FR", "eco_emp_pres_pct_23": 64.1},
        {"code": PLAIN, "eco_emp_pres_pct_23": 65.2},
    ]
    raw.json(insee_economy.FILE, rows)
    table = figures(insee_economy)
    assert table["value"].to_dict() == {(PLAIN, "bi1_i05"): "0.652"}


def test_iris_columns_carry_drifting_ids_and_two_units(raw, figures):
    raw.text(
        insee_iris.FILE,
        "siren,be2_i04,bv3_i06,bv3_i10,bi1_i07~\n"
        f"{PLAIN},32.4848,0.122,0.1695,83.2818\n{TWO},41.18,0.2344,,118.8\n",
    )
    table = figures(insee_iris)
    assert table.loc[PLAIN, "value"].to_dict() == {
        "be2_i04": "0.324848",
        "bv3_i07": "0.122",
        "bv3_i11": "0.1695",
        "bi1_i07": "83.2818",
    }
    assert table.loc[(PLAIN, "bi1_i07"), "quality"] == "proxy"
    assert table.loc[(PLAIN, "bv3_i11"), "year"] == 2024
    assert (TWO, "bv3_i11") not in table.index


OVERCROWDING = (
    "\ufeffObservatoire des territoires - ANCT; ; \r\n"
    "Référentiel géographique : EPCI / EPT (2025); ; \r\n"
    "Code;Libellé;Part des logements sur-occupés hors studios d'une seule personne 2021\r\n"
)
MEMBERS = (
    "code_insee,nom,pop_mun_commune,siren,epci_nom,epci_type,superficie_hectare,dept_epci\n"
    "92001,Banlieue,1000,200057867,Plaine Commune,EPT,100,92\n"
    "75056,Paris,2000,75056,Paris,Commune,10540,75\n"
    "75056,Paris,2000,200054781,Métropole du Grand Paris,METRO,10540,75\n"
)


def test_overcrowding_keeps_zero_and_estimates_the_metropole(raw, figures):
    raw.text("epci_membres_2025.csv", MEMBERS)
    raw.text(
        anct_overcrowding.FILE,
        f"{OVERCROWDING}{PLAIN};CC;0\r\n{TWO};CC;4\r\n"
        f"{MAYOTTE};CC;N/A - résultat non disponible\r\n"
        "200057867;Plaine Commune;27\r\n75056;Paris;12\r\n",
    )
    table = figures(anct_overcrowding)
    assert table["value"].to_dict() == {
        (PLAIN, "bv3_i04"): "0",
        (TWO, "bv3_i04"): "0.04",
        (PARIS, "bv3_i04"): "0.17",
    }
    assert table["status"].to_dict()[(PARIS, "bv3_i04")] == "estime"
    assert table["status"].to_dict()[(TWO, "bv3_i04")] == "observe"


def test_idle_youth_of_2018_only_with_decimal_commas(raw, figures):
    raw.text(
        anct_neet.FILE,
        "\ufeffcodgeo;libgeo;an;part_non_inseres\r\n"
        f"{PLAIN};CC;2008;16,60\r\n{PLAIN};CC;2018;17,50\r\n{MAYOTTE};CC;2018;\r\n",
    )
    assert figures(anct_neet)["value"].to_dict() == {(PLAIN, "be2_i06"): "0.175"}


def clc(*rows):
    levels = "111 112 121 122 123 124 131 132 133 141 142 211 212 213 221 222 223 231 241 242 243"
    levels += " 244 311 312 313 321 322 323 324 331 332 333 334 335 411 412 421 422 423 511 512"
    levels += " 521 522 523"
    names = levels.split()
    lines = [",".join(["siren", *names, ""])]
    lines += [",".join([siren, *(str(c.get(n, "")) for n in names), ""]) for siren, c in rows]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def test_land_cover_divides_class_3_by_the_whole_and_mends_float_codes(raw, figures):
    raw.text(
        clc_land_cover.FILE,
        clc(
            ("1", {"311": 5}),
            (f"{PLAIN}.0", {"112": 30, "311": 15, "335": 10, "231": 45}),
            (TWO, {"112": 12.5}),
            ("", {}),
        ),
    )
    table = figures(clc_land_cover)
    assert table["value"].to_dict() == {(PLAIN, "be3_i02"): "0.25", (TWO, "be3_i02"): "0"}


def test_sdg_kit_survives_a_misquoted_line_and_the_rounding_of_whole_areas(raw, figures):
    raw.text(
        sdes_sdg_kit.FILE,
        "Zone;CodeZone;I_13_01_1;I_22_04_3;I_23_02_2\r\n"
        f'"CC ""Sources"" \\""de Lumière\\"";""{PLAIN}"";10.5;100.014;84.65;\r\n'
        f"CC;{MAYOTTE};NA;0;28.4\r\n",
    )
    table = figures(sdes_sdg_kit)
    assert table["value"].to_dict() == {
        (PLAIN, "bi1_i08"): "0.105",
        (PLAIN, "be3_i04"): "1",
        (PLAIN, "bi3_i07"): "0.8465",
        (MAYOTTE, "be3_i04"): "0",
        (MAYOTTE, "bi3_i07"): "0.284",
    }
    assert table.loc[PLAIN, "year"].to_dict() == {
        "bi1_i08": 2015,
        "be3_i04": 2017,
        "bi3_i07": 2014,
    }


def test_a_share_beyond_the_whole_is_refused_by_name(raw, figures):
    raw.text(
        sdes_sdg_kit.FILE,
        f"Zone;CodeZone;I_13_01_1;I_22_04_3;I_23_02_2\r\nCC;{TWO};10;20;184.6\r\n",
    )
    with pytest.raises(Refusal) as refusal:
        figures(sdes_sdg_kit)
    assert "I_23_02_2" in str(refusal.value)
    assert f"{TWO} : 184.6" in str(refusal.value)


def crime(department, kind, victims, people, year=2025):
    return {
        "codeDepartement": department,
        "annee": year,
        "indicateur": kind,
        "nombre": victims,
        "inseePop": people,
    }


def test_violence_adds_both_kinds_and_weighs_departments_by_population(raw, figures):
    home, outside = ssmsi_crime.KINDS
    records = [
        crime("01", home, 3, 1000),
        crime("01", outside, 2, 1000),
        crime("01", home, 99, 1000, year=2024),
        crime("01", "Homicides", 50, 1000),
        *(crime("13", kind, 5, 1000) for kind in ssmsi_crime.KINDS),
        *(crime("69", kind, 1, 500) for kind in ssmsi_crime.KINDS),
    ]
    raw.json(ssmsi_crime.FILE, {"meta": {}, "records": records})
    table = figures(ssmsi_crime)
    assert table.loc[(PLAIN, "bv5_i03"), "value"] == "5"
    # 10 per 1,000 for 300 people and 4 per 1,000 for 700.
    assert table.loc[(TWO, "bv5_i03"), "value"] == "5.8"
    assert set(table["level"]) == {"departement"}
    assert (MAYOTTE, "bv5_i03") not in table.index


def test_canteens_meet_the_law_with_both_thresholds(raw, figures):
    header = (
        "canteen_epci,canteen_city_insee_code,canteen_pat_list,teledeclaration_ratio_bio,"
        "teledeclaration_ratio_egalim_hors_bio\n"
    )
    plain = [
        f'{PLAIN},01001,"1311,1316",0.20,0.30',
        f"{PLAIN},01001,,0.20,0.29",
        f"{PLAIN},01001,,0.19,0.60",
        f"{PLAIN},01001,,0.90,0.00",
        f"{PLAIN},01001,,0,0",
    ]
    lost = [",69381,,0.5,0.5"]
    raw.text(ma_cantine.FILE, header + "\n".join([*plain, *lost]) + "\n")
    table = figures(ma_cantine)
    assert table["value"].to_dict() == {
        (PLAIN, "bv2_i07"): "0.4",
        (TWO, "bv2_i07"): "1",
        (PLAIN, "bv2_i01"): "Oui",
    }
    assert table.loc[(PLAIN, "bv2_i07"), "quality"] == "exact"
    assert table.loc[(TWO, "bv2_i07"), "quality"] == "proxy"
    assert table.loc[(PLAIN, "bv2_i01"), "quality"] == "proxy"
