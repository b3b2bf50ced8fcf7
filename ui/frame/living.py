"""Parts of a page that live by themselves: drawn again while something goes on, and an apology where one breaks."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import streamlit as st

from rnn_core.engine.kernel import on
from rnn_core.pauses import at_pauses
from ui.language import gettext, speaking, spoken
from ui.server.page_work import PageWork
from ui.session import session as sessions
from ui.session.session import Session

_log = logging.getLogger("unrolled.pages")


def living(
    session: Session,
    draw: Callable[[], None],
    going: Callable[[], bool],
    *,
    every: float = 1.0,
    alive: bool | None = None,
    sets_pace: bool = False,
) -> None:
    """Draw a part of the page, and again and again by itself while something goes on.

    going: whether it does. every: how often to draw, in units of the visitor's polling interval. alive: whether it went on
    when the page around this part was drawn, if that was asked earlier. When it has ended, the whole page is drawn once
    more, complete. sets_pace: whether the time that this part takes to draw sets the polling interval.
    """
    alive = going() if alive is None else alive
    drawn_before = False

    @st.fragment(run_every=every * session.view.polling.seconds if alive else None)
    @kindly
    def part() -> None:
        nonlocal drawn_before
        began = time.perf_counter()
        session.presence.seen()
        if drawn_before:  # what the drawings before computed of a run that goes on may be forgotten
            session.view.memo.new_drawing()
        drawn_before = True
        still_going = going()  # asked before drawing: what ends while it is drawn is drawn once more
        draw()
        if alive and not still_going:
            st.rerun()
        if sets_pace and still_going and session.view.polling.drawn(time.perf_counter() - began, session.server.slots.load):
            st.rerun()

    part()


@contextmanager
def at_work(session: Session) -> Iterator[None]:
    """Draw in this block: nothing waits for the engine, and long work takes turns and stops when nobody waits for it."""
    with (
        PageWork(session.server.slots, session.presence, sessions.still_wanted, session.server.drawing) as work,
        at_pauses(work.pause),
        on(session.server.path()),
        speaking(session.view.language or spoken()),
    ):
        yield


def kindly(draw: Callable[[], None]) -> Callable[[], None]:
    """Let a fragment or a dialog apologize for itself: the page around it does not hear of what breaks in it."""

    @wraps(draw)
    def drawn() -> None:
        try:
            with at_work(sessions.current()):
                draw()
        except Exception:
            apologize()

    return drawn


def apologize() -> None:
    """Say that something broke, with an id to find in the log; never a stack trace, never a lost dataset."""
    number = secrets.token_hex(4)
    _log.exception("page error %s", number)
    st.error(
        gettext(
            "Something broke on this page, and it is our fault (error {number}). Your sentences and settings are safe. Reload the page, "
            "or go on with another page.",
            number=number,
        ),
        icon=":material/error:",
    )
