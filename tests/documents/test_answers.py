"""What is typed is read as it is printed; what is stored is typed back without losing a digit."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diag360 import load_catalogue, read_values
from diag360.documents.widgets.answers import (
    Answer,
    Unreadable,
    read_answer,
    same_answer,
    typed_text,
    with_answer,
)

LANNION = "200065928"
CATALOGUE = load_catalogue()
RATE, PLAN = CATALOGUE.indicators["be2_i05"], CATALOGUE.indicators["bv1_i01"]
NUMERIC = [i for i in CATALOGUE.indicators.values() if i.response.unit]


def read(typed, *, indicator=RATE, status="declare", year="2025"):
    unit = CATALOGUE.unit(indicator.id)
    return read_answer(typed, indicator=indicator, unit=unit, status=status, year=year)


@pytest.mark.parametrize("typed", ["13,2", "13.2", "13,2 %", "13,2\u00a0%", " 13,20% ", "+13,2"])
def test_a_share_is_typed_in_percent(typed) -> None:
    assert read(typed) == Answer("0.132", 0.132, "declare", 2025)


def test_other_units_are_typed_as_they_are_printed() -> None:
    schools = next(i for i in NUMERIC if CATALOGUE.unit(i.id).symbol == "pour 1 000 hab.")
    for typed in ("1,5", "1,5 pour 1 000 hab.", "1.5"):
        assert read(typed, indicator=schools).value == "1.5"
    count = next(i for i in NUMERIC if i.response.unit == "nombre")
    assert read("1\u202f234", indicator=count).value == "1234"
    signed = next(i for i in NUMERIC if CATALOGUE.unit(i.id).signed)
    factor = Decimal(repr(CATALOGUE.unit(signed.id).factor))
    assert Decimal(read("\u22125", indicator=signed).value) == Decimal(-5) / factor


@pytest.mark.parametrize(
    ("typed", "more", "said"),
    [
        ("douze", {}, "« douze » n’est pas un nombre"),
        ("12,3,4", {}, "« 12,3,4 » n’est pas un nombre"),
        ("nan", {}, "« nan » n’est pas un nombre"),
        ("1 3,2", {}, "« 1 3,2 » n’est pas un nombre"),
        ("1_3", {}, "« 1_3 » n’est pas un nombre"),
        ("132", {}, "« 132 » est impossible"),
        ("-1", {}, "« -1 » est impossible"),
        ("Peut-être", {"indicator": PLAN}, "« Peut-être » n’est pas une réponse : Non ; En cours"),
        ("13", {"year": "25"}, "année illisible « 25 »"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(typed, more, said) -> None:
    with pytest.raises(Unreadable, match=said):
        read(typed, **more)


def test_nothing_is_never_zero() -> None:
    for answer in (
        read(""),
        read("  "),
        read("13", status="secret"),
        read("0", status="sans_objet"),
    ):
        assert answer.value == ""
        assert np.isnan(answer.number)
    assert read("").status == "non_collecte"
    assert read("13", status="secret").status == "secret"
    assert read("0").number == 0.0
    assert read("", year="").year is None


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(NUMERIC), st.floats(0, 1))
def test_what_is_stored_is_typed_back_to_the_digit(indicator, fraction) -> None:
    unit = CATALOGUE.unit(indicator.id)
    low = unit.minimum if unit.minimum is not None else -1000.0
    high = unit.maximum if unit.maximum is not None else low + 1e5
    number = low + fraction * (high - low)
    again = read(typed_text(repr(number), unit=unit), indicator=indicator)
    assert again.number == number
    assert same_answer(again, value=repr(number), number=number)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    every = read_values(catalogue=CATALOGUE)
    return every[every["territory"].isin([LANNION, "200000172"])]


TEXTS = {"source": "bilan", "evidence": "p. 3", "comment": "vu\nhier", "author": "Anne"}


def test_an_answer_takes_the_place_of_the_former_one_and_tells_it(rows) -> None:
    before = rows.copy()
    changed = with_answer(rows, read("13,2"), territory=LANNION, indicator="be2_i05", texts=TEXTS)
    pd.testing.assert_frame_equal(rows, before)
    assert len(changed) == len(rows)
    here = (changed["territory"] == LANNION) & (changed["indicator"] == "be2_i05")
    row = changed[here].iloc[0]
    assert (row["value"], row["number"], row["status"], row["year"]) == (
        "0.132", 0.132, "declare", 2025,
    )  # fmt: skip
    former = before[here].iloc[0]
    told = f"réponse précédente : « {former['value']} » ({former['year']}, {former['source']})"
    assert row["comment"] == f"vu hier ; {told}"
    assert (row["level"], row["quality"]) == ("", "exact")
    pd.testing.assert_frame_equal(changed[~here], before[~here])


def test_the_same_number_keeps_its_level_and_says_nothing(rows) -> None:
    here = (rows["territory"] == LANNION) & (rows["indicator"] == "be2_i05")
    former = rows[here].iloc[0]
    typed = typed_text(former["value"], unit=CATALOGUE.unit("be2_i05"))
    changed = with_answer(rows, read(typed), territory=LANNION, indicator="be2_i05", texts=TEXTS)
    row = changed[here].iloc[0]
    assert row["level"] == former["level"] != ""
    assert row["comment"] == "vu hier"


def test_a_new_answer_comes_last_with_the_types_of_the_others(rows) -> None:
    wide = rows.assign(cell="Feuille!A1")
    answer = read("Oui", indicator=PLAN, year="")
    changed = with_answer(wide, answer, territory=LANNION, indicator="bv1_i01", texts=TEXTS)
    assert dict(changed.dtypes) == dict(wide.dtypes)
    last = changed.iloc[-1]
    assert (last["territory"], last["indicator"], last["value"]) == (LANNION, "bv1_i01", "Oui")
    assert pd.isna(last["year"])
    assert np.isnan(last["number"])
