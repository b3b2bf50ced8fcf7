"""A step on the way there: what the word and the state before send, the sum, the activation, the new state; and the output."""

from __future__ import annotations

import streamlit as st

from rnn_core.walk.equations import forward_equations
from rnn_core.walk.places import Place
from rnn_core.walk.steps import Steps
from ui.figures.matrices import Heat, Item, Strip
from ui.frame import source_lines as lines
from ui.language import gettext
from ui.messages import step_by_step as messages
from ui.step_by_step import panes
from ui.step_by_step.subject import Subject


def step(subject: Subject, at: Place, unit: int) -> None:
    """Show every equation of a step with its numbers."""
    steps, cell = subject.walk.steps[at.direction], subject.walk.model.cell
    st.markdown(messages.explained(cell, at))
    gate = _gate(cell.gates) if cell.gated else 0
    _matrices(subject, steps, at.t, unit, gate)
    for k, equation in enumerate(forward_equations(steps, at.t)):
        panes.equation(f"step-there-{k}", equation, at.t, unit, cell.name)


def _gate(gates: tuple[str, ...]) -> int:
    """Let the gate be chosen whose matrices are drawn."""
    chosen = st.segmented_control(
        gettext("Matrices of"),
        range(len(gates)),
        default=0,
        key=f"step-gate-{len(gates)}",
        format_func=gates.__getitem__,
        required=True,
    )
    return int(chosen or 0)


def _matrices(subject: Subject, steps: Steps, t: int, unit: int, gate: int) -> None:
    """Draw W_xh x_t and W_hh h_{t-1} with their matrices."""
    walk, H = subject.walk, steps.h.shape[1]
    rows = slice(gate * H, (gate + 1) * H)
    name = walk.model.cell.gates[gate]
    W_xh, W_hh = (walk.model.parameters[f"{matrix}{steps.suffix}"][rows] for matrix in ("W_xh", "W_hh"))
    x = steps.x(t)
    items: list[Item] = [Strip(f"W_x{name} x_t", steps.z[t - 1, rows]), "="]
    if len(steps.E):
        items += [Heat(f"W_x{name}", W_xh, row=unit), Strip("x_t", x, lit=False)]
    else:
        _, places = panes.columns(steps, W_xh)
        items += [panes.of_word(f"W_x{name}", W_xh, steps, t), Strip("x_t", x[places], lit=False, ones=True)]
    items += [
        "",
        Strip(f"W_h{name} h_{{t-1}}", steps.q(t)[rows]),
        "=",
        Heat(f"W_h{name}", W_hh, row=unit),
        Strip("h_{t-1}", steps.h[t - 1]),
    ]
    alt = gettext("The matrices of this step, with the column of the word and the row of the chosen unit marked")
    panes.draw("step-matrices", items, t, unit, alt)


def output(subject: Subject, unit: int) -> None:
    """Show the scores, the probabilities and the loss."""
    walk, W_hy = subject.walk, subject.walk.model.parameters["W_hy"]
    st.markdown(messages.explained(walk.model.cell, Place("output")))
    labels = walk.model.labels
    y = Strip("y", walk.logits, labels, lit=False)
    lines.equation("y")
    items: list[Item] = [
        y,
        "=",
        Heat("W_hy", W_hy),
        Strip("h_T", walk.last),
        "+",
        Strip("b_y", walk.model.parameters["b_y"], lit=False),
    ]
    panes.draw("step-scores", items, 0, unit, f"y = {messages.numbers(walk.logits)}")
    lines.show(lines.NETWORK["y"])
    lines.equation("p")
    items = [y, "→ softmax →", Strip("p", walk.probabilities, labels, lit=False), "", Strip("y*", walk.target, labels, lit=False)]
    panes.draw("step-softmax", items, 0, unit, f"p = {messages.numbers(walk.probabilities)}")
    lines.show(lines.NETWORK["p"])
    lines.show(lines.NETWORK["L"])
