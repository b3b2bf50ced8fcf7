"""How a run in the background ends, and what it leaves to others: its place, its thread, a line in the log."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rnn_core import Change, Experiment, LimitError, Limits, Snapshot, Trainer
from rnn_core.training import trainer as trainer_module
from tests.patience import PATIENCE_SECONDS
from tests.ui.server.running import epochs, threads
from tests.ui.visitor import wait_until
from ui.server import jobs
from ui.server.job_status import ENDED
from ui.server.jobs import Job
from ui.server.presence import Presence
from ui.server.slots import MOST_PLACES, Slots

pytestmark = pytest.mark.usefixtures("engine")


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
