"""The result of a training: experiment, history and snapshots to go back to, bounded in bytes."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rnn_core.engine.kernel import DEFAULT_PATH, RunPath
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits
from rnn_core.network.model import Model
from rnn_core.network.parameters import Layout
from rnn_core.training.history import Columns, GradientStatistics, History
from rnn_core.training.optimizers import MEMORIES
from rnn_core.training.snapshot import Snapshot
from rnn_core.training.trainer import Trainer

MOST_SNAPSHOTS = 50
"""Each snapshot ends a slice of epochs, and short slices slow training down."""


def snapshot_bytes(experiment: Experiment) -> int:
    """Return the size of one snapshot: the parameters, and what the optimizer remembers of each."""
    return 8 * Layout.of(experiment).size * (1 + MEMORIES[experiment.training.optimizer])


def history_bytes(experiment: Experiment) -> int:
    """Return the size of the records of all epochs of an experiment."""
    return experiment.training.epochs * Columns.empty(1, len(Layout.of(experiment).names)).nbytes


def check_limits(experiment: Experiment, limits: Limits) -> None:
    """Raise LimitError for the first amount in which a run of the experiment would be over a limit."""
    limits.check(
        rows=len(experiment.dataset.examples),
        words=max(len(words) for words in experiment.dataset.words),
        labels=len(experiment.dataset.labels),
        hidden_size=experiment.model.hidden_size,
        parameters=Layout.of(experiment).size,
        epochs=experiment.training.epochs,
        run_bytes=history_bytes(experiment) + 2 * snapshot_bytes(experiment),
    )


def snapshot_stride(experiment: Experiment, limits: Limits) -> int:
    """Return the number of epochs between snapshots (1, 2, 5, 10, 20, 50 …), such that they fit the limits with the records."""
    room = limits.run_bytes - history_bytes(experiment)
    most = min(MOST_SNAPSHOTS, room // snapshot_bytes(experiment) - 2)  # two more: the start and the current state
    if most < 1:
        return experiment.training.epochs
    stride = 1
    for factor in (2, 2.5, 2) * 7:
        if stride * most >= experiment.training.epochs:
            break
        stride = int(stride * factor)
    return stride


def whole_bytes(experiment: Experiment, stride: int) -> int:
    """Return the size of a run up to its last epoch: records, and snapshots of the start, of every stride and of the end."""
    snapshots = -(-experiment.training.epochs // stride) + 1
    return history_bytes(experiment) + snapshots * snapshot_bytes(experiment)


@dataclass(frozen=True, eq=False)
class Run:
    """The state of a training at one moment."""

    experiment: Experiment
    """with the changes made during the run"""
    start: Model
    """the network before the first epoch"""
    history: History
    snapshots: tuple[Snapshot, ...]
    """by epoch, the first of epoch 0, the last of the current epoch"""
    path: RunPath = DEFAULT_PATH
    """the path it runs on, compiled or plain: the same experiment on the other one may differ in the last bit"""

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return self.snapshots[-1].epoch

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """The epochs that can be gone back to."""
        return tuple(snapshot.epoch for snapshot in self.snapshots)

    @property
    def model(self) -> Model:
        """The current network."""
        return self.start.with_vector(self.snapshots[-1].vector)

    def at(self, epoch: int) -> Snapshot:
        """Return the snapshot of a kept epoch. Raise ValueError for another epoch."""
        if epoch not in self.kept:
            raise ValueError(f"no snapshot of epoch {epoch}")
        return self.snapshots[self.kept.index(epoch)]

    def model_at(self, epoch: int) -> Model:
        """Return the network after a kept epoch (0: before the first). Raise ValueError for another epoch."""
        return self.start.with_vector(self.at(epoch).vector)

    def trainer_at(self, epoch: int) -> Trainer:
        """Return a trainer that continues from a kept epoch. Later records and changes are dropped."""
        return Trainer.at(self.experiment, self.at(epoch), self.history, self.path)

    @property
    def nbytes(self) -> int:
        """Size of the history and the snapshots."""
        return self.history.nbytes + sum(snapshot.nbytes for snapshot in self.snapshots)

    def without_snapshots(self) -> Run:
        """Return the same run with only the first and the last snapshot."""
        first, *later = self.snapshots
        return replace(self, snapshots=(first, *later[-1:]))

    def to_csv(self) -> str:
        """Return the records as CSV: a line for each epoch, with every statistic of every gradient."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        scores = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
        gradients = [(name, field) for name in (*self.history.names, None) for field in GradientStatistics._fields]
        writer.writerow(
            ["epoch", "learning_rate", *scores, "largest_norm", "largest_norm_row"]
            + [f"{name or 'all'}.{field}" for name, field in gradients]
        )
        columns = self.history.columns
        table = np.column_stack([getattr(columns, score) for score in scores])
        for i in range(len(table)):
            shown = ["" if np.isnan(value) else repr(float(value)) for value in table[i]]
            largest = [repr(float(columns.largest_norm[i])), int(columns.largest_norm_row[i])]
            rate = repr(self.experiment.training.rate_at(i + 1))
            writer.writerow([i + 1, rate, *shown, *largest, *(repr(float(value)) for value in columns.gradients[i].flat)])
        return out.getvalue()


def can_begin_with(experiment: Experiment, model: Model) -> bool:
    """Return whether a run of an experiment can begin with a network: one of its layout, with its words in its order and its labels."""
    data = experiment.dataset
    return (model.config, model.vocabulary.words, model.labels) == (experiment.model, data.vocabulary.words, tuple(data.labels))


def begun_with(experiment: Experiment, model: Model, path: RunPath | None = None) -> Run:
    """Return a run of an experiment before its first epoch that begins with a network's weights in the place of the initial ones.

    Raises ValueError for a network of another layout, vocabulary or labels.
    """
    if not can_begin_with(experiment, model):
        raise ValueError("a network of another experiment")
    trainer = Trainer(experiment, path)
    start = trainer.snapshot()._replace(vector=model.vector)
    return Run(experiment, model, trainer.history, (start,), trainer.path)
