"""The dataset page's smaller rooms: one sentence as one-hot vectors, and files in and out."""

from __future__ import annotations

import hashlib

import streamlit as st

from rnn_core import Dataset, RnnCoreError
from ui import editor, messages, shell
from ui.figures import sentences
from ui.figures.palette import CONFIG
from ui.session import Session


def one_hot(session: Session) -> None:
    """The one-hot matrix of a chosen sentence."""
    data = session.dataset
    rows = [i for i, words in enumerate(data.words) if words]
    if not rows:
        st.info("There is no sentence to show yet.")
        return
    rows.sort(key=lambda i: -len(data.words[i]))
    row = st.selectbox(
        "Sentence",
        rows,
        format_func=lambda i: f"{i + 1}  {data.examples[i].text[:80]}" if i < len(data.examples) else "",
        width=420,
    )
    st.caption(
        "The guide feeds the network one of these rows a word: all zeros but for a one in the word's column. Times W_xh, that picks "
        "out one column of W_xh, so our network looks the column up instead."
    )
    figure = sentences.one_hot(data, data.words[row], shell.colours())
    st.plotly_chart(figure, key="one-hot", config=CONFIG, alt="One-hot matrix of the chosen sentence")


def files(session: Session) -> None:
    """CSV out, and in behind a preview: nothing is replaced before it is confirmed."""
    st.download_button(
        "Download as CSV",
        data=lambda: session.dataset.to_csv().encode(),
        file_name="sentences.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    key = f"upload-{session.revision}"
    file = st.file_uploader(
        "Upload a CSV with the columns text,label,split",
        type="csv",
        key=key,
        max_upload_size=max(1, session.limits.upload_bytes // 1_000_000),
        help="Labels: positive or negative (true, false, 1 and 0 are read too). Splits: train or test.",
    )
    if file is None:
        return
    content = file.getvalue()
    try:
        uploaded = _read(session, content)
    except RnnCoreError as problem:
        st.error(f"{messages.error(problem)} Your sentences are as they were.", icon=":material/block:")
        return
    st.markdown(f"**In the file:** {messages.data_line(uploaded)}")
    if uploaded.faults:
        st.warning(messages.fault_list("What is wrong with it", uploaded.faults), icon=":material/visibility:")
    st.dataframe(editor.frame_of(uploaded).head(200), height=220, alt="The first sentences of the uploaded file")
    with st.container(horizontal=True):
        if st.button("Replace the sentences with these", type="primary", icon=":material/check:"):
            session.replace_dataset(uploaded)
            st.rerun()
        if st.button("Discard", icon=":material/close:"):
            session.revision += 1
            st.rerun()


def _read(session: Session, content: bytes) -> Dataset:
    """The uploaded file as a dataset, parsed once however often the page is drawn."""
    digest = hashlib.sha256(content).digest()
    if session.upload is None or session.upload[0] != digest:
        session.upload = (digest, Dataset.from_csv(content, rules=session.dataset.rules, limits=session.limits))
    return session.upload[1]
