"""Comparisons: one press trains the same experiment from the same seeds with one setting changed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core import Experiment, Limits, RnnCoreError
from rnn_core.engine.kernel import current_path
from rnn_core.training.run import check_limits
from rnn_core.training.twins import Twins, twins
from ui.figures import comparison as figures
from ui.frame import charts, shell
from ui.frame.living import living
from ui.messages import comparison as messages
from ui.messages import errors
from ui.messages import experiment as experiment_messages
from ui.server.comparisons import ABREAST, FAN, TwinRuns
from ui.server.job_status import ENDED
from ui.session.page_view import PageView
from ui.session.session import Session


def part(session: Session) -> None:
    """Let the visitor choose what to compare, and show the sides next to each other."""
    experiment, refusal = session.workspace.ready()
    shell.refuse(refusal)
    if experiment is not None:
        run = session.runs.shown
        if run is not None and run.experiment != experiment:
            st.markdown(f"Twins are made of the experiment as it is set now: {experiment_messages.describe(experiment)}")
        _choose(session, experiment)
    if session.runs.twins is not None:
        _panel(session, session.runs.twins)
    elif experiment is not None:
        st.markdown(messages.twins_intent())


def _choose(session: Session, experiment: Experiment) -> None:
    offered = {pair.field: pair for pair in twins(experiment)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        field = st.selectbox(
            "One change",
            tuple(offered),
            key="twins-field",
            format_func=lambda name: messages.twins_title(offered[name]) if name in offered else "",
            width=340,
            help="All else stays as it is set: the sentences, the seeds, the order in which they are read. Only what applies is offered: "
            "without clipping, say, there is no threshold to compare.",
        )
        count = st.segmented_control("Seeds", (1, FAN), default=FAN, key="twins-count", required=True) or FAN
        pair = offered[field]
        problem = _refusal(session.limits, pair)
        going = session.runs.twins is not None and session.runs.twins.running
        label = "Train them" if not going else "Train these instead"
        if st.button(label, icon=":material/compare_arrows:", type="primary", disabled=problem is not None):
            session.runs.compare(pair, count)
            st.rerun()
        if going and session.runs.twins is not None and st.button("Cancel", icon=":material/stop:"):
            session.runs.twins.stop()
            st.rerun()
    if problem is not None:
        st.error(f"This twin cannot be trained. {errors.error(problem)}", icon=":material/block:")
    else:
        st.caption(
            messages.twins_limits(
                pair, count, _seconds(session, pair, count), ABREAST, session.limits, session.server.slots.stretch
            )
        )


def _refusal(limits: Limits, pair: Twins) -> RnnCoreError | None:
    """Return why a comparison exceeds this machine's limits, or None."""
    for experiment in pair.experiments:
        try:
            check_limits(experiment, limits)
        except RnnCoreError as problem:
            return problem
    return None


def _seconds(session: Session, pair: Twins, count: int) -> float:
    """About how long each twin trains alone, all added up."""
    seconds = [
        session.view.memo(("seconds", one.fingerprint, current_path()), partial(session.runs.estimate, one))
        for one in pair.experiments
    ]
    return count * sum(seconds)


def _panel(session: Session, made: TwinRuns) -> None:
    """Draw the sides next to each other, live while they train."""

    def draw() -> None:
        running = made.running
        st.header(messages.twins_title(made.twins), anchor=False)
        if running:
            st.progress(made.progress, text=messages.twins_progress(made.ended, made.trainings))
        else:
            st.markdown(messages.twins_outcome(made))
        _side_by_side(session.view, made)
        st.caption(messages.twins_legend(made.count, made.bounds))

    living(session, draw, lambda: made.running, every=3)


def _side_by_side(view: PageView, made: TwinRuns) -> None:
    colors, bounds = shell.colors(), made.bounds
    fans = [made.runs(i) for i in range(len(made.twins.experiments))]
    limits = figures.loss_limits([run.history for fan in fans for run in fan])
    for i, (column, fan) in enumerate(zip(st.columns(len(fans), gap="medium"), fans, strict=True)):
        epochs = made.twins.experiments[i].training.epochs
        drawn = [(run.history, run.state in ENDED) for run in fan if not run.waiting]
        with column:
            tally = made.tally(i)
            st.metric(
                messages.twin_heading(made.twins, i),
                messages.twin_count(tally, len(fan)),
                delta=messages.twin_accuracy(tally, len(fan)),
                delta_color="off",
                delta_arrow="off",
                border=True,
            )
            figure = figures.accuracy(drawn, epochs, bounds, colors)
            charts.show(view, figure, key=f"twin-accuracy-{i}", alt="Train accuracy by epoch")
            figure = figures.loss(drawn, epochs, limits, bounds, colors)
            charts.show(view, figure, key=f"twin-loss-{i}", alt="Train loss by epoch")
