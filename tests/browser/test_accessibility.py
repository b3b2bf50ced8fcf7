"""axe-core on every page and in every state that a visitor meets, light and dark, and a visit by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.axe import violations
from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import done, metric


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_in_every_state(profiles: Callable[..., Page], server: Server, theme: str) -> None:
    page = profiles(color_scheme=theme)
    found: list[str] = []

    def look(state: str) -> None:
        found.extend(f"{state}: {line}" for line in violations(page))

    page.goto(server.url)
    settle(page)
    look("Home")
    page.get_by_role("button", name="Share or open").click()
    dialog = page.get_by_role("dialog")
    for name in ("Link", "Files", "Report", "Open"):
        dialog.get_by_role("tab", name=name).click()
        look(f"Share, {name}")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    settle(page)
    for room in (
        "Guide",
        "Challenges",
        "Assignments",
        "Training",
        "Gradients",
        "Predictions",
        "All sentences",
        "Step by step",
        "Sweeps",
    ):
        visit(page, room)
        look(f"{room}, nothing yet")
    visit(page, "Home", "Unrolled")
    page.get_by_role("button", name="Train the guide's network").click()
    done(page, 1000)
    if theme == "light":  # what tables are made of is the same in the dark
        page.get_by_text("Charts as tables too").click()
    for room in (
        *("Guide", "Challenges", "Assignments", "Training", "Gradients", "Predictions"),
        *("All sentences", "Step by step", "Sweeps", "Hyperparameters", "Dataset"),
    ):
        visit(page, room)
        tabs = page.get_by_test_id("stMain").get_by_role("tab")
        look(room)
        for tab in tabs.all()[1:]:
            tab.click()
            settle(page)
            look(f"{room}, {tab.inner_text()}")
    assert not found, "\n".join(found)


MOST_TABS = 90
"""On the way round a page with all its controls."""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, and can be seen to have it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element.matches(':focus-visible')"):
            return
    raise AssertionError(f"{MOST_TABS} times Tab never came to {wanted}")


@pytest.mark.slow
def test_the_keyboard_alone_leads_from_home_to_a_trained_network_and_its_answer(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    tab_to(page, page.get_by_role("button", name="Train the guide's network"))
    page.keyboard.press("Enter")
    done(page, 1000)
    tab_to(page, page.get_by_test_id("stSidebarNav").get_by_role("link", name="Predictions", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Predictions", exact=True, level=1)).to_be_visible()
    settle(page)
    sentence = page.get_by_role("textbox", name="Sentence", exact=True)
    tab_to(page, sentence)
    page.keyboard.press("Control+A")
    page.keyboard.type("i am not good")
    page.keyboard.press("Enter")
    expect(metric(page, "Prediction")).to_have_text("negative")
    expect(sentence).to_have_value("i am not good")
