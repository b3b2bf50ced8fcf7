"""axe-core on every page and in every state that a visitor meets, light and dark, and a visit by the keyboard alone."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.chromium import Server, settle, visit
from tests.browser.test_journeys import metric

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_in_every_state(browser: Browser, server: Server, theme: Literal["light", "dark"]) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme)
    context.set_default_timeout(30_000)
    page = context.new_page()
    found: list[str] = []

    def look(state: str) -> None:
        found.extend(f"{state}: {line}" for line in violations(page))

    page.goto(server.url)
    settle(page)
    look("Home")
    page.get_by_role("button", name="Share or open").click()
    dialog = page.get_by_role("dialog")
    for name in ("Link", "Files", "Open"):
        dialog.get_by_role("tab", name=name).click()
        look(f"Share, {name}")
    page.keyboard.press("Escape")
    for room in ("Training", "Gradients", "Predictions"):
        visit(page, room)
        look(f"{room}, nothing yet")
    visit(page, "Home", "Unrolled")
    page.get_by_role("button", name="Train the guide's network").click()
    expect(page.get_by_text("Done, 1\u202f000 epochs", exact=True)).to_be_visible(timeout=120_000)
    if theme == "light":  # what tables are made of is the same in the dark
        page.get_by_text("Charts as tables too").click()
    for room in ("Training", "Gradients", "Predictions", "Hyperparameters", "Dataset"):
        visit(page, room)
        tabs = page.get_by_test_id("stMain").get_by_role("tab")
        look(room)
        for tab in tabs.all()[1:]:
            tab.click()
            settle(page)
            look(f"{room}, {tab.inner_text()}")
    context.close()
    assert not found, "\n".join(found)


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    target.wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"no way by Tab to {target}")


def test_from_home_over_a_trained_network_to_a_verdict_by_the_keyboard_alone(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    tab_to(page, page.get_by_role("button", name="Train the guide's network"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done, 1\u202f000 epochs", exact=True)).to_be_visible(timeout=120_000)
    settle(page)
    tab_to(page, page.get_by_test_id("stSidebarNav").get_by_role("link", name="Predictions", exact=True))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Predictions", exact=True, level=1).wait_for()
    settle(page)
    expect(metric(page, "Verdict")).to_have_text("positive")
    tab_to(page, page.get_by_role("textbox", name="A sentence", exact=True))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("i am very bad")
    page.keyboard.press("Enter")
    expect(metric(page, "Verdict")).to_have_text("negative")
