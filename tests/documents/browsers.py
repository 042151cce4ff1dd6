"""A real browser for the tests: headless Chromium, cut off from the network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

LONGEST = 120  # seconds: a page that hangs is a failure, not a wait
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
)


@contextmanager
def running_browser(profile: Path, *, local: bool = False) -> Iterator[webdriver.Chrome]:
    """Start a browser; skip without one, or fail where one is asked for.

    Parameters
    ----------
    profile : Path
        Its folder.
    local : bool
        Whether it reaches the servers of this machine; nothing at all when False.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        reason = "chromium et chromium-driver ne sont pas installés"
        if os.environ.get("DIAG360_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    reached = ", EXCLUDE 127.0.0.1" if local else ""
    for flag in (
        *_FLAGS,
        f"--host-resolver-rules=MAP * ~NOTFOUND{reached}",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = webdriver.Chrome(options=options, service=Service(driver))
    running.set_page_load_timeout(LONGEST)
    running.set_script_timeout(LONGEST)
    try:
        yield running
    finally:
        running.quit()
