"""Findings of the guard in words: scores before and after, gravest first."""

import math
from datetime import date
from pathlib import Path

import pytest

from diag360.catalogue.load import load_catalogue
from diag360.documents.check import examine
from diag360.documents.findings import as_fault, remedy, with_scores
from diag360.scoring.matrices import score_of
from diag360.territories.guard import Finding

CATALOGUE = load_catalogue()
LANNION = "200065928"


def finding(indicator, value, proposed=None, *, sure=False, severity="erreur", place="ligne 3"):
    return Finding(
        territory=LANNION,
        indicator=indicator,
        place=place,
        rule="unite",
        severity=severity,
        value=value,
        problem=f"« {value} » est impossible",
        proposed=proposed,
        sure=sure,
    )


def test_scores_are_those_of_the_scale():
    (scored,) = with_scores([finding("be2_i05", "13.2", "0.132")], catalogue=CATALOGUE)
    record = CATALOGUE.indicators["be2_i05"]
    assert scored.before == score_of(record, 13.2) == 0
    assert scored.after == score_of(record, 0.132)
    assert 0.4 < scored.after < 0.6


@pytest.mark.parametrize(
    ("indicator", "value", "proposed", "before", "after"),
    [
        ("be2_i10", "#DIV/0!", None, math.nan, math.nan),
        ("bv1_i01", "oui ", "Oui", math.nan, 1.0),
        ("bv1_i01", "Non", None, 0.0, math.nan),
    ],
)
def test_what_cannot_be_scored_has_no_score(indicator, value, proposed, before, after):
    (scored,) = with_scores([finding(indicator, value, proposed)], catalogue=CATALOGUE)
    assert [scored.before, scored.after] == pytest.approx([before, after], nan_ok=True)


def test_the_remedy_gives_the_value_and_what_it_changes():
    sure, unsure, word = with_scores(
        [
            finding("be2_i05", "13.2", "0.132", sure=True),
            finding("be2_i05", "13.2", "0.132"),
            finding("bv1_i01", "oui ", "Oui"),
        ],
        catalogue=CATALOGUE,
    )
    assert remedy(sure).startswith("écrire 0.132 (score\u00a0: 0 → 49")
    assert remedy(unsure).startswith("peut-être 0.132")
    assert remedy(word) == "peut-être Oui (score\u00a0: aucun → 100)"


def test_a_fault_names_the_file_the_place_and_the_key():
    at_line, at_key = with_scores(
        [
            finding("be2_i05", "250"),
            finding("be2_i05", "250", place=f"{LANNION}, be2_i05"),
        ],
        catalogue=CATALOGUE,
    )
    fault = as_fault(at_line, file="saisie.csv")
    assert (fault.file, fault.place) == ("saisie.csv", f"ligne 3, {LANNION}, be2_i05")
    assert fault.remedy == "vérifier l’unité"
    assert as_fault(at_key, file="saisie.csv").place == f"{LANNION}, be2_i05"


def test_examine_holds_back_what_is_wrong_and_lets_the_rest_pass(tmp_path: Path) -> None:
    path = tmp_path / "saisie.csv"
    path.write_text(
        "territory,indicator,value,year\n"
        f"{LANNION},be2_i05,13.2,2021\n"
        f"{LANNION},bv3_i08,0.062,2099\n"
        f"{LANNION},be2_i10,60,2024\n"
        f"{LANNION},bv3_i06,0.4,2022\n",
        encoding="utf-8",
    )
    found = examine(path, today=date(2026, 11, 23))
    (error,) = found.errors
    assert (error.file, error.place) == ("saisie.csv", f"ligne 2, {LANNION}, be2_i05")
    assert "« 13.2 »" in error.problem.replace("\u00a0", " ")
    assert "0.132" in error.remedy
    (alert,) = found.alerts
    assert "2099" in alert.problem
    assert {fault.place.split(", ")[2] for fault in found.infos} <= {"bv3_i06", "be2_i10"}
    assert len(found.on_values) == len(found.errors) + len(found.alerts) + len(found.infos)


def test_the_shipped_values_are_held_right() -> None:
    found = examine(today=date(2026, 11, 23))
    assert (found.errors, found.alerts) == ([], [])
    assert {scored.finding.rule for scored in found.on_values} == {"annee"}
