"""An assignment that came by link or file: it is begun when the visitor says so."""

from __future__ import annotations

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.lessons import packing
from rnn_core.lessons.assignment import Assignment
from rnn_core.lessons.submission import Submission
from ui.language import gettext
from ui.messages import assignments as messages
from ui.messages.formatting import plain
from ui.session.session import Session

PARAMETER = "a"
"""The address's parameter with the assignment's token."""


def link(assignment: Assignment, page: str) -> str:
    """Return the link of an assignment to a page's address. Raises AssignmentError for one that only fits a file."""
    return f"{page}?{PARAMETER}={packing.encode(assignment)}"


def _receive(session: Session) -> None:
    """Read the address's token once."""
    inbox, token = session.inbox, st.query_params.get(PARAMETER)
    if token is None or token == inbox.assignment_token:
        return
    inbox.assignment_token, inbox.assignment, inbox.assignment_problem = token, None, None
    try:
        inbox.assignment = packing.decode_assignment(token, session.limits)
    except RnnCoreError as problem:
        inbox.assignment_problem = problem


def offer(session: Session) -> None:
    """Offer an assignment that came by link, at the top of every page."""
    _receive(session)
    inbox = session.inbox
    if inbox.assignment_problem is not None:
        st.error(messages.refused(inbox.assignment_problem), icon=":material/link_off:")
        if st.button(gettext("Close"), icon=":material/close:", key="assignment-close"):
            inbox.assignment_problem = None
            st.rerun()
    if inbox.assignment is None or not inbox.restored:
        return
    if session.assigned is not None and session.assigned.assignment == inbox.assignment:
        inbox.assignment = None
        return
    with st.container(border=True):
        draw(session, inbox.assignment, key="assignment-link")


def draw(session: Session, assignment: Assignment, submission: Submission | None = None, *, key: str = "assignment") -> None:
    """Say what an assignment is, and let it be begun."""
    st.markdown(gettext("**Assignment: {title}**", title=plain(assignment.title)))
    st.markdown(messages.summary(assignment))
    if st.button(gettext("Begin"), icon=":material/play_arrow:", type="primary", key=f"{key}-begin"):
        begin(session, assignment, submission)
    st.caption(messages.set_aside())


def begin(session: Session, assignment: Assignment, submission: Submission | None = None) -> None:
    """Begin an assignment, and go to the page that its step is about."""
    session.begin(assignment, submission)
    session.inbox.assignment = None
    st.switch_page(f"pages/{session.assigned.step.page}.py" if session.assigned else "pages/home.py")
