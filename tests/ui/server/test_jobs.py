"""Training in the background: one thread while it runs, none while it does not, and never half an epoch."""

from __future__ import annotations

import gc
import logging
import math
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rnn_core import Change, ConfigError, Experiment, LimitError, Limits, Snapshot, Trainer
from rnn_core.training import trainer as trainer_module
from rnn_core.training.run import MOST_SNAPSHOTS, check_limits, history_bytes, snapshot_bytes, snapshot_stride
from tests.patience import PATIENCE_SECONDS
from tests.ui.visitor import wait_until
from ui.server import jobs
from ui.server.job_status import ENDED, JobStatus
from ui.server.jobs import STEP_SECONDS, Job
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.slots import MOST_PLACES, Slots

pytestmark = pytest.mark.usefixtures("engine")

HALT_SECONDS, MOMENT_SECONDS = jobs.HALT_SECONDS, jobs.PATIENCE_SECONDS
"""How long whoever halts a job, or asks for one epoch, waits for it. In these tests it is as long as it takes."""


@pytest.fixture
def presence() -> Presence:
    return Presence()


@pytest.fixture
def job_of(presence: Presence) -> Callable[..., Job]:
    def make(experiment: Experiment, limits: Limits | None = None, slots: Slots | None = None, **others: Any) -> Job:
        return Job(experiment, presence, Server(slots=slots or Slots(1), limits=limits or Limits()), **others)

    return make


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "training"]


def epochs(job: Job) -> int:
    return job.status().epoch


def replayed(experiment: Experiment, epoch: int) -> Trainer:
    trainer = Trainer(experiment)
    while trainer.epoch < epoch:
        trainer.advance(until=epoch)
    return trainer


# ---------------------------------------------------------------------- life


def test_a_job_has_no_thread_before_it_is_started(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    assert job.state == "paused"
    assert epochs(job) == 0
    assert not threads()


def test_a_job_runs_in_one_thread_to_the_end_and_leaves_none(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    job.start()
    assert len(threads()) == 1
    assert job.running
    short = job_of(endless.with_training(epochs=3))
    short.start()
    wait_until(lambda: short.ended)
    job.stop()
    wait_until(lambda: not threads())
    assert short.state == "done"
    assert epochs(short) == 3


def test_a_paused_job_has_no_thread_and_stays_at_its_epoch(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    wait_until(lambda: epochs(job) > 0)
    job.pause()
    assert job.state == "paused"
    assert not threads()
    assert epochs(job) > 0


def test_a_run_in_pieces_is_the_run_in_one(job_of: Callable[..., Job], small: Experiment) -> None:
    experiment = small.with_training(epochs=20_000)
    job = job_of(experiment)
    for _ in range(5):
        before = epochs(job)
        job.start()
        wait_until(lambda before=before: epochs(job) > before or job.ended)  # type: ignore[misc]
        job.pause()
    run = job.status()
    whole = replayed(experiment, run.epoch)
    assert run.epoch > 0
    assert np.array_equal(run.model.vector, whole.model.vector)
    assert np.array_equal(run.history.columns.train_loss, whole.history.columns.train_loss)


def test_a_stopped_job_keeps_what_was_learned_and_cannot_go_on(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    wait_until(lambda: epochs(job) > 0)
    job.stop()
    epoch = epochs(job)
    assert epoch > 0
    job.start()
    job.pause()
    assert job.state == "stopped"
    assert not threads()
    assert epochs(job) == epoch


def test_a_paused_job_can_be_stopped(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    job.stop()
    assert job.state == "stopped"


@pytest.mark.parametrize("late", [Job.pause, Job.stop, Job.start])
def test_what_comes_after_the_end_changes_nothing(
    job_of: Callable[..., Job], small: Experiment, late: Callable[[Job], None]
) -> None:
    job = job_of(small)
    job.start()
    wait_until(lambda: job.ended)
    late(job)
    assert job.state == "done"
    assert epochs(job) == 40


def test_a_finished_run_is_the_trainers(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    job.start()
    wait_until(lambda: job.ended)
    trainer = replayed(small, 40)
    run = job.status()
    assert list(run.history) == list(trainer.history)
    assert np.array_equal(run.model.vector, trainer.model.vector)
    assert run.progress == 1.0
    assert run.seconds > 0


@pytest.mark.slow
def test_history_and_model_of_a_snapshot_are_of_the_same_epoch(job_of: Callable[..., Job], small: Experiment) -> None:
    experiment = small.with_training(epochs=20_000)
    job = job_of(experiment)
    job.start()
    runs: list[JobStatus] = []
    while len(runs) < 12 and not job.ended:
        run = job.status()
        if not runs or run.epoch > runs[-1].epoch:
            runs.append(run)
    job.stop()
    assert len({run.epoch for run in runs}) > 1
    replay = Trainer(experiment)
    for run in runs:
        while replay.epoch < run.epoch:
            replay.advance(until=run.epoch)
        assert np.array_equal(run.model.vector, replay.model.vector), run.epoch
        assert np.array_equal(run.history.columns.train_loss, replay.history.columns.train_loss), run.epoch


def test_a_snapshot_does_not_change_while_the_run_goes_on(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    wait_until(lambda: epochs(job) > 0)
    run = job.status()
    losses, vector = run.history.columns.train_loss.copy(), run.model.vector.copy()
    wait_until(lambda: epochs(job) > 3 * run.epoch)
    assert np.array_equal(run.history.columns.train_loss, losses)
    assert np.array_equal(run.model.vector, vector)


def test_speed_and_time_left_are_of_the_epochs_done(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    assert job.status().epochs_per_second is None
    assert job.status().seconds_left is None
    job.start()
    wait_until(lambda: job.status().epochs_per_second is not None)
    run = job.status()
    assert run.epochs_per_second
    assert run.seconds_left == pytest.approx((100_000 - run.epoch) / run.epochs_per_second)


class Held:
    """Holds every slice of a run back until it is let go, as a very long sentence does. The first is of so many epochs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, epochs: int = 0) -> None:
        self.begun, self.over = threading.Event(), threading.Event()
        whole = Trainer.run_slice

        def long(trainer: Trainer, until: int | None = None) -> int:
            self.begun.set()
            assert self.over.wait(60)
            nonlocal epochs
            least, epochs = epochs, 0
            finished = whole(trainer, least or until)
            while finished < least:
                finished += whole(trainer, least)
            return finished

        monkeypatch.setattr(Trainer, "run_slice", long)
        monkeypatch.setattr(jobs, "HALT_SECONDS", 0.01)


@pytest.mark.parametrize(("halt", "state"), [(Job.pause, "paused"), (Job.stop, "stopped")])
def test_a_job_is_halted_at_once_even_in_a_sentence_that_takes_long(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch, halt: Callable[[Job], None], state: str
) -> None:
    """The slice is finished behind, and nothing of it is shown."""
    held = Held(monkeypatch, epochs=3)
    job = job_of(small)
    job.start()
    assert held.begun.wait(60)
    halt(job)
    before = job.status()
    assert (before.state, before.epoch) == (state, 0)
    (thread,) = threads()
    held.over.set()
    thread.join(60)
    after = job.status()
    assert (after.state, after.epoch, after.run.snapshots) == (state, 0, before.run.snapshots)
    job.start()
    wait_until(lambda: not job.running)
    assert (str(job.state), epochs(job)) == (("done", 40) if state == "paused" else ("stopped", 0))


@pytest.mark.parametrize("ahead", [1, 2, 7])
def test_a_step_is_one_epoch_also_after_a_slice_that_outlived_the_pause(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """And the run that goes on is the run without a pause."""
    held = Held(monkeypatch, epochs=ahead)
    job = job_of(small)
    job.start()
    assert held.begun.wait(60)
    job.pause()
    (thread,) = threads()
    held.over.set()
    thread.join(60)
    assert epochs(job) == 0
    job.step()
    wait_until(lambda: not job.running)
    assert epochs(job) == 1
    job.start()
    wait_until(lambda: job.ended)
    assert list(job.status().history) == list(Trainer(small))


def test_a_job_that_is_resumed_before_its_last_sentence_is_over_waits_for_it(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads in one trainer would each do a part of the run."""
    slots = Slots(2)
    held = Held(monkeypatch)
    job = job_of(small, slots=slots)
    job.start()
    assert held.begun.wait(60)
    for _ in range(2):
        job.pause()
        assert not job.running
        job.start()
    assert job.running
    assert len(threads()) == 3
    held.over.set()
    wait_until(lambda: job.ended)
    wait_until(lambda: not threads())
    assert list(job.status().history) == list(Trainer(small))
    assert not slots._places


def test_a_job_is_halted_and_goes_on_in_the_middle_of_an_epoch(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a sentence a slice, the page shows whole epochs, the speed counts parts of one, and the run is the same."""
    monkeypatch.setattr(trainer_module, "SLICE_SECONDS", 0.0)
    whole, slices = Trainer.run_slice, 0
    job = job_of(small)

    def counted(trainer: Trainer, until: int | None = None) -> int:
        nonlocal slices
        slices += 1
        if slices % 4 == 0:  # an epoch has nine
            job._halt.set()
        return whole(trainer, until)

    monkeypatch.setattr(Trainer, "run_slice", counted)
    seen = set()
    while not job.ended:
        job.start()
        wait_until(lambda: not job.running)
        trainer = job._trainer
        if trainer is not None:
            assert epochs(job) == trainer.epoch == int(trainer.progress)
            seen.add(round(9 * (trainer.progress % 1)))
            speed = job.status().epochs_per_second
            assert speed is not None
            assert speed > 0
    assert slices == 40 * 9
    assert len(seen) > 4
    assert list(job.status().history) == list(Trainer(small))


def test_nobody_waits_longer_than_a_moment() -> None:
    assert HALT_SECONDS <= 0.2
    assert MOMENT_SECONDS <= 1.0


def test_a_job_that_stops_early_is_done_at_the_epoch_at_which_its_accuracy_had_held(
    job_of: Callable[..., Job], small: Experiment
) -> None:
    experiment = small.with_training(epochs=5_000, stopping="train", stop_accuracy=0.9, stop_epochs=3)
    job = job_of(experiment)
    job.start()
    wait_until(lambda: job.ended)
    run, records = job.status(), list(Trainer(experiment))
    assert run.state == "done"
    assert list(run.history) == records
    assert len(records) < 5_000


# ---------------------------------------------------------------------- how it ends


def test_an_owner_who_left_is_waited_for_and_then_the_run_ends(
    job_of: Callable[..., Job], endless: Experiment, presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(endless)
    job.start()
    presence.leave()
    epoch = epochs(job)
    wait_until(lambda: epochs(job) > epoch)
    assert job.running
    monkeypatch.setattr(Presence, "GRACE_SECONDS", 0.01)
    wait_until(lambda: job.ended)
    assert job.state == "stopped"
    assert epochs(job) > epoch


def test_an_owner_who_comes_back_in_time_finds_the_run_running(
    job_of: Callable[..., Job], endless: Experiment, presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(endless)
    job.start()
    presence.leave()
    presence.seen()
    monkeypatch.setattr(Presence, "GRACE_SECONDS", -1.0)
    epoch = epochs(job)
    wait_until(lambda: epochs(job) > epoch)
    assert job.running


def test_an_owner_who_falls_silent_is_given_up(
    job_of: Callable[..., Job], endless: Experiment, presence: Presence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Presence, "IDLE_SECONDS", 0.1)
    job = job_of(endless)
    job.start()
    wait_until(lambda: job.ended)
    assert job.state == "stopped"
    presence.seen()
    assert not presence.gone


def test_a_run_ends_at_the_time_allowed_for_one(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    wait_until(lambda: epochs(job) > 0)
    job._server = replace(job._server, limits=Limits(seconds=0))
    wait_until(lambda: job.ended)
    assert job.state == "time_limit"
    assert epochs(job) > 0


@pytest.mark.parametrize("limits", [Limits(seconds=0), Limits()], ids=["time", "owner"])
def test_a_run_that_has_done_all_its_epochs_is_done_whatever_else_would_end_it(
    job_of: Callable[..., Job], small: Experiment, presence: Presence, monkeypatch: pytest.MonkeyPatch, limits: Limits
) -> None:
    whole = Trainer.run_slice

    def last(trainer: Trainer, until: int | None = None) -> int:
        if limits.seconds:
            monkeypatch.setattr(Presence, "IDLE_SECONDS", -1.0)
        trainer._slice_work = trainer._epoch_work
        return whole(trainer, until)

    monkeypatch.setattr(Trainer, "run_slice", last)
    job = job_of(small.with_training(epochs=1), limits)
    job.start()
    wait_until(lambda: job.ended)
    assert (job.state, epochs(job)) == ("done", 1)


def test_a_pause_does_not_count_as_time(job_of: Callable[..., Job], endless: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(endless)
    job.start()
    wait_until(lambda: epochs(job) > 0)
    job.pause()
    assert job.status().seconds > 0
    later = SimpleNamespace(monotonic=lambda: time.monotonic() + 1e6, perf_counter=lambda: time.perf_counter() + 1e6)
    monkeypatch.setattr(jobs, "time", later)
    before = epochs(job)
    job.start()
    wait_until(lambda: epochs(job) > before)
    assert job.status().seconds < 1e6


def test_a_fault_in_the_trainer_ends_the_run_and_is_logged(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = Trainer.run_slice

    def broken(trainer: Trainer, until: int | None = None) -> int:
        if trainer.epoch >= 5:
            raise RuntimeError("gone wrong")
        return whole(trainer, until=trainer.epoch + 1)

    monkeypatch.setattr(Trainer, "run_slice", broken)
    job = job_of(small)
    with caplog.at_level(logging.ERROR):
        job.start()
        wait_until(lambda: job.ended)
    assert job.state == "failed"
    assert epochs(job) == 5
    (record,) = [record for record in caplog.records if record.name == "unrolled.jobs"]
    assert record.getMessage() == "a run failed at epoch 5"
    assert record.exc_info
    assert str(record.exc_info[1]) == "gone wrong"
    assert not threads()


@pytest.mark.parametrize("epoch", [1, 5])
@pytest.mark.parametrize("diverges", [False, True])
def test_a_run_whose_publishing_fails_ends_and_gives_its_place_back(
    job_of: Callable[..., Job],
    small: Experiment,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    diverges: bool,
    epoch: int,
) -> None:
    """Where memory is short, a copy of the weights may be refused; also as a run diverges."""
    whole = Trainer.snapshot

    def short(trainer: Trainer) -> Snapshot:
        if trainer.epoch >= epoch - diverges and threading.current_thread().name == "training":
            raise MemoryError
        return whole(trainer)

    monkeypatch.setattr(Trainer, "snapshot", short)
    monkeypatch.setattr(trainer_module, "SLICE_SECONDS", 0.0)
    fatal = (Change(epoch, "learning_rate", 1e308), Change(epoch, "clipping", "none")) if diverges else ()
    slots = Slots(1)
    job = job_of(small.with_training(changes=fatal), slots=slots)
    job.start()
    wait_until(lambda: not job.running)
    wait_until(lambda: not threads())
    assert job.state == ("diverged" if diverges and epoch == 1 else "failed")
    assert not slots._places


def test_a_run_for_which_the_system_has_no_thread_waits_where_it_was(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = Slots(1)
    job = job_of(small, slots=slots)

    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as context:
        context.setattr(threading.Thread, "start", refused)
        with pytest.raises(RuntimeError, match="thread"):
            job.start()
    assert job.state == "paused"
    assert not slots._places
    job.pause()
    job.start()
    wait_until(lambda: job.ended)
    assert list(job.status().history) == list(Trainer(small))


def test_a_run_that_diverges_keeps_the_epochs_before(job_of: Callable[..., Job], small: Experiment) -> None:
    experiment = small.with_training(learning_rate=1e308, clipping="none")
    job = job_of(experiment)
    job.start()
    wait_until(lambda: job.ended)
    run = job.status()
    assert run.state == "diverged"
    assert run.diverged_epoch == run.epoch + 1
    assert np.isfinite(run.model.vector).all()


def test_every_state_but_running_and_paused_is_an_end() -> None:
    assert {"stopped", "done", "diverged", "time_limit", "failed"} == ENDED


# ---------------------------------------------------------------------- together


def test_two_runs_share_one_slot_and_both_come_forward(job_of: Callable[..., Job], endless: Experiment) -> None:
    slots = Slots(1)
    jobs = [job_of(endless, slots=slots), job_of(endless, slots=slots)]
    for job in jobs:
        job.start()
    wait_until(lambda: all(epochs(job) > 10 for job in jobs))
    assert all(job.running for job in jobs)


def test_no_more_runs_work_at_once_than_there_are_slots(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, most, lock = 0, 0, threading.Lock()
    pair = threading.Barrier(2)
    whole = Trainer.run_slice

    def counted(trainer: Trainer, _: int) -> int:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        if trainer.progress == 0:
            pair.wait(PATIENCE_SECONDS)
        done = whole(trainer, until=trainer.epoch + 1)
        with lock:
            working -= 1
        return done

    monkeypatch.setattr(Trainer, "run_slice", counted)
    slots = Slots(2)
    jobs = [job_of(small, slots=slots) for _ in range(4)]
    for job in jobs:
        job.start()
    wait_until(lambda: all(job.ended for job in jobs))
    assert [job.state for job in jobs] == ["done"] * 4
    assert most == 2


def test_a_fault_gives_its_slot_back(job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(trainer: Trainer, _: int) -> int:
        raise RuntimeError

    slots = Slots(1)
    with monkeypatch.context() as context:
        context.setattr(Trainer, "run_slice", broken)
        job = job_of(small, slots=slots)
        job.start()
        wait_until(lambda: job.ended)
    other = job_of(small, slots=slots)
    other.start()
    wait_until(lambda: other.ended)
    assert other.state == "done"


# ---------------------------------------------------------------------- pace


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


# ---------------------------------------------------------------------- one epoch


def test_a_step_is_exactly_one_epoch_and_a_pause(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    for epoch in range(1, 6):
        job.step()
        wait_until(lambda: not job.running)
        assert (job.state, epochs(job)) == ("paused", epoch)
    assert not threads()
    assert list(job.status().history) == list(replayed(small, 5).history)


def test_a_run_pauses_at_the_epoch_to_which_it_was_to_go(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    job.start(until=17)
    wait_until(lambda: not job.running)
    assert (job.state, job.status().epoch) == ("paused", 17)
    job.start()
    wait_until(lambda: job.ended)
    assert list(job.status().history) == list(Trainer(small))


def test_a_step_after_a_run_at_full_speed_is_one_epoch_too(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    wait_until(lambda: epochs(job) > 50)
    job.pause()
    before = epochs(job)
    job.step()
    assert (job.state, epochs(job)) == ("paused", before + 1)
    job.start()
    wait_until(lambda: epochs(job) > before + 10)
    assert job.running, "a step sets no bound to what comes after it"


def test_a_step_of_a_run_that_runs_or_has_ended_does_nothing(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    job.step()
    wait_until(lambda: epochs(job) > 20)
    assert job.running
    job.stop()
    before = epochs(job)
    job.step()
    assert (job.state, epochs(job)) == ("stopped", before)


def test_the_step_to_the_last_epoch_ends_the_run(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small.with_training(epochs=3))
    for _ in range(3):
        job.step()
        wait_until(lambda: not job.running)
    assert (job.state, epochs(job)) == ("done", 3)


def test_the_step_to_an_early_stop_ends_the_run(job_of: Callable[..., Job], small: Experiment) -> None:
    experiment = small.with_training(epochs=5_000, stopping="train", stop_accuracy=0.5, stop_epochs=1)
    last = len(list(Trainer(experiment)))
    job = job_of(experiment)
    for _ in range(last):
        job.step()
        wait_until(lambda: not job.running)
    assert (job.state, epochs(job)) == ("done", last)


# ---------------------------------------------------------------------- changes on the way


def test_changes_while_it_runs_are_part_of_the_experiment_and_replay_it_bit_for_bit(
    job_of: Callable[..., Job], endless: Experiment
) -> None:
    job = job_of(endless.with_training(epochs=20_000))
    job.start()
    made: list[tuple[str, float | str]] = [
        ("clip_threshold", 0.1),
        ("learning_rate", 0.05),
        ("clipping", "norm"),
        ("clip_threshold", 0.5),
        ("clipping", "none"),
    ]
    for field, value in made:
        before = epochs(job)
        wait_until(lambda before=before: epochs(job) > before)  # type: ignore[misc]
        job.change(field, value)
    before = epochs(job)
    wait_until(lambda: epochs(job) > before + 50)
    job.pause()
    run = job.status()
    changes = run.experiment.training.changes
    assert [change[1:] for change in changes] == made
    assert changes[-1].epoch <= run.epoch
    assert len({change.epoch for change in changes}) > 1
    again = replayed(run.experiment, run.epoch)
    for mine, theirs in zip(run.history.columns, again.history.columns, strict=True):
        assert np.array_equal(mine, theirs, equal_nan=True)
    assert np.array_equal(run.model.vector, again.model.vector)


def test_a_change_while_it_is_paused_holds_from_the_next_epoch_on(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    job.change("learning_rate", 0.3)
    assert list(job.experiment.training.changes) == [Change(1, "learning_rate", 0.3)]
    job.step()
    wait_until(lambda: not job.running)
    job.change("clip_threshold", 0.5)
    job.change("clip_threshold", 0.6)
    assert list(job.experiment.training.changes) == [Change(1, "learning_rate", 0.3), Change(2, "clip_threshold", 0.6)]
    job.start()
    wait_until(lambda: job.ended)
    assert list(job.status().history) == list(Trainer(job.experiment))


def test_what_cannot_be_changed_is_refused_and_the_run_goes_on_as_it_was(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    wrong: dict[str, float | str] = {"learning_rate": -1.0, "clip_threshold": 0.0, "clipping": "harder", "epochs": 3, "seed": 1}
    for field, value in wrong.items():
        with pytest.raises(ConfigError):
            job.change(field, value)
    assert job.experiment == small
    job.start()
    wait_until(lambda: job.ended)
    assert list(job.status().history) == list(Trainer(small))


def test_a_change_of_a_run_that_has_ended_changes_nothing(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    job.start()
    wait_until(lambda: job.ended)
    job.change("learning_rate", 0.5)
    assert job.experiment == small
    stopped = job_of(small)
    stopped.stop()
    stopped.change("learning_rate", 0.5)
    assert stopped.experiment == small


class Interrupted:
    """A lock before which, the first time a run's own thread comes to it after its first epoch, something else happens."""

    def __init__(self, lock: threading.Lock, job: Job, happening: Callable[[], None]) -> None:
        self._lock, self._job, self._happening = lock, job, happening
        self._happened = False

    def __enter__(self) -> None:
        trainer = self._job._trainer
        if threading.current_thread().name == "training" and not self._happened and trainer and trainer.epoch:
            self._happened = True
            self._happening()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_a_change_made_while_the_run_is_about_to_show_its_epoch_is_not_lost(
    job_of: Callable[..., Job], small: Experiment
) -> None:
    job = job_of(small)
    job._lock = Interrupted(job._lock, job, lambda: job.change("clip_threshold", 0.5))  # type: ignore[assignment]
    job.step()
    wait_until(lambda: not job.running)
    assert epochs(job) == 1
    assert job.experiment.training.changes == (Change(2, "clip_threshold", 0.5),)


# ---------------------------------------------------------------------- snapshots to go back to


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("room", [2, 3, 9, 1000])
def test_snapshots_are_bounded_in_number_and_bytes_all_the_while(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch, optimizer: str, room: int
) -> None:
    experiment = small.with_training(epochs=230, optimizer=optimizer)
    limits = Limits(run_bytes=history_bytes(experiment) + room * snapshot_bytes(experiment))
    check_limits(experiment, limits)
    stride = snapshot_stride(experiment, limits)
    published: list[JobStatus] = []
    publish = Job._publish

    def watched(job: Job, trainer: Trainer, **by: Any) -> None:
        publish(job, trainer, **by)
        published.append(job.status())

    monkeypatch.setattr(Job, "_publish", watched)
    job = job_of(experiment, limits)
    job.pace = 1_000.0  # so that it is published several times
    job.start()
    wait_until(lambda: job.ended)
    assert len({run.epoch for run in published}) > 2
    for run in published:
        assert run.kept == (*range(0, run.epoch, stride), run.epoch)
        assert len(run.kept) <= min(room, MOST_SNAPSHOTS + 2)
        assert run.run.nbytes <= limits.run_bytes
    assert job.status().kept == (*range(0, 230, stride), 230)
    assert job.nbytes == job.status().run.nbytes <= limits.run_bytes


def test_the_network_of_a_kept_epoch_is_the_trainers_of_that_epoch(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small.with_training(epochs=100))
    job.start()
    wait_until(lambda: job.ended)
    trainer = Trainer(small.with_training(epochs=100))
    for epoch in job.status().kept:
        while trainer.epoch < epoch:
            trainer.advance(until=epoch)
        assert np.array_equal(job.status().model_at(epoch).vector, trainer.model.vector)
        job.look_at(epoch)
        run = job.status()
        assert run.viewed == epoch
        assert np.array_equal(run.model.vector, trainer.model.vector)
        assert run.epoch == 100, "what is looked at changes nothing of the run"


def test_looking_back_ends_with_the_wish_or_when_the_run_goes_on(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    for _ in range(5):
        job.step()
        wait_until(lambda: not job.running)
    job.look_at(2)
    assert job.status().viewed == 2
    job.look_at(None)
    assert job.status().viewed == 5
    job.look_at(3)
    job.start()
    wait_until(lambda: job.ended)
    assert job.status().viewed == 40, "one who lets it run wants to see where it goes"


@pytest.mark.parametrize("epoch", [-1, 7, 99])
def test_an_epoch_that_is_not_kept_cannot_be_looked_at(job_of: Callable[..., Job], small: Experiment, epoch: int) -> None:
    job = job_of(small, Limits(run_bytes=history_bytes(small) + 4 * snapshot_bytes(small)))
    job.start()
    wait_until(lambda: job.ended)
    job.look_at(epoch)
    assert job.status().viewed == 40
    assert np.array_equal(job.status().model.vector, replayed(small, 40).model.vector)


def test_a_job_that_forgets_its_snapshots_shows_its_end(job_of: Callable[..., Job], small: Experiment) -> None:
    job = job_of(small)
    job.start()
    wait_until(lambda: job.ended)
    job.look_at(20)
    before = job.nbytes
    job.forget_snapshots()
    assert job.status().kept == (0, 40)
    assert job.status().viewed == 40
    assert job.nbytes < before
    unbegun = job_of(small)
    unbegun.forget_snapshots()
    assert unbegun.status().kept == (0,)


@pytest.mark.slow
def test_an_ended_job_holds_no_trainer(job_of: Callable[..., Job], small: Experiment) -> None:
    """It takes more room than what is kept, and there may be many runs."""
    done, stopped, halted = (job_of(small.with_training(epochs=20_000)) for _ in range(3))
    trainers = [weakref.ref(job._trainer) for job in (done, stopped, halted)]
    done.change("learning_rate", 0.01)
    stopped.stop()
    halted.start()
    wait_until(lambda: epochs(halted) > 0)
    halted.stop()
    wait_until(lambda: halted.ended)
    done.start()
    wait_until(lambda: done.ended)
    wait_until(lambda: not threads())
    gc.collect()
    assert [trainer() for trainer in trainers] == [None] * 3


# ---------------------------------------------------------------------- on from an epoch, as a new run


@pytest.mark.slow
def test_a_run_that_goes_on_from_a_kept_epoch_is_its_experiment_from_scratch(
    job_of: Callable[..., Job], small: Experiment
) -> None:
    old = job_of(small.with_training(epochs=60))
    old.change("clip_threshold", 0.1)
    for _ in range(8):
        old.step()
        wait_until(lambda: not old.running)
    old.change("learning_rate", 0.05)
    old.start()
    wait_until(lambda: old.ended)
    before = list(old.status().history)
    for epoch in old.status().kept[::10]:
        job = job_of(old.experiment, after=(old.status().run, epoch))
        run = job.status()
        assert (run.state, run.epoch, run.viewed) == ("paused", epoch, epoch)
        assert run.kept == tuple(kept for kept in old.status().kept if kept <= epoch)
        if epoch < 60:
            job.change("learning_rate", 0.2)
        job.start()
        wait_until(lambda: job.ended)  # noqa: B023
        trainer = replayed(job.experiment, 60)
        assert list(job.status().history) == list(trainer.history)
        assert np.array_equal(job.status().model.vector, trainer.model.vector)
        for kept in job.status().kept:
            assert np.array_equal(job.status().model_at(kept).vector, replayed(job.experiment, kept).model.vector)
    assert list(old.status().history) == before


# ---------------------------------------------------------------------- turns


def test_a_job_gives_its_place_back_however_it_ends(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = Slots(1)
    whole = Trainer.run_slice

    def broken(trainer: Trainer, until: int | None = None) -> int:
        if trainer.experiment.training.seed == 404:
            raise RuntimeError
        return whole(trainer, until)

    monkeypatch.setattr(Trainer, "run_slice", broken)
    for experiment, limits in [
        (small, Limits()),
        (small.with_training(learning_rate=1e308, clipping="none"), Limits()),
        (small.with_training(epochs=5_000), Limits(seconds=0)),
        (small.with_training(seed=404), Limits()),
        (small.with_training(epochs=1), Limits()),
    ]:
        job = job_of(experiment, limits, slots)
        job.start()
        wait_until(lambda: job.ended)  # noqa: B023
        wait_until(lambda: not threads())
        assert not slots._places


def test_too_many_runs_of_one_owner_are_refused_and_what_was_refused_can_come_later(
    job_of: Callable[..., Job], endless: Experiment, presence: Presence
) -> None:
    slots = Slots(1)
    places = [slots.join(presence) for _ in range(MOST_PLACES)]
    job = job_of(endless, slots=slots)
    for come in (job.start, job.step):
        with pytest.raises(LimitError) as caught:
            come()
        assert caught.value.what == "places"
        assert (job.state, epochs(job)) == ("paused", 0)
    assert not threads()
    places[0].leave()
    job.start()
    wait_until(lambda: epochs(job) > 0)


@pytest.mark.parametrize(("halt", "state"), [(Job.pause, "paused"), (Job.stop, "stopped")])
def test_a_job_that_waits_for_its_turn_says_so_and_is_halted_at_once(
    job_of: Callable[..., Job], endless: Experiment, halt: Callable[[Job], None], state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HALT_SECONDS", 0.01)
    slots = Slots(1)
    slots._length = 30.0
    job = job_of(endless, slots=slots)
    with slots.join(Presence()):
        job.start()
        wait_until(lambda: bool(slots._waiting))
        status = job.status()
        assert (status.wait, status.seconds) == (30.0, 0.0)
        halt(job)
    wait_until(lambda: not job.running)
    assert job.state == state
    assert job.status().wait == 0.0


@pytest.mark.parametrize("end", ["by itself", "stopped while it runs", "stopped while it is paused"])
def test_a_runs_begin_and_end_are_noted_once_without_a_sentence_of_it(
    job_of: Callable[..., Job], small: Experiment, endless: Experiment, caplog: pytest.LogCaptureFixture, end: str
) -> None:
    caplog.set_level(logging.INFO, logger="unrolled")
    job = job_of(small if end == "by itself" else endless)
    job.start()
    if end == "by itself":
        wait_until(lambda: job.ended)
    elif end == "stopped while it is paused":
        job.pause()
        wait_until(lambda: job.state == "paused")
        job.start()
        job.pause()
        wait_until(lambda: job.state == "paused")
    job.stop()
    wait_until(lambda: job.ended)
    job.stop()
    wait_until(lambda: len(caplog.records) == 2)
    begun, ended = (record.fields for record in caplog.records)  # type: ignore[attr-defined]
    assert begun["run"] == ended["run"]
    assert (ended["reason"], ended["epochs"]) == (job.state, epochs(job))
    assert not any(text in str(begun) + str(ended) for text, _, _ in small.dataset.examples if " " in text)
