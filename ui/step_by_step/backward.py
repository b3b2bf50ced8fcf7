"""The way back: from the loss to the last state, then step by step, with each step's share of every gradient."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnn_core.config import Gradient
from rnn_core.walk.equations import Equation, backward_equations
from rnn_core.walk.places import Place
from rnn_core.walk.steps import Steps
from ui.figures import connections
from ui.figures.matrices import Heat, Item, Strip
from ui.figures.shapes import MOST_NUMBERS
from ui.figures.symbols import latex_at
from ui.frame import picture, shell
from ui.frame import source_lines as lines
from ui.language import gettext
from ui.messages import step_by_step as messages
from ui.messages.formatting import scientific
from ui.step_by_step import panes
from ui.step_by_step.subject import Subject


def loss(subject: Subject, unit: int) -> None:
    """Show the gradient of the scores, of the output layer, and of the last state."""
    walk = subject.walk
    st.markdown(messages.explained(walk.model.cell, Place("loss")))
    labels = walk.model.labels
    dy = Strip("∂L/∂y", walk.dlogits, labels, lit=False)
    lines.equation("dy")
    items: list[Item] = [
        Strip("p", walk.probabilities, labels, lit=False),
        "−",
        Strip("y*", walk.target, labels, lit=False),
        "=",
        dy,
    ]
    panes.draw("step-dy", items, 0, unit, f"∂L/∂y = {messages.numbers(walk.dlogits)}")
    lines.show(lines.NETWORK["dy"])
    lines.equation("W_hy")
    items = [dy, Heat("h_Tᵀ", walk.last[None, :]), "=", Heat("∂L/∂W_hy", walk.gradient["W_hy"])]
    panes.draw("step-dwhy", items, 0, unit, f"∂L/∂W_hy: {messages.numbers(walk.gradient['W_hy'])}")
    lines.show(lines.NETWORK["W_hy"])
    lines.equation("dh_T")
    items = [Heat("W_hyᵀ", walk.model.parameters["W_hy"].T, row=unit), dy, "=", Strip("dh_T", walk.dlast)]
    panes.draw("step-dht", items, 0, unit, f"dh_T = {messages.numbers(walk.dlast)}")
    lines.show(lines.NETWORK["dh_T"])


def step(subject: Subject, at: Place, unit: int) -> None:
    """Show every equation of a step back, the transposed matrix, and the shares of the gradients."""
    walk, steps = subject.walk, subject.walk.steps[at.direction]
    cell = walk.model.cell
    st.markdown(messages.explained(cell, at))
    *before, last = backward_equations(steps, at.t, walk.rule)
    for k, equation in enumerate(before):
        panes.equation(f"step-back-{k}", equation, at.t, unit, cell.name)
    if cell.gated:
        panes.equation("step-back-last", last, at.t, unit, cell.name)
    else:
        _handed_on(steps, last, at, unit)
    _transposed(subject, steps, at, unit)
    _shares(subject, steps, at, unit)


def _transposed(subject: Subject, steps: Steps, at: Place, unit: int) -> None:
    """Show the connections of W_hh walked the other way, and beside it what the guide prints."""
    walk, H = subject.walk, steps.h.shape[1]
    st.subheader(gettext("Why the transpose"), anchor=False)
    st.markdown(messages.transposed())
    cell, dq = walk.model.cell, steps.back[walk.rule].dq[at.t - 1]
    block = len(cell.gates) - 1 if cell.recurrent_bias else 0
    name = f"W_h{cell.gates[block]}"
    rows = slice(block * H, (block + 1) * H)
    W, told = steps.weights.W_hh[rows], dq[rows]
    symbol = "da_t" if not cell.gated else "dm_t" if cell.recurrent_bias else f"da_{cell.gates[block]}"
    with st.container(horizontal=True, vertical_alignment="center", gap="large"):
        if H <= MOST_NUMBERS:
            for back, key in ((False, "step-arrows-there"), (True, "step-arrows-back")):
                alt = (
                    gettext("The connections of the chosen unit, on the way back")
                    if back
                    else gettext("The connections of the chosen unit, on the way there")
                )
                with st.container(width=350):
                    drawn = connections.draw(W, unit, shell.colors(), t=at.t, back=back, alt=alt)
                    picture.show(drawn.svg, gettext("Connections of W_hh"), key=key)
    if cell.gated:
        through = Strip(f"{name}ᵀ {symbol}", W.T @ told)
        items: list[Item] = [Heat(f"{name}ᵀ", W.T, row=unit), Strip(symbol, told), "=", through]
        panes.draw("step-transposed", items, at.t, unit, f"{name}ᵀ {symbol} = {messages.numbers(through.values)}")
    if cell.printed_rule:
        _printed(subject, steps, at, unit)


def _handed_on(steps: Steps, equation: Equation, at: Place, unit: int) -> None:
    """Show the last equation of a vanilla step back with its matrix."""
    W, da, (product,) = steps.weights.W_hh, steps.back["exact"].dq[at.t - 1], equation.terms
    st.markdown(f"${latex_at(equation.latex, at.t)}$")
    if product.symbol.startswith("W_hhᵀ"):
        matrix = Heat("W_hhᵀ", W.T, row=unit)
    else:
        matrix, da = Heat("W_hh", W, row=unit), steps.back["printed"].dq[at.t - 1]
    items: list[Item] = [matrix, Strip("da_t", da), "=", Strip(equation.value.symbol, equation.value.values)]
    panes.draw("step-back-last", items, at.t, unit, messages.said(equation, at.t))
    lines.show(lines.CELLS["vanilla"]["dh_{t-1}"])


def _printed(subject: Subject, steps: Steps, at: Place, unit: int) -> None:
    """Show what the other of the two rules gives at this step, and how far off the printed one is by now."""
    walk, W = subject.walk, steps.weights.W_hh
    st.markdown(messages.printed(walk, at))
    other: Gradient = "exact" if walk.rule == "printed" else "printed"
    matrix = Heat("W_hhᵀ", W.T, row=unit) if other == "exact" else Heat("W_hh", W, row=unit)
    da, value = steps.back[other].dz[at.t - 1], Strip("dh_{t-1}", steps.dh_before(at.t, other))
    panes.draw("step-printed", [matrix, Strip("da_t", da), "=", value], at.t, unit, messages.numbers(value.values))


def _shares(subject: Subject, steps: Steps, at: Place, unit: int) -> None:
    """Show this step's share of each gradient beside the sum so far."""
    walk, suffix = subject.walk, steps.suffix
    st.subheader(gettext("The gradients of the weights"), anchor=False)
    st.markdown(messages.gathered(walk, at))
    if walk.model.cell.gated:
        panes.thinned(*steps.weights.W_hh.shape)
    share, total = steps.share(at.t, walk.rule), walk.sums(at.direction, at.t)
    for name in ("W_hh", "W_xh", "b_h", "b_hn", "E"):
        key = name if name == "E" else f"{name}{suffix}"
        if key not in share:
            continue
        mine, sums = share[key], total[key]
        symbol = {"W_hh": "dq_t h_{t-1}ᵀ", "W_xh": "dz_t x_tᵀ", "b_h": "dz_t", "b_hn": "dm_t", "E": "W_xhᵀ dz_t"}[name]
        symbol = symbol.replace("dq_t", "da_t").replace("dz_t", "da_t") if not walk.model.cell.gated else symbol
        if name == "E":
            row = int(steps.ids[at.t - 1])
            items: list[Item] = [Strip(symbol, mine[row], lit=False), "→", Strip("∂L/∂E", sums[row], lit=False)]
        elif mine.ndim == 1:
            items = [Strip(symbol, mine, lit=name == "b_hn"), "→", Strip(f"∂L/∂{name}", sums, lit=name == "b_hn")]
        elif name == "W_xh" and not len(steps.E):
            items = [panes.of_word(symbol, mine, steps, at.t), "→", panes.of_word(f"∂L/∂{name}", sums, steps, at.t)]
        else:
            items = [Heat(symbol, mine), "→", Heat(f"∂L/∂{name}", sums)]
        alt = gettext(
            "{name}: norm of the share {share}, of the sum {sum}",
            name=name,
            share=scientific(float(np.linalg.norm(mine))),
            sum=scientific(float(np.linalg.norm(sums))),
        )
        panes.draw(f"step-share-{name}", items, at.t, unit, alt)
    lines.show(lines.CELLS[walk.model.cell.name]["W_hh"])
    lines.show(lines.NETWORK["W_xh-embedding" if len(steps.E) else "W_xh-one-hot"])
