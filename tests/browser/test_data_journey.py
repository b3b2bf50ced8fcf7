"""The data room in a real Chromium: sentences of one's own, on their way in, mended, learned, and taken back; and a stranger's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page

from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import act, ask, download, drawn, main, metric, open_tab, set_epochs, train
from tests.ui.dataset.test_import_tab import TEN
from tests.ui.frame.test_hostile import SENTENCES

GUIDE = "58 training and 20 test sentences, vocabulary of 18 words."


def paste(page: Page, text: str) -> None:
    main(page).get_by_text("Pasted lines", exact=True).click()
    area = main(page).get_by_label("One sentence per line. You can add a label after a tab")
    area.fill(text)
    area.press("Control+Enter")
    settle(page)


def test_ten_pasted_sentences_are_seen_confirmed_repaired_trained_and_undone(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 300)
    visit(page, "Dataset")
    paste(page, TEN)
    expect(main(page).get_by_text("After the import: 8 training and 2 test sentences, vocabulary of 18 words.")).to_be_visible()
    expect(main(page).get_by_text("In training and in the test: 2")).to_be_visible()
    expect(
        main(page).get_by_text("Row 9 (“i love this film”) and row 1 are the same: one is for training", exact=False)
    ).to_be_visible()
    expect(main(page).get_by_text(GUIDE)).to_be_visible()

    act(page, "Replace the sentences with these 10")
    expect(main(page).get_by_text("8 training and 2 test sentences, vocabulary of 18 words.")).to_be_visible()
    expect(main(page).get_by_text(GUIDE)).to_have_count(0)
    act(page, "Remove them from the test set (2)")
    expect(main(page).get_by_text("8 training and 0 test sentences, vocabulary of 18 words.")).to_be_visible()
    expect(main(page).get_by_text("In training and in the test", exact=False)).to_have_count(0)

    train(page, 300)
    expect(main(page).get_by_text("8 training sentences", exact=True)).to_be_visible()
    visit(page, "Predictions")
    ask(page, "what a lovely film")
    expect(metric(page, "Prediction")).to_be_visible()

    visit(page, "Dataset")
    act(page, "Undo")
    expect(main(page).get_by_text("8 training and 2 test sentences, vocabulary of 18 words.")).to_be_visible()
    act(page, "Undo")
    expect(main(page).get_by_text(GUIDE)).to_be_visible()
    expect(main(page).get_by_role("button", name="Undo")).to_have_count(0)
    visit(page, "Training")
    expect(main(page).get_by_text("Changed since then: the sentences", exact=False)).to_be_visible()


@pytest.mark.slow
def test_a_file_is_brought_and_what_is_taken_away_is_the_same(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/dataset")
    settle(page)
    content = 'text;label;split\r\n"so; good";positive;train\r\nbad;negative;train\r\n'.encode("utf-16")
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": content})
    expect(main(page).get_by_text("delimiter: semicolon", exact=False)).to_be_visible()
    settle(page)
    act(page, "Replace the sentences with these 2")
    expect(main(page).get_by_text("2 training and 0 test sentences, vocabulary of 3 words.")).to_be_visible()
    open_tab(page, "Export")
    table = download(main(page).get_by_role("button", name="Download as CSV", exact=True))
    assert table.path().read_bytes() == b"text,label,split\r\nso; good,positive,train\r\nbad,negative,train\r\n"


PLANTED = """() => [
    document.querySelectorAll("img[src='x'], img[src*=evil], a[href*=javascript], a[href*=evil]").length,
    [...document.querySelectorAll("script")].filter(s => s.textContent.includes("alert(2)")).length,
    [...document.querySelectorAll("[data-testid=stMain] .katex")].filter(e => e.textContent.includes("LaTeX")).length,
    [...document.querySelectorAll("[data-testid=stMain] [data-testid=stIconMaterial]")].filter(e => e.textContent === "home").length,
]"""


@pytest.fixture
def watched(page: Page) -> Callable[[str], None]:
    """A check that nothing of a stranger's has acted on the page by now: no dialog, no script, no element of theirs."""
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def check(where: str) -> None:
        drawn(page)
        assert not dialogs, where
        assert page.evaluate(PLANTED) == [0, 0, 0, 0], where
        assert not [url for url in asked if "evil" in url or url.endswith("/x")], where

    return check


@pytest.mark.slow
def test_strangers_sentences_run_nothing_on_any_page(page: Page, server: Server, watched: Callable[[str], None]) -> None:
    texts = [text for name, text in SENTENCES.items() if name != "one long word"]
    lines = [f"{text}\tpositive\ttrain\nnot {text}\tnegative\ttrain\n{text}\tnegative\ttest" for text in texts]
    page.goto(server.url)
    settle(page)
    set_epochs(page, 30)
    visit(page, "Dataset")
    paste(page, "\n".join(lines))
    expect(main(page).get_by_text(f"After the import: {2 * len(texts)} training", exact=False)).to_be_visible()
    watched("preview")
    act(page, f"Replace the sentences with these {3 * len(texts)}")
    for name in ("Generate", "Split", "Words", "Charts", "Export"):
        open_tab(page, name)
        watched(name)
    train(page, 30)
    watched("Training")
    visit(page, "Gradients")
    for name in ("Clipping", "Through time", "Check", "One update"):
        open_tab(page, name)
        watched(name)
    visit(page, "Predictions")
    for text in texts:
        ask(page, text[:400])
        watched(text)
    for name in ("Which words matter", "Change the prediction"):
        open_tab(page, name)
        watched(name)
    visit(page, "All sentences")
    for name in ("Metrics and list", "Map"):
        open_tab(page, name)
        watched(name)
    visit(page, "Home", heading="Unrolled")
    watched("Home")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Something broke on this page", exact=False)).to_have_count(0)
