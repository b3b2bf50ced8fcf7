"""Files with labels of their own in a real Chromium: pasted over others, and brought, learned, taken away and brought again."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from rnn_core.data.emotions import Emotions
from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import act, download, main, metric, open_tab, set_epochs, train
from tests.browser.table import Table

pytestmark = pytest.mark.slow

PASTED = "a fine day\tpositive\ttrain\na dull day\tNegative\ttrain\na lovely day\t1\tTrain\nso sad\tneg\ttest\n"
FIVE = Emotions(count=60, synonyms=1).dataset()


def exported(page: Page) -> bytes:
    open_tab(page, "Export")
    return download(main(page).get_by_role("button", name="Download as CSV", exact=True)).path().read_bytes()


def rows_of(content: bytes) -> list[tuple[str, str, str]]:
    return [(row["text"], row["label"], row["split"]) for row in csv.DictReader(io.StringIO(content.decode()))]


def test_rows_pasted_over_others_never_stand_under_a_label_that_nobody_gave_them(
    profiles: Callable[..., Page], server: Server
) -> None:
    page = profiles(viewport={"width": 1440, "height": 1000}, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}/dataset")
    settle(page)
    Table(page).paste(1, PASTED, main(page).get_by_test_id("stAlert").filter(has_text="so sad"))  # a finding about a pasted row
    assert rows_of(exported(page))[:4] == [
        ("a fine day", "positive", "train"),
        ("a dull day", "negative", "train"),
        ("a lovely day", "positive", "train"),
        ("so sad", "negative", "test"),
    ]


def bring(page: Page, name: str, content: bytes) -> None:
    open_tab(page, "Import")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    expect(main(page).get_by_text("After the import", exact=False)).to_be_visible()
    settle(page)


def test_a_fasttext_file_with_five_labels_is_brought_learned_judged_taken_away_and_brought_again(
    page: Page, server: Server
) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 20)
    visit(page, "Dataset")
    bring(page, "train.txt", "".join(f"__label__{label} {text}\n" for text, label, _ in FIVE.examples).encode())
    expect(main(page).get_by_text("(fastText", exact=False)).to_be_visible()
    expect(main(page).get_by_text("Labels: ", exact=False).first).to_contain_text("anger")
    act(page, "Replace the sentences with these 60")
    taken = exported(page)
    assert rows_of(taken) == [(text, label, "train") for text, label, _ in FIVE.examples]

    train(page, 20)
    visit(page, "Predictions")
    expect(metric(page, "Prediction")).to_be_visible()
    visit(page, "All sentences")
    matrix = page.locator(".st-key-confusion")
    for label, count in Counter(label for _, label, _ in FIVE.examples).items():
        assert count == 12
        expect(matrix.get_by_text(str(label), exact=True).first).to_be_visible()

    visit(page, "Dataset")
    bring(page, "sentences.csv", taken)
    act(page, "Replace the sentences with these 60")
    assert exported(page) == taken
