"""A chapter: its text, the guess before the answer, the button that does the thing, and what was measured."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core import Experiment, RnnCoreError
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.lesson import Lesson, Number, Question
from rnn_core.lessons.quantities import QUANTITIES, Value
from ui.frame import shell
from ui.language import gettext
from ui.lessons import judging, notes, text
from ui.lessons.judging import Judgment
from ui.messages import lessons as messages
from ui.server.jobs import Job
from ui.session.session import Session

WHOLE = ("done", "diverged", "time_limit")
"""States of a run that went as far as it could; one that was stopped for another is no answer."""


def show(session: Session, lesson: Lesson) -> None:
    """Draw a chapter; what is guessed and measured is noted."""
    st.header(lesson.title, anchor=False)
    text.show(session, lesson, lesson.before())
    if (question := lesson.plan.question) is None:
        return
    with st.container(border=True):
        guessed = session.notebook[lesson.id].guess is not None
        if not guessed:
            st.markdown(gettext("**Guess first**"))
        for piece in lesson.only("question"):
            st.markdown(piece)
        (_answer if guessed else _guess)(session, lesson, question)


# ---------------------------------------------------------------------- the guess


def _guess(session: Session, lesson: Lesson, question: Question) -> None:
    """Let the reader commit to a guess. It is a form, so that one click takes what is in the field."""
    domain = question.guess
    with st.form(f"commit-{lesson.id}", border=False):
        guess = _number(lesson, question, domain) if isinstance(domain, Number) else _option(lesson, question, domain)
        committed = st.form_submit_button(gettext("Commit this guess"), icon=":material/lock:", type="primary")
    if committed and guess is not None:
        session.notebook = session.notebook.noted(lesson.id, guess=guess)
        st.rerun()


def _number(lesson: Lesson, question: Question, domain: Number) -> Value:
    kind, key = QUANTITIES[question.quantity].kind, f"guess-{lesson.id}"
    if kind == "share":
        low, high, step = (float(100 * value) for value in (domain.low, domain.high, domain.step))
        shares = st.number_input(gettext("Your guess in percent"), low, high, None, step, format="%g", key=key, width=240)
        return None if shares is None else shares / 100
    if kind == "count":
        low, high, step = int(domain.low), int(domain.high), int(domain.step)
        count = st.number_input(gettext("Your guess"), low, high, None, step, key=key, width=240)
        return None if count is None else int(count)
    number = st.number_input(
        gettext("Your guess"), float(domain.low), float(domain.high), None, float(domain.step), format="%g", key=key, width=240
    )
    return None if number is None else float(number)


def _option(lesson: Lesson, question: Question, options: tuple[str, ...]) -> Value:
    chosen: str | None = st.radio(
        gettext("Your guess"), options, index=None, key=f"guess-{lesson.id}", format_func=partial(messages.option, question)
    )
    return chosen


# ---------------------------------------------------------------------- the answer


def _answer(session: Session, lesson: Lesson, question: Question) -> None:
    """Measure when the reader asks for it, and show the answer beside the guess."""
    workspace = session.workspace
    try:
        experiment = lesson.plan.experiment_on(workspace.dataset, workspace.training.seed)
    except RnnCoreError as problem:
        shell.refuse(problem)
        return
    found = _trained(session, lesson, experiment) if lesson.plan.act == "train" else _computed(session, lesson, experiment)
    guess = session.notebook[lesson.id].guess
    if found is not None:
        results = tuple(result.value for result in found.results)
        notes.note(session, lesson, measured=found.answer, reached=results, done=_counts(found))
    measured = session.notebook[lesson.id].measured
    if found is None and measured is None:
        st.markdown(messages.committed(question, guess))
        return
    st.info(messages.answer(question, guess, measured), icon=":material/straighten:")
    if found is not None:
        _details(lesson, question, found)
    for piece in lesson.only("answer"):
        st.markdown(piece)
    st.button(
        gettext("Guess again"), icon=":material/replay:", on_click=partial(_forget, session, lesson), key=f"again-{lesson.id}"
    )


def _details(lesson: Lesson, question: Question, found: Judgment) -> None:
    """Show the figure of every option, and of every check."""
    if found.figures:
        st.dataframe(
            messages.option_table(question, found.figures),
            hide_index=True,
            column_config=messages.option_columns(question),
            alt=gettext("The figure measured for every option"),
        )
    judging.checks(lesson, found.results)


def _counts(found: Judgment) -> bool:
    """Whether the chapter is done: the question has an answer and all checks are met."""
    return found.answer is not None and found.done


def _computed(session: Session, lesson: Lesson, experiment: Experiment) -> Judgment | None:
    """Return what was measured without training, once the reader has pressed the button."""
    asked = st.empty()
    noted = session.notebook[lesson.id].measured is not None
    if not noted and not asked.button(gettext("Measure"), icon=":material/straighten:", type="primary", key=f"do-{lesson.id}"):
        return None
    asked.empty()
    return judging.judge(session, lesson, Evidence.untrained(experiment))


def _trained(session: Session, lesson: Lesson, experiment: Experiment) -> Judgment | None:
    """Return what the run of this experiment gave once it has ended; until then, the button that starts it."""
    job = _job(session, experiment)
    if job is not None and (status := job.status()).state in WHOLE:
        return judging.judge(session, lesson, Evidence(status.run))
    if job is not None and job.running:
        st.caption(gettext("Training. The figure above shows it as it goes. The answer appears here at the end."))
    elif st.button(gettext("Train and see"), icon=":material/play_arrow:", type="primary", key=f"do-{lesson.id}"):
        shell.train(session, experiment)
        st.rerun()
    return None


def _job(session: Session, experiment: Experiment) -> Job | None:
    """Return the latest run of an experiment."""
    jobs = (job for job in reversed(session.runs.jobs) if job.experiment.fingerprint == experiment.fingerprint)
    return next(jobs, None)


def _forget(session: Session, lesson: Lesson) -> None:
    session.notebook = session.notebook.without(lesson.id)
