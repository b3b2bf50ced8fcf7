"""The Training page's living part: redrawn while a run goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from rnn_core import Experiment, History
from rnn_core.training import replay
from rnn_core.training.advice import advice
from rnn_core.training.findings import Finding
from rnn_core.training.history import Columns
from ui.figures import curves
from ui.frame import charts, preparation, shell
from ui.frame.living import living
from ui.language import Texts, gettext, mark, ngettext, number, percent
from ui.messages import experiment as experiment_messages
from ui.messages import findings as messages
from ui.messages import formatting
from ui.messages import runs as runs_messages
from ui.messages.runs import NOTHING
from ui.messages.update import loss
from ui.server.job_status import ENDED, JobStatus
from ui.server.jobs import Job
from ui.session import session as sessions
from ui.session.page_view import PageView
from ui.session.session import Session
from ui.training import runs

WORTH_SECONDS = 10.0
"""With more than this left, a plain run may be started again, compiled."""
WATCHED_EVERY = 0.4
"""How often a run that is watched is drawn, in units of the visitor's polling interval."""
LONG_SECONDS = 30.0
"""For runs at least this long the curves' frame grows with them."""

HELP = Texts(
    {
        "loss": mark(
            "Mean cross-entropy per sentence, in nats. Train: each sentence just before its update. Test: after the epoch. Dotted line: "
            "chance, the loss when all labels are equally likely. After the run, the chart marks the plateau at chance and the drop, the "
            "fewest epochs in which the loss falls by half of chance."
        ),
        "accuracy": mark(
            "The share of correct predictions. Dotted lines need no word order: the majority class, and a bag of words (naive Bayes on "
            "word counts). A triangle marks where training accuracy fell below 98% after 100%."
        ),
    }
)


def panel(session: Session, job: Job, alive: bool) -> None:
    """Draw metrics, curves and what they say, again and again while the run goes on. alive: whether it ran above on the page."""
    viewed = job.viewed

    def draw() -> None:
        if job.viewed != viewed:  # a click on the curve: the page around says so too
            st.rerun()
        run = job.status()
        job.viewer.drew(run.epoch)
        _metrics(run)
        if note := runs_messages.ending(run):
            kind, text = note
            (st.error if kind == "error" else st.warning)(text)
        if not job.running:
            _findings(session, run)
        picture = st.container()
        runs.view(session)
        with picture:
            pick = None if job.running else partial(runs.look_at, job)
            _curves(
                session.view, run.history, _end(job, run), runs.view_of(session, run), living=run.state == "running", pick=pick
            )
        if (said := runs_messages.plain_path(run)) and preparation.compiles():
            _plain(session, job, run, said)
        if job.running:  # below the controls, since they come and go
            for found in messages.found_in(run):
                st.info(messages.finding(found, run.experiment), icon=":material/lightbulb:")

    living(session, draw, lambda: job.running, every=WATCHED_EVERY if job.pace == "watched" else 1.0, alive=alive, sets_pace=True)


def _plain(session: Session, job: Job, run: JobStatus, said: str) -> None:
    """Say that the run takes the slow path, and offer the fast one once it is ready and saves some time."""
    st.caption(said)
    fast = sessions.server().path(run.experiment.model.cell) == "compiled"
    worth = fast and job.running and (run.seconds_left or 0.0) > WORTH_SECONDS
    if worth and st.button(gettext("Restart with compiled code"), icon=":material/bolt:", key=f"compiled-{job.number}"):
        shell.train(session, run.experiment)
        st.rerun()


def blank(session: Session, experiment: Experiment) -> None:
    """Draw the empty charts of a run before its start, with the baselines."""
    _curves(
        session.view, History((), Columns.empty(0, 0)), experiment.training.epochs, runs.view_before(session, experiment.dataset)
    )


def log(session: Session, job: Job) -> None:
    """Show the guide's log as it grows."""

    def draw() -> None:
        st.caption(gettext("The log as the guide prints it: every 100 epochs, at most the latest 12 entries."))
        st.code(experiment_messages.log(job.status().history), language=None)

    living(session, draw, lambda: job.running, every=2)


def _findings(session: Session, run: JobStatus) -> None:
    """Say what the curves of a run at rest show: one finding and what to do next, the others on request."""
    found = messages.found_in(run)
    if not found:
        return
    st.info(_said(session.view, run, found[0]), icon=":material/lightbulb:")
    with st.container(horizontal=True, vertical_alignment="center"):
        for change in {change: None for one in found if (change := advice(one, run.experiment))}:
            if st.button(
                messages.act(change, run.experiment), icon=":material/experiment:", key=f"advice-{change.field}-{run.number}"
            ):
                shell.train(session, change.applied(run.experiment))
                session.runs.overlaid = (run.number,)
                st.rerun()
        if {"spikes", "falls", "lost"} & {one.id for one in found}:
            shell.link(shell.GRADIENTS, gettext("See its gradients"), ":material/ssid_chart:")
        if found[1:]:
            with st.popover(ngettext("{count} more", "{count} more", len(found) - 1), icon=":material/lightbulb:"):
                for one in found[1:]:
                    st.info(_said(session.view, run, one), icon=":material/lightbulb:")


def _said(page: PageView, run: JobStatus, found: Finding) -> str:
    """A finding in words, with the update behind a spike."""
    cause = page.memo((run.key(run.epoch), "cause", found.id), partial(replay.cause, run.run, found))
    return messages.finding(found, run.experiment, cause)


def _metrics(run: JobStatus) -> None:
    """The figures of the epoch that is looked at."""
    last = run.history[run.viewed - 1] if run.viewed else None
    row = st.grid(6, min_column_width=120)
    row.metric(gettext("Epoch"), number(run.viewed), border=True)
    row.metric(gettext("Train accuracy"), _share(last.train.accuracy if last else None), border=True)
    row.metric(gettext("Test accuracy"), _share(last.test.accuracy if last else None), border=True)
    row.metric(gettext("Train loss"), _loss(last.train.loss if last else None), border=True)
    row.metric(gettext("Test loss"), _loss(last.test.loss if last else None), border=True)
    if run.state == "running":
        speed = number(run.epochs_per_second) if run.epochs_per_second else NOTHING
        row.metric(gettext("Epochs/s"), speed, border=True)
    else:
        time = f"{run.seconds:.1f} s" if run.seconds < 1 else formatting.duration(run.seconds)  # the card of a phone is narrow
        row.metric(gettext("Training time"), time, border=True)
    if run.state in ENDED:
        st.caption(runs_messages.standing(run))
    else:
        st.progress(run.progress, text=_progress(run))


def _loss(value: float | None) -> str:
    return NOTHING if value is None else loss(value)


def _share(accuracy: float | None) -> str:
    return NOTHING if accuracy is None else percent(accuracy)


def _progress(run: JobStatus) -> str:
    if run.state == "running" and run.seconds_left is not None and run.wait < runs_messages.WAIT_SECONDS:
        standing, left = runs_messages.standing(run), formatting.duration(run.seconds_left)
        return gettext("{standing}, {time} left", standing=standing, time=left)
    return runs_messages.standing(run)


def _end(job: Job, run: JobStatus) -> int:
    """Where the curves' frame ends: at the run's last epoch, so that nothing jumps; sooner where there would be little to see.

    That is a run that is over or held, and one that will take long.
    """
    epochs = run.experiment.training.epochs
    whole = epochs / job.pace if isinstance(job.pace, float) else run.seconds / run.progress if run.epoch else 0.0
    return epochs if run.state == "running" and whole <= LONG_SECONDS else curves.so_far(run.epoch, epochs)


def _curves(
    page: PageView,
    history: History,
    end: int,
    view: curves.View,
    *,
    living: bool = False,
    pick: Callable[[object], None] | None = None,
) -> None:
    """Draw both curves over the same epochs, one under the other."""
    colors = shell.colors()
    charts_of = {
        "loss": (gettext("Loss"), gettext("Train and test loss by epoch"), curves.loss),
        "accuracy": (gettext("Accuracy"), gettext("Train and test accuracy by epoch"), curves.accuracy),
    }
    for name, (title, alt, draw) in charts_of.items():
        st.header(title, anchor=False, help=HELP[name])
        charts.show(page, draw(history, end, colors, view), key=name, alt=alt, living=living, pick=pick)
