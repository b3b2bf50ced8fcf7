"""Home: what this is, and where the experiment stands."""

import streamlit as st

from rnn_core import presets
from ui.figures import drawing
from ui.frame import shell
from ui.training import live

session = shell.enter("Unrolled")
st.markdown(
    "See a recurrent network learn to tell a positive sentence from a negative one: word by word, epoch by epoch, gradient by gradient."
)

words, picture = st.columns([2, 3], gap="large", vertical_alignment="center")
with words:
    st.latex(r"h_t = \tanh(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b_h)")
    st.latex(r"y = W_{hy}\,h_T + b_y \qquad p = \mathrm{softmax}(y)")
    st.markdown(
        "Each word $x_t$ changes what the network has in mind, $h_t$. The same three matrices serve every word; "
        "after the last one it answers."
    )
    if st.button("Train the guide's network", icon=":material/play_arrow:", type="primary"):
        shell.train(session, presets.guide_corrected())
        st.switch_page(shell.TRAINING)
with picture:
    st.image(drawing.unrolled(shell.colors()), width="stretch", alt=drawing.DESCRIPTION)

st.header("Where the experiment stands", anchor=False)
live.cards(session)

st.markdown(
    "The network, its sentences and its defaults are those of a well-known beginner's guide, with one difference: the guide's "
    "backward rule is printed wrong. The **Gradients** page shows where, and what it costs."
)
