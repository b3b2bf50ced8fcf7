"""Predictions: a sentence in, a verdict out; and why, and how all others fare."""

import streamlit as st

from ui import shell
from ui.prediction_room import asking, batch, changes, comparing, everything, inside, mapping, reasons, subject, times

ROOMS = "sentence-rooms"

session = shell.enter("Predictions")
asked = subject.choose(session)

if asked is None:
    st.info("The network has not been trained yet. Train it first, then ask it about any sentence of the words it knows.")
    shell.link(shell.TRAINING, "Train first", ":material/show_chart:")
    shell.stop()
if shell.preparing():
    st.info(shell.PREPARING, icon=":material/hourglass_empty:")
    shell.stop()

text = asking.ask(asked)

if text is not None:
    about_it = {
        "While it reads": inside.look,
        "Which words decided": reasons.compare,
        "What would change its mind": changes.show,
        "Beside another": comparing.beside,
        "Over the epochs": times.course,
    }
    session.fill(ROOMS, session.sentence_room or next(iter(about_it)))
    tabs = st.tabs(list(about_it), key=ROOMS, on_change="rerun")
    for (name, draw), tab in zip(about_it.items(), tabs, strict=True):
        if tab.open:
            session.sentence_room = name
            with tab:
                draw(asked, text)

st.header("All sentences", anchor=False)
judged, drawn, brought = st.tabs(["Judged", "Map", "Many at once"], key="all-rooms", on_change="rerun")
if judged.open:
    with judged:
        everything.judge(asked)
if drawn.open:
    with drawn:
        mapping.draw(asked, text)
if brought.open:
    with brought:
        batch.judge(asked)
