"""The training room's living part: drawn anew while a run goes on, still when it does not."""

from __future__ import annotations

import time

import streamlit as st

from ui import charts, messages, runs, shell
from ui.figures import curves
from ui.jobs import Job, Snapshot
from ui.session import Session, slots


def panel(session: Session, job: Job) -> None:
    """Metrics, curves and what they say, redrawn while it runs."""

    @st.fragment(run_every=session.polling.seconds if session.panel_was_running else None)
    @shell.kindly
    def draw() -> None:
        began = time.perf_counter()
        running = job.running  # asked before the snapshot: a run that ends in between is drawn once more, complete
        session.presence.seen()
        run = job.snapshot()
        _metrics(run)
        if note := messages.ending(run):
            kind, text = note
            (st.error if kind == "error" else st.warning)(text)
        _curves(session, run)
        for remark in messages.remarks(run):
            st.info(remark, icon=":material/lightbulb:")
        changed = session.panel_was_running and not running
        session.panel_was_running = running
        if changed or (running and session.polling.drawn(time.perf_counter() - began, slots().load)):
            st.rerun()

    draw()


def log(session: Session, job: Job) -> None:
    """The guide's log, as it grows."""

    @st.fragment(run_every=2 * session.polling.seconds if job.running else None)
    @shell.kindly
    def draw() -> None:
        st.caption("As the guide prints it, every 100 epochs and at the last; of a long run, the latest dozen.")
        st.code(messages.log(job.snapshot().history), language=None)

    draw()


def _metrics(run: Snapshot) -> None:
    last = run.history[-1] if run.epoch else None
    tested = last is not None and last.test.loss is not None
    row = st.grid(5, min_column_width=150)
    row.metric("Epoch", messages.number(run.epoch), border=True)
    row.metric("Train accuracy", f"{last.train.accuracy:.3f}" if last else "–", border=True)
    row.metric("Test accuracy", f"{last.test.accuracy:.3f}" if last and tested else "–", border=True)
    row.metric("Train loss", _loss(last.train.loss) if last else "–", border=True)
    if run.state == "running":
        speed = f"{messages.number(run.epochs_per_second)} / s" if run.epochs_per_second else "–"
        row.metric("Epochs a second", speed, border=True)
    else:
        row.metric("Time in training", messages.duration(run.seconds), border=True)
    st.progress(run.progress, text=_progress(run))


def _loss(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if value < 1000 else f"{value:.2e}"


def _progress(run: Snapshot) -> str:
    if run.state == "running" and shell.preparing():
        return "Preparing the engine; the run begins when it is ready."
    if run.state == "running" and run.seconds_left is not None and not run.place:
        return f"{messages.standing(run).capitalize()}, {messages.duration(run.seconds_left)} left"
    return messages.standing(run).capitalize()


def _curves(session: Session, run: Snapshot) -> None:
    colours, epochs = shell.colours(), run.experiment.training.epochs
    view = runs.view_of(session, run)
    left, right = st.columns(2)
    with left:
        st.header("Loss", anchor=False)
        figure = curves.loss(run.history, epochs, colours, view)
        charts.show(figure, key="loss", alt="Train and test loss by epoch")
    with right:
        st.header("Accuracy", anchor=False)
        figure = curves.accuracy(run.history, epochs, colours, view)
        charts.show(figure, key="accuracy", alt="Train and test accuracy by epoch")
