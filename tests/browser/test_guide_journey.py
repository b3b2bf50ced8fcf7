"""Reading the guide by its buttons alone, in each language: a guess, a measurement, a trained network, and a notebook to keep."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.chromium import Server, settle
from tests.browser.expecting import expect
from tests.browser.steps import act, download, fresh, main
from ui.language import gettext, speaking
from ui.lessons.shelf import library
from ui.messages import lessons as messages

CHAPTERS = [lesson for lesson in library()["en"] if lesson.plan.kind == "chapter"]


def shown(page: Page, done: int) -> None:
    """Wait until so many chapters are counted as done."""
    expect(main(page).get_by_text(messages.progress("chapter", done, len(CHAPTERS)), exact=True)).to_be_visible()
    settle(page)


def taken(page: Page, name: str) -> Path:
    """Download the notebook by the button of this name."""
    return download(main(page).get_by_role("button", name=name, exact=True)).path()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width", "theme"), [("en", 1440, "light"), ("zh", 420, "dark")])
def test_the_buttons_alone_lead_to_a_network_that_reads_not_bad_as_positive_and_all_is_kept(
    profiles: Callable[..., Page], server: Server, language: str, width: int, theme: str
) -> None:
    page = profiles(viewport={"width": width, "height": 900}, color_scheme=theme)
    with speaking(language):
        titles = [lesson.title for lesson in library()[language] if lesson.plan.kind == "chapter"]
        page.goto(f"{server.url}/?lang={language}")
        settle(page)
        main(page).get_by_role("link", name=gettext("Or read how it works, in nine chapters")).click()
        for number, (lesson, title) in enumerate(zip(CHAPTERS, titles, strict=True), start=1):
            expect(main(page).get_by_role("heading", name=title, exact=True, level=2)).to_be_visible()
            settle(page)
            question = lesson.plan.question
            assert question is not None
            if isinstance(question.guess, tuple):
                main(page).get_by_test_id("stRadio").locator("label").last.click()
            else:
                fresh(page).get_by_role("spinbutton").fill("1")
            act(page, gettext("Commit this guess"))
            expect(main(page).get_by_test_id("stAlert")).to_have_count(0)
            if lesson.id == "backward":
                assert violations(page) == []
            act(page, gettext("Train and see") if lesson.plan.act == "train" else gettext("Measure"))
            expect(main(page).get_by_test_id("stAlert")).to_have_count(1)
            shown(page, number)
            if number < len(CHAPTERS):
                act(page, gettext("Next: {title}", title=titles[number]))
        assert violations(page) == []
        main(page).get_by_role("link", name=gettext("Next: {title}", title=gettext("Challenges"))).click()
        expect(page.get_by_role("heading", name=gettext("Challenges"), exact=True, level=1)).to_be_visible()
        settle(page)

        page.reload()  # the notebook comes back from the browser's own storage
        settle(page)
        main(page).get_by_text(gettext("My notebook"), exact=True).click()
        rows = list(csv.DictReader(taken(page, gettext("Download as CSV")).read_text().splitlines()))
        assert {row["lesson"] for row in rows if row["done"] == "yes" and row["guess"]} == {lesson.id for lesson in CHAPTERS}
        kept = json.loads(taken(page, gettext("Download as JSON")).read_text())
        assert kept["beyond"]["reached"][1] == "positive", "the last condition: the prediction of “i am not bad”"
        assert kept["plan"]["measured"] == "lost"
