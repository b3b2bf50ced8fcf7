"""Which words decided: by leaving each out, and by three more methods."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from rnn_core.explanation import Saliency
from ui.figures import saliency as figures
from ui.frame import charts, shell
from ui.frame.folded import folded
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import formatting
from ui.messages import saliency as messages


def compare(lens: Lens, text: str) -> None:
    """Show what the prediction loses without each word; the other methods on request, each with a line on what it means."""
    reading, labels = lens.reading(text), lens.model.labels
    label = st.segmented_control(
        gettext("Explain"),
        labels,
        default=reading.verdict,
        key=f"explained-{reading.verdict}",  # a sentence with another prediction begins with that
        required=True,
        format_func=formatting.plain,
    )
    found = lens.saliency(text, label or reading.verdict)
    first, *others = messages.METHODS
    st.markdown(messages.explained(found))
    if len(found.words) == 1:
        st.caption(gettext("A sentence of one word cannot lose it."))
    _bars(lens, found, first)
    if said := messages.shown(len(found.words), figures.MOST_BARS):
        st.caption(said)
    folded(gettext("More methods"), "more-methods", partial(_others, lens, found, others))


def _others(lens: Lens, found: Saliency, methods: Sequence[str]) -> None:
    st.markdown(messages.by_gradients(found))
    for column, field in zip(st.columns(len(methods), gap="medium"), methods, strict=True):
        with column:
            st.markdown(f"**{messages.METHODS[field]}**")
            _bars(lens, found, field)
            st.caption(messages.MEANINGS[field])
            if field == "integrated_gradients":
                st.caption(messages.completeness(found))


def _bars(lens: Lens, found: Saliency, field: str) -> None:
    sides = None if field == "gradient_norm" else (found.label, lens.model.labels)
    figure = figures.bars(found.words, getattr(found, field), shell.colors(), sides)
    charts.show(lens.view, figure, key=field, alt=gettext("{method} of each word", method=messages.METHODS[field]))
