"""Training: start it, watch it, hold it, go back."""

from functools import partial

import streamlit as st

from ui.frame import shell
from ui.frame.tabs import tabs
from ui.language import gettext
from ui.training import live, runs, steering

session = shell.enter(gettext("Training"))
job = session.runs.job
experiment, refusal = session.workspace.ready()

if job is not None:
    shell.belongs(session.workspace, job.status())
elif experiment is not None:
    shell.chip(experiment)
shell.refuse(refusal)

running = job is not None and job.running  # asked before the buttons: a run that ends meanwhile ends them too
steering.buttons(session, experiment)

if job is None:
    if experiment is not None:
        st.info(gettext("No run yet. Press **Start** to train. The curves appear here."))
        live.blank(session, experiment)
    shell.stop()

live.panel(session, job, running)
runs.rewind(session.runs, job)

tabs(
    session.view,
    "training",
    {
        "runs": (gettext("Runs"), partial(runs.table, session)),
        "settings": (gettext("Settings of this run"), partial(runs.settings, job)),
        "log": (gettext("Log"), partial(live.log, session, job)),
    },
)
