"""One update in detail: the raw gradient, what clipping cuts, the step, and what the step does."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from rnn_core import DivergenceError
from rnn_core.arrays import Floats
from rnn_core.gradients.update import Update, one_update
from rnn_core.network.cells import CELLS
from ui.figures import update as figures
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.gradients import sentence
from ui.messages import through_time
from ui.messages import update as messages
from ui.messages.formatting import scientific
from ui.session.session import Session


def part(session: Session) -> None:
    """Show a sentence and the one update that training would make for it now."""
    lens = sentence.network(session)
    if lens is None:
        return
    text, label = sentence.choose(lens)
    try:
        update = _update(lens, text, label)
    except DivergenceError:
        st.error(messages.beyond())
        return
    st.markdown(messages.update_settings(update, lens.experiment))
    _figures(update)
    st.markdown(messages.update_sentence(update))
    name, start, end = _block(lens)
    raw, clipped, step = (values[name][start:end] for values in (update.raw, update.clipped, update.step))
    st.markdown(messages.matrix_words(update, lens.experiment.training.optimizer))
    _matrices(lens, raw, raw - clipped, step)
    if not (raw != clipped).any():
        st.caption(messages.left_whole(name, _acted(lens, name)))
    _elements(lens, update, raw, clipped)


def _update(lens: Lens, text: str, label: str) -> Update:
    """Return the update with the next epoch's settings and the optimizer's memory."""
    experiment, run = lens.experiment, lens.run
    state = run.run.at(lens.epoch) if run else None
    return one_update(
        lens.model,
        experiment,
        text,
        label,
        epoch=min(lens.epoch + 1, experiment.training.epochs),
        memory=state.memory if state else None,
        steps=state.steps if state else 0,
    )


def _block(lens: Lens) -> tuple[str, int, int]:
    """Let the visitor choose a block of W_hh; return the parameter and its rows."""
    model = lens.experiment.model
    suffixes = ("", "_reverse") if model.bidirectional else ("",)
    H, names = model.hidden_size, CELLS[model.cell].blocks
    places = {f"{name}{s}": (f"W_hh{s}", i * H, (i + 1) * H) for s in suffixes for i, name in enumerate(names)}
    if len(places) == 1:
        return next(iter(places.values()))
    chosen = st.selectbox("Matrix", tuple(places), key="update-block", format_func=through_time.block, width=280)
    return places[chosen]


def _figures(update: Update) -> None:
    whole = update.statistics[None]
    angle = math.degrees(math.acos(min(1.0, max(-1.0, whole.cosine))))
    row = st.grid(5, min_column_width=150)
    row.metric("Loss before", messages.loss(update.loss_before), border=True)
    row.metric("Loss after", messages.loss(update.loss_after), border=True)
    row.metric("Norm before clipping", messages.norm(whole.norm_before), border=True)
    row.metric("Norm after", messages.norm(whole.norm_after), border=True)
    row.metric("Turned by", f"{angle:.1f}°", border=True)


def _matrices(lens: Lens, raw: Floats, cut: Floats, step: Floats) -> None:
    """Draw the raw gradient and what was cut on one scale, and the step on its own."""
    bound, colors = float(abs(raw).max()), shell.colors()
    pictures = (
        ("raw", "The raw gradient", raw, bound),
        ("cut", "What clipping cut", cut, bound),
        ("step", "The step taken", step, float(abs(step).max())),
    )
    for column, (key, title, values, limit) in zip(st.columns(3), pictures, strict=True):
        with column:
            st.markdown(f"**{title}**")
            charts.show(lens.view, figures.matrix(values, limit, colors, written=scientific), key=f"update-{key}", alt=title)


def _acted(lens: Lens, name: str) -> int | None:
    """Return the last epoch in which clipping changed a parameter's gradient."""
    shares = lens.run.history.gradient(name, "updates_clipped") if lens.run else np.zeros(0)
    return int(np.flatnonzero(shares)[-1]) + 1 if shares.any() else None


def _elements(lens: Lens, update: Update, raw: Floats, clipped: Floats) -> None:
    threshold = update.threshold if update.clipping == "value" else None
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Its elements before and after clipping**")
        figure = figures.histogram(raw, clipped, threshold, shell.colors())
        charts.show(lens.view, figure, key="update-elements", alt="Elements of the gradient before and after clipping")
    with right:
        st.markdown("**Every parameter**")
        st.dataframe(messages.update_table(update), hide_index=True, alt="Norms, angle and share cut by parameter")
