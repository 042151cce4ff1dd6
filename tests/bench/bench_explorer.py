# ruff: noqa: T201
"""Time a slider of the weight explorer: in Python alone, then in a browser behind Voilà.

Usage, from the root of the project (needs Debian's chromium and chromium-driver)::

    python tests/bench/bench_explorer.py

In the browser: from the key that moves the slider to the frame after the page is redrawn, kernel
and network of this machine included.
"""

import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import diag360
from diag360.documents.widgets.explorer import weight_explorer
from diag360.documents.widgets.explorer_server import explorer_parameters, running_explorer

TERRITORY = "200065928"
RUNS = 60
PYTHON_BAR, BROWSER_BAR = 0.100, 0.250  # seconds
WATCH = """
window.times = [];
let pressed = 0;
document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
new MutationObserver(() => requestAnimationFrame(() => {
  if (!pressed) return;
  window.times.push(performance.now() - pressed);
  pressed = 0;
})).observe(document.querySelector('.x-result'), {childList: true, subtree: true});
"""
HANDLE = "//label[normalize-space()='Action']/..//div[contains(@class, 'noUi-handle')]"


def tell(name, times, bar):
    times = sorted(times)
    worst = times[int(0.95 * len(times))]
    verdict = "kept" if worst <= bar else "BROKEN"
    print(f"{name:28} median {median(times) * 1e3:6.1f} ms   95 % under {worst * 1e3:6.1f} ms   "
          f"bar {bar * 1e3:.0f} ms: {verdict}")  # fmt: skip


def in_python():
    catalogue = diag360.load_catalogue()
    rows = diag360.read_values(catalogue=catalogue)
    scores = diag360.score(rows[rows["territory"] == TERRITORY], catalogue=catalogue)
    explorer = weight_explorer(scores, territory=TERRITORY)
    times = []
    for run in range(RUNS):
        start = perf_counter()
        explorer.coefficients["kind", "action"].value = 1.05 + 0.05 * (run % 30)
        times.append(perf_counter() - start)
    return times


def in_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(flag)
    with tempfile.TemporaryDirectory() as folder:
        parameters = explorer_parameters(TERRITORY, folder=Path(folder))
        with running_explorer(parameters, port=0) as running:
            browser = webdriver.Chrome(
                options=options, service=Service(shutil.which("chromedriver"))
            )
            try:
                browser.get(running.url)
                WebDriverWait(browser, 120).until(
                    lambda b: (
                        b.find_elements(By.CSS_SELECTOR, ".x-verdict")
                        and b.find_elements(By.XPATH, HANDLE)
                    )
                )
                browser.execute_script(WATCH)
                slider = browser.find_element(By.XPATH, HANDLE)
                for run in range(RUNS):
                    slider.send_keys(Keys.ARROW_RIGHT if run % 40 < 20 else Keys.ARROW_LEFT)
                    sleep(0.3)
                return [time / 1e3 for time in browser.execute_script("return window.times")]
            finally:
                browser.quit()


def main():
    tell("slider in Python", in_python(), PYTHON_BAR)
    times = in_browser()
    tell(f"slider in a browser ({len(times)})", times, BROWSER_BAR)


if __name__ == "__main__":
    main()
