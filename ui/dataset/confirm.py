"""The last step of every import: replace the present sentences or add to them, after a preview."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnn_core import Dataset, Example, RnnCoreError
from rnn_core.data.dataset import check_bounds
from rnn_core.data.shortening import beginning, is_too_long
from ui.dataset import editor, faults
from ui.messages import errors, experiment, formatting
from ui.session.session import Session
from ui.session.workspace import Workspace

MOST_SHOWN = 200


def confirm(session: Session, examples: Sequence[Example], key: str, *, wide: bool = False) -> None:
    """What would come of these sentences, and the button that takes them over; until then nothing changes.

    wide: there is room for their faults beside them, as on the page itself.
    """
    if not examples:
        st.info("There is no sentence in it.")
        return
    examples = _usable(session.workspace, examples, key)
    if not examples:
        st.info("No sentence is left.")
        return
    added = len(examples)
    way = st.segmented_control(
        "What becomes of the present sentences",
        ["Replace them", "Add to them"],
        default="Replace them",
        key=f"way-{key}",
        required=True,
    )
    before = session.workspace.dataset.examples if way == "Add to them" else ()
    try:
        check_bounds(examples, session.limits)
        session.limits.check(rows=len(before) + added)
    except RnnCoreError as problem:
        st.error(f"{errors.error(problem)} Your sentences are as they were.", icon=":material/block:")
        return
    data = session.inbox.previewed(session.workspace.dataset.with_examples((*before, *examples)))
    st.markdown(f"**What you would have:** {experiment.data_line(data)}")
    shown, found = st.columns([5, 3], gap="medium") if wide else (st.container(), st.container())
    with found:
        faults.preview(session.limits, data)
    with shown:
        frame = editor.frame_of(Dataset(tuple(examples[:MOST_SHOWN]), data.rules))
        st.dataframe(
            frame,
            column_config={"text": st.column_config.TextColumn("sentence", width=editor.sentence_width(frame))},
            placeholder="",
            alt="The first of the new sentences",
        )
        if added > MOST_SHOWN:
            st.caption(f"The first {MOST_SHOWN} of them.")
    count = formatting.number(added)
    label = f"Add these {count} sentences" if before else f"Replace the sentences with these {count}"
    if st.button(label, type="primary", icon=":material/check:", key=f"confirm-{key}"):
        session.workspace.replace_dataset(data)
        st.rerun()


def _usable(workspace: Workspace, examples: Sequence[Example], key: str) -> list[Example]:
    """The sentences without what stands in the way of training: those that are too long, and those without a label."""
    rules, limits = workspace.dataset.rules, workspace.limits
    kept = list(examples)
    long = {row for row, example in enumerate(kept) if is_too_long(example.text, rules, limits)}
    unlabeled = sum(example.label is None for example in kept)
    if not long and not 0 < unlabeled < len(kept):
        return kept
    with st.container(horizontal=True):
        if long:
            ways = {"shorten": f"keep the first {formatting.number(limits.words)} words", "remove": "leave these rows out"}
            way = st.selectbox(
                f"Too long: {formatting.number(len(long))} rows",
                list(ways),
                key=f"long-{key}",
                format_func=lambda way: ways[way],
                width=280,
            )
            kept = [
                e._replace(text=beginning(e.text, rules, limits)) if row in long else e
                for row, e in enumerate(kept)
                if way == "shorten" or row not in long
            ]
        if 0 < unlabeled < len(examples):
            ways = {"keep": "keep them without a label", "remove": "leave these rows out"}
            way = st.selectbox(
                f"Without a label: {formatting.number(unlabeled)} rows",
                list(ways),
                key=f"unlabeled-{key}",
                format_func=lambda way: ways[way],
                width=280,
            )
            kept = [e for e in kept if way == "keep" or e.label is not None]
    return kept
