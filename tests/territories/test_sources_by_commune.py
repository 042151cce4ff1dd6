"""Public files published by commune or postcode, in small, with each file's own trap."""

import pandas as pd
import pytest
import rdata

from diag360.errors import Refusal
from diag360.territories.sources import (
    anct_health_access,
    bnvd_pesticides,
    drees_apl,
    gaspar_risks,
    insee_facilities,
    interior_turnout,
    irve_charging,
    ofb_biodiversity_atlas,
)

PLAIN, PARIS, TWO = "200000001", "200054781", "200000003"
MAYOTTE, OVERSEAS = "200000004", "200000005"


def test_health_access_weighs_communes_by_population(raw, figures):
    shares = {"01001": 100, "01002": 0, "97601": None, "22016": 100}
    records = {code: {"healthDistantSharePercent": share} for code, share in shares.items()}
    raw.json(anct_health_access.FILE, records)
    assert figures(anct_health_access)["value"].to_dict() == {(PLAIN, "bv4_i04"): "0.9"}


def test_practitioners_are_weighted_by_population_others_by_standardised_one(raw, figures):
    raw.postcodes(
        "75056,75001,COM,,9999",
        "75101,75001,ARM,1,100",
        "75102,75002,ARM,1,300",
        "01001,01400,COM,1,900",
        "01002,01400,COM,1,100",
    )
    columns = ["code_commune", "profession", "annee", "score_apl", "population_standardisee"]
    rows = [
        ("75101", "medecin_generaliste", 2023, 2.0, 900.0),
        ("75102", "medecin_generaliste", 2023, 4.0, 1.0),
        ("75101", "infirmiere", 2023, 100.0, 10.0),
        ("75102", "infirmiere", 2023, 200.0, 30.0),
        ("75101", "infirmiere", 2022, 999.0, 10.0),
        ("01001", "sage_femme", 2023, 10.0, 1.0),
        ("01002", "sage_femme", 2023, 20.0, 1.0),
        ("22016", "sage_femme", 2023, 20.0, 1.0),
    ]
    raw.parquet(drees_apl.FILE, rows, columns)
    table = figures(drees_apl)
    assert table["value"].to_dict() == {
        (PARIS, "bv4_i03"): "3.5",
        (PARIS, "bv4_i06"): "175",
        (PLAIN, "bv4_i07"): "15",
    }
    assert table.loc[(PARIS, "bv4_i03"), "quality"] == "proxy"
    assert table.loc[(PARIS, "bv4_i06"), "quality"] == "exact"


OTHER_RISKS = [f"risque numéro {number}" for number in range(3, 13)]


def risks(*rows):
    header = ["Code", "Libellé", "risque d'inondations, 2019", gaspar_risks.SEISMIC]
    header += [*OTHER_RISKS, "risque lié aux engins de guerre"]
    title = "\ufeffGéoclip - France découverte" + "; " * 14
    lines = [title, "Référentiel géographique" + "; " * 14, ";".join(header)]
    lines += [";".join([code, "nom", *cells, *"0" * 10, war]) for code, *cells, war in rows]
    return "\r\n".join(lines) + "\r\n"


def test_risks_are_distinct_over_communes_and_earthquakes_count_from_zone_3(raw, figures):
    raw.text(
        gaspar_risks.FILE,
        risks(
            ("1001", "1", "2", "0"),
            ("1002", "1", "2", "1"),
            ("13055", "0", "3", "0"),
            ("97101", "0", "1", "0"),
        )
        + ";".join(["97601", "nom", *["N/A - résultat non disponible"] * 13])
        + "\r\n",
    )
    table = figures(gaspar_risks)
    assert table["value"].to_dict() == {
        (PLAIN, "bv5_i04"): "2",
        (TWO, "bv5_i04"): "1",
        (OVERSEAS, "bv5_i04"): "0",
    }


def test_a_risk_table_of_another_edition_is_refused(raw, figures):
    raw.text(gaspar_risks.FILE, risks().replace("risque lié aux engins", "engins"))
    with pytest.raises(Refusal, match="12 colonnes de risques au lieu de 13"):
        figures(gaspar_risks)


def test_facilities_use_total_fold_districts_and_keep_true_zeros(raw, figures):
    raw.json(
        insee_facilities.TOTAL,
        {
            "01001": {"year": 2024, "total": 30, "byDomain": {"A": 7}},
            "01002": {"year": 2024, "total": 10, "byDomain": {"A": 7}},
            "13055": {"year": 2024, "total": 50, "byDomain": {}},
        },
    )
    rows = [
        ("13201", "pharmacie", 1),
        ("69389", "pharmacie", 2),
        ("69389", "medecin_generaliste", 80),
        ("93059", "pharmacie", 6),
        ("22016", "pharmacie", 40),
        ("75101", "urgences", 3),
    ]
    raw.parquet(insee_facilities.HEALTH, rows, ["code_commune", "type_equipement", "nombre"])
    table = figures(insee_facilities)
    values = table["value"].to_dict()
    assert values[(PLAIN, "bi1_i03")] == "40"
    assert values[(TWO, "bi1_i03")] == "50"
    assert (MAYOTTE, "bi1_i03") not in values
    assert values[(TWO, "bv4_i05")] == "30"
    # Pierrefitte, merged into Saint-Denis since, is in the Métropole.
    assert values[(PARIS, "bv4_i05")] == "20"
    assert values[(PLAIN, "bv4_i05")] == "0"
    assert values[(PARIS, "bv4_i11")] == "Oui"
    assert values[(PLAIN, "bv4_i11")] == "Non"
    assert table.loc[(PLAIN, "bv4_i11"), "quality"] == "proxy"


def test_turnout_drops_sectors_already_counted_in_the_commune(raw, figures):
    raw.text(
        interior_turnout.FILE,
        "code_commune,secteur,inscrits,votants\n"
        "01001,,80,40\n01002,,20,20\n13055,,100,50\n"
        "13201,13055SR01,60,60\n13207,13055SR01,60,60\n98801,,10,1\n",
    )
    assert figures(interior_turnout)["value"].to_dict() == {
        (PLAIN, "be2_i07"): "0.6",
        (TWO, "be2_i07"): "0.5",
    }


def test_atlases_count_each_commune_once_and_absence_is_zero(raw, figures):
    raw.text(
        ofb_biodiversity_atlas.FILE,
        "index;code_geographique;avancement\n"
        "0;01001;Fini\n1;01001;En cours de réalisation\n2;01002;Non commencé\n"
        "3;13055;En phase de lancement\n4;69123;Fini\n",
    )
    values = figures(ofb_biodiversity_atlas)["value"].to_dict()
    assert values[(PLAIN, "be3_i09")] == "0.5"
    assert values[(TWO, "be3_i09")] == "1"
    assert values[(PARIS, "be3_i09")] == "0"


def test_charging_reads_postcodes_only_when_they_name_one_epci(raw, figures):
    raw.postcodes(
        "01001,01400,COM,1,900",
        "01002,01400,COM,1,100",
        "01002,13000,COM,1,100",
        "13055,13000,COM,1,300",
    )
    stations = {"01001": 1, "01400": 2, "13000": 50, "75101": 3, "00000": 9}
    raw.json(
        irve_charging.FILE,
        {code: {"stations": n, "chargingPoints": 1000} for code, n in stations.items()},
    )
    assert figures(irve_charging)["value"].to_dict() == {
        (PLAIN, "bi3_i08"): "3",
        (PARIS, "bi3_i08"): "1",
    }


def purchases(**by_postcode):
    rows = [
        (code[1:], kind, *figures)
        for code, figures in by_postcode.items()
        for kind in ("Total", "danger_sante")
    ]
    table = pd.DataFrame(rows, columns=["CP", "classification", *bnvd_pesticides._COLUMNS])
    table.loc[table["classification"] != "Total", bnvd_pesticides._COLUMNS] = 77.0
    # The writer of R files knows object texts only.
    return table.astype({"CP": object, "classification": object})


def test_pesticides_ignore_head_offices_and_carry_secret(raw, figures):
    raw.postcodes(
        "01001,01400,COM,60,900",
        "01002,01500,COM,40,100",
        "75056,75001,COM,10,2000",
        "92001,92001,COM,90,1000",
        "13055,13001,COM,50,300",
        "69123,69001,COM,60,700",
    )
    table = purchases(
        p01400=[1.0, 2.0, 3.0, -888.0],
        p01500=[800.0, 800.0, 800.0, 800.0],
        p75001=[5.0, 5.0, 5.0, 5.0],
        p92001=[-888.0, -888.0, -888.0, -888.0],
        p13001=[1.0, 1.0, 1.0, 1.0],
        p69001=[-999.0, -999.0, -999.0, -999.0],
    )
    rdata.write_rda(str(raw.path / bnvd_pesticides.FILE), {bnvd_pesticides.TABLE: table})
    result = figures(bnvd_pesticides)
    assert result["value"].to_dict() == {(PLAIN, "bv2_i13"): "2", (PARIS, "bv2_i13"): ""}
    assert result["status"].to_dict() == {
        (PLAIN, "bv2_i13"): "estime",
        (PARIS, "bv2_i13"): "secret",
    }
