"""Each rule of the guard, on cases a reader can judge."""

import math
from datetime import date

import pandas as pd
import pytest

from diag360.catalogue.load import load_catalogue
from diag360.territories.guard import apply_fixes, blocking, check_values, withhold
from diag360.territories.perimeter import load_epci
from diag360.territories.values import read_values

CATALOGUE = load_catalogue()
REFERENCE = read_values(catalogue=CATALOGUE)
LANNION = "200065928"  # 102 000 inhabitants, 57 communes
TODAY = date(2026, 11, 23)


def rows_of(*cells, **columns):
    """Rows of (indicator, value); a comment may follow."""
    listed = []
    for indicator, value, *comment in cells:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        status = "declare" if value else "non_collecte"
        listed.append((LANNION, indicator, str(value), status, *(comment or [""]), number))
    names = ["territory", "indicator", "value", "status", "comment", "number"]
    frame = pd.DataFrame(listed, columns=names)
    frame["year"] = pd.Series([2025] * len(frame), dtype="Int64")
    return frame.assign(**columns)


def findings(*cells, reference=REFERENCE, catalogue=CATALOGUE, **columns):
    rows = rows_of(*cells, **columns)
    return check_values(rows, catalogue=catalogue, reference=reference, today=TODAY)


def only(*cells, **options):
    (finding,) = findings(*cells, **options)
    return finding


def own(indicator):
    rows = REFERENCE[(REFERENCE["territory"] == LANNION) & (REFERENCE["indicator"] == indicator)]
    return float(rows["number"].iloc[0])


@pytest.mark.parametrize(
    ("indicator", "typed", "proposed", "severity", "sure"),
    [
        ("be2_i05", "13.2", "0.132", "erreur", True),  # poverty, percent
        ("be2_i05", "12", "0.12", "erreur", True),  # a whole percent, near the open data
        ("be2_i05", "0.00132", "0.132", "erreur", True),  # divided twice
        ("bv2_i03", "-7", "-0.07", "erreur", True),  # a change in percent
        ("be2_i09", "62.5", "0.625", "erreur", True),  # a rate that may exceed 100 %
        ("be1_i06", "37.5", "0.375", "erreur", True),  # decimals say percent
        ("be1_i06", "12", "0.12", "erreur", False),  # 12 schools, or 12 % of them
        ("bv4_i05", "0.00031", "3.1", "erreur", True),  # per inhabitant for 10 000
        ("be2_i10", "0.0316", "31.6", "alerte", False),  # per inhabitant for 1 000
        ("be2_i10", "31600", "31.6", "erreur", True),  # a thousand times
        ("bi2_i03", "6200", "6.2", "erreur", True),
        ("be2_i13", "2900", "2.9", "erreur", True),
        ("bv1_i12", "36000", "36", "erreur", True),
        ("bv1_i04", "0.0098", "0.98", "erreur", True),
    ],
)
def test_slips_of_unit_are_named_with_the_right_value(indicator, typed, proposed, severity, sure):
    finding = only((indicator, typed))
    assert (finding.rule, finding.severity) == ("unite", severity)
    assert finding.value == typed
    assert f"«\u00a0{typed}\u00a0»" in finding.problem
    assert finding.proposed == proposed
    assert finding.sure is sure


def test_a_count_for_a_rate_is_divided_by_the_inhabitants():
    finding = only(("be2_i10", "3216"))
    assert (finding.rule, finding.severity, finding.sure) == ("nombre_brut", "erreur", False)
    assert 30 < float(finding.proposed) < 33
    assert "pour 1\u202f000 habitants" in finding.problem


def test_a_number_of_communes_for_their_share_is_never_written_without_asking():
    finding = only(("bv5_i01", "40"))
    assert (finding.severity, finding.proposed, finding.sure) == ("erreur", "0.4", False)
    assert "ou un nombre au lieu d’une part" in finding.problem


def test_a_percent_that_is_no_number_of_communes_is_a_number_of_communes():
    epci = load_epci()
    siren = epci.index[epci["communes"] == 10][0]
    rows = rows_of(("bv5_i01", "7")).assign(territory=siren)
    (finding,) = check_values(rows, catalogue=CATALOGUE, reference=REFERENCE, today=TODAY)
    assert (finding.rule, finding.severity) == ("nombre_brut", "erreur")
    assert (finding.proposed, finding.sure) == ("0.7", False)
    assert "un nombre de communes sur 10" in finding.problem


def test_a_count_too_large_for_a_percent_has_no_proposal():
    finding = only(("be1_i06", "4200"))
    assert (finding.rule, finding.severity) == ("nombre_brut", "erreur")
    assert finding.proposed is None


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("be2_i05", "0.42"),
        ("bv3_i08", "0.30"),
        ("bv2_i04", "0"),
        ("bv3_i06", "0.40"),
        ("be1_i06", "1"),
        ("bv1_i04", "0.6"),
        ("bi2_i06", "40"),
        ("bv1_i12", "0"),
        ("bv1_i12", "6"),
        ("bi2_i07", "2.5"),
        ("bv2_i03", "-0.35"),
        ("be2_i14", "-25"),
        ("be2_i11", "0"),
        ("bv3_i10", "2500"),
    ],
)
def test_a_true_and_bad_value_is_at_most_information(indicator, value):
    assert all(f.severity == "info" for f in findings((indicator, value)))
    assert all(f.severity == "info" for f in findings((indicator, value), reference=None))


def test_second_homes_of_a_resort_are_left_alone():
    resort = REFERENCE[REFERENCE["indicator"] == "bv3_i06"].nlargest(1, "number")
    rows = rows_of(("bv3_i06", "0.85")).assign(territory=resort["territory"].iloc[0])
    found = check_values(rows, catalogue=CATALOGUE, reference=REFERENCE, today=TODAY)
    assert all(f.severity == "info" for f in found)


def test_less_than_one_thing_on_the_territory_is_impossible():
    finding = only(("be2_i11", "0.0056"))  # 0.0057 structure for 102 000 inhabitants
    assert finding.severity == "erreur"
    assert finding.proposed == "5.6"
    assert "pas même une unité" in finding.problem


@pytest.mark.parametrize(
    ("indicator", "cell", "rule", "proposed", "sure"),
    [
        ("be2_i10", "#DIV/0!", "cellule", None, False),
        ("bv1_i01", "#N/A", "cellule", None, False),
        ("be2_i05", "12,5 %", "cellule", "0.125", True),
        ("be2_i05", "voir avec le CCAS", "cellule", None, False),
        ("be2_i10", "env. 31,6", "cellule", "31.6", False),
        ("bv1_i01", "oui ", "vocabulaire", "Oui", True),
        ("bv1_i01", "Ouii", "vocabulaire", "Oui", False),
        ("bv1_i01", "peut-être", "vocabulaire", None, False),
        ("bv1_i02", "Oui partielement", "vocabulaire", "Oui partiellement", False),
    ],
)
def test_unreadable_cells_are_errors(indicator, cell, rule, proposed, sure):
    quoted = f"vu en réunion ; cellule illisible : « {cell} »"
    finding = only((indicator, "", quoted))
    assert (finding.rule, finding.severity) == (rule, "erreur")
    assert (finding.proposed, finding.sure) == (proposed, sure)
    assert finding.value == cell.strip()
    direct = only((indicator, cell))
    assert (direct.rule, direct.proposed) == (rule, proposed)


def test_a_comment_on_an_empty_value_is_no_finding():
    assert findings(("be2_i10", "", "cellule vide, à demander")) == []


@pytest.mark.parametrize(
    ("year", "severity"), [(2027, "alerte"), (2026, None), (2016, None), (2015, "info")]
)
def test_years(year, severity):
    found = findings(("bv1_i01", "Oui"), year=pd.Series([year], dtype="Int64"))
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all(f.rule == "annee" and str(year) in f.problem for f in found)


def test_an_indicator_past_its_life_is_told():
    old = CATALOGUE.indicators["bv1_i01"].model_copy(update={"valid_until": date(2025, 12, 31)})
    catalogue = type(CATALOGUE)(
        **{
            name: getattr(CATALOGUE, name)
            for name in type(CATALOGUE).__dataclass_fields__
            if name != "indicators"
        },
        indicators={**CATALOGUE.indicators, "bv1_i01": old},
    )
    finding = only(("bv1_i01", "Oui"), catalogue=catalogue)
    assert (finding.rule, finding.severity) == ("annee", "info")
    assert "31/12/2025" in finding.problem


@pytest.mark.parametrize(("value", "severity"), [("0.7", "alerte"), ("0.3", "info")])
def test_a_contradiction_gives_both_values_and_both_years(value, severity):
    assert own("be2_i05") == pytest.approx(0.12, abs=0.02)
    finding = only(("be2_i05", value))
    assert (finding.rule, finding.severity) == ("contradiction", severity)
    assert f"{float(value) * 100:.0f}\u00a0% en 2025, contre" in finding.problem
    assert "% en 2021 dans les données ouvertes" in finding.problem


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.25])
def test_a_value_near_the_open_data_is_not_discussed(factor):
    assert findings(("bv3_i06", f"{own('bv3_i06') * factor:.4f}")) == []


def test_a_count_by_ones_is_never_corrected_into_decimals():
    finding = only(("bv5_i04", "14"))
    assert (finding.rule, finding.severity, finding.proposed) == ("plage", "erreur", None)


def test_a_shift_that_agrees_with_the_open_data_is_an_alert_with_the_value():
    # 0.2 % of protected areas is common in France, not where the open data say a hundred times it.
    assert own("be3_i02") > 0.1
    typed = f"{own('be3_i02') / 100:.6f}"
    finding = only(("be3_i02", typed))
    assert (finding.rule, finding.severity) == ("contradiction", "alerte")
    assert float(finding.proposed) == pytest.approx(own("be3_i02"), rel=0.01)


def test_an_answer_that_differs_from_the_open_data_is_information():
    known = REFERENCE[(REFERENCE["indicator"] == "bv4_i11") & (REFERENCE["territory"] == LANNION)]
    other = {"Oui": "Non", "Non": "Oui"}[known["value"].iloc[0]]
    finding = only(("bv4_i11", other))
    assert (finding.rule, finding.severity) == ("contradiction", "info")
    assert f"«\u00a0{other}\u00a0»" in finding.problem


def test_two_shares_of_the_same_dwellings_cannot_exceed_the_whole():
    found = findings(("bv3_i06", "0.8"), ("bv3_i08", "0.3"), reference=None)
    pairs = [f for f in found if f.rule == "incompatible"]
    assert {f.indicator for f in pairs} == {"bv3_i06", "bv3_i08"}
    assert all(f.severity == "alerte" and f.proposed is None for f in pairs)
    assert "«\u00a00.8\u00a0» avec «\u00a00.3\u00a0» pour bv3_i08" in pairs[0].problem
    calm = findings(("bv3_i06", "0.6"), ("bv3_i08", "0.3"), reference=None)
    assert [f for f in calm if f.rule == "incompatible"] == []


def test_the_place_is_the_cell_the_line_or_the_key():
    assert only(("be2_i05", "13.2")).place == f"{LANNION}, be2_i05"
    assert only(("be2_i05", "13.2"), cell=["Saisie!H12"]).place == "Saisie!H12"
    assert only(("be2_i05", "13.2"), line=[12]).place == "ligne 12"


def test_only_sure_proposals_are_written_and_the_original_is_kept():
    rows = rows_of(
        ("be2_i05", "13.2", "vu avec le CCAS"),
        ("be1_i06", "12"),
        ("bv1_i01", "", "cellule illisible : « OUI »"),
        ("bv3_i08", "0.07"),
    )
    before = rows.copy()
    found = check_values(rows, catalogue=CATALOGUE, reference=REFERENCE, today=TODAY)
    fixed, done = apply_fixes(rows, found)
    pd.testing.assert_frame_equal(rows, before)
    assert [f.indicator for f in done] == ["be2_i05", "bv1_i01"]
    assert fixed["value"].tolist() == ["0.132", "12", "Oui", "0.07"]
    assert fixed["number"].iloc[0] == 0.132
    assert math.isnan(fixed["number"].iloc[2])
    assert fixed["status"].tolist() == ["declare"] * 4
    note = fixed["comment"].iloc[0].replace("\u00a0", " ").replace("\u202f", " ")
    assert note.startswith("vu avec le CCAS ; corrigé de « 13.2 » en « 0.132 » : ")
    again = check_values(fixed, catalogue=CATALOGUE, reference=REFERENCE, today=TODAY)
    assert blocking(again) == {(LANNION, "be1_i06")}
    assert apply_fixes(fixed, again)[1] == []


def test_what_is_withheld_is_empty_and_says_why():
    rows = rows_of(("be1_i06", "12"), ("bv3_i08", "0.07"))
    found = check_values(rows, catalogue=CATALOGUE, reference=REFERENCE, today=TODAY)
    kept = withhold(rows, found)
    assert kept["value"].tolist() == ["", "0.07"]
    assert math.isnan(kept["number"].iloc[0])
    assert kept["status"].tolist() == ["non_collecte", "declare"]
    note = kept["comment"].iloc[0].replace("\u00a0", " ").replace("\u202f", " ")
    assert note.startswith("valeur « 12 » écartée en attendant une décision : « 12 »")
    assert note.endswith("proposition : 0.12")
    assert kept["comment"].iloc[1] == ""
