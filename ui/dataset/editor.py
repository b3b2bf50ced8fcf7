"""The table for editing sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from rnn_core import Dataset, DatasetError, Example, Limits, RnnCoreError
from rnn_core.data import spellings
from rnn_core.data.dataset import LABEL_LENGTH, SENTIMENTS, check_bounds
from rnn_core.data.meaning import meant
from ui.dataset.edits import MOST, Edits
from ui.language import gettext, ngettext, paragraph
from ui.messages import errors, formatting
from ui.session import session as sessions
from ui.session.workspace import Workspace

COLUMNS = ["text", "label", "split"]
MOST_KNOWN = 200
"""The most labels to which others are compared: each new one is, with all of them."""
MOST_LISTED = 20
"""Labels named in a help text."""
MOST_REFUSED = 5
"""Rows of many edits that are left out by themselves; where more cannot be taken over, none is."""
LONG = 45
"""Letters of a sentence that fit a column of default width."""


def frame_of(dataset: Dataset, rows: Sequence[int] | None = None) -> pd.DataFrame:
    """Return the dataset, or some of its rows (from 0), as a table with the numbers of the rows from 1."""
    places = range(len(dataset.examples)) if rows is None else rows
    frame = pd.DataFrame([tuple(dataset.examples[i]) for i in places], columns=COLUMNS, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1) if rows is None else pd.Index([i + 1 for i in rows])
    return frame


def has_gaps(base: pd.DataFrame, frame: pd.DataFrame) -> bool:
    """Return whether the rows of an edited table are numbered otherwise than its sentences: some were deleted, or are empty."""
    empty = frame.isna().all(axis=1)
    filled = int((~empty).sum())
    return len(frame.index.intersection(base.index)) < len(base) or bool(empty.iloc[:filled].any())


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


def heads(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the heads of a table of sentences, for st.dataframe and st.data_editor."""
    return {
        "_index": st.column_config.NumberColumn(gettext("row"), width=50),
        "text": st.column_config.TextColumn(gettext("sentence"), width=sentence_width(frame)),
        "label": st.column_config.TextColumn(gettext("label")),
        "split": st.column_config.TextColumn(gettext("split")),
    }


def labels_of(data: Dataset) -> list[str]:
    """Return all labels that there are, or the two sentiments if there are none yet."""
    return sorted({example.label for example in data.examples if example.label is not None}) or list(SENTIMENTS)


def edit(workspace: Workspace) -> None:
    """Draw the table and take over every edit, or say which row cannot be taken over.

    The table is fed an unchanged base and a key with the revision: fed its own output, it would lose every second edit. It
    starts anew once its rows have gaps, so that messages and table number the sentences alike.
    """
    problem = _take_over_many(workspace)
    key = f"editor-{workspace.revision}"
    if not sessions.has(key) or workspace.editor_base is None:
        workspace.editor_base = frame_of(workspace.dataset)
    base = workspace.editor_base
    edited = st.data_editor(
        base,
        key=key,
        num_rows="dynamic",
        hide_index=False,
        height=460,
        placeholder="",
        column_config={
            **heads(base),
            "text": st.column_config.TextColumn(
                gettext("sentence"), width=sentence_width(base), max_chars=workspace.limits.characters, required=False
            ),
            # A column of choices drops what it does not know when rows are pasted, and leaves what stood there before.
            "label": st.column_config.TextColumn(
                gettext("label"),
                width="small",
                max_chars=LABEL_LENGTH,
                help=gettext("{labels}, or a new label", labels=formatting.listed(labels_of(workspace.dataset), MOST_LISTED)),
            ),
            "split": st.column_config.TextColumn(gettext("split"), width="small", help=gettext("train or test")),
        },
        alt=gettext("Editable table of the sentences with their labels and splits"),
    )
    try:
        dataset = dataset_of(edited, workspace.dataset, workspace.limits)
    except RnnCoreError as found:
        problem = _refused(edited, found)
    if problem:
        st.error(problem, icon=":material/block:")
        return
    if dataset != workspace.dataset:
        workspace.edited(dataset)
    if has_gaps(base, edited):
        workspace.revision += 1
        st.rerun()


def _take_over_many(workspace: Workspace) -> str | None:
    """Take over edits that are too many for the table, which then begins anew; give back what of them cannot be, and why.

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
        edited = edits.applied(base)
    except RnnCoreError as problem:
        return errors.error(problem)
    refused: list[str] = []
    while True:
        try:
            dataset = dataset_of(edited, workspace.dataset, workspace.limits)
            break
        except RnnCoreError as problem:
            refused.append(_refused(edited, problem))
            row = problem.row if isinstance(problem, DatasetError) else None
            if row is None or len(refused) > MOST_REFUSED:
                return paragraph(
                    [
                        refused[0],
                        ngettext("Your last edit was discarded.", "Your last {count} edits were discarded.", edits.many),
                    ]
                )
            edited = edits.undone(base, edited, _place(edited, row))
    if dataset != workspace.dataset:
        workspace.edited(dataset)
    if not refused:
        return None
    return paragraph([*refused, gettext("Edits that cannot be used were undone. Your other edits were kept.")])


def _place(frame: pd.DataFrame, row: int) -> int:
    """Return the place in a table, from 0, of a sentence's row, from 1: rows that are empty throughout are no sentences."""
    return int((~frame.isna().all(axis=1)).to_numpy().nonzero()[0][row - 1])


def _refused(frame: pd.DataFrame, problem: RnnCoreError) -> str:
    """Return why a table cannot be taken over, with the sentence of the row that stands in the way."""
    row = problem.row if isinstance(problem, DatasetError) else None
    if row is None:
        return errors.error(problem)
    text = frame["text"].iloc[_place(frame, row)]
    return errors.error(problem, None if pd.isna(text) else str(text))
