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
    """The probability of every label, epoch by epoch."""

    labels: tuple[str, ...]
    epochs: Ints
    """(N,)"""
    probabilities: Floats
    """(N, C), columns as in labels"""


def over_training(models: Iterable[tuple[int, Model]], text: str) -> Course:
    """Return the probabilities by each (epoch, model) of one run. Raises as Model.ids does, and ValueError without a model."""
    labels: tuple[str, ...] = ()
    epochs, probabilities = [], []
    for epoch, model in models:
        logits = passes.logits(model.cell, model.arrays(), model.ids(text))
        labels = model.labels
        epochs.append(epoch)
        probabilities.append(softmax(logits))
    return Course(labels, np.array(epochs, dtype=np.int64), np.stack(probabilities))
