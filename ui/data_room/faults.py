"""What is wrong with the sentences, or worth knowing, kind by kind; and one click where a repair is safe."""

from __future__ import annotations

import streamlit as st

from rnn_core import Dataset
from rnn_core.faults import INSIGHTS, Group, grouped
from rnn_core.repairs import repair_for
from ui import messages
from ui.session import Session

MOST_SHOWN = 3


def groups_of(session: Session, data: Dataset) -> tuple[Group, ...]:
    """All there is to say of sentences, what blocks training first."""
    return grouped((*data.over(session.limits), *data.faults, *data.insights))


def show(session: Session) -> None:
    """The faults of the session's sentences, each kind with its rows."""
    data = session.dataset
    groups = groups_of(session, data)
    if not any(group.blocks for group in groups):
        st.success("Ready to train." if groups else "Nothing is wrong with these sentences.", icon=":material/check:")
    for group in groups:
        _box(group, session.row_names)
        repair = repair_for(data, group.kind)
        if repair and st.button(
            f"{messages.REPAIRS[group.kind]} ({messages.number(len(repair.removes) + len(repair.moves))})",
            key=f"repair-{group.kind}",
            icon=":material/build:",
        ):
            session.replace_dataset(repair.apply(data))
            st.rerun()


def _box(group: Group, names: tuple[str, ...] = ()) -> None:
    title = messages.FAULTS[group.kind]
    if len(group.faults) > 1:
        title = f"{title}: {messages.number(len(group.faults))}"
    lines = messages.fault_lines(group.faults, names, MOST_SHOWN)
    if group.kind in INSIGHTS:
        with st.expander(title, icon=":material/lightbulb:"):
            st.markdown(lines)
    elif group.blocks:
        st.error(f"**{title}**\n\n{lines}", icon=":material/block:")
    else:
        st.warning(f"**{title}**\n\n{lines}", icon=":material/visibility:")


def preview(session: Session, data: Dataset) -> None:
    """The faults of sentences that are not taken over yet."""
    for group in groups_of(session, data):
        _box(group)
