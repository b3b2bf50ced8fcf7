"""Journeys need a Chromium: without one they are skipped with a reason, but in CI that is a failure."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from rnn_core import Limits
from tests.browser import chromium
from tests.patience import PATIENCE_SECONDS
from ui.frame import browser_storage
from ui.session.workspace import Workspace

CHOSE_FULL_SPEED = browser_storage.encode(Workspace(Limits()), None)
"""What the browser of a visitor keeps who once chose the pace, and nothing else."""
CAME_BEFORE = """kept => {
    try { if (!localStorage.getItem("unrolled")) localStorage.setItem("unrolled", kept); } catch (error) { /* a foreign frame */ }
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium.executable() is None:
        reason = "no Chromium on this machine; on Debian: apt-get install chromium-headless-shell"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with chromium.browser() as running:
        yield running


@pytest.fixture(scope="session")
def server() -> Iterator[chromium.Server]:
    with chromium.Server() as running:
        yield running


@pytest.fixture
def profiles(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser profile of its own. Options are those of a browser's context.

    newcomer: nothing is kept in it yet, so a run is trained at the pace to watch. To others it is not the point to watch.
    """
    with ExitStack() as contexts:

        def opened(*, newcomer: bool = False, **options: Any) -> Page:
            context = contexts.enter_context(browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | options))
            context.set_default_timeout(PATIENCE_SECONDS * 1000)
            if not newcomer:
                context.add_init_script(f"({CAME_BEFORE})({json.dumps(CHOSE_FULL_SPEED)})")
            return context.new_page()

        yield opened


@pytest.fixture
def page(profiles: Callable[..., Page]) -> Page:
    """A visitor's page; runs are trained at full speed."""
    return profiles()


@pytest.fixture
def newcomer(profiles: Callable[..., Page]) -> Page:
    """The page of somebody who was never here, and sees a run trained at the pace to watch."""
    return profiles(newcomer=True)


@pytest.fixture
def other(profiles: Callable[..., Page]) -> Page:
    """The page of somebody else, in another browser."""
    return profiles()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A journey that fails says where its visitors stood and what they read."""
    report = yield
    running = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and report.failed and running is not None:
        for page in (page for context in running.contexts for page in context.pages):
            with suppress(Error):
                report.sections.append((f"at {page.url}", page.inner_text("body", timeout=2_000)[:4_000]))
    return report
