"""The assignments that come with the app, in the visitor's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from rnn_core.lessons.library import Assignments, read_assignments
from ui.frame import assigned_offer
from ui.language import LANGUAGES, gettext, spoken
from ui.messages import assignments as messages
from ui.messages.formatting import plain
from ui.session.session import Session

FOLDER = Path(__file__).parents[2] / "lessons"
MINUTES = {"clipping": 15, "slip": 20}
"""Assignment -> how long it takes, in the order in which they are offered."""


@cache
def library() -> Assignments:
    """Return all of them, read once."""
    return read_assignments(FOLDER, tuple(LANGUAGES))


def part(session: Session) -> None:
    """Let one of them be begun."""
    st.header(gettext("Ready-made"), anchor=False)
    for name, minutes in MINUTES.items():
        assignment = library()[spoken()][name]
        with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(width="content", gap=None):
                st.markdown(f"**{plain(assignment.title)}**")
                st.caption(messages.takes(minutes, len(assignment.steps)))
            if st.button(
                gettext("Begin “{title}”", title=plain(assignment.title)), icon=":material/play_arrow:", key=f"ready-{name}"
            ):
                assigned_offer.begin(session, assignment)
    st.caption(messages.set_aside())
