"""Gradients: the laboratory. What clipping does, how the gradient goes back through time, and whether it is right."""

import streamlit as st

from ui.frame import shell
from ui.frame.tabs import tabs
from ui.gradients import check, clipping, comparison, through_time, update
from ui.language import gettext

session = shell.enter(gettext("Gradients"))
run = session.runs.shown

if run is None:
    experiment, _ = session.workspace.ready()
    if experiment:
        shell.chip(experiment)
    else:
        st.markdown(gettext("What the gradient does, and whether it is right."))
else:
    shell.belongs(session.workspace, run)

tabs(
    session.view,
    comparison.TABS,
    {
        "clipping": (gettext("Clipping"), lambda: clipping.part(session)),
        "through_time": (gettext("Through time"), lambda: through_time.part(session)),
        "check": (gettext("Check"), lambda: check.part(session)),
        "update": (gettext("One update"), lambda: update.part(session)),
        comparison.NAME: (gettext("Compare"), lambda: comparison.part(session)),
    },
)
