"""How far a sweep is, with pause and cancel, and its picture as it fills."""

from __future__ import annotations

import streamlit as st

from ui.frame import shell
from ui.frame.living import living
from ui.language import gettext
from ui.messages import sweep_progress
from ui.server.sweeps import BackgroundSweep
from ui.session.session import Session
from ui.sweeps import outcome


def part(session: Session) -> None:
    """Draw the sweep that goes on, live, or the one that is over; leave for Training where one of its runs was chosen."""
    made, opened = session.sweeps.latest, session.sweeps.opened
    if made is not None and opened is None:
        living(session, lambda: _draw(session, made), lambda: made.going, every=3)
    elif opened is not None:
        outcome.part(session, opened, living=False)


def _draw(session: Session, made: BackgroundSweep) -> None:
    if session.sweeps.followed:
        session.sweeps.followed = False
        st.switch_page(shell.TRAINING)
    going = made.going
    if said := sweep_progress.unanswered(made):
        st.warning(said, icon=":material/cloud_off:")
    if going:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(made.ended / len(made.sweep), text=sweep_progress.progress(made, made.left), width="stretch")
            if made.state == "paused":
                st.button(gettext("Resume"), icon=":material/play_arrow:", key="sweep-resume", on_click=made.resume)
            else:
                st.button(gettext("Pause"), icon=":material/pause:", key="sweep-pause", on_click=made.pause)
            st.button(gettext("Cancel"), icon=":material/stop:", key="sweep-cancel", on_click=made.cancel)
    elif ended := sweep_progress.ending(made):
        st.info(ended, icon=":material/info:")
    outcome.part(session, made.results, living=going, sweep=made.sweep)
