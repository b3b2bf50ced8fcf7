"""A file that a visitor opens: an experiment, a network saved here, or one from another program."""

from __future__ import annotations

import re

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rnn_core import Limits, Model, RnnCoreError
from rnn_core.errors import TensorFileError
from rnn_core.sharing import documents, model_file, outside, word_list
from ui.language import gettext
from ui.messages import errors
from ui.session.session import Session

_KINDS = ("json", "npz", "safetensors", "pt", "pth", "bin")
"""Endings of what is opened, and of what is refused with how to convert it."""
_ASKED_FOR = ("no_vocabulary", "no_labels")
"""What a file from another program need not contain."""


def draw(session: Session) -> None:
    """Draw the field for a file, and open what is chosen. A network from another program needs its vocabulary and labels."""
    file = st.file_uploader(
        gettext("An experiment (.json), a network saved here (.npz), or a network from PyTorch (.safetensors or .npz)"),
        type=list(_KINDS),
        key=f"open-{session.workspace.revision}-{session.workspace.settings_revision}",
        max_upload_size=_megabytes(session.limits),
    )
    if file is None:
        return
    try:
        if file.name.lower().endswith(".json"):
            experiment = documents.load(file.getvalue(), session.limits)
            if session.workspace.holds(experiment):
                st.info(gettext("These are already the current settings and sentences."), icon=":material/check:")
                return
            session.inbox.offered, session.inbox.offer_problem = experiment, None
        else:
            model = _network(file, session.limits)
            if model is None:
                return
            session.open_network(model, file.name)
    except RnnCoreError as problem:
        st.error(errors.unusable(problem), icon=":material/block:")
        return
    session.view.sharing = None
    st.rerun()


def _network(file: UploadedFile, limits: Limits) -> Model | None:
    """Return the network in a file; None while the visitor has not said what the file does not."""
    try:
        return outside.load(file.getvalue(), limits=limits)
    except TensorFileError as problem:
        if problem.reason == "own_file":
            return model_file.load(file.getvalue(), limits)
        if problem.reason not in _ASKED_FOR:
            raise
    return _completed(file, limits)


def _completed(file: UploadedFile, limits: Limits) -> Model | None:
    """Ask for the vocabulary and the labels of a network; return it once they are there."""
    st.info(
        gettext("This network comes from another program. Its file does not contain the words and the labels."),
        icon=":material/input:",
    )
    vocabulary = st.file_uploader(
        gettext("Vocabulary: the word of each id"),
        type=["json", "txt", "csv", "vocab"],
        key="outside-vocabulary",
        max_upload_size=_megabytes(limits),
        help=gettext(
            "A JSON list, a JSON object of word and id, or a text file with one word per line, in the order of the ids."
        ),
    )
    entered = st.text_input(
        gettext("Labels, in the order of the outputs"),
        key="outside-labels",
        max_chars=2_000,
        placeholder="negative, positive",
        help=gettext("Separate them with commas."),
    )
    labels = [label.strip() for label in re.split("[,，]", entered or "") if label.strip()]
    if vocabulary is None or not labels:
        return None
    words = word_list.read(vocabulary.getvalue(), limits)
    return outside.load(file.getvalue(), vocabulary=words, labels=labels, limits=limits)


def _megabytes(limits: Limits) -> int:
    return max(1, limits.upload_bytes // 1_000_000)
