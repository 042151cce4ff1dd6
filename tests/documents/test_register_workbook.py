"""The register of notes as a spreadsheet: what a meeting opens, sorts and fills in."""

import re
import subprocess
from datetime import date
from shutil import which

import openpyxl
import pytest
from hostile import CORPUS, hostile_notes
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from diag360 import load_catalogue
from diag360.challenge.annotations.model import Creator, Evidence, Note, Reply
from diag360.challenge.variants.model import Changes, Decision
from diag360.documents.note_html import SUITE, safe_html
from diag360.documents.notes import Notes, show_notes
from diag360.documents.workbooks import xlsx_style as style
from diag360.documents.workbooks.register_workbook import (
    BY_HAND,
    HEADER_ROW,
    HEADERS,
    NEEDS,
    SHEET,
    plain_words,
    register_workbook,
)

CATALOGUE = load_catalogue()
FORMULAS = ['=HYPERLINK("http://mal.fr")', "+33", "-2+3", "@SUM(A1)", "<script>alert(1)</script>"]


def note(number, **told):
    return Note(
        **{
            "id": f"n-{number:010x}",
            "motivation": "precision",
            "target": "indicateur/be2_i05",
            "creator": Creator(name="Jeanne Roux", role="thematique"),
            "created": date(2026, 11, number),
            "body": "Un **mot**.",
            **told,
        }
    )


NOTES = [
    note(1, target="besoin/boire", body="\n".join(FORMULAS), creator=Creator(name="=1+1")),
    note(2, motivation="objection", target="seuil/be2_i05", body="Trop bas :\n\n- ici ;\n- là."),
    note(3, motivation="objection", target="seuil/be2_i05", creator=Creator(name="Ali Ben"),
         evidence=(Evidence(url="https://exemple.fr/a", document="Étude", page="12"),
                   Evidence(document="Rapport"))),
    note(4, motivation="proposition", target="seuil/be2_i06", visibility="equipe",
         changes=Changes.model_validate({"weights": {"be2_i06": 2.0}})),
    note(5, motivation="objection", status="rejetee", target="alea/C2",
         decision=Decision(by="Le comité", date=date(2026, 11, 20), reason="Chiffre confirmé."),
         replies=(Reply(creator=Creator(name="Zoé", role="equipe"), created=date(2026, 11, 19),
                        body="Le chiffre est **bon**."),)),
    note(6, target="inconnu/quelque part"),
]  # fmt: skip
SHOWN = show_notes(NOTES, catalogue=CATALOGUE, visibility=("public", "equipe"))


def opened(notes, tmp_path):
    path = tmp_path / "registre.xlsx"
    path.write_bytes(register_workbook(notes, catalogue=CATALOGUE))
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return opened(SHOWN, tmp_path_factory.mktemp("registre"))


@pytest.fixture
def sheet(path):
    return openpyxl.load_workbook(path)[SHEET]


def lines_of(sheet):
    return {
        row[-1].value: dict(zip(HEADERS, (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=HEADER_ROW + 1)
    }


def test_a_line_per_note_the_disagreements_first(sheet):
    lines = lines_of(sheet)
    assert set(lines) == {one.id for one in NOTES}
    order = list(lines)
    # Two voices object to one threshold: that comes before all the rest.
    assert set(order[:2]) == {NOTES[1].id, NOTES[2].id}
    assert [line["Rang"] for line in lines.values()] == [1, 2, 3, 4, 5, 6]
    assert "2 voix" in lines[NOTES[1].id]["Ce qui divise, ce qui a changé"].replace("\u00a0", " ")


def test_it_can_be_sorted_filtered_and_read(sheet, path):
    assert [cell.value for cell in sheet[HEADER_ROW]] == list(HEADERS)
    assert sheet.freeze_panes == f"D{HEADER_ROW + 1}"
    last = HEADER_ROW + len(NOTES)
    assert sheet.auto_filter.ref == f"A{HEADER_ROW}:T{last}"
    # A protected sheet cannot be sorted.
    assert not sheet.protection.sheet
    days = [sheet.cell(row, 8) for row in range(HEADER_ROW + 1, last + 1)]
    assert all(cell.is_date and cell.number_format == "dd/mm/yyyy" for cell in days)
    assert {cell.value.date() for cell in days} == {one.created for one in NOTES}
    for row in range(HEADER_ROW + 1, last + 1):
        assert sheet.cell(row, 4).alignment.wrap_text
        assert 15 < sheet.row_dimensions[row].height <= 400
    assert sheet.column_dimensions["D"].width > 40
    assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert sheet.print_title_cols == "$A:$C"


def test_what_the_meeting_says_is_left_to_be_filled_in(sheet):
    for column in BY_HAND:
        cells = [sheet.cell(row, column) for row in range(HEADER_ROW + 1, sheet.max_row + 1)]
        assert all(cell.value is None for cell in cells)
        assert {cell.fill.start_color.rgb for cell in cells} == {f"00{style.ANSWER}"}
    assert [HEADERS[column - 1] for column in BY_HAND] == [
        "Réponse en séance", "Décision en séance", "Par qui", "Pourquoi",
    ]  # fmt: skip
    (check,) = sheet.data_validations.dataValidation
    assert check.formula1 == '"acceptée,rejetée,à revoir"'
    assert str(check.sqref) == f"O{HEADER_ROW + 1}:O{sheet.max_row}"
    assert HEADERS[ord("O") - ord("A")] == "Décision en séance"


def test_a_line_tells_all_of_a_note(sheet):
    lines = lines_of(sheet)
    one = lines[NOTES[1].id]
    assert one["Ce qu’elle dit"] == "Trop bas :\n• ici ;\n• là."
    assert (one["Sorte"], one["État"], one["Qui"]) == ("objection", "ouverte", "Jeanne Roux")
    assert "Taux de pauvreté" in one["Ce dont elle parle"]
    assert "Être solidaire" in one["Besoins"]
    proofs = lines[NOTES[2].id]["Preuves"].split("\n")
    assert proofs[0].endswith("https://exemple.fr/a")
    assert "Étude" in proofs[0]
    assert "12" in proofs[0]
    assert proofs[1] == "Rapport"
    assert "2" in lines[NOTES[3].id]["Ce qu’elle propose et ce qui bougerait"]
    assert lines[NOTES[3].id]["Visibilité"] == "équipe seulement"
    decided = lines[NOTES[4].id]
    assert decided["État"] == "rejetée"
    assert "Le comité" in decided["Décision prise"]
    assert "Zoé" in decided["Réponses"]
    assert decided["Réponses"].endswith("Le chiffre est bon.")


def test_no_text_becomes_a_formula(path):
    workbook = openpyxl.load_workbook(path)
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix
    line = lines_of(workbook[SHEET])[NOTES[0].id]
    assert line["Ce qu’elle dit"].split("\n") == FORMULAS
    assert line["Qui"] == "=1+1"


def test_hostile_notes_break_no_register(tmp_path):
    shown = show_notes(hostile_notes(), catalogue=CATALOGUE, visibility=("public", "equipe"))
    path = opened(shown, tmp_path)
    sheet = openpyxl.load_workbook(path)[SHEET]
    lines = lines_of(sheet)
    assert len(lines) == len(shown) == len(CORPUS)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    second = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET).to_python()
    said = {row[-1]: row[3] for row in second[HEADER_ROW:]}
    for at, entry in enumerate(CORPUS):
        words = said[f"n-{at:010x}"]
        assert entry["mark"] in words or words.endswith(SUITE), entry["name"]


def test_a_second_library_reads_the_same(path):
    workbook = CalamineWorkbook.from_path(str(path))
    assert workbook.sheet_names == [SHEET, NEEDS]
    rows = workbook.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    assert rows[HEADER_ROW - 1] == list(HEADERS)
    sheet = openpyxl.load_workbook(path)[SHEET]
    for row, line in zip(rows[HEADER_ROW:], lines_of(sheet).values(), strict=True):
        told = [value.date() if hasattr(value, "date") else value or "" for value in line.values()]
        assert [str(cell) for cell in row] == [
            f"{value}.0" if isinstance(value, int) else str(value) for value in told
        ]


def test_needs_are_counted(path):
    sheet = openpyxl.load_workbook(path)[NEEDS]
    counted = {(row[0], row[1]): row[2:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    needs = [need for frame in CATALOGUE.frameworks.values() for need in frame.needs]
    assert len(counted) == len(needs) == 29
    (label,) = [
        frame.label for frame in CATALOGUE.frameworks.values() if frame.id == "besoins-2021"
    ]
    assert counted[label, "Être solidaire"][1] == SHOWN.open_objections("etre_solidaire") == 2
    assert counted[label, "Boire"] == (1, 0)


def test_the_same_notes_make_the_same_bytes():
    first, second = (register_workbook(SHOWN, catalogue=CATALOGUE) for _ in range(2))
    assert first == second


def test_no_note_makes_a_register_that_says_so(tmp_path):
    sheet = openpyxl.load_workbook(opened(Notes(), tmp_path))[SHEET]
    assert sheet["A2"].value == "Aucune note à montrer."
    assert sheet.max_row == HEADER_ROW


def test_a_huge_text_is_cut_and_says_so(tmp_path):
    long = SHOWN.shown[0]
    html = "<p>" + "😀_x0041_ " * 9000 + "</p>"
    one = type(long)(id=long.id, kind="objection", target=long.target, label="x" * 40_000,
                     date="2026-11-01", html=html)  # fmt: skip
    path = opened(Notes((one,)), tmp_path)
    for row in (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET).to_python()[HEADER_ROW],
        [cell.value for cell in openpyxl.load_workbook(path)[SHEET][HEADER_ROW + 1]],
    ):
        assert row[3].endswith(SUITE)
        assert row[2].endswith(SUITE)
        assert style.cell_length(row[2]) <= style.CELL_LIMIT


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(max_size=60_000 // 100), end=st.sampled_from([" …", ""]), limit=st.integers(5, 200)
)
def test_a_text_that_is_cut_fits(text, end, limit):
    cut = style.fit(text, end=end, limit=limit)
    assert style.cell_length(cut) <= max(limit, style.cell_length(end))
    if cut != text:
        assert cut.endswith(end)
        assert text.startswith(cut.removesuffix(end))
        # Not cut short for nothing.
        assert style.cell_length(cut) > limit * 0.5 - 10


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("Un\n\nDeux", "Un\nDeux"),
        ("- a\n- b\n\nfin", "• a\n• b\nfin"),
        ("1. a\n2. b", "• a\n• b"),
        ("a < b & c > d", "a < b & c > d"),
        ("`code`\n\n```\nx = 1\ny = 2\n```", "code\nx = 1\ny = 2"),
        ("[mot](https://a.fr)", "mot"),
        ("<b>gras</b>", "<b>gras</b>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b\n1 2"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_html_becomes_plain_words(markdown, words):
    told = plain_words(safe_html(markdown))
    assert re.sub(r"[ \t]+", " ", told) == words


@pytest.mark.documents
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice absent")
def test_libreoffice_keeps_the_register(path, tmp_path):
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "xlsx", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / path.name)[SHEET]
    assert lines_of(sheet) == lines_of(openpyxl.load_workbook(path)[SHEET])
    assert sheet.auto_filter.ref == f"A{HEADER_ROW}:T{HEADER_ROW + len(NOTES)}"
