"""Whole journeys of a visitor in a real Chromium."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import Server, settle, visit

pytestmark = pytest.mark.browser

ROW_HEIGHT = 35.2
ROOMS = ("Dataset", "Hyperparameters", "Training", "Gradients", "Predictions")


def metric(page: Page, label: str) -> Locator:
    """The value under a metric's label."""
    return page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True)).get_by_test_id("stMetricValue")


def epoch(page: Page) -> int:
    """The epoch that the training page shows."""
    return int(re.sub(r"\D", "", metric(page, "Epoch").inner_text()))


def set_epochs(page: Page, epochs: int) -> None:
    visit(page, "Hyperparameters")
    field = page.get_by_role("spinbutton", name="Epochs")
    field.fill(str(epochs))
    field.press("Enter")
    expect(page.get_by_text(f"{epochs:,} epochs".replace(",", "\u202f"))).to_be_visible()
    settle(page)


def keeps(page: Page, piece: str) -> None:
    """Wait until this is in what the browser has kept."""
    deadline = time.monotonic() + 10
    while piece not in page.evaluate("window.localStorage.getItem('unrolled') || ''"):
        assert time.monotonic() < deadline, f"{piece} was never kept"
        page.wait_for_timeout(50)


class Table:
    """The table of sentences: a canvas, so by places."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.grid = page.get_by_test_id("stDataFrame").locator(".dvn-scroller").first
        self.grid.wait_for()

    def type(self, row: int, text: str) -> None:
        """Write a sentence into a row that is in sight, counted from 1 below the header."""
        self.grid.dblclick(position={"x": 250, "y": ROW_HEIGHT * row + 17})
        self._write(text)

    def read(self, row: int) -> str:
        """The sentence of a row that is in sight."""
        self.grid.click(position={"x": 250, "y": ROW_HEIGHT * row + 17})  # the readable copy of the canvas follows the focus
        return self.page.locator(f"#glide-cell-2-{row - 1}").inner_text()

    def append(self, text: str) -> None:
        """Add a row at the end and write a sentence into it."""
        self.grid.hover()
        self.page.mouse.wheel(0, 10_000)
        self.page.wait_for_timeout(600)
        bottom = self.grid.bounding_box()
        assert bottom
        self.grid.click(position={"x": 250, "y": bottom["height"] - 18})
        self.page.wait_for_timeout(600)
        self.page.mouse.wheel(0, 10_000)
        self.page.wait_for_timeout(600)
        if (
            not self.page.get_by_test_id("portal").locator("textarea.gdg-input").count()
        ):  # on a busy machine two clicks become one
            self.grid.dblclick(position={"x": 250, "y": bottom["height"] - 18})
        self._write(text)

    def choose_label(self, label: str) -> None:
        """Choose the label of the row at the bottom, as just added."""
        box = self.grid.bounding_box()
        assert box
        portal = self.page.get_by_test_id("portal")
        for _ in range(4):  # a canvas has no state to wait for: it may be drawn anew between the click and the key
            self.grid.click(position={"x": 390, "y": box["height"] - 53})
            self.page.wait_for_timeout(300)
            self.page.keyboard.press("Enter")
            self.page.wait_for_timeout(400)
            self.page.keyboard.type(label, delay=20)
            self.page.wait_for_timeout(200)
            self.page.keyboard.press("Enter")
            self.page.wait_for_timeout(500)
            settle(self.page)
            if not self.page.get_by_text("has no label").count():
                return
            if portal.locator("input").count():
                self.page.keyboard.press("Escape")

    def delete(self, row: int) -> None:
        self.grid.click(position={"x": 18, "y": ROW_HEIGHT * row + 17})
        self.page.keyboard.press("Delete")
        self.page.wait_for_timeout(300)
        settle(self.page)

    def _write(self, text: str) -> None:
        cell = self.page.get_by_test_id("portal").locator("textarea.gdg-input")
        cell.fill(text)
        cell.press("Enter")
        self.page.wait_for_timeout(300)
        settle(self.page)


def test_one_press_trains_the_network_until_it_is_right_about_not_bad(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    page.get_by_role("button", name="Train the guide's network").click()
    page.get_by_role("heading", name="Training", exact=True).wait_for()
    seen = set()
    deadline = time.monotonic() + 120
    while 1000 not in seen and time.monotonic() < deadline:
        seen.add(epoch(page))
        page.wait_for_timeout(100)
    assert len(seen) > 1, "the page was never drawn while the network learned"
    assert 1000 in seen
    expect(metric(page, "Train accuracy")).to_have_text("1.000")
    expect(page.get_by_text("first 100 %: epoch 2").first).to_be_visible()
    visit(page, "Predictions")
    field = page.get_by_label("A sentence")
    field.fill("i am not bad")
    field.press("Enter")
    expect(metric(page, "Verdict")).to_have_text("positive")


@pytest.mark.slow
def test_every_edit_of_the_table_is_kept_trained_on_and_there_after_a_reload(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/dataset")
    settle(page)
    table = Table(page)
    table.type(1, "splendid")
    table.type(2, "splendid now")
    table.delete(4)
    table.append("this is splendid")
    expect(page.get_by_text("Row 79 (new) has no label.")).to_be_visible()
    table.choose_label("positive")
    expect(page.get_by_text("has no label")).to_have_count(0)
    line = "58 training and 20 test sentences over 19 words."
    expect(page.get_by_text(line).first).to_be_visible()
    visit(page, "Hyperparameters")
    visit(page, "Dataset")
    expect(page.get_by_text(line).first).to_be_visible()
    expect(page.get_by_text("Ready to train.")).to_be_visible()
    for row, sentence in ((1, "splendid"), (2, "splendid now"), (4, "i was good and very happy")):
        assert table.read(row) == sentence
    visit(page, "Training")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Done, 1\u202f000 epochs", exact=True)).to_be_visible(timeout=120_000)
    visit(page, "Predictions")
    field = page.get_by_label("A sentence")
    field.fill("i am splendid")
    field.press("Enter")
    expect(metric(page, "Verdict")).to_have_text("positive")
    visit(page, "Dataset")
    Table(page).type(1, "very splendid")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_text(line).first).to_be_visible()
    assert Table(page).read(1) == "very splendid", "the last edit too"


@pytest.mark.slow
def test_the_gradients_page_as_the_first_visit_of_a_fresh_process_is_itself_with_its_navigation(page: Page) -> None:
    with Server() as fresh:
        page.goto(f"{fresh.url}/gradients?from=a-link")
        expect(page.get_by_role("heading", name="Gradients", exact=True)).to_be_visible()
        for room in ROOMS:
            expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name=room, exact=True)).to_be_visible()
        expect(page.get_by_text("The printed rule fails", exact=False).first).to_be_visible(timeout=90_000)
        assert page.url.endswith("/gradients?from=a-link")


def test_a_run_is_paused_left_resumed_stopped_and_started_over(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 60_000)
    visit(page, "Training")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(metric(page, "Epoch")).not_to_have_text("0")
    main = page.get_by_test_id("stMain")
    main.get_by_role("button", name="Pause").click()
    expect(main.get_by_text("Paused at epoch")).to_be_visible()
    paused = epoch(page)
    assert paused > 0
    visit(page, "Dataset")
    card = page.get_by_test_id("stSidebar")
    expect(card.get_by_text("paused at epoch")).to_be_visible()
    visit(page, "Gradients")
    visit(page, "Training")
    assert epoch(page) == paused
    main.get_by_role("button", name="Resume").click()
    expect(main.get_by_role("button", name="Pause")).to_be_visible()
    visit(page, "Hyperparameters")
    before = card.get_by_text(re.compile("^epoch ")).inner_text()
    expect(card.get_by_text(re.compile("^epoch "))).not_to_have_text(before)
    visit(page, "Training")
    assert epoch(page) > paused
    main.get_by_role("button", name="Stop").click()
    expect(main.get_by_text("Stopped at epoch")).to_be_visible()
    settle(page)
    stopped = epoch(page)
    main.get_by_role("button", name="Start over").click()
    expect(main.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_timeout(300)
    main.get_by_role("button", name="Stop").click()
    expect(main.get_by_text("Stopped at epoch")).to_be_visible()
    assert epoch(page) < stopped or stopped < 500


@pytest.mark.slow
def test_settings_survive_a_restart_of_the_server(page: Page) -> None:
    with Server() as first:
        page.goto(first.url)
        settle(page)
        set_epochs(page, 123)
        keeps(page, '"epochs":123,')
        port = first.port
    with Server(port) as second:
        page.goto(f"{second.url}/hyperparameters")
        settle(page)
        expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("123")


@pytest.mark.slow
def test_work_survives_a_restart_of_the_server_under_an_open_tab(page: Page) -> None:
    """As it does the end of a session while a laptop sleeps: the new one must not begin with what there was at the page's loading."""
    with Server() as first:
        page.goto(f"{first.url}/dataset")
        settle(page)
        content = b"text,label\ngood,positive\nbad,negative\n"
        page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_role("button", name="Replace the sentences with these 2").click()
        expect(page.get_by_text("2 training and 0 test sentences over 2 words.")).to_be_visible()
        settle(page)
        port = first.port
    with Server(port):
        # What is clicked while the browser has no server is lost.
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
        page.get_by_role("tab", name="Split", exact=True).click()
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        expect(page.get_by_text("2 training and 0 test sentences over 2 words.")).to_be_visible()
        settle(page)
        page.reload()
        expect(page.get_by_text("2 training and 0 test sentences over 2 words.")).to_be_visible()


@pytest.mark.slow
def test_nonsense_in_the_browsers_storage_is_told_and_replaced_by_the_defaults(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    page.evaluate("localStorage.setItem('unrolled', '{\"version\": 1, \"dataset\": 7}')")
    page.reload()
    expect(page.get_by_text("could not be read")).to_be_visible()
    expect(page.get_by_text("58 training and 20 test sentences over 18 words.")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_narrow_screen_nothing_overflows(browser: Browser, server: Server, theme: str) -> None:
    context = browser.new_context(viewport={"width": 420, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(server.url)
    settle(page)
    page.get_by_role("button", name="Train the guide's network").click()
    expect(page.get_by_text("Done, 1\u202f000 epochs", exact=True)).to_be_visible(timeout=120_000)
    for room in ROOMS:
        visit(page, room)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 420, room
    context.close()
