"""What a model without order makes of the sentences: a bag of words under NLTK's naive Bayes. And what guessing does.

A sentence is the set of the words that the network reads of it. NLTK counts in how many training sentences of each label a
word stands, adds one half to each count (expected likelihood estimation), and takes the words as independent. With n(c) of N
training sentences labelled c, n(c, w) of these with the word w, and C labels:

    P(c | words) ∝ P(c) ∏_w P(w | c)        P(w | c) = (n(c, w) + ½) / (n(c) + 1)        P(c) = (n(c) + ½) / (N + ½ C)

Only words that the sentence has enter the product: a word that it lacks says nothing. Nor does one that every training
sentence has (NLTK then knows one value of it, whose probability is 1), or that none has, which NLTK leaves out.
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


class Baseline:
    """A bag of words under naive Bayes, as fitted to the training split of a dataset. NLTK is loaded with the first one."""

    def __init__(self, dataset: Dataset, classifier: Any) -> None:
        self.dataset, self.labels = dataset, dataset.labels
        self._classifier = classifier

    @classmethod
    def fit(cls, dataset: Dataset) -> Self:
        """Raises DatasetError where a fault of the dataset blocks training."""
        from nltk.classify.naivebayes import NaiveBayesClassifier

        dataset.check()
        labelled = [(_bag(dataset, dataset.words[i]), dataset.examples[i].label) for i in dataset.rows("train")]
        return cls(dataset, NaiveBayesClassifier.train(labelled))

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Probabilities (N, C) of N texts, columns as in `labels`. Raises for a text what the network raises for it."""
        if isinstance(texts, str):
            raise ValueError("predict_proba takes a list of texts")
        return self._judged([self.dataset.rules.words(text) for text in texts])

    @cached_property
    def probabilities(self) -> Floats:
        """Probabilities (N, C) of every row of the dataset, in its order; read-only."""
        judged = self._judged(self.dataset.words)
        judged.setflags(write=False)
        return judged

    def accuracy(self, split: Split) -> float | None:
        """The share of a split's sentences whose likeliest label is theirs; None where the split is empty."""
        rows = self.dataset.rows(split)
        judged = [self.labels[c] for c in np.argmax(self.probabilities, axis=1)]
        return _share(self.dataset.examples[i].label == judged[i] for i in rows)

    def _judged(self, sentences: Sequence[tuple[str, ...]]) -> Floats:
        judged = np.empty((len(sentences), len(self.labels)))
        for row, words in enumerate(sentences):
            distribution = self._classifier.prob_classify(_bag(self.dataset, words))
            judged[row] = [distribution.prob(label) for label in self.labels]
        return judged


class Majority(NamedTuple):
    """What can be had without reading a word."""

    label: str
    """the label that training has most often, the first of several in the alphabet"""
    train: float
    """accuracy on training of always saying it"""
    test: float | None
    """and on the test; None where that is empty"""
    loss: float
    """mean loss in nats of finding all C labels equally likely: ln C, with two of them ln 2 = 0.693"""


def majority(dataset: Dataset) -> Majority:
    """What a network has to beat. Raises DatasetError where a fault of the dataset blocks training."""
    dataset.check()
    labels = {split: [dataset.examples[i].label for i in dataset.rows(split)] for split in SPLITS}
    counts = Counter(labels["train"])
    label = max(dataset.labels, key=lambda name: counts[name])
    train, test = (_share(given == label for given in labels[split]) for split in SPLITS)
    return Majority(label, train or 0.0, test, math.log(len(dataset.labels)))


def _bag(dataset: Dataset, words: tuple[str, ...]) -> dict[str, bool]:
    """The words as NLTK takes them, present ones alone. Raises as Model.tokens does."""
    read = dataset.vocabulary.tokens(words, dataset.rules.unknown).read
    if not read:
        raise DatasetError("nothing_known" if words else "empty_text", detail=" ".join(words))
    return dict.fromkeys(sorted(read), True)  # sums of logarithms differ in the last bit from order to order


def _share(right: Iterable[bool]) -> float | None:
    judged = list(right)
    return sum(judged) / len(judged) if judged else None
