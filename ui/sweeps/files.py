"""The results of a sweep as files, and a table from the command line opened."""

from __future__ import annotations

import streamlit as st

from rnn_core import LinkError
from rnn_core.sharing import documents, links
from rnn_core.sweeps import table
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results
from ui.frame import copy_button
from ui.frame.sharing import page_address, warn_of_sentences
from ui.language import gettext, number
from ui.messages import errors, sweep_progress
from ui.messages import vectors as vectors_messages
from ui.session.session import Session

PARAMETER = "sweep"
"""The address's parameter with the token of a sweep."""


def receive(session: Session) -> None:
    """Read the address's token once: the sweep is offered, or what is wrong with it is said at the top of the page."""
    token = st.query_params.get(PARAMETER)
    if token is None:
        return
    data = session.workspace.dataset
    if (problem := session.sweeps.receive(token, data.vectors)) is not None:
        session.inbox.offer_problem = problem
        st.rerun()
    if session.sweeps.absent is not None:
        st.warning(sweep_progress.absent(session.sweeps.absent), icon=":material/attach_file:")


def export(results: Results, sweep: Sweep | None) -> None:
    """Offer the table as CSV and Parquet, and the sweep for the command line and as a link."""
    with st.container(horizontal=True):
        st.download_button(
            gettext("Download as CSV"),
            data=lambda: table.to_csv(results),
            file_name="runs.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            gettext("Download as Parquet"),
            data=lambda: table.to_parquet(results),
            file_name="runs.parquet",
            mime="application/vnd.apache.parquet",
            icon=":material/download:",
            on_click="ignore",
        )
        if sweep is not None:
            st.download_button(
                gettext("The sweep, for the command line"),
                data=sweep.save,
                file_name="sweep.json",
                mime="application/json",
                icon=":material/terminal:",
                on_click="ignore",
                help=gettext("`python -m rnn_core sweep sweep.json --out results` trains it on your own computer."),
            )
    if sweep is not None:
        with st.expander(gettext("Link to this sweep")):
            _link(sweep)


def _link(sweep: Sweep) -> None:
    try:
        address = f"{page_address()}?{PARAMETER}={sweep.link()}"
    except LinkError:
        st.info(
            gettext(
                "There are too many sentences for a link, which has up to {count} characters. Send the sweep as a file instead.",
                count=number(links.MOST_CHARACTERS),
            ),
            icon=":material/description:",
        )
        return
    st.code(address, language=None, wrap_lines=True)
    copy_button.draw(address, "copy-sweep-link")
    if sweep.base.dataset.vectors is not None and "vectors" in documents.to_json(sweep.base)["dataset"]:
        st.warning(vectors_messages.sent_apart(sweep.base.dataset.vectors), icon=":material/attach_file:")
    warn_of_sentences(sweep.base)


def opening(session: Session) -> None:
    """Let the visitor open what the command line wrote, a table of results or a sweep, and close it again."""
    sweeps = session.sweeps
    with st.expander(gettext("Open results or a sweep from a file")):
        file = st.file_uploader(
            gettext("runs.csv, runs.parquet or sweep.json"),
            type=["csv", "parquet", "json"],
            key="sweep-file",
            max_upload_size=max(1, session.limits.upload_bytes // 1_000_000),
        )
        if sweeps.open(None if file is None else file.getvalue()):
            st.rerun()
        if sweeps.problem is not None:
            st.error(errors.unusable(sweeps.problem), icon=":material/block:")
