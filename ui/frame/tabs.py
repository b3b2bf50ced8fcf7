"""Tabs by id: the one that is open stays open when the visitor leaves the page, comes back, or reads it in another language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from ui.session import session as sessions
from ui.session.page_view import PageView


def tabs(view: PageView, key: str, parts: Mapping[str, tuple[str, Callable[[], object]]]) -> None:
    """Draw tabs and what is in the open one. parts: id -> (label in the visitor's language, how to draw it)."""
    labels = {part: label for part, (label, _) in parts.items()}
    if sessions.widget(key) not in labels.values():
        first = next(iter(parts))
        sessions.put(key, labels.get(view.tabs.get(key, first), labels[first]))
    for part, tab in zip(parts, st.tabs(list(labels.values()), key=key, on_change="rerun"), strict=True):
        if tab.open:
            view.tabs[key] = part
            with tab:
                parts[part][1]()


def turn(view: PageView, key: str, part: str) -> None:
    """Open a tab when the page is drawn next. Call it before the tabs are drawn, as in a callback."""
    view.tabs[key] = part
    sessions.put(key, None)
