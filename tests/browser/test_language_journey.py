"""A visit in Chinese: a network trained, a sentence edited, a finding read, and the language changed in the middle of a run."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.chromium import Server, settle
from tests.browser.expecting import expect
from tests.browser.steps import epoch, main
from tests.browser.table import Table
from ui.language import LANGUAGES, gettext, ngettext, speaking


def zh(message: str, **fields: object) -> str:
    """What a page says in Chinese."""
    with speaking("zh"):
        return gettext(message, **fields)


with speaking("zh"):
    DONE = ngettext("Done: {count} epoch", "Done: {count} epochs", 1000)


def go(page: Page, name: str) -> None:
    """Go to another page by the navigation, in the language of the name."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True, level=1)).to_be_visible()
    settle(page)


def speak(page: Page, language: str) -> None:
    page.get_by_test_id("stSidebar").get_by_text(LANGUAGES[language], exact=True).click()
    settle(page)


@pytest.mark.slow
def test_a_visit_in_chinese_loses_nothing_when_the_language_changes_in_the_middle_of_a_run(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?lang=zh")
    settle(page)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert violations(page) == []

    go(page, zh("Dataset"))
    Table(page).type(1, "今天 天气 很 好")
    assert violations(page) == []

    go(page, zh("Training"))
    main(page).get_by_text(zh("10 epochs/s"), exact=True).click()
    settle(page)
    main(page).get_by_role("button", name=zh("Start"), exact=True).click()
    expect(main(page).get_by_role("button", name=zh("Pause"), exact=True)).to_be_visible()
    expect(main(page).get_by_text("1,000").first).to_be_visible()
    speak(page, "en")
    expect(page.get_by_role("heading", name="Training", exact=True, level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(main(page).get_by_role("button", name="Pause", exact=True)).to_be_visible()
    before = epoch(page)
    expect(main(page).get_by_role("radio", name="10 epochs/s")).to_be_checked()
    speak(page, "zh")
    main(page).get_by_text(zh("Full speed"), exact=True).click()
    expect(main(page).get_by_text(DONE, exact=True).first).to_be_visible()
    assert before < 1000
    settle(page)
    assert violations(page) == []
    assert re.search(r"[\u4e00-\u9fff]", main(page).locator("strong").first.inner_text()), "a finding in Chinese"

    go(page, zh("Dataset"))
    speak(page, "en")
    assert Table(page).read(1) == "今天 天气 很 好"
    page.reload()
    settle(page)
    expect(page.get_by_role("heading", name="Dataset", exact=True, level=1)).to_be_visible()
    assert [cookie.get("value") for cookie in page.context.cookies() if cookie.get("name") == "unrolled-language"] == ["en"]
