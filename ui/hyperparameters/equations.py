"""The cells' equations beside the source that computes them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core.network.cells import CELLS
from ui.frame.folded import folded
from ui.frame.source import source_of
from ui.language import gettext
from ui.messages.equations import MEANING


def explain(cell: str) -> None:
    """Offer a short text, the equations of both passes, and the source that runs."""
    folded(gettext("Equations and code of this cell"), "equations-open", partial(_equations, cell))


def _equations(cell: str) -> None:
    described = CELLS[cell]
    equations, source = st.columns([2, 3], gap="large")
    with equations:
        st.markdown(MEANING[cell])
        st.markdown(gettext("**Forward**, from the first word to the last"))
        for equation in described.equations:
            st.latex(equation)
        st.markdown(gettext("**Backward**, from the last word to the first. $dX$ means $\\partial L/\\partial X$."))
        for equation in described.backward_equations:
            st.latex(equation)
    with source:
        for function in (described.forward, described.backward):
            st.code(source_of(function), language="python")
