"""Pictures of every page: wide and narrow, light and dark, in the states that a visitor meets.

python -m tests.browser.screenshots            all of them, into screenshots/
python -m tests.browser.screenshots --readme   the README's one, docs/training.png
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page
from playwright.sync_api import expect as expect_at_once

from tests.browser.chromium import ROOT, Server, browser, settle, visit
from tests.browser.expecting import expect
from tests.browser.steps import ask, done, drawn, field
from tests.patience import PATIENCE_SECONDS

FOLDER = ROOT / "screenshots"
README_PICTURE = ROOT / "docs" / "training.png"
ROOMS = (
    *("Guide", "Challenges", "Assignments", "Dataset", "Hyperparameters"),
    *("Training", "Gradients", "Predictions", "All sentences", "Step by step", "Sweeps"),
)
CHAPTERS = 9


def _open(chromium: Browser, server: Server, width: int, theme: Literal["light", "dark"]) -> Page:
    expect_at_once.set_options(timeout=PATIENCE_SECONDS * 1000)
    page = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme).new_page()
    page.goto(server.url)
    settle(page)
    return page


def _shoot(page: Page, path: Path) -> None:
    """The whole page, however long: Streamlit scrolls inside the window, so the window is made as tall as what it holds."""
    settle(page)
    drawn(page)
    size = page.viewport_size
    assert size
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(900, height), 4000)})
    drawn(page)
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path)
    page.set_viewport_size(size)


def everything(chromium: Browser, server: Server) -> None:
    """Each page before anything is trained, while and after training, refused and diverged."""
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for width in (1440, 420):
        for theme in themes:
            name = f"{width}-{theme}"
            page = _open(chromium, server, width, theme)
            _shoot(page, FOLDER / f"home-empty-{name}.png")
            for room in ROOMS:
                visit(page, room)
                _shoot(page, FOLDER / f"{room.lower().replace(' ', '-')}-empty-{name}.png")
            visit(page, "Home", heading="Unrolled")
            page.get_by_role("button", name="Train the guide's network").click()
            page.get_by_role("heading", name="Training", exact=True).wait_for()
            drawn(page)
            page.screenshot(path=FOLDER / f"training-running-{name}.png")
            done(page, 1000)
            for room in ROOMS:
                visit(page, room)
                _shoot(page, FOLDER / f"{room.lower().replace(' ', '-')}-done-{name}.png")
            visit(page, "Guide")
            for chapter in range(2, CHAPTERS + 1):
                page.get_by_role("button", name="Next:").click()
                _shoot(page, FOLDER / f"guide-{chapter}-{name}.png")
            visit(page, "Gradients")
            for part in ("Through time", "Check", "One update", "Compare"):
                page.get_by_role("tab", name=part, exact=True).click()
                _shoot(page, FOLDER / f"gradients-{part.lower().replace(' ', '-')}-{name}.png")
            visit(page, "Predictions")
            ask(page, "i am not glad, happpy or sad")
            _shoot(page, FOLDER / f"predictions-unknown-{name}.png")
            visit(page, "Hyperparameters")
            for label, value in (("Hidden units", "0"), ("Learning rate", "1e308")):
                box = field(page, label)
                box.fill(value)
                box.press("Enter")
                settle(page)
            _shoot(page, FOLDER / f"hyperparameters-refused-{name}.png")
            visit(page, "Training")
            page.get_by_role("button", name="Start over").click()
            expect(page.get_by_text("Training diverged")).to_be_visible()
            _shoot(page, FOLDER / f"training-diverged-{name}.png")
            page.context.close()


def readme(chromium: Browser, server: Server) -> None:
    """The training page after the guide's run."""
    page = _open(chromium, server, 1280, "light")
    page.get_by_role("button", name="Train the guide's network").click()
    done(page, 1000)
    drawn(page)
    README_PICTURE.parent.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    drawn(page)
    page.screenshot(path=README_PICTURE)


if __name__ == "__main__":
    with Server() as server, browser() as chromium:
        (readme if "--readme" in sys.argv else everything)(chromium, server)
