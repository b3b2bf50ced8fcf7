"""Evaluation of a whole split: every prediction, and the measures, defined as in scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from rnn_core.arrays import Ints
from rnn_core.data.dataset import Dataset, Split
from rnn_core.errors import RnnCoreError
from rnn_core.explanation.reading import ids_of
from rnn_core.network import passes
from rnn_core.network.losses import cross_entropy, softmax
from rnn_core.network.model import Model
from rnn_core.pauses import pause


class Judged(NamedTuple):
    """The prediction for one labeled sentence."""

    row: int
    """place in the examples of the dataset, from 0"""
    text: str
    label: str
    verdict: str
    confidence: float
    """probability of the predicted label"""
    loss: float
    """cross-entropy in nats: -ln of the probability of the label"""

    @property
    def right(self) -> bool:
        return self.verdict == self.label


class Scores(NamedTuple):
    """Precision, recall and F1 of one label, 0 where the denominator is 0; or their means over all labels."""

    precision: float
    """of the sentences predicted as this label, the share that have it"""
    recall: float
    """of the sentences with this label, the share predicted as it"""
    f1: float
    """harmonic mean of the two"""
    support: int
    """sentences with this label, or all of them"""


@dataclass(frozen=True)
class Evaluation:
    """All predictions of one split, the largest loss first."""

    labels: tuple[str, ...]
    judged: tuple[Judged, ...]
    confusion: Ints
    """(C, C): number of sentences by label (row) and prediction (column), in the order of labels"""
    left_out: tuple[int, ...] = ()
    """rows that the network cannot read or whose label it does not know; empty for the dataset it was trained on"""

    @classmethod
    def of(cls, model: Model, dataset: Dataset, split: Split) -> Self:
        """Predict every sentence of a split."""
        params, judged, left_out = model.arrays(), [], []
        confusion = np.zeros((len(model.labels), len(model.labels)), dtype=np.int64)
        for row in dataset.rows(split):
            pause()
            text, label, _ = dataset.examples[row]
            try:
                target, ids = model.labels.index(label or ""), ids_of(model, text)
            except (ValueError, RnnCoreError):
                left_out.append(row)
                continue
            logits = passes.logits(model.cell, params, ids)
            p = softmax(logits)
            said = int(np.argmax(p))
            confusion[target, said] += 1
            loss = float(cross_entropy(logits, target))
            judged.append(Judged(row, text, model.labels[target], model.labels[said], float(p[said]), loss))
        worst_first = tuple(sorted(judged, key=lambda one: (-one.loss, one.row)))
        return cls(model.labels, worst_first, confusion, tuple(left_out))

    @property
    def accuracy(self) -> float:
        """Share of right predictions; 0 for no sentences."""
        return _share(int(np.trace(self.confusion)), len(self.judged))

    def scores(self, label: str) -> Scores:
        """Return precision, recall and F1 of a label."""
        k = self.labels.index(label)
        right, said, there = int(self.confusion[k, k]), int(self.confusion[:, k].sum()), int(self.confusion[k].sum())
        return Scores(_share(right, said), _share(right, there), _share(2 * right, said + there), there)

    @property
    def macro(self) -> Scores:
        """Means over the labels, each label counted once."""
        return self._mean([1] * len(self.labels))

    @property
    def weighted(self) -> Scores:
        """Means over the labels, each label counted as often as there are sentences with it."""
        return self._mean(self.confusion.sum(axis=1).tolist())

    def _mean(self, weights: Sequence[int]) -> Scores:
        """Return weighted means of precision, recall and F1, and the number of all sentences."""
        scores, total = [self.scores(label)[:3] for label in self.labels], sum(weights)
        means = (
            sum(weight * value for weight, value in zip(weights, values, strict=True)) / total if total else 0.0
            for values in zip(*scores, strict=True)
        )
        precision, recall, f1 = means
        return Scores(precision, recall, f1, len(self.judged))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
