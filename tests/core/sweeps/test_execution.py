"""The same results run for run and bit for bit on every executor, no run lost, and none going on for nobody."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_core import Experiment, Trainer
from rnn_core.sweeps import execution, table
from rnn_core.sweeps.axes import SENTENCES, Axis
from rnn_core.sweeps.cancelling import Mark
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.result import Result, train_trial
from rnn_core.sweeps.sweep import Sweep, Trial
from tests.core.children import python


@pytest.fixture
def sweep(small: Experiment) -> Sweep:
    """Twelve short runs, of which some clip and some diverge."""
    axes = (Axis.of("clipping", ("none", "value")), Axis.of("learning_rate", (0.05, 0.3, 1e300)))
    return Sweep(base=small.with_training(epochs=12), axes=axes, seeds=2)


def bits(results: list[Result]) -> list[str]:
    """Every result by number, with every bit of every figure, without how long it took."""
    kept = [replace(result, seconds=0.0) for result in sorted(results, key=lambda result: result.number)]
    settings = tuple(kept[0].settings)
    return [table.line(result, settings, with_curves=True) for result in kept]


def spawned(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


# ---------------------------------------------------------------------- the same everywhere


def test_a_result_is_what_the_trainer_shows(sweep: Sweep) -> None:
    results = {result.number: result for result in run_sweep(sweep, Serial(), with_curves=True)}
    assert sorted(results) == list(range(len(sweep)))
    for trial in sweep.trials():
        result = results[trial.number]
        trainer = Trainer(trial.experiment(sweep.base))
        diverged = result.status == "diverged"
        if diverged:
            assert result.diverged_in == result.epochs_done + 1
            assert not result.learned
            continue
        history = [*trainer]
        columns = trainer.history.columns
        assert result.epochs_done == len(history) == 12
        assert result.train_loss == history[-1].train.loss
        assert result.best_train_accuracy == max(record.train.accuracy or 0.0 for record in history)
        assert result.best_test_loss == min(record.test.loss or np.inf for record in history)
        assert result.largest_norm == max(record.largest_norm for record in history)
        assert result.clipped == pytest.approx(np.mean([record.whole_gradient.updates_clipped for record in history]))
        assert result.first_perfect == trainer.history.first_perfect_epoch()
        assert (result.path, result.seed, dict(result.settings)) == (trainer.path, trial.seed, dict(trial.settings))
        assert result.curves is not None
        assert result.curves.train_loss.tobytes() == columns.train_loss.tobytes()
    assert {result.status for result in results.values()} == {"done", "diverged"}


def test_threads_give_the_results_of_a_serial_run_bit_for_bit(sweep: Sweep) -> None:
    serial = bits(list(run_sweep(sweep, Serial(), with_curves=True)))
    with ThreadPoolExecutor(2) as threads:
        assert bits(list(run_sweep(sweep, threads, with_curves=True))) == serial


@pytest.mark.slow
def test_spawned_processes_give_the_results_of_a_serial_run_bit_for_bit(sweep: Sweep) -> None:
    serial = bits(list(run_sweep(sweep, Serial(), with_curves=True)))
    with spawned(2) as processes:
        assert bits(list(run_sweep(sweep, processes, with_curves=True))) == serial


@pytest.mark.slow
def test_a_local_dask_cluster_of_two_workers_gives_the_results_of_a_serial_run_bit_for_bit(tmp_path: Path) -> None:
    """In a process of its own: a cluster leaves threads, loops and warnings behind."""
    pytest.importorskip("distributed")
    printed = python(
        """
import json
from distributed import Client, LocalCluster
from rnn_core import presets
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.sweep import Sweep
from tests.core.sweeps.test_execution import bits

def main():
    axis = Axis.of("learning_rate", (0.02, 0.1, 1e300))
    sweep = Sweep(base=presets.better_start().with_training(epochs=4), axes=(axis,), seeds=2)
    serial = bits(list(run_sweep(sweep, Serial(), with_curves=True)))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        dask = bits(list(run_sweep(sweep, client.get_executor(), with_curves=True)))
    print(json.dumps({"equal": serial == dask, "runs": len(dask)}))

if __name__ == "__main__":
    main()
"""
    )
    assert json.loads(printed.splitlines()[-1]) == {"equal": True, "runs": 6}


def test_results_come_as_they_end_and_all_of_them_once(sweep: Sweep) -> None:
    begun: list[int] = []

    class Watched(Serial):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            begun.append(args[1].number)
            return super().submit(fn, *args, **kwargs)

    for count, result in enumerate(run_sweep(sweep, Watched()), start=1):
        assert begun[-1] == result.number
        assert len(begun) == count
    assert begun == list(range(len(sweep)))


def test_no_more_runs_are_handed_over_than_may_be_at_a_time(sweep: Sweep) -> None:
    open_at_once = 0
    with ThreadPoolExecutor(1) as threads:
        running = execution._Running(sweep, threads, "plain", frozenset(), None, None, 3, False)
        for _ in running.results():
            open_at_once = max(open_at_once, len(running._sent))
    assert 1 <= open_at_once <= 3


def test_runs_that_were_trained_before_are_left_out(sweep: Sweep) -> None:
    first = list(run_sweep(sweep, Serial()))
    finished = {result.fingerprint for result in first[:5]}
    rest = list(run_sweep(sweep, Serial(), finished=finished))
    assert bits(first[:5] + rest) == bits(first)


def test_a_path_that_cannot_be_taken_is_refused_before_anything_runs(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_core.engine.kernel.COMPILED", False)
    with pytest.raises(ValueError, match="compiled"):
        run_sweep(sweep, Serial(), path="compiled")


def test_all_runs_of_a_sweep_take_one_path_the_one_that_all_of_its_cells_can_take(
    sweep: Sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = Sweep(base=sweep.base, axes=(Axis.of("cell", ("vanilla", "gru")),))
    monkeypatch.setattr(execution, "CAN_COMPILE", True)
    assert execution.path_of(cells) == "compiled"
    monkeypatch.setattr(execution, "COMPILED", frozenset({"vanilla"}))
    assert execution.path_of(cells) == "plain"
    assert execution.path_of(sweep) == "compiled"


# ---------------------------------------------------------------------- failures


def test_a_run_that_raises_is_recorded_with_its_reason_and_the_others_go_on(small: Experiment) -> None:
    """One training sentence is one class, which nothing can be trained on."""
    sweep = Sweep(base=small, axes=(Axis.of(SENTENCES, (1, len(small.dataset.rows("train")))),))
    failed, good = sorted(run_sweep(sweep, Serial()), key=lambda result: result.number)
    assert (failed.status, good.status) == ("failed", "done")
    assert failed.reason.startswith("DatasetError: ")
    assert failed.settings == {SENTENCES: 1}
    assert not failed.over


class Dying(ThreadPoolExecutor):
    """Threads that end as a pool whose worker dies: at a fatal run it breaks, and takes the runs beside it with it."""

    def __init__(self, fatal: int, beside: frozenset[int] = frozenset()) -> None:
        super().__init__(3)
        self.fatal, self.beside, self.broken = fatal, beside, threading.Event()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.broken.is_set():
            raise BrokenExecutor("a worker died")
        return super().submit(self.run, fn, args)

    def run(self, fn: Any, args: tuple[Any, ...]) -> Any:
        number = args[1].number
        if number == self.fatal:
            self.broken.set()
        elif number in self.beside:
            self.broken.wait()
        if number == self.fatal or number in self.beside:
            raise BrokenExecutor("a worker died")
        return fn(*args)


class DyingAtOnce(Serial):
    """An executor that does a run at once and breaks for good at a fatal one."""

    def __init__(self, fatal: set[int], sent: list[int]) -> None:
        self.fatal, self.sent, self.broken = fatal, sent, False

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        if self.broken:
            raise BrokenExecutor("a worker died")
        self.sent.append(args[1].number)
        if args[1].number in self.fatal:
            self.broken = True
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor("a worker died"))
            return future
        return super().submit(fn, *args, **kwargs)


def test_the_run_that_breaks_two_executors_has_failed_and_all_others_are_trained(sweep: Sweep) -> None:
    sent: list[int] = []
    results = list(run_sweep(sweep, DyingAtOnce({4, 7}, sent), renew=lambda: DyingAtOnce({4, 7}, sent)))
    by_number = {result.number: result for result in results}
    assert sorted(by_number) == list(range(len(sweep)))
    assert {number for number, result in by_number.items() if result.status == "failed"} == {4, 7}
    assert by_number[4].reason == "BrokenExecutor: a worker died"
    assert sent.count(4) == sent.count(7) == 2
    whole = bits(list(run_sweep(sweep, Serial())))
    assert bits([result for result in results if result.over]) == [line for i, line in enumerate(whole) if i not in (4, 7)]


def test_runs_beside_the_one_that_breaks_the_executor_are_tried_again_alone(sweep: Sweep) -> None:
    with Dying(5, frozenset({3, 4})) as first:
        results = list(run_sweep(sweep, first, renew=lambda: Dying(5), abreast=3))
    assert sorted(result.number for result in results) == list(range(len(sweep)))
    assert [result.number for result in results if not result.over] == [5]


def test_without_another_executor_all_runs_that_are_left_have_failed(sweep: Sweep) -> None:
    results = list(run_sweep(sweep, DyingAtOnce({4}, [])))
    assert sorted(result.number for result in results) == list(range(len(sweep)))
    assert {result.number for result in results if result.over} == {0, 1, 2, 3}
    assert {result.reason for result in results if not result.over} == {"BrokenExecutor: a worker died"}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills a process by a signal")
def test_killing_a_process_in_the_middle_loses_no_run(sweep: Sweep) -> None:
    serial = bits(list(run_sweep(sweep, Serial())))
    results, killed = [], False
    with spawned(2) as pool:
        for result in run_sweep(sweep, pool, renew=lambda: spawned(2)):
            results.append(result)
            if not killed:
                killed = True
                victim = next(iter(pool._processes))
                os.kill(victim, signal.SIGKILL)
    assert bits(results) == serial


# ---------------------------------------------------------------------- cancelling


def test_a_cancelled_sweep_begins_no_run_and_stops_the_running_ones_at_their_next_slice(small: Experiment) -> None:
    """The runs would go on for a million epochs."""
    endless = Sweep(base=small.with_training(epochs=1_000_000), axes=(Axis.of("clipping", ("none", "value", "norm")),), seeds=9)
    mark, asked = Mark(), threading.Event()

    class Asked:
        def cancel(self) -> None:
            mark.cancel()

        def __call__(self) -> bool:
            if mark():
                return True
            asked.set()
            return False

    def cancel() -> None:
        asked.wait()
        mark.cancel()

    helper = threading.Thread(target=cancel)
    helper.start()
    with ThreadPoolExecutor(2) as threads:
        assert list(run_sweep(endless, threads, cancellation=Asked())) == []
    helper.join()


def test_to_stop_iterating_is_to_cancel(small: Experiment) -> None:
    base = small.with_training(epochs=1_000_000, stopping="train", stop_accuracy=0.1, stop_epochs=1)
    endless = Sweep(base=base, axes=(Axis.of("stop_accuracy", (0.1, 1.0)), Axis.of("stop_epochs", (1, 1_000_000))))
    with ThreadPoolExecutor(2) as threads:
        results = run_sweep(endless, threads)
        assert next(results).status == "done"
        results.close()


def test_a_stopped_run_gives_nothing_and_a_mark_says_so_in_another_process(small: Experiment) -> None:
    sweep = Sweep(base=small, axes=(Axis.of("clipping", ("none",)),))
    (trial,) = sweep.trials()
    mark = Mark()
    assert train_trial(small, trial, "plain", mark) is not None
    mark.cancel()
    assert train_trial(small, trial, "plain", mark) is None
    with Closing() as other, spawned(1) as pool:
        assert pool.submit(other).result() is False
        other.cancel()
        assert pool.submit(other).result() is True


class Closing(Mark):
    def __enter__(self) -> Closing:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def test_a_mark_is_cancelled_where_its_owner_is_gone() -> None:
    mark = Mark()
    mark.close()
    assert mark()
    mark.cancel()


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() <= before


def test_trials_are_small_to_send(sweep: Sweep) -> None:
    import pickle

    assert all(len(pickle.dumps(trial)) < 500 for trial in sweep.trials())
    assert isinstance(next(sweep.trials()), Trial)
