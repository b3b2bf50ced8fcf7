"""Comparisons: sweeps that change one thing, everything else and the seeds being the same, and the results of each side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from rnn_core import presets
from rnn_core.arrays import Floats
from rnn_core.data.bounds import Bounds
from rnn_core.experiment import Experiment
from rnn_core.network.cells import CELLS
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.sweep import Sweep
from rnn_core.training import findings
from rnn_core.training.findings import late_accuracy
from rnn_core.training.history import History


class Comparison(NamedTuple):
    """A sweep of one axis whose outcomes are counted beside each other."""

    id: str
    """the setting that is compared, or "edge" """
    sweep: Sweep

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiment of each side."""
        return self.sweep.experiments


def forgot(history: History, bounds: Bounds) -> findings.Excursion | None:
    """Return the first fall, after every training sentence was right, to an accuracy below what counts as learned; or None."""
    return next((fall for fall in findings.falls(history) if fall.value < bounds.learned), None)


class Tally(NamedTuple):
    """Results of the runs of one side, one run for each seed."""

    seeds: int
    learned: int
    diverged: int
    """how many of the others diverged"""
    first_perfect: float | None
    """median of the first epoch with every training sentence right, over the runs that learned and had one; None without one"""
    accuracy: float | None
    """median over all runs of the mean training accuracy in the last 20 epochs, which decides whether a run learned; or None"""
    perfect: int
    """how many had an epoch with every training sentence right"""
    forgot: int
    """how many of these later had an epoch whose training accuracy is below what counts as learned"""

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
            perfect=sum(history.first_perfect_epoch() is not None for history, _ in runs),
            forgot=sum(forgot(history, bounds) is not None for history, _ in runs),
            accuracy=float(np.median(late)) if late else None,
        )


class Fan(NamedTuple):
    """Median and range of one curve over several runs, each (N,), by epoch."""

    median: Floats
    low: Floats
    high: Floats


def edge(seeds: int) -> Comparison:
    """Return the comparison that shows what clipping guards against: the guide's sentences at six times its rate."""
    points = ({"clipping": "none"}, {"clipping": "value", "clip_threshold": 1.0}, {"clipping": "value", "clip_threshold": 0.1})
    return Comparison("edge", Sweep(base=presets.on_the_edge(), axes=(Axis(points),), seeds=seeds))


def comparisons(experiment: Experiment, seeds: int = 1) -> tuple[Comparison, ...]:
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
    return tuple(
        Comparison(field, Sweep(base=experiment, axes=(Axis.of(field, values),), seeds=seeds))
        for field, values in compared.items()
    )


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
