"""The sentences as a file to download."""

from __future__ import annotations

import streamlit as st

from rnn_core import DatasetError
from ui.messages import errors
from ui.session.session import Session


def take(session: Session) -> None:
    """Offer CSV, JSON Lines, and the guide's own form."""
    data = session.workspace.dataset
    with st.container(horizontal=True):
        st.download_button(
            "Download as CSV",
            data=lambda: data.to_csv().encode(),
            file_name="sentences.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Download as CSV for Excel",
            data=lambda: data.to_csv().encode("utf-8-sig"),
            file_name="sentences-excel.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="With a byte order mark, by which Excel knows UTF-8.",
        )
        st.download_button(
            "Download as JSON Lines",
            data=lambda: data.to_json_lines().encode(),
            file_name="sentences.jsonl",
            mime="application/jsonl",
            icon=":material/download:",
            on_click="ignore",
        )
        try:
            source = data.to_data_py()
        except DatasetError as problem:
            st.caption(f"There is no data.py of these sentences: {errors.error(problem)}")
        else:
            st.download_button(
                "Download as data.py",
                data=source.encode(),
                file_name="data.py",
                mime="text/x-python",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(
        "Cells are written as they are. A spreadsheet may run a cell that begins with = + - or @ as a formula: open files of strangers "
        "with care. The data.py is in the guide's form and works with its code."
    )
