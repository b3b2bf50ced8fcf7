"""Coming back: after a reload, after a restart of the server, to work that another tab has changed, and in a hurry."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import act, epoch, field, main, metric, set_epochs

pytestmark = pytest.mark.slow

CLICKS = 20


def running(page: Page) -> None:
    """Start the guide's network for longer than a journey, and wait until it learns."""
    set_epochs(page, 100_000)
    visit(page, "Training")
    act(page, "Start")
    expect(metric(page, "Epoch")).not_to_have_text("0")


def test_a_reload_in_the_middle_of_a_run_finds_it_still_at_work(newcomer: Page, server: Server) -> None:
    page = newcomer
    page.goto(server.url)
    settle(page)
    running(page)
    page.wait_for_function("Number(sessionStorage.getItem('unrolled-epoch')) > 0")
    before = epoch(page)
    page.reload()
    expect(metric(page, "Epoch")).to_be_visible()
    expect(main(page).get_by_role("button", name="Pause")).to_be_visible()
    assert epoch(page) >= before
    expect(main(page).get_by_text("no longer has your run")).to_have_count(0)
    assert re.fullmatch(r"[0-9a-f]{32}", page.evaluate("sessionStorage.getItem('unrolled-session')"))
    assert "?" not in page.url
    act(page, "Stop")


def test_a_run_of_a_server_that_restarts_is_trained_again_to_where_it_was(newcomer: Page) -> None:
    page = newcomer
    with Server() as first:
        page.goto(first.url)
        settle(page)
        running(page)
        page.wait_for_function("Number(sessionStorage.getItem('unrolled-epoch')) > 0")
        act(page, "Pause")
        expect(main(page).get_by_text(re.compile("^Paused at epoch")).first).to_be_visible()
        page.wait_for_function("epoch => Number(sessionStorage.getItem('unrolled-epoch')) === epoch", arg=epoch(page))
        was = epoch(page)
        port = first.port
    with Server(port) as second:
        page.goto(f"{second.url}/training")
        expect(main(page).get_by_text("The server no longer has your run")).to_be_visible()
        page.get_by_role("button", name="Train it again").click()
        expect(main(page).get_by_text(re.compile("^Paused at epoch")).first).to_be_visible()
        assert epoch(page) == was
        expect(page.get_by_role("button", name="Train it again")).to_have_count(0)


def test_two_tabs_ask_before_one_writes_over_the_others_work(page: Page, server: Server) -> None:
    def epochs(tab: Page, number: int) -> None:
        box = field(tab, "Epochs")
        box.fill(str(number))
        box.press("Enter")

    page.goto(f"{server.url}/hyperparameters")
    settle(page)
    epochs(page, 111)
    settle(page)
    second = page.context.new_page()
    second.goto(f"{server.url}/hyperparameters")
    expect(field(second, "Epochs")).to_have_value("111")
    epochs(second, 222)
    settle(second)
    epochs(page, 333)
    expect(page.get_by_text("Another tab has changed")).to_be_visible()
    assert '"epochs":222,' in page.evaluate("localStorage.getItem('unrolled')")
    page.get_by_role("button", name="Use the other tab's work").click()
    expect(field(page, "Epochs")).to_have_value("222")
    epochs(page, 444)
    second.wait_for_function("localStorage.getItem('unrolled').includes('\"epochs\":444,')")
    epochs(second, 555)
    second.get_by_role("button", name="Keep this tab's work").click()
    page.wait_for_function("localStorage.getItem('unrolled').includes('\"epochs\":555,')")


def test_of_twenty_clicks_right_after_loading_none_is_lost(page: Page, server: Server) -> None:
    """The browser's answer, what it had kept, comes at the same moment."""
    page.goto(server.url)
    settle(page)
    rooms = ("Training", "Dataset", "Predictions", "Hyperparameters", "All sentences", "Gradients")
    for i in range(CLICKS):
        room = rooms[i % len(rooms)]
        page.goto(server.url)
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=room, exact=True).click()
        expect(page.get_by_role("heading", name=room, exact=True, level=1)).to_be_visible()
        settle(page)
        expect(page.get_by_role("heading", name=room, exact=True, level=1)).to_be_visible()
        assert page.url.endswith(f"/{room.lower().replace(' ', '_')}"), (i, page.url)
