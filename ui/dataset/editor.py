"""The table for editing sentences."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rnn_core import Dataset, Example, Limits, RnnCoreError
from rnn_core.data import spellings
from rnn_core.data.dataset import LABEL_LENGTH, SENTIMENTS, check_bounds
from rnn_core.data.meaning import meant
from ui.dataset.edits import MOST, Edits
from ui.messages import formatting
from ui.session import session as sessions
from ui.session.workspace import Workspace

COLUMNS = ["text", "label", "split"]
MOST_KNOWN = 200
"""The most labels to which others are compared: each new one is, with all of them."""
LONG = 45
"""Letters of a sentence that fit a column of default width."""


def frame_of(dataset: Dataset) -> pd.DataFrame:
    """Return the dataset as a table, numbered from 1."""
    frame = pd.DataFrame([tuple(example) for example in dataset.examples], columns=COLUMNS, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame


def row_names(base: pd.DataFrame, frame: pd.DataFrame) -> tuple[str, ...]:
    """What the table calls each row of an edited frame: it goes on counting a row as it did when others are deleted."""
    filled = frame.index[~frame.isna().all(axis=1)]
    known = filled.isin(base.index)
    return tuple(str(name) if old else f"{name} (new)" for name, old in zip(filled, known, strict=True))


def dataset_of(frame: pd.DataFrame, before: Dataset, limits: Limits) -> Dataset:
    """The table as a dataset under the text rules of the one before. Raises DatasetError for a cell that cannot be, LimitError
    for too many rows.

    A new row without a split is a training row; rows that are empty throughout, as just added, are not sentences yet.
    """
    examples = []
    known: tuple[str, ...] = tuple(dict.fromkeys(label for _, label, _ in before.examples if label is not None))
    known = known[:MOST_KNOWN] if set(known) - set(SENTIMENTS) else SENTIMENTS
    meanings: dict[str | None, str] = {label: label for label in known}
    for text, label, split in frame[COLUMNS].itertuples(index=False, name=None):
        text, label, split = (None if pd.isna(cell) else str(cell) for cell in (text, label, split))
        if text is None and label is None and split is None:
            continue
        if label not in meanings:
            meanings[label] = meant(label or "", known)
        label = meanings[label] or None
        side = spellings.split(split) if split else "train"
        examples.append(Example(text or "", label, side or split))  # type: ignore[arg-type]  # the dataset refuses others
    check_bounds(examples, before.rules, limits)
    return before.with_examples(examples)


def sentence_width(base: pd.DataFrame) -> int | None:
    """Pixels of the column of sentences: where some are long, as many as leave their labels and splits in sight."""
    return 340 if max(map(len, base["text"]), default=0) > LONG else None


def _labels_help(data: Dataset) -> str:
    """The labels that there are."""
    labels = sorted({label for _, label, _ in data.examples if label is not None}) or list(SENTIMENTS)
    return f"{formatting.listed(labels[:20])}, or a new one"


def edit(workspace: Workspace) -> RnnCoreError | None:
    """Draw the table and take over every edit; gives back what could not be taken over.

    The table is fed an unchanged base and a key with the revision: fed its own output, it would lose every second edit.
    """
    problem = _take_over_many(workspace)
    key = f"editor-{workspace.revision}"
    if not sessions.has(key) or workspace.editor_base is None:
        workspace.editor_base = frame_of(workspace.dataset)
    edited = st.data_editor(
        workspace.editor_base,
        key=key,
        num_rows="dynamic",
        hide_index=False,
        height=460,
        placeholder="",
        column_config={
            "_index": st.column_config.NumberColumn("row", width=50),
            "text": st.column_config.TextColumn(
                "sentence",
                width=sentence_width(workspace.editor_base),
                max_chars=workspace.limits.characters,
                required=False,
            ),
            # A column of choices drops what it does not know when rows are pasted, and leaves what stood there before.
            "label": st.column_config.TextColumn(
                "label", width="small", max_chars=LABEL_LENGTH, help=_labels_help(workspace.dataset)
            ),
            "split": st.column_config.TextColumn("split", width="small", help="train or test"),
        },
        alt="The sentences with their labels and splits, to edit",
    )
    workspace.row_names = row_names(workspace.editor_base, edited)
    try:
        dataset = dataset_of(edited, workspace.dataset, workspace.limits)
    except RnnCoreError as problem:
        return problem
    if dataset != workspace.dataset:
        workspace.edited(dataset)
    return problem


def _take_over_many(workspace: Workspace) -> RnnCoreError | None:
    """Take over edits that are too many for the table, which then begins anew; give back why they cannot be.

    The table also begins anew where a browser says what no table can say.
    """
    base, state = workspace.editor_base, sessions.widget(f"editor-{workspace.revision}")
    if state is None or base is None:
        return None
    edits = Edits.of(state, base)
    if edits is not None and edits.many <= MOST:
        return None
    workspace.revision += 1
    if edits is None:
        return None
    try:
        workspace.limits.check(rows=edits.rows(base))
        dataset = dataset_of(edits.applied(base), workspace.dataset, workspace.limits)
    except RnnCoreError as problem:
        return problem
    if dataset != workspace.dataset:
        workspace.edited(dataset)
    return None
