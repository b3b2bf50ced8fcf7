"""A question answered by a sweep, one of its runs trained by a click with the same figure, and a map of one's own settings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import act, done, drawn, field, main, metric

LONELIEST = """() => {
    const points = [...document.querySelectorAll(".js-plotly-plot .points path.point")].map(path => {
        const box = path.getBoundingClientRect(), datum = path.__data__;
        return {x: box.x + box.width / 2, y: box.y + box.height / 2, value: datum.y, number: datum.data};
    });
    const far = one => Math.min(...points.filter(other => other !== one).map(other => Math.hypot(one.x - other.x, one.y - other.y)));
    return points.filter(point => Number.isInteger(point.number)).sort((a, b) => far(b) - far(a))[0];
}"""
"""The run whose point is farthest from all others: where it is on the screen, its number and its figure."""


def sweep(page: Page) -> None:
    """Start the sweep that is chosen and wait until it is over."""
    act(page, "Train the sweep")
    expect(main(page).get_by_role("button", name="Download as CSV")).to_be_visible()
    expect(main(page).get_by_role("button", name="Cancel", exact=True)).to_have_count(0)
    settle(page)
    drawn(page)


def clicked(page: Page, place: dict[str, Any]) -> None:
    """Click a place of the picture and follow to Training."""
    page.mouse.click(place["x"], place["y"])
    expect(page.get_by_role("heading", name="Training", exact=True, level=1)).to_be_visible()


@pytest.mark.slow
def test_a_question_is_answered_by_a_sweep_and_a_run_that_is_clicked_is_trained_to_the_same_figure(
    page: Page, server: Server
) -> None:
    page.goto(server.url)
    settle(page)
    visit(page, "Sweeps")
    page.get_by_role("combobox", name="What to find out").click()
    page.get_by_role("option", name="How many sentences does the network need?", exact=True).click()
    settle(page)
    sweep(page)
    expect(main(page).locator("strong", has_text="test accuracy after the last epoch").first).to_be_visible()
    main(page).get_by_text("Table of the runs", exact=True).first.click()
    found = violations(page)
    main(page).locator(".js-plotly-plot").scroll_into_view_if_needed()
    run = page.evaluate(LONELIEST)
    clicked(page, run)
    expect(main(page).get_by_text(f"seed {run['number'] // 6}", exact=False).first).to_be_visible()
    done(page, 300)
    expect(metric(page, "Test accuracy")).to_have_text(f"{run['value']:.0%}")
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_two_settings_of_ones_own_are_a_map_whose_cells_can_be_clicked(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    visit(page, "Hyperparameters")
    box = field(page, "Epochs")
    box.fill("40")
    box.press("Enter")
    expect(page.get_by_text("40 epochs").first).to_be_visible()
    visit(page, "Sweeps")
    page.get_by_role("combobox", name="Settings to vary").click()
    page.get_by_role("option", name="Clipping", exact=True).click()
    settle(page)
    page.keyboard.press("Escape")
    rates = main(page).get_by_role("textbox", name="Learning rate")
    rates.fill("0.02, 0.2")
    rates.press("Enter")
    expect(main(page).get_by_text("6 combinations", exact=False)).to_be_visible()
    settle(page)
    sweep(page)
    found = violations(page)
    cell = main(page).locator(".js-plotly-plot .points path.point").last
    cell.scroll_into_view_if_needed()
    place = cell.bounding_box()
    assert place
    clicked(page, {"x": place["x"] + place["width"] / 2 + 60, "y": place["y"] + place["height"] / 2})
    done(page, 40)
    expect(main(page).get_by_text(re.compile("rate 0.2")).first).to_be_visible()
    assert not found, "\n".join(found)
