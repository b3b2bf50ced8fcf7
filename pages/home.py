"""Home: the network at work, and the ways on from here."""

import streamlit as st

from rnn_core import presets
from ui.frame import shell
from ui.home import reader, ways
from ui.messages import home

session = shell.enter("Unrolled")
st.markdown(
    "See a recurrent network learn to tell a positive sentence from a negative one: word by word, epoch by epoch, gradient by gradient. "
    "Each word changes its hidden state; the same matrices serve every word."
)
if st.button("Train the guide's network", icon=":material/play_arrow:", type="primary"):
    shell.train(session, presets.guide_corrected())
    st.switch_page(shell.TRAINING)
reader.show(session)
ways.show(session)
st.markdown(home.GUIDE)
