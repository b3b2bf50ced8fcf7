"""The sentence over the epochs: its probability while the network learned."""

from __future__ import annotations

import streamlit as st

from rnn_core.explanation import over_training
from ui.figures import states
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import course as messages


def course(lens: Lens, text: str) -> None:
    """Show the probability at every checkpoint."""
    run = lens.run
    line = messages.course_line(lens.label, None if run is None else len(run.kept))
    if run is None or len(run.kept) < 2:
        st.info(line)
        return
    question = ("course", text, run.kept)
    found = lens.work_out(question, lambda: over_training(((e, run.model_at(e)) for e in run.kept), text))
    st.caption(line)
    figure = states.course(found, run.viewed, lens.label, shell.colors())
    charts.show(lens.view, figure, key="course", alt=gettext("Probability of the label by epoch"))
