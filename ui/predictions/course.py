"""The sentence over the epochs: its probability while the network learned."""

from __future__ import annotations

import streamlit as st

from rnn_core.explanation import over_training
from ui.figures import states
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.messages import formatting


def course(lens: Lens, text: str) -> None:
    """Show the probability at every kept epoch."""
    run = lens.run
    if run is None:
        st.info("A network from a file has no past: its file holds the last epoch alone.")
        return
    if len(run.kept) < 2:
        st.info("Of this run only one epoch was kept.")
        return
    question = ("course", text, run.kept)
    found = lens.work_out(question, lambda: over_training(((e, run.model_at(e)) for e in run.kept), text, lens.label))
    st.caption(
        f"The probability of {formatting.plain(lens.label)} at each of the {formatting.number(len(run.kept))} epochs that were kept. "
        "The line marks the one that is asked; choose another beside the sentence."
    )
    figure = states.course(found, run.viewed, lens.label, shell.colours())
    charts.show(lens.view, figure, key="course", alt="Probability of the label by epoch")
