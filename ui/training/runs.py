"""A visitor's runs: how their curves are drawn, going back to an earlier epoch, and comparing them."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import streamlit as st

from rnn_core import Dataset, presets
from rnn_core.data.baseline import majority
from rnn_core.training.story import Story, story
from ui.figures.curves import MOST_BESIDE, Beside, View
from ui.language import gettext, number
from ui.messages import experiment as experiment_messages
from ui.messages import runs as messages
from ui.server.job_status import ENDED, JobStatus
from ui.server.jobs import Job
from ui.session import session as sessions
from ui.session.runs import MOST_NAME, Runs
from ui.session.session import Session


def view(session: Session) -> None:
    """Let the visitor choose the axis and smoothing."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        session.view.log_axis = st.toggle(
            gettext("Log axis"),
            value=session.view.log_axis,
            key="view-log",
            help=gettext("Show the loss on a logarithmic axis."),
        )
        session.view.smoothing = st.slider(
            gettext("Smoothing"),
            0.0,
            0.98,
            session.view.smoothing,
            0.02,
            key="view-smoothing",
            width=220,
            help=gettext("The weight of the past in a moving average. 0: no smoothing."),
        )


def view_of(session: Session, run: JobStatus) -> View:
    """Return how the visitor wants the curves drawn."""
    beside = [job.status() for job in session.runs.jobs if job.number in session.runs.overlaid and job.number != run.number]
    names = messages.names_beside([run, *beside])
    return replace(
        view_before(session, run.experiment.dataset),
        smoothing=session.view.smoothing,
        name=names[run.number],
        others=tuple(Beside(names[other.number], other.history, other.number - 1) for other in beside),
        story=_story(session, run),
        kept=() if run.state == "running" else run.kept,
        changes=messages.changes(run.experiment, run.epoch),
        viewed=None if run.viewed == run.epoch else run.viewed,
    )


def _story(session: Session, run: JobStatus) -> Story:
    """Return what is marked on the curves: the turns of a run that stands still, nothing of one that goes on."""
    if run.state == "running":
        return Story()
    key = ("story", run.key(run.epoch), run.number)
    return session.view.memo(key, lambda: story(run.history, run.experiment.dataset.bounds))


def view_before(session: Session, data: Dataset) -> View:
    """Return what can be drawn before there is a run: the baselines."""
    fitted = session.workspace.baseline(data)
    return View(
        log=session.view.log_axis,
        bag_of_words=fitted.accuracy("train") if fitted else None,
        majority=(guessed := majority(data)).train,
        chance=guessed.loss,
    )


def look_at(job: Job, place: object) -> None:
    """Go back to the kept epoch that is nearest to a place on the curve, as a browser tells of it."""
    if isinstance(place, (int, float)) and math.isfinite(place) and not job.running:
        run = job.status()
        within = min(max(place, 0.0), float(run.epoch))
        job.look_at(min(run.kept, key=lambda epoch: abs(epoch - within)))


def rewind(runs: Runs, job: Job) -> None:
    """Let the visitor go back to a kept epoch, which all pages then show, and continue from there as a new run."""
    run = job.status()
    if job.running:
        st.caption(gettext("Pause the run to look at an earlier epoch."))
        return
    if len(run.kept) < 2:
        return
    if said := messages.room_taken(job.forgetful):
        st.caption(said)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        key = f"rewind-{job.number}-{run.epoch}"
        sessions.put(key, run.viewed)  # a click on the curve moves it too
        st.select_slider(
            gettext("Look at epoch"),
            run.kept,
            key=key,
            format_func=number,
            on_change=_slid,
            args=(job, key),
            help=gettext(
                "The checkpoints of this run, the dots on the curves. Click a dot to go there. Predictions and Gradients then show the "
                "network of that epoch."
            ),
        )
        going_on = run.viewed < run.epoch or run.state in ENDED - {"done"}
        if going_on and st.button(gettext("Continue from here as a new run"), icon=":material/fork_right:"):
            runs.go_on(run)
            st.rerun()


def _slid(job: Job, key: str) -> None:
    look_at(job, sessions.widget(key))


def table(session: Session) -> None:
    """Show every run, what differs between them, and what can be done with one."""
    runs = session.runs
    _ticks(runs)
    names = [messages.run_name(job.name) for job in runs.jobs]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        at = st.selectbox(
            gettext("Run"),
            range(len(names)),
            runs.chosen,
            key=f"runs-{runs.chosen}-{names}",  # a browser shows the name that it was given first
            format_func=lambda i: names[i] if i < len(names) else "",
            width=260,
        )
        job = runs.jobs[at]
        if job is not runs.job and st.button(gettext("Show this run"), icon=":material/visibility:"):
            runs.choose(job)
            st.rerun()
        with st.popover(gettext("Rename"), icon=":material/edit:"):
            key = f"rename-{job.number}-{job.name}"
            name = st.text_input(
                gettext("Name"), names[at], key=key, max_chars=MOST_NAME, on_change=_rename, args=(runs, job, key)
            )
            if name != names[at]:
                st.caption(gettext("Another run has this name, or it is empty."))
        st.download_button(
            gettext("Epochs as CSV"),
            data=lambda: job.status().run.to_csv().encode(),
            file_name=_file_name(job.name),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        if len(names) > 1:
            # The keys have the run's number, so that a second press never deletes another one.
            with st.popover(gettext("Delete"), icon=":material/delete:", key=f"deleting-{job.number}"):
                st.caption(gettext("Its curves and checkpoints are deleted too."))
                if st.button(gettext("Delete this run"), key=f"delete-{job.number}"):
                    runs.delete(job)
                    st.rerun()
    if runs.server.limits.runs <= len(names):
        st.caption(gettext("The list of runs is full. A new run replaces the oldest."))


def settings(job: Job) -> None:
    """Show every setting of a run beside the guide's."""
    st.dataframe(
        experiment_messages.settings_table(job.experiment, presets.guide_corrected()),
        hide_index=True,
        height="content",
        column_config=dict(experiment_messages.heads()),
        alt=gettext("The settings of this run beside those of the guide"),
    )


def _rename(runs: Runs, job: Job, key: str) -> None:
    """Before anything else is done that came at the same moment, such as the start of another run."""
    name = str(sessions.widget(key))
    if name != messages.run_name(job.name):
        runs.rename(job, name)


def _ticks(runs: Runs) -> None:
    """Show the runs, those ticked that are drawn beside the shown one."""
    numbers = [job.number for job in runs.jobs]
    rows = messages.runs_table([job.status() for job in runs.jobs])
    heads = {column: head for column, head in messages.heads().items() if column in rows[0]}
    if len(numbers) == 1:
        st.dataframe(rows, hide_index=True, column_config=heads, alt=gettext("The run and its result"))
        return
    st.caption(gettext("Select runs to add their training curves to the charts."))
    event = st.dataframe(
        rows,
        hide_index=True,
        key=f"runs-table-{runs.chosen}-{numbers}",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [numbers.index(number) for number in runs.overlaid if number in numbers]}},
        column_config=heads,
        alt=gettext("The runs, their different settings and their results"),
    )
    ticked = tuple(numbers[row] for row in sorted(event.selection.rows) if row < len(numbers))[:MOST_BESIDE]
    if ticked != tuple(sorted(runs.overlaid)):
        runs.overlaid = ticked
        st.rerun()


def _file_name(run: str) -> str:
    """Return a run's name in letters that every file system takes."""
    return (re.sub(r"[^a-z0-9]+", "-", run.lower()).strip("-") or "run") + ".csv"
