"""The dashboard with security headers, for a server open to strangers: streamlit run asgi.py."""

from __future__ import annotations

import os

import streamlit as st
from starlette.middleware import Middleware

from ui.headers import SecurityHeaders

app = st.App(
    "streamlit_app.py",
    middleware=[Middleware(SecurityHeaders, frame_ancestors=os.environ.get("UNROLLED_FRAME_ANCESTORS", "'self'"))],
)
