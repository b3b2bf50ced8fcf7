"""Hyperparameters: every setting, and the network it makes."""

import streamlit as st

from rnn_core import presets
from ui.frame import controls, shell
from ui.hyperparameters import equations
from ui.messages import experiment as experiment_messages
from ui.messages import names, parameters

session = shell.enter("Hyperparameters")
workspace = session.workspace
st.markdown(experiment_messages.settings_card(workspace.model, workspace.training))

with st.container(horizontal=True):
    for name in presets.EXPERIMENTS:
        label, watch = names.PRESETS[name]
        if st.button(label, key=f"preset-{name}", help=watch, type="primary" if workspace.preset == name else "secondary"):
            workspace.use_preset(name)
            st.rerun()
st.caption(names.PRESETS[workspace.preset][1] if workspace.preset else names.OWN_SETTINGS)

network, training, size = st.columns([3, 3, 4], gap="large")
with network:
    st.header("The network", anchor=False)
    model = controls.fields(workspace, workspace.model, ("cell", "hidden_size", "init_scale", "recurrent_gradient"))
    with st.expander("More about the network"):
        model = controls.fields(workspace, model, ("bidirectional", "embedding_size", "initialization", "forget_bias"))
with training:
    st.header("The training", anchor=False)
    settings = controls.fields(workspace, workspace.training, ("epochs", "learning_rate", "clipping", "clip_threshold", "seed"))
    with st.expander("More about the training"):
        more = ("optimizer", "momentum", "batch_size", "rate_every", "rate_factor", "stopping", "stop_accuracy", "stop_epochs")
        settings = controls.fields(workspace, settings, more)

controls.planned_changes(workspace)
if (model, settings) != (workspace.model, workspace.training):
    workspace.model, workspace.training = model, settings
    st.rerun()

with size:
    st.header("The parameters", anchor=False)
    experiment, refusal = workspace.ready()
    shell.refuse(refusal)
    if experiment:
        st.dataframe(parameters.parameter_table(experiment), hide_index=True, alt="Parameters by matrix, with shapes")
        st.markdown(parameters.size_line(experiment))
        shell.length(session.runs, experiment)
        shell.link(shell.TRAINING, "Train with these settings", ":material/arrow_forward:")

equations.explain(workspace.model.cell)
