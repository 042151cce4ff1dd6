"""The document in a real browser, network off, at desktop and phone width.

Needs Debian's ``chromium`` and ``chromium-driver``; skipped, with the reason, where they are
absent, unless DIAG360_REQUIRE_BROWSER is set, as it is in CI.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import running_browser
from selenium import webdriver

from diag360.documents.runs import Report
from diag360.documents.sensitivity import make_sensitivity
from diag360.documents.stress import make_stress_test
from diag360.documents.vulnerability import make_vulnerabilities

pytestmark = pytest.mark.browser
WIDTHS = {"bureau": (1280, 900), "téléphone": (360, 740)}
REPORTS = ["open_report", "full_report", "overseas_report"]

OVERFLOWS = """
const out = [];
const page = document.documentElement;
if (page.scrollWidth > page.clientWidth)
  out.push('page plus large que l’écran : ' + page.scrollWidth);
for (const e of document.querySelectorAll('main *')) {
  if (e.closest('.sr') || e.closest('svg') || e.closest('.scroll')) continue;
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height) continue;
  const name = e.tagName + '.' + e.className + ' « ' + e.textContent.trim().slice(0, 40) + ' »';
  if (box.right > page.clientWidth + 1 || box.left < -1) out.push('hors de l’écran : ' + name);
  const hidden = getComputedStyle(e).overflowX;
  if (hidden !== 'visible' && e.scrollWidth > e.clientWidth + 1) out.push('coupé : ' + name);
}
for (const ends of document.querySelectorAll('.ends')) {
  const boxes = [...ends.children].map(e => e.getBoundingClientRect());
  for (let i = 1; i < boxes.length; i++)
    if (boxes[i].left < boxes[i - 1].right)
      out.push('seuils superposés : ' + ends.textContent.trim());
}
return out;
"""


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with running_browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


def requests_of(browser: webdriver.Chrome) -> list[str]:
    """Addresses the page asked for since the last call."""
    messages = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


def open_page(browser: webdriver.Chrome, page: Path, width: str) -> None:
    across, down = WIDTHS[width]
    browser.get_log("performance")
    browser.get_log("browser")
    metrics = {"width": across, "height": down, "deviceScaleFactor": 1, "mobile": across < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(page.as_uri())


@pytest.mark.parametrize("which", REPORTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_opens_offline_with_nothing_cut(
    which: str, width: str, browser: webdriver.Chrome, request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(which)
    open_page(browser, report.html, width)
    asked = [u for u in requests_of(browser) if not u.startswith(("data:", report.html.as_uri()))]
    assert asked == []
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    assert browser.execute_script(OVERFLOWS) == []
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.execute_script(OVERFLOWS) == []
    sizes = browser.execute_script("return [...document.images].map(i => i.naturalWidth)")
    # Profile, state and action, objectives; then the matrix of hazards and a cascade.
    assert len(sizes) == 5
    assert all(sizes)


@pytest.fixture(scope="session")
def hazard_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of vulnerabilities and a stress test of one territory."""
    output = tmp_path_factory.mktemp("aleas")
    return {
        "vulnérabilités": make_vulnerabilities("200065928", output=output).html,
        "stress test": make_stress_test("200065928", output=output, scenario="black_out").html,
        "sensibilité": make_sensitivity("200065928", output=output, draws=200).html,
    }


@pytest.mark.parametrize("which", ["vulnérabilités", "stress test", "sensibilité"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_of_hazards_opens_offline_with_nothing_cut(
    which: str, width: str, browser: webdriver.Chrome, hazard_pages: dict[str, Path]
) -> None:
    page = hazard_pages[which]
    open_page(browser, page, width)
    asked = [u for u in requests_of(browser) if not u.startswith(("data:", page.as_uri()))]
    assert asked == []
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.execute_script(OVERFLOWS) == []
    sizes = browser.execute_script("return [...document.images].map(i => i.naturalWidth)")
    assert sizes
    assert all(sizes)


@pytest.mark.parametrize("rank", range(4))
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_of_the_method_opens_offline_with_nothing_cut(
    rank: int, width: str, browser: webdriver.Chrome, method_pages: list[Path]
) -> None:
    page = method_pages[rank]
    open_page(browser, page, width)
    asked = [u for u in requests_of(browser) if not u.startswith(("data:", page.as_uri()))]
    assert asked == []
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.execute_script(OVERFLOWS) == []
    assert all(browser.execute_script("return [...document.images].map(i => i.naturalWidth)"))


def test_a_link_to_an_indicator_leads_to_its_folded_sheet(
    browser: webdriver.Chrome, method_pages: list[Path]
) -> None:
    catalogue = next(page for page in method_pages if page.stem == "20_catalogue")
    open_page(browser, catalogue, "bureau")
    browser.get(f"{catalogue.as_uri()}#bv1_i12")
    top = browser.execute_script(
        "return document.getElementById('bv1_i12').getBoundingClientRect().top"
    )
    assert 0 <= top < WIDTHS["bureau"][1]


def test_the_checks_see_a_bad_page(browser: webdriver.Chrome, tmp_path: Path) -> None:
    bad = tmp_path / "mauvaise.html"
    bad.write_text(
        "<!DOCTYPE html><html lang='fr'><meta charset='utf-8'><main><img src='http://example.org/a.png'>"
        "<div style='overflow:hidden;width:50px;white-space:nowrap'>un texte bien trop long</div>"
        "<p style='width:2000px'>large</p></main><script>console.error('aïe')</script></html>",
        encoding="utf-8",
    )
    open_page(browser, bad, "téléphone")
    assert "http://example.org/a.png" in requests_of(browser)
    assert any("aïe" in entry["message"] for entry in browser.get_log("browser"))
    found = "\n".join(browser.execute_script(OVERFLOWS))
    assert "coupé : DIV. « un texte bien trop long »" in found
    assert "hors de l’écran : P. « large »" in found


@pytest.mark.parametrize("which", REPORTS)
def test_the_synthesis_holds_on_one_printed_page(
    which: str, browser: webdriver.Chrome, request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(which)
    open_page(browser, report.html, "bureau")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    # A4 less its margins, at 96 pixels an inch.
    width, height = (round((side - 26) / 25.4 * 96) for side in (210, 297))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        end = browser.execute_script(
            "return Math.max(...['synthese', 'profil'].map("
            "id => document.getElementById(id).getBoundingClientRect().bottom))"
        )
        assert 0.5 * height < end <= height
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
