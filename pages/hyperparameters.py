"""Hyperparameters: every setting, and the network it makes."""

import streamlit as st

from ui.frame import controls, shell
from ui.hyperparameters import equations, preset_buttons, rate_warning, word_vectors
from ui.language import gettext
from ui.messages import experiment as experiment_messages
from ui.messages import parameters

session = shell.enter(gettext("Hyperparameters"))
workspace = session.workspace
st.markdown(experiment_messages.settings_card(workspace.model, workspace.training))

preset_buttons.show(workspace)

network, training, size = st.columns([3, 3, 4], gap="large")
with network:
    st.header(gettext("Network"), anchor=False)
    model = controls.fields(workspace, workspace.model, ("cell", "hidden_size", "init_scale", "recurrent_gradient"))
    with st.expander(gettext("More network settings")):
        model = controls.fields(workspace, model, ("bidirectional", "embedding_size", "initialization", "forget_bias"))
    word_vectors.show(workspace)
    if workspace.dataset.vectors is not None:
        model = controls.fields(workspace, model, ("vectors",))
with training:
    st.header(gettext("Training"), anchor=False)
    settings = controls.fields(workspace, workspace.training, ("epochs", "learning_rate", "clipping", "clip_threshold", "seed"))
    with st.expander(gettext("More training settings")):
        more = ("optimizer", "momentum", "batch_size", "rate_every", "rate_factor", "stopping", "stop_accuracy", "stop_epochs")
        settings = controls.fields(workspace, settings, more)

controls.planned_changes(workspace)
if (model, settings) != (workspace.model, workspace.training):
    workspace.model, workspace.training = model, settings
    st.rerun()

with size:
    st.header(gettext("Parameters"), anchor=False)
    experiment, refusal = workspace.ready()
    shell.refuse(refusal)
    if experiment:
        breaks = rate_warning.show(session, experiment)
        table, heads = parameters.parameter_table(experiment), parameters.heads()
        st.dataframe(table, hide_index=True, column_config=dict(heads), alt=gettext("Parameters with their shapes"))
        st.markdown(parameters.size_line(experiment))
        if not breaks:  # there would be no epoch to wait for
            shell.length(session.runs, experiment)
        shell.link(shell.TRAINING, gettext("Train with these settings"), ":material/arrow_forward:")

equations.explain(workspace.model.cell)
