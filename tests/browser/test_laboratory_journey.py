"""The gradient laboratory in a real Chromium: two clicks to the edge, an update gone back to, and every part within reach of all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import main, metric, open_tab, train


def on_the_edge(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    visit(page, "Hyperparameters")
    main(page).get_by_role("button", name="On the edge", exact=True).click()
    expect(main(page).get_by_text("clip ±0.1", exact=False).first).to_be_visible()
    settle(page)


@pytest.mark.slow
def test_two_clicks_from_a_fresh_start_show_what_clipping_guards_against(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    visit(page, "Gradients")
    main(page).get_by_role("button", name="See what clipping guards against").click()
    expect(main(page).get_by_text("Runs that learned: 0 of 5 (no clipping), 0 of 5 (±1), 5 of 5 (±0.1).")).to_be_visible()
    expect(metric(page, "no clipping")).to_have_text("0 of 5 learned")
    expect(metric(page, "±1")).to_have_text("0 of 5 learned")
    expect(metric(page, "±0.1")).to_have_text("5 of 5 learned")
    expect(main(page).get_by_role("progressbar")).to_have_count(0)
    assert not violations(page)
    visit(page, "Predictions")
    visit(page, "Gradients")
    open_tab(page, "Compare")
    expect(metric(page, "±0.1")).to_have_text("5 of 5 learned")


@pytest.mark.slow
def test_an_update_is_looked_at_where_clipping_bit(page: Page, server: Server) -> None:
    on_the_edge(page, server)
    train(page, 200)
    visit(page, "Gradients")
    open_tab(page, "One update")
    expect(main(page).get_by_text("Clipping changed the gradient most in epoch", exact=False)).to_be_visible()
    assert not violations(page)
    main(page).get_by_role("radio", name="Update by one sentence").click()
    expect(main(page).get_by_text("Clipping changed nothing.", exact=False)).to_be_visible()
    slider = main(page).get_by_role("slider", name="Network of epoch")
    slider.focus()
    page.keyboard.press("Home")
    expect(main(page).get_by_text("with the settings of epoch 1:", exact=False)).to_be_visible()
    expect(main(page).get_by_text("of the elements that these words touch", exact=False)).to_be_visible()
    assert not violations(page)
