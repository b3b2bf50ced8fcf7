"""What is kept of one run of a sweep: a row of a table, and how it is measured."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from rnn_core.arrays import Floats
from rnn_core.engine import kernel
from rnn_core.engine.kernel import RunPath
from rnn_core.errors import DivergenceError, shorten
from rnn_core.experiment import Experiment
from rnn_core.pauses import pause
from rnn_core.sweeps.sweep import Trial
from rnn_core.training import findings
from rnn_core.training.history import History
from rnn_core.training.trainer import Trainer

Status = Literal["done", "diverged", "failed"]
MOST_REASON = 200


class Curves(NamedTuple):
    """The curves of one run, each (N,), by epoch; the two of the test are all NaN without test sentences."""

    train_loss: Floats
    train_accuracy: Floats
    test_loss: Floats
    test_accuracy: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """What one run came to. Losses are in nats, accuracies shares, epochs are counted from 1; None: there is no such figure."""

    number: int
    fingerprint: str
    settings: Mapping[str, Any]
    """those that are swept, by name"""
    seed: int
    status: Status
    reason: str = ""
    """why a run failed"""
    learned: bool = False
    """whether the mean train accuracy of its last 20 epochs is halfway from chance to the ceiling, and it did not diverge"""
    epochs_done: int = 0
    first_perfect: int | None = None
    """the first epoch with every training sentence right"""
    collapses: int | None = None
    """how often after that the train accuracy fell below 98%"""
    diverged_in: int | None = None
    """the epoch in which a loss or a weight was no longer finite"""
    plateau: int | None = None
    """epochs at the start with a loss near chance"""
    late_accuracy: float | None = None
    """mean train accuracy of the last 20 epochs"""
    train_loss: float | None = None
    train_accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    """these four: of the last epoch done"""
    best_train_loss: float | None = None
    best_train_accuracy: float | None = None
    best_test_loss: float | None = None
    best_test_accuracy: float | None = None
    largest_norm: float | None = None
    """largest norm of the whole gradient before clipping, of all updates"""
    clipped: float | None = None
    """share of all updates in which clipping changed something"""
    seconds: float = 0.0
    path: str = ""
    versions: str = ""
    processor: str = ""
    curves: Curves | None = None
    """only if they were asked for"""

    @property
    def over(self) -> bool:
        """Whether it was trained to its end, so that it counts."""
        return self.status != "failed"


def failure(trial: Trial, reason: str, path: RunPath) -> Result:
    """Return the record of a run that gave no result."""
    return Result(
        number=trial.number,
        fingerprint=trial.fingerprint,
        settings=trial.settings,
        seed=trial.seed,
        status="failed",
        reason=shorten(reason, MOST_REASON),
        path=path,
    )


def train_trial(
    base: Experiment, trial: Trial, path: RunPath, stopped: Callable[[], bool], with_curves: bool = False
) -> Result | None:
    """Train one run to its end and return what it came to; None where it was stopped before.

    stopped is asked before each slice. An error in the run makes a failed result: nothing is raised but what ends a process.
    """
    began = time.perf_counter()
    try:
        if stopped():
            return None
        trainer = Trainer(trial.experiment(base), path)
        diverged_in = None
        try:
            while not trainer.done:
                pause()  # where others wait for this machine, they have their turn
                trainer.run_slice()
                if stopped() and not trainer.done:
                    return None
        except DivergenceError as error:
            diverged_in = error.epoch
        return _measured(trial, trainer, diverged_in, time.perf_counter() - began, with_curves)
    except Exception as error:  # whatever it is, the other runs go on
        return failure(trial, reason_of(error), path)


def reason_of(error: BaseException) -> str:
    """Return an error as one line for a table."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _measured(trial: Trial, trainer: Trainer, diverged_in: int | None, seconds: float, with_curves: bool) -> Result:
    history, bounds = trainer.history, trainer.experiment.dataset.bounds
    columns = history.columns
    curves = Curves(columns.train_loss, columns.train_accuracy, columns.test_loss, columns.test_accuracy)
    perfect = history.first_perfect_epoch()
    return Result(
        number=trial.number,
        fingerprint=trial.fingerprint,
        settings=trial.settings,
        seed=trial.seed,
        status="done" if diverged_in is None else "diverged",
        learned=diverged_in is None and findings.learned(history, bounds),
        epochs_done=len(history),
        first_perfect=perfect,
        collapses=None if perfect is None else len(findings.falls(history)),
        diverged_in=diverged_in,
        plateau=findings.plateau_epochs(history, bounds) if len(history) else None,
        late_accuracy=findings.late_accuracy(history),
        **_figures(curves),
        largest_norm=_number(columns.largest_norm.max()) if len(history) else None,
        clipped=_clipped(history),
        seconds=seconds,
        path=trainer.path,
        versions=kernel.versions(),
        processor=kernel.processor(),
        curves=Curves(*(curve.copy() for curve in curves)) if with_curves else None,
    )


def _figures(curves: Curves) -> dict[str, Any]:
    """Return the last and the best value of each curve, by the names of the fields."""
    found: dict[str, Any] = {}
    for name, curve in curves._asdict().items():
        best = curve.max if name.endswith("accuracy") else curve.min
        found[name] = _number(curve[-1]) if len(curve) else None
        found[f"best_{name}"] = _number(best()) if len(curve) else None
    return found


def _clipped(history: History) -> float | None:
    """Return the mean over the epochs, which have equally many updates."""
    return _number(history.gradient(None, "updates_clipped").mean()) if len(history) else None


def _number(value: float) -> float | None:
    """Return a figure as Python's own number, None for one that does not exist."""
    return None if math.isnan(value) else float(value)
