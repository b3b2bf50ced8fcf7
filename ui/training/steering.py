"""Control of a run: start, pause, step, stop, its pace, and changes of settings on the way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from rnn_core import ConfigError, Experiment
from rnn_core.config import TrainingConfig
from ui.frame import controls, shell
from ui.language import Texts, gettext, mark
from ui.messages import errors
from ui.server.jobs import Job
from ui.server.pace import Pace
from ui.session import session as sessions
from ui.session.runs import Runs
from ui.session.session import Session

PACES: dict[str, Pace] = {"watched": "watched", "full": None, "10": 10.0, "1": 1.0}
PACE_NAMES = Texts({"watched": mark("Watch"), "full": mark("Full speed"), "10": mark("10 epochs/s"), "1": mark("1 epoch/s")})


def buttons(session: Session, experiment: Experiment | None) -> None:
    """Draw the buttons with the next one filled, the pace, and the settings that may be changed.

    The keys have the run's number, so that a second press never acts on another one.
    """
    job = session.runs.job
    with st.container(horizontal=True, vertical_alignment="center"):
        _main(session, job, experiment)
        if job is None or not job.ended:
            impossible = job.running if job is not None else experiment is None
            if st.button(gettext("One epoch"), icon=":material/skip_next:", disabled=impossible):
                _step(session, job, experiment)
        if job is not None and not job.ended and st.button(gettext("Stop"), icon=":material/stop:"):
            job.stop()
            st.rerun()
        if job is not None:
            again = st.button(
                gettext("Start over"),
                icon=":material/restart_alt:",
                key=f"again-{job.number}",
                type="primary" if job.ended else "secondary",
                disabled=experiment is None,
            )
            if again and experiment:
                shell.train(session, experiment)
                st.rerun()
        _pace(session.runs, job)
        if job is not None and not job.ended:
            _changes(session, job)
    anew = job is None or (job.ended and job.experiment != experiment)
    if anew and experiment is not None:
        shell.length(session.runs, experiment, always=job is None)


def _main(session: Session, job: Job | None, experiment: Experiment | None) -> None:
    if job is None:
        if st.button(gettext("Start"), icon=":material/play_arrow:", type="primary", disabled=experiment is None) and experiment:
            shell.train(session, experiment)
            st.rerun()
    elif job.running:
        if st.button(gettext("Pause"), icon=":material/pause:", type="primary"):
            job.pause()
            st.rerun()
    elif job.state == "paused" and st.button(gettext("Resume"), icon=":material/play_arrow:", type="primary"):
        shell.resume(session.view, job)
        st.rerun()


def _step(session: Session, job: Job | None, experiment: Experiment | None) -> None:
    if job is None and experiment is not None:
        job = session.runs.prepare(experiment)
    if job is not None:
        shell.resume(session.view, job, one_epoch=True)
        st.rerun()


def _pace(runs: Runs, job: Job | None) -> None:
    """Let the visitor set the pace; it is kept for the next run, and in the browser."""
    now = next(name for name, pace in PACES.items() if pace == runs.pace)
    chosen = st.segmented_control(
        gettext("Pace"),
        list(PACES),
        default=now,
        key="pace",
        format_func=PACE_NAMES.__getitem__,
        label_visibility="collapsed",
        required=True,
        width="content",
        help=gettext(
            "Watch: a few seconds per run, slower where the loss falls. Full speed: as fast as possible. Every pace trains the same "
            "network."
        ),
    )
    runs.pace = PACES[chosen or now]
    if job is not None:
        job.pace = runs.pace


def _changes(session: Session, job: Job) -> None:
    """Let the visitor change settings while it runs; each change is part of the experiment."""
    run = job.status()
    training = run.experiment.training
    now = replace(training, **training.at(run.epoch + 1))
    with st.popover(gettext("Change settings"), icon=":material/tune:"), st.container(width=280):  # to cover little of the curves
        st.caption(gettext("Changes apply from the next epoch. The charts mark them, and the run keeps them."))
        for name in TrainingConfig.CHANGEABLE:
            if controls.applies(name, run.experiment.model, now) and session.workspace.lock(name) is None:
                key = f"change-{name}-{job.number}"
                controls.widget(name, key, now, session.limits, on_change=_change, args=(session, job, name, key))


def _change(session: Session, job: Job, name: str, key: str) -> None:
    value, view = sessions.widget(key), session.view
    try:
        if value is not None and session.workspace.lock(name) is None:
            job.change(name, value)
    except ConfigError as problem:
        view.notice = partial(errors.error, problem)
