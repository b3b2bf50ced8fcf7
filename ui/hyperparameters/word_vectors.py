"""Word vectors on the Hyperparameters page: a file of them, what was found in it, and whether they are trained on."""

from __future__ import annotations

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.sharing import vector_files
from rnn_core.sharing.vector_streams import ENDINGS, Bounds
from ui.language import gettext
from ui.messages import errors
from ui.messages import vectors as messages
from ui.session.workspace import Workspace


def show(workspace: Workspace) -> None:
    """Draw what is known of the vectors in use, or the field for a file of them."""
    vectors = workspace.dataset.vectors
    with st.expander(gettext("Word vectors"), expanded=vectors is not None):
        if vectors is None:
            _upload(workspace)
            return
        st.markdown(messages.found(vectors, workspace.dataset))
        if workspace.vector_file is not None and (said := messages.damaged(workspace.vector_file)):
            st.warning(said, icon=":material/rule:")
        with st.container(horizontal=True):
            st.download_button(
                gettext("Download the vectors"),
                data=lambda: vector_files.save(vectors),
                file_name="vectors.npz",
                mime="application/octet-stream",
                icon=":material/download:",
                on_click="ignore",
                help=gettext("A small file with these words alone. Who opens your link needs it."),
            )
            if st.button(gettext("Remove the vectors"), icon=":material/close:", key="remove-vectors"):
                workspace.use_vectors(None)
                st.rerun()


def _upload(workspace: Workspace) -> None:
    limits = workspace.limits
    st.caption(
        gettext(
            "Numbers for each word, learned from much more text than your sentences, such as GloVe. Words with similar numbers are used "
            "alike, so a network that reads them knows words that are in no training sentence."
        )
    )
    file = st.file_uploader(
        gettext("GloVe, word2vec or fastText (.txt, .vec, .bin, .gz, .zip), or an .npz cut here"),
        type=list(ENDINGS),
        key=f"vectors-{workspace.revision}",
        max_upload_size=max(1, limits.upload_bytes // 1_000_000),
        help=messages.how_to_cut(),
    )
    if file is None:
        return
    try:
        found = vector_files.read(file, file.name, workspace.dataset.written, Bounds.of(limits))
    except RnnCoreError as problem:
        st.error(errors.error(problem), icon=":material/block:")
        return
    workspace.use_vectors(found)
    st.rerun()
