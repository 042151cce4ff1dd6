"""The register for a meeting in a real browser: its order is chosen without any script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import running_browser
from note_table import Table, fill
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_browser import OVERFLOWS, WIDTHS, open_page, requests_of

from diag360.catalogue.model import Catalogue
from diag360.documents.meeting import SORTS, Meeting
from diag360.documents.register import make_register

pytestmark = pytest.mark.browser
SEEN = """
return [...document.querySelectorAll('.meeting .meeting-row')]
  .map(row => [row.getBoundingClientRect().top, row.querySelector('.code').textContent])
  .sort((one, other) => one[0] - other[0]).map(pair => pair[1]);
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with running_browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> tuple[Path, Meeting]:
    folder = tmp_path_factory.mktemp("notes")
    table = fill(Table(folder, catalogue))
    table.put("source", "seuil/be2_i06", "Un nom" * 10, body="mot" * 300 + "\n\n" + "# titre\n" * 3)
    page = make_register(output=tmp_path_factory.mktemp("out"), annotations=str(folder)).html
    return page, table.read()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_register_opens_offline_with_nothing_cut(
    width: str, chromium: webdriver.Chrome, made: tuple[Path, Meeting]
) -> None:
    page, _ = made
    open_page(chromium, page, width)
    asked = [u for u in requests_of(chromium) if not u.startswith(("data:", page.as_uri()))]
    assert asked == []
    assert [entry["message"] for entry in chromium.get_log("browser")] == []
    assert chromium.execute_script(OVERFLOWS) == []
    chromium.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert chromium.execute_script(OVERFLOWS) == []


def test_each_order_is_a_click_away_and_a_key_away(
    chromium: webdriver.Chrome, made: tuple[Path, Meeting]
) -> None:
    page, meeting = made
    open_page(chromium, page, "bureau")
    ranks = meeting.orders()
    wanted = {name: sorted(ranks, key=lambda one: ranks[one][name]) for name in SORTS}
    assert len({tuple(order) for order in wanted.values()}) == len(SORTS)
    assert chromium.execute_script(SEEN) == wanted["desaccords"]
    for name in reversed(SORTS):
        radio = chromium.find_element(By.CSS_SELECTOR, f'.meeting input[value="{name}"]')
        radio.find_element(By.XPATH, "./..").click()
        assert chromium.execute_script(SEEN) == wanted[name], name
    for name in SORTS[1:]:
        ActionChains(chromium).send_keys(Keys.ARROW_RIGHT).perform()
        assert chromium.execute_script(SEEN) == wanted[name], name
    # The group is named, and each choice says in words what it does.
    radios = chromium.find_elements(By.CSS_SELECTOR, ".meeting-sorts input")
    assert [radio.accessible_name for radio in radios] == [
        "désaccords d’abord", "par date", "par besoin", "par sorte", "par état", "par auteur",
    ]  # fmt: skip
    group = chromium.find_element(By.CSS_SELECTOR, ".meeting-sorts")
    assert (group.aria_role, group.accessible_name) == ("group", "Ranger les notes")
