"""A document full of hostile notes in a real browser: nothing runs, nothing leaves, all is read."""

import re
from pathlib import Path

import pytest
from hostile import CORPUS, hostile_notes
from selenium import webdriver
from test_browser import OVERFLOWS, WIDTHS, browser, open_page, requests_of

from diag360.challenge.annotations.store import write_notes
from diag360.documents.report import make_report
from diag360.documents.runs import Report

__all__ = ["browser"]
pytestmark = pytest.mark.browser
LANNION = "200065928"

# A user who touches everything: what waits for an event is given it.
TOUCH_ALL = """
document.querySelectorAll('details').forEach(d => d.open = true);
const kinds = ['mouseover', 'mouseenter', 'focus', 'toggle', 'load', 'error', 'animationstart',
               'begin', 'start', 'pointerover', 'keydown', 'submit'];
for (const e of document.querySelectorAll('*')) {
  for (const kind of kinds) e.dispatchEvent(new Event(kind, {bubbles: true}));
  // A link one may follow leads out of the page, and that is all it does.
  if (!e.closest('a[href^="http"], a[href^="mailto:"]')) e.click?.();
}
"""
PWNED = "return [window.pwned, Object.keys(window).filter(k => k === 'pwned')]"
# Where each mark is read: text in a box that is neither hidden nor out of the page.
UNREAD = """
const marks = new Map(arguments[0].map(mark => [mark, 0]));
const walker = document.createTreeWalker(document.getElementById('registre'), NodeFilter.SHOW_TEXT);
const wide = document.documentElement.clientWidth;
while (walker.nextNode()) {
  const node = walker.currentNode;
  for (const mark of marks.keys()) {
    const at = node.data.indexOf(mark);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + mark.length);
    const box = range.getBoundingClientRect();
    const style = getComputedStyle(node.parentElement);
    const cell = node.parentElement.closest('td').getBoundingClientRect();
    const scrolled = node.parentElement.closest('.scroll');
    if (box.width > 5 && box.height > 5 && style.visibility === 'visible' && style.opacity === '1'
        && (scrolled || (box.left >= cell.left - 1 && box.right <= Math.min(wide, cell.right) + 1)))
      marks.set(mark, marks.get(mark) + 1);
  }
}
return [...marks].filter(([, times]) => times !== 1);
"""
# Nothing is laid over the page, and no element of a note leaves the box of its note.
LOOSE = """
const out = [];
for (const e of document.querySelectorAll('.expert-note, .expert-note *')) {
  const style = getComputedStyle(e);
  if (['fixed', 'absolute', 'sticky'].includes(style.position) && !e.closest('.sr'))
    out.push('hors du flux : ' + e.outerHTML.slice(0, 80));
  if (style.backgroundImage !== 'none') out.push('image : ' + e.outerHTML.slice(0, 80));
}
return out;
"""
OUTLINE = """
return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6, main > *, section, article')].map(e =>
  e.tagName + '#' + e.id + ' ' + (/^H/.test(e.tagName) ? e.firstChild.textContent.trim() : ''));
"""
DOUBLES = """
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
const dead = [...document.querySelectorAll('a[href^="#"]')]
  .map(a => decodeURIComponent(a.getAttribute('href').slice(1))).filter(id => !ids.includes(id));
return [ids.filter((id, at) => ids.indexOf(id) !== at), dead];
"""


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The document of a territory made with a store of hostile notes."""
    store = tmp_path_factory.mktemp("notes-hostiles")
    write_notes(store, hostile_notes())
    output = tmp_path_factory.mktemp("hostile")
    return make_report(LANNION, output=output, annotations=str(store))


def touched(browser: webdriver.Chrome, page: Path, width: str) -> list[str]:
    """Open a page, touch all of it; the addresses it asked for."""
    open_page(browser, page, width)
    browser.execute_script(TOUCH_ALL)
    browser.execute_async_script("setTimeout(arguments[0], 500)")
    return [url for url in requests_of(browser) if not url.startswith(("data:", page.as_uri()))]


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_notes_run_nothing_and_stay_readable(
    width: str, browser: webdriver.Chrome, hostile_report: Report
) -> None:
    page = hostile_report.html
    assert touched(browser, page, width) == []
    assert browser.execute_script(PWNED) == [None, []]
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    assert browser.current_url.split("#")[0] == page.as_uri()
    marks = [entry["mark"] for entry in CORPUS]
    assert browser.execute_script(UNREAD, marks) == []
    assert browser.execute_script(LOOSE) == []
    assert browser.execute_script(DOUBLES) == [[], []]
    assert browser.execute_script(OVERFLOWS) == []


def test_nothing_runs_even_without_the_policy_of_the_page(
    browser: webdriver.Chrome, hostile_report: Report, tmp_path: Path
) -> None:
    text = hostile_report.html.read_text(encoding="utf-8")
    bare, policies = re.subn(r"<meta [^>]*Content-Security-Policy[^>]*>", "", text)
    assert policies == 1
    assert "Content-Security-Policy" not in bare
    page = tmp_path / "sans-politique.html"
    page.write_text(bare, encoding="utf-8")
    assert touched(browser, page, "bureau") == []
    assert browser.execute_script(PWNED) == [None, []]
    # The canary is alive: the same page runs a script that is really there.
    page.write_text(bare.replace("</main>", "<img src=x onerror='window.pwned=1'></main>"),
                    encoding="utf-8")  # fmt: skip
    open_page(browser, page, "bureau")
    browser.execute_async_script("setTimeout(arguments[0], 500)")
    assert browser.execute_script(PWNED)[0] == 1


def test_the_outline_is_that_of_a_document_without_notes(
    browser: webdriver.Chrome, hostile_report: Report, open_report: Report
) -> None:
    open_page(browser, open_report.html, "bureau")
    bare = browser.execute_script(OUTLINE)
    open_page(browser, hostile_report.html, "bureau")
    noted = [line for line in browser.execute_script(OUTLINE) if line != "DETAILS# "]
    assert noted == bare
    assert "H2# Ce que disent les experts" in bare
