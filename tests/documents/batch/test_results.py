"""Rows of one territory for the tables of a batch, and the whole of France computed at once."""

import json

import numpy as np
import pandas as pd
import pytest
from small_lot import ARMOR, CODES, GLIERES, LANNION, REUNION, receipts, whole_france

from diag360 import cross, prepare_ratings, rank_actions
from diag360.catalogue.model import Catalogue
from diag360.documents.batch.results.fields import FIELDS, columns, frame
from diag360.documents.batch.results.gathered import Batch
from diag360.documents.batch.results.rows import TABLES, results_of
from diag360.documents.effect_words import CLASSES
from diag360.documents.runs import ask
from diag360.vulnerability.effects import effect_class

Results = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def results() -> Results:
    found: Results = receipts()[f"{LANNION}/diagnostic"]["results"]
    return found


@pytest.fixture(scope="module")
def france() -> Batch:
    return whole_france()


def test_rows_are_plain_json_and_have_the_columns_declared(results: Results) -> None:
    assert tuple(results) == TABLES == tuple(FIELDS)
    assert json.loads(json.dumps(results, allow_nan=False)) == results
    for name, rows in results.items():
        columns = [field.name for field in FIELDS[name]]
        assert rows
        assert all(sorted(row) == sorted(columns) for row in rows), name


def test_every_value_is_of_its_kind_and_within_its_limits() -> None:
    kinds = {"string": str, "number": float, "integer": int, "boolean": bool}
    for code in CODES:
        for name, rows in receipts()[f"{code}/diagnostic"]["results"].items():
            for field in FIELDS[name]:
                values = [row[field.name] for row in rows]
                known = [value for value in values if value is not None]
                assert {type(value) for value in known} <= {kinds[field.kind]}, field
                assert not field.required or known == values, field
                assert not field.allowed or set(known) <= set(field.allowed), field
                assert field.least is None or all(v >= field.least for v in known), field
                assert field.most is None or all(v <= field.most for v in known), field


def test_needs_are_those_of_the_scores_and_an_undetermined_one_has_no_score(
    results: Results,
) -> None:
    scores = ask(LANNION, tier="flash").scores
    whole = scores.need_table().set_index("need")
    rows = {str(row["need"]): row for row in results["besoins"]}
    assert list(rows) == [need.id for need in scores.framework.needs]
    for name, row in rows.items():
        assert (row["low"], row["high"]) == (whole["low"][name], whole["high"][name])
        if whole["determined"][name]:
            assert row["score"] == whole["score"][name]
        else:
            assert row["score"] is None
    # Some would have had a score, from too little.
    lacking = [name for name, row in rows.items() if not row["determined"]]
    assert whole.loc[lacking, "score"].notna().any()
    # Of the parts too, only those that are known enough are told.
    assert rows["avoir_un_toit"]["etat"] is not None
    told = {name: row["action"] for name, row in rows.items()}
    known = scores.action.determined.loc[LANNION]
    assert {name for name, one in told.items() if one is not None} == set(known.index[known])


def test_effects_kept_are_those_from_moderate_up_with_their_bounds(results: Results) -> None:
    asked = ask(LANNION, tier="flash")
    ratings = prepare_ratings(place=asked.place, catalogue=asked.catalogue)
    found = cross(asked.scores, ratings=ratings)
    low, central, high = found.at_own_duration()[:, 0]
    assert asked.catalogue.cascade is not None
    classes = effect_class(central, borders=asked.catalogue.cascade.classes)
    kept = {(found.hazards[h], found.needs[n]): (h, n) for h, n in np.argwhere(classes >= 2)}
    rows = results["vulnerabilites"]
    assert {(row["hazard"], row["need"]) for row in rows} == set(kept)
    for row in rows:
        at = kept[str(row["hazard"]), str(row["need"])]
        assert (row["total_low"], row["total"], row["total_high"]) == (low[at], central[at],
                                                                       high[at])  # fmt: skip
        assert row["class"] == CLASSES[classes[at]]


def test_hazards_say_whether_they_are_rated_to_rate_or_without_object(results: Results) -> None:
    states = {row["hazard"]: row["status"] for row in results["aleas"]}
    inland = receipts()[f"{GLIERES}/diagnostic"]["results"]["aleas"]
    assert len(states) == 23
    assert set(states.values()) == {"cote", "a_coter"}
    # No sea there.
    assert [row["hazard"] for row in inland if row["status"] == "sans_objet"] == ["A2"]
    for row in results["aleas"]:
        assert (row["exposure"] is None) == (row["status"] != "cote")
        assert (row["origin"] is None) == (row["status"] != "cote")


def test_actions_are_the_first_five_of_the_document(results: Results) -> None:
    asked = ask(LANNION, tier="flash")
    ratings = prepare_ratings(place=asked.place, catalogue=asked.catalogue)
    first = rank_actions(cross(asked.scores, ratings=ratings), territory=LANNION).table.head(5)
    rows = results["actions"]
    assert [row["indicator"] for row in rows] == list(first["indicator"])
    assert [row["gain"] for row in rows] == list(first["gain"])
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]


def test_without_any_rating_hazards_stay_unknown() -> None:
    made = results_of(ask(LANNION, tier="flash"), exposure="aucune")
    assert {row["status"] for row in made["aleas"]} == {"a_coter"}
    assert made["vulnerabilites"] == made["actions"] == []
    assert made["territoires"][0]["rated"] == 0


def test_a_file_is_told_by_its_name_and_never_by_its_folder(full_values: object) -> None:
    made = results_of(ask(LANNION, values=str(full_values), tier="flash"))
    assert made["territoires"][0]["values"] == "complet.csv"
    assert {row["source"] for row in made["indicateurs"]} <= {None, *ask(LANNION).catalogue.sources}


def test_the_pack_adds_hazards() -> None:
    made = results_of(ask(ARMOR, tier="flash"), pack="complet")
    assert len(made["aleas"]) == 31
    assert made["territoires"][0]["pack"] == "complet"
    assert made["territoires"][0]["nature"] == "GROUPE"


def test_the_whole_of_france_says_the_same_as_each_territory(france: Batch) -> None:
    assert len(france.places) == 1255
    for code in (LANNION, GLIERES, REUNION):
        own = {
            name: frame(name, [columns(name, rows)])
            for name, rows in receipts()[f"{code}/diagnostic"]["results"].items()
        }
        here = {
            name: table[table["territory"] == code].reset_index(drop=True)
            for name, table in france.tables.items()
        }
        for name in ("territoires", "besoins"):
            pd.testing.assert_frame_equal(here[name], own[name], check_dtype=False)
        ends = ["total_low", "total_high"]
        pd.testing.assert_frame_equal(
            here["vulnerabilites"].drop(columns=ends), own["vulnerabilites"].drop(columns=ends),
            check_dtype=False, atol=1e-5,
        )  # fmt: skip
        pd.testing.assert_frame_equal(here["actions"], own["actions"], check_dtype=False, rtol=1e-4)
        rated = own["aleas"][own["aleas"]["status"] == "cote"].reset_index(drop=True)
        kept = ["territory", "hazard", "status", "origin", "likelihood", "exposure", "linked"]
        pd.testing.assert_frame_equal(here["aleas"][kept], rated[kept], check_dtype=False)


def test_names_are_in_order_and_no_place_is_lost(france: Batch, catalogue: Catalogue) -> None:
    assert france.places.index.is_unique
    assert france.framework.id == catalogue.settings.default_framework
    assert set(france.tables["besoins"]["territory"]) == set(france.places.index)
    # What is lacking stays so: a share overseas, a need nobody can score.
    assert france.wide("score")["boire"].isna().all()
    assert france.wide("low")["boire"].eq(0.0).all()


def test_a_table_without_rows_keeps_its_columns_and_their_types() -> None:
    empty = frame("besoins", [])
    assert list(empty) == [field.name for field in FIELDS["besoins"]]
    assert empty["score"].dtype == "float64"
    assert empty["determined"].dtype == "bool"
