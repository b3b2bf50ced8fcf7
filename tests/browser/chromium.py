"""A real Chromium, and a server of our own for it to visit: for the journeys and for the screenshots."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Where Chromium is on this machine, if it is; without the windows that nobody looks at, where it is there as such."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        try:
            yield chromium
        finally:
            chromium.close()


class Server:
    """`streamlit run` in a process of its own, on this machine's loopback address alone."""

    def __init__(self, port: int | None = None, *, script: str = "streamlit_app.py", **environment: str) -> None:
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / script)]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server did not come up")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def visit(page: Page, name: str, heading: str | None = None) -> None:
    """Go to another room by the navigation; on a narrow screen it is folded away first."""
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True)
    folded = page.get_by_test_id("stExpandSidebarButton")
    narrow = folded.is_visible()
    if narrow:
        folded.click()
    link.click()
    page.get_by_role("heading", name=heading or name, exact=True, level=1).wait_for()
    fold = page.locator("[data-testid=stSidebarCollapseButton] button")
    if narrow and fold.is_visible():
        fold.click()
    settle(page)


SETTLED = """document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && 'recalled' in document.documentElement.dataset
    && window.sessionStorage.getItem('unrolled-session') ? window.localStorage.getItem('unrolled') : null"""
STILL = 3


def settle(page: Page) -> None:
    """Wait until the page has been drawn whole with what the browser had kept, and what is set lies in its storage, written last.

    Asked again and again, until several answers are alike: to wait inside the page would take an eval, which its security
    policy may forbid.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    answers: list[str | None] = []
    while len(answers) < STILL:
        answer = page.evaluate(SETTLED)
        answers = [*answers, answer] if answer and answer in answers[-1:] else [answer] if answer else []
        assert time.monotonic() < deadline, "the page never came to rest"
        page.wait_for_timeout(50)
