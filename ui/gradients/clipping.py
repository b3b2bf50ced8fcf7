"""Clipping by epoch: how long the gradients were, what was cut of them, and how far that turned them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core import History
from rnn_core.training.replay import update_of
from ui.figures import clipping as figures
from ui.frame import charts, shell
from ui.frame.folded import folded
from ui.frame.living import living
from ui.gradients import comparison
from ui.language import gettext
from ui.messages import clipping as messages
from ui.messages import parameters
from ui.server.job_status import JobStatus
from ui.server.jobs import Job
from ui.session.page_view import PageView
from ui.session.session import Session

WHOLE = ""
"""The choice of all parameters together."""


def part(session: Session) -> None:
    """Show the longest gradient of every epoch and what clipping cut of it; on request one parameter's, and how often it was cut."""
    job = session.runs.job
    if job is None or not (job.running or job.status().epoch):
        st.info(gettext("During training, this tab records the gradient norms of each epoch and what clipping changed."))
        shell.link(shell.TRAINING, gettext("Train first"), ":material/show_chart:")
    else:
        _living(session, job)
    comparison.offer(session)


def _living(session: Session, job: Job) -> None:
    def draw() -> None:
        run = job.status()
        if not run.epoch:
            st.info(gettext("The first epoch is being trained."))
            return
        name = _picture(session.view, run)
        if not messages.never_clips(run.experiment.training):
            title = gettext("How often clipping acted, and how far it turned the gradient")
            folded(title, "clipping-acts-open", partial(_acts, session.view, run, name))

    living(session, draw, lambda: job.running, every=3)


def _picture(view: PageView, run: JobStatus) -> str | None:
    """Draw what clipping cut of the longest gradients; return the parameter whose gradient is looked at, None for all together."""
    history, experiment = run.history, run.experiment
    epoch = messages.longest_epoch(history)
    row = int(history.columns.largest_norm_row[epoch - 1])
    update = view.memo(("update", run.key(epoch), row), partial(update_of, run.run, epoch, row))
    st.markdown(messages.longest(run, update))
    chosen = st.selectbox(
        gettext("Gradient of"),
        (WHOLE, *history.names),
        key="clipping-of",
        format_func=lambda name: parameters.parameter(name or None),
        width=320,
    )
    name = chosen or None
    examples = experiment.dataset.examples
    sentences = [examples[row - 1].text for row in history.columns.largest_norm_row.tolist()] if name is None else []
    figure = figures.cut(history, name, experiment.training, sentences, experiment.training.epochs, shell.colors())
    charts.show(
        view,
        figure,
        key="cut",
        alt=gettext("Largest gradient norm by epoch, before and after clipping. {name}.", name=parameters.parameter(name)),
        living=run.state == "running",
    )
    st.markdown(messages.picture(run, name))
    return name


def _acts(view: PageView, run: JobStatus, name: str | None) -> None:
    """Show how often clipping acted and how far it turned the gradient, for all parameters together or one."""
    history, epochs, colors = run.history, run.experiment.training.epochs, shell.colors()
    st.markdown(messages.clipped(run, name))
    left, right = st.columns(2)
    with left:
        st.markdown(gettext("**How much clipping changed**"))
        figure = figures.shares(history, name, epochs, colors)
        alt = gettext("Share of updates and of gradient elements that clipping changed")
        charts.show(view, figure, key="share", alt=alt, living=run.state == "running")
    with right:
        st.markdown(gettext("**How far it turned the gradient**"))
        figure = figures.turn(history, name, epochs, colors)
        alt = gettext("Angle between the gradient before and after clipping")
        charts.show(view, figure, key="turn", alt=alt, living=run.state == "running")
        st.caption(messages.turned(_angle(history, name), run.experiment.training))


def _angle(history: History, name: str | None) -> float:
    """Return the largest angle of any epoch, in degrees."""
    return float(figures.angles(history, name).max(initial=0.0))
