"""What came out of a sweep: what holds for its runs, the picture, the tables, and one run to look at."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import pandas as pd
import streamlit as st

from rnn_core import DatasetError
from rnn_core.sweeps.result import Result
from rnn_core.sweeps.summary import Figure, PointSummary, arranged, conclusions, summaries
from rnn_core.sweeps.sweep import Sweep, Trial
from rnn_core.sweeps.table import Results
from ui.figures import sweeps as figures
from ui.frame import charts, shell
from ui.language import gettext
from ui.messages import errors
from ui.messages import sweeps as messages
from ui.messages.formatting import setting as worded
from ui.session import session as sessions
from ui.session.session import Session
from ui.sweeps import files

TABLE = "sweep-runs"
"""Key of the table of runs."""


def part(session: Session, results: Results, *, living: bool, sweep: Sweep | None = None) -> None:
    """Draw the results. sweep: what they are of, if that is known: then one of its runs can be trained again."""
    if not results.rows:
        return
    results = results.latest()
    planned = sweep.points if living and sweep is not None else ()  # the picture has all its places from the start
    points = session.view.memo(("sweep-points", living, *_state(results)), lambda: summaries(results, planned))
    above = st.container()
    figure = _picture(session, results, points, living, sweep)
    if living:
        return
    found = session.view.memo(("sweep-conclusions", *_state(results)), lambda: conclusions(results))
    above.markdown(f"**{messages.finding(found, points, figure)}**")
    if said := messages.left_out(points, figure):
        st.caption(said)
    if len(found) > 1:
        st.markdown("\n".join(f"- {messages.conclusion(one)}" for one in found))
    elif figure != "late_accuracy":
        st.markdown(messages.conclusion(found[0]))
    st.caption(messages.reading())
    _tables(session, results, points, figure, sweep)
    files.export(results, sweep)


def _state(results: Results) -> tuple[object, ...]:
    """Return what tells the results of one moment from those of another."""
    return len(results.rows), results.rows[0].fingerprint, results.rows[-1].fingerprint, results.settings


def _picture(session: Session, results: Results, points: tuple[PointSummary, ...], living: bool, sweep: Sweep | None) -> Figure:
    """Draw the picture that the number of settings asks for, and return the figure of a run that it shows."""
    arrangement, colors = arranged(points, results.settings), shell.colors()
    axis = messages.head(arrangement.along)

    def named(name: str, value: Any) -> str:
        return worded(value) if isinstance(value, (bool, str)) else "–" if value is None else f"{value:g}"

    pick = None if sweep is None else partial(_pick, session, sweep)
    options = cast("list[Figure]", list(messages.FIGURES))
    figure = session.sweeps.figure
    if not living:
        figure = st.selectbox(
            gettext("Result to show"),
            options,
            index=options.index(figure),
            key=f"sweep-figure-{session.sweeps.started}",
            format_func=lambda name: messages.FIGURES[name],
            width=420,
        )
    title = messages.FIGURES[figure]
    if 1 < len(arrangement.groups) <= figures.MOST_ROWS:
        counted = figure == "late_accuracy"
        drawn = figures.grid(
            *(points, arrangement, axis, named, messages.settings, colors),
            None if counted else figure,
            partial(messages.measured, figure),
        )
        alt = gettext("Runs that learned, by setting") if counted else gettext("Median by setting: {figure}", figure=title)
        charts.show(session.view, drawn, key="sweep-map", alt=alt, living=living, pick=pick, by="customdata")
        if pick is not None and not living:
            st.caption(messages.clicking_cells())
        return figure
    if len(arrangement.groups) == 1:
        drawn = figures.runs(points, arrangement.along, figure, title, axis, named, colors, figure in messages.SHARES)
        alt = gettext("Every run by {setting}: {figure}", setting=axis, figure=title)
        charts.show(session.view, drawn, key="sweep-runs-chart", alt=alt, living=living, pick=pick, by="customdata")
        if pick is not None and not living:
            st.caption(messages.clicking())
    else:
        heads = {name: messages.head(name) for name in results.settings}
        drawn = figures.parallel(points, figure, title, heads, named, colors, figure in messages.SHARES)
        charts.show(session.view, drawn, key="sweep-parallel", alt=gettext("Every run as a line"), living=living)
    return figure


def _pick(session: Session, sweep: Sweep, number: object) -> None:
    """Take over the experiment of the run with this number and train it."""
    trial = next((trial for trial in sweep.trials() if trial.number == number), None)
    if trial is not None:
        _train(session, sweep, trial)


def _train(session: Session, sweep: Sweep, trial: Trial) -> None:
    try:
        experiment = trial.experiment(sweep.base)
    except DatasetError as problem:
        session.view.notice = partial(errors.error, problem)
        return
    session.accept(experiment)
    shell.train(session, experiment)
    session.view.notice = session.view.notice or partial(messages.loaded, trial.settings, trial.seed)
    session.sweeps.followed = True


def _tables(session: Session, results: Results, points: tuple[PointSummary, ...], figure: Figure, sweep: Sweep | None) -> None:
    """Draw the counts of each point and a line for each run, which can be chosen."""
    with st.expander(gettext("Table of the combinations")):
        table = pd.DataFrame([_of_point(point, results.settings) for point in points])
        st.dataframe(table, hide_index=True, column_config=_heads(table), alt=gettext("Table of the combinations"))
    with st.expander(gettext("Table of the runs")):
        table = pd.DataFrame([_of_run(run, results.settings) for run in results.rows])
        st.dataframe(
            table,
            hide_index=True,
            column_config=_heads(table),
            key=TABLE,
            on_select="rerun",
            selection_mode="single-row",
            alt=gettext("Table of the runs"),
        )
        rows = (sessions.widget(TABLE) or {}).get("selection", {}).get("rows", [])
        run = results.rows[rows[0]] if rows and rows[0] < len(results.rows) else None
        if sweep is None:
            st.caption(gettext("A table from a file has no sentences, so its runs cannot be trained here."))
        elif run is None:
            st.caption(gettext("Choose a row to train that run again and look into it."))
        else:
            _offer(session, sweep, run)


def _offer(session: Session, sweep: Sweep, run: Result) -> None:
    st.markdown(messages.chosen(run))
    st.button(
        gettext("Load this experiment and train it"),
        key="sweep-load",
        icon=":material/play_arrow:",
        on_click=partial(_pick, session, sweep, run.number),
    )


def _of_point(point: PointSummary, settings: tuple[str, ...]) -> dict[str, Any]:
    counts = {"runs": len(point.runs), "learned": point.learned, "diverged": point.diverged, "failed": point.failed}
    shown: tuple[Figure, ...] = ("first_perfect", "late_accuracy", "test_accuracy")
    medians = {name: band.median if (band := point.band(name)) is not None else None for name in shown}
    return {name: messages.cell(point.settings.get(name)) for name in settings} | counts | medians


def _of_run(run: Result, settings: tuple[str, ...]) -> dict[str, Any]:
    row = {name: messages.cell(run.settings.get(name)) for name in settings}
    row |= {"seed": run.seed, "status": messages.STATUSES[run.status], "learned": run.learned}
    return row | {
        name: getattr(run, name) for name in ("first_perfect", "late_accuracy", "test_accuracy", "train_loss", "largest_norm")
    }


def _heads(table: pd.DataFrame) -> dict[str, Any]:
    """Return how the columns of a table are headed and written."""
    found: dict[str, Any] = {}
    for name in table.columns:
        form = "percent" if name in messages.SHARES else "%.3g" if name in ("train_loss", "largest_norm") else None
        number = st.column_config.NumberColumn(messages.head(name), format=form)
        found[name] = number if form else messages.head(name)
    return found
