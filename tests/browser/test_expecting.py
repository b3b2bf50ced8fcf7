"""Two elements at once are waited out; two that stay are a failure, and so is anything else that is not so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect as expect_at_once

from tests.browser.expecting import expect

BESIDE = "<button id=new>new</button><button id=before>before</button>"
LEAVES = BESIDE + "<script>setTimeout(() => document.getElementById('before').remove(), 300)</script>"


@pytest.mark.slow
def test_what_stood_there_before_may_stand_beside_what_is_new_for_a_moment(page: Page) -> None:
    button = page.get_by_role("button")
    page.set_content(LEAVES)
    with pytest.raises(AssertionError, match="strict mode violation"):
        expect_at_once(button).to_have_text("new")
    expect(button).to_have_text("new")
    page.set_content(LEAVES)
    expect(button).not_to_have_text("before")


@pytest.mark.slow
def test_two_that_stay_fail_and_so_does_another_text(page: Page) -> None:
    button = page.get_by_role("button")
    page.set_content(BESIDE)
    with pytest.raises(AssertionError, match="strict mode violation"):
        expect(button).to_have_text("new", timeout=200)
    with pytest.raises(AssertionError, match="Locator expected to have text 'other'"):
        expect(button.first).to_have_text("other", timeout=200)
