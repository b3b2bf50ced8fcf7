"""What is wrong with the sentences or worth knowing, by kind, with a one-click repair where it is safe."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from rnn_core import Dataset, LimitError, Limits
from rnn_core.data.faults import INSIGHTS, FaultGroup, group_faults
from rnn_core.data.repairs import repair_for
from rnn_core.data.shortening import beginning
from ui.language import gettext, number
from ui.messages import errors
from ui.messages import faults as messages
from ui.session.memo import Memo
from ui.session.workspace import Workspace

MOST_SHOWN = 3
MOST_LISTED = 1_000


def groups_of(limits: Limits, data: Dataset) -> tuple[FaultGroup, ...]:
    """Return all faults, those that block training first."""
    return group_faults((*data.over(limits), *data.faults, *data.insights))


def show(workspace: Workspace, memo: Memo) -> None:
    """Show the faults of the session's sentences, each kind with its rows."""
    data = workspace.dataset
    groups = groups_of(workspace.limits, data)
    if not any(group.blocks for group in groups):
        st.success(gettext("Ready to train."), icon=":material/check:")
    for group in groups:
        _box(group, data)
        kind = group.kind
        repair = memo(("repair", kind, data.fingerprint), lambda kind=kind: repair_for(data, kind))  # type: ignore[misc]
        if repair and st.button(
            messages.repair(group.kind, repair.count),
            key=f"repair-{group.kind}",
            icon=":material/build:",
        ):
            workspace.replace_dataset(repair.apply(data))
            st.rerun()
        if group.kind == "too_long":
            _shorten(workspace, group)
        for rule, value in messages.OTHER_RULES.get(group.kind, ()):
            if st.button(messages.USE_RULE[value], key=f"rule-{group.kind}-{value}", icon=":material/build:"):
                rules = replace(data.rules, **{rule: value})  # type: ignore[arg-type]  # checked by the rules themselves
                try:
                    workspace.use_rules(rules)
                except LimitError as problem:
                    st.error(errors.error(problem), icon=":material/block:")
                else:
                    st.rerun()


def _shorten(workspace: Workspace, group: FaultGroup) -> None:
    """Two ways out for sentences that are too long: keep their beginnings, or remove them."""
    data, limits = workspace.dataset, workspace.limits
    rows = {fault.row for fault in group.faults}
    count, words = number(len(rows)), number(limits.words)
    with st.container(horizontal=True):
        keep = gettext("Keep the first {words} words ({count})", words=words, count=count)
        if st.button(keep, key="shorten", icon=":material/build:"):
            examples = (
                e._replace(text=beginning(e.text, data.rules, limits)) if row in rows else e
                for row, e in enumerate(data.examples, start=1)
            )
            workspace.replace_dataset(data.with_examples(examples))
            st.rerun()
        if st.button(
            gettext("Remove the sentences that are too long ({count})", count=count), key="remove-long", icon=":material/build:"
        ):
            workspace.replace_dataset(data.with_examples(e for row, e in enumerate(data.examples, start=1) if row not in rows))
            st.rerun()


def _box(group: FaultGroup, data: Dataset) -> None:
    title = messages.heading(group.kind, len(group.faults))
    lines = messages.fault_lines(group.faults, data, MOST_SHOWN)
    if group.kind in INSIGHTS:
        with st.expander(title, icon=":material/lightbulb:"):
            st.markdown(lines)
            _all(group, data)
        return
    if group.blocks:
        st.error(f"**{title}**\n\n{lines}", icon=":material/block:")
    else:
        st.warning(f"**{title}**\n\n{lines}", icon=":material/visibility:")
    if len(group.faults) > MOST_SHOWN:
        with st.expander(gettext("All of these rows")):
            _all(group, data)


def _all(group: FaultGroup, data: Dataset) -> None:
    """Show every row with the fault when they are too many to list."""
    if len(group.faults) > MOST_SHOWN:
        st.dataframe(
            rows_of(group, data),
            hide_index=True,
            height=240,
            column_config={
                "row": st.column_config.TextColumn(gettext("row")),
                "other": st.column_config.TextColumn(gettext("other row")),
                "words": st.column_config.TextColumn(gettext("words")),
                "sentence": st.column_config.TextColumn(gettext("sentence")),
            },
            alt=gettext("Rows with this problem: {fault}", fault=messages.FAULTS[group.kind]),
        )


def rows_of(group: FaultGroup, data: Dataset) -> pd.DataFrame:
    """Return a fault's rows with their sentences, and the rows and words concerned."""
    faults = [fault for fault in group.faults if fault.row is not None][:MOST_LISTED]
    columns = {
        "row": [str(fault.row) for fault in faults],
        "other": ["" if fault.other is None else str(fault.other) for fault in faults],
        "words": [" ".join(fault.words) for fault in faults],
        "sentence": [data.examples[(fault.row or 1) - 1].text for fault in faults],
    }
    return pd.DataFrame({column: cells for column, cells in columns.items() if any(cells)})


def preview(limits: Limits, data: Dataset) -> None:
    """Show the faults of sentences that are not imported yet."""
    for group in groups_of(limits, data):
        _box(group, data)
