"""Sentences from a file or the clipboard: read, their columns and labels understood or put right, and only then taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from rnn_core import Limits, RnnCoreError
from rnn_core.data.columns import roles
from rnn_core.data.dataset import LABEL_LENGTH, NEGATIVE, POSITIVE, SPLITS, Split, is_label
from rnn_core.data.formats import Table
from rnn_core.data.meaning import Meaning
from ui.dataset import confirm, labels
from ui.frame import reading
from ui.language import Texts, gettext, mark
from ui.messages import errors
from ui.messages import import_tab as messages
from ui.messages.dataset import SPLITS as SPLIT_NAMES
from ui.session.incoming import Incoming
from ui.session.session import Session
from ui.session.workspace import Workspace

MOST_LABELS = 200
"""Values of a label column that can be renamed one by one, the most frequent ones."""
SOURCES = Texts({"file": mark("File"), "pasted": mark("Pasted lines")})


def bring(session: Session) -> None:
    """From a file or pasted lines to a preview."""
    incoming = _source(session)
    if incoming is None:
        return
    try:
        table = reading.read(incoming, session.limits, str(session.workspace.revision))
        meaning = _meaning(session.workspace, incoming, table)
        examples = meaning.examples(table)
    except RnnCoreError as problem:
        st.error(errors.unused(problem), icon=":material/block:")
        return
    confirm.confirm(session, examples, f"{incoming.digest}-{session.workspace.revision}", wide=True)


def _source(session: Session) -> Incoming | None:
    how = st.segmented_control(
        gettext("Source"),
        list(SOURCES),
        default="file",
        format_func=SOURCES.__getitem__,
        key="bring-from",
        required=True,
        label_visibility="collapsed",
    )
    if how == "file":
        file = st.file_uploader(
            gettext("CSV, TSV, text, JSON, fastText, or the guide's data.py"),
            type=list(reading.TYPES),
            key=f"upload-{session.workspace.revision}",
            max_upload_size=max(1, session.limits.upload_bytes // 1_000_000),
            help=gettext("The columns are detected. You can change them before the import. A data.py is read, but never run."),
        )
        return session.inbox.take(file.getvalue(), file.name) if file else None
    text = st.text_area(
        gettext("One sentence per line. You can add a label after a tab"),
        key=f"paste-{session.workspace.revision}",
        height=160,
        placeholder="i am not at all bad\tpositive\nthis was sad\tnegative",
    )
    return session.inbox.take(text, None) if text.strip() else None


def _meaning(workspace: Workspace, incoming: Incoming, table: Table) -> Meaning:
    """Which column is what, as guessed or as chosen."""
    guess = roles(table)
    key = f"{incoming.digest}-{workspace.revision}-{len(table.columns)}-{table.has_header}"
    places: list[int | None] = [None, *range(len(table.columns))]

    def name(place: int | None) -> str:
        if place is None:
            return gettext("none")
        column = table.columns[place] if place < len(table.columns) else ""
        return gettext("“{word}”", word=column) if column == gettext("none") else column  # a choice is known by its words

    text, label, split = st.columns(3)
    with text:
        text_at = st.selectbox(gettext("Sentence column"), places[1:], guess.text, key=f"text-{key}", format_func=name)
    with label:
        label_at = st.selectbox(gettext("Label column"), places, places.index(guess.label), key=f"label-{key}", format_func=name)
    with split:
        split_at = st.selectbox(gettext("Split column"), places, places.index(guess.split), key=f"split-{key}", format_func=name)
    if guess.is_guess and label_at == guess.label:
        st.warning(gettext("The label column is a guess from its values. Check it."), icon=":material/visibility:")
    meaning = Meaning.of(table, text_at or 0, label_at, split_at, limits=workspace.limits)
    if label_at is None:
        with label:
            said = _label_of_all(workspace, f"all-{key}")
        meaning = replace(meaning, label_for_all=said)
    if split_at is None:
        with split:
            meaning = replace(
                meaning,
                split_for_all=st.selectbox(
                    gettext("Split of all rows"), SPLITS, 0, key=f"side-{key}", format_func=SPLIT_NAMES.__getitem__
                ),
            )
    elif unknown := meaning.unknown_splits(table):
        with split:
            meaning = _other_splits(meaning, unknown, f"others-{key}-{split_at}")
    return _labels(workspace.limits, meaning, table, f"{key}-{label_at}")


def _other_splits(meaning: Meaning, unknown: Mapping[str, int], key: str) -> Meaning:
    """Rows whose split is neither train nor test: left out, or all in one of the two."""
    choices: list[Split | None] = [None, *SPLITS]
    side = st.selectbox(
        messages.other_splits(unknown),
        choices,
        key=key,
        format_func=lambda given: SPLIT_NAMES[given] if given else gettext("leave these rows out"),
    )
    if side is None:
        return replace(meaning, left_out_splits=frozenset(unknown))
    return replace(meaning, splits={**meaning.splits, **dict.fromkeys(unknown, side)})


def _label_of_all(workspace: Workspace, key: str) -> str | None:
    """The one label of sentences that have none: one of those that there are, or a new one."""
    choices = [None, *dict.fromkeys((*workspace.dataset.labels, POSITIVE, NEGATIVE))]
    chosen = st.selectbox(
        gettext("Label of all rows"),
        choices,
        key=key,
        format_func=lambda given: given or gettext("none yet"),
        accept_new_options=True,
    )
    label = (chosen or "").strip() or None
    return label if labels.usable(label) else None


def _labels(limits: Limits, meaning: Meaning, table: Table, key: str) -> Meaning:
    """The labels of the file, which can be renamed, merged and left out; and numbers made into two labels."""
    counts = meaning.counts(table)
    if not counts:
        return meaning
    if len(counts) > 2 and (numbers := meaning.numbers(table)):
        meaning = _two_of_numbers(meaning, table, numbers, len(counts) > limits.labels, key)
        key = f"{key}-{hash(frozenset(meaning.labels.items()))}"
    elif len(counts) > limits.labels:
        st.warning(messages.too_many_labels(len(counts), limits.labels), icon=":material/visibility:")
    shown = dict(sorted(counts.items(), key=lambda item: -item[1])[:MOST_LABELS])
    with st.expander(messages.label_counts(counts)):
        edited = st.data_editor(
            pd.DataFrame(
                {
                    "import": [said not in meaning.left_out for said in shown],
                    "file": list(shown),
                    "rows": list(shown.values()),
                    "label": [meaning.labels.get(said) for said in shown],
                }
            ),
            key=f"labels-{key}",
            hide_index=True,
            disabled=["file", "rows"],
            placeholder="",
            column_config={
                "import": st.column_config.CheckboxColumn(gettext("import"), width="small"),
                "file": st.column_config.TextColumn(gettext("in the file")),
                "rows": st.column_config.NumberColumn(gettext("rows")),
                "label": st.column_config.TextColumn(gettext("label"), max_chars=LABEL_LENGTH),
            },
            alt=gettext("The labels in the file, their number of rows, and their new names"),
        )
        st.markdown(
            gettext(
                "Give two labels the same name to merge them. With an empty name, the sentences are imported without a label."
            )
        )
    said_of = dict(zip(edited["file"], edited["label"], strict=True))
    kept = dict(zip(edited["file"], edited["import"], strict=True))
    labels = {said: meaning.labels[said] for said in meaning.labels.keys() - shown.keys()}
    labels |= {said: name.strip() for said, name in said_of.items() if isinstance(name, str) and is_label(name.strip())}
    left_out = (meaning.left_out - shown.keys()) | {said for said, keeps in kept.items() if not keeps}
    return replace(meaning, labels=labels, left_out=frozenset(left_out))


def _two_of_numbers(meaning: Meaning, table: Table, numbers: Mapping[str, float], at_first: bool, key: str) -> Meaning:
    """Ratings and scores as two labels: low ones, high ones, and what lies between is left out."""
    if not st.toggle(gettext("Turn the numbers into two labels"), value=at_first, key=f"scale-{key}"):
        return meaning
    least, most = min(numbers.values()), max(numbers.values())
    with st.container(horizontal=True):
        low = st.number_input(gettext("Negative up to"), least, most, least + 0.4 * (most - least), key=f"low-{key}", width=160)
        high = st.number_input(gettext("Positive from"), least, most, least + 0.6 * (most - least), key=f"high-{key}", width=160)
    chosen = meaning.with_thresholds(table, low, high)
    st.markdown(messages.threshold_counts(chosen, chosen.counts(table)))
    return chosen
