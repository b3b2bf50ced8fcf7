"""All sentences: how a whole split fares, where the sentences lie, and many texts from a file."""

import streamlit as st

from ui.all_sentences import batch, evaluation, projection
from ui.frame import network, shell

session = shell.enter("All sentences")
asked = network.choose(session)

if asked is None:
    st.info("The network has not been trained yet. Train it first: then every sentence gets its prediction here.")
    shell.link(shell.TRAINING, "Train first", ":material/show_chart:")
    shell.stop()

network.epoch(asked)
judged, drawn, brought = st.tabs(["Metrics and list", "Map", "Many at once"], key="all-rooms", on_change="rerun")
if judged.open:
    with judged:
        evaluation.judge(asked)
if drawn.open:
    with drawn:
        projection.draw(asked)
if brought.open:
    with brought:
        batch.judge(asked)
