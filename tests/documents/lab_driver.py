"""A real JupyterLab, driven in headless Chromium: how an expert really writes a note."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

LONGEST = 120  # seconds: the first page builds the whole interface
TOKEN = "carnet"
_OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    f"--IdentityProvider.token={TOKEN}",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--log-level=ERROR",
)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running_lab(folder: Path, *, home: Path) -> Iterator[str]:
    """Serve the notebooks of a folder; nothing of the user's own settings is read or written."""
    port = _free_port()
    news = home / "settings" / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True)
    news.joinpath("notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    names = ("CONFIG", "DATA", "RUNTIME")
    own = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in names}
    own |= {
        "HOME": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_PLATFORM_DIRS": "0",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *_OPTIONS, f"--ServerApp.port={port}",
         "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"],
        env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + LONGEST
        while True:
            if server.poll() is not None:
                said = server.stderr.read().decode(errors="replace") if server.stderr else ""
                pytest.fail(f"JupyterLab s’est arrêté : {said[-2000:]}")
            with suppress(URLError, OSError):
                urlopen(f"{url}/api?token={TOKEN}", timeout=5).close()
                break
            if time.monotonic() > end:
                pytest.fail("JupyterLab ne répond pas")
            time.sleep(0.2)
        yield url
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        if server.stderr:
            server.stderr.close()


class LabPage:
    """One notebook open in JupyterLab, with the gestures of an expert: keys, and nothing else."""

    def __init__(self, browser: webdriver.Chrome, *, url: str, path: Path) -> None:
        self.browser, self.path = browser, path
        browser.get(f"{url}/lab/tree/{path.name}?token={TOKEN}&reset")
        self.until(lambda: self._cells())

    def until(self, what: Callable[[], object], seconds: float = LONGEST) -> None:
        WebDriverWait(
            self.browser, seconds, poll_frequency=0.1, ignored_exceptions=[WebDriverException]
        ).until(lambda _: what())

    def select(self, rank: int) -> None:
        """Select a cell by its rank, from the first one, in command mode."""
        prompt = ".jp-Notebook .jp-Cell .jp-InputPrompt"
        self.until(lambda: self.browser.find_element(By.CSS_SELECTOR, prompt).click() or True)
        self.press(Keys.ESCAPE)
        self._chord(Keys.CONTROL, Keys.HOME)
        for _ in range(rank):
            self.press("j")

    def write_below(self, text: str) -> None:
        """Insert a cell below, make it markdown, and type in it."""
        self.press("b")
        self.press("m")
        self.press(Keys.ENTER)
        self.type(text)

    def edit(self, text: str) -> None:
        """Open the selected cell and add words at its end."""
        self.press(Keys.ENTER)
        self._chord(Keys.CONTROL, Keys.END)
        self.type(text)

    def type(self, text: str) -> None:
        self.until(lambda: "jp-mod-editMode" in (self.active.get_attribute("class") or "") or
                   self.active.find_elements(By.CSS_SELECTOR, ".cm-focused"))  # fmt: skip
        ActionChains(self.browser, duration=0).send_keys(text).perform()

    def run(self) -> None:
        """Run the selected cell once its kernel answers."""
        bar = (By.CSS_SELECTOR, "#jp-main-statusbar")
        self.until(lambda: ") | Idle" in self.browser.find_element(*bar).text)
        self._chord(Keys.SHIFT, Keys.ENTER)
        prompt = (By.CSS_SELECTOR, ".jp-Notebook .jp-InputPrompt")
        self.until(lambda: self.browser.find_element(*prompt).text not in ("", "[ ]:"))

    def save(self) -> None:
        """Ctrl+S, then wait for the file to change."""
        before = self.path.stat().st_mtime_ns
        self.press(Keys.ESCAPE)
        self._chord(Keys.CONTROL, "s")
        # The file is emptied before it is written.
        self.until(lambda: self.path.stat().st_mtime_ns != before and self._whole(), 30)

    @property
    def active(self) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, ".jp-Notebook .jp-Cell.jp-mod-active")

    def press(self, key: str) -> None:
        ActionChains(self.browser, duration=0).send_keys(key).perform()

    def _chord(self, held: str, key: str) -> None:
        ActionChains(self.browser, duration=0).key_down(held).send_keys(key).key_up(held).perform()

    def _whole(self) -> bool:
        try:
            json.loads(self.path.read_text(encoding="utf-8"))
        except ValueError:
            return False
        return True

    def _cells(self) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, ".jp-Notebook .jp-Cell")
