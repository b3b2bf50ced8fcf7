"""What a learner hands in as a link, and the links that a teacher has been sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import streamlit as st

from rnn_core.errors import AssignmentError
from rnn_core.lessons import packing
from rnn_core.lessons.submission import Submission
from rnn_core.sharing import links
from ui.frame import copy_button, tabs
from ui.frame.sharing import page_address
from ui.language import gettext, number
from ui.session import session as sessions
from ui.session.session import Session

PARAMETER = "r"
"""The address's parameter with the token of what was handed in."""
TEXT = "result-links"
_TOKEN = re.compile(rf"(?:^|[?&]){PARAMETER}=([^&\s]+)")


def draw(submission: Submission) -> None:
    """Show the link, or say that only a file has room."""
    try:
        address = f"{page_address()}?{PARAMETER}={packing.encode(submission)}"
    except AssignmentError:
        st.caption(
            gettext(
                "A link has room for {count} characters, which is too few for all that you did. Hand in the file.",
                count=number(links.MOST_CHARACTERS),
            )
        )
        return
    copy_button.draw(address, "copy-result-link")
    st.caption(gettext("It contains the same as the file. Everyone who has the link can read it."))
    st.code(address, language=None, wrap_lines=True)  # last, as it is long; a box that scrolls could not be reached by keyboard


def receive(session: Session) -> None:
    """Take over the link by which the page was opened, once, and turn to the results."""
    inbox, token = session.inbox, st.query_params.get(PARAMETER)
    if token is None or token == inbox.result_token:
        return
    inbox.result_token = token
    address = f"{page_address()}?{PARAMETER}={token[: links.MOST_CHARACTERS + 2]}"
    inbox.result_links = f"{inbox.result_links.rstrip()}\n{address}".lstrip()
    sessions.put(TEXT, inbox.result_links)
    tabs.turn(session.view, "assignments", "read")


def tokens(text: str, most: int) -> Iterator[tuple[int, str]]:
    """Yield the number of each line, from 1, with the token in its link or the line itself; at most so many lines that say something."""
    told = 0
    for place, line in enumerate(text.splitlines(), start=1):
        if line.strip() and told < most:
            told += 1
            found = _TOKEN.search(line)
            yield place, found[1] if found else line.strip()
