"""The cells' equations beside the source that computes them."""

from __future__ import annotations

import streamlit as st

from rnn_core.config import Cell
from rnn_core.network.cells import gru, lstm, vanilla
from ui.frame.source import source_of
from ui.messages.equations import CELLS, EQUATIONS

_MODULES = {"vanilla": vanilla, "gru": gru, "lstm": lstm}


def explain(cell: Cell) -> None:
    """A short text, the equations, and the very source that runs."""
    with st.expander("The cell's equations, and the code that computes them"):
        equations, source = st.columns([2, 3], gap="large")
        with equations:
            st.markdown(CELLS[cell])
            for equation in EQUATIONS[cell]:
                st.latex(equation)
        with source:
            module = _MODULES[cell]
            for function in (module.forward, module.backward):
                st.code(source_of(function), language="python")
