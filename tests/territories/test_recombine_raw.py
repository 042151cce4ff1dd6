"""A département recombined from its EPCI is what its raw communes give at once."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import diag360
from diag360.territories.denominators import load_communes
from diag360.territories.groups import group_of_department
from diag360.territories.recombine import recombine
from diag360.territories.sources._geography import epci_of, fold

RAW = Path(__file__).resolve().parents[2].parent / "shared/open-data"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not RAW.is_dir(), reason="fichiers publics bruts absents (../shared/open-data)"
    ),
]
DEPARTMENTS = ("22", "2A", "59", "75", "974")


@pytest.fixture(scope="module", params=DEPARTMENTS)
def recombined(request):
    catalogue = diag360.load_catalogue()
    group = group_of_department(request.param)
    rows = diag360.read_values(catalogue=catalogue)
    found = recombine(rows, group=group, catalogue=catalogue)
    return group, found.rows.set_index("indicator")["number"]


@pytest.fixture(scope="module")
def communes():
    return load_communes().reset_index()


def inside(codes, group, communes):
    return epci_of(codes, communes=communes).isin(group.members)


def test_turnout_is_voters_over_registered(recombined, communes):
    group, number = recombined
    file = RAW / "participation_municipales_2026_communes.csv"
    raw = pd.read_csv(file, dtype=str, keep_default_na=False)
    raw = raw[(raw["secteur"] == "") & inside(raw["code_commune"], group, communes)]
    expected = raw["votants"].astype(int).sum() / raw["inscrits"].astype(int).sum()
    assert number["be2_i07"] == pytest.approx(expected, rel=1e-6)


def test_pharmacies_are_counted_over_people(recombined, communes):
    group, number = recombined
    raw = pd.read_parquet(RAW / "bpe_sante_communes_2024.parquet")
    raw = raw[raw["type_equipement"] == "pharmacie"]
    count = raw.loc[inside(raw["code_commune"].astype(str), group, communes), "nombre"].sum()
    people = communes.loc[communes["siren"].isin(group.members), "population"].sum()
    assert number["bv4_i05"] == pytest.approx(count / people * 10_000, rel=1e-6)


def test_nurses_are_weighted_by_their_patients(recombined, communes):
    group, number = recombined
    raw = pd.read_parquet(RAW / "apl_communes_2022_2023.parquet")
    raw = raw[(raw["annee"] == 2023) & (raw["profession"] == "infirmiere")]
    raw = raw[inside(raw["code_commune"].astype(str), group, communes)]
    if raw.empty:
        assert "bv4_i06" not in number or np.isnan(number["bv4_i06"])
        return
    expected = np.average(raw["score_apl"], weights=raw["population_standardisee"])
    assert number["bv4_i06"] == pytest.approx(expected, rel=1e-6)


def test_atlases_are_counted_over_communes(recombined, communes):
    group, number = recombined
    raw = pd.read_csv(RAW / "atlas_biodiversite_communale.csv", sep=";", dtype=str)
    codes = fold(raw.loc[raw["avancement"] != "Non commencé", "code_geographique"])
    codes = codes.drop_duplicates()
    count = inside(codes, group, communes).sum()
    members = communes["siren"].isin(group.members).sum()
    assert number["be3_i09"] == pytest.approx(count / members, rel=1e-6, abs=1e-12)
