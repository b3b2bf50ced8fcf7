"""The text of a lesson on the page, with its figure and lines of our own source where the text names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from rnn_core.lessons.lesson import Lesson, Part, Source
from ui.frame import source_lines
from ui.frame.source_lines import CELLS, NETWORK, Mark
from ui.lessons import figures
from ui.session.session import Session

SOURCES: Mapping[Source, Mark] = {
    "hidden_state": CELLS["vanilla"]["h_t"],
    "output": NETWORK["y"],
    "softmax": NETWORK["p"],
    "loss": NETWORK["L"],
    "loss_gradient": NETWORK["dy"],
    "output_gradient": NETWORK["W_hy"],
    "last_state_gradient": NETWORK["dh_T"],
    "activation_gradient": CELLS["vanilla"]["da_t"],
    "state_gradient": CELLS["vanilla"]["dh_{t-1}"],
    "recurrent_gradient": CELLS["vanilla"]["W_hh"],
    "input_gradient": NETWORK["W_xh-one-hot"],
    "update": NETWORK["sgd"],
}


def show(session: Session, lesson: Lesson, parts: Iterable[Part]) -> None:
    """Draw the parts of a lesson one under the other."""
    for part in parts:
        if part.mark == "figure":
            figures.show(session, lesson)
        elif part.mark == "source":
            source_lines.show(next(mark for name, mark in SOURCES.items() if name == part.text))
        else:
            st.markdown(part.text)
