"""Changing the network by hand: numbers in a table, a unit silenced, W_hh scaled; and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from rnn_core import Experiment, LimitError
from rnn_core.training.run import can_begin_with
from rnn_core.walk.edits import LARGEST, Edit, Element, Radius, Silence, edited
from rnn_core.walk.steps import Walk
from ui.figures.shapes import MOST_NUMBERS
from ui.frame import shell
from ui.language import gettext, number
from ui.messages import errors, parameters
from ui.messages import step_by_step as messages
from ui.session import session as sessions
from ui.session.page_view import PageView
from ui.step_by_step.subject import Subject

MOST_EDITS = 200
"""Changes that are kept; each is applied again when the page is drawn."""


class Table(NamedTuple):
    """A part of a parameter as a table: where each of its cells is in the parameter, in the shape of the equations."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    places: tuple[tuple[tuple[int, int], ...], ...]
    """of each row and column of the table"""


def part(subject: Subject) -> None:
    """Let the network be changed; everything on the page follows."""
    view, walk = subject.session.view, subject.walk
    with st.expander(gettext("Change the network"), expanded=bool(view.step_edits), icon=":material/edit:"):
        names = tuple(walk.model.parameters)
        name = st.selectbox(
            gettext("Parameter to change"),
            names,
            names.index("W_hh"),
            key=f"step-change-{len(names)}",
            format_func=parameters.parameter,
        )
        unit = min(view.step_unit, walk.model.config.hidden_size) - 1
        _editor(subject, table_of(walk, name, unit))
        _tools(subject, unit)
        _changes(view)
        _train_on(subject)


def table_of(walk: Walk, name: str, unit: int) -> Table:
    """Return the part of a parameter that can be edited: all of it, or of a large one what the chosen unit has.

    Of a parameter with a row or a column for each word, only those of the sentence; each is a row of the table.
    """
    array, vocabulary = walk.model.parameters[name], walk.model.vocabulary.words
    H, gates = walk.model.config.hidden_size, walk.model.cell.gates
    base = name.removesuffix("_reverse")
    words = list(dict.fromkeys(walk.steps[0].ids.tolist()))
    if base == "b_y":
        return Table(name, tuple(walk.model.labels), ("1",), tuple(((k, 0),) for k in range(len(array))))
    if base == "W_hy":
        units = list(range(array.shape[1])) if array.shape[1] <= 2 * MOST_NUMBERS else list(range(unit, array.shape[1], H))
        labels = tuple(walk.model.labels)
        return Table(
            name, labels, tuple(number(i + 1) for i in units), tuple(tuple((k, i) for i in units) for k in range(len(labels)))
        )
    if base == "E":
        every = range(array.shape[1])
        return Table(
            name,
            tuple(vocabulary[i] for i in words),
            tuple(number(i + 1) for i in every),
            tuple(tuple((i, k) for k in every) for i in words),
        )
    rows = list(range(array.shape[0])) if H <= MOST_NUMBERS else list(range(unit, array.shape[0], H))
    titles = tuple(_unit(i, H, gates if base != "b_hn" else ("n",)) for i in rows)
    if base == "W_xh" and name in walk.model.layout.tables:
        return Table(name, tuple(vocabulary[i] for i in words), titles, tuple(tuple((k, i) for k in rows) for i in words))
    if array.ndim == 1:
        return Table(name, titles, ("1",), tuple(((k, 0),) for k in rows))
    return Table(
        name,
        titles,
        tuple(number(i + 1) for i in range(array.shape[1])),
        tuple(tuple((k, i) for i in range(array.shape[1])) for k in rows),
    )


def _unit(row: int, size: int, gates: Sequence[str]) -> str:
    """The name of a row of a parameter: its unit, with the gate where there are several."""
    return f"{gates[row // size]} {number(row % size + 1)}" if len(gates) > 1 else number(row + 1)


def _editor(subject: Subject, table: Table) -> None:
    """Show a table of numbers; each one that is typed in is a change."""
    view, array = subject.session.view, subject.walk.model.parameters[table.name]
    values = [[float(array[at] if array.ndim > 1 else array[at[0]]) for at in row] for row in table.places]
    base: dict[str, list[Any]] = {"row": list(table.rows)}
    base |= {f"c{k}": [row[k] for row in values] for k in range(len(table.columns))}
    key = f"step-editor-{table.name}-{len(view.step_edits)}-{view.step_unit}-{hash((subject.walk.text, view.step_edits, view.step_edited))}"
    st.data_editor(
        base,
        key=key,
        hide_index=True,
        width="content",
        disabled=["row"],
        column_config={
            "row": "",
            **{
                f"c{k}": st.column_config.NumberColumn(title, format="%.4f", min_value=-LARGEST, max_value=LARGEST)
                for k, title in enumerate(table.columns)
            },
        },
        on_change=partial(_typed, subject, key, table),
        alt=gettext("Numbers of {name}, to be changed", name=table.name),
    )


def _typed(subject: Subject, key: str, table: Table) -> None:
    """Take what was typed into the table; a browser may say anything."""
    said = sessions.widget(key) or {}
    for row, cells in said.get("edited_rows", {}).items():
        for column, value in cells.items():
            try:
                at = table.places[int(row)][int(str(column).removeprefix("c"))]
                _change(subject, Element(table.name, *at, float(value)))
            except (ValueError, TypeError, IndexError):
                continue


def _change(subject: Subject, edit: Edit) -> None:
    """Add a change, unless the network does not take it."""
    view = subject.session.view
    try:
        edited(subject.walk.model, [edit])
    except ValueError:
        return
    view.step_edits = (*view.step_edits, edit)[-MOST_EDITS:]


def _tools(subject: Subject, unit: int) -> None:
    """Offer what changes many numbers at once."""
    suffixes = [steps.suffix for steps in subject.walk.steps]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        for suffix in suffixes:
            label = (
                gettext("Silence unit {unit}, right to left", unit=number(unit + 1))
                if suffix
                else gettext("Silence unit {unit}", unit=number(unit + 1))
            )
            st.button(
                label,
                icon=":material/volume_off:",
                key=f"step-silence{suffix}",
                on_click=partial(_change, subject, Silence(suffix, unit)),
                help=gettext("Sets everything the unit is sent to zero: its state is then zero at every step."),
            )
        radius = st.number_input(gettext("Spectral radius"), 0.0, 10.0, 1.0, 0.1, key="step-radius", width=160)
        st.button(
            gettext("Scale W_hh"),
            icon=":material/zoom_out_map:",
            key="step-scale",
            on_click=partial(_change, subject, Radius(float(radius))),
            help=gettext("Scales each block of W_hh so that its largest |eigenvalue| has this value."),
        )


def _changes(view: PageView) -> None:
    """List the latest changes, and take them back."""
    if not view.step_edits:
        return
    st.markdown("  \n".join(messages.change(edit) for edit in view.step_edits[-3:]))
    with st.container(horizontal=True):
        st.button(
            gettext("Undo"), icon=":material/undo:", key="step-undo", on_click=partial(_keep, view, len(view.step_edits) - 1)
        )
        st.button(
            gettext("Undo all changes"), icon=":material/restart_alt:", key="step-undo-all", on_click=partial(_keep, view, 0)
        )


def _keep(view: PageView, count: int) -> None:
    view.step_edits = view.step_edits[:count]


def _train_on(subject: Subject) -> None:
    """Offer a new run that begins with the changed network, where it is a network of the experiment that is set."""
    view, model, settings = subject.session.view, subject.walk.model, subject.settings
    if not view.step_edits or settings is None:
        return
    if not can_begin_with(settings, model):
        return
    st.button(
        gettext("Train on from here"),
        icon=":material/play_arrow:",
        key="step-train-on",
        on_click=partial(_start, subject, settings),
        help=gettext(
            "Starts a new run with these weights in the place of the initial ones. It is a network file then, not a link: nobody else "
            "can repeat changes by hand."
        ),
    )


def _start(subject: Subject, settings: Experiment) -> None:
    """Start the new run, or say why it cannot be started."""
    session = subject.session
    try:
        session.runs.go_on_by_hand(settings, subject.walk.model)
    except LimitError as problem:
        session.view.notice = partial(errors.error, problem)
        return
    session.view.step_edits = ()
    session.view.notice = messages.trains_on
    if session.runs.job is not None:
        shell.resume(session.view, session.runs.job)
