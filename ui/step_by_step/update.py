"""The update: the gradient, what clipping cuts, the step, the weights before and after, and what it does to the losses."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnn_core import DivergenceError, RnnCoreError
from rnn_core.gradients.update import Update, one_update
from rnn_core.walk import split_loss
from rnn_core.walk.places import Place
from ui.figures.matrices import Heat, Item
from ui.frame import source_lines as lines
from ui.language import gettext
from ui.messages import parameters
from ui.messages import step_by_step as messages
from ui.messages import update as update_messages
from ui.messages.formatting import scientific
from ui.step_by_step import panes
from ui.step_by_step.subject import Subject


def made(subject: Subject) -> Update | None:
    """Return the update by the sentence; None where it leads beyond all numbers, or no settings are valid."""
    lens, settings, walk = subject.lens, subject.settings, subject.walk
    if settings is None:
        return None
    state = lens.run.run.at(lens.epoch) if lens.run else None

    def work() -> Update | None:
        try:
            return one_update(
                walk.model,
                settings,
                walk.text,
                walk.label,
                epoch=min(lens.epoch + 1, settings.training.epochs),
                memory=state.memory if state else None,
                steps=state.steps if state else 0,
            )
        except DivergenceError:
            return None

    edits = subject.session.view.step_edits
    return lens.work_out(("step-update", edits, walk.text, walk.label, settings.fingerprint), work)


def show(subject: Subject) -> None:
    """Show the update, a parameter at a time."""
    settings, update = subject.settings, made(subject)
    st.markdown(messages.explained(subject.walk.model.cell, Place("update")))
    if settings is None:
        return
    if update is None:
        st.error(update_messages.beyond())
        return
    st.markdown(update_messages.update_settings(update, settings))
    row = st.grid(2, min_column_width=150)
    row.metric(gettext("Loss before"), update_messages.loss(update.loss_before), border=True)
    row.metric(gettext("Loss after"), update_messages.loss(update.loss_after), border=True)
    st.markdown(update_messages.update_sentence(update))
    _split(subject, update)
    _parameter(subject, update)
    lines.show(lines.NETWORK[settings.training.optimizer])


def _split(subject: Subject, update: Update) -> None:
    """Say what the update does to the loss of the training sentences that this network can read."""
    lens, data = subject.lens, subject.lens.data
    rows = split_loss.sentences_for(data)

    def work() -> tuple[float, float] | None:
        try:
            return split_loss.mean_loss(subject.walk.model, data, rows), split_loss.mean_loss(update.model, data, rows)
        except (RnnCoreError, ValueError):  # other sentences or labels than those it knows
            return None

    losses = lens.work_out(("split-loss", subject.session.view.step_edits, update.sentences, update.rate, data.fingerprint), work)
    if losses is not None:
        st.markdown(messages.split_loss(*losses, len(rows), len(data.rows("train"))))


def _parameter(subject: Subject, update: Update) -> None:
    """Draw one parameter: gradient, what was cut, step, before and after."""
    walk = subject.walk
    names = tuple(update.raw)
    chosen = st.segmented_control(
        gettext("Parameter"),
        names,
        default="W_hh",
        key=f"step-parameter-{len(names)}",
        required=True,
        label_visibility="collapsed",
    )
    name = chosen or "W_hh"
    st.markdown(f"**{parameters.parameter(name)}**")
    steps = walk.steps[1 if name.endswith("_reverse") else 0]
    before, after = walk.model.parameters[name], update.model.parameters[name]
    if walk.model.cell.gated and name.startswith("W_hh"):
        panes.thinned(*before.shape)
    columns: list[Item] = []
    for symbol, array in (
        (f"∂L/∂{name.removesuffix('_reverse')}", update.raw[name]),
        (gettext("cut off"), update.raw[name] - update.clipped[name]),
        (gettext("step"), update.step[name]),
        (gettext("before"), before),
        (gettext("after"), after),
    ):
        if name in walk.model.layout.tables:
            array = array if name != "E" else array.T
            columns.append(panes.of_word(symbol, array, steps, 1)._replace(column=None, named=""))
        else:
            columns.append(Heat(symbol, array if array.ndim > 1 else array[:, None]))
    alt = gettext(
        "{name}: norm of the gradient {gradient}, of the step {step}",
        name=name,
        gradient=scientific(float(np.linalg.norm(update.raw[name]))),
        step=scientific(float(np.linalg.norm(update.step[name]))),
    )
    gradient, cut, step, old, new = columns
    panes.draw("step-update", [gradient, "", cut, "→", step], 0, None, alt)
    panes.draw("step-weights", [old, "+", step, "=", new], 0, None, gettext("{name} before and after the step", name=name))
