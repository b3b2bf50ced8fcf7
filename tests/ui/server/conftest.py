"""Runs in the background, each with an owner who is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rnn_core import Experiment, Limits
from ui.server.jobs import Job
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.slots import Slots


@pytest.fixture
def presence() -> Presence:
    return Presence()


@pytest.fixture
def job_of(presence: Presence) -> Callable[..., Job]:
    def make(experiment: Experiment, limits: Limits | None = None, slots: Slots | None = None, **others: Any) -> Job:
        return Job(experiment, presence, Server(slots=slots or Slots(1), limits=limits or Limits()), **others)

    return make
