"""What would change the prediction, and adding such a sentence to the data."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from rnn_core import Example
from rnn_core.explanation import Flip, find_flips
from ui.frame import shell
from ui.frame.lens import Lens
from ui.messages import ask, formatting
from ui.messages import flips as messages
from ui.predictions.ask import KEY
from ui.session import session as sessions
from ui.session.workspace import Added, Workspace


def show(lens: Lens, text: str) -> None:
    """Show the fewest deletions and the single replacements that change the prediction; each can be asked or added to the data."""
    reading = lens.reading(text)
    with st.spinner("Reading the sentence with every change …", show_time=True):
        found = lens.work_out(("flips", text), lambda: find_flips(lens.model, reading))
    st.markdown(messages.question(reading.verdict))
    _added(lens)
    deletions, replacements = st.columns(2, gap="large")
    with deletions:
        st.markdown("**Fewer words**")
        st.caption(messages.deletions_line(found))
        for i, flip in enumerate(found.deletions):
            _flip(lens, text, flip, f"deletion-{i}")
    with replacements:
        st.markdown("**Another word**")
        st.caption(messages.replacements_line(found))
        for i, flip in enumerate(found.replacements):
            _flip(lens, text, flip, f"replacement-{i}")
    st.markdown("**The sentence as it is**")
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f"{ask.quoted(text, 200)} → {formatting.plain(reading.verdict)} ({reading.confidence:.2f})", width="stretch")
        _add(lens, text, "itself")


def _flip(lens: Lens, text: str, flip: Flip, key: str) -> None:
    with st.container(border=True):
        st.markdown(messages.flip(flip, lens.reading(text).tokens))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Ask it", key=f"ask-{key}", icon=":material/search:", on_click=sessions.put, args=(KEY, flip.text))
            _add(lens, flip.text, key)


def _add(lens: Lens, text: str, key: str) -> None:
    """Draw one button for each label that the visitor may say is right."""
    for label in lens.model.labels:
        st.button(
            f"Add as {formatting.plain(label)}",
            key=f"add-{key}-{label}",
            icon=":material/add:",
            on_click=_take,
            args=(lens.session.workspace, text, label),
            help="Adds the sentence to the training sentences with this label.",
        )


def _take(workspace: Workspace, text: str, label: str) -> None:
    already = ask.example_of(workspace.dataset, text)
    if already != label:
        example = Example(text, label, "train")
        workspace.replace_dataset(replace(workspace.dataset, examples=(*workspace.dataset.examples, example)))
    workspace.added = Added(messages.added(text, label, already), workspace.dataset, new=already != label)


def _added(lens: Lens) -> None:
    """Say what was just added and offer undo, until it has been trained on."""
    session, added = lens.session, lens.session.workspace.added
    if added is None or added.dataset is not session.workspace.dataset or (added.new and lens.data is added.dataset):
        return
    if not added.new:
        st.info(added.message, icon=":material/playlist_add_check:")
        session.workspace.added = None
        return
    st.success(added.message, icon=":material/playlist_add:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Take it back", icon=":material/undo:"):
            session.workspace.undo()
            st.rerun()
        shell.link(shell.TRAINING, "Train anew", ":material/show_chart:")
