"""The sentences as a file to download."""

from __future__ import annotations

import streamlit as st

from rnn_core import DatasetError
from ui.language import gettext, paragraph
from ui.messages import errors
from ui.session.session import Session


def take(session: Session) -> None:
    """Offer CSV, JSON Lines, and the guide's own form."""
    data = session.workspace.dataset
    with st.container(horizontal=True):
        st.download_button(
            gettext("Download as CSV"),
            data=lambda: data.to_csv().encode(),
            file_name="sentences.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            gettext("Download as CSV for Excel"),
            data=lambda: data.to_csv().encode("utf-8-sig"),
            file_name="sentences-excel.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help=gettext("With a byte order mark, so that Excel reads it as UTF-8."),
        )
        st.download_button(
            gettext("Download as JSON Lines"),
            data=lambda: data.to_json_lines().encode(),
            file_name="sentences.jsonl",
            mime="application/jsonl",
            icon=":material/download:",
            on_click="ignore",
        )
        try:
            source = data.to_data_py()
        except DatasetError as problem:
            st.caption(paragraph([gettext("These sentences cannot be written as data.py."), errors.error(problem)]))
        else:
            st.download_button(
                gettext("Download as data.py"),
                data=source.encode(),
                file_name="data.py",
                mime="text/x-python",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(
        gettext(
            "Cells are written unchanged. A spreadsheet may run a cell that starts with =, +, - or @ as a formula, so be careful with "
            "sentences from other people. The data.py has the guide's format and works with its code."
        )
    )
