"""A part of a page that is computed, sent and drawn once somebody opens it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def folded(title: str, key: str, draw: Callable[[], object], *, icon: str | None = None) -> None:
    """Draw a title that opens what is below it. An ordinary expander has its content computed and drawn even while it is closed."""
    box = st.expander(title, icon=icon, key=key, on_change="rerun")
    if box.open:
        with box:
            draw()
