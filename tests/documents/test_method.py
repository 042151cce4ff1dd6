"""The notebooks of the method: executed, rendered, linked to one another."""

import re
from pathlib import Path

import nbformat
import pytest

from diag360.catalogue.model import Catalogue
from diag360.documents.method import PAGES, make_method
from diag360.errors import Refusal
from diag360.paths import notebooks_dir

pytestmark = pytest.mark.documents


@pytest.fixture(scope="module")
def pages(method_pages: list[Path]) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in method_pages}


def test_every_page_is_there_and_whole(pages: dict[str, str]) -> None:
    assert list(pages) == list(PAGES)
    for name, html in pages.items():
        assert html.rstrip().endswith("</html>"), name
        assert PAGES[name] in html
        said = re.sub(r"base64,[^\"]+", "", html)
        for unwanted in ("<script", "Traceback", 'class="error"', r"\bnan\b", "NaN", ">None<"):
            assert not re.search(unwanted, said), (name, unwanted)


def test_pages_lead_to_pages_that_exist(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        for target in re.findall(r'href="([^"#:]+)"', html):
            assert target.removesuffix(".html") in pages, (name, target)
        ids = set(re.findall(r'id="([^"]+)"', html))
        for anchor in re.findall(r'href="#([^"]+)"', html):
            assert anchor in ids, (name, anchor)
    assert {"10_methode", "20_catalogue", "29_references"} <= set(
        re.findall(r'href="(\w+)\.html', pages["00_lire_moi"])
    )


def test_ids_are_unique(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), (name, {i for i in ids if ids.count(i) > 1})


def test_the_catalogue_holds_every_indicator(pages: dict[str, str], catalogue: Catalogue) -> None:
    found = re.findall(r'<details class="sheet" id="(\w+)"', pages["20_catalogue"])
    assert sorted(found) == sorted(catalogue.indicators)


def test_each_code_cell_of_the_method_that_prints_also_asserts() -> None:
    """Every number printed by the method notebook is recomputed beside it."""
    notebook = nbformat.read(notebooks_dir() / "10_methode.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and re.search(r"figures\.(say|table)\(", cell.source):
            assert re.search(r"^\s*assert ", cell.source, re.MULTILINE), cell.id


def test_another_territory_and_indicator_can_be_followed(tmp_path: Path) -> None:
    made = make_method(
        output=tmp_path, territory="Eurométropole de Strasbourg", indicator="bv4_i03"
    )
    html = next(path for path in made if path.stem == "10_methode").read_text(encoding="utf-8")
    assert "Eurométropole de Strasbourg, Accessibilité potentielle localisée" in html


def test_an_indicator_answered_by_a_word_cannot_be_followed(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="choisir un indicateur chiffré"):
        make_method(output=tmp_path, indicator="bv1_i01")
    assert (tmp_path / "10_methode.echec.ipynb").exists()
    assert not list(tmp_path.glob("*.html"))


def test_notebooks_hold_no_output() -> None:
    for path in notebooks_dir().glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert not cell.get("outputs"), (path.name, cell.id)
            assert cell.get("execution_count") is None, (path.name, cell.id)
