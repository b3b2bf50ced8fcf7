"""Training in the background: one thread while it runs, none while it does not, and never half an epoch."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from rnn_core import Experiment, Trainer
from rnn_core.training import trainer as trainer_module
from tests.ui.server.running import epochs, replayed, threads
from tests.ui.visitor import wait_until
from ui.server import jobs
from ui.server.job_status import JobStatus
from ui.server.jobs import Job
from ui.server.slots import Slots

pytestmark = pytest.mark.usefixtures("engine")

HALT_SECONDS, MOMENT_SECONDS = jobs.HALT_SECONDS, jobs.PATIENCE_SECONDS
"""How long whoever halts a job, or asks for one epoch, waits for it. In these tests it is as long as it takes."""

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
