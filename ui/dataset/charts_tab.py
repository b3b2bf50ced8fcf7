"""The sentences in charts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnn_core import Dataset, DatasetError
from rnn_core.errors import shorten
from ui.figures import sentences
from ui.frame import charts, shell
from ui.language import gettext, ngettext
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
        st.markdown(gettext("**Sentence length**"))
        charts.show(
            session.view,
            sentences.lengths(data, shell.colors()),
            key="lengths",
            alt=gettext("Number of sentences by length in words"),
        )
    with right:
        st.markdown(
            ngettext(
                "**Most frequent training words by label** ({count} word in all)",
                "**Most frequent training words by label** ({count} words in all)",
                len(data.vocabulary),
            )
        )
        charts.show(
            session.view,
            sentences.word_counts(data, shell.colors()),
            key="words",
            alt=gettext("How often each word occurs in training, by label"),
        )
    st.markdown(gettext("**One-hot vectors of a sentence**"))
    _one_hot(session)


def _one_hot(session: Session) -> None:
    """Show the one-hot matrix of a chosen sentence."""
    data = session.workspace.dataset
    rows = [i for i, words in enumerate(data.words) if words]
    if not rows:
        st.info(gettext("There are no sentences yet."))
        return
    row = _chosen(data, sorted(rows, key=lambda i: -len(data.words[i])))
    st.caption(
        gettext(
            "In the guide, each word is a one-hot vector: one row of this table. Multiplying W_xh by it selects one column of W_xh, so our "
            "network looks up that column instead."
        )
    )
    words = data.words[row]
    if data.rules.unknown != "refuse":
        words = data.vocabulary.tokens(words, data.rules.unknown).read
    if not words:
        st.info(errors.error(DatasetError("nothing_known" if data.words[row] else "empty_text")))
        return
    figure = sentences.one_hot(data, words[:MOST_ROWS], shell.colors())
    charts.show(session.view, figure, key="one-hot", alt=gettext("One-hot vectors of the chosen sentence"))


def _chosen(data: Dataset, rows: Sequence[int]) -> int:
    """Let the visitor choose a sentence, the longest first."""
    if len(rows) <= MOST_LISTED:
        return st.selectbox(
            gettext("Sentence"),
            rows,
            format_func=lambda i: f"{i + 1}  {data.examples[i].text[:80]}" if i < len(data.examples) else "",
            width=420,
        )
    row = st.number_input(gettext("Row of the sentence"), 1, len(data.examples), rows[0] + 1, width=160) - 1
    st.markdown(formatting.plain(shorten(data.examples[row].text, 200)))
    return row
