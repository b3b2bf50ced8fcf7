"""The training room's living part: drawn anew while a run goes on, still when it does not."""

from __future__ import annotations

import streamlit as st

from ui import messages, shell
from ui.figures import curves
from ui.figures.palette import CONFIG
from ui.jobs import Job, Snapshot
from ui.session import Session

REDRAW_SECONDS = 0.5


def panel(session: Session, job: Job) -> None:
    """Metrics, curves and the log of a run, redrawn twice a second while it runs."""

    @st.fragment(run_every=REDRAW_SECONDS if job.running else None)
    @shell.kindly
    def draw() -> None:
        running = job.running  # asked before the snapshot: a run that ends in between is drawn once more, complete
        session.presence.seen()
        run = job.snapshot()
        _metrics(run)
        if note := messages.ending(run):
            kind, text = note
            (st.error if kind == "error" else st.warning)(text)
        _curves(run)
        _details(run)
        if session.panel_was_running and not running:
            session.panel_was_running = False
            st.rerun()
        session.panel_was_running = running

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
    if run.state == "running" and run.seconds_left is not None:
        return f"{messages.standing(run).capitalize()}, {messages.duration(run.seconds_left)} left"
    return messages.standing(run).capitalize()


def _details(run: Snapshot) -> None:
    log, settings = st.tabs(["Log", "Settings of this run"])
    with log:
        st.caption("As the guide prints it, every 100 epochs and at the last; of a long run, the latest dozen.")
        st.code(messages.log(run.history), language=None)
    with settings:
        st.dataframe(messages.settings_table(run.experiment), hide_index=True, width="content", alt="Settings of this run")


def _curves(run: Snapshot) -> None:
    colours, epochs = shell.colours(), run.experiment.training.epochs
    left, right = st.columns(2)
    with left:
        st.header("Loss", anchor=False)
        figure = curves.loss(run.history, epochs, colours)
        st.plotly_chart(figure, key="loss", config=CONFIG, alt="Train and test loss by epoch")
    with right:
        st.header("Accuracy", anchor=False)
        figure = curves.accuracy(run.history, epochs, colours)
        st.plotly_chart(figure, key="accuracy", config=CONFIG, alt="Train and test accuracy by epoch")
