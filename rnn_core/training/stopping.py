"""Early stopping: whether the accuracy to stop at has held for long enough."""

from __future__ import annotations

from rnn_core.config import TrainingConfig
from rnn_core.training.history import Columns


def held_at(training: TrainingConfig, columns: Columns, start: int) -> int | None:
    """Return the first epoch after `start` at whose end the accuracy to stop at has held for long enough, or None.

    Epochs count from 1. The columns have one row for each epoch that is done.
    """
    if training.stopping == "never":
        return None
    accuracies = columns.train_accuracy if training.stopping == "train" else columns.test_accuracy
    first = max(0, start - training.stop_epochs + 1)
    run = 0
    for epoch, reached in enumerate(accuracies[first:] >= training.stop_accuracy, start=first + 1):
        run = run + 1 if reached else 0
        if run >= training.stop_epochs and epoch > start:
            return epoch
    return None
