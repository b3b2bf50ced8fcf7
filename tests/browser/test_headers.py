"""The pages under the headers of a server open to strangers: everything works, and nothing goes anywhere else."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Server, settle, visit
from tests.browser.steps import done, drawn


@pytest.fixture(scope="module")
def hosted() -> Iterator[Server]:
    with Server(script="asgi.py", UNROLLED_PROFILE="hosted") as running:
        yield running


@pytest.mark.slow
def test_a_tour_of_all_pages_meets_no_error_and_asks_nobody_else(page: Page, hosted: Server) -> None:
    told: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(hosted.url)
    settle(page)
    page.get_by_role("button", name="Train the guide's network").click()
    done(page, 1000)
    for room in ("Training", "Gradients", "Predictions", "All sentences", "Step by step", "Sweeps", "Hyperparameters", "Dataset"):
        visit(page, room)
        drawn(page)
    assert not told, "\n".join(told)
    assert asked <= {urlsplit(hosted.url).netloc, ""}


@pytest.mark.slow
def test_without_the_headers_too_a_visit_asks_nobody_else(page: Page, server: Server) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(server.url)
    settle(page)
    visit(page, "Predictions")
    expect(page).to_have_title("Predictions · Unrolled")
    assert (page.locator("link[rel~=icon]").get_attribute("href") or "").startswith("data:image/svg+xml")
    assert asked <= {urlsplit(server.url).netloc, ""}


@pytest.mark.slow
def test_a_page_can_call_nobody_else(page: Page, hosted: Server) -> None:
    page.goto(hosted.url)
    settle(page)
    with page.expect_event("console", lambda message: "connect-src" in message.text or "default-src" in message.text):
        page.evaluate("fetch('https://example.org/').catch(() => 0)")
    with page.expect_event("console", lambda message: "script-src" in message.text):
        page.evaluate(
            "() => { const s = document.createElement('script'); s.textContent = 'var x = 1'; document.head.append(s); }"
        )


def test_every_answer_has_the_headers_whatever_it_is(hosted: Server) -> None:
    for path in ("/", "/_stcore/health", "/training", "/static/no-such-file.js"):
        try:
            answer = urllib.request.urlopen(hosted.url + path, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]


class Framing(BaseHTTPRequestHandler):
    """Another site: a page with a frame for whatever address stands behind its question mark."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<iframe width=900 height=700 src='{self.path.partition('?')[2]}'></iframe>".encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.mark.slow
def test_another_site_cannot_show_the_pages_in_a_frame_unless_it_is_named(page: Page, hosted: Server) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Framing) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        address = f"http://localhost:{site.server_port}"
        with page.expect_console_message(lambda message: "frame-ancestors 'self'" in message.text):
            page.goto(f"{address}/?{hosted.url}")
        assert page.frame_locator("iframe").get_by_role("heading").count() == 0
        with Server(script="asgi.py", UNROLLED_FRAME_ANCESTORS=f"'self' {address}") as named:
            page.goto(f"{address}/?{named.url}")
            expect(page.frame_locator("iframe").get_by_role("heading", name="Unrolled", level=1)).to_be_visible()
        site.shutdown()
