"""The step of an assignment, at the top of every page while it is done."""

from __future__ import annotations

import streamlit as st

from rnn_core.lessons.assignment import SENTENCES
from rnn_core.lessons.checks import Result
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.submission import MOST_ANSWER, Trained
from ui.language import gettext
from ui.messages import assignments as messages
from ui.messages import lessons
from ui.messages.formatting import plain
from ui.messages.safe_markdown import safe
from ui.session import session as sessions
from ui.session.assigned import Assigned
from ui.session.session import Session

ASSIGNMENTS = "pages/assignments.py"
"""Where it is handed in."""


def run(session: Session, page: st.Page) -> None:
    """Run a page, with the step above it; or say that the assignment closes it."""
    address = page.url_path
    if session.assigned is not None and address in messages.PAGES:
        if address not in session.assigned.assignment.pages:
            st.title(page.title, anchor=False)
            st.info(messages.closed(), icon=":material/lock:")
            return
        show(session.assigned, session, address)
    page.run()


def show(assigned: Assigned, session: Session, page: str) -> None:
    """Draw the step that the visitor is at, and judge it. page: the address of the page below."""
    step = assigned.step
    with st.container(border=True, key="assigned-step"):
        place = st.container()  # filled once the step is judged
        st.markdown(safe(step.text))
        if page == "dataset" and (reason := assigned.assignment.reason(SENTENCES)) is not None:
            st.info(messages.locked(reason), icon=":material/lock:")
        answer = _question(assigned)
        results = _judged(session, assigned)
        met = (bool(answer.strip()) or not step.question) and len(results) == len(step.done) and all(each.met for each in results)
        assigned.answered(answer, tuple(result.value for result in results), met=met)
        place.caption(messages.place(assigned.assignment.title, assigned.at, len(assigned.answers), assigned.done))
        if step.done:
            st.dataframe(
                lessons.check_table(step.done, results),
                hide_index=True,
                column_config=dict(lessons.CHECK_COLUMNS),
                alt=gettext("What counts as done, and what was reached"),
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            _move(assigned)
            if assigned.done == len(assigned.answers):
                st.page_link(ASSIGNMENTS, label=gettext("Hand in"), icon=":material/outbox:")
            if page != step.page:
                st.page_link(
                    f"pages/{step.page}.py",
                    label=gettext("Go to {page}", page=messages.PAGES[step.page]),
                    icon=":material/arrow_forward:",
                )


def _question(assigned: Assigned) -> str:
    """Ask the question of the step, if it has one; return the answer."""
    step, key = assigned.step, f"assigned-answer-{assigned.at}"
    if not step.question:
        return ""
    sessions.fill(key, assigned.answer.text if assigned.answer.text or not step.options else None)
    st.markdown(plain(step.question))
    label = gettext("Your answer")
    if step.options:
        said = st.radio(label, step.options, index=None, key=key, format_func=plain)
        return said or ""
    return str(st.text_area(label, key=key, max_chars=MOST_ANSWER, height=80))[:MOST_ANSWER]


def _judged(session: Session, assigned: Assigned) -> tuple[Result, ...]:
    """Judge the shown run by the checks of the step, once it stands still; nothing for a run of other settings than the locked."""
    run, job = session.runs.shown, session.runs.job
    if not assigned.step.done or run is None or job is None or run.state == "running":
        return ()
    if assigned.assignment.held(run.experiment) != run.experiment or run.by_hand:
        return ()
    assigned.runs[job.number] = Trained.of(run.run)
    key = ("assigned", assigned.step.done, run.experiment.fingerprint, run.run.epoch)
    return session.view.memo(key, lambda: tuple(check.judge(Evidence(run.run)) for check in assigned.step.done))


def _move(assigned: Assigned) -> None:
    """Draw the buttons to the step before and to the next; on goes who has done this one."""

    def go(by: int) -> None:
        assigned.at = min(max(assigned.at + by, 0), len(assigned.answers) - 1)

    if st.button(gettext("Back"), icon=":material/arrow_back:", key="assigned-back", disabled=assigned.at == 0):
        go(-1)
        st.rerun()
    last = assigned.at == len(assigned.answers) - 1
    if not last and st.button(
        gettext("Next step"),
        icon=":material/arrow_forward:",
        key="assigned-next",
        type="primary",
        disabled=not assigned.answer.met,
    ):
        go(1)
        st.rerun()
