"""Which line of our source computes what a place shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from rnn_core.network import inputs, losses, passes
from rnn_core.network.cells import gru, lstm, vanilla
from rnn_core.training import optimizers
from ui.frame.source import line_of

Mark = tuple[Callable[..., Any], str]
"""A function, and a text that occurs in one line of it."""

CELLS: Mapping[str, Mapping[str, Mark]] = {
    "vanilla": {
        "h_t": (vanilla.forward, "store(h[t + 1]"),
        "da_t": (vanilla.backward, "da = (1.0 - "),
        "dh_{t-1}": (vanilla.backward, "printed else"),
        "W_hh": (vanilla.backward, "add_outer(grads.W_hh"),
    },
    "gru": {
        "r_t": (gru.forward, "gates = sigmoid("),
        "u_t": (gru.forward, "gates = sigmoid("),
        "m_t": (gru.forward, "m = q["),
        "n_t": (gru.forward, "n = tanh("),
        "h_t": (gru.forward, "store(h[t + 1]"),
        "da_n": (gru.backward, "da_n = dh"),
        "da_r": (gru.backward, "store(dq[t, :H]"),
        "da_u": (gru.backward, "store(dq[t, H : 2 * H]"),
        "dm_t": (gru.backward, "dm = da_n"),
        "dh_{t-1}": (gru.backward, "dh = dh * u + "),
        "W_hh": (gru.backward, "add_outer(grads.W_hh"),
    },
    "lstm": {
        "i_t": (lstm.forward, "gates, g = sigmoid("),
        "f_t": (lstm.forward, "gates, g = sigmoid("),
        "g_t": (lstm.forward, "gates, g = sigmoid("),
        "o_t": (lstm.forward, "gates, g = sigmoid("),
        "c_t": (lstm.forward, "c = f * c + "),
        "h_t": (lstm.forward, "store(h[t + 1]"),
        "dc_t": (lstm.backward, "dc = dc + dh"),
        "da_i": (lstm.backward, "store(dz[t, :H]"),
        "da_f": (lstm.backward, "store(dz[t, H : 2 * H]"),
        "da_g": (lstm.backward, "store(dz[t, 2 * H : 3 * H]"),
        "da_o": (lstm.backward, "store(dz[t, 3 * H :]"),
        "dh_{t-1}": (lstm.backward, "dh = vecmat("),
        "W_hh": (lstm.backward, "add_outer(grads.W_hh"),
    },
}
"""By cell, then by the symbol that the line computes."""
NETWORK: Mapping[str, Mark] = {
    "y": (passes.output, "affine(params.W_hy, h, "),
    "p": (losses.softmax, "return e / total(e)"),
    "L": (losses.cross_entropy, "np.log("),
    "dy": (losses.cross_entropy_gradient, "dlogits[target] -= 1.0"),
    "W_hy": (passes.backward, "add_outer(grads.W_hy"),
    "dh_T": (passes.backward, "dlast = vecmat("),
    "W_xh-one-hot": (inputs.one_hot_backward, "add_scaled(dW_xh["),
    "W_xh-embedding": (inputs.embedding_backward, "add_outer(dW_xh, "),
    "E": (inputs.embedding_backward, "add_scaled(dE["),
    "sgd": (optimizers.sgd, "add_scaled(parameter"),
    "momentum": (optimizers.momentum_sgd, "parameter[i] -= "),
    "adam": (optimizers.adam, "parameter[i] -= "),
}
"""What all networks share."""


EQUATIONS: Mapping[str, str] = {
    "y": r"y = W_{hy}\,h_T + b_y",
    "p": r"p = \mathrm{softmax}(y) = e^y / \sum_k e^{y_k} \qquad L = -\ln p_{y^*}",
    "dy": r"\partial L/\partial y = p - y^*",
    "W_hy": r"\partial L/\partial W_{hy} = \partial L/\partial y\;h_T^\top",
    "dh_T": r"dh_T = W_{hy}^\top\,\partial L/\partial y",
}
"""Of the output, in LaTeX."""


def equation(symbol: str) -> None:
    """Show an equation of the output."""
    st.markdown(f"${EQUATIONS[symbol]}$")


def show(mark: Mark) -> None:
    """Show a line of our source with its place."""
    line = line_of(*mark)
    st.code(f"{line.text}  # {line.path}:{line.number}", language=None, wrap_lines=True)
