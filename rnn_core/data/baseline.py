"""Baselines: NLTK's naive Bayes on a bag of words, which ignores word order, and the majority class.

A sentence is the set of words that the network reads. NLTK counts in how many training sentences of each label a word occurs,
adds one half to each count (expected likelihood estimation), and assumes that words are independent. With n(c) of N training
sentences labeled c, n(c, w) of them with the word w, and C labels:

    P(c | words) ∝ P(c) ∏_w P(w | c)        P(w | c) = (n(c, w) + ½) / (n(c) + 1)        P(c) = (n(c) + ½) / (N + ½ C)

The product has only the words of the sentence; absent words do not count. A word in every training sentence does not count
either (NLTK knows only one value of it, with probability 1), nor a word in none, which NLTK leaves out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.data.dataset import SPLITS, Dataset, Split
from rnn_core.errors import DatasetError
from rnn_core.pauses import pause


class Baseline:
    """Naive Bayes on a bag of words, fitted to the training split of a dataset. The first one imports NLTK."""

    def __init__(self, dataset: Dataset, classifier: Any) -> None:
        self.dataset, self.labels = dataset, dataset.labels
        self._classifier = classifier

    @classmethod
    def fit(cls, dataset: Dataset) -> Self:
        """Return the fitted baseline. Raise DatasetError if a fault of the dataset blocks training."""
        from nltk.classify.naivebayes import NaiveBayesClassifier

        dataset.check()
        labeled = [(_bag(dataset, dataset.words[i]), dataset.examples[i].label) for i in dataset.rows("train")]
        return cls(dataset, NaiveBayesClassifier.train(labeled))

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return probabilities (N, C) of N texts, columns as in `labels`. Raises the same errors for a text as the network."""
        if isinstance(texts, str):
            raise ValueError("predict_proba takes a list of texts")
        return self._predict([self.dataset.rules.words(text) for text in texts])

    @cached_property
    def probabilities(self) -> Floats:
        """Probabilities (N, C) of every row of the dataset, in its order; read-only."""
        predicted = self._predict(self.dataset.words)
        predicted.setflags(write=False)
        return predicted

    def accuracy(self, split: Split) -> float | None:
        """Return the share of sentences of a split that are predicted right, None if the split is empty."""
        rows = self.dataset.rows(split)
        predicted = [self.labels[c] for c in np.argmax(self.probabilities, axis=1)]
        return _share(self.dataset.examples[i].label == predicted[i] for i in rows)

    def _predict(self, sentences: Sequence[tuple[str, ...]]) -> Floats:
        predicted = np.empty((len(sentences), len(self.labels)))
        for row, words in enumerate(sentences):
            pause()
            distribution = self._classifier.prob_classify(_bag(self.dataset, words))
            predicted[row] = [distribution.prob(label) for label in self.labels]
        return predicted


class Majority(NamedTuple):
    """Always predicting the most frequent label, without reading a word."""

    label: str
    """the most frequent label in training; of several, the first in the alphabet"""
    train: float
    """accuracy on the training split of always predicting it"""
    test: float | None
    """accuracy on the test split, None if that is empty"""
    loss: float
    """mean loss in nats of predicting all C labels with equal probability: ln C, for two labels ln 2 = 0.693"""


def majority(dataset: Dataset) -> Majority:
    """Return the score of the majority class. Raise DatasetError if a fault of the dataset blocks training."""
    dataset.check()
    labels = {split: [dataset.examples[i].label for i in dataset.rows(split)] for split in SPLITS}
    counts = Counter(labels["train"])
    label = max(dataset.labels, key=lambda name: counts[name])
    train, test = (_share(given == label for given in labels[split]) for split in SPLITS)
    return Majority(label, train or 0.0, test, math.log(len(dataset.labels)))


def _bag(dataset: Dataset, words: tuple[str, ...]) -> dict[str, bool]:
    """Return the features of a sentence for NLTK. Raises as Model.tokens does."""
    read = dataset.vocabulary.tokens(words, dataset.rules.unknown).read
    if not read:
        raise DatasetError("nothing_known" if words else "empty_text", detail=" ".join(words))
    return dict.fromkeys(sorted(read), True)  # sums of logarithms differ in the last bit from order to order


def _share(right: Iterable[bool]) -> float | None:
    predicted = list(right)
    return sum(predicted) / len(predicted) if predicted else None
