"""A brand: a colour that can be read, a logo that is one, a head that nothing can break out of."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_markdown_cell, new_notebook

from diag360.documents.brand import (
    Brand,
    brand_css,
    brand_html,
    brand_problem,
    contrast_on_white,
    media_type,
)
from diag360.documents.render import render_html
from diag360.paths import templates_dir

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


def hexa(rgb: tuple[int, ...]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in rgb)


@pytest.mark.parametrize(
    ("colour", "ratio"),
    # Ratios published with the criterion: 21 for black, and the two greys on either side of 4,5.
    [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48), ("#ff0000", 4.0)],
)
def test_contrast_is_that_of_wcag(colour: str, ratio: float) -> None:
    assert contrast_on_white(colour) == pytest.approx(ratio, abs=0.005)


@given(COLOURS, st.integers(0, 2))
def test_a_lighter_colour_has_less_contrast(rgb: tuple[int, ...], channel: int) -> None:
    lighter = tuple(min(255, one + 1) if at == channel else one for at, one in enumerate(rgb))
    assert 1 <= contrast_on_white(hexa(lighter)) <= contrast_on_white(hexa(rgb)) <= 21 + 1e-9


@given(COLOURS)
def test_a_colour_is_refused_with_its_ratio_when_it_cannot_be_read(rgb: tuple[int, ...]) -> None:
    problems = brand_problem(Brand("X", colour=hexa(rgb)))
    ratio = contrast_on_white(hexa(rgb))
    assert bool(problems) == (ratio < 4.5)
    if problems:
        told = float(re.findall(r"([\d,]+) pour 1", problems[0][1])[0].replace(",", "."))
        assert ratio - 0.1 <= told <= ratio
        assert hexa(rgb) in problems[0][1]


@pytest.mark.parametrize(
    "colour", ["red", "#12345", "#1234567", "#12345g", "#1f4e79;}", "#1f4e７9"]
)
def test_what_is_not_a_colour_is_refused(colour: str) -> None:
    ((field, problem, _),) = brand_problem(Brand("X", colour=colour))
    assert field == "colour"
    assert f"« {colour} »" in problem
    with pytest.raises(ValueError, match="not a colour"):
        contrast_on_white(colour)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a..", "image/gif"),
        (b"RIFF1234WEBPVP8 ", "image/webp"), (b"<svg xmlns='x'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><svg>", "image/svg+xml"),
        (b"<html><svg></html>", ""), (b"RIFF1234WAVE", ""), (b"", ""), (b"<svgx>", ""),
        (b"<!---->" * 2000, ""), (b"%PDF-1.4", ""),
    ],
)  # fmt: skip
def test_an_image_is_known_by_what_it_holds(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


def test_a_logo_is_an_image_and_not_too_heavy(tmp_path: Path) -> None:
    names = {"ok.png": PNG, "texte.png": b"texte", "lourd.png": PNG + b"0" * 500_000}
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    told = {
        name: " ".join(problem for _, problem, _ in brand_problem(Brand("X", tmp_path / name)))
        for name in (*names, "absent.png")
    }
    assert told == {
        "ok.png": "",
        "texte.png": "« texte.png » n’est pas une image",
        "lourd.png": "« lourd.png » pèse 500 ko",
        "absent.png": "« absent.png » n’existe pas",
    }
    assert brand_problem(Brand("X", tmp_path))[0][0] == "logo"


def test_a_brand_has_a_name() -> None:
    assert brand_problem(Brand(" "))[0][0] == "name"
    assert brand_problem(Brand("Cabinet")) == []


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(max_size=60))
def test_no_name_breaks_out_of_the_head(name: str) -> None:
    parser = _Tags()
    parser.feed(brand_html(Brand(name)))
    parser.close()
    assert parser.tags == ["header", "p"]
    assert name.replace("\r", "").replace("\n", "").strip() in parser.text.replace(
        "\r", ""
    ).replace("\n", "")


def page(brand: Brand | None) -> str:
    notebook = new_notebook(cells=[new_markdown_cell("# Titre\n\nUn texte.", id="un")])
    nbformat.validate(notebook)
    return render_html(notebook, title="T", brand=brand)


def test_without_a_brand_the_page_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert brand_html(None) == brand_css(None) == ""
    bare = page(None)
    folder = tmp_path / "nbconvert" / "diag360"
    shutil.copytree(templates_dir() / "nbconvert" / "diag360", folder)
    template = folder / "index.html.j2"
    text = template.read_text(encoding="utf-8")
    before = re.sub(r"\{\{ resources\.brand_(?:style|head) \}\}", "", text)
    assert len(text) > len(before)
    template.write_text(before, encoding="utf-8")
    monkeypatch.setattr("diag360.documents.render.templates_dir", lambda: tmp_path)
    assert page(None) == bare


def test_the_page_of_a_brand_holds_its_head_and_fetches_nothing(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    html = page(Brand("Cabinet <A> & B", logo, "#145a3c"))
    assert '<header class="brand"><img src="data:image/png;base64,' in html
    assert "Cabinet &lt;A&gt; &amp; B" in html
    assert "--accent: #145a3c;" in html
    assert str(tmp_path) not in html
    # All else of the page stays.
    assert '<section class="text" id="un">' in html
    logo.write_bytes(b"GIF89a")
    assert "data:image/gif" in page(Brand("C", logo))
