"""Which lesson is open, and the way to the next one."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import streamlit as st

from rnn_core.lessons.lesson import Lesson, LessonKind
from rnn_core.lessons.library import Library, read_library
from ui.frame import shell
from ui.language import LANGUAGES, gettext, spoken
from ui.messages import lessons as messages
from ui.session import session as sessions
from ui.session.session import Session

COLUMN = 760
"""Pixels of a lesson's width, for lines that are short enough to read."""
FOLDER = Path(__file__).parents[2] / "lessons"


@cache
def library() -> Library:
    """Return all lessons, read once."""
    return read_library(FOLDER, tuple(LANGUAGES))


def lessons(kind: LessonKind) -> tuple[Lesson, ...]:
    """Return the lessons of a kind in the visitor's language, in their order."""
    return tuple(lesson for lesson in library()[spoken()] if lesson.plan.kind == kind)


def choose(session: Session, kind: LessonKind) -> Lesson:
    """Show how many lessons are done, and let one be chosen; at first the one read last, or the first that is not done."""
    shelf = {lesson.id: lesson for lesson in lessons(kind)}
    done = sum(session.notebook[lesson].done for lesson in shelf)
    st.progress(done / len(shelf), text=messages.progress(kind, done, len(shelf)))
    key = _key(kind)
    if sessions.widget(key) not in shelf or kind not in session.view.lessons:
        undone = (lesson for lesson in shelf if not session.notebook[lesson].done)
        sessions.put(key, session.view.lessons.get(kind) or next(undone, next(iter(shelf))))
    chosen: str = st.selectbox(
        gettext("Chapter") if kind == "chapter" else gettext("Challenge"),
        list(shelf),
        key=key,
        format_func=lambda name: messages.title(shelf[name], done=session.notebook[name].done),
    )
    session.view.lessons[kind] = chosen
    return shelf[chosen]


def turn(kind: LessonKind, lesson: str) -> None:
    """Open a lesson when the page is drawn next, as in a callback."""
    sessions.put(_key(kind), lesson)


def next_button(session: Session, kind: LessonKind, lesson: Lesson) -> None:
    """Draw a button to the next lesson of this kind, from the last chapter to the challenges; it stands out once this one is done."""
    following = lessons(kind)[lesson.plan.number : lesson.plan.number + 1]
    if kind == "chapter" and not following:
        shell.link(shell.CHALLENGES, gettext("Next: {title}", title=gettext("Challenges")), ":material/arrow_forward:")
    for other in following:
        st.button(
            gettext("Next: {title}", title=other.title),
            icon=":material/arrow_forward:",
            type="primary" if session.notebook[lesson.id].done else "secondary",
            key=f"next-{kind}",
            on_click=partial(turn, kind, other.id),
        )


def _key(kind: LessonKind) -> str:
    return f"lesson-{kind}"
