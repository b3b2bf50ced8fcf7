"""Predictions: a sentence in, a verdict out."""

import streamlit as st

from ui import predictions, shell

session = shell.enter("Predictions")
run = session.run

if run is None or not run.epoch:
    st.info("The network has not been trained yet. Train it first, then ask it about any sentence of the words it knows.")
    shell.link(shell.TRAINING, "Train first", ":material/show_chart:")
    st.stop()

shell.belongs(session, run)
predictions.ask(session, run)

st.header("The test sentences", anchor=False)
predictions.split(run)
