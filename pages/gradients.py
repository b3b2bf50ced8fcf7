"""Gradients: the laboratory. What clipping does, how the gradient goes back through time, and whether it is right."""

import streamlit as st

from ui.frame import shell
from ui.gradients import check, clipping, comparison, through_time, update

PARTS = {
    "Clipping": clipping.part,
    "Through time": through_time.part,
    "Check": check.part,
    "One update": update.part,
    "Compare": comparison.part,
}

session = shell.enter("Gradients")
run = session.runs.shown

if run is None:
    experiment, _ = session.workspace.ready()
    if experiment:
        shell.chip(experiment)
    else:
        st.markdown("What the gradient does, and whether it is right.")
else:
    shell.belongs(session.workspace, run)

for tab, part in zip(st.tabs(tuple(PARTS), key="laboratory", on_change="rerun"), PARTS.values(), strict=True):
    if tab.open:
        with tab:
            part(session)
