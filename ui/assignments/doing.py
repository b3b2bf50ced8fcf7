"""A learner opens an assignment, and hands in what they did."""

from __future__ import annotations

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.errors import AssignmentError
from rnn_core.lessons import packing
from rnn_core.lessons.assignment import Assignment
from rnn_core.lessons.submission import MOST_NAME, Submission
from ui.assignments import ready, result_link
from ui.frame import assigned_offer
from ui.language import gettext
from ui.messages import assignments as messages
from ui.session.assigned import Assigned
from ui.session.session import Session


def part(session: Session) -> None:
    """Let an assignment be opened, or handed in and ended."""
    if session.assigned is None:
        _open(session)
    else:
        _hand_in(session, session.assigned)


def _open(session: Session) -> None:
    file = st.file_uploader(
        gettext("An assignment (.json), or what you handed in, to go on with it"),
        type=["json"],
        key="assignment-file",
        max_upload_size=1,
    )
    if file is None:
        if session.inbox.assignment is None:
            ready.part(session)
        return
    try:
        assignment, submission = read(file.getvalue(), session)
    except RnnCoreError as problem:
        st.error(messages.refused(problem), icon=":material/block:")
        return
    assigned_offer.draw(session, assignment, submission)


def read(source: bytes, session: Session) -> tuple[Assignment, Submission | None]:
    """Return the assignment in a file, with what was handed in if it is that. Raises as packing.load_assignment does."""
    try:
        return packing.load_assignment(source, session.limits), None
    except AssignmentError as problem:
        if problem.reason != "not_ours":
            raise
    submission = packing.load_submission(source, session.limits)
    return submission.assignment, submission


def _hand_in(session: Session, assigned: Assigned) -> None:
    page = assigned.step.page
    st.markdown(messages.place(assigned.assignment.title, assigned.at, len(assigned.answers), assigned.done))
    st.markdown(messages.summary(assigned.assignment))
    st.page_link(f"pages/{page}.py", label=gettext("Go to {page}", page=messages.PAGES[page]), icon=":material/arrow_forward:")
    assigned.name = str(
        st.text_input(gettext("Your name, as it will be handed in"), assigned.name, key="assigned-name", max_chars=MOST_NAME)
    )
    with st.container(horizontal=True):
        st.download_button(
            gettext("Download what you hand in"),
            lambda: packing.save(assigned.submission()),
            "result.json",
            "application/json",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
            help=gettext("It contains your name, answers, runs and figures. Open it here again to go on later."),
        )
        if st.button(gettext("End the assignment"), icon=":material/logout:", key="assigned-end"):
            session.end()
            st.rerun()
    with st.expander(gettext("Hand it in as a link")):
        result_link.draw(assigned.submission())
