"""Adding a sentence to the data with the label that a visitor gives it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from rnn_core import Example, RnnCoreError
from rnn_core.data.dataset import check_bounds
from ui.frame import shell
from ui.frame.lens import Lens
from ui.messages import ask, errors, formatting
from ui.messages import flips as messages
from ui.session.page_view import PageView
from ui.session.workspace import Added, Workspace

MOST_BUTTONS = 3
"""Labels that have a button each; more of them are a list."""


def buttons(lens: Lens, text: str, key: str) -> None:
    """Draw one button for each label that the visitor may say is right; of many labels, a list and one button."""
    labels: Sequence[str] = lens.model.labels
    if len(labels) > MOST_BUTTONS:
        chosen = st.selectbox(
            "Label", labels, None, key=f"label-{key}", label_visibility="collapsed", width=160, placeholder="add as …"
        )
        labels = () if chosen is None else (chosen,)
    for label in labels:
        st.button(
            f"Add as {formatting.plain(label)}",
            key=f"add-{key}-{label}",
            icon=":material/add:",
            on_click=_take,
            args=(lens.session.workspace, lens.session.view, text, label),
            help="Adds the sentence to the training sentences with this label.",
        )


def _take(workspace: Workspace, view: PageView, text: str, label: str) -> None:
    already = ask.example_of(workspace.dataset, text)
    if already != label:
        examples = (*workspace.dataset.examples, Example(text, label, "train"))
        try:
            check_bounds(examples, workspace.dataset.rules, workspace.limits)
        except RnnCoreError as problem:
            view.notice = errors.error(problem)
            return
        workspace.replace_dataset(replace(workspace.dataset, examples=examples))
    workspace.added = Added(messages.added(text, label, already), workspace.dataset, new=already != label)


def added(lens: Lens) -> None:
    """Say what was just added and offer undo, until it has been trained on."""
    workspace, last = lens.session.workspace, lens.session.workspace.added
    if last is None or last.dataset is not workspace.dataset or (last.new and lens.data is last.dataset):
        return
    if not last.new:
        st.info(last.message, icon=":material/playlist_add_check:")
        workspace.added = None
        return
    st.success(last.message, icon=":material/playlist_add:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Take it back", icon=":material/undo:"):
            workspace.undo()
            st.rerun()
        shell.link(shell.TRAINING, "Train anew", ":material/show_chart:")
