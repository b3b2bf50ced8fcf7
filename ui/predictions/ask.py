"""A sentence and its prediction, and the probability after each word."""

from __future__ import annotations

from itertools import islice

import streamlit as st

from rnn_core import DatasetError, LimitError, Reading, UnknownWordError
from rnn_core.explanation import joined
from ui.figures import reading as reading_figures
from ui.figures import strips
from ui.frame import charts, network, shell
from ui.frame.lens import Lens
from ui.language import gettext, ngettext, paragraph
from ui.messages import ask as messages
from ui.messages import errors, formatting
from ui.predictions import teach
from ui.session import session as sessions
from ui.session.page_view import SENTENCE

FIRST = "i am not bad"
"""The sentence to begin with if the network can read it."""
MOST_TRIED = 200
"""Sentences of the data that are tried one after another."""
PAUSE = "300ms"
"""How long typing must pause before the sentence is read; a shorter pause would report half-typed words as unknown."""
MOST_TILES = 20
"""Words up to which a sentence is a strip of tiles; a longer one is a curve."""


def ask(lens: Lens) -> str | None:
    """Show the sentence, its prediction and the probability after each word; return the text if it could be read."""
    session = lens.session
    first: str = sessions.widget(SENTENCE) if sessions.has(SENTENCE) else sessions.fill(SENTENCE, _opening(lens))
    sentence, time = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with time:
        network.epoch(lens)
    with sentence:
        text = st.text_input(gettext("Sentence"), first, key=SENTENCE, placeholder="i am not at all bad", live=PAUSE)
    session.view.sentence = text
    try:
        reading = lens.reading(text)
    except UnknownWordError as problem:
        _unknown(lens, text, problem)
    except LimitError as problem:
        st.error(_too_long(problem), icon=":material/block:")
    except DatasetError as problem:
        if problem.reason == "nothing_known":
            st.info(gettext("The network knows none of these words. Use some of the words it was trained on."))
        else:
            st.info(gettext("Write a sentence of words that the network knows."))
    else:
        _prediction(lens, reading)
        if reading.tokens.unknown:
            st.info(messages.read_instead(reading.tokens, lens.model.rules.unknown), icon=":material/visibility_off:")
            near = {word: lens.model.vocabulary.near(word) for word in reading.tokens.unknown[:3]}
            _offer(lens, text, reading.tokens.written, near)
        return text
    return None


def _opening(lens: Lens) -> str:
    """Return the sentence to begin with: the visitor's own, or else one of the data, that this network can read."""
    rows = (*lens.data.rows("test"), *lens.data.rows("train"))
    known = (lens.data.examples[row].text for row in rows)
    candidates = (lens.session.view.sentence or FIRST, FIRST, *islice(known, MOST_TRIED))
    return next((text for text in candidates if lens.can_read(text)), lens.session.view.sentence or "")


def _too_long(problem: LimitError) -> str:
    if problem.what == "words":
        return ngettext("A sentence may have up to {count} word.", "A sentence may have up to {count} words.", problem.allowed)
    return ngettext(
        "A sentence may have up to {count} character.", "A sentence may have up to {count} characters.", problem.allowed
    )


def _prediction(lens: Lens, reading: Reading) -> None:
    card, strip = st.columns([1, 4], vertical_alignment="top")
    card.metric(
        gettext("Prediction"),
        formatting.plain(reading.verdict),
        f"{reading.confidence:.3f}",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    with strip:
        st.caption(messages.after_each_word(reading, lens.label))
        draw = strips.reading_strip if len(reading.words) <= MOST_TILES else reading_figures.curve
        figure = draw(reading, lens.label, shell.colors())
        charts.show(lens.view, figure, key="reading", alt=gettext("The prediction after each word"))
        st.markdown(messages.turns(reading))


def _unknown(lens: Lens, text: str, problem: UnknownWordError) -> None:
    written = lens.model.rules.words(text)
    if messages.unfinished(text, written, problem.words, lens.model.vocabulary):
        begun = gettext("{word} is the beginning of a word that the network knows.", word=messages.quoted(written[-1]))
        st.info(begun, icon=":material/edit:")
    else:
        known = gettext("It can only read words that it was trained on.")
        st.error(paragraph([errors.error(problem), known]), icon=":material/block:")
    if len(written) <= MOST_TILES:
        figure = strips.unknown_strip(written, problem.words, shell.colors())
        charts.show(lens.view, figure, key="unknown", alt=gettext("The sentence with its unknown words marked"))
    _offer(lens, text, written, problem.near)


def _offer(lens: Lens, text: str, written: tuple[str, ...], near: dict[str, tuple[str, ...]]) -> None:
    """Offer known words spelled like the unknown ones, and to add the sentence to the data, from which its words can be learned."""
    for word, known_ones in near.items():
        if not known_ones:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(gettext("Known words similar to {word}:", word=messages.quoted(word)))
            for known in known_ones:
                swapped = joined(lens.model.rules, [known if w == word else w for w in written])
                key = f"near-{word}-{known}"
                st.button(formatting.plain(known), key=key, on_click=sessions.put, args=(SENTENCE, swapped))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(gettext("Or add this sentence to the training data:"))
        teach.menu(lens, text, "unknown")
    teach.added(lens)
