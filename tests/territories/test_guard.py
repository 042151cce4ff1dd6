import pandas as pd
import pytest

from diag360.catalogue.load import load_catalogue
from diag360.territories.guard import physical_range, unknown_territories

CATALOGUE = load_catalogue()
SIREN = "200065928"
SHARE = "be2_i05"
GROWTH = "bv2_i03"  # a change over time, from −100 % upwards
RATE = "be2_i09"  # a rate that may exceed 100 %
RISKS = "bv5_i04"  # a number out of 13
ABOVE = "bv4_i05"  # a density, from 0 upwards


def alerts(*cells):
    frame = pd.DataFrame(
        [(SIREN, indicator, str(value), value) for indicator, value in cells],
        columns=["territory", "indicator", "value", "number"],
    )
    return physical_range(frame, catalogue=CATALOGUE)


@pytest.mark.parametrize(
    ("indicator", "value", "fraction"),
    [
        (SHARE, 13.2, "0.132"),
        (SHARE, 100.0, "1"),
        (SHARE, 1.01, "0.0101"),
        (SHARE, 95.123456, "0.951235"),
        (GROWTH, -7.0, "-0.07"),
        (GROWTH, -100.0, "-1"),
    ],
)
def test_a_percent_written_as_it_is_names_the_fraction(indicator, value, fraction):
    (alert,) = alerts((indicator, value))
    assert alert.place == f"{SIREN}, {indicator}"
    assert f"« {value} »" in alert.problem
    assert CATALOGUE.unit(indicator).label in alert.problem
    assert alert.remedy.endswith(f": {fraction}")


@pytest.mark.parametrize(
    ("indicator", "value", "bounds"),
    [
        (SHARE, 250.0, "de 0 à 1"),
        (SHARE, -0.1, "de 0 à 1"),
        (GROWTH, -700.0, "de -1 à l’infini"),
        (RISKS, 14.0, "de 0 à 13"),
        (RISKS, -1.0, "de 0 à 13"),
        (ABOVE, -0.5, "de 0 à l’infini"),
        (RATE, -0.5, "de 0 à l’infini"),
    ],
)
def test_a_value_no_fraction_explains_names_the_range(indicator, value, bounds):
    (alert,) = alerts((indicator, value))
    assert alert.place == f"{SIREN}, {indicator}"
    assert f"« {value} »" in alert.problem
    assert alert.remedy == f"attendu : {bounds}"


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
        (ABOVE, 500.0),
        ("be2_i14", -60.0),
        ("bv1_i04", 0.2),
    ],
)
def test_a_bad_but_possible_value_is_left_alone(indicator, value):
    assert alerts((indicator, value)) == []


def test_missing_values_and_answers_are_left_alone():
    frame = pd.DataFrame(
        [(SIREN, SHARE, "", float("nan")), (SIREN, "bv1_i01", "Oui", float("nan"))],
        columns=["territory", "indicator", "value", "number"],
    )
    assert physical_range(frame, catalogue=CATALOGUE) == []


def test_each_impossible_value_of_each_territory_is_named():
    frame = pd.DataFrame(
        [
            ("200000001", SHARE, "13.2", 13.2),
            ("200000002", SHARE, "0.132", 0.132),
            ("200000003", RISKS, "14", 14.0),
            ("200000003", SHARE, "20", 20.0),
        ],
        columns=["territory", "indicator", "value", "number"],
        index=[7, 3, 9, 1],
    )
    found = physical_range(frame, catalogue=CATALOGUE)
    assert {alert.place for alert in found} == {
        f"200000001, {SHARE}",
        f"200000003, {SHARE}",
        f"200000003, {RISKS}",
    }


def test_the_shipped_values_raise_no_alert():
    from diag360.territories.values import read_values

    assert physical_range(read_values(catalogue=CATALOGUE), catalogue=CATALOGUE) == []


def test_a_code_of_no_intercommunalite_is_named_once():
    frame = pd.DataFrame({"territory": [SIREN, "999999999", "999999999", "petr-x"]})
    problems = [alert.problem for alert in unknown_territories(frame)]
    assert len(problems) == 2
    assert "« 999999999 »" in problems[0]
    assert "« petr-x »" in problems[1]
