"""A challenge: what to reach, the figure, hints, and how far the shown run has come. The core judges; no click does."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.lesson import Lesson
from ui.frame import shell
from ui.language import gettext
from ui.lessons import judging, notes, text
from ui.messages import errors
from ui.messages import experiment as experiment_messages
from ui.messages import lessons as messages
from ui.session import session as sessions
from ui.session.session import Session

MOST_CHARACTERS = 200
"""Of the reader's sentence."""


def show(session: Session, lesson: Lesson) -> None:
    """Draw a challenge; what is reached is noted."""
    st.header(lesson.title, anchor=False)
    text.show(session, lesson, lesson.before())
    _acts(session, lesson)
    sentence = _sentence(session) if lesson.plan.asks_sentence else ""
    _standing(session, lesson, sentence)
    for number, hint in enumerate(lesson.only("hint"), start=1):
        with st.expander(gettext("Hint {number}", number=number)):
            st.markdown(hint)


def _acts(session: Session, lesson: Lesson) -> None:
    """Draw the buttons: begin with the challenge's settings, change them, train what is set."""
    workspace = session.workspace
    st.caption(experiment_messages.settings_card(workspace.model, workspace.training))
    experiment, refusal = workspace.ready()
    shell.refuse(refusal)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(gettext("Set up"), icon=":material/flag:", help=messages.set_up(), key=f"set-up-{lesson.id}"):
            _set_up(session, lesson)
            st.rerun()
        running = session.runs.job is not None and session.runs.job.running
        start = gettext("Train these settings")
        if st.button(
            start, icon=":material/play_arrow:", type="primary", disabled=running or experiment is None, key="lesson-train"
        ):
            if experiment is not None:
                shell.train(session, experiment)
            st.rerun()
        shell.link(shell.HYPERPARAMETERS, gettext("Change the settings"), ":material/tune:")
        shell.link(shell.DATASET, gettext("Change the sentences"), ":material/table_rows:")


def _set_up(session: Session, lesson: Lesson) -> None:
    try:
        made = lesson.plan.experiment_on(session.workspace.dataset, session.workspace.training.seed)
    except RnnCoreError as problem:
        session.view.notice = partial(errors.error, problem)
        return
    session.workspace.accept(made)


def _sentence(session: Session) -> str:
    key = "lesson-sentence"
    if not sessions.has(key):
        sessions.put(key, session.view.lesson_sentence)
    written: str = st.text_input(gettext("Your sentence"), key=key, max_chars=MOST_CHARACTERS, placeholder="i am not at all bad")
    session.view.lesson_sentence = written
    return written


def _standing(session: Session, lesson: Lesson, sentence: str) -> None:
    """Judge the shown run, once it stands still, and say how far it has come."""
    run = session.runs.shown
    if run is None or run.state == "running":
        st.caption(
            gettext("The run is judged when it has ended or is paused.") if run else gettext("Nothing has been trained yet.")
        )
        judging.checks(lesson, ())
        return
    found = judging.judge(session, lesson, Evidence(run.run, sentence))
    if found is None:
        return
    if found.done or not session.notebook[lesson.id].done:  # the figures that solved it stay
        reached = tuple(result.value for result in found.results)
        notes.note(session, lesson, measured=sentence or None, reached=reached, done=found.done)
    judging.checks(lesson, found.results)
    if said := messages.solved(found.results, before=session.notebook[lesson.id].done):
        (st.success if found.done else st.info)(said, icon=":material/emoji_events:")
