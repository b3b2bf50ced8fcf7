"""Dataset: the sentences, and what is wrong with them."""

import streamlit as st

from rnn_core import presets
from ui import editor, exchange, messages, shell
from ui.figures import sentences
from ui.figures.palette import CONFIG

session = shell.enter("Dataset")
headline = st.empty()

table, aside = st.columns([5, 3], gap="medium")
with table:
    if problem := editor.edit(session):
        st.error(messages.error(problem), icon=":material/block:")
    with st.container(horizontal=True):
        if st.button("Reset to the guide's sentences", icon=":material/restart_alt:"):
            session.replace_dataset(presets.guide_dataset())
            st.rerun()
        if session.past and st.button("Bring back the former sentences", icon=":material/undo:"):
            session.undo()
            st.rerun()

data = session.dataset
headline.markdown(messages.data_line(data))

with aside:
    blocking = data.blocking
    warnings = [fault for fault in data.faults if not fault.blocks]
    if blocking:
        st.error(messages.fault_list("To mend before training", blocking, session.row_names), icon=":material/block:")
    if warnings:
        st.warning(messages.fault_list("Worth a look", warnings, session.row_names), icon=":material/visibility:")
    if not data.faults:
        st.success("Nothing is wrong with these sentences.", icon=":material/check:")
    st.plotly_chart(
        sentences.balance(data, shell.colours()), key="balance", config=CONFIG, alt="Sentences of each label in each split"
    )
    shell.link(shell.TRAINING, "Train on these sentences", ":material/arrow_forward:")

one_hot, lengths, words, files = st.tabs(["One-hot", "Lengths", "Words", "Files"])
with one_hot:
    exchange.one_hot(session)
with lengths:
    st.plotly_chart(sentences.lengths(data, shell.colours()), key="lengths", config=CONFIG, alt="Sentences by number of words")
with words:
    st.caption(f"The vocabulary: {len(data.vocabulary)} words that training has. A network can read no others.")
    st.plotly_chart(
        sentences.word_counts(data, shell.colours()), key="words", config=CONFIG, alt="How often each word is trained on"
    )
with files:
    exchange.files(session)
