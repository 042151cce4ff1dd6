"""Several packs, one set: equal answers joined, conflicts settled by a rule or refused."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diag360 import load_catalogue, read_values
from diag360.errors import Refusal
from diag360.territories.merge import merge_values, tidy_csv
from diag360.territories.values import OPTIONAL, REQUIRED

LANNION = "200065928"
CATALOGUE = load_catalogue()
WATER = "bv1_i16"  # a number known to the water service
RATE, PLAN = "be2_i05", "bv1_i01"
FIXED = settings(
    derandomize=True, deadline=None, max_examples=15,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


def row(value="0.13", *, indicator=RATE, status=None, year=pd.NA, **fields):
    words = CATALOGUE.indicators[indicator].response.choices
    told = dict.fromkeys([*REQUIRED, *OPTIONAL], "")
    told |= {"territory": LANNION, "indicator": indicator, "value": value, "quality": "exact"}
    told |= {"status": status or ("declare" if value else "non_collecte")} | fields
    return told | {"year": year, "number": float(value) if value and not words else np.nan}


def part(*rows):
    frame = pd.DataFrame(list(rows))
    return frame.astype(
        {n: "str" for n in frame if n not in ("year", "number")} | {"year": "Int64"}
    )


def merged(*parts, rule="refuser"):
    return merge_values(list(parts), rule=rule, catalogue=CATALOGUE)


def the_row(result):
    assert len(result.rows) == 1
    return result.rows.iloc[0]


OLD = part(row("0.13", year=2021, author="Jean", comment="bilan", evidence="p. 3"))
NEW = part(row("0.20", year=2023, author="Anne", comment="enquête", source="insee"))


# --- Answers that agree ----------------------------------------------------------------------


def test_equal_answers_are_one_row_with_every_comment() -> None:
    result = merged(
        ("a.csv", part(row("0.5", year=2021, author="Jean", comment="vu", evidence="p. 3"))),
        ("b.csv", part(row("0.50", year=2022, author="Anne", comment="revu", source="insee"))),
    )
    kept = the_row(result)
    assert (kept["year"], kept["source"], kept["number"]) == (2022, "insee", 0.5)
    assert kept["author"] == "Anne ; Jean"
    assert kept["evidence"] == "p. 3"
    assert kept["comment"] == "revu ; vu ; même réponse (a.csv, Jean, 2021)"
    assert result.conflicts.empty


def test_the_same_file_twice_changes_nothing() -> None:
    once = merged(("a.csv", OLD))
    twice = merged(("a.csv", OLD), ("copie.csv", OLD))
    pd.testing.assert_frame_equal(once.rows, twice.rows)


def test_an_unknown_yields_to_an_answer_and_keeps_its_comment() -> None:
    unknown = part(row("", author="Luc", comment="registre perdu"))
    for parts in ([("a.csv", OLD), ("b.csv", unknown)], [("b.csv", unknown), ("a.csv", OLD)]):
        result = merged(*parts)
        kept = the_row(result)
        assert (kept["value"], kept["status"], kept["author"]) == ("0.13", "declare", "Jean")
        assert "sans réponse (b.csv, Luc) : registre perdu" in kept["comment"]
        assert result.conflicts.empty


def test_several_unknowns_stay_unknown() -> None:
    result = merged(
        ("a.csv", part(row("", comment="perdu"))), ("b.csv", part(row("", comment="jamais su")))
    )
    kept = the_row(result)
    assert (kept["value"], kept["status"]) == ("", "non_collecte")
    assert set(kept["comment"].split(" ; ")) == {"perdu", "jamais su"}


def test_a_missing_year_is_lent_by_an_equal_answer() -> None:
    result = merged(("a.csv", part(row(year=2021))), ("b.csv", part(row(level="epci"))))
    assert the_row(result)["year"] == 2021
    assert the_row(result)["level"] == "epci"


# --- Conflicts -------------------------------------------------------------------------------


def test_conflicts_are_refused_all_at_once_with_both_answers() -> None:
    a = part(row("0.13", year=2021, author="Jean", comment="bilan"), row("Oui", indicator=PLAN))
    b = part(row("0.20", year=2023, author="Anne"), row("Non", indicator=PLAN))
    with pytest.raises(Refusal) as caught:
        merged(("dossier/eau.csv", a), ("b.csv", b))
    assert len(caught.value.faults) == 2
    told = str(caught.value)
    for words in (
        "eau.csv et b.csv", RATE, PLAN, "« 0.13 » (eau.csv, Jean, 2021), « bilan »",
        "« 0.20 » (b.csv, Anne, 2023)", "« Oui » (eau.csv)", "« Non » (b.csv)", "dernier",
    ):  # fmt: skip
        assert words in told


@pytest.mark.parametrize("status", ["sans_objet", "secret"])
def test_a_value_against_no_value_for_good_is_a_conflict(status) -> None:
    other = part(row("", status=status, author="Anne"))
    with pytest.raises(Refusal, match=f"« {status.replace('_', ' ')} » \\(b.csv, Anne\\)"):
        merged(("a.csv", OLD), ("b.csv", other))
    kept = the_row(merged(("a.csv", OLD), ("b.csv", other), rule="premier"))
    assert kept["value"] == "0.13"
    result = merged(("b.csv", other), ("a.csv", OLD), rule="premier")
    assert (the_row(result)["value"], the_row(result)["status"]) == ("", status)
    assert np.isnan(the_row(result)["number"])
    assert "« 0.13 » (a.csv, Jean, 2021)" in the_row(result)["comment"]


def test_the_last_year_wins_and_the_other_answer_is_told() -> None:
    for parts in ([("a.csv", OLD), ("b.csv", NEW)], [("b.csv", NEW), ("a.csv", OLD)]):
        result = merged(*parts, rule="dernier")
        kept = the_row(result)
        assert (kept["value"], kept["number"], kept["author"]) == ("0.20", 0.20, "Anne")
        assert (
            kept["comment"] == "enquête ; autre réponse : « 0.13 » (a.csv, Jean, 2021), bilan, p. 3"
        )
        told = result.conflicts.set_index("file")
        assert list(told.loc[["a.csv", "b.csv"], "kept"]) == [False, True]
        assert set(told["why"]) == {"année la plus récente (2023)"}
        assert told.loc["a.csv", "author"] == "Jean"
        assert told.loc["a.csv", "value"] == "0.13"


@pytest.mark.parametrize("early", ["2026-03-01", "01/03/2026", "5/1/2026", "", "hier"])
def test_at_equal_years_the_last_day_wins(early) -> None:
    late = part(row("0.20", year=2021, date="2026-03-02"))
    other = part(row("0.13", year=2021, date=early))
    result = merged(("b.csv", late), ("a.csv", other), rule="dernier")
    assert the_row(result)["value"] == "0.20"
    assert set(result.conflicts["why"]) == {"rempli en dernier (2026-03-02)"}


def test_at_equal_years_and_days_the_last_file_wins() -> None:
    result = merged(("a.csv", part(row("0.13"))), ("b.csv", part(row("0.20"))), rule="dernier")
    assert the_row(result)["value"] == "0.20"
    assert set(result.conflicts["why"]) == {"dernier fichier donné, à année et date égales"}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("b.csv", {"service": "Eau et assainissement"}),
        ("b.csv", {"service": "eau_assainissement"}),
        ("b.csv", {"author": "Anne, service eau et assainissement"}),
        (f"{LANNION}-eau_assainissement.xlsx", {"author": "Anne"}),
    ],
)
def test_the_service_that_knows_wins(name, fields) -> None:
    assert CATALOGUE.indicators[WATER].collection.service == "eau_assainissement"
    own = part(row("3", indicator=WATER, **fields))
    other = part(row("4", indicator=WATER, author="Jean, service habitat"))
    for parts in ([("a.csv", other), (name, own)], [(name, own), ("a.csv", other)]):
        result = merged(*parts, rule="service")
        assert the_row(result)["value"] == "3"
        assert set(result.conflicts["why"]) == {"réponse du service « Eau et assainissement »"}


def test_a_service_that_does_not_settle_is_refused() -> None:
    nobody = [
        ("a.csv", part(row("3", indicator=WATER))),
        ("b.csv", part(row("4", indicator=WATER))),
    ]
    with pytest.raises(Refusal, match="aucune réponse ne dit venir du service « Eau et assain"):
        merged(*nobody, rule="service")
    water = {"service": "Eau et assainissement"}
    both = [("a.csv", part(row("3", indicator=WATER, **water))),
            ("b.csv", part(row("4", indicator=WATER, **water)))]  # fmt: skip
    with pytest.raises(Refusal, match="« Eau et assainissement » a donné plusieurs réponses"):
        merged(*both, rule="service")


def test_three_answers_two_of_them_equal() -> None:
    parts = [("a.csv", part(row("0.1", year=2020, author="A"))),
             ("b.csv", part(row("0.2", year=2021, author="B"))),
             ("c.csv", part(row("0.10", year=2022, author="C")))]  # fmt: skip
    result = merged(*parts, rule="dernier")
    assert the_row(result)["number"] == 0.1
    assert the_row(result)["author"] == "C ; A"
    assert list(result.conflicts["kept"]) == [True, False, True]


def test_a_rule_and_a_file_are_needed() -> None:
    with pytest.raises(Refusal, match="« moyenne » inconnu"):
        merged(("a.csv", OLD), rule="moyenne")
    with pytest.raises(Refusal, match="aucun fichier"):
        merged()


def test_addresses_say_their_workbook_and_other_columns_stay() -> None:
    a = part(row("0.13", cell="Boire!H12")).assign(spent=12.0)
    b = part(row("Oui", indicator=PLAN))
    rows = merged(("eau.xlsx", a), ("b.csv", b)).rows
    assert list(rows["cell"]) == ["eau.xlsx, Boire!H12", ""]
    assert rows["spent"].iloc[0] == 12.0
    assert rows["spent"].isna().iloc[1]
    assert list(merged(("eau.xlsx", a)).rows["cell"]) == ["Boire!H12"]


# --- Laws ------------------------------------------------------------------------------------

values = st.sampled_from(["0.1", "0.10", "0.2", "0.3", ""])
remarks = st.sampled_from(["", "vu", "à revoir", "=1+1"])


@st.composite
def several_parts(draw):
    parts = []
    for at in range(draw(st.integers(1, 4))):
        rows = []
        for indicator in draw(st.sets(st.sampled_from([RATE, "be2_i06", "be2_i04"]), min_size=1)):
            year = draw(st.sampled_from([2019, 2020, 2021, pd.NA]))
            rows.append(row(draw(values), indicator=indicator, year=year,
                            comment=draw(remarks), author=f"agent {at}"))  # fmt: skip
        parts.append((f"p{at}.csv", part(*rows)))
    return parts


@FIXED
@given(several_parts(), st.sampled_from(["dernier", "premier"]))
def test_nothing_is_lost_and_nothing_comes_twice(parts, rule) -> None:
    result = merged(*parts, rule=rule)
    everything = pd.concat([rows.assign(file=name) for name, rows in parts])
    keys = ["territory", "indicator"]
    assert not result.rows.duplicated(keys).any()
    assert set(map(tuple, result.rows[keys].values)) == set(map(tuple, everything[keys].values))
    told = result.rows.set_index("indicator")
    for answer in everything.to_dict("records"):
        kept = told.loc[answer["indicator"]]
        assert answer["comment"] in kept["comment"]
        if answer["value"]:
            written = [
                float(kept["value"]),
                *map(float, re.findall(r"« ([\d.]+) »", kept["comment"])),
            ]
            assert float(answer["value"]) in written
            assert answer["author"] in kept["author"] + kept["comment"]


@FIXED
@given(several_parts())
def test_one_part_alone_is_left_as_it_is(parts) -> None:
    name, rows = parts[0]
    pd.testing.assert_frame_equal(merged((name, rows)).rows, rows.reset_index(drop=True))


@FIXED
@given(several_parts())
def test_a_merge_is_refused_exactly_when_numbers_differ(parts) -> None:
    everything = pd.concat([rows for _, rows in parts])
    known = everything.dropna(subset="number").groupby("indicator")["number"]
    differ = known.max() > known.min()
    if not differ.any():
        assert merged(*parts).conflicts.empty
        return
    with pytest.raises(Refusal) as caught:
        merged(*parts)
    assert {f.place.split(", ")[1] for f in caught.value.faults} == set(differ.index[differ])


# --- Written and read back -------------------------------------------------------------------


@FIXED
@given(several_parts())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, parts) -> None:
    rows = merged(*parts, rule="dernier").rows
    path = Path(tmp_path_factory.mktemp("ecrit")) / "valeurs.csv"
    path.write_text(tidy_csv(rows), encoding="utf-8")
    again = read_values(path, catalogue=CATALOGUE)
    pd.testing.assert_frame_equal(again, rows, check_dtype=False)
    assert tidy_csv(again) == tidy_csv(rows)


def test_no_text_runs_in_a_spreadsheet() -> None:
    frame = part(row("0.1", comment="=HYPERLINK(1)", author="@moi", source="+x", evidence="-y"))
    cells = tidy_csv(frame).splitlines()[1].split(",")
    assert [c for c in cells if c.startswith(("=", "+", "-", "@"))] == []
    signed = part(row("-0.05", indicator=negative()))
    assert ",-0.05," in tidy_csv(signed)


def negative() -> str:
    return next(i.id for i in CATALOGUE.indicators.values()
                if i.response.unit and CATALOGUE.units[i.response.unit].signed)  # fmt: skip
