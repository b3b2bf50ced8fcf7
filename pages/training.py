"""Training: start it, watch it, hold it, go back."""

import streamlit as st

from rnn_core import presets
from ui.frame import shell
from ui.messages import experiment as experiment_messages
from ui.training import live, runs, steering

session = shell.enter("Training")
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
        st.info("Nothing has been trained yet. Press **Start**: the curves grow here as the network learns.")
        live.blank(session, experiment)
    shell.stop()

live.panel(session, job, running)
runs.rewind(session.runs, job)

table, settings, log = st.tabs(["Runs", "Settings of this run", "Log"])
with table:
    runs.table(session)
with settings:
    settings_of_run = experiment_messages.settings_table(job.experiment, presets.guide_corrected())
    st.dataframe(settings_of_run, hide_index=True, height="content", alt="Settings of this run beside the guide's")
with log:
    live.log(session, job)
