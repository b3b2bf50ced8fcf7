"""The walk on the page: the drawing, the place in a sentence, what is computed there, and all of it as a table."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core.walk import table
from rnn_core.walk.equations import Equation, backward_equations, forward_equations
from rnn_core.walk.places import Place
from rnn_core.walk.steps import Walk
from ui.figures import unrolled
from ui.frame import picture, shell
from ui.language import gettext
from ui.messages import step_by_step as messages
from ui.step_by_step import backward, change, forward, moving, own_code, panes, update
from ui.step_by_step.subject import Subject


def show(subject: Subject) -> None:
    """Draw the walk where it stands."""
    walk, view = subject.walk, subject.session.view
    if not walk.finite:
        st.warning(messages.too_large(), icon=":material/warning:")
        change.part(subject)
        return
    st.markdown(messages.verdict(walk))
    if subject.untouched is not None:
        st.markdown(messages.compared(walk, subject.untouched))
    at = moving.controls(view, subject.places)
    place = subject.places[at]
    alt = messages.described(walk, place, _equations(walk, place))
    drawn = unrolled.draw(walk, subject.places, at, shell.colors(), alt=alt)

    def pick(chosen: int) -> None:
        if 0 <= chosen < len(subject.places):
            moving.go(view, chosen)

    picture.show(drawn.svg, gettext("The unrolled network"), key="step-unrolled", lit=drawn.lit, pick=pick)
    if subject.untouched is not None and subject.untouched.finite:
        _untouched(subject.untouched, subject, at)
    said, unit_at = st.columns([5, 1], vertical_alignment="bottom")
    said.header(messages.place(walk, place), anchor=False)
    size = walk.model.config.hidden_size
    with unit_at:
        unit = panes.unit(view, size)
    _place(subject, place, unit)
    panes.thinned(size, size)
    change.part(subject)
    own_code.part(subject)
    _table(subject, place)


def _untouched(walk: Walk, subject: Subject, at: int) -> None:
    """Draw the same place of the network without the visitor's changes."""
    st.markdown(gettext("**Without your changes**"))
    alt = messages.described(walk, subject.places[at], _equations(walk, subject.places[at]))
    drawn = unrolled.draw(walk, subject.places, at, shell.colors(), alt=alt)
    picture.show(drawn.svg, gettext("The unrolled network without your changes"), key="step-untouched", lit=drawn.lit)


def _equations(walk: Walk, at: Place) -> tuple[Equation, ...]:
    """Return the equations of a place that is a step."""
    if at.part == "forward":
        return forward_equations(walk.steps[at.direction], at.t)
    if at.part == "backward":
        return backward_equations(walk.steps[at.direction], at.t, walk.rule)
    return ()


def _place(subject: Subject, at: Place, unit: int) -> None:
    """Show what is computed at a place."""
    match at.part:
        case "forward":
            forward.step(subject, at, unit)
        case "output":
            forward.output(subject, unit)
        case "loss":
            backward.loss(subject, unit)
        case "backward":
            backward.step(subject, at, unit)
        case "update":
            update.show(subject)


def _table(subject: Subject, at: Place) -> None:
    """Offer the walk as a CSV: all of it, or of a very large one this step."""
    walk = subject.walk
    whole = table.numbers(walk) <= table.MOST_NUMBERS
    if not whole and at.part not in ("forward", "backward"):
        return
    only = None if whole else (at.direction, at.t)
    st.download_button(
        gettext("Download the walk as CSV") if whole else gettext("Download this step as CSV"),
        partial(_csv, subject, only),
        "walk.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        help=gettext("Every number with all its digits, named as in the equations, to check your own code against."),
    )


def _csv(subject: Subject, only: tuple[int, int] | None) -> str:
    made = update.made(subject) if only is None else None
    return table.to_csv(subject.walk, made, only=only)
