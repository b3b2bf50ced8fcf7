"""The training room in a real Chromium: steered while it runs, gone back in, taken along, and named by a stranger."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as Late

from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import act, ask, done, download, drawn, epoch, field, main, metric, open_tab, set_epochs, train
from ui.language import percent

HOSTILE = "<img src=x onerror=alert(1)> $x$ **b**"


def pace(page: Page, name: str) -> None:
    main(page).get_by_text(name, exact=True).click()
    settle(page)


def rewind(page: Page) -> Locator:
    return main(page).get_by_role("slider", name="Look at epoch")


def press_twice(button: Locator) -> None:
    """Press a button twice before the page is drawn again.

    Playwright's double click begins anew on the new button where the page is drawn between its two clicks, so that there are three.
    """
    button.evaluate("button => { button.click(); button.click(); }")


def certainty(page: Page, sentence: str) -> str:
    """Verdict and probability, as the Predictions page has them."""
    ask(page, sentence)
    return metric(page, "Prediction").locator("xpath=ancestor::*[@data-testid='stMetric']").inner_text()


def pick(page: Page, box: Locator, name: str) -> None:
    """Choose an option of a list that opens; where the page is drawn anew meanwhile the list closes, and is opened again."""
    option = page.get_by_role("option", name=name, exact=True)
    for _ in range(5):
        box.locator("input").click()
        with suppress(Late):
            option.click(timeout=5_000)
            break
    settle(page)


@pytest.mark.slow
def test_a_run_is_slowed_steered_stepped_and_gone_back_in(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 600)
    visit(page, "Training")
    act(page, "One epoch")
    expect(metric(page, "Epoch")).to_have_text("1")
    pace(page, "10 epochs/s")
    act(page, "Resume")
    expect(main(page).get_by_role("button", name="Pause")).to_be_visible()
    expect(metric(page, "Epoch")).not_to_have_text("1")

    visit(page, "Home", heading="Unrolled")
    card = main(page).get_by_text(re.compile(r"^Epoch \d+ of 600$"))
    seen = card.inner_text()
    expect(card).not_to_have_text(seen)
    visit(page, "Training")

    act(page, "Change settings")
    threshold = field(page, "Clip threshold")
    threshold.fill("0.125")
    threshold.press("Enter")
    expect(main(page).get_by_text("clip threshold 0.125", exact=True).first).to_be_visible()
    expect(main(page).get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Escape")
    expect(metric(page, "Epochs/s")).to_have_text(re.compile(r"^\d{1,2}$"))

    act(page, "Pause")
    expect(main(page).get_by_text(re.compile("^Paused at epoch")).first).to_be_visible()
    paused = epoch(page)
    assert 1 < paused < 600
    act(page, "One epoch")
    expect(metric(page, "Epoch")).to_have_text(str(paused + 1))
    expect(main(page).get_by_text(f"Paused at epoch {paused + 1} of 600", exact=True).first).to_be_visible()

    pace(page, "Full speed")
    act(page, "Resume")
    done(page, 600)
    expect(main(page).get_by_text("clip threshold 0.125", exact=True).first).to_be_visible()

    visit(page, "Predictions")
    last = certainty(page, "i am not bad")
    visit(page, "Training")
    rewind(page).press("ArrowLeft")
    rewind(page).press("ArrowLeft")
    expect(main(page).get_by_text(re.compile(r"Showing the network after epoch \d+ of 600"))).to_be_visible()
    settle(page)
    rewind(page).press("Home")
    expect(main(page).get_by_text("Showing the network before training. 600 epochs are done.")).to_be_visible()
    settle(page)
    assert epoch(page) == 0
    visit(page, "Predictions")
    first = certainty(page, "i am not bad")
    assert first != last
    assert re.search(r"0\.50\d", first), "before the first epoch it knows nothing"
    visit(page, "Training")
    rewind(page).press("End")
    expect(main(page).get_by_text("Showing the network")).to_have_count(0)
    settle(page)
    visit(page, "Predictions")
    assert certainty(page, "i am not bad") == last


@pytest.mark.slow
def test_an_impatient_hand_starts_one_run_and_deletes_one_and_a_hostile_name_is_read_letter_by_letter(
    page: Page, server: Server
) -> None:
    """In the legend, in what can be chosen and drawn beside; nothing of it acts, and the run keeps it."""
    page.on("dialog", lambda _: pytest.fail("a name acted"))
    page.goto(server.url)
    settle(page)
    set_epochs(page, 20)
    visit(page, "Training")
    act(page, "Start")
    for n in (2, 3):
        done(page, 20)
        press_twice(main(page).get_by_role("button", name="Start over"))
        expect(page.get_by_text(f"Run {n} · Vanilla RNN · 64 hidden units")).to_be_visible()
        done(page, 20)
        expect(page.get_by_text(f"Run {n} · Vanilla RNN · 64 hidden units")).to_be_visible()
    open_tab(page, "Runs")
    act(page, "Delete")
    press_twice(page.get_by_role("button", name="Delete this run"))
    expect(page.get_by_text("Run 2 · Vanilla RNN · 64 hidden units")).to_be_visible()
    settle(page)
    expect(page.get_by_text("Run 2 · Vanilla RNN · 64 hidden units")).to_be_visible()
    expect(page.get_by_role("button", name="Delete this run")).to_have_count(0)

    act(page, "Rename")
    name = page.get_by_role("textbox", name="Name", exact=True)
    name.fill(HOSTILE)
    name.press("Enter")
    chosen = main(page).get_by_test_id("stSelectbox").filter(has=page.get_by_text("Run", exact=True))
    expect(chosen.locator("input")).to_have_value(HOSTILE)
    settle(page)
    page.keyboard.press("Escape")
    pick(page, chosen, "Run 1")
    act(page, "Show this run")
    open_tab(page, "Runs")
    grid = main(page).get_by_test_id("stDataFrame").locator(".dvn-scroller").first
    grid.click(position={"x": 18, "y": 52 + 35})
    settle(page)
    expect(main(page).locator(".js-plotly-plot .annotation").get_by_text(HOSTILE, exact=True)).to_have_count(2)

    open_tab(page, "Runs")
    pick(page, chosen, HOSTILE)
    act(page, "Show this run")
    open_tab(page, "Runs")
    expect(chosen.locator("input")).to_have_value(HOSTILE)
    assert page.locator("img[src=x]").count() == 0
    assert page.locator(".katex").count() == 0


@pytest.mark.slow
def test_three_runs_are_compared_by_ticking_each_curve_has_the_name_of_what_differs_and_the_records_are_a_file(
    page: Page, server: Server
) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 20)
    train(page, 20)
    for n, rate in ((2, "0.05"), (3, "0.1")):
        visit(page, "Hyperparameters")
        box = field(page, "Learning rate")
        box.fill(rate)
        box.press("Enter")
        settle(page)
        visit(page, "Training")
        act(page, "Start over")
        expect(page.get_by_text(f"Run {n} · Vanilla RNN · 64 hidden units")).to_be_visible()
        done(page, 20)
    open_tab(page, "Runs")
    names = main(page).locator(".js-plotly-plot .annotation")
    for row in (0, 1):
        grid = main(page).get_by_test_id("stDataFrame").locator(".dvn-scroller").first
        grid.click(position={"x": 18, "y": 52 + 35 * row})
        settle(page)
        expect(names.get_by_text(f"rate {('0.02', '0.05')[row]}", exact=True)).to_have_count(2)
    for rate in ("0.02", "0.05", "0.1"):
        expect(names.get_by_text(f"rate {rate}", exact=True)).to_have_count(2)

    table = download(main(page).get_by_role("button", name="Epochs as CSV")).path()
    lines = list(csv.DictReader(io.StringIO(table.read_text(), newline="")))
    assert [int(line["epoch"]) for line in lines] == list(range(1, 21))
    assert f"{float(lines[-1]['train_loss']):.3f}" == metric(page, "Train loss").inner_text()
    assert percent(float(lines[-1]["test_accuracy"])) == metric(page, "Test accuracy").inner_text()
    assert {float(line["learning_rate"]) for line in lines} == {0.1}


WATCH_CURVES = """() => {
    window.frames_seen = new Set();
    const look = () => {
        const curve = [...document.querySelectorAll(".scatterlayer path.js-line")].at(-1);
        if (curve) window.frames_seen.add(curve.getAttribute("d"));
    };
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true, attributeFilter: ["d"]});
}"""
"""Note each shape of the curve that is drawn last, in the browser, so that none is missed however busy the machine is."""


@pytest.mark.slow
def test_from_the_first_press_the_curve_is_seen_to_grow(newcomer: Page, server: Server) -> None:
    """Twelve different frames at least, between the first epoch and the last."""
    page = newcomer
    page.goto(f"{server.url}/training")
    settle(page)
    drawn(page)  # the library for charts has been loaded
    visit(page, "Home", heading="Unrolled")
    page.evaluate(WATCH_CURVES)
    page.get_by_role("button", name="Train the guide's network").click()
    expect(main(page).get_by_text("Done: 1,000 epochs", exact=True).first).to_be_visible()
    assert len(page.evaluate("[...window.frames_seen]")) >= 12
    expect(main(page).get_by_role("radio", name="Watch")).to_be_checked()
