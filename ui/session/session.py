"""The one typed object behind a visitor's pages, in five parts, and the only reader of Streamlit's session state."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import get_run_yield_check

from rnn_core import Experiment, Limits, Model
from rnn_core.experiment import usable
from rnn_core.lessons.assignment import Assignment
from rnn_core.lessons.notebook import Notebook
from rnn_core.lessons.submission import Answer, Submission
from rnn_core.prepare import Preparation
from ui.language import LANGUAGES, gettext
from ui.server import process
from ui.server.connections import StreamlitConnections, held_seconds
from ui.server.elsewhere import named_cluster
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.visitors import Visitors
from ui.session.assigned import Assigned, Own
from ui.session.inbox import Inbox
from ui.session.page_view import PageView
from ui.session.runs import Runs
from ui.session.sweeps import Sweeps
from ui.session.workspace import Workspace

MEMO_BYTES = 4_000_000
"""What a visitor's memo may hold at least; more where the limits leave more for a visitor's runs."""


class Session:
    """What one visitor has. Each part knows nothing of the others; what concerns several of them is done here."""

    def __init__(self) -> None:
        self.key = secrets.token_hex(16)
        """By which the visitor's browser gets this session back after a reload. It is in no address and no log."""
        self.server = server()
        self.presence = Presence()
        self.workspace = Workspace(self.limits)
        self.runs = Runs(self.presence, self.server)
        self.sweeps = Sweeps(self.presence, self.server)
        self.view = PageView(max(MEMO_BYTES, self.limits.visitor_bytes // 8))
        self.inbox = Inbox()
        self.assigned: Assigned | None = None
        """The assignment that the visitor does, if they have begun one."""
        self.notebook = Notebook()
        """What the visitor guessed and measured in the lessons; their browser keeps it."""

    @property
    def limits(self) -> Limits:
        """What the server allows one visitor."""
        return self.server.limits

    @property
    def untouched(self) -> bool:
        """Whether the visitor has no work of their own that could be lost."""
        return self.workspace.untouched and not self.runs.jobs

    def accept(self, experiment: Experiment) -> None:
        """Accept an experiment that came; undo brings back the sentences it replaces."""
        self.workspace.accept(experiment)
        self.inbox.offered = None

    def begin(self, assignment: Assignment, submission: Submission | None = None) -> None:
        """Begin an assignment, or go on with what was handed in: its experiment is set, and the visitor's own work waits."""
        self.end()
        workspace = self.workspace
        own = Own(workspace.dataset, workspace.model, workspace.training)
        self.assigned = Assigned(assignment, own, [Answer() for _ in assignment.steps])
        if submission is not None:
            self.assigned.answers, self.assigned.name = list(submission.answers), submission.name
            self.assigned.earlier = submission.runs
            self.assigned.at = next((k for k, answer in enumerate(submission.answers) if not answer.met), 0)
        workspace.accept(assignment.experiment)
        workspace.assignment, self.runs.held = assignment, assignment.held

    def end(self) -> None:
        """Put the visitor's own sentences and settings back in the place of the assignment's."""
        if self.assigned is None:
            return
        (dataset, model, training), self.assigned = self.assigned.own, None
        self.workspace.assignment, self.runs.held = None, lambda experiment: experiment
        if dataset != self.workspace.dataset:
            self.workspace.replace_dataset(dataset)
        self.workspace.use_settings(model, training)

    def open_network(self, model: Model, name: str = "network.npz") -> None:
        """Open a network from a file of this name and take its settings; pages use it until something else is trained or chosen."""
        self.runs.opened, self.runs.opened_name = model, name
        self.workspace.use_settings(usable(model.config, self.workspace.dataset), self.workspace.training)
        self.view.notice = lambda: gettext("The network is open. Ask it on the Predictions page.")

    def read_in(self, language: object) -> None:
        """Change the language that the visitor reads, if it is one of ours; what is set and chosen on the pages stays.

        Call it before anything is drawn, as in a callback. Streamlit takes a choice or a table with other words for a new one:
        choices are given to it again, and the table begins with the sentences as they are now.
        """
        if language not in LANGUAGES:
            return
        self.view.language, self.view.language_chosen = str(language), True
        self.view.memo.clear()
        self.workspace.revision += 1
        keep_choices()


# ---------------------------------------------------------------------- Streamlit's own store


def fill(key: str, value: Any) -> Any:
    """Give a widget its first value if it has none yet, and return its value, with which it is then drawn.

    Streamlit tells the browser once that a value was set; where another run begins before that is sent, it is lost, and the
    browser shows the first value that the widget was drawn with.
    """
    if key not in st.session_state:
        st.session_state[key] = value
    return st.session_state[key]


def put(key: str, value: object) -> None:
    """Set a widget's value; call it before the widget is drawn in this run."""
    st.session_state[key] = value


def keep_choices() -> None:
    """Set every choice, text and number that was entered once more, so that a widget whose words change keeps it."""
    for key in [str(key) for key in st.session_state]:
        value = st.session_state[key]
        if isinstance(value, (str, int, float, tuple, list)) and not isinstance(value, bool):
            st.session_state[key] = value


def has(key: str) -> bool:
    """Whether Streamlit holds a value for the widget with this key."""
    return key in st.session_state


def widget(key: str) -> Any:
    """Return a widget's value, or None."""
    return st.session_state.get(key)


# ---------------------------------------------------------------------- whose session it is


def current() -> Session:
    """Return this visitor's session. Raises LimitError (visitors) when the process is full."""
    if "session" not in st.session_state:
        server().visitors.check(profile_limits())
        st.session_state["session"] = Session()
    session: Session = st.session_state["session"]
    if (context := get_script_run_ctx(suppress_warning=True)) is not None:
        session.server.visitors.here(session, context.session_id)
    _watch(session.key, session.presence)
    session.presence.seen()
    return session


def come_back(key: object) -> bool:
    """Put the session with this key in the place of the new one, after a reload. Return whether that was done.

    Only a session whose connection has gone is given back, while the server holds it, and nobody's work is lost by it.
    """
    session, context = current(), get_script_run_ctx(suppress_warning=True)
    if not isinstance(key, str) or not key.isascii() or context is None or not session.untouched:
        return False

    def is_it(other: object) -> bool:
        return isinstance(other, Session) and secrets.compare_digest(other.key, key)

    former = session.server.visitors.come_back(is_it, context.session_id)
    if not isinstance(former, Session):
        return False
    former.view.sharing = None  # a reload closes the dialog
    st.session_state["session"] = former
    return True


def wanted_page() -> str | None:
    """Return Streamlit's name for the page that this script run was asked for; None where it was asked for by its address.

    The request itself says it. Streamlit also writes the page down in one place for all script runs of a visitor, where a run that
    is being replaced may write last.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context.script_requests is None:
        return None
    request = context.script_requests._rerun_data
    return None if request.fragment_id_queue else request.page_script_hash or None  # one for a fragment has come since


def still_wanted() -> None:
    """Stop drawing the page, by Streamlit's own means, where its browser has left or has asked for another."""
    if (check := get_run_yield_check()) is not None:
        check()


def routed() -> bool:
    """Whether the router has run in this session; a fresh process may open its first page without it."""
    return "routed" in st.session_state


def mark_routed() -> None:
    st.session_state["routed"] = True


def profile_limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """Return the limits of this process's profile, named by UNROLLED_PROFILE in the environment or the secrets.

    Any name but "local" means hosted: a misspelled name must not give strangers the wide limits.
    """
    profiles = [environment.get("UNROLLED_PROFILE")]
    if st.secrets.load_if_toml_exists():
        profiles.append(st.secrets.get("UNROLLED_PROFILE"))
    return Limits.local() if all(profile in (None, "", "local") for profile in profiles) else Limits.hosted()


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda presence: presence.leave())
def _watch(key: str, _presence: Presence) -> Presence:
    """Keep the presence while the connection lives: Streamlit releases it when the browser leaves."""
    return _presence


def server() -> Server:
    """Return the process's one server, with the limits of its profile."""
    return replace(_server(), limits=profile_limits())


@st.cache_resource(show_spinner=False)
def _server() -> Server:
    """The engine's preparation begins when the first visitor comes, and is over for good some seconds later."""
    process.settle()
    visitors = Visitors(StreamlitConnections(), held_seconds=held_seconds())
    return Server(preparation=Preparation(process.settle).start(), visitors=visitors, cluster=named_cluster())
