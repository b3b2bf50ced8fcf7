"""A run in the background that is slowed down to be watched."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

import pytest

from rnn_core import Experiment, Trainer
from tests.ui.server.running import epochs
from tests.ui.visitor import wait_until
from ui.server import jobs
from ui.server.jobs import STEP_SECONDS, Job
from ui.server.slots import Slots

pytestmark = pytest.mark.usefixtures("engine")


class Clock(threading.Event):
    """What a job halts by and reads the time from. Time passes only where the job waits, and takes none.

    ends: when the job is paused. paces: the pace from a time on.
    """

    def __init__(self, job: Job, ends: float, paces: dict[float, float | None]) -> None:
        super().__init__()
        self.now, self._job, self._ends, self._paces = 0.0, job, ends, paces
        self.seen: list[tuple[float, int]] = []
        """The time and the epochs done, at every wait."""
        self.longest = 0.0
        """Of the waits."""
        job._halt = self

    def monotonic(self) -> float:
        return self.now

    perf_counter = monotonic

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.longest = max(self.longest, timeout)
        self.seen.append((self.now, epochs(self._job)))
        self.now += timeout
        for at in [at for at in self._paces if self.now >= at]:
            self._job.pace = self._paces.pop(at)
        if self.now >= self._ends:
            self.set()
        return self.is_set()


Clocked = Callable[..., Clock]


@pytest.fixture
def clocked(monkeypatch: pytest.MonkeyPatch) -> Clocked:
    """Start a job by a clock of its own."""

    def start(job: Job, ends: float, paces: dict[float, float | None] | None = None) -> Clock:
        clock = Clock(job, ends, paces or {})
        monkeypatch.setattr(jobs, "time", clock)
        job.start()
        return clock

    return start


@pytest.mark.parametrize("pace", [2.0, 10.0, 100.0])
def test_a_pace_holds(job_of: Callable[..., Job], endless: Experiment, clocked: Clocked, pace: float) -> None:
    """At every moment there are as many epochs as the pace has, and at most those of a tenth of a second more."""
    job = job_of(endless)
    job.pace = pace
    clock = clocked(job, 10.0)
    wait_until(lambda: not job.running)
    ahead = max(1.0, pace * STEP_SECONDS)
    assert clock.seen
    for now, done in clock.seen:
        assert pace * now - 1e-6 <= done <= pace * now + 2 * ahead + 1e-6
    assert job.status().epochs_per_second == pytest.approx(pace, rel=0.2)


def test_a_watched_run_is_held_to_the_rule_and_is_the_same_run(
    job_of: Callable[..., Job], small: Experiment, clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    def rule(loss: Any, epochs: int, chance: float) -> float:
        told.append(len(loss))
        assert (epochs, chance) == (small.training.epochs, small.dataset.bounds.chance_loss)
        return 20.0 if len(loss) < 20 else 5.0

    monkeypatch.setattr(jobs, "watched", rule)
    job = job_of(small)
    job.pace = "watched"
    clock = clocked(job, 60.0)
    wait_until(lambda: job.ended)
    assert 19 / 20 + 20 / 5 - 0.5 <= clock.now <= 20 / 20 + 20 / 5 + 0.5
    assert {*told} >= {0, 2, 20, 39}
    assert list(job.status().history) == list(Trainer(small))


def test_a_watched_run_waits_for_its_page_to_draw_it_and_goes_on_when_it_has(
    job_of: Callable[..., Job], small: Experiment, clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    drawn = threading.Event()

    def awaited(epoch: int, epochs: int) -> bool:
        asked.append(epoch)
        assert epochs == small.training.epochs
        return epoch >= 3 and not drawn.is_set()

    job = job_of(small)
    job.pace = "watched"
    monkeypatch.setattr(job.viewer, "awaited", awaited)
    clocked(job, math.inf)
    wait_until(lambda: len(asked) >= 3 and len({*asked[-3:]}) == 1)
    assert epochs(job) == asked[-1] >= 3
    assert not job.ended
    drawn.set()
    wait_until(lambda: job.ended)
    assert epochs(job) == small.training.epochs


@pytest.mark.parametrize(("ends", "done"), [(0.1, 1), (19.5, 1), (20.5, 2), (39.5, 2), (40.5, 3)])
def test_at_a_slow_pace_the_first_epoch_comes_at_once_and_the_next_when_it_is_due(
    job_of: Callable[..., Job], endless: Experiment, clocked: Clocked, ends: float, done: int
) -> None:
    job = job_of(endless)
    job.pace = 0.05
    clocked(job, ends)
    wait_until(lambda: not job.running)
    assert epochs(job) == done


@pytest.mark.parametrize(("slow", "fast"), [(0.05, 100.0), (0.05, None), (1.0, 10.0)])
def test_a_faster_pace_is_heeded_within_a_moment_while_it_runs(
    job_of: Callable[..., Job], endless: Experiment, clocked: Clocked, slow: float, fast: float | None
) -> None:
    """The turn that the slow pace had set is not waited for."""
    job = job_of(endless)
    job.pace = slow
    clock = clocked(job, 10.0, {0.5: fast})
    wait_until(lambda: epochs(job) > 4)
    assert all(done > 1 for now, done in clock.seen if now > 0.5 + 2 * STEP_SECONDS)


def test_a_slower_pace_is_heeded_within_a_moment_while_it_runs(
    job_of: Callable[..., Job], endless: Experiment, clocked: Clocked
) -> None:
    job = job_of(endless)
    clock = clocked(job, 19.0)
    wait_until(lambda: epochs(job) > 20)
    job.pace = 0.05
    wait_until(lambda: not job.running)
    assert len({done for _, done in clock.seen}) == 1


@pytest.mark.parametrize(("halt", "state"), [(Job.pause, "paused"), (Job.stop, "stopped")])
def test_a_slow_pace_can_be_halted_between_two_epochs(
    job_of: Callable[..., Job], endless: Experiment, clocked: Clocked, halt: Callable[[Job], None], state: str
) -> None:
    """A wait for the next epoch is made of short ones, and none of them is begun after the halt."""
    job = job_of(endless)
    job.pace = 1e-9
    clock = clocked(job, 1e9)
    wait_until(lambda: len(clock.seen) > 3)
    halt(job)
    assert (job.state, epochs(job)) == (state, 1)
    assert clock.longest <= STEP_SECONDS


def test_whoever_keeps_a_slow_pace_keeps_no_slot_from_others(job_of: Callable[..., Job], endless: Experiment) -> None:
    slots = Slots(1)
    slow, other = job_of(endless, slots=slots), job_of(endless, slots=slots)
    slow.pace = 0.05
    slow.start()
    wait_until(lambda: epochs(slow) == 1)
    other.start()
    wait_until(lambda: epochs(other) > 50)
    assert epochs(slow) == 1


def test_a_run_at_any_pace_is_the_same_run(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    job.pace = 200.0
    job.start()
    wait_until(lambda: epochs(job) > 10)
    job.pace = None
    wait_until(lambda: job.ended)
    assert list(job.status().history) == list(Trainer(small))
