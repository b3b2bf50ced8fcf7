"""Which words decided, by four methods."""

from __future__ import annotations

import streamlit as st

from ui.figures import saliency as figures
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.messages import formatting
from ui.messages import saliency as messages


def compare(lens: Lens, text: str) -> None:
    """Show the four methods side by side, each with a line on what it means."""
    reading, labels = lens.reading(text), lens.model.labels
    label = st.segmented_control(
        "Explain for",
        labels,
        default=reading.verdict,
        key=f"explained-{reading.verdict}",  # a sentence with another prediction begins with that
        required=True,
        format_func=formatting.plain,
    )
    found = lens.saliency(text, label or reading.verdict)
    st.markdown(messages.explained(found))
    columns = st.columns(4, gap="medium")
    for column, (field, (name, meaning)) in zip(columns, messages.METHODS.items(), strict=True):
        with column:
            st.markdown(f"**{name}**")
            sides = None if field == "gradient_norm" else (found.label, labels)
            figure = figures.bars(found.words, getattr(found, field), shell.colors(), sides)
            charts.show(lens.view, figure, key=field, alt=f"{name} of each word")
            st.caption(meaning)
            if field == "integrated_gradients":
                st.caption(messages.completeness(found))
            elif field == "leave_one_out" and len(found.words) == 1:
                st.caption("Without its only word there is nothing to read.")
    if said := messages.shown(len(found.words), figures.MOST_BARS):
        st.caption(said)
