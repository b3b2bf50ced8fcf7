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
from ui.messages import errors
from ui.session.session import Session

KINDS: dict[str, type[Making]] = {
    "Sentences like the guide's": Templates,
    "Told apart by order alone": ByOrder,
    "A long memory": LongMemory,
    "Five emotions": Emotions,
}
ABOUT = {
    "Sentences like the guide's": "Subject, negation, adjective, time; the label follows from the negations.",
    "Told apart by order alone": "“good not bad” and “bad not good”: the same words with either label, so a bag of words is at chance.",
    "A long memory": "The first word decides, and many words follow that say nothing: what must the network keep, and for how long?",
    "Five emotions": "Anger, fear, joy, sadness and surprise. “not angry but afraid” is fear: two emotions are named, and one counts.",
}


def make(session: Session) -> None:
    """Show a generator's settings and a preview, and take its sentences over."""
    name = st.segmented_control("What", list(KINDS), default=next(iter(KINDS)), key="make-kind", required=True) or next(
        iter(KINDS)
    )
    st.caption(ABOUT[name])
    kind = KINDS[name]
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
    st.caption(
        "By hand, the split is a column of the table. Here it is drawn: the same seed draws the same, sentences with the same words stay "
        "together."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.slider("Share kept for the test", 0.0, 0.5, 0.25, 0.05, key="split-share", format="percent", width=280)
        seed = st.number_input("Seed", 0, 2**53 - 1, 0, key="split-seed", width=160)
        stratified = st.toggle("The same share of each label", value=True, key="split-stratified")
        asked = st.button("Draw the split", icon=":material/shuffle:")
    if not asked:
        return
    try:
        drawn = draw(session.workspace.dataset, share, seed, stratified)
    except RnnCoreError as problem:
        st.error(errors.error(problem), icon=":material/block:")
        return
    session.workspace.replace_dataset(drawn)
    st.rerun()
