"""An assignment is made in one browser, done in a second, handed in, and read and replayed in the first."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Server, settle, visit
from tests.browser.steps import done, main, set_epochs

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fill(page: Page, label: str, text: str) -> None:
    """Enter a text and wait until the page has it."""
    field = main(page).get_by_label(label, exact=True)
    field.fill(text)
    field.blur()
    settle(page)


def test_made_by_link_done_elsewhere_left_and_come_back_to_handed_in_and_replayed(
    page: Page, server: Server, browser: Browser, tmp_path: Path
) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 20)
    visit(page, "Assignments")
    main(page).get_by_role("tab", name="Make one").click()
    settle(page)
    fill(page, "Title", "The plateau")
    fill(page, "Text", "Train it and watch the **loss**. <b>Now</b>")
    fill(page, "Question (may be empty)", "Does it fall?")
    fill(page, "Checks, one per line", "epochs >= 20")
    link = main(page).get_by_test_id("stCode").inner_text().strip()

    other = browser.new_context(accept_downloads=True)
    try:
        learner = other.new_page()
        learner.goto(link)
        settle(learner)
        main(learner).get_by_role("button", name="Begin").click()
        expect(learner.get_by_role("heading", name="Training", level=1)).to_be_visible()
        expect(main(learner).get_by_text("The plateau · step 1 of 1 · 0 done")).to_be_visible()
        expect(main(learner).get_by_text("<b>Now</b>")).to_be_visible()
        expect(main(learner).get_by_text("Does it fall?")).to_be_visible()
        fill(learner, "Your answer", "Not yet.")
        main(learner).get_by_role("button", name="Start", exact=True).click()
        done(learner, 20)
        expect(main(learner).get_by_text("The plateau · step 1 of 1 · 1 done")).to_be_visible()
        learner.reload()
        settle(learner)
        expect(main(learner).get_by_text("The plateau · step 1 of 1 · 1 done")).to_be_visible()
        visit(learner, "Assignments")
        fill(learner, "Your name, as it will be handed in", "Ida")
        with learner.expect_download() as download:
            main(learner).get_by_role("button", name="Download what you hand in").click()
        result = tmp_path / "result.json"
        download.value.save_as(result)
        main(learner).get_by_role("button", name="End the assignment").click()
        expect(main(learner).get_by_text("An assignment (.json)", exact=False).first).to_be_visible()
    finally:
        other.close()

    main(page).get_by_role("tab", name="Read results").click()
    settle(page)
    main(page).locator("input[type=file]").set_input_files(str(result))
    expect(main(page).get_by_test_id("stDataFrame")).to_be_visible()
    main(page).get_by_role("button", name="Replay").click()
    expect(main(page).get_by_text("equal bit for bit", exact=False)).to_be_visible()
