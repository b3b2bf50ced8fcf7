"""A visitor asks why, finds where the network is wrong, and teaches it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from rnn_core.presets import guide_dataset
from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import act, ask, done, metric, train
from tests.browser.table import ROW_HEIGHT

SENTENCE = "i am not at all bad"


def strip(page: Page, sentence: str) -> list[float]:
    """The probability in every tile, once the picture shows these words."""
    chart = page.get_by_role("figure", name="The prediction after each word", exact=True).first
    tiles, words = chart.locator(".annotation-text"), sentence.split()
    expect(tiles).to_have_count(2 * len(words))
    for t, word in enumerate(words):
        expect(tiles.nth(2 * t)).to_have_text(word)
    return [float(text) for text in tiles.all_text_contents()[1::2]]


@pytest.mark.slow
def test_a_sentence_is_asked_explained_turned_and_taught(page: Page, server: Server) -> None:
    """The GRU reads "i am not at all bad" as one would; without its "all", it takes it for negative until it is told."""
    page.goto(server.url)
    settle(page)
    visit(page, "Hyperparameters")
    page.get_by_role("button", name="GRU", exact=True).click()
    expect(page.get_by_text(re.compile("^GRU · 32 hidden units"))).to_be_visible()
    settle(page)
    train(page, 300)
    visit(page, "Predictions")
    field = page.get_by_label("Sentence", exact=True)
    field.clear()
    field.press_sequentially(SENTENCE)  # and no Enter: it answers as it is typed
    expect(metric(page, "Prediction")).to_have_text("positive")
    sides = [p > 0.5 for p in strip(page, SENTENCE)]
    assert sides == [True, True, False, False, False, True], "it turns at not and at bad"
    expect(page.get_by_text(re.compile("changes to negative .* at “not”, positive .* at “bad”"))).to_be_visible()

    page.get_by_role("tab", name="Change the prediction").click()
    flip = (
        page.locator("[data-testid=stVerticalBlock], [data-testid=stHorizontalBlock]")
        .filter(has_text="i am not at all bad: positive → negative")
        .filter(has=page.locator("del", has_text=re.compile("^all$")))
        .filter(has=page.get_by_role("button", name="Try or add"))
        .last
    )
    flip.get_by_role("button", name="Try or add").click()
    page.get_by_role("menuitem", name="Add as positive").click()
    expect(page.get_by_text("“i am not at bad” is now a training sentence, labeled positive.", exact=False)).to_be_visible()
    ask(page, "i am not at bad")
    expect(metric(page, "Prediction")).to_have_text("negative")

    visit(page, "Training")
    expect(page.get_by_text("Changed since then: the sentences.", exact=False)).to_be_visible()
    act(page, "Start over")
    done(page, 300)
    visit(page, "Predictions")
    expect(page.get_by_label("Sentence", exact=True)).to_have_value("i am not at bad")
    expect(metric(page, "Prediction")).to_have_text("positive")


@pytest.mark.slow
def test_a_row_of_the_split_is_opened_on_predictions_and_an_earlier_epoch_looked_at(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    page.get_by_role("button", name="Train the guide's network").click()
    done(page, 1000)
    visit(page, "All sentences")
    grid = page.get_by_test_id("stDataFrame").locator(".dvn-scroller").last
    grid.wait_for()
    grid.click(position={"x": 200, "y": ROW_HEIGHT * 2 + 17})
    page.get_by_role("heading", name="Predictions", exact=True, level=1).wait_for()
    field = page.get_by_label("Sentence", exact=True)
    expect(field).not_to_have_value("")
    settle(page)
    text = field.input_value()
    assert text in [example.text for example in guide_dataset().examples if example.split == "test"]
    strip(page, text)

    field.press("End")
    field.press_sequentially(" not")
    strip(page, f"{text} not")  # as it is typed: nothing was pressed to send it
    ask(page, text)

    slider = page.get_by_role("slider", name="Network of epoch")
    slider.press("Home")
    expect(page.get_by_test_id("stSliderThumbValue").first).to_have_text("0")
    settle(page)
    expect(page.get_by_text("0.500", exact=True).first).to_be_visible()
    assert all(abs(p - 0.5) < 0.01 for p in strip(page, text))
    visit(page, "Training")
    expect(page.get_by_test_id("stSliderThumbValue").filter(has_text=re.compile("^0$"))).to_be_visible()
