"""The journal: what was trained is there after any end, and a sweep goes on where it stood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rnn_core import Experiment, ResultsFileError
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.journal import Journal
from rnn_core.sweeps.sweep import Sweep
from tests.core.sweeps.test_execution import bits

RATES = (0.05, 0.1, 0.3)


@pytest.fixture
def sweep(small: Experiment) -> Sweep:
    return Sweep(base=small.with_training(epochs=3), axes=(Axis.of("learning_rate", RATES),), seeds=2)


def train(sweep: Sweep, path: Path, most: int = 100) -> list[int]:
    """Train at most so many runs; the numbers of those that were."""
    trained = []
    with Journal(path, sweep, "plain") as journal:
        for result in run_sweep(sweep, Serial(), path="plain", finished=journal.results.finished):
            journal.add(result)
            trained.append(result.number)
            if len(trained) == most:
                break
    return trained


def test_a_sweep_that_was_broken_off_goes_on_and_ends_with_the_results_of_one_that_was_not(sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    assert train(sweep, path, most=2) == [0, 1]
    path.write_bytes(path.read_bytes() + b"2,0.3,half a li")  # what a crash leaves
    assert train(sweep, path) == [2, 3, 4, 5]
    assert train(sweep, path) == []
    with Journal(path, sweep, "plain") as journal:
        assert bits(list(journal.results.rows)) == bits(list(run_sweep(sweep, Serial(), path="plain")))


def test_each_result_is_on_the_disk_once_it_is_added(sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    with Journal(path, sweep, "plain") as journal:
        assert len(path.read_bytes().splitlines()) == 1
        for count, result in enumerate(run_sweep(sweep, Serial(), path="plain"), start=2):
            journal.add(result)
            assert len(path.read_bytes().splitlines()) == count


def test_a_run_that_failed_is_trained_again(sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    with Journal(path, sweep, "plain") as journal:
        for result in run_sweep(sweep, Serial(), path="plain"):
            journal.add(replace(result, status="failed", reason="a worker died") if result.number == 3 else result)
    assert train(sweep, path) == [3]
    with Journal(path, sweep, "plain") as journal:
        assert [row.status for row in journal.results.rows] == ["done"] * 6


def test_a_sweep_with_more_seeds_and_values_goes_on_in_the_same_file(sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    train(sweep, path)
    larger = replace(sweep, axes=(Axis.of("learning_rate", (*RATES, 0.4)),), seeds=3)
    assert len(train(larger, path)) == 12 - 6


def test_a_file_of_other_runs_of_another_path_or_of_other_settings_is_refused_and_stays(sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    train(sweep, path)
    before = path.read_bytes()
    others = {
        "other_runs": (replace(sweep, base=sweep.base.with_model(hidden_size=4)), "plain", False),
        "other_settings": (replace(sweep, axes=(Axis.of("init_scale", (0.1, 0.2)),)), "plain", False),
        "other_path": (sweep, "compiled", False),
    }
    for reason, (other, run_path, with_curves) in others.items():
        with pytest.raises(ResultsFileError) as caught:
            Journal(path, other, run_path, with_curves)  # type: ignore[arg-type]
        assert caught.value.reason == reason
    with pytest.raises(ResultsFileError):
        Journal(path, sweep, "plain", with_curves=True)
    assert path.read_bytes() == before
