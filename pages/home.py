"""Home: the network at work, and the ways on from here."""

import streamlit as st

from rnn_core import presets
from ui.frame import reader, shell
from ui.home import ways
from ui.language import gettext
from ui.messages import home

session = shell.enter("Unrolled")
st.markdown(
    gettext(
        "Watch a recurrent network learn to classify sentences as positive or negative: word by word, epoch by epoch, gradient by gradient. "
        "Each word changes the hidden state. The same matrices are used for every word."
    )
)
with st.container(horizontal=True, vertical_alignment="center"):
    if st.button(gettext("Train the guide's network"), icon=":material/play_arrow:", type="primary"):
        shell.train(session, presets.guide_corrected())
        st.switch_page(shell.TRAINING)
    shell.link(shell.GUIDE, gettext("Or read how it works, in nine chapters"), ":material/menu_book:")
reader.show(session)
ways.show(session)
st.markdown(home.guide())
