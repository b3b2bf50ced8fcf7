"""Through the unrolled network by the keyboard, a box by a click, and a weight changed until the prediction flips."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import done, main
from tests.browser.table import ROW_HEIGHT


def place(page: Page) -> Locator:
    """The sentence that tells where the walk stands."""
    return main(page).get_by_role("heading", level=2).first


def press(page: Page, key: str) -> None:
    """Press a key once the page is drawn."""
    settle(page)
    page.keyboard.press(key)


@pytest.mark.slow
def test_the_guides_network_is_walked_there_and_back_by_the_keyboard_alone_and_a_weight_is_changed_and_changed_back(
    page: Page, server: Server
) -> None:
    page.goto(server.url)
    settle(page)
    page.get_by_role("button", name="Train the guide's network").click()
    done(page, 1000)
    visit(page, "Predictions")
    main(page).get_by_role("link", name="Walk through it step by step").click()
    expect(page.get_by_role("heading", name="Step by step", level=1)).to_be_visible()
    expect(page.get_by_role("textbox", name="Sentence")).to_have_value("i am not bad")
    expect(place(page)).to_have_text("Forward, step 1 of 4: the network reads “i”.")
    for t, word in enumerate(("am", "not", "bad"), start=2):
        press(page, "ArrowRight")
        expect(place(page)).to_have_text(f"Forward, step {t} of 4: the network reads “{word}”.")
    press(page, "ArrowRight")
    expect(place(page)).to_have_text(re.compile("^Output"))
    press(page, "ArrowRight")
    expect(place(page)).to_have_text(re.compile("^Backward starts at the output"))
    for t, word in ((4, "bad"), (3, "not"), (2, "am"), (1, "i")):
        press(page, "ArrowRight")
        expect(place(page)).to_have_text(f"Backward, step {t} of 4: the gradient reaches “{word}”.")
    expect(main(page).get_by_text("the sums are complete", exact=False)).to_be_visible()
    press(page, "ArrowRight")
    expect(place(page)).to_have_text(re.compile("^Update"))
    expect(page.get_by_test_id("stMetric").filter(has_text="Loss after")).to_be_visible()
    press(page, "Home")
    expect(place(page)).to_have_text(re.compile("^Forward, step 1 of 4"))
    drawing = page.get_by_role("region", name="The unrolled network", exact=True)
    drawing.locator("g[data-place]").nth(2).click()
    expect(place(page)).to_have_text("Forward, step 3 of 4: the network reads “not”.")
    expect(drawing.get_by_role("img", name=re.compile("^Forward, step 3 of 4"))).to_be_visible()

    verdict = main(page).get_by_text("The network predicts", exact=False)
    expect(verdict).to_have_text(re.compile("predicts positive"))
    settle(page)
    main(page).get_by_text("Change the network").click()
    settle(page)
    page.get_by_role("combobox", name=re.compile("Parameter to change")).click()
    page.get_by_role("option").filter(has_text="b_y").click()
    settle(page)
    grid = page.get_by_test_id("stDataFrame").locator(".dvn-scroller").first
    box = grid.bounding_box()
    assert box
    grid.dblclick(position={"x": box["width"] - 30, "y": ROW_HEIGHT + 17})  # b_y of negative
    page.get_by_test_id("portal").locator("input").fill("50")
    page.keyboard.press("Enter")
    expect(verdict).to_have_text(re.compile("predicts negative"))
    expect(main(page).get_by_text("Your changes flip the prediction.")).to_be_visible()
    expect(page.get_by_role("region", name="The unrolled network without your changes")).to_be_visible()
    main(page).get_by_role("button", name="Undo", exact=True).click()
    expect(verdict).to_have_text(re.compile("predicts positive"))
    expect(main(page).get_by_text("Your changes flip the prediction.")).to_have_count(0)
