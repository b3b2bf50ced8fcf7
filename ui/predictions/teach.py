"""Adding a sentence to the data with the label that a visitor gives it, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from rnn_core import Example, RnnCoreError
from rnn_core.data.dataset import check_bounds
from ui.frame import shell
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import ask, errors, formatting
from ui.messages import flips as messages
from ui.session import session as sessions
from ui.session.page_view import SENTENCE, PageView
from ui.session.workspace import Added, Workspace

_ASK = ""
"""The choice of asking a sentence; no label is empty."""


def menu(lens: Lens, text: str, key: str, *, ask: bool = False) -> None:
    """Draw one menu of what can be done with a sentence: add it with any label and, if ask, ask it."""
    choices = [*([_ASK] if ask else []), *lens.model.labels]
    name = f"do-{key}"

    def act() -> None:
        chosen = sessions.widget(name)
        if chosen == _ASK:
            sessions.put(SENTENCE, text)
        elif chosen is not None:
            _take(lens.session.workspace, lens.session.view, text, chosen)

    st.menu_button(
        gettext("Try or add") if ask else gettext("Add to training"),
        choices,
        key=name,
        format_func=lambda choice: (
            gettext("Try this sentence") if choice == _ASK else gettext("Add as {label}", label=formatting.plain(choice))
        ),
        on_click=act,
        help=gettext("Added sentences become training sentences with the label you choose."),
    )


def _take(workspace: Workspace, view: PageView, text: str, label: str) -> None:
    already = ask.example_of(workspace.dataset, text)
    if already != label:
        examples = (*workspace.dataset.examples, Example(text, label, "train"))
        try:
            check_bounds(examples, workspace.dataset.rules, workspace.limits)
        except RnnCoreError as problem:
            view.notice = partial(errors.error, problem)
            return
        workspace.replace_dataset(replace(workspace.dataset, examples=examples))
    workspace.added = Added(partial(messages.added, text, label, already), workspace.dataset, new=already != label)


def added(lens: Lens) -> None:
    """Say what was just added and offer undo, until it has been trained on."""
    workspace, last = lens.session.workspace, lens.session.workspace.added
    if last is None or last.dataset is not workspace.dataset or (last.new and lens.data is last.dataset):
        return
    if not last.new:
        st.info(last.message(), icon=":material/playlist_add_check:")
        workspace.added = None
        return
    st.success(last.message(), icon=":material/playlist_add:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(gettext("Undo"), icon=":material/undo:"):
            workspace.undo()
            st.rerun()
        shell.link(shell.TRAINING, gettext("Train again"), ":material/show_chart:")
