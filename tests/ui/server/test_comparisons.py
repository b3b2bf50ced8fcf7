"""Comparisons in the background: every run the one that its experiment makes, few at a time, and nothing kept but the curves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from rnn_core import Experiment, LimitError, Limits, Trainer
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.comparisons import Comparison, Tally, comparisons, edge
from rnn_core.sweeps.sweep import Sweep
from rnn_core.training.run import snapshot_stride
from tests.ui.visitor import wait_until
from ui.server import comparisons as room
from ui.server.comparisons import ABREAST, SweepRuns
from ui.server.jobs import Job
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.slots import MOST_PLACES, Place, Slots

pytestmark = pytest.mark.usefixtures("engine")

Make = Callable[..., SweepRuns]


@pytest.fixture
def make() -> Iterator[Make]:
    """Comparisons that end with their test."""
    made: list[SweepRuns] = []

    def build(
        pair: Comparison,
        count: int,
        *,
        presence: Presence | None = None,
        slots: Slots | None = None,
        limits: Limits | None = None,
    ) -> SweepRuns:
        runs = SweepRuns(
            with_seeds(pair, count), presence or Presence(), Server(slots=slots or Slots(), limits=limits or Limits())
        )
        made.append(runs)
        return runs

    yield build
    for runs in made:
        runs.stop()
    wait_until(lambda: not any(runs.running for runs in made))


def with_seeds(pair: Comparison, count: int) -> Comparison:
    return pair._replace(sweep=replace(pair.sweep, seeds=count))


def pair_of(experiment: Experiment, field: str) -> Comparison:
    (pair,) = [pair for pair in comparisons(experiment) if pair.id == field]
    return pair


def swept(base: Experiment, *axis: dict[str, object]) -> Comparison:
    return Comparison("of our own", Sweep(base=base, axes=(Axis(axis),)))


def finished(runs: SweepRuns) -> SweepRuns:
    runs.start()
    wait_until(lambda: not runs.running)
    return runs


def test_every_run_is_the_one_that_its_experiment_makes(make: Make, small: Experiment) -> None:
    pair = pair_of(small, "clip_threshold")
    runs = finished(make(pair, 3))
    for i in range(len(pair.experiments)):
        for run, experiment in zip(runs.runs(i), runs.comparison.sweep.runs_of(i), strict=True):
            trainer = Trainer(experiment)
            while trainer.advance():
                pass
            assert run.experiment == experiment
            assert run.state == "done"
            for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy"):
                np.testing.assert_array_equal(getattr(run.history.columns, name), getattr(trainer.history.columns, name))
    assert (runs.ended, runs.trainings, runs.progress) == (6, 6, 1.0)


@pytest.mark.slow
def test_on_the_edge_none_learns_without_clipping_or_with_the_wide_threshold_and_all_with_the_tight_one(make: Make) -> None:
    runs = finished(make(edge(5), 5))
    assert [(tally.seeds, tally.learned) for tally in map(runs.tally, range(3))] == [(5, 0), (5, 0), (5, 5)]


def test_few_are_at_work_at_a_time_and_sides_of_one_seed_next_to_each_other(
    make: Make, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    most: list[int] = []
    start = Job.start

    def counted(job: Job) -> None:
        begun.append(job.experiment.training.seed)
        start(job)
        most.append(sum(thread.name == "training" for thread in threading.enumerate()))

    monkeypatch.setattr(Job, "start", counted)
    finished(make(pair_of(small, "clipping"), 3))
    assert begun == [11, 11, 11, 12, 12, 12, 13, 13, 13]
    assert max(most) <= ABREAST


def test_of_what_is_over_nothing_is_kept_but_the_curves(make: Make, small: Experiment) -> None:
    runs = finished(make(pair_of(small, "cell"), 2))
    assert not runs._jobs
    for i in range(2):
        for run in runs.runs(i):
            assert len(run.history) == 40
            assert sum(column.base is None for column in run.history.columns) == 4
            assert run.history.columns.gradients.strides[0] == 0


@pytest.mark.slow
def test_while_they_train_no_snapshot_is_kept_but_of_the_start_and_of_now(make: Make, small: Experiment) -> None:
    long = small.with_training(epochs=100_000)
    runs = make(pair_of(long, "init_scale"), 1)
    runs.start()
    wait_until(lambda: any(len(run.history) > 3 * snapshot_stride(long, Limits()) for run in runs.runs(0)))
    (job, *_) = runs._jobs.values()
    assert len(job.status().kept) <= 2
    assert 0 < runs.progress < 1
    assert runs.ended == 0
    assert runs.tally(0) == Tally.of([], runs.bounds)


def test_to_stop_keeps_what_is_over_and_begins_nothing_more(make: Make, small: Experiment) -> None:
    runs = make(swept(small, {"epochs": 3}, {"epochs": 100_000}), 4)
    runs.start()
    wait_until(lambda: runs.ended >= 1)
    runs.stop()
    wait_until(lambda: not runs.running)
    states = [run.state for i in range(2) for run in runs.runs(i)]
    assert states.count("stopped") >= 1
    assert "done" in states
    assert "running" not in states
    assert runs.tally(0).seeds == states.count("done")
    assert runs.tally(1).seeds == 0


def test_a_run_that_diverges_counts_and_has_not_learned(make: Make, small: Experiment) -> None:
    runs = finished(
        make(swept(small, {"learning_rate": 1e308, "clipping": "none"}, {"learning_rate": 0.02, "clipping": "value"}), 2)
    )
    assert [run.state for run in runs.runs(0)] == ["diverged"] * 2
    assert (runs.tally(0).seeds, runs.tally(0).learned, runs.tally(0).diverged) == (2, 0, 2)
    assert all(run.over for run in runs.runs(0))


def test_a_run_that_the_clock_cuts_short_does_not_count(make: Make, small: Experiment) -> None:
    long = small.with_training(epochs=100_000)
    runs = finished(make(pair_of(long, "clip_threshold"), 1, limits=Limits(seconds=0)))
    assert [run.state for run in (*runs.runs(0), *runs.runs(1))] == ["time_limit"] * 2
    assert runs.tally(0).seeds == 0


def test_whoever_leaves_takes_their_comparison_along(make: Make, endless: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    presence = Presence()
    runs = make(pair_of(endless, "clipping"), 5, presence=presence)
    runs.start()
    wait_until(lambda: any(len(run.history) for run in runs.runs(0)))
    monkeypatch.setattr(presence, "GRACE_SECONDS", 0.0)
    presence.leave()
    wait_until(lambda: not runs.running)
    assert not runs._jobs
    assert [run.state for run in runs.runs(2)] == ["waiting"] * 5


def test_while_their_owner_is_away_they_rest_and_whoever_comes_back_finds_them_going_on(make: Make, endless: Experiment) -> None:
    presence = Presence()
    runs = make(pair_of(endless, "clip_threshold"), 2, presence=presence)
    runs.start()
    wait_until(lambda: all(len(run.history) for side in range(2) for run in runs.runs(side)[:1]))
    presence.leave()
    wait_until(lambda: all(run.state in ("paused", "waiting") for side in range(2) for run in runs.runs(side)))
    assert runs.running
    rested = [len(run.history) for side in range(2) for run in runs.runs(side)]
    presence.seen()
    wait_until(lambda: sum(len(run.history) for side in range(2) for run in runs.runs(side)) > sum(rested))
    assert [run.state for side in range(2) for run in runs.runs(side)] == ["running", "waiting"] * 2


def test_they_wait_where_their_owner_has_too_many_runs_at_work(make: Make, small: Experiment) -> None:
    slots, presence = Slots(1), Presence()
    places = [slots.join(presence) for _ in range(MOST_PLACES)]
    runs = make(pair_of(small, "clip_threshold"), 1, presence=presence, slots=slots)
    refused, join = threading.Event(), slots.join

    def joined(visitor: object) -> Place:
        try:
            return join(visitor)
        except LimitError:
            refused.set()
            raise

    slots.join = joined  # type: ignore[method-assign]
    runs.start()
    assert refused.wait(60)
    assert all(run.waiting for i in range(2) for run in runs.runs(i))
    for place in places:
        place.leave()
    wait_until(lambda: not runs.running)
    assert [run.state for i in range(2) for run in runs.runs(i)] == ["done"] * 2


def test_what_fails_is_logged_and_ends(
    make: Make, small: Experiment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> Job:
        raise RuntimeError("broken")

    monkeypatch.setattr(room, "Job", broken)
    runs = finished(make(pair_of(small, "clip_threshold"), 1))
    assert all(run.waiting for run in runs.runs(0))
    assert "a comparison failed" in caplog.text
