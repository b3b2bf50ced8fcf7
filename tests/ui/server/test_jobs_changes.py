"""Settings changed during a run, earlier epochs looked at, and new runs that go on from them."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_core import Change, ConfigError, Experiment, Limits, Trainer
from rnn_core.training.run import MOST_SNAPSHOTS, check_limits, history_bytes, snapshot_bytes, snapshot_stride
from tests.ui.server.running import epochs, replayed, threads
from tests.ui.visitor import wait_until
from ui.server.job_status import JobStatus
from ui.server.jobs import Job

pytestmark = pytest.mark.usefixtures("engine")


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
