"""Comparisons: one press trains the same experiment from the same seeds with one setting changed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core import Experiment, Limits, RnnCoreError
from rnn_core.engine.kernel import current_path
from rnn_core.sweeps.comparisons import Comparison, comparisons, edge
from rnn_core.training.run import check_limits
from ui.figures import comparison as figures
from ui.figures.sketches import SKETCHES
from ui.frame import charts, shell
from ui.frame.folded import folded
from ui.frame.living import living
from ui.frame.tabs import turn
from ui.language import gettext, paragraph
from ui.messages import comparison as messages
from ui.messages import errors
from ui.messages import experiment as experiment_messages
from ui.messages.formatting import joined
from ui.server.comparisons import ABREAST, FAN, SweepRuns
from ui.server.job_status import ENDED
from ui.session.page_view import PageView
from ui.session.session import Session

TABS, NAME = "laboratory", "compare"
"""The page's tabs, and this one of them."""


def part(session: Session) -> None:
    """Let the visitor choose what to compare, and show the sides in one picture."""
    experiment, refusal = session.workspace.ready()
    shell.refuse(refusal)
    if experiment is not None:
        run = session.runs.shown
        if run is not None and run.experiment != experiment:
            described = joined(experiment_messages.describe(experiment))
            st.markdown(gettext("Comparisons use the experiment as it is set now: {settings}.", settings=described))
        _choose(session, experiment)
    made = session.runs.comparison
    if made is not None:
        _panel(session, made)
        if not made.running and (needless := messages.not_needed(made)):
            st.markdown(needless)
            offer(session)
    elif experiment is not None:
        st.markdown(messages.intent())
        _sketches(session, _offered(experiment, FAN))


def offer(session: Session) -> None:
    """Offer the comparison that shows what clipping guards against; one press trains it and turns to this tab."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(messages.edge_offer(), width="stretch")
        start_button(session, edge(FAN), gettext("See what clipping guards against"))


def start_button(session: Session, comparison: Comparison, label: str) -> None:
    """Draw a button that trains a comparison and turns to this tab. It stands outside of living parts, whose tabs it could not turn."""

    def start() -> None:
        session.runs.compare(comparison)
        turn(session.view, TABS, NAME)

    problem = _refusal(session.limits, comparison)
    st.button(label, key=f"start-{comparison.id}", icon=":material/compare_arrows:", on_click=start, disabled=problem is not None)


def _offered(experiment: Experiment, seeds: int) -> tuple[Comparison, ...]:
    """Return the comparison on the edge, then all that apply to the experiment."""
    return (edge(seeds), *comparisons(experiment, seeds))


def _choose(session: Session, experiment: Experiment) -> None:
    titles = {comparison.id: messages.title(comparison) for comparison in _offered(experiment, 1)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            gettext("One change"),
            tuple(titles),
            key="comparison-field",
            format_func=lambda name: titles.get(name, ""),
            width=340,
            help=gettext(
                "Everything else stays as it is set: sentences, seeds and the order of the sentences. The list has only what applies: "
                "without clipping there is no threshold to compare. “On the edge” uses the guide's sentences and its own settings."
            ),
        )
        count = st.segmented_control(gettext("Seeds"), (1, FAN), default=FAN, key="comparison-count", required=True) or FAN
        comparison = next(one for one in _offered(experiment, count) if one.id == chosen)
        problem = _refusal(session.limits, comparison)
        made = session.runs.comparison
        going = made is not None and made.running
        label = gettext("Train these instead") if going else gettext("Train them")
        if st.button(label, icon=":material/compare_arrows:", type="primary", disabled=problem is not None):
            session.runs.compare(comparison)
            st.rerun()
        if going and made is not None and st.button(gettext("Cancel"), icon=":material/stop:"):
            made.stop()
            st.rerun()
    if problem is not None:
        st.error(paragraph([gettext("This comparison cannot be trained."), errors.error(problem)]), icon=":material/block:")
    else:
        seconds = _seconds(session, comparison)
        st.caption(messages.limits(comparison, seconds, ABREAST, session.limits, session.server.slots.stretch))


def _refusal(limits: Limits, comparison: Comparison) -> RnnCoreError | None:
    """Return why a comparison exceeds this machine's limits, or None."""
    for experiment in comparison.experiments:
        try:
            check_limits(experiment, limits)
        except RnnCoreError as problem:
            return problem
    return None


def _seconds(session: Session, comparison: Comparison) -> float:
    """About how long each run trains alone, all added up."""
    seconds = [
        session.view.memo(("seconds", one.fingerprint, current_path()), partial(session.runs.estimate, one))
        for one in comparison.experiments
    ]
    return comparison.sweep.seeds * sum(seconds)


def _panel(session: Session, made: SweepRuns) -> None:
    """Draw the sides in one picture, live while they train."""

    def draw() -> None:
        running = made.running
        st.header(messages.title(made.comparison), anchor=False)
        if running:
            st.progress(made.progress, text=messages.progress(made.ended, made.trainings))
        else:
            st.markdown(messages.outcome(made))
        _sides(session.view, made, running)
        st.caption(messages.legend(made.count, made.bounds))

    living(session, draw, lambda: made.running, every=3)


def _sides(view: PageView, made: SweepRuns, running: bool) -> None:
    colors, bounds, comparison = shell.colors(), made.bounds, made.comparison
    sides, row = [], st.columns(len(comparison.experiments), gap="small")
    for i, column in enumerate(row):
        fan, tally = made.runs(i), made.tally(i)
        runs = [(run.history, run.state in ENDED) for run in fan if not run.waiting]
        sides.append(figures.Side(messages.side_name(comparison, i), runs))
        column.metric(
            sides[-1].name,
            messages.side_count(tally, len(fan)),
            delta=messages.side_accuracy(tally, len(fan)),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
    epochs = max(one.training.epochs for one in comparison.experiments)
    figure = figures.accuracy(sides, epochs, bounds, colors)
    charts.show(view, figure, key="compared-accuracy", alt=gettext("Train accuracy of each side by epoch"), living=running)

    def losses() -> None:
        figure = figures.loss(sides, epochs, bounds, colors)
        charts.show(view, figure, key="compared-loss", alt=gettext("Train loss of each side by epoch"), living=running)

    folded(gettext("Loss"), "compared-loss-open", losses)


def _sketches(session: Session, offered: tuple[Comparison, ...]) -> None:
    """Show small pictures of what the comparisons look like, each with a button that trains it."""
    row = st.grid(3, min_column_width=260)
    for comparison in offered:
        names = [messages.side_name(comparison, i) for i in range(len(comparison.experiments))]
        with row.container(border=True):
            st.markdown(f"**{messages.title(comparison)}**")
            alt = gettext("Median train accuracy by epoch on the guide's sentences: {sides}", sides=joined(names))
            figure = figures.sketch(names, SKETCHES[comparison.id], shell.colors())
            charts.show(session.view, figure, key=f"sketch-{comparison.id}", alt=alt)
            start_button(session, comparison, gettext("Train"))
