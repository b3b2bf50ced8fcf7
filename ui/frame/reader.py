"""The network as it stands reads a sentence, over and over."""

from __future__ import annotations

import streamlit as st

from rnn_core import Reading, RnnCoreError
from ui.figures import drawing
from ui.frame import shell
from ui.frame.lens import Lens
from ui.messages import home as messages
from ui.session.session import Session

FIRST = "i am not bad"
"""The sentence that is read if the network can read it and the visitor has asked no other."""
PIXELS = 1.3
"""Of a unit of the drawing; on a narrow screen it is smaller."""
MOST_TRIED = 50
"""Sentences of the data that are tried one after another."""


def show(session: Session, *, trained: bool = True) -> None:
    """Draw the reading once; the picture plays by itself, so it costs the server nothing while it is looked at.

    trained: whether the shown run reads, if there is one; otherwise the initial network of what is set.
    """
    try:
        lens = _lens(session, trained)
        reading = _reading(lens)
    except RnnCoreError:  # what is set cannot be trained; the Dataset page says why
        return
    if reading is None:
        return
    st.markdown(messages.reads(reading, lens.epoch))
    width = round(PIXELS * drawing.width_of(reading))
    st.image(drawing.reading(reading, shell.colors()), width=width, alt=messages.described(reading))


def _lens(session: Session, trained: bool) -> Lens:
    """Return the network of the shown run if it is wanted; before there is one, the initial network of what is set."""
    run = session.runs.shown
    if trained and run is not None and run.epoch:
        return Lens.on_run(session, run)
    return Lens.on_settings(session, session.workspace.experiment())


def _reading(lens: Lens) -> Reading | None:
    """Return the reading of a sentence that fits the drawing: the one asked last, a well-known one, or one of the data."""
    known = (lens.data.examples[row].text for row in (*lens.data.rows("test"), *lens.data.rows("train"))[:MOST_TRIED])
    for text in (lens.session.view.sentence or FIRST, FIRST, *known):
        if lens.can_read(text) and len((reading := lens.reading(text)).words) <= drawing.MOST_WORDS:
            return reading
    return None
