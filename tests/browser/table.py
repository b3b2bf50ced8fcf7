"""The table of sentences in a browser: a canvas, so worked by places."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.browser.chromium import settle
from tests.browser.expecting import expect
from tests.browser.steps import drawn, insist

ROW_HEIGHT = 35.2


class Table:
    """The first table of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.grid = page.get_by_test_id("stDataFrame").locator(".dvn-scroller").first
        self.grid.wait_for()

    def type(self, row: int, text: str) -> None:
        """Write a sentence into a row that is in sight, counted from 1 below the header."""
        self.grid.dblclick(position={"x": 250, "y": ROW_HEIGHT * row + 17})
        self._write(text)

    def read(self, row: int) -> str:
        """The sentence of a row that is in sight."""
        return self._select(row).inner_text()

    def paste(self, row: int, text: str, seen: Locator) -> None:
        """Paste rows over those from here on, until what tells of them is seen.

        The canvas asks the browser for what is to be pasted, and of some hundred times on a busy machine once nothing came of it.
        """
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)

        def paste() -> None:
            self._select(row)
            self.page.keyboard.press("Control+V")

        insist(paste, seen)
        settle(self.page)

    def _select(self, row: int) -> Locator:
        """Select the sentence of a row that is in sight; return its copy beside the canvas, for those who cannot see that."""
        self.grid.click(position={"x": 250, "y": ROW_HEIGHT * row + 17})
        cell = self.page.locator(f"#glide-cell-2-{row - 1}")
        expect(cell).to_have_attribute("aria-selected", "true")
        return cell

    def append(self, text: str) -> None:
        """Add a row at the end and write a sentence into it."""
        self._to_the_end()
        self.grid.click(position={"x": 250, "y": self._height - 18})
        self._to_the_end()
        if not self.cell.count():  # on a busy machine two clicks become one
            self.grid.dblclick(position={"x": 250, "y": self._height - 18})
        self._write(text)

    def choose_label(self, label: str) -> None:
        """Choose the label of the row at the bottom, as just added."""
        options = self.page.get_by_test_id("portal").locator("input")
        while self.page.get_by_text("has no label").count():  # the canvas may be drawn anew between the click and the key
            if options.count():
                self.page.keyboard.press("Escape")
            self.grid.click(position={"x": 390, "y": self._height - 53})
            self.page.keyboard.press("Enter")
            drawn(self.page)
            self.page.keyboard.type(label)
            drawn(self.page)
            self.page.keyboard.press("Enter")
            drawn(self.page)
            settle(self.page)

    def delete(self, row: int) -> None:
        self.grid.click(position={"x": 18, "y": ROW_HEIGHT * row + 17})
        self.page.keyboard.press("Delete")
        drawn(self.page)
        settle(self.page)

    @property
    def cell(self) -> Locator:
        """The field that stands over a cell while it is written into."""
        return self.page.get_by_test_id("portal").locator("textarea.gdg-input")

    @property
    def _height(self) -> float:
        box = self.grid.bounding_box()
        assert box
        return box["height"]

    def _to_the_end(self) -> None:
        self.grid.hover()
        while not self.grid.evaluate("e => e.scrollTop + e.clientHeight >= e.scrollHeight - 1"):
            self.page.mouse.wheel(0, 10_000)
            drawn(self.page)
        drawn(self.page)

    def _write(self, text: str) -> None:
        self.cell.fill(text)
        self.cell.press("Enter")
        expect(self.cell).to_have_count(0)
        settle(self.page)
