"""The results of a sweep as files, and a table from the command line opened."""

from __future__ import annotations

import streamlit as st

from rnn_core.sweeps import table
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results
from ui.language import gettext
from ui.messages import errors
from ui.session.session import Session


def export(results: Results, sweep: Sweep | None) -> None:
    """Offer the table as CSV and Parquet, and the sweep for the command line."""
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
        sweeps.open(None if file is None else file.getvalue())
        if sweeps.problem is not None:
            st.error(errors.unusable(sweeps.problem), icon=":material/block:")
