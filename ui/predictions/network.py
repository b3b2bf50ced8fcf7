"""Which network the page asks: that of a run at the epoch looked at, or one that was opened from a file."""

from __future__ import annotations

import streamlit as st

from rnn_core import LimitError
from ui.frame import shell
from ui.frame.lens import Lens
from ui.messages import errors, experiment
from ui.session.session import Session


def choose(session: Session) -> Lens | None:
    """Say which network is asked and return it; None while there is none."""
    run = session.runs.shown
    if session.runs.opened is not None:
        st.info("This asks the network that you opened from a file.", icon=":material/folder_open:")
        if run is not None and run.epoch and st.button("Ask the run instead", icon=":material/undo:"):
            session.runs.opened = None
            st.rerun()
        st.markdown(f"*{experiment.network(session.runs.opened.config)}.*")
        lens = Lens.on_file(session, session.runs.opened)
        try:
            lens.check_sentences()
        except LimitError as problem:
            st.error(errors.error(problem), icon=":material/block:")
            shell.stop()
        return lens
    if run is None or not run.epoch:
        return None
    shell.belongs(session.workspace, run)
    return Lens.on_run(session, run)
