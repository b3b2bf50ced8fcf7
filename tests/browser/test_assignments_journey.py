"""An assignment is made in one browser, done in a second, handed in, and read and replayed in the first."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rnn_core.lessons.packing import load_submission
from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import download, field, main
from ui.language import gettext, speaking
from ui.messages import assignments

pytestmark = pytest.mark.slow


def worded(language: str, message: str) -> str:
    """A label in a language."""
    with speaking(language):
        return gettext(message)


def fill(page: Page, label: str, text: str) -> None:
    """Enter a text and wait until the page has it."""
    field = main(page).get_by_label(label, exact=True)
    field.fill(text)
    field.blur()
    settle(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_made_by_link_done_elsewhere_left_and_come_back_to_handed_in_and_replayed(
    page: Page, server: Server, browser: Browser, tmp_path: Path, language: str
) -> None:
    said = partial(worded, language)

    def place(done: int) -> str:
        with speaking(language):
            return assignments.place("The plateau", 0, 1, done)

    page.goto(f"{server.url}/?lang={language}")
    settle(page)
    visit(page, said("Hyperparameters"))
    field(page, said("Epochs")).fill("20")
    field(page, said("Epochs")).press("Enter")
    settle(page)
    visit(page, said("Assignments"))
    expect(main(page).get_by_text(said("Ready-made"), exact=True)).to_be_visible()
    main(page).get_by_role("tab", name=said("Make one")).click()
    settle(page)
    fill(page, said("Title"), "The plateau")
    fill(page, said("Text"), "Train it and watch the **loss**. <b>Now</b>")
    fill(page, said("Question (may be empty)"), "Does it fall?")
    fill(page, said("Checks, one per line"), "epochs >= 20")
    link = main(page).get_by_test_id("stCode").inner_text().strip()

    other = browser.new_context(accept_downloads=True)
    try:
        learner = other.new_page()
        learner.goto(f"{link}&lang={language}")
        settle(learner)
        main(learner).get_by_role("button", name=said("Begin"), exact=True).click()
        expect(learner.get_by_role("heading", name=said("Training"), level=1)).to_be_visible()
        expect(main(learner).get_by_text(place(0))).to_be_visible()
        expect(main(learner).get_by_text("<b>Now</b>")).to_be_visible()
        expect(main(learner).get_by_text("Does it fall?")).to_be_visible()
        fill(learner, said("Your answer"), "Not yet.")
        main(learner).get_by_role("button", name=said("Start"), exact=True).click()
        expect(main(learner).get_by_text(place(1))).to_be_visible()
        settle(learner)
        learner.reload()
        settle(learner)
        expect(main(learner).get_by_text(place(1))).to_be_visible()
        visit(learner, said("Assignments"))
        fill(learner, said("Your name, as it will be handed in"), "Ida")
        result = tmp_path / "result.json"
        download(main(learner).get_by_role("button", name=said("Download what you hand in"))).save_as(result)
        main(learner).get_by_role("button", name=said("End the assignment")).click()
        expect(main(learner).get_by_text(said("Ready-made"), exact=True)).to_be_visible()
    finally:
        other.close()

    main(page).get_by_role("tab", name=said("Read results")).click()
    settle(page)
    main(page).locator("input[type=file]").set_input_files(str(result))
    expect(main(page).get_by_test_id("stDataFrame")).to_be_visible()
    main(page).get_by_role("button", name=said("Replay")).click()
    with speaking(language):
        agreed = [assignments.AGREEMENTS["same"]]
        if load_submission(result.read_bytes()).runs[0].path == "plain":  # before the kernels were compiled
            agreed.append(assignments.AGREEMENTS["close"])
    expect(main(page).get_by_text(re.compile("|".join(map(re.escape, agreed))))).to_be_visible()
