"""Workbooks for experts: written, filled as a spreadsheet would, read back, refused by cell."""

import datetime
import io
import re
import subprocess
from pathlib import Path
from shutil import which

import numpy as np
import openpyxl
import pytest

from diag360.challenge.panel.items import items_of
from diag360.challenge.panel.read import make_panel
from diag360.challenge.panel.rows import SHEET
from diag360.challenge.panel.sheet import gather, read_answer
from diag360.documents.workbooks.elicitation_sheets import elicitation_workbook
from diag360.errors import Refusal

FRAMEWORK, SUBJECT = "diag360-1.3", "indicators:bv5"
DAY = datetime.date(2026, 11, 23)
COVER = {"Nom": "Anne", "Rôle": "Terrain", "Le": datetime.date(2026, 3, 4)}
POINTS = dict(enumerate([30, 10, 10, 20, 20, 5, 5], start=6))
BUDGET = {f"D{row}": value for row, value in POINTS.items()}
BEST_WORST = {
    "C4": 8, "C5": 14,  # labels stand in these rows
    **{f"D{row}": v for row, v in enumerate([1, 2, 3, 2, 4, 5, 8], start=8)},
    **{f"E{row}": v for row, v in enumerate([8, 4, 3, 4, 2, 2, 1], start=8)},
}  # fmt: skip


def blank(catalogue, *, method="budget", subject=SUBJECT, tier=None):
    content = elicitation_workbook(
        subject, method=method, framework=FRAMEWORK, catalogue=catalogue, day=DAY, tier=tier
    )
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def filled(catalogue, tmp_path):
    """Fill a workbook, cover and cells, and save it."""

    def fill(cells, *, method="budget", subject=SUBJECT, file="anne.xlsx", **cover):
        book = blank(catalogue, method=method, subject=subject)
        first, sheet = book["Lisez-moi"], book[SHEET]
        for row in first.iter_rows(max_row=20, max_col=2):
            words = {**COVER, **cover}
            if row[0].value in words:
                row[1].value = words[row[0].value]
        for at, value in cells.items():
            chosen = method == "best_worst" and at in ("C4", "C5") and isinstance(value, int)
            sheet[at] = sheet[f"B{value}"].value if chosen else value
        path = tmp_path / file
        book.save(path)
        return path

    return fill


def refusal(path: Path, catalogue) -> list[str]:
    with pytest.raises(Refusal) as refused:
        read_answer(path, catalogue=catalogue)
    return [str(fault) for fault in refused.value.faults]


def test_the_same_question_gives_the_same_bytes(catalogue):
    for method in ("budget", "ahp", "best_worst"):
        made = [
            elicitation_workbook(
                SUBJECT, method=method, framework=FRAMEWORK, catalogue=catalogue, day=DAY
            )
            for _ in range(2)
        ]
        assert made[0] == made[1]


@pytest.mark.parametrize("subject", ["needs", "categories", SUBJECT])
@pytest.mark.parametrize("method", ["budget", "best_worst"])
def test_every_item_stands_with_its_label_and_definition(catalogue, subject, method):
    items = items_of(subject, framework=FRAMEWORK, catalogue=catalogue)
    sheet = blank(catalogue, method=method, subject=subject)[SHEET]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    for item in items:
        assert rows[item.id][1].value == item.label
        assert rows[item.id][2].value == (item.definition or None)


def test_only_answers_can_be_typed(catalogue):
    for method, columns in (("budget", "D"), ("ahp", "CD"), ("best_worst", "CDE")):
        sheet = blank(catalogue, method=method)[SHEET]
        assert sheet.protection.sheet
        free = {
            cell.column_letter for row in sheet.iter_rows() for cell in row
            if not cell.protection.locked
        }  # fmt: skip
        assert free == set(columns)


def test_no_text_of_the_catalogue_becomes_a_formula(catalogue):
    need = next(n for n in catalogue.frameworks[FRAMEWORK].needs if n.id == "bv5")
    name = next(i for i in catalogue.indicators if i == "bv5_i01")
    hostile = catalogue.indicators[name].model_copy(
        update={"label": "=HYPERLINK(1)", "definition": "+cmd|' /C calc'!A0"}
    )
    indicators = {**catalogue.indicators, name: hostile}
    from dataclasses import replace

    book = blank(replace(catalogue, indicators=indicators), method="ahp")
    assert need.label
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and (
                    "HYPERLINK" in cell.value or "cmd" in cell.value
                ):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix


def test_a_budget_is_read_with_who_gave_it(catalogue, filled):
    found = read_answer(filled(BUDGET, Organisme="SDIS"), catalogue=catalogue)
    assert found.subject == SUBJECT
    assert found.framework == FRAMEWORK
    answer = found.answer
    assert (answer.expert, answer.role, answer.organisation) == ("Anne", "terrain", "SDIS")
    assert answer.date == datetime.date(2026, 3, 4)
    assert list(answer.points.values()) == list(POINTS.values())


def test_numbers_typed_as_text_and_moved_columns_are_read(catalogue, filled):
    path = filled({**BUDGET, "D6": "29,5", "D7": " 10.5 "}, Le="04/03/2026")
    book = openpyxl.load_workbook(path)
    book[SHEET].insert_cols(3)
    book.save(path)
    answer = read_answer(path, catalogue=catalogue).answer
    assert list(answer.points.values())[:2] == [29.5, 10.5]
    assert answer.date == datetime.date(2026, 3, 4)


def test_pairs_are_read_whichever_way_they_are_said(catalogue, filled):
    cells = {"C6": "B", "D6": 4, "C7": "a", "D7": 2, "C8": "autant", "D8": ""}
    path = filled(cells, method="ahp", subject="categories")
    answer = read_answer(path, catalogue=catalogue).answer
    assert answer.comparisons == (
        ("essentiel", "vital", 4), ("vital", "induit", 2), ("essentiel", "induit", 1)
    )  # fmt: skip


def test_best_and_worst_are_read_by_their_labels(catalogue, filled):
    answer = read_answer(filled(BEST_WORST, method="best_worst"), catalogue=catalogue).answer
    assert (answer.best, answer.worst) == ("bv5_i01", "bv5_i07")
    assert answer.best_to_others["bv5_i06"] == 5
    assert answer.others_to_worst["bv5_i02"] == 4


@pytest.mark.parametrize(
    ("method", "cells", "cover", "words"),
    [
        ("budget", {**BUDGET, "D6": 20}, {}, "Réponses : les points font « 90 »"),
        ("budget", {**BUDGET, "D6": "beaucoup"}, {}, "Réponses!D6 : « beaucoup » n’est pas un nom"),
        ("budget", {**BUDGET, "D7": -3}, {}, "Réponses!D7 : « -3 » n’est pas entre 0 et 100"),
        ("budget", {**BUDGET, "A8": "bv5_i99"}, {}, "Réponses!A8 : « bv5_i99 » n’est pas"),
        ("budget", {**BUDGET, "A8": "bv5_i01"}, {}, "Réponses!A8 : « bv5_i01 » figure déjà"),
        ("budget", {**BUDGET, "D5": "Total"}, {}, "la colonne « Points » manque"),
        ("budget", BUDGET, {"Nom": ""}, "Nom : le nom de l’expert manque"),
        ("budget", BUDGET, {"Rôle": "maire"}, "Rôle : « maire » n’est pas un rôle"),
        ("budget", BUDGET, {"Rôle": ""}, "Rôle : le rôle manque"),
        ("budget", BUDGET, {"Le": "hier"}, "Le : « hier » n’est pas une date"),
        ("budget", BUDGET, {"Cadre": "2021"}, "cadre « 2021 » inconnu"),
        ("budget", BUDGET, {"Objet": ""}, "Objet : « Objet » manque"),
        ("budget", BUDGET, {"Méthode": "vote"}, "Méthode : « vote » n’en est pas une"),
        ("ahp", {"C6": "C"}, {}, "Réponses!C6 : « C » n’est pas une réponse"),
        ("ahp", {"C6": "A"}, {}, "Réponses!D6 : « A » compte plus, mais combien"),
        ("ahp", {"D6": 3}, {}, "Réponses!C6 : « 3 » fois plus, mais lequel"),
        ("ahp", {"C6": "autant", "D6": 3}, {}, "Réponses!D6 : « autant », mais « 3 » fois plus"),
        ("ahp", {"C6": "A", "D6": 10}, {}, "Réponses!D6 : « 10 » n’est pas entre 1 et 9"),
        ("ahp", {"C6": "A", "D6": 2}, {}, "« Besoins vitaux » et « Besoins induits » ne sont pas"),
        ("best_worst", {**BEST_WORST, "C4": "Rien"}, {}, "Réponses!C4 : « Rien » n’est pas un"),
        ("best_worst", {**BEST_WORST, "C4": None}, {}, "le plus important n’est pas dit"),
        ("best_worst", {**BEST_WORST, "C4": 14}, {}, "est le plus et le moins important"),
        ("best_worst", {**BEST_WORST, "E8": 7}, {}, "« 8 » dans une colonne, « 7 » dans l’autre"),
        ("best_worst", {**BEST_WORST, "D9": None}, {}, "agent-référent » n’est pas comparé"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_cell_and_what_it_holds(catalogue, filled, method, cells, cover, words):
    subject = "categories" if method == "ahp" else SUBJECT
    faults = refusal(filled(cells, method=method, subject=subject, **cover), catalogue)
    assert any(words in fault for fault in faults), faults
    assert all(fault.startswith("anne.xlsx") for fault in faults)


def test_all_faults_of_all_files_come_at_once(catalogue, filled):
    paths = [
        filled({**BUDGET, "D6": 20}, file="a.xlsx"),
        filled({**BUDGET, "D6": "x"}, file="b.xlsx", Rôle="maire", Nom="Bob"),
        filled(BUDGET, file="c.xlsx", Nom="Zoé"),
    ]
    with pytest.raises(Refusal) as refused:
        gather(paths, catalogue=catalogue, id="panel", label="Panel")
    faults = [(fault.file, fault.problem) for fault in refused.value.faults]
    assert [file for file, _ in faults] == ["a.xlsx", "b.xlsx", "b.xlsx"]


def test_experts_are_put_together_by_subject(catalogue, filled):
    paths = [
        filled(BUDGET, file="a.xlsx", Organisme="SDIS 22"),
        filled(BEST_WORST, method="best_worst", file="b.xlsx", Nom="Bob", Rôle="Thématique"),
        filled({"D6": 60, "D7": 30, "D8": 10}, subject="categories", file="c.xlsx"),
    ]
    bodies = gather(paths, catalogue=catalogue, id="panel", label="Panel", anonymous=True)
    assert [(body.id, body.subject) for body in bodies] == [
        ("panel-bv5", SUBJECT), ("panel-categories", "categories")
    ]  # fmt: skip
    assert [a.expert for a in bodies[0].answers] == ["Expert 1", "Expert 2"]
    assert [a.expert for a in bodies[1].answers] == ["Expert 1"]
    assert [a.organisation for a in bodies[0].answers] == ["", ""]
    assert [a.role for a in bodies[0].answers] == ["terrain", "thematique"]
    panel = make_panel(bodies[0], catalogue=catalogue, file="x")
    np.testing.assert_allclose(panel.weights[0], np.array(list(POINTS.values())) / 100)


def test_one_expert_answers_once_and_on_the_same_items(catalogue, filled):
    twice = [filled(BUDGET, file="a.xlsx"), filled(BUDGET, file="b.xlsx", Nom="ANNE")]
    with pytest.raises(Refusal, match=r"b\.xlsx, Nom : « ANNE » a déjà répondu dans a\.xlsx"):
        gather(twice, catalogue=catalogue, id="panel", label="Panel")
    path = filled({**BUDGET, "D12": None, "D6": 35}, file="c.xlsx", Nom="Bob")
    book = openpyxl.load_workbook(path)
    book[SHEET].delete_rows(12)
    book.save(path)
    with pytest.raises(Refusal, match=r"« Existence d’un schéma.*» ne figure que dans a\.xlsx"):
        gather([twice[0], path], catalogue=catalogue, id="panel", label="Panel")


@pytest.mark.parametrize(
    ("subject", "method", "tier", "words"),
    [
        ("indicators:bv9", "budget", None, "« bv9 » inconnu"),
        ("tout", "budget", None, "« tout » ne se pèse pas"),
        ("indicators:bv1", "ahp", None, "« 17 » éléments feraient 136 comparaisons"),
        ("indicators:bi2", "budget", "standard", "« indicators:bi2 » n’a que 1 élément"),
    ],
)
def test_what_cannot_be_asked_is_refused(catalogue, subject, method, tier, words):
    with pytest.raises(Refusal, match=re.escape(words)):
        blank(catalogue, subject=subject, method=method, tier=tier)


@pytest.mark.documents
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice n’est pas installé")
def test_a_spreadsheet_tells_live_whether_answers_hold(catalogue, filled, tmp_path):
    """Opened and saved by LibreOffice: formulas computed, answers still read."""
    ahp = {"C6": "A", "D6": 3, "C7": "A", "D7": 6, "C8": "B", "D8": 7}
    cases = [
        (filled(BUDGET, file="a.xlsx"), "Le compte y est"),
        (filled({**BUDGET, "D6": 20}, file="b.xlsx"), "Il reste 10 points"),
        (filled(BEST_WORST, method="best_worst", file="c.xlsx"), "Plus grand écart\u00a0: 2 "),
        (filled(ahp, method="ahp", subject="categories", file="d.xlsx"), "se contredisent"),
        (filled({}, method="ahp", subject="categories", file="e.xlsx"), "Il reste 3 comparaisons"),
    ]
    out = tmp_path / "lo"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profil",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out),
         *(str(path) for path, _ in cases)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    for path, words in cases:
        book = openpyxl.load_workbook(out / path.name, data_only=True)
        assert words in book[SHEET]["A3"].value
        broken = [c.value for s in book for row in s for c in row if str(c.value).startswith("#")]
        assert broken == []
    # The ratio of the sheet reads the eigenvalue on geometric means: exact for three items.
    ratio = openpyxl.load_workbook(out / "d.xlsx", data_only=True)["Calcul"]["B9"].value
    saved = read_answer(out / "d.xlsx", catalogue=catalogue)
    body = gather([out / "d.xlsx"], catalogue=catalogue, id="p", label="P")[0]
    (judged,) = make_panel(body, catalogue=catalogue, file="x").judgements
    assert ratio == pytest.approx(judged.ratio, abs=1e-9)
    assert saved.answer.comparisons[0][2] == 3
    before = read_answer(cases[0][0], catalogue=catalogue).answer
    assert read_answer(out / "a.xlsx", catalogue=catalogue).answer == before
