"""Gradient norms and clipping by epoch, as the history recorded them."""

from __future__ import annotations

import streamlit as st

from rnn_core import History
from ui.figures import clipping as figures
from ui.frame import charts, shell
from ui.frame.living import living
from ui.messages import clipping as messages
from ui.messages import parameters
from ui.server.job_status import JobStatus
from ui.server.jobs import Job
from ui.session.page_view import PageView
from ui.session.session import Session

WHOLE = ""
"""The choice of all parameters together."""


def part(session: Session) -> None:
    """Show every parameter's norm before and after clipping, how often clipping acted, and how far it turned the gradient."""
    job = session.runs.job
    if job is None or not (job.running or job.status().epoch):
        st.info("Each epoch of a training is recorded here: how long the gradients were, and what clipping made of them.")
        shell.link(shell.TRAINING, "Train first", ":material/show_chart:")
        return
    _living(session, job)


def _living(session: Session, job: Job) -> None:
    def draw() -> None:
        run = job.status()
        if run.epoch:
            _norms(session.view, run)
            _acts(session.view, run)
        else:
            st.info("The first epoch is being trained.")

    living(session, draw, lambda: job.running, every=3)


def _norms(view: PageView, run: JobStatus) -> None:
    """Draw one small picture for each parameter, all on one scale."""
    history, training = run.history, run.experiment.training
    limits = figures.limits(history, training)
    st.markdown(
        "The length of each gradient in every epoch: :orange[**▬** before clipping], :blue[**▬** after it]. "
        "The line is the mean over the epoch's updates, the dots above it the largest."
    )
    columns = st.columns(3)
    for i, name in enumerate((*history.names, None)):
        if i and i % 3 == 0:  # a row of columns at a time: one under another on a narrow screen, they keep their order
            columns = st.columns(3)
        with columns[i % 3]:
            st.markdown(f"**{parameters.parameter(name)}**")
            threshold = figures.thresholds(training, len(history), name)
            figure = figures.norms(history, name, threshold, limits, training.epochs, shell.colors())
            charts.show(view, figure, key=f"norms-{name}", alt=f"Gradient norm by epoch of {name or 'all parameters together'}")
    if note := messages.threshold_note(training):
        st.caption(note)


def _acts(view: PageView, run: JobStatus) -> None:
    """Show how often clipping acted and how far it turned the gradient, for all parameters together or one."""
    history, epochs, colors = run.history, run.experiment.training.epochs, shell.colors()
    st.header("What clipping changed", anchor=False)
    if messages.never_clips(run.experiment.training):
        st.markdown(messages.clipped(run))
        return
    chosen = st.selectbox(
        "Shares and angle of",
        (WHOLE, *history.names),
        key="clipping-of",
        format_func=lambda name: parameters.parameter(name or None),
        width=320,
    )
    name = chosen or None
    st.markdown(messages.clipped(run, name))
    left, right = st.columns(2)
    with left:
        st.markdown("**How much it changed**")
        figure = figures.shares(history, name, epochs, colors)
        charts.show(view, figure, key="share", alt="Share of updates and of elements that clipping changed")
    with right:
        st.markdown("**How far it turned the gradient**")
        figure = figures.turn(history, name, epochs, colors)
        charts.show(view, figure, key="turn", alt="Angle between the gradient before and after clipping")
        st.caption(messages.turned(_angle(history, name), run.experiment.training))


def _angle(history: History, name: str | None) -> float:
    """Return the largest angle of any epoch, in degrees."""
    return float(figures.angles(history, name).max(initial=0.0))
