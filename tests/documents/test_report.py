"""The document, made for real through papermill and nbconvert."""

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from diag360.catalogue.model import Catalogue
from diag360.documents import runs as runs_module
from diag360.documents.report import make_report
from diag360.documents.runs import Report
from diag360.errors import Refusal
from diag360.scoring.scores import Scores

LANNION = "200065928"
pytestmark = pytest.mark.documents


def html_of(report: Report) -> str:
    return report.html.read_text(encoding="utf-8")


def test_two_runs_give_the_same_bytes(open_report: Report, tmp_path: Path) -> None:
    again = make_report(LANNION, output=tmp_path)
    assert again.html.read_bytes() == open_report.html.read_bytes()


def test_the_executed_notebook_stands_beside_the_page(open_report: Report) -> None:
    assert open_report.html.parent == open_report.notebook.parent
    assert sorted(p.name for p in open_report.html.parent.iterdir()) == [
        "diagnostic.html",
        "diagnostic.ipynb",
    ]
    notebook = nbformat.reads(open_report.notebook.read_text(encoding="utf-8"), as_version=4)
    assert notebook.metadata["diag360"]["parameters"]["territory"] == LANNION
    ran = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)
    assert not [o for cell in ran for o in cell.outputs if o.output_type in ("error", "stream")]


class _Resources(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.headings: list[int] = []
        self.images_without_words: int = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        for name in ("src", "srcset", "poster", "data"):
            if name in found:
                self.fetched.append(found[name] or "")
        if tag == "link":
            self.fetched.append(found.get("href") or "")
        if tag == "script":
            self.fetched.append("script")
        if tag == "a" and (found.get("href") or "").startswith("#"):
            self.anchors.append((found["href"] or "")[1:])
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img" and not found.get("alt"):
            self.images_without_words += 1


@pytest.mark.parametrize("which", ["open_report", "full_report", "overseas_report"])
def test_the_page_is_whole_and_accessible(which: str, request: pytest.FixtureRequest) -> None:
    html = html_of(request.getfixturevalue(which))
    page = _Resources()
    page.feed(html)
    assert all(source.startswith("data:") for source in page.fetched), page.fetched
    assert "url(" not in html
    assert '<html lang="fr">' in html
    assert len(page.ids) == len(set(page.ids))
    assert set(page.anchors) <= set(page.ids)
    assert page.images_without_words == 0
    assert page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))


def test_every_need_is_told_and_none_is_a_bare_number(
    open_report: Report, open_scores: Scores
) -> None:
    html = html_of(open_report)
    for need in open_scores.framework.needs:
        section = re.search(rf'<section class="need" id="{need.id}">(.*?)</section>', html, re.S)
        assert section is not None, need.id
        summary = re.search(r"<strong>(.*?)</strong>", section.group(1))
        assert summary is not None
        if open_scores.determined.loc[LANNION, need.id]:
            assert summary.group(1) == str(
                round(100 * open_scores.needs.score.loc[LANNION, need.id])
            )
        else:
            assert re.fullmatch(r"indéterminé \(entre \d+ et \d+\)", summary.group(1)), need.id


def test_every_known_value_is_printed_with_its_source_and_year(
    open_report: Report, open_scores: Scores
) -> None:
    html = html_of(open_report)
    articles = re.findall(r'<article class="indicator">(.*?)</article>', html, re.S)
    assert len(articles) == int(open_scores.indicator_scores.loc[LANNION].notna().sum())
    for article in articles:
        assert "Source\u00a0:" in article
        assert re.search(r"· 20\d\d", article), article


def test_parameters_reach_the_document(full_report: Report, catalogue: Catalogue) -> None:
    html = html_of(full_report)
    assert "campagne 2027" in html
    assert catalogue.frameworks["diag360-1.3"].label in html
    assert "Poids par critères" in html
    assert "fichier complet.csv" in html
    assert str(full_report.html.parent.parent) not in html


def test_untrusted_comments_do_nothing(full_report: Report) -> None:
    html = html_of(full_report)
    assert "<script" not in html
    assert "onerror=alert(2)&gt;" in html


def test_sections_expected_by_a_reader_are_there(open_report: Report) -> None:
    html = html_of(open_report)
    for title in (
        "Synthèse",
        "Comment lire ce document",
        "Besoins et objectifs",
        "État et action",
        "Besoin par besoin",
        "Ce que l’on ne sait pas encore",
        "Ce que ce diagnostic ne voit pas",
        "Provenance",
    ):
        assert title in html


@pytest.mark.parametrize(
    ("arguments", "offender"),
    [
        ({"territory": "Trifouilly"}, "« Trifouilly »"),
        ({"territory": LANNION, "framework": "besoins-1789"}, "« besoins-1789 »"),
        ({"territory": LANNION, "weights": "lourds"}, "« lourds »"),
        ({"territory": LANNION, "values": "absent.csv"}, "absent.csv"),
    ],
)
def test_a_refused_input_writes_nothing(
    arguments: dict[str, str], offender: str, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match=re.escape(offender)):
        make_report(arguments.pop("territory"), output=tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_values_without_the_territory_are_refused(full_values: Path, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="aucune valeur pour Métropole du Grand Paris"):
        make_report("200054781", output=tmp_path / "out", values=str(full_values))
    assert not (tmp_path / "out").exists()


def test_a_failing_cell_keeps_the_former_document_and_the_partial_notebook(
    open_report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / LANNION
    folder.mkdir()
    (folder / "diagnostic.html").write_text("ancien", encoding="utf-8")
    broken = nbformat.reads(
        (runs_module.notebooks_dir() / "30_diagnostic.ipynb").read_text(encoding="utf-8"), 4
    )
    next(cell for cell in broken.cells if cell.id == "profil").source = "1 / 0"
    (tmp_path / "30_diagnostic.ipynb").write_text(nbformat.writes(broken), encoding="utf-8")
    monkeypatch.setattr(runs_module, "notebooks_dir", lambda: tmp_path)
    with pytest.raises(Refusal, match=r"ZeroDivisionError.*diagnostic\.echec\.ipynb"):
        make_report(LANNION, output=tmp_path)
    assert (folder / "diagnostic.html").read_text(encoding="utf-8") == "ancien"
    assert sorted(p.name for p in folder.iterdir()) == ["diagnostic.echec.ipynb", "diagnostic.html"]


def test_an_unwritable_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("un fichier, pas un dossier")
    with pytest.raises(Refusal, match=r"out/200065928.*impossible d’y écrire"):
        make_report(LANNION, output=tmp_path / "out")
