"""Training in the background: one thread while it runs, none while it does not, and never half an epoch."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from rnn_core import Experiment, Limits, Trainer
from ui import jobs
from ui.jobs import ENDED, Job, Presence, Snapshot
from ui.slots import Slots

from .visitor import wait_until

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def presence() -> Presence:
    return Presence()


@pytest.fixture
def job_of(presence: Presence) -> Callable[..., Job]:
    def make(experiment: Experiment, limits: Limits | None = None, slots: Slots | None = None) -> Job:
        return Job(experiment, presence, slots or Slots(1), limits or Limits())

    return make


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "training"]


def epochs(job: Job) -> int:
    return job.snapshot().epoch


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
    epoch = epochs(job)
    time.sleep(0.1)
    assert epochs(job) == epoch


def test_a_run_in_pieces_is_the_run_in_one(job_of: Callable[..., Job], small: Experiment) -> None:
    experiment = small.with_training(epochs=20_000)
    job = job_of(experiment)
    for _ in range(5):
        before = epochs(job)
        job.start()
        wait_until(lambda before=before: epochs(job) > before or job.ended)  # type: ignore[misc]
        job.pause()
    run = job.snapshot()
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
    run = job.snapshot()
    assert list(run.history) == list(trainer.history)
    assert np.array_equal(run.model.vector, trainer.model.vector)
    assert run.progress == 1.0
    assert run.seconds > 0


def test_history_and_model_of_a_snapshot_are_of_the_same_epoch(job_of: Callable[..., Job], small: Experiment) -> None:
    experiment = small.with_training(epochs=20_000)
    job = job_of(experiment)
    job.start()
    runs: list[Snapshot] = []
    deadline = time.monotonic() + 30
    while len(runs) < 12 and not job.ended and time.monotonic() < deadline:
        run = job.snapshot()
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
    run = job.snapshot()
    losses, vector = run.history.columns.train_loss.copy(), run.model.vector.copy()
    wait_until(lambda: epochs(job) > 3 * run.epoch)
    assert np.array_equal(run.history.columns.train_loss, losses)
    assert np.array_equal(run.model.vector, vector)


def test_speed_and_time_left_are_of_the_epochs_done(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    assert job.snapshot().epochs_per_second is None
    assert job.snapshot().seconds_left is None
    job.start()
    wait_until(lambda: job.snapshot().epochs_per_second is not None)
    run = job.snapshot()
    assert run.epochs_per_second
    assert run.seconds_left == pytest.approx((100_000 - run.epoch) / run.epochs_per_second)


@pytest.mark.parametrize(("halt", "state"), [(Job.pause, "paused"), (Job.stop, "stopped")])
def test_whoever_halts_a_job_in_a_long_slice_does_not_wait_for_the_slice(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch, halt: Callable[[Job], None], state: str
) -> None:
    begun, over = threading.Event(), threading.Event()
    whole = Trainer.advance

    def long(trainer: Trainer, _: int) -> int:
        begun.set()
        assert over.wait(60)
        return whole(trainer, until=trainer.epoch + 1)

    monkeypatch.setattr(Trainer, "advance", long)
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0.05)
    job = job_of(small)
    job.start()
    assert begun.wait(60)
    before = time.monotonic()
    halt(job)
    assert time.monotonic() - before < 5
    assert job.running, "the slice goes on, and nobody waited for it"
    assert len(threads()) == 1
    over.set()
    wait_until(lambda: not job.running)
    assert job.state == state
    assert epochs(job) == 1
    wait_until(lambda: not threads())

    job.start()
    wait_until(lambda: not job.running)
    assert (job.state, epochs(job)) == (("done", 40) if state == "paused" else ("stopped", 1))


def test_nobody_waits_longer_than_a_moment() -> None:
    assert jobs.PATIENCE_SECONDS <= 1.0


def test_a_job_that_stops_early_is_done_at_the_epoch_at_which_its_accuracy_had_held(
    job_of: Callable[..., Job], small: Experiment
) -> None:
    experiment = small.with_training(epochs=5_000, stopping="train", stop_accuracy=0.9, stop_epochs=3)
    job = job_of(experiment)
    job.start()
    wait_until(lambda: job.ended)
    run, records = job.snapshot(), list(Trainer(experiment))
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
    job = job_of(endless, Limits(seconds=0))
    job.start()
    wait_until(lambda: job.ended)
    assert job.state == "time_limit"
    assert epochs(job) > 0


def test_a_pause_does_not_count_as_time(job_of: Callable[..., Job], endless: Experiment) -> None:
    job = job_of(endless)
    job.start()
    wait_until(lambda: epochs(job) > 0)
    job.pause()
    seconds = job.snapshot().seconds
    time.sleep(0.1)
    assert job.snapshot().seconds == seconds > 0


def test_a_fault_in_the_trainer_ends_the_run_and_is_logged(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = Trainer.advance

    def broken(trainer: Trainer, until: int | None = None) -> int:
        if trainer.epoch >= 5:
            raise RuntimeError("gone wrong")
        return whole(trainer, until=trainer.epoch + 1)

    monkeypatch.setattr(Trainer, "advance", broken)
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


def test_a_run_that_diverges_keeps_the_epochs_before(job_of: Callable[..., Job], small: Experiment) -> None:
    experiment = small.with_training(learning_rate=1e308, clipping="none")
    job = job_of(experiment)
    job.start()
    wait_until(lambda: job.ended)
    run = job.snapshot()
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


def test_a_slot_goes_to_whoever_has_waited_for_it_and_not_back_to_whoever_had_it() -> None:
    """Otherwise one run can keep another waiting for seconds, and with it whoever presses Pause there."""
    slots, order = Slots(1), []

    def wait_for_a_turn() -> None:
        with slots:
            order.append("waited")

    waiting = threading.Thread(target=wait_for_a_turn)
    with slots:
        waiting.start()
        time.sleep(0.1)
    with slots:
        order.append("had it before")
    waiting.join()
    assert order == ["waited", "had it before"]


def test_no_more_runs_work_at_once_than_there_are_slots(
    job_of: Callable[..., Job], small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, most, lock = 0, 0, threading.Lock()
    whole = Trainer.advance

    def counted(trainer: Trainer, _: int) -> int:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        time.sleep(0.002)
        done = whole(trainer, until=trainer.epoch + 1)
        with lock:
            working -= 1
        return done

    monkeypatch.setattr(Trainer, "advance", counted)
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
        context.setattr(Trainer, "advance", broken)
        job = job_of(small, slots=slots)
        job.start()
        wait_until(lambda: job.ended)
    other = job_of(small, slots=slots)
    other.start()
    wait_until(lambda: other.ended)
    assert other.state == "done"
