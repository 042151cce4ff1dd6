"""Cells found by the words of their header, lines by need and label."""

import pytest
from workbook_books import CATALOGUE, PUBLISHED, book, label, one, read, said, small_reader

from diag360.errors import Refusal


@pytest.fixture
def small(tmp_path):
    return small_reader(tmp_path)


def test_columns_are_found_by_their_words_in_any_order(tmp_path):
    rows = [
        ("Un titre",),
        (),
        ("un mot",),
        ("VOS  VALEUR", "Désignation de l'indicateur", "BESOINS"),
    ]
    rows += [(0.14, label("be2_i05"), "vivre ensemble et faire societe")]
    found = read(book(tmp_path / "a.xlsx", {"Notes": [("x",)], "B": rows}))
    assert (one(found)["indicator"], one(found)["value"]) == ("be2_i05", "0.14")
    assert said(found, "ignore") == [
        "Notes : feuille non lue : aucune ligne de titres avec un indicateur et une valeur"
    ]


def test_a_header_below_the_fifteenth_row_is_not_searched(tmp_path):
    line = [("Indicateur", "Valeur"), (label("be2_i05"), 0.14)]
    assert len(read(book(tmp_path / "a.xlsx", {"A": [("-",)] * 14 + line})).rows) == 1
    with pytest.raises(Refusal, match="« A »"):
        read(book(tmp_path / "b.xlsx", {"A": [("-",)] * 15 + line}))


def test_a_column_that_is_not_read_is_named_with_its_cells(small):
    headers = ("Id", "Indicateur", "Valeur", "Relecture", "Vide")
    found = small(
        ("be2_i05", label("be2_i05"), 0.14, "à revoir", None),
        ("bv3_i08", label("bv3_i08"), 0.08, None, None),
        headers=headers,
    )
    assert said(found, "ignore") == ["Saisie!D1 : colonne « Relecture » non lue (D2)"]


def test_the_label_wins_over_the_id_and_it_is_said(small):
    found = small(("bv3_i07", label("bv3_i08"), 0.08, ""))
    assert one(found)["indicator"] == "bv3_i08"
    (remark,) = said(found, "corrige")
    assert remark.startswith("Saisie!A2 : ")
    assert "« bv3_i07 »" in remark
    assert "« bv3_i08 »" in remark


def test_every_referent_line_bears_the_same_id_and_is_told_by_its_need(tmp_path):
    needs = CATALOGUE.frameworks["diag360-1.3"].needs
    lines = [
        ("bv1_i03", "", need.label, "Identification d'un agent-référent", "", "", "-", "Oui")
        for need in needs
    ]
    found = read(book(tmp_path / "a.xlsx", {"Diag360": [PUBLISHED, *lines]}))
    assert len(found.rows) == len(needs) == 11
    for row, need in zip(found.rows["indicator"], needs, strict=True):
        indicator = CATALOGUE.indicators[row]
        assert indicator.needs["diag360-1.3"].primary == need.id
        assert indicator.label == "Identification d’un agent-référent"
    assert len(said(found, "corrige")) == 10


def test_a_referent_line_without_need_is_told_by_its_id_or_not_at_all(small):
    name = "Identification d'un agent-référent"
    assert one(small(("bv4_i02", name, "Oui", "")))["indicator"] == "bv4_i02"
    found = small(("", name, "Oui", ""))
    assert found.rows.empty
    assert "non lu : « Oui »" in said(found, "incompris")[0]


def test_an_unknown_line_names_the_nearest_indicator_and_what_it_held(small):
    found = small(("", "Taux de logements vides depuis deux ans", 0.03, "voir PLH"))
    assert found.rows.empty
    (remark,) = said(found, "incompris")
    assert remark.startswith("Saisie!B2 : « Taux de logements vides depuis deux ans »")
    assert "« Taux de logements vacants » (bv3_i08)" in remark
    assert "non lu : « 0.03 », « voir PLH »" in remark


def test_a_label_that_counts_per_another_number_is_another_indicator(small):
    found = small(("", "Nombre d'associations pour 10 000 habitants", 150, ""))
    assert found.rows.empty
    assert len(said(found, "incompris")) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "Taux de logement vacants",
        "TAUX DE LOGEMENTS VACANTS ",
        "Taux  de logements  vacants.",
    ],
)
def test_a_label_with_a_slip_is_still_found(small, typed):
    assert one(small(("", typed, 0.08, "")))["indicator"] == "bv3_i08"


def test_a_closer_line_keeps_the_indicator(small):
    infirmiers = label("bv4_i06")
    found = small(
        ("", infirmiers, 100, ""), ("", infirmiers.replace("65 ans et moins", "65 ans"), 7, "")
    )
    assert one(found)["value"] == "100"
    (remark,) = said(found, "incompris")
    assert remark.startswith("Saisie!B3")
    assert "la ligne 2 nomme mieux (non lu : « 7 »)" in remark


def test_the_same_answer_twice_is_one_answer(tmp_path):
    rows = [("Id", "Indicateur", "Valeur"), ("be2_i05", label("be2_i05"), 0.14)]
    found = read(book(tmp_path / "a.xlsx", {"A": rows, "B": rows}))
    assert one(found)["cell"] == "A!C2"
    assert "(B!C2)" in said(found, "ignore")[0]


def test_two_different_answers_are_both_named_and_none_is_kept(tmp_path):
    rows = [("Id", "Indicateur", "Valeur"), ("be2_i05", label("be2_i05"), 0.14)]
    other = [rows[0], ("be2_i05", label("be2_i05"), 0.15)]
    found = read(book(tmp_path / "a.xlsx", {"A": rows, "B": other}))
    assert (one(found)["value"], one(found)["status"]) == ("", "non_collecte")
    (remark,) = said(found, "incompris")
    assert "« 0.14 » (A!C2) et « 0.15 » (B!C2)" in remark


def test_an_answer_without_indicator_is_named(small):
    found = small(("be2_i05", label("be2_i05"), 0.14, ""), (None, None, 3, "perdu"))
    assert len(found.rows) == 1
    (remark,) = said(found, "incompris")
    assert remark == "Saisie!C3 : réponse sans indicateur (non lu : « 3 », « perdu »)"


def test_a_label_never_computed_is_looked_up_by_its_id(tmp_path):
    infos = [("ID", "designation_indicateur"), ("bv3_i07", label("bv3_i08"))]
    line = ("bv3_i07", "Vitaux", "Avoir un toit", "=VLOOKUP(A2,X,2)", "", "", "%", 0.08)
    last = ("be2_i05", "Essentiels", "", "=VLOOKUP(A3,X,2)", "", "", "%", 0.14)
    sheets = {"Bornage définitif": [PUBLISHED, line, last], "Indicateurs_Infos": infos}
    found = read(book(tmp_path / "a.xlsx", sheets))
    assert found.rows["indicator"].tolist() == ["bv3_i08", "be2_i05"]


def test_a_label_between_two_indicators_is_not_understood(small):
    found = small(("", "Part des communes couvertes par un document", 0.5, ""))
    assert found.rows.empty
    typed = label("bv4_i06").replace("infirmiers", "sagermiers-")
    found = small(("", typed, 12, ""))
    assert found.rows.empty
    assert "non lu : « 12 »" in said(found, "incompris")[0]


def test_the_cut_name_of_a_sheet_still_says_the_need(tmp_path):
    rows = [("Id", "Indicateur", "Valeur"), ("", "Identification d’un agent-référent", "Oui")]
    found = read(book(tmp_path / "a.xlsx", {"Travailler et produire…": rows}))
    assert one(found)["indicator"] == "bi1_i02"


def test_the_row_with_most_known_words_is_the_header(tmp_path):
    rows = [("Indicateur", "Valeur"), ("Valeur", "Indicateur", "Commentaire", "Année")]
    rows += [(0.14, label("be2_i05"), "vu", 2021)]
    row = one(read(book(tmp_path / "a.xlsx", {"A": rows})))
    assert (row["value"], row["comment"], row["year"]) == ("0.14", "vu", 2021)


def test_the_copy_made_for_export_is_not_a_second_answer(tmp_path):
    line = ("", "", "Avoir un toit", label("bv3_i08"), "", "", "%", 0.08)
    export = [("type_besoins", "besoins", "designation_indicateur", "valeur", "unite")]
    export += [("", "Avoir un toit", label("bv3_i08"), 0.07, "%")]
    found = read(book(tmp_path / "a.xlsx", {"Diag360": [PUBLISHED, line], "Export": export}))
    assert one(found)["value"] == "0.08"
    assert found.remarks == ()


def test_a_count_per_inhabitant_beside_bounds_per_inhabitant(tmp_path):
    line = ["bi3_i08", "", "Être en capacité de se déplacer", label("bi3_i08"), "", "", "", 0.0005]
    line += ["", "", "", "", 0, None, 0.00088, ""]
    found = read(book(tmp_path / "a.xlsx", {"Bornage définitif": [PUBLISHED, line]}))
    assert one(found)["value"] == "0.5"
    assert "lu 0.5" in said(found, "corrige")[0]
