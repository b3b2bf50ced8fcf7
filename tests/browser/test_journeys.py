"""Whole journeys of a visitor in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import act, ask, done, epoch, field, main, metric, open_tab, set_epochs, train
from tests.browser.table import Table
from ui.figures.palette import DARK, LIGHT

ROOMS = ("Dataset", "Hyperparameters", "Training", "Gradients", "Predictions", "All sentences", "Step by step", "Sweeps")


def keeps(page: Page, piece: str) -> None:
    """Wait until this is in what the browser has kept."""
    while piece not in page.evaluate("window.localStorage.getItem('unrolled') || ''"):
        page.wait_for_timeout(50)


def test_one_press_trains_the_network_until_it_is_right_about_not_bad(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    page.get_by_role("button", name="Train the guide's network").click()
    page.get_by_role("heading", name="Training", exact=True).wait_for()
    done(page, 1000)
    assert epoch(page) == 1000
    expect(metric(page, "Train accuracy")).to_have_text("100%")
    expect(page.get_by_text("first 100%, epoch 2").first).to_be_visible()
    visit(page, "Predictions")
    ask(page, "i am not bad")
    expect(metric(page, "Prediction")).to_have_text("positive")


@pytest.mark.slow
def test_every_edit_of_the_table_is_kept_trained_on_and_there_after_a_reload(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/dataset")
    settle(page)
    table = Table(page)
    table.type(1, "splendid")
    table.type(2, "splendid now")
    table.delete(4)
    table.append("this is splendid")
    expect(page.get_by_text("Row 78 (“this is splendid”) has no label.")).to_be_visible()
    table.choose_label("positive")
    expect(page.get_by_text("has no label")).to_have_count(0)
    line = "58 training and 20 test sentences, vocabulary of 19 words."
    expect(page.get_by_text(line).first).to_be_visible()
    visit(page, "Hyperparameters")
    visit(page, "Dataset")
    expect(page.get_by_text(line).first).to_be_visible()
    expect(page.get_by_text("Ready to train.")).to_be_visible()
    for row, sentence in ((1, "splendid"), (2, "splendid now"), (4, "i was good and very happy")):
        assert table.read(row) == sentence
    train(page, 1000)
    visit(page, "Predictions")
    ask(page, "i am splendid")
    expect(metric(page, "Prediction")).to_have_text("positive")
    visit(page, "Dataset")
    Table(page).type(1, "very splendid")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_text(line).first).to_be_visible()
    assert Table(page).read(1) == "very splendid", "the last edit too"


@pytest.mark.slow
def test_a_page_as_the_first_visit_of_a_fresh_process_is_itself_with_its_navigation(page: Page) -> None:
    with Server() as fresh:
        page.goto(f"{fresh.url}/all_sentences?from=a-link")
        expect(page.get_by_role("heading", name="All sentences", exact=True)).to_be_visible()
        for room in ROOMS:
            expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name=room, exact=True)).to_be_visible()
        assert page.url.endswith("/all_sentences?from=a-link")
        expect(page.get_by_text("Page not found")).to_have_count(0)
        visit(page, "Gradients")
        open_tab(page, "Check")
        expect(page.get_by_text("The printed formula fails", exact=False).first).to_be_visible()


@pytest.mark.slow
def test_a_run_is_paused_left_resumed_stopped_and_started_over(newcomer: Page, server: Server) -> None:
    page = newcomer
    page.goto(server.url)
    settle(page)
    set_epochs(page, 100_000)
    visit(page, "Training")
    act(page, "Start")
    expect(metric(page, "Epoch")).not_to_have_text("0")
    act(page, "Pause")
    expect(main(page).get_by_text(re.compile("^Paused at epoch")).first).to_be_visible()
    paused = epoch(page)
    assert paused > 0
    visit(page, "Dataset")
    card = page.get_by_test_id("stSidebar")
    expect(card.get_by_text("paused at epoch")).to_be_visible()
    visit(page, "Gradients")
    visit(page, "Training")
    assert epoch(page) == paused
    act(page, "Resume")
    expect(main(page).get_by_role("button", name="Pause")).to_be_visible()
    visit(page, "Hyperparameters")
    before = card.get_by_text(re.compile("^Epoch ")).inner_text()
    expect(card.get_by_text(re.compile("^Epoch "))).not_to_have_text(before)
    visit(page, "Training")
    assert epoch(page) > paused
    act(page, "Stop")
    expect(main(page).get_by_text(re.compile("^Stopped at epoch")).first).to_be_visible()
    settle(page)
    act(page, "Start over")
    expect(card.get_by_text("Run 2 · Vanilla RNN · 64 hidden units")).to_be_visible()
    act(page, "Stop")
    expect(main(page).get_by_text(re.compile("^Stopped at epoch")).first).to_be_visible()


@pytest.mark.slow
def test_work_survives_a_restart_of_the_server_under_an_open_tab_and_a_reload(page: Page) -> None:
    """As it does the end of a session while a laptop sleeps: the new one must not begin with what there was at the page's loading."""
    with Server() as first:
        page.goto(first.url)
        settle(page)
        set_epochs(page, 123)
        visit(page, "Dataset")
        content = b"text,label\ngood,positive\nbad,negative\n"
        page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_role("button", name="Replace the sentences with these 2").click()
        expect(page.get_by_text("2 training and 0 test sentences, vocabulary of 2 words.")).to_be_visible()
        settle(page)
        keeps(page, '"epochs":123,')
        port = first.port
    with Server(port) as second:
        # What is clicked while the browser has no server is lost.
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
        page.get_by_role("tab", name="Split", exact=True).click()
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        expect(page.get_by_text("2 training and 0 test sentences, vocabulary of 2 words.")).to_be_visible()
        settle(page)
        page.reload()
        expect(page.get_by_text("2 training and 0 test sentences, vocabulary of 2 words.")).to_be_visible()
        page.goto(f"{second.url}/hyperparameters")
        settle(page)
        expect(field(page, "Epochs")).to_have_value("123")


@pytest.mark.slow
def test_pictures_follow_when_the_browser_turns_dark_while_a_page_is_open(page: Page, server: Server) -> None:
    """On a page that stands still, and while a run is drawn again and again."""
    page.goto(f"{server.url}/guide")
    settle(page)
    _turns(page, page.locator(".js-plotly-plot .legendtext").first)
    set_epochs(page, 5000)
    visit(page, "Training")
    page.get_by_text("10 epochs/s", exact=True).click()
    act(page, "Start")
    _turns(page, page.locator(".js-plotly-plot .ytitle").first)
    expect(main(page).get_by_role("button", name="Pause")).to_be_visible()


def _turns(page: Page, word: Locator) -> None:
    """Turn the browser dark and light again; this word of a picture turns with it."""
    for theme, colors in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        expect(word).to_have_css("fill", re.compile("|".join(re.escape(_css(color)) for color in (colors.ink, colors.quiet))))


def _css(color: str) -> str:
    """Return a color (#rrggbb) as a browser writes it."""
    return "rgb({}, {}, {})".format(*(int(color[i : i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.slow
def test_nonsense_in_the_browsers_storage_is_told_and_replaced_by_the_defaults(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    page.evaluate("localStorage.setItem('unrolled', '{\"version\": 1, \"dataset\": 7}'); sessionStorage.clear()")  # a new visit
    page.reload()
    expect(page.get_by_text("could not be read")).to_be_visible()
    expect(page.get_by_text("58 training and 20 test sentences, vocabulary of 18 words.")).to_be_visible()


CUT_OFF = """() => [...document.querySelectorAll("[data-testid=stMain] :is([data-testid^=stMetric], button, label) *")]
    .filter(element => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
    .filter(element => getComputedStyle(element).overflow === "hidden")
    .map(element => element.textContent)"""
"""The labels and values of metrics, buttons and fields that end in an ellipsis."""


@pytest.mark.slow
def test_on_a_narrow_screen_nothing_overflows_and_no_label_is_cut_off(profiles: Callable[..., Page], server: Server) -> None:
    page = profiles(viewport={"width": 420, "height": 900}, newcomer=True)
    page.goto(server.url)
    settle(page)
    page.get_by_role("button", name="Train the guide's network").click()
    expect(metric(page, "Epochs/s")).to_be_visible()
    assert page.evaluate(CUT_OFF) == []
    main(page).get_by_text("Full speed", exact=True).click()
    done(page, 1000)
    for room in ROOMS:
        visit(page, room)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 420, room
        assert page.evaluate(CUT_OFF) == [], room
