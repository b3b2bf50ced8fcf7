"""What the tabs of this page look at: one network and one of its training sentences."""

from __future__ import annotations

import streamlit as st

from ui.frame import shell
from ui.frame.lens import Lens
from ui.language import gettext, number
from ui.session import session as sessions
from ui.session.session import Session

MOST_OFFERED = 300
"""Sentences to choose from; all of a large dataset would be sent to the browser at each drawing."""


def network(session: Session) -> Lens | None:
    """Return the run's network, or the initial one of what is set; None, with a message and a way out, where there is none."""
    run = session.runs.shown
    if run is not None:
        return Lens.on_run(session, run)
    experiment, refusal = session.workspace.ready()
    shell.refuse(refusal)
    return Lens.on_settings(session, experiment) if experiment else None


def choose(lens: Lens) -> tuple[str, str]:
    """Let a sentence and, of a run that stands still, a kept epoch be chosen; return the sentence's text and label."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        text, label = _sentence(lens)
        lens.choose_epoch("gradients-epoch")
    return text, label


def _sentence(lens: Lens) -> tuple[str, str]:
    """Return one of the training sentences, the longest offered first. The choice is kept."""
    session, data = lens.session, lens.data
    rows = sorted(data.rows("train"), key=lambda i: -len(data.words[i]))[:MOST_OFFERED]
    key = f"studied-{data.fingerprint[:12]}"
    first = sessions.fill(key, session.view.studied if session.view.studied in rows else rows[0])
    row = st.selectbox(
        gettext("Sentence"),
        rows,
        rows.index(first) if first in rows else 0,
        key=key,
        format_func=lambda i: f"{i + 1}  {data.examples[i].text[:80]}" if i < len(data.examples) else "",
        width=420,
        help=gettext("The {count} longest training sentences.", count=number(MOST_OFFERED))
        if len(data.rows("train")) > MOST_OFFERED
        else None,
    )
    session.view.studied = row
    text, label, _ = data.examples[row]
    return text, label or ""


def place(lens: Lens) -> str:
    """Which weights are looked at, as a heading."""
    epoch = lens.epoch
    if not epoch:
        return gettext("Initial weights")
    if lens.run and epoch < lens.run.epoch:
        return gettext("Weights of epoch {epoch}", epoch=number(epoch))
    return gettext("Current weights, epoch {epoch}", epoch=number(epoch))
