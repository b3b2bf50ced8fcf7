"""The prediction for one sentence at several epochs of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.network import passes
from rnn_core.network.losses import softmax
from rnn_core.network.model import Model


@dataclass(frozen=True)
class Course:
    """The probability of one label, epoch by epoch."""

    epochs: Ints
    probabilities: Floats


def over_training(models: Iterable[tuple[int, Model]], text: str, label: str) -> Course:
    """Return the probability of the label by each (epoch, model). Raises as Model.ids does; ValueError for an unknown label."""
    epochs, probabilities = [], []
    for epoch, model in models:
        logits = passes.logits(model.cell, model.arrays(), model.ids(text))
        epochs.append(epoch)
        probabilities.append(softmax(logits)[model.labels.index(label)])
    return Course(np.array(epochs, dtype=np.int64), np.array(probabilities, dtype=np.float64))
