"""Predictions: a sentence in, a prediction out, and why."""

import streamlit as st

from ui.frame import network, shell
from ui.predictions import ask, course, flips, pair, saliency, states
from ui.session import session as sessions

ROOMS = "sentence-rooms"

session = shell.enter("Predictions")
asked = network.choose(session)

if asked is None:
    st.info("The network has not been trained yet. Train it first, then ask it about any sentence of the words it knows.")
    shell.link(shell.TRAINING, "Train first", ":material/show_chart:")
    shell.stop()

text = ask.ask(asked)
if text is None:
    shell.stop()

about_it = {
    "While it reads": states.look,
    "Which words decided": saliency.compare,
    "What would change its mind": flips.show,
    "Beside another": pair.beside,
    "Over the epochs": course.course,
}
sessions.fill(ROOMS, session.view.sentence_room or next(iter(about_it)))
tabs = st.tabs(list(about_it), key=ROOMS, on_change="rerun")
for (name, draw), tab in zip(about_it.items(), tabs, strict=True):
    if tab.open:
        session.view.sentence_room = name
        with tab:
            draw(asked, text)
