"""From one browser to another: by link, by file; and what is damaged on the way costs nobody anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import ask, download, field, main, metric, set_epochs, train


def share(page: Page, tab: str) -> Locator:
    """Open the dialog at a tab."""
    page.get_by_role("button", name="Share or open").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name=tab).click()
    return dialog


def taken(page: Page, label: str, folder: Path) -> Path:
    """A file from the dialog."""
    dialog = share(page, "Files")
    file = download(dialog.get_by_role("button", name=label))
    path = folder / file.suggested_filename
    file.save_as(path)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    return path


def brought(page: Page, path: Path) -> None:
    """A file given to the dialog."""
    share(page, "Open").locator("input[type=file]").set_input_files(str(path))


@pytest.mark.slow
def test_a_link_gives_another_browser_the_same_run_to_the_last_digit_and_one_to_a_moment_shows_that(
    page: Page, other: Page, profiles: Callable[..., Page], server: Server, tmp_path: Path
) -> None:
    third = profiles()
    page.goto(server.url)
    settle(page)
    set_epochs(page, 120)
    link = share(page, "Link").locator("code").inner_text().strip()
    assert link.startswith(f"{server.url}/hyperparameters?e=1.")
    page.keyboard.press("Escape")
    train(page, 120)
    other.goto(link)
    expect(other.get_by_text("This experiment came with the link. Train it to see the same run.")).to_be_visible()
    expect(field(other, "Epochs")).to_have_value("120")
    train(other, 120)
    mine, theirs = (
        taken(side, "The records of the run", tmp_path / name).read_text() for side, name in ((page, "a"), (other, "b"))
    )
    lines = mine.splitlines()
    assert lines[0].startswith("epoch,learning_rate,train_loss")
    assert lines[-1].startswith("120,")
    assert mine == theirs

    visit(page, "Predictions")
    ask(page, "i am not at all bad")
    main(page).get_by_role("slider", name="Network of epoch").press("ArrowLeft")
    settle(page)
    epoch = page.get_by_test_id("stSliderThumbValue").first.inner_text()
    assert 0 < int(epoch) < 120
    dialog = share(page, "Link")
    dialog.get_by_role("radio", name="This moment").click()
    expect(dialog.get_by_role("button", name="Copy", exact=True)).to_be_visible()
    expect(dialog.get_by_alt_text("The link as a QR code")).to_be_visible()
    expect(dialog.locator("code")).to_contain_text(f"&at={epoch}&s=i+am+not+at+all+bad")
    third.goto(dialog.locator("code").inner_text().strip())
    expect(third.get_by_text(f"paused at epoch {epoch} of 120")).to_be_visible()
    settle(third)
    expect(third.get_by_label("Sentence", exact=True)).to_have_value("i am not at all bad")
    assert certainty(third) == certainty(page)


@pytest.mark.slow
def test_a_link_to_somebody_at_work_waits_and_a_damaged_one_costs_nothing(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    link = share(page, "Link").locator("code").inner_text().strip()
    page.keyboard.press("Escape")
    set_epochs(page, 123)
    start, token = link.split("?e=1.")
    page.goto(f"{start}?e=1.{'B' if token[0] == 'A' else 'A'}{token[1:]}")
    expect(page.get_by_text("Your sentences and settings are unchanged.")).to_be_visible()
    settle(page)
    visit(page, "Hyperparameters")
    expect(field(page, "Epochs")).to_have_value("123")
    page.goto(link)
    expect(page.get_by_text("A shared experiment")).to_be_visible()
    settle(page)
    visit(page, "Hyperparameters")
    expect(field(page, "Epochs")).to_have_value("123")
    page.get_by_role("button", name="Use it").click()
    expect(field(page, "Epochs")).to_have_value("1000")
    settle(page)
    page.goto(link)
    settle(page)
    expect(page.get_by_text("A shared experiment")).to_have_count(0)


@pytest.mark.slow
def test_a_network_goes_out_of_one_browser_and_answers_in_another(
    page: Page, other: Page, server: Server, tmp_path: Path
) -> None:
    page.goto(server.url)
    settle(page)
    set_epochs(page, 60)
    train(page, 60)
    network = taken(page, "The trained network", tmp_path)
    experiment = taken(page, "The experiment, to open here again", tmp_path)
    visit(page, "Predictions")
    confidence = (
        page.get_by_test_id("stMetric").filter(has=page.get_by_text("Prediction", exact=True)).get_by_test_id("stMetricDelta")
    )
    said = metric(page, "Prediction").inner_text(), confidence.inner_text()
    other.goto(f"{server.url}/hyperparameters")
    settle(other)
    expect(field(other, "Epochs")).to_have_value("1000")  # nothing of the first visitor's is here
    expect(other.get_by_text("Run 1 ·")).to_have_count(0)
    expect(page.get_by_text("Run 1 ·")).to_have_count(1)
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(network.read_bytes()[:300])
    brought(other, damaged)
    dialog = other.get_by_role("dialog")
    expect(dialog.get_by_text("Your sentences and settings are unchanged.")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    expect(field(other, "Epochs")).to_have_value("1000")
    brought(other, network)
    expect(other.get_by_text("The network is open. Ask it on the Predictions page.")).to_be_visible()
    visit(other, "Predictions")
    expect(other.get_by_role("button", name="network.npz")).to_be_visible()
    expect(metric(other, "Prediction")).to_have_text(said[0])
    theirs = (
        other.get_by_test_id("stMetric").filter(has=other.get_by_text("Prediction", exact=True)).get_by_test_id("stMetricDelta")
    )
    expect(theirs).to_have_text(said[1])
    brought(other, experiment)
    other.get_by_role("button", name="Use it").or_(other.get_by_text("This experiment came")).first.wait_for()
    if other.get_by_role("button", name="Use it").count():
        other.get_by_role("button", name="Use it").click()
    visit(other, "Hyperparameters")
    expect(field(other, "Epochs")).to_have_value("60")


def certainty(page: Page) -> str:
    """The prediction with its probability, as Predictions has them."""
    return metric(page, "Prediction").locator("xpath=ancestor::*[@data-testid='stMetric']").inner_text()
