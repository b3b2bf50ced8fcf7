"""The dashboard behind a gate and with security headers, for a server open to strangers: streamlit run asgi.py."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.server.gate import Gate
from ui.server.headers import SecurityHeaders
from ui.session import session

PAGES = [page.stem for page in (Path(__file__).parent / "pages").glob("*.py") if page.stem != "home"]


@asynccontextmanager
async def prepared(_app: st.App) -> AsyncIterator[None]:
    """Begin to load everything when the server starts, not when its first visitor comes."""
    session.server()
    yield


app = st.App(
    "streamlit_app.py",
    lifespan=prepared,
    middleware=[
        Middleware(SecurityHeaders, frame_ancestors=os.environ.get("UNROLLED_FRAME_ANCESTORS", "'self'")),
        Middleware(Gate, pages=PAGES),
    ],
)
