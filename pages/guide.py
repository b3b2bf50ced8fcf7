"""Guide: the guide's story in nine chapters, each with a guess before the answer."""

import streamlit as st

from ui.frame import shell
from ui.language import gettext
from ui.lessons import chapter, notes, shelf

session = shell.enter(gettext("Guide"))
with st.container(width=shelf.COLUMN):
    lesson = shelf.choose(session, "chapter")
    chapter.show(session, lesson)
    shelf.next_button(session, "chapter", lesson)
    notes.show(session)
