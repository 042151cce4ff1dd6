"""The index of a batch: read without script, searched and sorted with it, and safe."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browsers import running_browser
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from small_lot import (
    ARMOR,
    CLERMONT,
    CODES,
    GLIERES,
    HOSTILE,
    LANNION,
    LOST,
    REUNION,
    receipts,
    whole_france,
)
from test_browser import OVERFLOWS, WIDTHS, open_page, requests_of

from diag360.documents.batch.handover.index import index_html, make_index
from diag360.documents.batch.results.gathered import Page, find_batch, gather, read_receipts_of
from diag360.documents.brand import Brand
from diag360.errors import Refusal

ORDER = [CLERMONT, ARMOR, GLIERES, REUNION, LANNION, LOST]  # Clermont, Côtes, Faucigny, Intercom…
SEEN = """
return [...document.querySelectorAll('#liste tbody tr')].filter(row => !row.hidden)
  .map(row => row.id.slice(2));
"""


class Reader(HTMLParser):
    """Words of each row of the list, links and tags, as a reader without script finds them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "tr" and str(found.get("id", "")).startswith("t-"):
            self.rows.append("")
            self._inside = True
        if tag == "a":
            self.links.append(str(found["href"]))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "tr"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1] += f"{data} "


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lot")
    extras = [Page("Synthèse", "synthese.html"), Page("Tableur", "synthese.xlsx")]
    return make_index(folder, receipts(), extras=extras)


@pytest.fixture(scope="module")
def html(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_every_territory_is_listed_in_the_order_of_names_with_its_documents(html: str) -> None:
    reader = Reader(html)
    rows = [attrs["id"] for tag, attrs in reader.tags if tag == "tr" and attrs.get("id")]
    assert rows == [f"t-{code}" for code in ORDER]
    for code in CODES:
        for name in ("diagnostic.html", "diagnostic.pdf", "vulnerabilites.html"):
            assert reader.links.count(f"{code}/{name}") == 1
    assert "synthese.html" in reader.links
    words = re.sub(r"\s+", " ", reader.rows[ORDER.index(LANNION)])
    assert "CA Lannion-Trégor Communauté 200065928" in words
    assert "communauté d’agglomération" in words
    assert "Côtes-d’Armor" in words
    assert "7 sur 18" in words
    assert "53 %" in words


def test_what_failed_is_explained_and_no_territory_vanishes(html: str) -> None:
    reader = Reader(html)
    assert "non fait" in reader.rows[ORDER.index(LOST)]
    assert "Loire-Atlantique" in reader.rows[ORDER.index(LOST)]
    assert "Ce qui tient, ce qui bascule : non fait" in re.sub(
        r"\s+", " ", reader.rows[ORDER.index(LANNION)]
    )
    failures = html[html.index('id="echecs"') :]
    assert failures.count("temps dépassé") == 2
    assert "&lt;b&gt;be1_i01&lt;/b&gt;" in failures
    assert f"{LOST}/diagnostic.echec.ipynb" in failures
    assert "10\u00a0documents faits\u202f; 2\u00a0documents manquent" in html


def test_no_rank_no_total_and_a_word_against_league_tables(html: str) -> None:
    assert "pas à classer" in html
    assert "ni rang ni note globale" in html.replace("\n", " ")
    assert not re.search(r"\b\d+(?:er|e|ᵉ)\b", re.sub(r"<style>.*?</style>", "", html, flags=re.S))


def test_hostile_words_stay_words(html: str) -> None:
    assert "alert(1)</script>" not in html
    assert "CC &lt;script&gt;alert(1)&lt;/script&gt; =cmd" in html
    assert html.count("<script") == 2


def test_a_label_that_would_end_the_script_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = gather(receipts())
    framework = batch.framework
    needs = tuple(
        need.model_copy(update={"label": "Boire </script><b>"}) if need.id == "boire" else need
        for need in framework.needs
    )
    frameworks = {**batch.catalogue.frameworks,
                  framework.id: framework.model_copy(update={"needs": needs})}  # fmt: skip
    monkeypatch.setattr(type(batch), "framework", property(lambda _: frameworks[framework.id]))
    made = index_html(batch)
    assert made.count("</script>") == 2
    assert "</script><b>" not in made


def test_only_its_own_script_may_run_and_nothing_is_fetched(html: str) -> None:
    reader = Reader(html)
    (policy,) = [
        str(attrs["content"]) for tag, attrs in reader.tags
        if tag == "meta" and attrs.get("http-equiv")
    ]  # fmt: skip
    script = html[html.rindex("<script>") + len("<script>") : html.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "eval(" not in script
    assert "innerHTML" not in script
    fetched = [v for _, attrs in reader.tags for k, v in attrs.items() if k == "src"]
    assert [one for one in fetched if not str(one).startswith("data:")] == []


def test_numbers_for_the_script_are_those_of_the_scores_rounded_outwards(html: str) -> None:
    found = re.search(r'id="donnees">(.*?)</script>', html, flags=re.S)
    assert found
    data = json.loads(found[1])
    row = data["rows"][ORDER.index(LANNION)]
    needs = receipts()[f"{LANNION}/diagnostic"]["results"]["besoins"]
    assert len(row[1]) == len(data["needs"]) == len(needs) == 18
    for (score, low, high), need in zip(row[1], needs, strict=True):
        assert (score is None) == (not need["determined"])
        assert score is None or abs(score - 100 * need["score"]) <= 0.5
        assert low <= 100 * need["low"] < low + 1
        assert high - 1 < 100 * need["high"] <= high
    assert data["rows"][ORDER.index(LOST)] == [None, None]


def test_the_same_receipts_give_the_same_bytes_and_the_manifest_chooses(tmp_path: Path) -> None:
    backwards = dict(reversed(receipts().items()))
    assert index_html(gather(backwards)) == index_html(gather(receipts()))
    keys = [f"{LANNION}/diagnostic", "999999999/diagnostic"]
    made = Reader(make_index(tmp_path, receipts(), keys=keys).read_text(encoding="utf-8"))
    assert len(made.rows) == 1
    assert f"{LANNION}/vulnerabilites.html" not in made.links


def test_another_framework_or_another_tier_is_said() -> None:
    changed = json.loads(json.dumps(receipts()))
    for document in ("diagnostic", "vulnerabilites"):
        one: dict[str, Any] = changed[f"{GLIERES}/{document}"]["results"]["territoires"][0]
        one["framework"], one["tier"] = "diag360-1.3", "expert"
    page = index_html(gather(changed))
    assert "ne se comparent pas tels quels" in re.sub(r"\s+", " ", page)
    assert "1\u00a0territoire est regardé dans un autre cadre" in page
    found = re.search(r'id="donnees">(.*?)</script>', page, flags=re.S)
    assert found
    assert json.loads(found[1])["rows"][ORDER.index(GLIERES)][1] is None


def test_a_brand_is_on_the_page_and_the_commons_stays() -> None:
    page = index_html(gather(receipts()), brand=Brand("Agence & Cie", colour="#123456"))
    assert "Agence &amp; Cie" in page
    assert "--accent: #123456" in page
    assert "Diagnostic 360° de résilience" in page


def test_links_are_relative_and_quoted(tmp_path: Path) -> None:
    made: dict[str, dict[str, Any]] = {}
    for key, one in receipts().items():
        made[key] = {**one, "files": {f"à b/{key}#1.html": "0"}} if one["files"] else one
    links = Reader(make_index(tmp_path, made).read_text(encoding="utf-8")).links
    assert f"%C3%A0%20b/{LANNION}/diagnostic%231.html" in links


def test_a_folder_that_is_no_batch_is_refused_by_name(tmp_path: Path) -> None:
    for read in (read_receipts_of, find_batch):
        with pytest.raises(Refusal) as refused:
            read(tmp_path / "rien")
        assert str(tmp_path / "rien") in str(refused.value)


def test_only_what_the_last_run_was_asked_for_is_read_and_what_is_broken_is_left(
    tmp_path: Path,
) -> None:
    folder = tmp_path / ".lot"
    folder.mkdir()
    for key, one in receipts().items():
        (folder / f"{key.replace('/', '.')}.json").write_text(json.dumps(one), encoding="utf-8")
    (folder / "coupé.json").write_text('{"key": "', encoding="utf-8")
    (folder / "autre.json").write_text("[1]", encoding="utf-8")
    assert set(read_receipts_of(tmp_path)) == set(receipts())
    record = {"documents": [{"key": f"{LANNION}/diagnostic"}]}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert set(read_receipts_of(tmp_path)) == {f"{LANNION}/diagnostic"}
    assert find_batch(tmp_path / "a" / "b") == tmp_path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with running_browser(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_opens_offline_with_nothing_cut(
    width: str, chromium: webdriver.Chrome, page: Path
) -> None:
    open_page(chromium, page, width)
    # The browser's own first tab may still be loading.
    asked = [
        u for u in requests_of(chromium) if not u.startswith(("data:", "chrome:", page.as_uri()))
    ]
    assert asked == []
    assert chromium.execute_script(OVERFLOWS) == []
    Select(chromium.find_element(By.ID, "ordre")).select_by_visible_text("Boire")
    assert chromium.execute_script(OVERFLOWS) == []
    assert [entry["message"] for entry in chromium.get_log("browser")] == []


@pytest.mark.browser
def test_one_searches_without_case_nor_accent_and_is_told_how_many(
    chromium: webdriver.Chrome, page: Path
) -> None:
    open_page(chromium, page, "bureau")
    status = chromium.find_element(By.ID, "compte")
    assert (status.aria_role, status.text) == ("status", "6 territoires")
    field = chromium.find_element(By.ID, "nom")
    assert field.accessible_name == "Nom, ou Siren"
    for words, found in (
        ("TREGOR lannion", [LANNION]), ("246300701", [CLERMONT]), ("cotes d armor", [ARMOR]),
        ("<script>", [LOST]), ("néant", []),
    ):  # fmt: skip
        field.clear()
        field.send_keys(words)
        assert chromium.execute_script(SEEN) == found, words
    assert status.text == "Aucun territoire ne répond à cette recherche"
    chromium.find_element(By.ID, "effacer").send_keys(Keys.ENTER)
    chromium.execute_async_script("setTimeout(arguments[0], 20)")
    assert chromium.execute_script(SEEN) == ORDER
    Select(chromium.find_element(By.ID, "departement")).select_by_visible_text("Côtes-d’Armor")
    assert chromium.execute_script(SEEN) == [ARMOR, LANNION]
    assert status.text == "2 territoires sur 6"
    nature = Select(chromium.find_element(By.ID, "nature"))
    nature.select_by_visible_text("communauté d’agglomération")
    assert chromium.execute_script(SEEN) == [LANNION]
    assert status.text == "1 territoire sur 6"


@pytest.mark.browser
def test_one_sorts_by_any_need_and_what_is_unknown_comes_last(
    chromium: webdriver.Chrome, page: Path
) -> None:
    open_page(chromium, page, "bureau")
    order = Select(chromium.find_element(By.ID, "ordre"))
    labels = [one.text for one in order.options]
    assert labels[:2] == ["Nom, de A à Z", "Part connue"]
    assert len(labels) == 20
    needs = {
        code: {row["need"]: row for row in receipts()[f"{code}/diagnostic"]["results"]["besoins"]}
        for code in CODES
    }
    order.select_by_visible_text("Avoir un toit")
    known = [code for code in CODES if needs[code]["avoir_un_toit"]["determined"]]
    assert REUNION not in known
    rising = sorted(known, key=lambda code: needs[code]["avoir_un_toit"]["score"])
    assert chromium.execute_script(SEEN) == [*rising, REUNION, LOST]
    head = chromium.find_element(By.ID, "t-besoin")
    assert head.find_element(By.TAG_NAME, "button").text.startswith("Avoir un toit")
    assert head.get_attribute("aria-sort") == "ascending"
    cells = {
        code: chromium.find_element(By.CSS_SELECTOR, f"#t-{code} td:nth-child(6)").text
        for code in (REUNION, LANNION, LOST)
    }
    assert cells[REUNION].startswith("indéterminé")
    assert "entre" in cells[REUNION]
    assert "sur 100" in cells[LANNION]
    assert cells[LOST] == "non fait"
    # The other way round, what is unknown is still last.
    head.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert chromium.execute_script(SEEN) == [*reversed(rising), REUNION, LOST]
    assert head.get_attribute("aria-sort") == "descending"
    chromium.find_element(By.CSS_SELECTOR, "#t-nom button").send_keys(Keys.SPACE)
    assert chromium.execute_script(SEEN) == ORDER
    assert not head.is_displayed()
    order.select_by_visible_text("Part connue")
    assert chromium.execute_script(SEEN)[0] == REUNION
    chromium.find_element(By.ID, "inverser").click()
    assert chromium.execute_script(SEEN)[-2:] == [REUNION, LOST]


@pytest.mark.browser
def test_all_of_france_is_light_and_quick(chromium: webdriver.Chrome, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(index_html(whole_france()), encoding="utf-8")
    assert page.stat().st_size < 1_500_000
    open_page(chromium, page, "bureau")
    assert chromium.find_element(By.ID, "compte").text == "1\u202f255 territoires"
    seconds = chromium.execute_script(
        "const t = performance.now(); const s = document.getElementById('ordre');"
        "s.value = '0'; s.dispatchEvent(new Event('change', {bubbles: true}));"
        "document.body.offsetHeight; return (performance.now() - t) / 1000;"
    )
    assert seconds < 3  # 0.2 s when nothing else runs


def test_the_name_of_a_lost_territory_is_kept(html: str) -> None:
    assert HOSTILE.split("<")[0].strip() == "CC"
    assert "=cmd" in Reader(html).rows[ORDER.index(LOST)]
