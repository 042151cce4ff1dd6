"""The commands on panels: a workbook out, answers in, weights written."""

import openpyxl
import pytest
import yaml
from typer.testing import CliRunner

from diag360 import load_catalogue
from diag360.challenge.panel.read import read_panel
from diag360.challenge.panel.weights import read_need_values
from diag360.cli_elicit import app
from diag360.errors import Refusal
from diag360.paths import data_dir

pytestmark = pytest.mark.documents  # whole commands: slower
EXAMPLE = data_dir() / "panels" / "exemple.yaml"


def run(*words) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None:
        raise result.exception
    return result.output


def fill(path, name, points):
    book = openpyxl.load_workbook(path)
    for row in book["Lisez-moi"].iter_rows(max_row=20, max_col=2):
        if row[0].value in ("Nom", "Rôle"):
            row[1].value = name if row[0].value == "Nom" else "Terrain"
    for row, value in enumerate(points, start=6):
        book["Réponses"].cell(row, 4).value = value
    book.save(path)


@pytest.fixture
def sheets(tmp_path):
    """Workbooks of two experts on the categories of needs."""
    paths = [tmp_path / f"{name}.xlsx" for name in ("anne", "bob")]
    for path, points in zip(paths, ((60, 30, 10), (40, 30, 30)), strict=True):
        assert path.name in run("sheet", "--of", "categories", "-o", path)
        fill(path, path.stem, points)
    return paths


def test_categories_are_read_into_values_of_needs(sheets, tmp_path):
    output, answers = tmp_path / "valeurs.yaml", tmp_path / "panels"
    printed = run("read", *sheets, "-o", output, "--label", "Essai", "--answers", answers)
    assert "categories (besoins-2021), 2 réponse(s)" in printed
    assert "W de Kendall" in printed
    catalogue = load_catalogue()
    values = read_need_values(output, catalogue=catalogue, framework="besoins-2021")
    assert values.mean() == pytest.approx(1)
    assert values.max() / values.min() == pytest.approx(50 / 20)
    kept = read_panel(answers / "valeurs.yaml", catalogue=catalogue)
    assert [answer.expert for answer in kept.experts] == ["anne", "bob"]


def test_names_can_be_left_out(sheets, tmp_path):
    answers = tmp_path / "panels"
    run("read", *sheets, "-o", tmp_path / "v.yaml", "--label", "E", "--answers", answers,
        "--anonymous")  # fmt: skip
    written = (answers / "v.yaml").read_text(encoding="utf-8")
    assert "anne" not in written
    assert "Expert 2" in written


def test_a_panel_already_read_gives_a_scheme_and_is_not_written_again(tmp_path):
    output, answers = tmp_path / "panel.yaml", tmp_path / "panels"
    printed = run("read", EXAMPLE, "-o", output, "--label", "Essai", "--answers", answers)
    assert "Accord faible" in printed
    assert not list(answers.glob("*"))
    scheme = yaml.safe_load(output.read_text(encoding="utf-8"))
    assert scheme["id"] == "panel"
    assert str(scheme["date"]) == "2026-09-22"
    assert sum(scheme["indicators"].values()) == pytest.approx(6)
    assert output.name in printed


def test_nothing_is_written_over(sheets, tmp_path):
    with pytest.raises(Refusal, match=r"anne\.xlsx : ce fichier existe"):
        run("sheet", "--of", "categories", "-o", sheets[0])
    answers = tmp_path / "panels"
    answers.mkdir()
    (answers / "v.yaml").write_text("travail", encoding="utf-8")
    with pytest.raises(Refusal, match=r"v\.yaml : ce fichier existe"):
        run("read", *sheets, "-o", tmp_path / "v.yaml", "--label", "E", "--answers", answers)
    assert not (tmp_path / "v.yaml").exists()


def test_what_does_not_go_in_one_file_is_refused(sheets, tmp_path):
    with pytest.raises(Refusal, match="« indicators:me_sentir_en_securite, categories » ne vont"):
        run("read", EXAMPLE, *sheets, "-o", tmp_path / "v.yaml", "--label", "E",
            "--answers", tmp_path / "panels")  # fmt: skip


def test_the_name_of_the_file_is_the_id(sheets, tmp_path):
    with pytest.raises(Refusal, match="« Mon panel » n’est pas un id"):
        run("read", *sheets, "-o", tmp_path / "Mon panel.yaml", "--label", "E",
            "--answers", tmp_path / "panels")  # fmt: skip
    with pytest.raises(Refusal, match="« Mon panel » n’est pas un id"):
        run("read", EXAMPLE, "-o", tmp_path / "Mon panel.yaml", "--label", "E")


def test_many_comparisons_are_warned_of(tmp_path):
    printed = run("sheet", "--of", "needs", "--method", "ahp", "--framework", "diag360-1.3",
                  "-o", tmp_path / "a.xlsx")  # fmt: skip
    assert "55 comparaisons" in printed
    with pytest.raises(Refusal, match="« 18 » éléments feraient 153"):
        run("sheet", "--of", "needs", "--method", "ahp", "-o", tmp_path / "b.xlsx")
