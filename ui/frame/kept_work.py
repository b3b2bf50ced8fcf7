"""What is said and asked at the top of a page about work that the browser had kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from rnn_core import LimitError
from ui.frame import browser_storage
from ui.language import gettext
from ui.messages import errors
from ui.messages import kept_work as messages
from ui.session.session import Session


def offer(session: Session) -> None:
    """Ask about the work of another tab, offer a run that the server has lost, and what could not be read as a file."""
    _theirs(session)
    _unreadable(session)
    _lost_run(session)


def _theirs(session: Session) -> None:
    theirs = session.inbox.theirs
    if theirs is None:
        return
    with st.container(border=True):
        st.markdown(messages.NOTES["theirs"])
        with st.container(horizontal=True):
            if st.button(gettext("Use the other tab's work"), icon=":material/sync_alt:", key="theirs-take"):
                if not browser_storage.restore(session, theirs.text):
                    session.view.notice = lambda: messages.NOTES["theirs_unreadable"]
                session.inbox.settle(theirs)
                st.rerun()
            _button(gettext("Keep this tab's work"), "theirs-leave", lambda: session.inbox.settle(theirs))


def _unreadable(session: Session) -> None:
    text = session.inbox.unreadable
    if text is None:
        return
    with st.container(border=True):
        st.markdown(messages.NOTES["unreadable"])
        with st.container(horizontal=True):
            st.download_button(
                gettext("Download it"),
                data=lambda: text.encode("utf-8", "replace"),
                file_name="unrolled-kept.json",
                mime="application/json",
                icon=":material/download:",
                on_click="ignore",
            )
            _button(gettext("Close"), "unreadable-close", session.inbox.forget_unreadable)


def _lost_run(session: Session) -> None:
    lost = session.inbox.lost_run
    if lost is None:
        return
    with st.container(border=True):
        st.markdown(messages.lost_run(lost.epoch, lost.experiment))
        with st.container(horizontal=True):
            if st.button(gettext("Train it again"), icon=":material/replay:", type="primary", key="lost-run-again"):
                try:
                    session.runs.train(lost.experiment, until=lost.epoch)
                except LimitError as problem:
                    session.view.notice = partial(errors.error, problem)
                else:
                    session.inbox.lost_run = None
                st.rerun()
            _button(gettext("Discard it"), "lost-run-forget", session.inbox.forget_run)


def _button(label: str, key: str, act: Callable[[], None]) -> None:
    if st.button(label, icon=":material/close:", key=key):
        act()
        st.rerun()
