"""Counts and rules shipped, and refusals of wrong ones."""

import numpy as np
import pandas as pd
import pytest

import diag360
from diag360.errors import Refusal
from diag360.paths import data_dir
from diag360.territories.denominators import load_communes, load_denominators, read_rules


@pytest.fixture(scope="module")
def counts():
    return load_denominators()


@pytest.fixture(scope="module")
def number():
    values = diag360.read_values()
    return values.pivot_table(index="territory", columns="indicator", values="number")


def test_every_number_of_the_catalogue_has_a_rule_and_no_word_has(counts):
    catalogue = diag360.load_catalogue()
    numeric = {i.id for i in catalogue.indicators.values() if i.response.unit is not None}
    assert set(counts.rules) == numeric


def test_every_denominator_serves(counts):
    assert {rule.by for rule in counts.rules.values()} - {None} == set(counts.meanings)


def test_rules_follow_units(counts):
    catalogue = diag360.load_catalogue()
    for name, rule in counts.rules.items():
        unit = catalogue.indicators[name].response.unit
        if unit.endswith("_hab") or unit in ("mwh_hab", "m3_hab_an"):
            assert rule.by in ("population", *(n for n in counts.meanings if "patients" in n)), name
        if rule.rule in ("sum", "most"):
            assert unit in ("nombre", "risques_sur_13"), name


def test_national_counts(counts):
    total = counts.table.sum()
    assert total["population"] == 68_010_643
    assert total["communes"] == 34_871
    # INSEE, recensement 2021 hors Mayotte : 30,5 millions de ménages ; 2022 : 37,2 millions de
    # logements avec l’outre-mer, dont un million.
    assert total["households"] == pytest.approx(30.5e6, rel=0.002)
    assert total["dwellings"] == pytest.approx(36.2e6, rel=0.01)
    # INSEE, métropole 2022 : 99,6 emplois pour cent actifs occupés.
    metropolitan = counts.table.dropna(subset=["jobs"])
    found = metropolitan["jobs"].sum() / metropolitan["employed"].sum()
    assert found == pytest.approx(0.996, abs=0.003)
    assert total["registered_voters"] == pytest.approx(48.2e6, rel=0.01)
    # Superficie cadastrale, et celle que voit le satellite, lacs et estuaires compris.
    seen = counts.table.dropna(subset=["land_cover_km2"])
    ratio = seen["land_cover_km2"].sum() / seen["area_km2"].sum()
    assert ratio == pytest.approx(1.0, abs=0.02)


def test_what_is_unknown_is_missing_never_zero(counts):
    table = counts.table.drop(columns=["communes_1000", "communes_5000"])
    assert (table.min() > 0).all()
    mayotte = diag360.territories.perimeter.load_epci().query("department == '976'").index
    assert table.loc[mayotte, "households"].isna().all()


def test_rates_times_their_counts_are_whole_numbers(counts, number):
    for indicator, by, factor in [
        ("be3_i09", "communes", 1),
        ("bv2_i07", "canteens", 1),
        ("bv4_i05", "population", 1 / 10_000),
        ("be2_i07", "registered_voters", 1),
    ]:
        counted = (number[indicator] * counts.table[by] * factor).dropna()
        # Seven digits are kept of each rate.
        off = (counted - counted.round()).abs() / np.maximum(counted, 1)
        assert len(counted) > 1000
        assert off.max() < 1e-6, indicator


def test_a_commune_takes_its_share_by_population():
    found = load_denominators(communes=["22113"])
    commune = load_communes().loc["22113"]
    whole, part = found.table.loc[commune["siren"]], found.table.loc["22113"]
    share = commune["population"] / whole["population"]
    assert part["population"] == commune["population"]
    assert part["households"] == pytest.approx(whole["households"] * share)
    assert part[["communes", "communes_1000", "communes_5000"]].tolist() == [1, 1, 1]
    assert found.shared_out == {"22113"}
    assert found.names["22113"] == "Lannion"


def test_large_communes_are_counted(counts):
    communes = load_communes()
    counted = communes[communes["population"] > 5000].groupby("siren").size()
    assert counts.table["communes_5000"].sum() == counted.sum()
    assert counts.table.loc[counted.index, "communes_5000"].to_dict() == counted.to_dict()


def test_a_sum_becomes_a_territory(counts):
    members = ["200000172", "200065928"]
    more = counts.with_sum("pays", name="Pays", members=members)
    assert more.table.loc["pays", "population"] == counts.table.loc[members, "population"].sum()
    assert more.names["pays"] == "Pays"
    again = more.with_sum("pays", name="Pays", members=members[:1])
    assert again.table.index.tolist().count("pays") == 1
    assert "pays" not in counts.table.index


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("be2_i04: {by: households", "be2_i04: {by: menages", "dénominateur inconnu « menages »"),
        ("be2_i04: {by: households", "be2_i04: {rule: moyenne", "« moyenne » n’est pas admis"),
        ("be2_i04: {by: households, ", "be2_i04: {", "« by » va avec les règles"),
        ("be2_i04: {by: households, exact: true}", "be2_i04: {by: households}", "« reason »"),
        ("be2_i04: {by: households", "be2_i04: {per: households", "clé inconnue « per »"),
        ("  population: {label", "  people: {label", "« population »"),
        ("denominators:\n", "compteurs:\n", "clé inattendue « compteurs »"),
    ],
)
def test_wrong_rules_are_refused(tmp_path, old, new, said):
    text = (data_dir() / "territories/denominators.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "denominators.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        read_rules(path)
    assert said in str(refusal.value)
    assert "denominators.yaml" in str(refusal.value)


def test_a_denominator_nobody_counts_is_refused(tmp_path):
    folder = data_dir() / "territories"
    text = (folder / "denominators.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "indicators:\n", '  trees: {label: "arbres", year: 2020, origin: "Rien."}\nindicators:\n', 1
    )
    (tmp_path / "denominators.yaml").write_text(text, encoding="utf-8")
    pd.read_csv(folder / "denominators.csv", dtype=str).to_csv(
        tmp_path / "denominators.csv", index=False
    )
    with pytest.raises(Refusal, match="aucun compte « trees »"):
        load_denominators(tmp_path)
