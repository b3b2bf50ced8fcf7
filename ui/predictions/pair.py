"""Two sentences side by side: their predictions and hidden states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from rnn_core import Reading, RnnCoreError
from rnn_core.arrays import Floats
from rnn_core.explanation import align, joined
from ui.figures import reading as reading_figures
from ui.figures import states, strips
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import ask, errors
from ui.predictions.ask import MOST_TILES, PAUSE
from ui.session import session as sessions

KEY = "other-sentence"


def beside(lens: Lens, text: str) -> None:
    """Show a second sentence with its strip and states in the columns of the first."""
    session, first = lens.session, lens.reading(text)
    other = session.view.other_sentence
    first_value = sessions.fill(KEY, other if other is not None and lens.can_read(other) else _other(lens, first))
    session.view.other_sentence = st.text_input(gettext("Second sentence"), first_value, key=KEY, max_chars=2_000, live=PAUSE)
    try:
        second = lens.reading(session.view.other_sentence)
    except RnnCoreError as problem:
        st.info(errors.error(problem))
        return
    columns = align(first.words, second.words)
    if len(columns) <= MOST_TILES:
        st.caption(ask.both(first, second))
        figure = strips.pair_strip((first, second), columns, lens.label, shell.colors())
        charts.show(lens.view, figure, key="pair", alt=gettext("The prediction after each word of both sentences, aligned"))
    else:
        figure = reading_figures.curve(second, lens.label, shell.colors())
        charts.show(lens.view, figure, key="pair-curve", alt=gettext("The prediction after each word of the second sentence"))
    _states(lens, (text, session.view.other_sentence), columns)


def _states(lens: Lens, texts: tuple[str, str], columns: Sequence[tuple[int | None, int | None]]) -> None:
    """Draw both sentences' states and their difference, for the first direction."""
    order = lens.orders()[0]
    both = [lens.traces(text)[0] for text in texts]
    placed = [_placed(way.by_place, [pair[which] for pair in columns]) for which, way in enumerate(both)]
    labels = [
        " / ".join(dict.fromkeys(way.words[i] for way, i in zip(both, pair, strict=True) if i is not None)) for pair in columns
    ]
    reach = max(states.reach_of(values) for values in placed)
    titles = (
        gettext("Hidden states, first sentence"),
        gettext("Hidden states, second sentence"),
        gettext("Difference, first minus second"),
    )
    for column, title, values, key in zip(st.columns(3), titles, (*placed, placed[0] - placed[1]), "abc", strict=True):
        with column:
            st.markdown(f"**{title}**")
            scale: states.Scale = "free" if key == "c" else "signed"
            figure = states.heat(values, labels, order, scale, shell.colors(), height=320, reach=reach)
            charts.show(lens.view, figure, key=f"pair-states-{key}", alt=title)


def _placed(values: Floats, places: Sequence[int | None]) -> Floats:
    """Return rows of values in the columns of their words; NaN where there is no word."""
    return np.array([np.full(values.shape[1], np.nan) if place is None else values[place] for place in places])


def _other(lens: Lens, reading: Reading) -> str:
    """Return a sentence to compare with: without its "not", with one before the last word, or without the last word."""
    words = list(reading.words)
    if "not" in words and len(words) > 1:
        words.remove("not")
    elif "not" in lens.model.vocabulary:
        words.insert(len(words) - 1, "not")
    elif len(words) > 1:
        words.pop()
    return joined(lens.model.rules, words)
