"""Gradients: what clipping guards against, and whether the gradients are right."""

import streamlit as st

from ui import gradients, messages, shell
from ui.figures import curves
from ui.figures.palette import CONFIG

session = shell.enter("Gradients")
run = session.run

if run is None or not run.epoch:
    st.markdown("What each update wanted to change, before and after clipping; and whether backpropagation gets it right.")
    st.info("The norms appear here once something has been trained. The check below works without.")
    shell.link(shell.TRAINING, "Train first", ":material/show_chart:")
else:
    shell.belongs(session, run)
    gradients.norms(run)
    st.header("How often clipping acted", anchor=False)
    st.markdown(messages.clipped(run))
    st.plotly_chart(
        curves.share_clipped(run.history, shell.colours()),
        key="share",
        config=CONFIG,
        alt="Share of updates and of elements clipped",
    )

st.header("Gradient check", anchor=False)
gradients.check(session)
