"""Twins: experiments with the same seeds that differ in one setting, and their results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Self

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import ModelConfig
from rnn_core.data.bounds import Bounds
from rnn_core.experiment import Experiment
from rnn_core.network.cells import CELLS
from rnn_core.training import findings
from rnn_core.training.findings import late_accuracy
from rnn_core.training.history import History

MOST_SEEDS = 2**53
"""One more than the largest seed."""


class Twins(NamedTuple):
    """Experiments that differ in one setting."""

    field: str
    """of ModelConfig or TrainingConfig"""
    experiments: tuple[Experiment, ...]

    @property
    def values(self) -> tuple[Any, ...]:
        """The value of the setting in each experiment."""
        return tuple(getattr(one.model if _of_model(self.field) else one.training, self.field) for one in self.experiments)


class Tally(NamedTuple):
    """Results of the runs of one twin, one run for each seed."""

    seeds: int
    learned: int
    diverged: int
    """how many of the others diverged"""
    first_perfect: float | None
    """median of the first epoch with every training sentence right, over the runs that learned and had one; None without one"""
    accuracy: float | None
    """median over all runs of the mean training accuracy in the last 20 epochs, which decides whether a run learned; or None"""

    @classmethod
    def of(cls, runs: Sequence[tuple[History, bool]], bounds: Bounds) -> Self:
        """Count runs that are over, each given with whether it diverged: then it has not learned, however well it stood."""
        good = [history for history, diverged in runs if not diverged and findings.learned(history, bounds)]
        perfect = [epoch for history in good if (epoch := history.first_perfect_epoch()) is not None]
        late = [accuracy for history, _ in runs if (accuracy := late_accuracy(history)) is not None]
        return cls(
            seeds=len(runs),
            learned=len(good),
            diverged=sum(diverged for _, diverged in runs),
            first_perfect=float(np.median(perfect)) if perfect else None,
            accuracy=float(np.median(late)) if late else None,
        )


class Fan(NamedTuple):
    """Median and range of one curve over several runs, each (N,), by epoch."""

    median: Floats
    low: Floats
    high: Floats


def twins(experiment: Experiment) -> tuple[Twins, ...]:
    """Return all comparisons that apply to an experiment. Each changes one setting; everything else, also the seed, stays.

    A threshold is compared only with clipping, the printed rule only for the vanilla cell, an LSTM only under the exact rule,
    and the initial scale only for normal weights. Changes of the compared setting during the run are dropped.
    """
    model, training = experiment.model, experiment.training
    norm = "global_norm" if training.clipping == "global_norm" else "norm"
    compared: dict[str, tuple[Any, ...]] = {"clipping": ("none", "value", norm)}
    if training.clipping != "none":
        compared["clip_threshold"] = (1.0, 0.1)
    if CELLS[model.cell].printed_rule:
        compared["recurrent_gradient"] = ("printed", "exact")
    if model.recurrent_gradient == "exact":
        compared["cell"] = ("vanilla", "lstm")
    if model.initialization == "normal":
        compared["init_scale"] = (0.001, 0.1)
    return tuple(Twins(field, tuple(_with(experiment, field, value) for value in values)) for field, values in compared.items())


def seeds(experiment: Experiment, count: int) -> tuple[Experiment, ...]:
    """Return the same experiment with its seed and the following ones; after the largest seed comes 0."""
    first = experiment.training.seed
    return tuple(experiment.with_training(seed=(first + k) % MOST_SEEDS) for k in range(count))


def fan(curves: Sequence[Floats], over: Sequence[bool]) -> Fan:
    """Return median and range of curves (N_i,), given whether each run is over.

    A curve that ended early continues at its last value, since the network no longer changes. The fan is as long as the
    shortest curve of a run that is not over. Runs that are over without an epoch are left out.
    """
    pairs = [(curve, ended) for curve, ended in zip(curves, over, strict=True) if len(curve) or not ended]
    going = [len(curve) for curve, ended in pairs if not ended]
    length = min(going) if going else max((len(curve) for curve, _ in pairs), default=0)
    if length == 0:
        return Fan(np.zeros(0), np.zeros(0), np.zeros(0))
    rows = np.stack([np.pad(curve[:length], (0, max(0, length - len(curve))), mode="edge") for curve, _ in pairs])
    return Fan(np.median(rows, axis=0), rows.min(axis=0), rows.max(axis=0))


def _of_model(field: str) -> bool:
    return field in ModelConfig.domains()


def _with(experiment: Experiment, field: str, value: Any) -> Experiment:
    """Return the experiment with one setting replaced from the first epoch on."""
    if _of_model(field):
        return experiment.with_model(**{field: value})
    kept = tuple(change for change in experiment.training.changes if change.field != field)
    return replace(experiment, training=replace(experiment.training, **{field: value}, changes=kept))
