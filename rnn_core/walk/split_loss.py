"""The loss of the training sentences, before and after one of them has taught the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_core.data.dataset import Dataset
from rnn_core.data.sampling import stratified
from rnn_core.network.model import Model
from rnn_core.pauses import pause

MOST_SENTENCES = 400
"""Of more, a sample with each label's share stands for all."""


def sentences_for(dataset: Dataset) -> tuple[int, ...]:
    """Return the rows (from 0) of the training sentences that are measured: all of them, or a sample of many."""
    return stratified(dataset, dataset.rows("train"), MOST_SENTENCES)


def mean_loss(model: Model, dataset: Dataset, rows: Sequence[int]) -> float:
    """Return the mean loss of rows of a dataset, in nats. Raises as Model.loss does."""
    losses = []
    for row in rows:
        pause()
        text, label, _ = dataset.examples[row]
        losses.append(model.loss(text, str(label)))
    return float(np.mean(losses))
