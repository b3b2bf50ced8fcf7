"""What a visitor does on a page and what they then see, whichever page it is. Every wait is for a state."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Download, Locator, Page
from playwright.sync_api import TimeoutError as Late

from tests.browser.chromium import settle, visit
from tests.browser.expecting import expect
from tests.patience import PATIENCE_SECONDS

PRESSES = 10
ANSWER_SECONDS = PATIENCE_SECONDS / PRESSES


def fresh(page: Page) -> Locator:
    """Elements of the page's latest run. While a page is drawn again, what stood there before may stand beside it."""
    return page.locator("[data-testid=stElementContainer][data-stale=false]")


def main(page: Page) -> Locator:
    """The page without its sidebar."""
    return page.get_by_test_id("stMain")


def act(page: Page, name: str) -> None:
    """Press one of the page's buttons, and wait until the page is drawn."""
    button = main(page).get_by_role("button", name=name, exact=True)
    expect(button).to_have_count(1)
    button.click()
    settle(page)


def insist(deed: Callable[[], None], seen: Locator) -> None:
    """Do what a page should answer, and do it again, as a visitor would, where the answer is not seen after half a minute."""
    for _ in range(PRESSES):
        deed()
        try:
            expect(seen).to_be_visible(timeout=ANSWER_SECONDS * 1000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"never seen: {seen}")


def download(button: Locator) -> Download:
    """Press a button that gives a file, once the page is at rest: while it is drawn anew, a click may meet what is about to go.

    Of some hundred presses on a busy machine one gave no file, on a page that stood still. A visitor presses again, and so does
    this.
    """
    expect(button).to_be_visible()
    for _ in range(PRESSES):
        settle(button.page)
        try:
            with button.page.expect_download(timeout=ANSWER_SECONDS * 1000) as waiting:
                button.click()
        except Late:
            continue
        return waiting.value
    raise AssertionError("no file came")


def open_tab(page: Page, name: str) -> None:
    """Open one of the page's tabs."""
    main(page).get_by_role("tab", name=name).click()
    settle(page)


def field(page: Page, label: str) -> Locator:
    """The field for a number with this label."""
    return fresh(page).get_by_role("spinbutton", name=label)


def metric(page: Page, label: str) -> Locator:
    """The value under a metric's label."""
    return page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True)).get_by_test_id("stMetricValue")


def epoch(page: Page) -> int:
    """The epoch that the training page shows."""
    return int(re.sub(r"\D", "", metric(page, "Epoch").inner_text()))


def set_epochs(page: Page, epochs: int) -> None:
    """Enter a number of epochs on Hyperparameters."""
    visit(page, "Hyperparameters")
    box = field(page, "Epochs")
    box.fill(str(epochs))
    box.press("Enter")
    expect(page.get_by_text(f"{epochs:,} epochs")).to_be_visible()
    settle(page)


def done(page: Page, epochs: int) -> None:
    """Wait for the end of a run and for the whole page to be drawn after it: only then can earlier epochs be looked at.

    A page that is still being drawn may tell of the run before.
    """
    told = main(page).get_by_text(f"Done: {epochs:,} epochs", exact=True).first
    for _ in range(2):
        told.wait_for()  # where expect would describe the whole page at each look
        main(page).get_by_role("slider", name="Look at epoch").first.wait_for()
        settle(page)


def train(page: Page, epochs: int) -> None:
    """Start what is set, on Training, and wait for its end."""
    visit(page, "Training")
    act(page, "Start")
    done(page, epochs)


def ask(page: Page, text: str) -> None:
    """Write a sentence on Predictions."""
    box = page.get_by_label("Sentence", exact=True)
    box.fill(text)
    box.press("Enter")
    settle(page)


FADED = """() => [...document.querySelectorAll("[data-testid=stElementContainer]")]
    .some(element => getComputedStyle(element).opacity < 1)"""


def drawn(page: Page) -> None:
    """Wait until charts and tables are there as well, nothing is pale because it is being drawn anew, and all is painted."""
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    while page.evaluate(FADED):
        page.wait_for_timeout(50)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
