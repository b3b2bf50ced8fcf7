"""The reader's notebook: guesses and results of all lessons, to read and to export."""

from __future__ import annotations

import json

import streamlit as st

from rnn_core.lessons.lesson import Lesson
from rnn_core.lessons.notebook import Notebook
from rnn_core.lessons.quantities import Value
from ui.language import gettext
from ui.lessons.shelf import lessons
from ui.messages import lessons as messages
from ui.session.session import Session


def note(session: Session, lesson: Lesson, *, measured: Value, reached: tuple[Value, ...], done: bool) -> None:
    """Note what was measured, and draw the page again where that completes a lesson: its top counts them."""
    before = session.notebook[lesson.id].done
    session.notebook = session.notebook.noted(lesson.id, measured=measured, reached=reached, done=done)
    if done and not before:
        st.rerun()


def show(session: Session) -> None:
    """Show the notebook, if there is anything in it."""
    notebook = session.notebook
    if not notebook.entries:
        return
    with st.expander(gettext("My notebook"), icon=":material/menu_book:"):
        st.caption(gettext("Your guesses and results are kept in this browser. Nobody else sees them."))
        st.dataframe(
            messages.notes_table((*lessons("chapter"), *lessons("challenge")), notebook),
            hide_index=True,
            column_config=dict(messages.NOTE_COLUMNS),
            alt=gettext("Guesses and results of all lessons"),
        )
        with st.container(horizontal=True):
            _download(gettext("Download as CSV"), notebook.to_csv(), "unrolled-notebook.csv", "text/csv")
            whole = json.dumps(notebook.to_json(), ensure_ascii=False, indent=1)
            _download(gettext("Download as JSON"), whole, "unrolled-notebook.json", "application/json")
            if st.button(gettext("Clear the notebook"), icon=":material/delete:", key="notes-clear"):
                session.notebook = Notebook()
                st.rerun()


def _download(label: str, content: str, name: str, kind: str) -> None:
    st.download_button(label, content.encode(), name, kind, icon=":material/download:", on_click="ignore", key=f"get-{name}")
