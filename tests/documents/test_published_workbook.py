"""The published layout written by us: same shape, and scores that any spreadsheet finds again."""

import re
import subprocess
from pathlib import Path
from shutil import which

import numpy as np
import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from diag360 import read_values, score
from diag360.documents.workbooks.published_workbook import HEADERS, write_published
from diag360.errors import Refusal
from diag360.paths import data_dir
from diag360.territories.workbook import read_workbook

LANNION = "200065928"
FRAMEWORK = "diag360-1.3"
GOLDEN = Path(__file__).parents[1] / "golden" / "workbook_v1.3.5.csv"
ORIGINAL = data_dir().parent.parent / "shared/reference/workbooks/diag360-v1.3.5.xlsx"
HOSTILE = {"be2_i05": "=1+1", "bv1_i01": "@SUM(A1)", "bv1_i02": "+33 2", "be2_i06": "-1"}


@pytest.fixture(scope="module")
def rows(catalogue, full_values):
    """Values for the whole catalogue, some missing for a reason, some comments hostile."""
    frame = read_values(full_values, catalogue=catalogue)
    for name, comment in HOSTILE.items():
        frame.loc[frame["indicator"] == name, "comment"] = comment
    for name, status in (("be2_i04", "secret"), ("bv1_i12", "sans_objet")):
        at = frame["indicator"] == name
        frame.loc[at, ["value", "status", "comment"]] = ["", status, ""]
        frame.loc[at, "number"] = np.nan
    return frame[frame["indicator"] != "bv3_i04"].reset_index(drop=True)


@pytest.fixture(scope="module")
def path(rows, catalogue, tmp_path_factory):
    out = tmp_path_factory.mktemp("publie")
    return write_published(rows, territory=LANNION, catalogue=catalogue, output=out)


@pytest.fixture(scope="module")
def workbook(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def lines(workbook):
    sheet = workbook["Bornage définitif"]
    return {sheet.cell(row, 1).value: sheet[row] for row in range(3, sheet.max_row + 1)}


def test_the_sheets_and_headers_are_the_published_ones(workbook, path):
    assert path.name == f"{LANNION}-diag360-1.3.5.xlsx"
    names = ["Bornage définitif", "Besoins_Infos", "Indicateurs_Infos", "Export", "Informations"]
    assert workbook.sheetnames == [*names, "Provenance", "_notes"]
    assert workbook["_notes"].sheet_state == "hidden"
    main = workbook["Bornage définitif"]
    assert [cell.value for cell in main[2]] == list(HEADERS)
    assert main["I1"].value == "CA Lannion-Trégor Communauté"
    facts = dict(workbook["Informations"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert facts["Version"] == "1.3.5"
    assert facts["Siren"] == LANNION


@pytest.mark.shared
@pytest.mark.skipif(not ORIGINAL.exists(), reason="published workbook absent")
def test_the_original_has_the_same_sheets_headers_and_lines(workbook, lines):
    original = openpyxl.load_workbook(ORIGINAL)
    assert workbook.sheetnames[:5] == original.sheetnames
    for name in original.sheetnames:
        row = 2 if name == "Bornage définitif" else 1
        theirs = [cell.value for cell in original[name][row] if cell.value is not None]
        assert [cell.value for cell in workbook[name][row]][: len(theirs)] == theirs
    sheet = original.worksheets[0]
    asked = [sheet.cell(row, 1).value for row in range(3, sheet.max_row + 1)]
    assert len(lines) == len([name for name in asked if name]) == 124
    # The formulas of the bounds are the published ones, but for the number of the line.
    ours, theirs = (
        {
            (column, re.sub(r"(?<=[A-Z])\d+", "#", str(row[column].value)))
            for row in table
            for column in (10, 11)
            if row[column].value is not None
        }
        for table in (lines.values(), (sheet[row] for row in range(3, 127)))
    )
    assert ours == theirs


def test_values_bounds_and_comments_are_those_of_the_territory(lines, rows, catalogue):
    assert len(lines) == 124
    given = rows.set_index("indicator")
    for name, row in lines.items():
        indicator = catalogue.indicators[name]
        assert row[3].value == indicator.label
        anchors = {anchor.score: anchor.value for anchor in indicator.scale.anchors}
        assert [cell.value for cell in row[12:15]] == [anchors.get(s) for s in (0.0, 0.5, 1.0)]
        if name == "bv3_i04":
            assert row[7].value is row[8].value is None
        elif given.loc[name, "value"] == "":
            reasons = {"sans_objet": "sans objet", "secret": "secret"}
            assert row[7].value == reasons[given.loc[name, "status"]]
            assert row[8].value is None
        elif indicator.response.choices:
            assert row[7].value == given.loc[name, "value"]
        else:
            assert row[7].value == given.loc[name, "number"]
    assert lines["be2_i04"][7].value == "secret"
    assert lines["bv1_i12"][7].value == "sans objet"
    assert lines["be2_i05"][7].number_format == "0.0%"


def test_comments_stay_texts_and_only_our_formulas_are_formulas(lines, workbook):
    for name, comment in HOSTILE.items():
        cell = lines[name][8]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (comment, "s", True)
    for row in lines.values():
        for column, cell in enumerate(row, start=1):
            assert (cell.data_type == "f") == (column in (10, 11, 12) and cell.value is not None)
        assert "SWITCH" not in row[9].value
    for row in workbook["Provenance"]:
        assert all(cell.data_type != "f" for cell in row)


def test_what_the_layout_cannot_hold_is_kept_aside(workbook, rows, catalogue):
    table = list(workbook["Provenance"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in table] == list(rows["indicator"])
    outside = {row[0] for row in table if row[11] == "non"}
    assert outside == {i.id for i in catalogue.indicators.values() if FRAMEWORK not in i.needs}
    assert len(outside) == 27
    by_name = {row[0]: row for row in table}
    assert by_name["be2_i05"][3:5] == ("déclaré", "2025")


def test_the_same_rows_give_the_same_bytes(rows, catalogue, path, tmp_path):
    again = write_published(rows, territory=LANNION, catalogue=catalogue, output=tmp_path)
    assert again.read_bytes() == path.read_bytes()


def test_a_territory_without_rows_and_a_value_given_twice_are_refused(rows, catalogue, tmp_path):
    with pytest.raises(Refusal, match="« 200000172 » : aucune valeur"):
        write_published(rows, territory="200000172", catalogue=catalogue, output=tmp_path)
    twice = pd.concat([rows, rows[rows["indicator"].isin(["be2_i05", "bv2_i01"])]])
    with pytest.raises(Refusal, match=r"(?s)be2_i05 : plusieurs valeurs.*bv2_i01") as caught:
        write_published(twice, territory=LANNION, catalogue=catalogue, output=tmp_path)
    assert len(caught.value.faults) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_territory_of_another_perimeter_goes_by_its_code(rows, catalogue, tmp_path):
    pays = rows.assign(territory="pays-test")
    path = write_published(pays, territory="pays-test", catalogue=catalogue, output=tmp_path)
    assert openpyxl.load_workbook(path).worksheets[0]["I1"].value == "pays-test"


def test_what_is_written_is_what_is_read_back(rows, path, catalogue, tmp_path):
    read = read_workbook(path, catalogue=catalogue)
    assert (read.layout, read.territory, read.lines) == ("diag360-1.3.5", LANNION, 124)
    assert [remark for remark in read.remarks if remark.sheet != "Provenance"] == []
    lines = {i.id for i in catalogue.indicators.values() if FRAMEWORK in i.needs}
    wanted = rows[rows["indicator"].isin(lines)].set_index("indicator").sort_index()
    found = read.rows.set_index("indicator").sort_index()
    assert found["number"].notna().sum() > 60
    pd.testing.assert_series_equal(found["number"], wanted["number"], check_exact=True)
    words = wanted["number"].isna()
    assert list(found["value"][words]) == list(wanted["value"][words])
    for column in ("status", "comment"):
        pd.testing.assert_series_equal(found[column], wanted[column], check_names=False)
    again = write_published(read.rows, territory=LANNION, catalogue=catalogue, output=tmp_path)
    twice = read_workbook(again, catalogue=catalogue)
    pd.testing.assert_frame_equal(twice.rows, read.rows)


@pytest.fixture(scope="module")
def recalculated(catalogue, rows, tmp_path_factory):
    """Scores by us, and the same workbooks recalculated by LibreOffice."""
    folder = tmp_path_factory.mktemp("recalcul")
    golden = pd.read_csv(GOLDEN, dtype=str, keep_default_na=False)
    tidy = golden.rename(columns={"case": "territory"})[["territory", "indicator", "value"]]
    tidy.to_csv(folder / "cas.csv", index=False)
    cases = pd.concat([read_values(folder / "cas.csv", catalogue=catalogue), rows])
    files = [
        write_published(cases, territory=str(code), catalogue=catalogue, output=folder)
        for code in cases["territory"].unique()
    ]
    command = ["soffice", f"-env:UserInstallation={(folder / 'profil').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(folder / "fait"), *map(str, files)],
        check=True,
        capture_output=True,
        timeout=240,
    )
    ours = score(cases, catalogue=catalogue, framework=FRAMEWORK, weights="egal", tier="expert")
    done = {
        file.name.removesuffix("-diag360-1.3.5.xlsx"): CalamineWorkbook.from_path(
            str(folder / "fait" / file.name)
        )
        for file in files
    }
    return ours, done


def table_of(workbook, sheet, *, skip):
    return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[skip:]


@pytest.mark.documents
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice absent")
def test_libreoffice_finds_our_scores(recalculated):
    ours, done = recalculated
    assert len(done) == 8
    known = 0
    for territory, workbook in done.items():
        table = table_of(workbook, "Bornage définitif", skip=2)
        found = {row[0]: np.nan if row[9] == "" else row[9] for row in table}
        expected = ours.indicator_scores.loc[territory]
        assert len(found) == 124
        np.testing.assert_allclose(pd.Series(found)[expected.index], expected, rtol=0, atol=1e-9)
        known += int(expected.notna().sum())
        exported = [row[6] for row in table_of(workbook, "Export", skip=1)]
        assert exported == [row[9] for row in table]
        filled = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)[0][7]
        answered = expected.notna().sum() + 2 * (territory == LANNION)
        assert filled == pytest.approx(answered / 124)
    assert known > 700
    missing = ours.indicator_scores.loc[LANNION, ["be2_i04", "bv1_i12", "bv3_i04"]]
    assert missing.isna().all()


@pytest.mark.documents
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice absent")
def test_libreoffice_finds_our_means_by_need(recalculated):
    ours, done = recalculated
    for territory, workbook in done.items():
        found = {row[0]: row[3] for row in table_of(workbook, "Besoins_Infos", skip=1)}
        expected = ours.needs.score.loc[territory]
        assert expected.notna().any()
        numbers = pd.Series(found).replace("", np.nan).astype(float)[expected.index]
        np.testing.assert_allclose(numbers, expected, rtol=0, atol=1e-9)
