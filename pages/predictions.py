"""Predictions: a sentence in, a prediction out, and why."""

from functools import partial

import streamlit as st

from ui.frame import network, shell
from ui.frame.tabs import tabs
from ui.language import gettext
from ui.predictions import ask, course, flips, pair, saliency, states

session = shell.enter(gettext("Predictions"))
asked = network.choose(session)

if asked is None:
    st.info(gettext("The network has not been trained yet. Train it first, then ask it about any sentence of words it knows."))
    shell.link(shell.TRAINING, gettext("Train first"), ":material/show_chart:")
    shell.stop()

text = ask.ask(asked)
if text is None:
    shell.stop()

shell.link(shell.STEP_BY_STEP, gettext("Walk through it step by step"), ":material/footprint:")

tabs(
    session.view,
    "sentence-rooms",
    {
        "states": (gettext("Hidden states"), partial(states.look, asked, text)),
        "words": (gettext("Which words matter"), partial(saliency.compare, asked, text)),
        "flips": (gettext("Change the prediction"), partial(flips.show, asked, text)),
        "pair": (gettext("Compare two sentences"), partial(pair.beside, asked, text)),
        "epochs": (gettext("Over the epochs"), partial(course.course, asked, text)),
    },
)
