"""axe-core on every page, light and dark: nothing beyond what Streamlit's own widgets are known to have."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.chromium import Server, settle, visit

pytestmark = pytest.mark.browser

# Streamlit's own, by rule and by what the element's HTML holds; anything else fails.
KNOWN = (
    ("list", "stSidebarNavItems"),
    ("listitem", "<li"),
    ("empty-table-header", 'role="columnheader"'),
    ("landmark-unique", "st"),
)


def _unknown(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in violations
        for node in violation["nodes"]
        if not any(violation["id"] == rule and mark in node["html"] for rule, mark in KNOWN)
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible(browser: Browser, server: Server, theme: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(server.url)
    settle(page)
    found = [f"Home: {line}" for line in _unknown(Axe().run(page).response["violations"])]
    page.get_by_role("button", name="Train the guide's network").click()
    expect(page.get_by_text("Done, 1\u2009000 epochs", exact=True)).to_be_visible(timeout=120_000)
    for room in ("Training", "Gradients", "Predictions", "Hyperparameters", "Dataset"):
        visit(page, room)
        page.wait_for_timeout(1000)
        found += [f"{room}: {line}" for line in _unknown(Axe().run(page).response["violations"])]
    context.close()
    assert not found, "\n".join(found)
