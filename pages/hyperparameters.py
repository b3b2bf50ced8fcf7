"""Hyperparameters: every setting, and the network it makes."""

import streamlit as st

from rnn_core import presets
from ui import controls, messages, shell

session = shell.enter("Hyperparameters")
st.markdown(messages.settings_card(session.model, session.training))

with st.container(horizontal=True):
    for name, (label, text) in messages.PRESETS.items():
        if st.button(label, key=f"preset-{name}", help=text):
            chosen = presets.EXPERIMENTS[name](session.training.seed)
            session.use_settings(chosen.model, chosen.training)
            st.rerun()

network, training, size = st.columns([3, 3, 4], gap="large")
with network:
    st.header("The network", anchor=False)
    model = controls.fields(session, session.model, ("cell", "hidden_size", "init_scale", "recurrent_gradient"))
with training:
    st.header("The training", anchor=False)
    names = ("epochs", "learning_rate", "clipping", "clip_threshold", "seed")
    settings = controls.fields(session, session.training, [n for n in names if n != "clip_threshold" or controls.clips(session)])

if (model, settings) != (session.model, session.training):
    session.model, session.training = model, settings
    st.rerun()

with size:
    st.header("The parameters", anchor=False)
    experiment, refusal = session.ready()
    shell.refuse(refusal)
    if experiment:
        st.dataframe(messages.parameter_table(experiment), hide_index=True, alt="Parameters by matrix, with shapes")
        st.markdown(messages.size_line(experiment))
        shell.link(shell.TRAINING, "Train with these settings", ":material/arrow_forward:")
