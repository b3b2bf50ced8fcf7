"""A teacher opens what was handed in, compares it, and replays a run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rnn_core import RnnCoreError
from rnn_core.lessons import packing
from rnn_core.lessons.submission import Submission, Trained, agreement
from rnn_core.sharing import links
from ui.assignments import result_link
from ui.language import gettext, number
from ui.messages import assignments as messages
from ui.messages.formatting import plain
from ui.session import session as sessions
from ui.session.session import Session

MOST_FILES = 60
MOST_CHARACTERS = MOST_FILES * (links.MOST_CHARACTERS + 200)
"""Of as many links."""


def part(session: Session) -> None:
    """Show a table of everything that was handed in, and let a run be replayed."""
    files = st.file_uploader(
        gettext("What learners handed in (.json), up to {count} files at once", count=number(MOST_FILES)),
        type=["json"],
        accept_multiple_files=True,
        key="submissions",
        max_upload_size=1,
    )
    text = st.text_area(
        gettext("Or the links that they sent, one on each line"),
        sessions.fill(result_link.TEXT, session.inbox.result_links),
        key=result_link.TEXT,
        max_chars=MOST_CHARACTERS,
    )
    session.inbox.result_links = text[:MOST_CHARACTERS]  # a browser may send more
    found = _found(session, files[:MOST_FILES], session.inbox.result_links)
    if not found:
        return
    st.dataframe(
        messages.table(found),
        hide_index=True,
        column_config=dict(messages.COLUMNS),
        alt=gettext("Each learner with the steps done, the answers and the runs"),
    )
    _replay(session, found)


def _found(session: Session, files: Sequence[UploadedFile], text: str) -> list[Submission]:
    """Return what the files and links contain, and say of each that contains nothing why."""
    found: list[Submission] = []
    readers = [(file.name, partial(packing.load_submission, file.getvalue(), session.limits)) for file in files]
    for place, token in result_link.tokens(text, MOST_FILES - len(files)):
        name = gettext("Line {line}", line=number(place))
        readers.append((name, partial(packing.decode_submission, token, session.limits)))
    for name, read in readers:
        try:
            found.append(read())
        except RnnCoreError as problem:
            told = gettext("{file}: {problem}", file=plain(name), problem=messages.refused(problem))
            st.error(told, icon=":material/block:")
    return found


def _replay(session: Session, found: list[Submission]) -> None:
    """Train a run that was handed in once more, as a run of the teacher's own, and compare."""
    runs = [(submission, run) for submission in found for run in submission.runs]
    if not runs:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(
            gettext("Run to replay"),
            range(len(runs)),
            key="replay-run",
            format_func=lambda k: f"{runs[k][0].name or '–'} · {messages.run(runs[k][1])}" if k < len(runs) else "",
        )
        told = runs[place][1]
        if st.button(gettext("Replay"), icon=":material/replay:", key="replay", disabled=told.epochs == 0):
            session.runs.train(told.experiment, until=told.epochs)
            st.rerun()
    shown = session.runs.shown
    if shown is None or shown.experiment != told.experiment:
        return
    if shown.state == "running":
        st.caption(gettext("It is being trained. The result appears here when it has reached the same epoch."))
        return
    here = Trained.of(shown.run)
    if here.epochs == told.epochs:
        same = agreement(here, told)
        (st.success if same != "other" else st.warning)(messages.compared(same, here, told), icon=":material/compare_arrows:")
