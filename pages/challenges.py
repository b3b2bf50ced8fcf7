"""Challenges: ten tasks that the core judges by the records of a run."""

import streamlit as st

from ui.frame import shell
from ui.language import gettext
from ui.lessons import challenge, notes, shelf

session = shell.enter(gettext("Challenges"))
with st.container(width=shelf.COLUMN):
    lesson = shelf.choose(session, "challenge")
    challenge.show(session, lesson)
    shelf.next_button(session, "challenge", lesson)
    notes.show(session)
