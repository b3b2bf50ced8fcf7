"""All sentences: how well a whole split is predicted, where the sentences lie, and many sentences from a file."""

from functools import partial

import streamlit as st

from ui.all_sentences import batch, evaluation, projection
from ui.frame import network, shell
from ui.frame.tabs import tabs
from ui.language import gettext

session = shell.enter(gettext("All sentences"))
asked = network.choose(session)

if asked is None:
    st.info(gettext("The network has not been trained yet. Train it first, then see its prediction for every sentence here."))
    shell.link(shell.TRAINING, gettext("Train first"), ":material/show_chart:")
    shell.stop()

network.epoch(asked)
tabs(
    session.view,
    "all-rooms",
    {
        "list": (gettext("Metrics and list"), partial(evaluation.judge, asked)),
        "map": (gettext("Map"), partial(projection.draw, asked)),
        "file": (gettext("Predict a file"), partial(batch.judge, asked)),
    },
)
