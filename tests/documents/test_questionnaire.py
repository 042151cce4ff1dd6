"""Blank questionnaires: what they ask, what they accept, and what comes back once filled."""

import re
import subprocess
import zipfile
from shutil import which

import numpy as np
import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from diag360.catalogue.french import typeset_text
from diag360.catalogue.units import Unit
from diag360.documents.workbooks import questionnaire
from diag360.documents.workbooks.questionnaire import make_questionnaire
from diag360.documents.workbooks.questionnaire_checks import WITHOUT_VALUE, clip
from diag360.documents.workbooks.questionnaire_sheets import HEADERS, sheet_title
from diag360.documents.workbooks.xlsx_style import lines_needed, number_format, write_text
from diag360.errors import Refusal
from diag360.territories.values import read_values
from diag360.territories.workbook import read_workbook

pytestmark = pytest.mark.documents  # slow: with the documents

LANNION = "200065928"
BESOINS = "besoins-2021"
AGREED = [
    "Id",
    "Indicateur",
    "Unité ou réponses",
    "Valeur",
    "Année",
    "Source",
    "Commentaire",
    "Preuve (fichier ou lien, page)",
    "Minutes passées",
    "Déjà connu",
    "D’où vient ce qui est connu",
]


@pytest.fixture(scope="module")
def known(catalogue):
    rows = read_values(catalogue=catalogue)
    return rows[rows["territory"] == LANNION]


@pytest.fixture(scope="module")
def make(catalogue, known):
    def made(output, **options):
        options = {"catalogue": catalogue, "known": known, **options}
        return make_questionnaire(LANNION, output=output, **options)

    return made


@pytest.fixture(scope="module")
def expert_path(make, tmp_path_factory):
    out = tmp_path_factory.mktemp("expert")
    return make(out, tier="expert", deadline="=1+1", contact="@mairie")[0]


@pytest.fixture(scope="module")
def expert(expert_path):
    return openpyxl.load_workbook(expert_path)


def data_sheets(workbook):
    return [sheet for sheet in workbook if sheet.cell(3, 1).value == "Id"]


def lines_of(workbook):
    return {
        sheet.cell(row, 1).value: (sheet, row)
        for sheet in data_sheets(workbook)
        for row in range(4, sheet.max_row + 1)
    }


def check_of(sheet, address):
    found = [d for d in sheet.data_validations.dataValidation if address in d.sqref]
    assert len(found) == 1, address
    return found[0]


def test_every_indicator_stands_once_under_the_agreed_headers(expert, expert_path, catalogue):
    assert list(HEADERS) == AGREED
    for sheet in data_sheets(expert):
        assert [cell.value for cell in sheet[3]] == AGREED
    asked = [i.id for i in catalogue.indicators.values() if BESOINS in i.needs]
    assert sorted(lines_of(expert)) == sorted(asked)
    assert len(data_sheets(expert)) == 18
    assert expert_path.name == f"{LANNION}-questionnaire.xlsx"
    second = CalamineWorkbook.from_path(str(expert_path))
    for sheet in data_sheets(expert):
        rows = second.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        assert rows[2] == AGREED
        for read, row in zip(rows[3:], range(4, sheet.max_row + 1), strict=True):
            assert read[0] == sheet.cell(row, 1).value
            assert read[1].split("\n")[0] == typeset_text(catalogue.indicators[read[0]].label)


def test_each_line_stands_on_the_sheet_of_its_need(expert, catalogue):
    labels = {n.id: n.label for n in catalogue.frameworks[BESOINS].needs}
    for name, (sheet, _) in lines_of(expert).items():
        assert sheet["A1"].value == labels[catalogue.indicators[name].needs[BESOINS].primary]


def test_a_line_says_what_is_asked_of_whom_with_an_example(expert, catalogue):
    sheet, row = lines_of(expert)["be2_i05"]
    words = sheet.cell(row, 2).value
    assert words.startswith("Taux de pauvreté\nPart des personnes dont le ménage")
    assert "À demander\u00a0: Solidarités et action sociale – 15\u00a0minutes" in words
    assert sheet.cell(row, 3).value == "part, de 0 à 100\u00a0%\nExemple\u00a0: 17,0\u00a0%"
    aide = expert["Aide"]
    target = sheet.cell(row, 1).hyperlink.location
    assert target.startswith("'Aide'!A")
    line = int(target.removeprefix("'Aide'!A"))
    assert aide.cell(line, 1).value == "be2_i05"
    poverty = catalogue.indicators["be2_i05"]
    assert aide.cell(line, 3).value == poverty.definition
    assert aide.cell(line, 4).value.startswith(poverty.collection.how)


def test_choices_are_a_strict_list_that_holds_every_answer(expert, catalogue):
    answers = expert["Réponses"]
    assert answers.sheet_state == "hidden"
    seen = 0
    for name, (sheet, row) in lines_of(expert).items():
        indicator = catalogue.indicators[name]
        check = check_of(sheet, f"D{row}")
        assert check.errorStyle in ("stop", None)
        assert check.showErrorMessage
        assert "Sinon\u00a0: sans objet, inconnu, secret." in check.prompt
        assert indicator.collection.how[:40] in check.prompt
        assert max(len(check.prompt), len(check.error)) <= 255
        assert max(len(check.promptTitle), len(check.errorTitle)) <= 32
        if indicator.response.choices:
            seen += 1
            assert check.type == "list"
            where = re.fullmatch(r"'Réponses'!\$(\w+)\$1:\$\1\$(\d+)", check.formula1)
            column = answers[f"{where[1]}1:{where[1]}{where[2]}"]
            assert [c[0].value for c in column] == [*indicator.response.choices, *WITHOUT_VALUE]
    assert seen > 40


def test_numbers_are_held_to_the_physical_range_and_percents_are_percents(expert, catalogue):
    lines = lines_of(expert)
    sheet, row = lines["be2_i05"]
    check = check_of(sheet, f"D{row}")
    words = ",".join(f'D{row}="{word}"' for word in WITHOUT_VALUE)
    assert check.type == "custom"
    assert check.formula1 == f"OR(AND(ISNUMBER(D{row}),D{row}>=0,D{row}<=1),{words})"
    assert "de 0\u00a0% à 100\u00a0% (taper le signe %" in check.error
    for name, (sheet, row) in lines.items():
        unit = catalogue.unit(name)
        expected = "@" if unit is None else "0.0%" if unit.factor == 100 else "General"
        assert sheet.cell(row, 4).number_format == expected, name
    sheet, row = lines["be2_i14"]  # a change over time may be negative, not below -100 %
    assert catalogue.unit("be2_i14").minimum is None or "-" in check_of(sheet, f"D{row}").formula1


def test_only_answers_are_unlocked_and_pages_are_ready_to_print(expert):
    for sheet in data_sheets(expert):
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert sheet.freeze_panes == "C4"
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert LANNION in sheet.oddFooter.left.text
        assert "&P" in sheet.oddFooter.right.text
        for row in range(1, sheet.max_row + 1):
            for column in range(1, 12):
                open_cell = not sheet.cell(row, column).protection.locked
                assert open_cell == (row >= 4 and 4 <= column <= 9), (sheet.title, row, column)
    colours = {sheet.sheet_properties.tabColor.rgb for sheet in data_sheets(expert)}
    assert len(colours) == 3


def test_what_is_known_is_shown_in_grey_and_never_as_an_answer(expert, known):
    lines = lines_of(expert)
    rows = known.set_index("indicator")
    sheet, row = lines["be2_i05"]
    assert sheet.cell(row, 10).value == rows.loc["be2_i05", "number"]
    assert sheet.cell(row, 10).number_format == "0.0%"
    assert "Filosofi 2021) par intercommunalité, intercommunalité" in sheet.cell(row, 11).value
    shown = {name for name, (s, r) in lines.items() if s.cell(r, 10).value is not None}
    assert shown == set(rows.index)
    assert all(s.cell(r, c).value is None for s, r in lines.values() for c in range(4, 10))


def test_a_secret_is_said_and_is_not_a_number(catalogue, known, tmp_path):
    rows = known.copy()
    at = rows["indicator"] == "be2_i05"
    rows.loc[at, ["value", "status"]] = ["", "secret"]
    rows.loc[at, "number"] = np.nan
    rows.loc[rows["indicator"] == "be2_i06", "source"] = "=HYPERLINK(1)"
    path = make_questionnaire(LANNION, output=tmp_path, known=rows, catalogue=catalogue)[0]
    lines = lines_of(openpyxl.load_workbook(path))
    sheet, row = lines["be2_i05"]
    assert sheet.cell(row, 10).value == "secret statistique"
    sheet, row = lines["be2_i06"]
    assert sheet.cell(row, 11).value.startswith("=HYPERLINK(1)")
    assert sheet.cell(row, 11).data_type == "s"


def test_the_cover_says_whose_it_is_until_when_and_how_long(expert, catalogue):
    cover = expert.worksheets[0]
    assert cover.title == "Lisez-moi"
    pairs = {cover.cell(r, 1).value: cover.cell(r, 2) for r in range(1, cover.max_row + 1)}
    said = {label: cell.value for label, cell in pairs.items()}
    assert said["Territoire"] == "CA Lannion-Trégor Communauté"
    assert said["Siren"] == LANNION
    assert said["Version du catalogue"] == catalogue.version
    assert said["Niveau"] == "expert"
    assert said["Service"] == "Tous les services"
    assert said["Rempli par"] is None
    assert not pairs["Rempli par"].protection.locked
    assert not pairs["Le"].protection.locked
    for label, word in (("À rendre pour le", "=1+1"), ("Contact", "@mairie")):
        assert said[label] == word
        assert pairs[label].data_type == "s"
        assert pairs[label].quotePrefix
    known = {n for n, (s, r) in lines_of(expert).items() if s.cell(r, 10).value is not None}
    left = sum(
        i.collection.minutes
        for i in catalogue.indicators.values()
        if BESOINS in i.needs and i.id not in known
    )
    assert said["Combien de temps\u202f?"].startswith("151\u00a0questions, dont 32\u00a0déjà")
    assert f"environ {round(left / 60)}\u00a0heures" in said["Combien de temps\u202f?"]
    assert said["Boire"].endswith("heures") or said["Boire"].endswith("minutes")


def test_a_tier_asks_for_itself_and_the_ones_before(make, tmp_path, catalogue):
    for tier, kept in (("flash", {"flash"}), (None, {"flash", "standard"})):
        path = make(tmp_path, tier=tier)[0]
        asked = {i.id for i in catalogue.indicators.values() if i.tier in kept}
        assert set(lines_of(openpyxl.load_workbook(path))) == asked


def test_packs_share_the_questions_out_without_loss_or_overlap(make, tmp_path, catalogue):
    paths = make(tmp_path, by="service")
    found = []
    for path in paths:
        workbook = openpyxl.load_workbook(path)
        explained = [cell.value for cell in workbook["Aide"]["A"]]
        service = path.stem.removeprefix(f"{LANNION}-")
        lines = list(lines_of(workbook))
        found += lines
        assert {catalogue.indicators[n].collection.service for n in lines} == {service}
        assert workbook["Lisez-moi"]["B7"].value == catalogue.services[service].label
        assert explained == ["Code", *lines]
    standard = [i.id for i in catalogue.indicators.values() if i.tier != "expert"]
    assert sorted(found) == sorted(standard)


def test_filters_take_ids_and_labels(make, tmp_path, catalogue):
    options = {"needs": ["Boire", "me_nourrir"], "services": ["eau et assainissement", "sante"]}
    path = make(tmp_path, tier="expert", **options)[0]
    expected = {
        i.id
        for i in catalogue.indicators.values()
        if i.needs[BESOINS].primary in ("boire", "me_nourrir")
        and i.collection.service in ("eau_assainissement", "sante")
    }
    workbook = openpyxl.load_workbook(path)
    assert set(lines_of(workbook)) == expected
    assert workbook["Lisez-moi"]["B7"].value == "Eau et assainissement ; Santé"


def test_every_wrong_word_is_named_at_once_and_nothing_is_written(catalogue, tmp_path):
    with pytest.raises(Refusal) as caught:
        make_questionnaire(
            "Atlantide",
            output=tmp_path / "rien",
            tier="leger",
            needs=["boir"],
            services=["voierie"],
            by="commune",
            catalogue=catalogue,
        )
    said = str(caught.value)
    for word in ("« Atlantide »", "niveau inconnu « leger »", "« boir » : besoin inconnu"):
        assert word in said
    assert "choisir parmi : boire" in said
    assert "« voierie » : service inconnu" in said
    assert "découpage inconnu « commune »" in said
    assert not (tmp_path / "rien").exists()


def test_nothing_to_ask_is_refused(make, tmp_path):
    with pytest.raises(Refusal, match="aucun indicateur du niveau « flash »"):
        make(tmp_path, tier="flash", needs=["boire"], services=["numerique"])


def test_the_same_questionnaire_is_the_same_bytes(make, tmp_path):
    one, two = (make(tmp_path / name, tier="flash")[0].read_bytes() for name in "ab")
    assert one == two


def test_a_failure_leaves_no_half_written_pack(make, tmp_path, monkeypatch):
    calls = []
    build = questionnaire.workbook_bytes

    def break_later(*args, **options):
        calls.append(1)
        if len(calls) > 2:
            raise RuntimeError("coupure")
        return build(*args, **options)

    monkeypatch.setattr(questionnaire, "workbook_bytes", break_later)
    with pytest.raises(RuntimeError, match="coupure"):
        make(tmp_path / "out", by="service")
    assert not (tmp_path / "out").exists()


def test_a_folder_in_the_way_is_named(make, tmp_path):
    (tmp_path / "pris").write_text("")
    with pytest.raises(Refusal, match="pris"):
        make(tmp_path / "pris", tier="flash")


@pytest.mark.parametrize("word", ["=1+1", "+33 2 96", "-12", "@nom", "#N/A", "12", "\tx", "a\x00b"])
def test_a_text_stays_a_text(word, tmp_path):
    workbook = openpyxl.Workbook()
    write_text(workbook.active["A1"], word)
    workbook.save(tmp_path / "mot.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "mot.xlsx").active["A1"]
    assert cell.value == word.replace("\x00", "")
    assert cell.data_type == "s"
    assert cell.quotePrefix == (word[0] in "=+-@\t")
    read = CalamineWorkbook.from_path(str(tmp_path / "mot.xlsx")).get_sheet_by_index(0)
    assert read.to_python()[0][0] == word.replace("\x00", "")


def test_no_questionnaire_holds_a_formula_or_a_link_outside(expert_path):
    with zipfile.ZipFile(expert_path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name), name
            assert "externalLink" not in name
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name)


def test_a_blank_questionnaire_is_read_as_no_answer_at_all(expert_path, catalogue):
    read = read_workbook(expert_path, catalogue=catalogue)
    assert (read.layout, read.territory) == ("diag360-questionnaire", LANNION)
    assert read.lines == 151
    assert read.rows.empty
    assert [remark for remark in read.remarks if remark.sheet != "Aide"] == []


@pytest.mark.parametrize(
    ("word", "status"),
    [("sans objet", "sans_objet"), ("secret", "secret"), ("inconnu", "non_collecte")],
)
def test_words_for_no_value_are_read_as_their_status(
    expert_path, catalogue, tmp_path, word, status
):
    workbook = openpyxl.load_workbook(expert_path, rich_text=True)
    for sheet, row in lines_of(workbook).values():
        sheet.cell(row, 4).value = word
    workbook.save(tmp_path / "mots.xlsx")
    rows = read_workbook(tmp_path / "mots.xlsx", catalogue=catalogue).rows
    assert len(rows) == 151
    assert set(rows["status"]) == {status}
    assert set(rows["value"]) == {""}


def test_small_helpers():
    assert sheet_title("Travailler et produire dignement") == "Travailler et produire…"
    assert sheet_title("Eau / air") == "Eau   air"
    assert clip("Un. Deux trois. Quatre.", room=20) == "Un. Deux trois. (…)"
    assert clip("Un. Deux trois quatre cinq.", room=20) == "Un. Deux trois…"
    assert clip("Un mot", room=20) == "Un mot"
    assert clip("Une seule phrase très longue", room=12) == "Une seule…"
    assert lines_needed("a" * 95, width=50, size=11) == 2
    assert lines_needed("a\nb", width=50) == 2
    euros = Unit(id="e", label="euros", decimals=2)
    assert number_format(euros, printed=True) == "#,##0.00"
    assert number_format(euros) == "General"
    assert number_format(None) == "@"


@pytest.mark.documents
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice absent")
def test_a_questionnaire_filled_and_saved_by_libreoffice_loses_nothing(
    expert_path, catalogue, tmp_path
):
    workbook = openpyxl.load_workbook(expert_path, rich_text=True)
    workbook["Lisez-moi"]["B8"] = "Anne Le Goff"
    expected = {}
    for name, (sheet, row) in lines_of(workbook).items():
        indicator = catalogue.indicators[name]
        answer = (
            indicator.response.choices[-1]
            if indicator.response.choices
            else float(indicator.scale.anchors[0].value) + 1 / 1024
        )
        words = (answer, 2024, f"Service {name}", "=1+1 & <b>", "page 3", 12)
        for column, word in enumerate(words, start=4):
            cell = sheet.cell(row, column)
            cell.value = word
            if isinstance(word, str):
                cell.data_type = "s"
        expected[name] = words
    workbook.save(tmp_path / "rempli.xlsx")
    profile = (tmp_path / "profil").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless"]
    saved = (("ods", "rempli.xlsx", tmp_path), ("xlsx", "rempli.ods", tmp_path / "lo"))
    for kind, source, folder in saved:
        subprocess.run(
            [*command, "--convert-to", kind, "--outdir", str(folder), str(tmp_path / source)],
            check=True,
            capture_output=True,
            timeout=120,
        )
    for path in (tmp_path / "rempli.ods", tmp_path / "lo" / "rempli.xlsx"):
        found = {}
        read = CalamineWorkbook.from_path(str(path))
        for title in read.sheet_names:
            rows = read.get_sheet_by_name(title).to_python(skip_empty_area=False)
            if len(rows) > 3 and rows[2][:1] == ["Id"]:
                found |= {row[0]: tuple(row[3:9]) for row in rows[3:]}
        assert found == expected
        rows = read_workbook(path, catalogue=catalogue).rows.set_index("indicator")
        assert set(rows.index) == set(expected)
        for name, (answer, year, source, comment, evidence, _) in expected.items():
            row = rows.loc[name]
            assert (row["number"] if isinstance(answer, float) else row["value"]) == answer
            assert [row["year"], row["source"], row["comment"]] == [year, source, comment]
            assert [row["evidence"], row["author"]] == [evidence, "Anne Le Goff"]
            assert row["status"] == "declare"
    again = openpyxl.load_workbook(tmp_path / "lo" / "rempli.xlsx")
    sheet, row = lines_of(again)["be2_i05"]
    assert check_of(sheet, f"D{row}").type == "custom"
    assert sheet.protection.sheet
    assert sheet.cell(row, 7).data_type == "s"
    kept = pd.Series([s.cell(r, 2).value.split("\n")[0] for s, r in lines_of(again).values()])
    assert kept.str.len().gt(3).all()
