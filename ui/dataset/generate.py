"""Sentences from templates, and a random split."""

from __future__ import annotations

from dataclasses import fields, replace

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.data.emotions import Emotions
from rnn_core.data.splits import draw
from rnn_core.data.templates import ByOrder, LongMemory, Making, Templates
from ui.dataset import confirm
from ui.frame import controls
from ui.language import gettext
from ui.messages import dataset as messages
from ui.messages import errors
from ui.session.session import Session

KINDS: dict[str, type[Making]] = {
    "like_guide": Templates,
    "by_order": ByOrder,
    "long_memory": LongMemory,
    "emotions": Emotions,
}


def make(session: Session) -> None:
    """Show a generator's settings and a preview, and take its sentences over."""
    first = next(iter(KINDS))
    chosen = (
        st.segmented_control(
            gettext("Kind of sentences"),
            list(KINDS),
            default=first,
            format_func=messages.KINDS.__getitem__,
            key="make-kind",
            required=True,
        )
        or first
    )
    st.markdown(messages.ABOUT[chosen])
    kind = KINDS[chosen]
    settings, outcome = st.columns([2, 3], gap="large")
    with settings:
        making = kind()
        names = [field.name for field in fields(kind)]
        values = {name: controls.widget(name, f"make-{kind.__name__}-{name}", making, session.limits) for name in names}
        try:
            making = replace(making, **values)  # type: ignore[arg-type]  # checked by the generator itself
            if isinstance(making, LongMemory):  # the others' sentences are short
                session.limits.check(words=making.longest + 1)
        except RnnCoreError as problem:
            st.error(errors.error(problem), icon=":material/block:")
            return
    with outcome:
        confirm.confirm(
            session,
            session.view.memo(("made", making), making.dataset).examples,
            f"make-{kind.__name__}-{session.workspace.revision}",
        )


def split(session: Session) -> None:
    """Draw a new split into train and test."""
    st.markdown(
        gettext(
            "Draw a random split. The same seed gives the same split, and sentences with the same words stay together. To choose the split of a "
            "single sentence, edit the table."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.slider(gettext("Test fraction"), 0.0, 0.5, 0.25, 0.05, key="split-share", format="percent", width=280)
        seed = st.number_input(gettext("Seed"), 0, 2**53 - 1, 0, key="split-seed", width=160)
        stratified = st.toggle(gettext("Same fraction of each label"), value=True, key="split-stratified")
        asked = st.button(gettext("Draw the split"), icon=":material/shuffle:")
    if not asked:
        return
    try:
        drawn = draw(session.workspace.dataset, share, seed, stratified)
    except RnnCoreError as problem:
        st.error(errors.error(problem), icon=":material/block:")
        return
    session.workspace.replace_dataset(drawn)
    st.rerun()
