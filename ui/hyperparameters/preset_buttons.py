"""The presets on the Hyperparameters page: a button each, and what to say of the one that is set."""

from __future__ import annotations

import streamlit as st

from rnn_core import presets
from ui.language import gettext
from ui.messages import names
from ui.session.workspace import Workspace


def show(workspace: Workspace) -> None:
    """Draw a button for each preset, the one that is set filled, and below them what to look at."""
    chosen = workspace.preset
    with st.container(horizontal=True):
        for name in presets.EXPERIMENTS:
            label, help_text = names.PRESETS[name], names.WATCH[name]
            if st.button(label, key=f"preset-{name}", help=help_text, type="primary" if name == chosen else "secondary"):
                workspace.asked_preset = name if workspace.asks(name) else None
                if workspace.asked_preset is None:
                    workspace.use_preset(name)
                st.rerun()
    if workspace.asked_preset is not None:
        _ask(workspace, workspace.asked_preset)
        return
    only_cell = workspace.only_cell
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            names.preset_line(chosen, own_sentences=workspace.own_sentences), width="stretch" if only_cell is None else "content"
        )
        if only_cell is not None and st.button(
            gettext("Change only the cell"),
            icon=":material/compare_arrows:",
            help=gettext("Keep the cell and take back all other settings of the preset, to compare cells fairly."),
        ):
            workspace.use_settings(*only_cell)
            st.rerun()


def _ask(workspace: Workspace, name: str) -> None:
    """Let the visitor say whether a preset's sentences replace their own."""
    st.warning(names.replaces_sentences(name, len(workspace.dataset.examples)), icon=":material/help:")
    with st.container(horizontal=True):
        replaced = st.button(gettext("Replace my sentences"), type="primary")
        kept = st.button(gettext("Take only the settings"))
        cancelled = st.button(gettext("Cancel"))
    if replaced or kept:
        workspace.use_preset(name, sentences=replaced)
    if replaced or kept or cancelled:
        workspace.asked_preset = None
        st.rerun()
