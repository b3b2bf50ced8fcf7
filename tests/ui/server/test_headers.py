"""The headers' own rules; that the pages work under them is for the journeys to show."""

from __future__ import annotations

import asyncio
import base64
import hashlib

import pytest
from starlette.types import Message, Receive, Scope, Send

from ui.server.headers import SecurityHeaders, script_digests
from ui.server.streamlit_page import PAGE


def answered(frame_ancestors: str = "'self'", kind: str = "http") -> dict[bytes, bytes]:
    """The headers of an answer, or of a connection accepted, that itself has one header."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        start = "http.response.start" if kind == "http" else "websocket.accept"
        await send({"type": start, "status": 200, "headers": [(b"x-frame-options", b"ALLOWALL"), (b"etag", b"1")]})

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(SecurityHeaders(app, frame_ancestors)({"type": kind}, receive, send))
    return dict(sent[0]["headers"])


def test_what_was_there_stays_but_for_what_is_ours() -> None:
    headers = answered()
    assert headers[b"etag"] == b"1"
    assert headers[b"x-frame-options"] == b"SAMEORIGIN"
    assert headers[b"referrer-policy"] == b"no-referrer"


def test_sites_that_are_named_may_frame_the_pages_which_the_older_header_cannot_say() -> None:
    headers = answered("'self' https://huggingface.co https://*.example.org:8443")
    assert headers[b"content-security-policy"].endswith(
        b"; frame-ancestors 'self' https://huggingface.co https://*.example.org:8443"
    )
    assert headers[b"x-frame-options"] == b"ALLOWALL"


@pytest.mark.parametrize("hostile", ["'self'; script-src *", "a\r\nSet-Cookie: b", "a, b", "", "é"])
def test_nothing_but_sites_gets_into_the_policy(hostile: str) -> None:
    with pytest.raises(ValueError, match="frame_ancestors"):
        answered(hostile)


def test_a_websocket_is_left_alone() -> None:
    assert answered(kind="websocket") == {b"x-frame-options": b"ALLOWALL", b"etag": b"1"}


def test_the_script_that_stands_in_streamlits_page_is_named_by_its_digest() -> None:
    page = PAGE.read_text(encoding="utf-8")
    script = page.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in script_digests().split()
    assert "unsafe" not in answered()[b"content-security-policy"].decode().partition("style-src")[0]
