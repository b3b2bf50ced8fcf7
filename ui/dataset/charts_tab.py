"""The sentences in charts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnn_core import Dataset, DatasetError
from rnn_core.errors import shorten
from ui.figures import sentences
from ui.frame import charts, shell
from ui.messages import errors, formatting
from ui.session.session import Session

MOST_ROWS = 60
MOST_LISTED = 500
"""The most sentences offered in a list; of more, one is chosen by its row."""


def pictures(session: Session) -> None:
    """Show lengths, frequent words by label, and one sentence as one-hot vectors."""
    data = session.workspace.dataset
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**How long the sentences are**")
        charts.show(session.view, sentences.lengths(data, shell.colors()), key="lengths", alt="Sentences by number of words")
    with right:
        st.markdown(f"**The commonest of {formatting.number(len(data.vocabulary))} words in training, by label**")
        charts.show(
            session.view,
            sentences.word_counts(data, shell.colors()),
            key="words",
            alt="How often each word is trained on, by label",
        )
    st.markdown("**One sentence, one-hot**")
    _one_hot(session)


def _one_hot(session: Session) -> None:
    """Show the one-hot matrix of a chosen sentence."""
    data = session.workspace.dataset
    rows = [i for i, words in enumerate(data.words) if words]
    if not rows:
        st.info("There is no sentence to show yet.")
        return
    row = _chosen(data, sorted(rows, key=lambda i: -len(data.words[i])))
    st.caption(
        "The guide feeds the network one of these rows a word: all zeros but for a one in the word's column. Times W_xh, that picks "
        "out one column of W_xh, so our network looks the column up instead."
    )
    words = data.words[row]
    if data.rules.unknown != "refuse":
        words = data.vocabulary.tokens(words, data.rules.unknown).read
    if not words:
        st.info(errors.error(DatasetError("nothing_known" if data.words[row] else "empty_text")))
        return
    figure = sentences.one_hot(data, words[:MOST_ROWS], shell.colors())
    charts.show(session.view, figure, key="one-hot", alt="One-hot matrix of the chosen sentence")


def _chosen(data: Dataset, rows: Sequence[int]) -> int:
    """Let the visitor choose a sentence, the longest first."""
    if len(rows) <= MOST_LISTED:
        return st.selectbox(
            "Sentence",
            rows,
            format_func=lambda i: f"{i + 1}  {data.examples[i].text[:80]}" if i < len(data.examples) else "",
            width=420,
        )
    row = st.number_input("Row of the sentence", 1, len(data.examples), rows[0] + 1, width=160) - 1
    st.markdown(formatting.plain(shorten(data.examples[row].text, 200)))
    return row
