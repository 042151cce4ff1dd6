from datetime import date

import pandas as pd
import pytest

from diag360.catalogue.load import load_catalogue
from diag360.territories.guard import check_values, unknown_territories
from diag360.territories.values import read_values

CATALOGUE = load_catalogue()
SIREN = "200065928"
SHARE = "be2_i05"
GROWTH = "bv2_i03"  # a change over time, from −100 % upwards
RATE = "be2_i09"  # a rate that may exceed 100 %
RISKS = "bv5_i04"  # a number out of 13
ABOVE = "bv4_i05"  # a density, from 0 upwards


REFERENCE = read_values(catalogue=CATALOGUE)


def judged(*cells):
    """What the guard says of values, mere remarks left out."""
    frame = pd.DataFrame(
        [(code, indicator, str(value), value, "declare", pd.NA, "")
         for code, indicator, value in cells],
        columns=["territory", "indicator", "value", "number", "status", "year", "comment"],
    )  # fmt: skip
    today = date(2026, 11, 23)
    found = check_values(frame, catalogue=CATALOGUE, reference=REFERENCE, today=today)
    return [one for one in found if one.severity != "info"]


@pytest.mark.parametrize(
    ("indicator", "value", "fraction"), [(SHARE, 13.2, "0.132"), (GROWTH, -7.0, "-0.07")]
)
def test_a_percent_written_as_it_is_names_the_fraction(indicator, value, fraction):
    (one,) = judged((SIREN, indicator, value))
    assert (one.severity, one.sure) == ("erreur", True)
    assert one.place == f"{SIREN}, {indicator}"
    assert f"«\u00a0{value}\u00a0»" in one.problem
    assert CATALOGUE.unit(indicator).label.replace(" %", "\u00a0%") in one.problem
    assert float(one.proposed) == float(fraction)


@pytest.mark.parametrize(
    ("indicator", "value"),
    [(SHARE, 100.0), (SHARE, 1.01), (SHARE, 95.123456), (SHARE, 250.0), (GROWTH, -100.0)],
)
def test_an_impossible_value_with_several_readings_is_never_mended_alone(indicator, value):
    (one,) = judged((SIREN, indicator, value))
    assert (one.severity, one.sure) == ("erreur", False)
    unit = CATALOGUE.unit(indicator)
    assert unit.minimum <= float(one.proposed)
    assert unit.maximum is None or float(one.proposed) <= unit.maximum


@pytest.mark.parametrize(
    ("indicator", "value", "bounds"),
    [
        (SHARE, -0.1, "de 0 à 1"),
        (GROWTH, -700.0, "de -1 à l’infini"),
        (RISKS, 14.0, "de 0 à 13"),
        (RISKS, -1.0, "de 0 à 13"),
        (ABOVE, -0.5, "de 0 à l’infini"),
        (RATE, -0.5, "de 0 à l’infini"),
    ],
)
def test_a_value_nothing_explains_names_the_range(indicator, value, bounds):
    (one,) = judged((SIREN, indicator, value))
    assert one.severity == "erreur"
    assert one.place == f"{SIREN}, {indicator}"
    assert f"«\u00a0{value}\u00a0»" in one.problem
    assert one.problem.endswith(f"attendu\u00a0: {bounds}")
    assert one.proposed is None


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        (SHARE, 0.0),
        (SHARE, 1.0),
        (SHARE, 0.99),  # far beyond the worst threshold, and possible
        (GROWTH, -1.0),
        (GROWTH, 3.0),
        (RATE, 1.4),
        (RISKS, 13.0),
        ("be2_i14", -60.0),
        ("bv1_i04", 0.2),
    ],
)
def test_a_bad_but_possible_value_is_never_held_back(indicator, value):
    assert [one for one in judged((SIREN, indicator, value)) if one.severity == "erreur"] == []


def test_a_possible_value_a_hundred_times_too_high_is_held_back():
    (one,) = judged((SIREN, ABOVE, 500.0))
    assert (one.severity, float(one.proposed)) == ("erreur", 5.0)


def test_missing_values_and_answers_are_left_alone():
    frame = pd.DataFrame(
        [(SIREN, SHARE, "", float("nan")), (SIREN, "bv1_i01", "Oui", float("nan"))],
        columns=["territory", "indicator", "value", "number"],
    ).assign(status=["non_collecte", "declare"], year=pd.NA, comment="")
    today = date(2026, 11, 23)
    assert check_values(frame, catalogue=CATALOGUE, reference=REFERENCE, today=today) == []


def test_each_impossible_value_of_each_territory_is_named():
    found = judged(
        ("200000172", SHARE, 13.2),
        ("200000438", SHARE, 0.132),
        ("200000545", RISKS, 14.0),
        ("200000545", SHARE, 20.0),
    )
    assert {one.place for one in found if one.severity == "erreur"} == {
        f"200000172, {SHARE}",
        f"200000545, {SHARE}",
        f"200000545, {RISKS}",
    }


def test_the_shipped_values_raise_no_alert():
    today = date(2026, 11, 23)
    found = check_values(REFERENCE, catalogue=CATALOGUE, reference=REFERENCE, today=today)
    assert [one for one in found if one.severity != "info"] == []


def test_a_code_of_no_intercommunalite_is_named_once():
    frame = pd.DataFrame({"territory": [SIREN, "999999999", "999999999", "petr-x"]})
    problems = [alert.problem for alert in unknown_territories(frame)]
    assert len(problems) == 2
    assert "« 999999999 »" in problems[0]
    assert "« petr-x »" in problems[1]
