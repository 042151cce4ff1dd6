"""The explorer behind a real Voilà server, in a real browser with no way out to the network."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsers import running_browser
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from test_browser import OVERFLOWS, WIDTHS, requests_of

from diag360 import load_catalogue, read_values, score
from diag360.catalogue.model import Coefficients
from diag360.challenge.reweigh.weigh import lay_out, raw_weights, reweigh
from diag360.challenge.variants.files import read_variant
from diag360.documents.widgets.explorer_server import (
    Explorer,
    explorer_parameters,
    running_explorer,
)

pytestmark = pytest.mark.browser
LANNION = "200065928"
READY = """
const sliders = document.querySelectorAll('.noUi-handle').length;
return sliders > 20 && !!document.querySelector('.x-verdict');
"""
LAST = """
const all = document.querySelectorAll('#rendered_cells p');
const last = all[all.length - 1];
last.scrollIntoView();
return last.getBoundingClientRect().top;
"""
LONGEST = 120  # seconds: a page starts a kernel and reads the figures of the whole country


def until(browser: webdriver.Chrome, what: Callable[[], object]) -> None:
    WebDriverWait(browser, LONGEST, poll_frequency=0.1).until(lambda _: what())


def fold(browser: webdriver.Chrome, title: str) -> None:
    """Open a fold of the controls."""
    heads = browser.find_elements(By.CSS_SELECTOR, ".jupyter-widget-Collapse-header")
    head = next(head for head in heads if title in head.text)
    head.location_once_scrolled_into_view  # noqa: B018
    head.click()


def field(browser: webdriver.Chrome, label: str, kind: str = "input"):
    """Field of a label."""
    return browser.find_element(
        By.XPATH, f"//label[normalize-space()='{label}']/following-sibling::{kind}"
    )


def handle(browser: webdriver.Chrome, label: str):
    """Handle of the slider of a label."""
    return browser.find_element(
        By.XPATH,
        f"//label[normalize-space()='{label}']/..//div[contains(@class, 'noUi-handle')]",
    )


def text_of(browser: webdriver.Chrome, selector: str) -> str:
    """Text of an element that is redrawn; nothing while it is."""
    return browser.execute_script(
        "return document.querySelector(arguments[0])?.textContent ?? ''", selector
    )


def dots(browser: webdriver.Chrome) -> list[float]:
    """Where the dots stand [percent], to what nobody sees."""
    return browser.execute_script(
        "return [...document.querySelectorAll('.x-dot')]"
        ".map(d => Math.round(1e9 * parseFloat(d.getAttribute('cx'))) / 1e9)"
    )


def open_explorer(browser: webdriver.Chrome, explorer: Explorer, width: str = "bureau") -> None:
    across, down = WIDTHS[width]
    metrics = {"width": across, "height": down, "deviceScaleFactor": 1, "mobile": across < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get_log("performance")
    browser.get(explorer.url)
    until(browser, lambda: browser.execute_script(READY))


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with running_browser(tmp_path_factory.mktemp("chromium"), local=True) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("variantes")


@pytest.fixture(scope="module")
def explorer(folder: Path) -> Iterator[Explorer]:
    with running_explorer(explorer_parameters(LANNION, folder=folder), port=0) as running:
        yield running
    assert running.process.returncode is not None


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_opens_offline_with_nothing_cut(
    width: str, offline: webdriver.Chrome, explorer: Explorer
) -> None:
    open_explorer(offline, explorer, width)
    assert text_of(offline, ".x-verdict").startswith("La conclusion ne change pas")
    asked = requests_of(offline)
    assert explorer.url in asked
    elsewhere = [u for u in asked if not u.startswith((explorer.url, "data:", "blob:"))]
    assert elsewhere == []
    for title in ("", "Indicateurs du besoin", "Valeur des besoins", "Enregistrer, recharger"):
        if title:
            fold(offline, title)
        assert offline.execute_script(OVERFLOWS) == []
    end = offline.execute_script(LAST)
    assert 0 <= end < WIDTHS[width][1]
    severe = [e["message"] for e in offline.get_log("browser") if e["level"] == "SEVERE"]
    # Voilà lets no page stop its own kernel; the server stops those that are left.
    assert [message for message in severe if "/api/shutdown/" not in message] == []


@pytest.fixture(scope="module")
def expected() -> list[float]:
    """Where dots stand once action counts twice as much as state."""
    catalogue = load_catalogue()
    rows = read_values(catalogue=catalogue)
    scores = score(rows[rows["territory"] == LANNION], catalogue=catalogue)
    bench = lay_out(scores, territory=LANNION)
    double = Coefficients.model_validate({"kind": {"action": 2.0}})
    found = reweigh(bench, weights=raw_weights(bench, coefficients=double, exceptions={}))
    known = found.score[found.determined]
    assert 0 < len(known) < len(bench.needs)
    return [round(100 * float(value), 9) for value in known]


def test_a_slider_moves_the_figure_and_the_sentence_then_is_saved_and_reloaded(
    offline: webdriver.Chrome, explorer: Explorer, folder: Path, expected: list[float]
) -> None:
    open_explorer(offline, explorer)
    reference, before = text_of(offline, ".x-verdict"), dots(offline)
    assert "poids réglés ici" not in text_of(offline, ".x-legend")
    for _ in range(20):
        handle(offline, "Action").send_keys(Keys.ARROW_RIGHT)
    assert handle(offline, "Action").get_attribute("aria-valuenow") == "2.0"
    until(offline, lambda: dots(offline) == expected)
    assert expected != before
    # Sliders that follow say nothing on their own: no indicator is set apart.
    assert offline.find_elements(By.CSS_SELECTOR, ".x-tag") == []
    assert text_of(offline, ".x-verdict").startswith("La conclusion change")
    assert "poids réglés ici" in text_of(offline, ".x-legend")
    assert "→" in text_of(offline, ".x-scroll")
    shown, drawn = text_of(offline, ".x-verdict"), dots(offline)

    fold(offline, "Enregistrer, recharger")
    words = {
        "Titre": "L’action compte double",
        "Nom": "Anne Le Goff",
        "Nom du fichier": "action-double",
    }
    for label, typed in words.items():
        field(offline, label).send_keys(typed)
    why = "Ce que l’on engage dit mieux la suite que ce dont on hérite."
    field(offline, "Justification", "textarea").send_keys(why)
    Select(field(offline, "Rôle", "select")).select_by_visible_text("terrain")
    offline.find_element(By.XPATH, "//button[normalize-space()='Enregistrer']").click()
    path = folder / "action-double.yaml"
    until(offline, path.exists)
    variant = read_variant(path)
    assert variant.author == "Anne Le Goff"
    assert variant.justification == why
    assert variant.changes.scheme.kind == {"etat": 1.0, "action": 2.0}

    open_explorer(offline, explorer)
    assert text_of(offline, ".x-verdict") == reference
    assert dots(offline) == before
    fold(offline, "Enregistrer, recharger")
    Select(field(offline, "Variante", "select")).select_by_visible_text("action-double.yaml")
    offline.find_element(By.XPATH, "//button[normalize-space()='Recharger']").click()
    until(offline, lambda: text_of(offline, ".x-verdict") == shown)
    assert dots(offline) == drawn
    assert "« L’action compte double » appliquée" in offline.find_element(
        By.CSS_SELECTOR, ".x-controls"
    ).text.replace("\u00a0", " ")
