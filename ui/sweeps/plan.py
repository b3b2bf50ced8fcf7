"""What is swept: a ready-made question or axes of one's own, counted before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from rnn_core import ConfigError, Experiment, LimitError, Limits, RnnCoreError
from rnn_core.domains import Choice, Switch, Whole
from rnn_core.engine.kernel import current_path
from rnn_core.sweeps.axes import SETTINGS, Axis
from rnn_core.sweeps.offers import READY_MADE, offered
from rnn_core.sweeps.summary import Figure
from rnn_core.sweeps.sweep import MOST_AXES, MOST_SEEDS, Sweep
from ui.frame import shell
from ui.language import gettext, paragraph
from ui.messages import errors, sweep_progress
from ui.messages import sweeps as messages
from ui.messages.formatting import setting as worded
from ui.messages.names import FIELDS
from ui.server.sweeps import ABREAST
from ui.session import session as sessions
from ui.session.session import Session

QUESTION, OWN, GIVEN = "sweep-question", "own", "given"
"""The key of the choice, and two that can be chosen beside the ready-made sweeps."""
SHOWS: Mapping[str, Figure] = {
    "scale_and_plateau": "plateau",
    "cells_and_memory": "test_accuracy",
    "printed_and_exact": "first_perfect",
    "sentences_needed": "test_accuracy",
}
"""Ready-made sweep -> the figure that answers its question."""
SAMPLED = 6
"""Points whose time is measured for the estimate."""


def part(session: Session, experiment: Experiment | None) -> None:
    """Let the visitor choose a sweep; say how many runs it has and how long it takes; train it on a press."""
    top = st.container()
    if session.sweeps.shown is None:
        st.markdown(messages.intent())
    given = session.sweeps.given
    if session.sweeps.just_given:
        session.sweeps.just_given = False
        sessions.put(QUESTION, GIVEN)
    questions = [*([OWN] if experiment is not None else []), *READY_MADE, *([GIVEN] if given is not None else [])]
    chosen = st.selectbox(
        gettext("What to find out"),
        questions,
        key=QUESTION,
        format_func=lambda name: messages.QUESTIONS[name],
    )
    ready = None if chosen == OWN else _ready(session, chosen)
    if (base := experiment if ready is None else ready.base) is not None:
        with top:
            shell.chip(base)
    try:
        sweep = _own(session, experiment) if ready is None else ready
        if sweep is None:
            return
        session.sweeps.check(sweep)
    except RnnCoreError as problem:
        st.error(paragraph([gettext("This sweep cannot be trained."), errors.error(problem)]), icon=":material/block:")
        return
    seconds = None if session.server.preparing else _seconds(session, sweep)
    abreast = ABREAST if session.server.cluster is None else None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            gettext("Train the sweep"),
            key="sweep-start",
            icon=":material/grid_on:",
            type="primary",
            on_click=partial(_start, session, sweep, SHOWS.get(chosen, "late_accuracy")),
        )
        st.caption(sweep_progress.plan(sweep, seconds, abreast, session.server.slots.stretch), width="stretch")
    if session.limits != Limits.local():
        st.caption(sweep_progress.budget(session.sweeps.runs_used, session.sweeps.seconds_used, session.limits))
    left = session.limits.sweep_seconds - session.sweeps.seconds_used
    if seconds is not None and (warning := sweep_progress.too_long(seconds, left)):
        st.warning(warning, icon=":material/timer:")


def _start(session: Session, sweep: Sweep, figure: Figure) -> None:
    """Train a sweep and show this figure of it, or say at the top of the page why it cannot be trained now."""
    try:
        session.sweeps.start(sweep, figure)
    except LimitError as problem:
        session.view.notice = partial(errors.error, problem)


def _ready(session: Session, chosen: str) -> Sweep | None:
    """Return the ready-made sweep of this name, or the one from a file."""
    made = READY_MADE.get(chosen)
    return session.sweeps.given if made is None else session.view.memo(("sweep-question", chosen), made)


def _own(session: Session, experiment: Experiment | None) -> Sweep | None:
    """Return the sweep of the axes that the visitor enters; None where something is missing."""
    if experiment is None:
        return None
    offers = offered(experiment, session.limits)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = st.multiselect(
            gettext("Settings to vary"),
            list(offers),
            default=["learning_rate"],
            max_selections=MOST_AXES,
            key="sweep-settings",
            format_func=lambda name: FIELDS[name],
            help=gettext("Up to four. Everything else stays as it is set on the Hyperparameters page."),
            width="stretch",
        )
        seeds = st.number_input(
            gettext("Seeds"),
            1,
            MOST_SEEDS,
            5,
            key="sweep-seeds",
            width=160,
            help=gettext("How many times each combination is trained: from the seed that is set and from those after it."),
        )
    axes = []
    for name, column in zip(names, st.columns(len(names)) if names else [], strict=True):
        with column:
            if values := _values(name, offers[name]):
                axes.append(Axis.of(name, values))
    if not axes or len(axes) < len(names):
        st.info(gettext("Choose at least one setting, and values for each."))
        return None
    return Sweep(base=experiment, axes=tuple(axes), seeds=int(seeds))


def _values(name: str, offers: tuple[Any, ...]) -> list[Any]:
    """Let the visitor choose or write the values of one setting. Raises ConfigError for one that it cannot have."""
    domain, label = SETTINGS[name], FIELDS[name]
    if isinstance(domain, (Choice, Switch)):
        options = [False, True] if isinstance(domain, Switch) else list(domain.options)
        chosen: list[Any] = st.multiselect(label, options, default=list(offers), key=f"sweep-{name}", format_func=worded)
        return chosen
    written = st.text_input(
        label,
        value=", ".join(f"{value:g}" for value in offers),
        key=f"sweep-{name}",
        help=gettext("Numbers with commas between them."),
    )
    try:
        numbers = [float(text) for text in written.replace("，", ",").split(",") if text.strip()]
    except ValueError:
        raise ConfigError(name, written, domain) from None
    return [int(x) if isinstance(domain, Whole) and x.is_integer() else x for x in dict.fromkeys(numbers)]


def _seconds(session: Session, sweep: Sweep) -> float:
    """Return about how long all runs take one after another, from a few points spread over the sweep."""
    stride = max(1, len(sweep.points) // SAMPLED)
    sampled = sweep.points[::stride][:SAMPLED]

    def measure() -> float:
        tried = [trial.experiment(sweep.base) for trial in _first_trials(sweep, sampled)]
        return sum(session.runs.estimate(one) for one in tried) / len(tried)

    key = ("sweep-seconds", sweep.base.fingerprint, repr(sampled), current_path())
    return len(sweep) * session.view.memo(key, measure)


def _first_trials(sweep: Sweep, points: tuple[Any, ...]) -> list[Any]:
    """Return the trials of some points from the first seed."""
    found = []
    for trial in sweep.trials():
        if trial.number >= len(sweep.points):
            break
        if trial.settings in points:
            found.append(trial)
    return found
