"""A whole split judged: every sentence, and what that comes to. The measures are defined as in scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_core import network
from rnn_core.compiled import Ints
from rnn_core.dataset import Dataset, Split
from rnn_core.losses import cross_entropy, softmax
from rnn_core.model import Model


class Judged(NamedTuple):
    """What the network says of one labelled sentence."""

    row: int
    """its place in the dataset's examples, from 0"""
    text: str
    label: str
    verdict: str
    confidence: float
    """the probability of the verdict"""
    loss: float
    """cross-entropy in nats: -ln of the label's probability"""

    @property
    def right(self) -> bool:
        return self.verdict == self.label


class Scores(NamedTuple):
    """How well one label is told from the rest; a share of nothing is 0."""

    precision: float
    """of the sentences judged so, the share that is so"""
    recall: float
    """of the sentences that are so, the share judged so"""
    f1: float
    """harmonic mean of the two"""
    support: int
    """sentences that are so"""


@dataclass(frozen=True)
class Evaluation:
    """One split's sentences, those with the largest loss first."""

    labels: tuple[str, ...]
    judged: tuple[Judged, ...]
    confusion: Ints
    """(C, C): sentences by label (row) and verdict (column), in the order of labels"""

    @property
    def accuracy(self) -> float:
        """Share of sentences judged as labelled; of none 0."""
        return _share(int(np.trace(self.confusion)), len(self.judged))

    def scores(self, label: str) -> Scores:
        """Precision, recall and F1 of a label."""
        k = self.labels.index(label)
        right, said, there = int(self.confusion[k, k]), int(self.confusion[:, k].sum()), int(self.confusion[k].sum())
        return Scores(_share(right, said), _share(right, there), _share(2 * right, said + there), there)


def evaluate(model: Model, dataset: Dataset, split: Split) -> Evaluation:
    """Judge every sentence of a split. Raises as Model.read does, and ValueError for a label that the model does not have."""
    params, judged = model.params, []
    confusion = np.zeros((len(model.labels), len(model.labels)), dtype=np.int64)
    for row in dataset.rows(split):
        text, label, _ = dataset.examples[row]
        target = model.labels.index(label or "")
        logits = network.logits(model.cell, params, model.read(text))
        p = softmax(logits)
        said = int(np.argmax(p))
        confusion[target, said] += 1
        loss = float(cross_entropy(logits, target))
        judged.append(Judged(row, text, model.labels[target], model.labels[said], float(p[said]), loss))
    return Evaluation(model.labels, tuple(sorted(judged, key=lambda one: (-one.loss, one.row))), confusion)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
