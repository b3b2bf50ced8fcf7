"""What a visitor types for a label."""

from __future__ import annotations

import streamlit as st

from rnn_core.data.dataset import LABEL_LENGTH, is_label
from ui.messages import formatting


def usable(label: str | None) -> bool:
    """Whether this is a label, or none; where it is not, say why."""
    if label is None or is_label(label):
        return True
    count, most = formatting.number(len(label)), formatting.number(LABEL_LENGTH)
    st.warning(
        f"A label is one line of at most {most} characters. What you typed has {count} and is not used: shorten it.",
        icon=":material/label_off:",
    )
    return False
