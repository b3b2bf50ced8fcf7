"""What visitors see while the engine is being compiled."""

from __future__ import annotations

import streamlit as st

from rnn_core.engine.kernel import COMPILED
from ui.frame.living import kindly
from ui.language import gettext
from ui.session import session as sessions


def compiles() -> bool:
    """Whether runs are compiled here once the engine is ready."""
    return COMPILED


def preparing() -> bool:
    """Whether the engine is still being compiled."""
    return sessions.server().preparing


def note() -> str:
    """What a visitor is told while the engine is being compiled."""
    return gettext(
        "Preparing the engine. The first start compiles it in the background, which takes up to a few minutes. Everything works "
        "meanwhile, only slower."
    )


def show() -> None:
    """Say that the engine is being compiled; redraw the page when it is ready."""
    if not preparing():
        return

    @st.fragment(run_every=1.0)
    @kindly
    def wait() -> None:
        st.caption(note())
        if not preparing():
            st.rerun()

    wait()
