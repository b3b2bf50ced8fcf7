"""A visitor, a server that knows its router, and runs that never outlive their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import local_script_runner
from streamlit.testing.v1.element_tree import Selectbox

from rnn_core import Experiment, presets
from tests.patience import PATIENCE_SECONDS
from tests.ui.visitor import Visitor, told, wait_until
from ui.server import jobs
from ui.server.jobs import Job
from ui.session import session as sessions
from ui.session.runs import Runs


@pytest.fixture(autouse=True)
def local_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of a person's own machine, whatever the environment says."""
    monkeypatch.delenv("UNROLLED_PROFILE", raising=False)


@pytest.fixture
def engine() -> None:
    """Everything is compiled. What is said to those who come before that is tested apart, with a stand-in."""
    preparation = sessions.server().preparation
    assert preparation is None or preparation.wait(PATIENCE_SECONDS)


@pytest.fixture
def known_router(engine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process learns at its first st.navigation that pages/ is the router's; AppTest forgets it before every run."""
    begin = PagesManager.__init__

    def knowing(manager: PagesManager, *args: Any, **kwargs: Any) -> None:
        PagesManager.uses_pages_directory = False
        begin(manager, *args, **kwargs)

    monkeypatch.setattr(PagesManager, "__init__", knowing)


@pytest.fixture
def unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part of a page that is folded away is open when its page is drawn first."""
    monkeypatch.setattr(st, "expander", partial(_opened, st.expander))


def _opened(expander: Callable[..., Any], label: str, **settings: Any) -> Any:
    return expander(label, **settings | ({"expanded": True} if settings.get("on_change") == "rerun" else {}))


@pytest.fixture(autouse=True)
def no_run_outlives_its_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stop every run that a test has started, however it ends."""
    made: list[Job] = []
    begin = Job.__init__

    def listed(job: Job, *args: Any, **kwargs: Any) -> None:
        begin(job, *args, **kwargs)
        made.append(job)

    monkeypatch.setattr(Job, "__init__", listed)
    yield
    for job in made:
        job.stop()
    wait_until(lambda: all(job.ended for job in made))


@pytest.fixture(autouse=True)
def runs_are_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is to be seen takes seconds."""
    monkeypatch.setattr(Runs, "FIRST_PACE", None)


@pytest.fixture(autouse=True)
def a_halt_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a slice may outlast the moment for which the app waits."""
    for moment in ("HALT_SECONDS", "PATIENCE_SECONDS"):
        monkeypatch.setattr(jobs, moment, PATIENCE_SECONDS)


@pytest.fixture(autouse=True)
def no_search_for_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest looks through all installed packages for components, at most of a visit's cost; ours is registered by the app."""
    monkeypatch.setattr(BidiComponentManager, "discover_and_register_components", lambda *_, **__: None)


@pytest.fixture(autouse=True)
def the_end_of_a_script_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest looks a thousand times a second whether the script has ended, and takes the interpreter from it each time."""
    look = local_script_runner.require_widgets_deltas

    def wait(runner: local_script_runner.LocalScriptRunner, timeout: float = 3) -> None:
        assert runner._script_thread is not None
        runner._script_thread.join(timeout)
        look(runner, timeout if runner.script_stopped() else 0)

    monkeypatch.setattr(local_script_runner, "require_widgets_deltas", wait)


@pytest.fixture(autouse=True)
def none_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Selectbox, "_widget_state", property(told))


@pytest.fixture
def visitor(known_router: None) -> Visitor:
    """Somebody who has just come, to Home."""
    return Visitor()


@pytest.fixture
def endless() -> Experiment:
    """A run that no test will see the end of: some minutes of the guide's network."""
    return presets.guide_corrected().with_training(epochs=100_000)
