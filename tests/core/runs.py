"""Whole runs, and what it means that two are the same: every bit of every record and of every weight."""

from __future__ import annotations

import numpy as np

from rnn_core import EpochRecord, Experiment, History, Trainer


def bits(history: History) -> tuple[bytes, ...]:
    return tuple(np.ascontiguousarray(column).tobytes() for column in history.columns)


def straight(experiment: Experiment) -> tuple[list[EpochRecord], list[bytes]]:
    """The run never broken off: its records, and the weights after each epoch, those before the first in front."""
    trainer = Trainer(experiment)
    weights = [trainer.model.vector.tobytes()]
    while trainer.advance(until=trainer.epoch + 1):
        weights.append(trainer.model.vector.tobytes())
    return list(trainer.history), weights


def finished(experiment: Experiment) -> Trainer:
    """The run at its end, a slice at a time."""
    trainer = Trainer(experiment)
    while trainer.advance():
        pass
    return trainer
