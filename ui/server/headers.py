"""The headers that every answer carries, so that a browser does no more with a page than the page needs."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.streamlit_page import inline_scripts

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def script_digests() -> str:
    """Return the inline scripts of Streamlit's page as a policy names them, by digest."""
    digests = (hashlib.sha256(script).digest() for script in inline_scripts())
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def policy(frame_ancestors: str) -> str:
    """What a browser may do with a page: nothing comes from elsewhere, and nothing goes there.

    Streamlit's pages run scripts of their own and, for components, from blobs made on the spot; they set styles by script;
    their pictures and fonts are their own or made on the spot.
    """
    directives = {
        "default-src": "'self'",
        "script-src": f"'self' blob: {script_digests()}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


class SecurityHeaders:
    """ASGI middleware that adds the headers. frame_ancestors: who may show the pages in a frame, as a policy writes it.

    The default lets the own site alone; "'self' https://huggingface.co https://moodle.example.org" lets these two as well.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str = "'self'") -> None:
        if re.fullmatch(r"[\w'*.:/ -]+", frame_ancestors, re.ASCII) is None:
            raise ValueError(f"frame_ancestors must be sites with spaces between them, not {frame_ancestors!r}")
        self._app = app
        self._headers = HEADERS | {"Content-Security-Policy": policy(frame_ancestors)}
        if frame_ancestors == "'self'":  # the older header knows no list
            self._headers["X-Frame-Options"] = "SAMEORIGIN"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
