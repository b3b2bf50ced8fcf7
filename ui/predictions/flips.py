"""What would change the prediction, to any other label or to a chosen one."""

from __future__ import annotations

import streamlit as st

from rnn_core.explanation import Flip, find_flips
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import ask, formatting
from ui.messages import flips as messages
from ui.predictions import teach


def show(lens: Lens, text: str) -> None:
    """Show the fewest deletions and the single replacements that change the prediction; each can be asked or added to the data."""
    reading = lens.reading(text)
    to = _target(lens, reading.verdict)
    with st.spinner(gettext("Reading the sentence with every change …"), show_time=True):
        found = lens.work_out(("flips", text, to), lambda: find_flips(lens.model, reading, to=to))
    st.markdown(messages.question(reading.verdict, to))
    teach.added(lens)
    deletions, replacements = st.columns(2, gap="large")
    with deletions:
        st.markdown(gettext("**Delete words**"))
        st.caption(messages.deletions_line(found))
        for i, flip in enumerate(found.deletions):
            _flip(lens, text, flip, f"deletion-{i}")
    with replacements:
        st.markdown(gettext("**Replace a word**"))
        st.caption(messages.replacements_line(found))
        for i, flip in enumerate(found.replacements):
            _flip(lens, text, flip, f"replacement-{i}")
    st.markdown(gettext("**The sentence itself**"))
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f"{ask.quoted(text, 200)} → {ask.answer(reading.verdict, reading.confidence)}", width="stretch")
        teach.menu(lens, text, "itself")


def _target(lens: Lens, verdict: str) -> str | None:
    """The label that the new prediction must have; of two labels there is no choice."""
    others: list[str | None] = [label for label in lens.model.labels if label != verdict]
    if len(others) < 2:
        return None
    return st.selectbox(
        gettext("Change {label} to", label=formatting.plain(verdict)),
        [None, *others],
        key=f"flip-to-{verdict}",
        format_func=lambda label: gettext("any other label") if label is None else label,
        width=260,
    )


def _flip(lens: Lens, text: str, flip: Flip, key: str) -> None:
    reading = lens.reading(text)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(messages.flip(flip, reading.tokens, reading.verdict), width="stretch")
        teach.menu(lens, flip.text, key, ask=True)
