"""Filled workbooks: our questionnaire, the territory they are about, other formats."""

import datetime
import math
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from workbook_books import (
    CATALOGUE,
    OURS,
    PUBLISHED,
    SIREN,
    book,
    label,
    one,
    read,
    said,
    small_reader,
)

from diag360.errors import Refusal
from diag360.territories.values import OPTIONAL, REQUIRED, read_values
from diag360.territories.workbook import ILLEGIBLE


@pytest.fixture
def small(tmp_path):
    return small_reader(tmp_path)


def test_every_column_of_our_questionnaire_comes_in(tmp_path):
    cover = [("Questionnaire",), ("Territoire", "X"), ("Siren", SIREN)]
    cover += [("Version du catalogue", "2026.2"), ("Service", "Habitat")]
    cover += [("Rempli par", "A. Le Goff"), ("Le", datetime.date(2026, 3, 5))]
    line = ["bv3_i08", label("bv3_i08") + "\nUne explication", "part", 0.081, 2023, "Insee"]
    line += ["=HYPERLINK(1)", "bilan.pdf, p. 4", 12, 0.07, "Recensement"]
    path = book(
        tmp_path / "q.xlsx", {"Lisez-moi": cover, "Avoir un toit": [("Avoir un toit",), OURS, line]}
    )
    sheet = openpyxl.load_workbook(path)
    sheet["Avoir un toit"]["G3"].data_type = "s"
    sheet.save(path)
    found = read(path, territory=None)
    assert found.layout == "diag360-questionnaire"
    assert (found.territory, found.version, found.lines) == (SIREN, "2026.2", 1)
    assert found.remarks == ()
    assert one(found) == {
        "territory": SIREN,
        "indicator": "bv3_i08",
        "value": "0.081",
        "status": "declare",
        "year": 2023,
        "level": "",
        "quality": "exact",
        "source": "Insee",
        "comment": "=HYPERLINK(1)",
        "evidence": "bilan.pdf, p. 4",
        "author": "A. Le Goff",
        "number": 0.081,
        "cell": "Avoir un toit!D3",
        "minutes": 12,
        "service": "Habitat",
        "date": "2026-03-05",
    }


def test_the_rows_have_the_types_of_read_values(small):
    rows = small(("be2_i05", label("be2_i05"), 0.14, "")).rows
    shipped = read_values(catalogue=CATALOGUE)
    for name in (*REQUIRED, *OPTIONAL, "number"):
        assert rows[name].dtype == shipped[name].dtype, name


def test_what_is_already_known_is_never_an_answer(tmp_path):
    line = ["bv3_i08", label("bv3_i08"), "part", None, None, None, None, None, None, 0.07, "Insee"]
    found = read(book(tmp_path / "q.xlsx", {"Avoir un toit": [OURS, line]}))
    assert found.lines == 1
    assert found.rows.empty
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("typed", "status"),
    [("sans objet", "sans_objet"), ("Secret", "secret"), ("inconnu ", "non_collecte")],
)
def test_a_reason_instead_of_a_value(small, typed, status):
    for name in ("bv3_i08", "bv3_i01"):
        found = small((name, label(name), typed, ""))
        assert (one(found)["value"], one(found)["status"]) == ("", status)
        assert found.remarks == ()


def test_a_dash_is_read_as_unknown_and_said(small):
    found = small(("bv3_i08", label("bv3_i08"), "-", ""))
    assert one(found)["status"] == "non_collecte"
    assert said(found, "corrige") == ["Saisie!C2 : « - » est lu « inconnu »"]


def test_an_empty_value_gives_no_row_unless_something_is_said(small):
    found = small(("be2_i05", label("be2_i05"), None, ""), ("bv3_i08", label("bv3_i08"), " ", "vu"))
    assert one(found) | {"number": 0} == one(found) | {
        "indicator": "bv3_i08",
        "value": "",
        "status": "non_collecte",
        "comment": "vu",
        "number": 0,
    }
    assert math.isnan(one(found)["number"])


@pytest.mark.parametrize(
    ("typed", "value"), [(32.3, "0.323"), (0.15, "0.15"), (1.5, "0.015"), (0, "0"), (0.8, "0.8")]
)
def test_a_number_in_the_unit_of_the_bounds_of_its_line(tmp_path, typed, value):
    line = ["bi3_i03", "", "Être en capacité de se déplacer", label("bi3_i03"), "", "", "%", typed]
    line += ["", "", "", "", 32.3, 6.7, 2.9, ""]
    found = read(book(tmp_path / "a.xlsx", {"Bornage définitif": [PUBLISHED, line]}))
    assert one(found)["value"] == value
    told = said(found, "corrige")
    assert bool(told) == (float(value) != typed)
    if told:
        assert told[0].startswith("Bornage définitif!H2")
        assert f"(32.3 ; 6.7 ; 2.9) : lu {value}".replace(" ;", "\u202f;") in told[0]


def test_the_territory_is_in_the_file_or_given(tmp_path):
    rows = {"A": [("Id", "Indicateur", "Valeur"), ("be2_i05", label("be2_i05"), 0.14)]}
    path = book(tmp_path / "a.xlsx", rows)
    with pytest.raises(Refusal, match=r"1 réponse\(s\), mais rien ne dit de quel territoire"):
        read(path, territory=None)
    assert read(path, territory="Lannion-Trégor Communauté").territory == SIREN
    named = book(
        tmp_path / "b.xlsx",
        rows | {"Informations": [("x", "y"), ("Nom de l'EPCI", "CA Lannion-Trégor Communauté")]},
    )
    assert read(named, territory=None).territory == SIREN
    other = read(named, territory="200000172")
    assert other.territory == "200000172"
    assert SIREN in said(other, "ignore")[0]


def test_a_siren_that_contradicts_the_one_asked_is_refused(tmp_path):
    rows = {"Lisez-moi": [("Siren", int(SIREN))]}
    rows |= {"A": [("Id", "Indicateur", "Valeur"), ("be2_i05", label("be2_i05"), 0.14)]}
    path = book(tmp_path / "a.xlsx", rows)
    assert read(path, territory=None).rows["territory"].tolist() == [SIREN]
    with pytest.raises(Refusal, match=f"celui de « {SIREN} », et non de « 200000172 »"):
        read(path, territory="200000172")
    rows["Lisez-moi"] = [("Siren", "20006592")]
    with pytest.raises(Refusal, match="« 20006592 » n’est pas un numéro Siren"):
        read(book(tmp_path / "b.xlsx", rows))


def test_the_hook_gives_the_same_rows_and_refuses_an_empty_workbook(tmp_path):
    rows = [("Id", "Indicateur", "Valeur"), ("be2_i05", label("be2_i05"), 0.14)]
    path = book(tmp_path / "a.XLSX", {"A": rows})
    values = read_values(path, catalogue=CATALOGUE, territory=SIREN)
    assert values["value"].tolist() == ["0.14"]
    rows[1] = rows[1][:2]
    with pytest.raises(Refusal, match="1 lignes d’indicateurs"):
        read_values(book(tmp_path / "b.xlsx", {"A": rows}), catalogue=CATALOGUE)


def test_a_macro_workbook_and_a_second_pair_of_eyes(tmp_path: Path):
    """The addresses given are those openpyxl finds the values at."""
    rows = [(), ("", "Indicateur", "", "Valeur"), ("", label("be2_i05"), "", 0.14)]
    path = book(tmp_path / "a.xlsm", {"Une feuille": rows})
    sheet, cell = one(read(path))["cell"].split("!")
    assert openpyxl.load_workbook(path)[sheet][cell].value == 0.14


@pytest.mark.documents
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_same_lines_through_libreoffice(tmp_path):
    """Also as .ods, where errors and formulas are written otherwise."""
    rows = [("Id", "Indicateur", "Valeur", "Commentaire")]
    typed = {"be2_i05": 0.14, "bv3_i08": "=1/8", "bv3_i07": "=1/0", "bv3_i01": "oui"}
    rows += [(name, label(name), value, "d'ici") for name, value in typed.items()]
    path = book(tmp_path / "a.xlsx", {"Saisie": rows})
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for suffix in ("ods", "xlsx"):
        command = ["soffice", "--headless", profile, "--convert-to", suffix]
        folder = tmp_path / "converti"
        subprocess.run(
            [*command, "--outdir", folder, path], check=True, capture_output=True, timeout=120
        )
        found = read(folder / f"a.{suffix}")
        assert found.rows["value"].tolist() == ["0.14", "0.125", "", "Oui"]
        assert found.rows["comment"][2] == f"{ILLEGIBLE}« #DIV/0! » ; d'ici"
        assert [(r.kind, r.cell) for r in found.remarks] == [("incompris", "C4"), ("corrige", "C5")]
        assert "#DIV/0!" in found.remarks[0].text
