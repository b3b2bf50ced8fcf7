"""Sentences from a file or the clipboard: read, their columns and labels understood or put right, and only then taken over."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.data.dataset import NEGATIVE, POSITIVE, SPLITS
from rnn_core.data.formats import Table
from rnn_core.data.meaning import Meaning
from ui.dataset import confirm
from ui.frame import reading
from ui.messages import errors, formatting
from ui.messages import import_tab as messages
from ui.session.incoming import Incoming
from ui.session.session import Session

MOST_LABELS = 12
"""Values of a label column that are asked about one by one."""


def bring(session: Session) -> None:
    """From a file or pasted lines to a preview."""
    incoming = _source(session)
    if incoming is None:
        session.incoming = None
        return
    try:
        table = reading.read(incoming, session.limits, str(session.revision))
        meaning = _meaning(session, incoming, table)
        examples = meaning.examples(table)
    except RnnCoreError as problem:
        st.error(f"{errors.error(problem)} Your sentences are as they were.", icon=":material/block:")
        return
    confirm.confirm(session, examples, f"{incoming.digest}-{session.revision}", wide=True)


def _source(session: Session) -> Incoming | None:
    how = st.segmented_control(
        "From", ["A file", "Pasted lines"], default="A file", key="bring-from", required=True, label_visibility="collapsed"
    )
    if how == "A file":
        file = st.file_uploader(
            "CSV, TSV, text, JSON, fastText, or the guide's data.py",
            type=list(reading.TYPES),
            key=f"upload-{session.revision}",
            max_upload_size=max(1, session.limits.upload_bytes // 1_000_000),
            help="Which column is what is found out and shown; you can put it right. A data.py is read, never run.",
        )
        return session.take(file.getvalue(), file.name) if file else None
    text = st.text_area(
        "One sentence a line; a label after a tab if you have one",
        key=f"paste-{session.revision}",
        height=160,
        placeholder="i am not at all bad\tpositive\nthis was sad\tnegative",
    )
    return session.take(text, None) if text.strip() else None


def _meaning(session: Session, incoming: Incoming, table: Table) -> Meaning:
    """Which column is what, as guessed or as chosen."""
    guess = _guess(table)
    key = f"{incoming.digest}-{session.revision}-{len(table.columns)}-{table.has_header}"
    places: list[int | None] = [None, *range(len(table.columns))]

    def name(place: int | None) -> str:
        if place is None:
            return "none"
        column = table.columns[place] if place < len(table.columns) else ""
        return f"“{column}”" if column == "none" else column  # a choice is known by its words

    text, label, split = st.columns(3)
    with text:
        text_at = st.selectbox("The sentence", places[1:], guess.text, key=f"text-{key}", format_func=name)
    with label:
        label_at = st.selectbox("The label", places, places.index(guess.label), key=f"label-{key}", format_func=name)
    with split:
        split_at = st.selectbox("The split", places, places.index(guess.split), key=f"split-{key}", format_func=name)
    meaning = Meaning.of(table, text_at or 0, label_at, split_at)
    if label_at is None:
        with label:
            labels = [POSITIVE, NEGATIVE, None]
            said = st.selectbox("Label of all", labels, 2, key=f"all-{key}", format_func=lambda given: given or "none yet")
        meaning = replace(meaning, label_for_all=said)
    if split_at is None:
        with split:
            meaning = replace(meaning, split_for_all=st.selectbox("Split of all", SPLITS, 0, key=f"side-{key}"))
    return _labels(meaning, table, f"{key}-{label_at}")


def _guess(table: Table) -> Meaning:
    """Pasted lines are in the order that is asked for, sentence, label, split, whatever they say; other tables say it themselves."""
    if table.form == "lines" and 2 <= len(table.columns) <= 3:
        return Meaning.of(table, *range(len(table.columns)))
    return Meaning.guess(table)


def _labels(meaning: Meaning, table: Table, key: str) -> Meaning:
    """What each value of the label column means, where that is not plain."""
    unmapped = meaning.unmapped(table)
    if not unmapped:
        return meaning
    st.markdown(f"**Labels to be told:** {messages.label_counts(unmapped)}")
    choices = {"no label yet": None, "positive": POSITIVE, "negative": NEGATIVE, "leave these out": ""}
    labels, left_out = dict(meaning.labels), set(meaning.left_out)
    with st.container(horizontal=True):
        for i, value in enumerate(list(unmapped)[:MOST_LABELS]):
            asked = f"value-{key}-{i}-{value[:40]}"
            chosen = choices[st.selectbox(formatting.plain(value[:40]), list(choices), key=asked, width=180) or ""]
            if chosen:
                labels[value] = chosen
            elif chosen == "":
                left_out.add(value)
    return replace(meaning, labels=labels, left_out=frozenset(left_out))
