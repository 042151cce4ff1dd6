import dataclasses

import pandas as pd
import pytest

from diag360.errors import Refusal
from diag360.territories.perimeter import find_territory, keep_territories, load_epci, plain

LANNION = "200065928"
BAYEUX = "241400555"
HOMONYMS = {"247000623", "247400666"}  # two « CC des Quatre Rivières »


@pytest.fixture(scope="module")
def epci():
    return load_epci()


def refusal_of(query, epci):
    with pytest.raises(Refusal) as caught:
        find_territory(query, epci=epci)
    (fault,) = caught.value.faults
    assert f"« {query} »" in str(caught.value)
    return fault


def test_what_is_known_of_a_territory(epci):
    place = find_territory(LANNION, epci=epci)
    assert dataclasses.asdict(place) == {
        "siren": LANNION,
        "name": "CA Lannion-Trégor Communauté",
        "nature": "CA",
        "population": 100877,
        "communes": 57,
        "department": "Côtes-d’Armor",
        "region": "Bretagne",
        "area": 904.36,
        "members": (),
    }


@pytest.mark.parametrize(
    "query",
    [
        LANNION,
        f"  {LANNION}\t",
        "CA Lannion-Trégor Communauté",
        "ca lannion-trégor communauté",
        "CA LANNION TREGOR COMMUNAUTE",
        "Lannion-Trégor Communauté",
        "lannion tregor communaute",
        "Tre\u0301gor, Lannion",
        "Lannion",
        " lannion ",
    ],
)
def test_one_territory_under_many_writings(epci, query):
    assert find_territory(query, epci=epci).siren == LANNION


def test_every_territory_is_found_by_its_siren_and_every_unique_name_by_itself(epci):
    assert all(find_territory(siren, epci=epci).siren == siren for siren in epci.index[::50])
    shared = set(epci.index[epci["name"].map(plain).duplicated(keep=False)])
    assert shared == HOMONYMS
    for siren in epci.index[::50]:
        assert find_territory(epci.loc[siren, "name"], epci=epci).siren == siren


def test_without_the_table_it_is_read():
    assert find_territory("Lannion").siren == LANNION


def test_a_full_name_wins_over_the_names_that_hold_it(epci):
    assert find_territory("CC de l'Estuaire", epci=epci).siren == "243300811"
    assert find_territory("de l’estuaire", epci=epci).siren == "243300811"
    # Alone, the word belongs to several.
    assert "243300811" in refusal_of("Estuaire", epci).remedy


def test_words_are_whole_words(epci):
    assert "désigne" not in refusal_of("annio", epci).problem


def test_an_ambiguous_name_lists_its_candidates_with_their_sirens(epci):
    fault = refusal_of("Grand Paris", epci)
    for siren in ("200054781", "200059228", "200059889"):
        assert f"{epci.loc[siren, 'name']} ({siren})" in fault.remedy
    assert "plusieurs" in fault.problem


def test_homonyms_are_ambiguous_and_both_listed(epci):
    fault = refusal_of("CC des Quatre Rivières", epci)
    assert all(siren in fault.remedy for siren in HOMONYMS)


def test_near_homonyms_are_both_listed_once(epci):
    fault = refusal_of("CC des Quatres Riviere", epci)
    assert all(fault.remedy.count(siren) == 1 for siren in HOMONYMS)


def test_many_candidates_are_counted(epci):
    count = epci["name"].map(lambda name: "pays" in plain(name).split()).sum()
    fault = refusal_of("pays", epci)
    assert f"et {count - 8} autres" in fault.remedy
    assert fault.remedy.count("(") >= 8


def test_an_unknown_name_lists_the_nearest(epci):
    fault = refusal_of("Lanion-Tregor", epci)
    assert f"CA Lannion-Trégor Communauté ({LANNION})" in fault.remedy
    assert "inconnu" in fault.problem


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Mayote", "CA du Grand Nord de Mayotte"),
        ("CC de Rennes", "Rennes Métropole"),
        ("Renes Métropole", "Rennes Métropole"),
        ("Saint-Brieux agglo", "CA Saint-Brieuc Armor Agglomération"),
    ],
)
def test_a_rare_word_counts_for_more_than_the_look_of_the_whole(epci, query, meant):
    assert f"donner un de ces Siren : {meant} (" in refusal_of(query, epci).remedy


def test_a_mistyped_siren_lists_the_nearest(epci):
    assert f"({LANNION})" in refusal_of("200065927", epci).remedy


@pytest.mark.parametrize("query", ["", "  ", "…", "zzzzqqqq"])
def test_nothing_near_points_to_the_list(epci, query):
    assert "diag360 list territories" in refusal_of(query, epci).remedy


def test_a_code_read_as_a_number_is_not_guessed(epci):
    assert f"({LANNION})" in refusal_of("200065928.0", epci).remedy


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("L'Œuvre", "l oeuvre"),
        ("Ça – là", "CA LA"),
        ("Saint-Étienne", "saint etienne"),
        ("Nœux  (les-Mines)", "noeux les mines"),
        ("", ""),
        ("…", ""),
    ],
)
def test_plain(name, same):
    assert plain(name) == plain(same)


def rows(*codes):
    return pd.DataFrame({"territory": codes, "value": [str(n) for n in range(len(codes))]})


def test_kept_rows_stay_in_their_order():
    values = rows(BAYEUX, LANNION, "bassin", LANNION)
    kept = keep_territories(values, asked=["lannion", "bassin"])
    assert kept["value"].tolist() == ["1", "2", "3"]
    assert keep_territories(values, asked=[LANNION])["value"].tolist() == ["1", "3"]


def test_every_wrong_territory_is_named_in_one_refusal():
    values = rows(LANNION)
    with pytest.raises(Refusal) as caught:
        keep_territories(values, asked=["Grand Paris", LANNION, "Zzzz", BAYEUX])
    assert [fault.file for fault in caught.value.faults] == [
        "« Grand Paris »",
        "« Zzzz »",
        f"« {BAYEUX} »",
    ]
    assert BAYEUX in caught.value.faults[2].problem


def test_what_is_read_of_territories(epci):
    assert epci.index.is_unique
    assert epci.index.str.fullmatch(r"[0-9]{9}").all()
    assert set(epci["nature"]) == {"CC", "CA", "CU", "METRO", "MET69"}
    assert epci.loc[LANNION, "department"] == "22"
    assert "01" in set(epci["department"])
    assert (epci[["population", "communes", "area_km2"]] > 0).all(axis=None)
