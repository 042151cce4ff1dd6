import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag360.catalogue.model import Catalogue
from diag360.documents import text


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "expected"),
    [
        (1234567.0, 0, False, "1\u202f234\u202f567"),
        (0.5, 0, False, "1"),
        (2.675, 2, False, "2,68"),
        (-0.04, 1, False, "0,0"),
        (-3.25, 1, False, "\u22123,3"),
        (3.2, 1, True, "+3,2"),
        (0.0, 1, True, "0,0"),
    ],
)
def test_numbers_are_french(value: float, decimals: int, signed: bool, expected: str) -> None:
    assert text.number(value, decimals=decimals, signed=signed) == expected


def test_a_share_prints_in_percent(catalogue: Catalogue) -> None:
    assert text.with_unit(0.132, catalogue.units["part"]) == "13,2\u00a0%"
    assert text.with_unit(0.05, catalogue.units["evolution"]) == "+5,0\u00a0%"
    assert text.with_unit(2.0, catalogue.units["nombre"]) == "2"


def test_a_threshold_keeps_the_decimals_it_needs(catalogue: Catalogue) -> None:
    assert text.threshold(0.0158, catalogue.units["part"]) == "1,58\u00a0%"
    assert text.threshold(0.0, catalogue.units["part"]) == "0\u00a0%"
    assert text.threshold(208.6, catalogue.units["etp_100000_hab"]) == "208,6"
    assert text.threshold(0.88, catalogue.units["pour_1000_hab"]) == "0,88"


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_interval_is_rounded_outwards(a: float, b: float) -> None:
    low, high = sorted((a, b))
    words = text.interval(low, high).split()
    assert int(words[1]) <= 100 * low + 1e-6
    assert int(words[3]) >= 100 * high - 1e-6


def test_an_interval_of_a_round_score_does_not_widen() -> None:
    assert text.interval(0.07, 0.57) == "entre 7 et 57"  # 100 * 0.07 is 7.000000000000001


def test_a_need_below_the_floor_prints_no_bare_number() -> None:
    printed = text.need_score(0.6, low=0.12, high=0.92, determined=False)
    assert printed == "indéterminé (entre 12 et 92)"
    assert text.need_score(0.6, low=0.5, high=0.7, determined=True) == "60"
    nan = math.nan
    assert text.need_score(nan, low=nan, high=nan, determined=False) == "sans objet"


def test_words_are_joined_and_counted() -> None:
    assert text.enumerate_words([]) == ""
    assert text.enumerate_words(["a"]) == "a"
    assert text.enumerate_words(["a", "b", "c"]) == "a, b et c"
    assert text.count(0, "besoin") == "0\u00a0besoin"
    assert text.count(2, "besoin indéterminé", "besoins indéterminés").endswith("indéterminés")


def test_every_word_of_the_catalogue_has_a_label(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators.values():
        assert text.LABELS[indicator.kind]
        assert text.LABELS[indicator.scale.basis]
