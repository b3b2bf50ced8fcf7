"""A learner downloads a sentence with its weights, computes on their own, and is told what is wrong with the numbers."""

from __future__ import annotations

import io

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Server, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import download, main
from tests.core.checking.learners import Arrays, vanilla

pytestmark = pytest.mark.slow


def npz(arrays: Arrays) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def test_a_missing_transpose_is_found_and_corrected(page: Page, server: Server) -> None:
    page.goto(server.url)
    settle(page)
    visit(page, "Step by step")
    part = main(page).get_by_test_id("stExpander").filter(has_text="Check my own code")
    part.locator("summary").click()
    given = dict(np.load(download(part.get_by_role("button", name="Download exercise.npz")).path()))
    for slip, said in (("no_transpose", "No transpose."), ("", "All your 17 arrays agree.")):
        file = {"name": "mine.npz", "mimeType": "application/octet-stream", "buffer": npz(vanilla(given, slip))}
        part.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        expect(part.get_by_test_id("stAlert")).to_contain_text(said)
    expect(part.get_by_test_id("stAlert")).not_to_contain_text("No transpose.")
