"""Which language a visitor reads: chosen in the sidebar or by the address, kept in a cookie; at first the browser's own."""

from __future__ import annotations

import streamlit as st

from ui.language import LANGUAGES, speak, understood
from ui.session import session as sessions
from ui.session.session import Session

COOKIE, PARAMETER = "unrolled-language", "lang"
KEY = "language"


def settle(session: Session) -> None:
    """Speak the visitor's language from here on. Call it before anything is drawn.

    An address with ?lang= changes it once.
    """
    view = session.view
    if view.language is None:
        view.language = first()
    asked = understood(st.query_params.get(PARAMETER))
    if asked and asked != view.language_asked:
        session.read_in(asked)
    view.language_asked = asked
    speak(view.language)


def first() -> str:
    """Return the language of a new visitor: their cookie's, or else their browser's, or else English."""
    return understood(st.context.cookies.get(COOKIE)) or understood(st.context.locale) or next(iter(LANGUAGES))


def switch(session: Session) -> None:
    """Draw the choice of the language. Whoever changes it stays on the page, with all that is set and chosen there."""
    sessions.put(KEY, session.view.language)
    st.segmented_control(
        "Language 语言",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=KEY,
        on_change=_choose,
        args=(session,),
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )


def _choose(session: Session) -> None:
    session.read_in(sessions.widget(KEY))
    st.query_params.pop(PARAMETER, None)
