"""Adding a sentence, and finding rows to delete, duplicate, label or move to another split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from rnn_core import Dataset, Example, RnnCoreError
from rnn_core.data.dataset import SPLITS, Split, check_bounds
from ui.dataset import editor, labels
from ui.language import gettext, number, paragraph
from ui.messages import errors
from ui.messages.dataset import SPLITS as SPLIT_NAMES
from ui.session import session as sessions
from ui.session.session import Session
from ui.session.workspace import Workspace

MOST_SHOWN = 1_000
"""Rows listed at a time; a longer list is narrowed down by what it is searched for."""
ANY, NONE = "", " "
"""Choices beside the labels; no label is empty or blank."""


def add(workspace: Workspace) -> None:
    """Draw a line for a new sentence: its text, its label and its split. The text goes once it has been taken over."""
    with (
        st.form("add-sentence", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        text = st.text_input(
            gettext("New sentence"), key=f"new-text-{workspace.revision}", max_chars=workspace.limits.characters, width="stretch"
        )
        label = _label(workspace.dataset, "new-label")
        split: Split = _split("new-split")
        asked = st.form_submit_button(gettext("Add"), icon=":material/add:")
    if asked and text.strip() and labels.usable(label):
        _take(workspace, (*workspace.dataset.examples, Example(text.strip(), label, split)))


def find(session: Session) -> None:
    """Search the sentences, and change the rows that are ticked."""
    workspace = session.workspace
    data = workspace.dataset
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(gettext("Find in the sentences"), key="find-text", width=320).strip().casefold()
        label = st.selectbox(
            gettext("With the label"), [ANY, NONE, *editor.labels_of(data)], key="find-label", format_func=_choice, width=200
        )
    rows = [
        row
        for row, example in enumerate(data.examples)
        if wanted in example.text.casefold() and label in (ANY, example.label or NONE)
    ]
    if not rows:
        st.info(gettext("No sentence matches."))
        return
    told = [gettext("{found} of {all} sentences.", found=number(len(rows)), all=number(len(data.examples)))]
    if len(rows) > MOST_SHOWN:
        told.append(gettext("Only the first {count} are listed.", count=number(MOST_SHOWN)))
    told.append(gettext("Select the rows to change. The box at the top selects all listed rows."))
    st.markdown(paragraph(told))
    rows = rows[:MOST_SHOWN]
    frame = editor.frame_of(data, rows)
    key = f"found-{workspace.revision}-{hash(data.examples)}-{wanted}-{label}"
    st.dataframe(
        frame,
        key=key,
        height=280,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
        column_config=editor.heads(frame),
        alt=gettext("The sentences that match"),
    )
    ticked = (sessions.widget(key) or {}).get("selection", {}).get("rows", [])
    _change(workspace, [rows[place] for place in sorted(ticked) if 0 <= place < len(rows)])


def _change(workspace: Workspace, rows: Sequence[int]) -> None:
    """Draw what can be done with some rows (from 0)."""
    data, chosen = workspace.dataset, set(rows)
    count = number(len(rows))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button(gettext("Delete ({count})", count=count), key="delete-rows", icon=":material/delete:", disabled=not rows):
            _take(workspace, (example for row, example in enumerate(data.examples) if row not in chosen))
        duplicate = gettext("Duplicate ({count})", count=count)
        if st.button(duplicate, key="duplicate-rows", icon=":material/content_copy:", disabled=not rows):
            twice = ((example,) * (2 if row in chosen else 1) for row, example in enumerate(data.examples))
            _take(workspace, (example for copies in twice for example in copies))
        label = _label(data, "rows-label")
        if st.button(gettext("Set label ({count})", count=count), key="label-rows", icon=":material/label:", disabled=not rows):
            if label is None:
                st.warning(gettext("Choose a label, or type a new one."))
            elif labels.usable(label):
                _take(workspace, (e._replace(label=label) if row in chosen else e for row, e in enumerate(data.examples)))
        split: Split = _split("rows-split")
        if st.button(
            gettext("Set split ({count})", count=count), key="split-rows", icon=":material/call_split:", disabled=not rows
        ):
            _take(workspace, (e._replace(split=split) if row in chosen else e for row, e in enumerate(data.examples)))


def _label(data: Dataset, key: str) -> str | None:
    """Let the visitor choose a label that there is, or type a new one."""
    chosen = st.selectbox(
        gettext("Label"),
        editor.labels_of(data),
        None,
        key=key,
        placeholder=gettext("choose or type"),
        accept_new_options=True,
        width=200,
    )
    return (chosen or "").strip() or None


def _split(key: str) -> Split:
    """Let the visitor choose a split."""
    return st.selectbox(gettext("Split"), SPLITS, key=key, format_func=SPLIT_NAMES.__getitem__, width=130)


def _choice(label: str) -> str:
    """Return a choice of the search by label, in words."""
    if label == ANY:
        return gettext("any label")
    return gettext("no label") if label == NONE else label


def _take(workspace: Workspace, examples: Iterable[Example]) -> None:
    """Take over changed sentences and draw the page again, or say why they cannot be taken over."""
    changed = tuple(examples)
    try:
        check_bounds(changed, workspace.dataset.rules, workspace.limits)
        dataset = workspace.dataset.with_examples(changed)
    except RnnCoreError as problem:
        st.error(errors.error(problem), icon=":material/block:")
        return
    workspace.replace_dataset(dataset)
    st.rerun()
