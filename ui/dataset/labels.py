"""What a visitor types for a label."""

from __future__ import annotations

import streamlit as st

from rnn_core.data.dataset import LABEL_LENGTH, is_label
from ui.language import gettext, number


def usable(label: str | None) -> bool:
    """Whether this is a label, or none; where it is not, say why."""
    if label is None or is_label(label):
        return True
    st.warning(
        gettext(
            "A label is one line of at most {most} characters. Yours has {count} and was not used. Shorten it.",
            most=number(LABEL_LENGTH),
            count=number(len(label)),
        ),
        icon=":material/label_off:",
    )
    return False
