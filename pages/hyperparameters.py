"""Hyperparameters: every setting, and the network it makes."""

import streamlit as st

from rnn_core import presets
from ui.frame import controls, shell
from ui.hyperparameters import equations
from ui.messages import experiment as experiment_messages
from ui.messages import names, parameters

session = shell.enter("Hyperparameters")
st.markdown(experiment_messages.settings_card(session.model, session.training))

with st.container(horizontal=True):
    for name in presets.EXPERIMENTS:
        label, watch = names.PRESETS[name]
        if st.button(label, key=f"preset-{name}", help=watch, type="primary" if session.preset == name else "secondary"):
            session.use_preset(name)
            st.rerun()
st.caption(names.PRESETS[session.preset][1] if session.preset else names.OWN_SETTINGS)

network, training, size = st.columns([3, 3, 4], gap="large")
with network:
    st.header("The network", anchor=False)
    model = controls.fields(session, session.model, ("cell", "hidden_size", "init_scale", "recurrent_gradient"))
    with st.expander("More about the network"):
        model = controls.fields(session, model, ("bidirectional", "embedding_size", "initialization", "forget_bias"))
with training:
    st.header("The training", anchor=False)
    settings = controls.fields(session, session.training, ("epochs", "learning_rate", "clipping", "clip_threshold", "seed"))
    with st.expander("More about the training"):
        more = ("optimizer", "momentum", "batch_size", "rate_every", "rate_factor", "stopping", "stop_accuracy", "stop_epochs")
        settings = controls.fields(session, settings, more)

controls.planned_changes(session)
if (model, settings) != (session.model, session.training):
    session.model, session.training = model, settings
    st.rerun()

with size:
    st.header("The parameters", anchor=False)
    experiment, refusal = session.ready()
    shell.refuse(refusal)
    if experiment:
        st.dataframe(parameters.parameter_table(experiment), hide_index=True, alt="Parameters by matrix, with shapes")
        st.markdown(parameters.size_line(experiment))
        shell.length(session, experiment)
        shell.link(shell.TRAINING, "Train with these settings", ":material/arrow_forward:")

equations.explain(session.model.cell)
