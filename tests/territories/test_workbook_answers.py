"""What a cell says: numbers and words as people write them, never guessed."""

import datetime
import math

import pytest
from workbook_books import (
    label,
    one,
    said,
    small_reader,
)

from diag360.territories.workbook import ILLEGIBLE


@pytest.fixture
def small(tmp_path):
    return small_reader(tmp_path)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("be2_i05", "12,5 %", "0.125"),
        ("be2_i05", "12.5%", "0.125"),
        ("be2_i05", "32,3 pour cent", "0.323"),
        ("be2_i05", "0,14", "0.14"),
        ("bv2_i03", "−3,2 %", "-0.032"),
        ("bv1_i16", "1 234,5", "1234.5"),
        ("bv1_i16", "1\u202f234", "1234"),
        ("bv1_i16", "1.234,5", "1234.5"),
        ("bv1_i16", "1,234.5", "1234.5"),
        ("bv1_i16", "1,234", "1.234"),
        ("bv1_i12", "env. 3", "3"),
        ("bv1_i12", "environ 3,5 heures", "3.5"),
        ("bv1_i12", "~ 3 h", "3"),
        ("bv1_i12", "48", "48"),
        ("bv5_i04", "3/13", "3"),
    ],
)
def test_a_text_that_can_only_be_one_number(small, name, typed, value):
    headers = ("Id", "Indicateur", "Valeur", "Unité")
    unit = {"bv5_i04": "/13"}.get(name, "")
    found = small((name, label(name), typed, unit), headers=headers)
    assert one(found)["value"] == value
    assert one(found)["number"] == float(value)
    (remark,) = said(found, "corrige")
    assert remark.startswith("Saisie!C2 : ")
    assert value in remark


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("bv1_i16", "1.234"),  # decimal point, or thousands?
        ("bv1_i12", "3 à 5"),
        ("bv1_i12", "3-5"),
        ("bv1_i12", "> 3"),
        ("bv1_i12", "3 jours"),
        ("bv1_i12", "12 34"),
        ("bv1_i12", "beaucoup"),
        ("bv1_i12", "12 %"),
        ("be2_i14", "12 %"),  # points, not percent
        ("be2_i05", "12 % des ménages"),
        ("be2_i05", True),
        ("be2_i05", datetime.date(2024, 5, 3)),
        ("bv3_i01", "Peut-être"),
        ("bv3_i01", 1),
        ("bv3_i01", "En cour"),
        ("be2_i05", "#N/A"),
        ("be2_i05", "#DIV/0!"),
        ("bv3_i01", "#REF!"),
        ("be2_i05", "#NOM?"),
    ],
)
def test_a_cell_that_is_not_understood_is_kept_as_written_and_never_guessed(small, name, typed):
    found = small((name, label(name), typed, "vu avec Léa"))
    row = one(found)
    assert (row["value"], row["status"], math.isnan(row["number"])) == ("", "non_collecte", True)
    assert row["comment"].startswith(ILLEGIBLE)
    assert str(typed) in row["comment"]
    assert row["comment"].endswith(" ; vu avec Léa")
    (remark,) = found.remarks
    assert (remark.kind, remark.cell, remark.indicator) == ("incompris", "C2", name)
    assert str(typed) in said(found, "incompris")[0]


@pytest.mark.parametrize(
    ("name", "typed", "word"),
    [
        ("bv3_i01", "oui ", "Oui"),
        ("bv3_i01", "EN  COURS", "En cours"),
        ("bi2_i08", "égale à la moyenne", "Egale à la moyenne"),
        ("bv3_i13", "Oui, l’un des deux", "Oui, l'un des deux"),
        ("bv3_i01", True, "Oui"),
        ("bv3_i01", False, "Non"),
    ],
)
def test_an_answer_is_matched_to_the_vocabulary(small, name, typed, word):
    found = small((name, label(name), typed, ""))
    assert one(found)["value"] == word
    (remark,) = said(found, "corrige")
    assert f"est lu « {word.replace(chr(39), '’')} »" in remark


def test_a_number_too_big_to_be_one_is_kept_in_full(small):
    row = one(small(("bv1_i12", label("bv1_i12"), "9" * 400, "")))
    assert (row["value"], row["status"]) == ("", "non_collecte")
    assert row["comment"] == f"{ILLEGIBLE}« {'9' * 400} »"


def test_a_formula_without_result_says_what_to_do(small):
    found = small(("be2_i05", label("be2_i05"), "=1/7", ""))
    (remark,) = said(found, "incompris")
    assert remark.startswith("Saisie!C2")
    assert "ouvrir le classeur dans un tableur et l’enregistrer" in remark
    assert one(found)["comment"] == f"{ILLEGIBLE}« formule »"


def test_years_and_minutes_that_cannot_be_read_keep_the_value(small):
    headers = ("Id", "Indicateur", "Valeur", "Année", "Minutes passées")
    found = small(("be2_i05", label("be2_i05"), 0.14, "2022-2023", "une heure"), headers=headers)
    assert one(found)["value"] == "0.14"
    assert found.rows["year"].isna().all()
    assert [r.cell for r in found.remarks] == ["D2", "E2"]
    assert "2022-2023" in said(found, "incompris")[0]
    assert "une heure" in said(found, "incompris")[1]
    found = small(
        ("be2_i05", label("be2_i05"), 0.14, datetime.date(2022, 1, 1), "30 min"), headers=headers
    )
    assert (one(found)["year"], one(found)["minutes"]) == (2022, 30)
    assert "« 2022 »" in said(found, "corrige")[0]
