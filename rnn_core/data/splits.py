"""Random splits into training and test sentences; the same seed gives the same split."""

from __future__ import annotations

from collections import defaultdict

from rnn_core.config import TrainingConfig
from rnn_core.data.dataset import Dataset
from rnn_core.domains import Real
from rnn_core.errors import ConfigError, DatasetError
from rnn_core.streams import stream

SHARE = Real(0.0, includes_low=True, high=0.9)
"""Allowed shares of test sentences."""
SEED = TrainingConfig.domains()["seed"]

_Labels = frozenset[str | None]
"""The labels of sentences with the same words: one label, unless the sentences contradict each other."""
_ALL: _Labels = frozenset()


def draw(dataset: Dataset, share: float, seed: int, stratified: bool = True) -> Dataset:
    """Return the same sentences in the same order with a new random split; share (rounded) of them are in the test.

    stratified: take this share of each class. Sentences with the same words stay in the same split, and at least one
    sentence of every class is in training.

    Raises ConfigError for an invalid share or seed, and DatasetError (too_few_to_split) if a share above zero would leave
    the test empty.
    """
    for field, value, domain in (("share", share, SHARE), ("seed", seed, SEED)):
        if domain.coerce(value) is None:
            raise ConfigError(field, value, domain)
    groups = _alike(dataset)
    shuffled = [groups[i] for i in stream(seed, "split").permutation(len(groups))]
    met: set[_Labels] = set()
    sizes: dict[_Labels, int] = defaultdict(int)  # by stratum
    free: dict[_Labels, list[list[int]]] = defaultdict(list)  # by stratum, the groups that may go to the test
    for group in shuffled:
        labels = frozenset(dataset.examples[i].label for i in group)
        stratum = labels if stratified else _ALL
        sizes[stratum] += len(group)
        if labels in met:
            free[stratum].append(group)
        met.add(labels)
    test: set[int] = set()
    for stratum, target in _apportioned(sizes, share).items():
        for group in free[stratum]:
            if len(group) <= target:
                test.update(group)
                target -= len(group)
    if share > 0 and not test:
        raise DatasetError("too_few_to_split", detail=f"{len(dataset.examples):,}")
    examples = (e._replace(split="test" if i in test else "train") for i, e in enumerate(dataset.examples))
    return dataset.with_examples(examples)


def _alike(dataset: Dataset) -> list[list[int]]:
    """Return the places of the sentences (from 0), grouped by their words. Each sentence without words is a group."""
    groups: dict[tuple[str, ...] | int, list[int]] = defaultdict(list)
    for i, words in enumerate(dataset.words):
        groups[words or i].append(i)
    return list(groups.values())


def _apportioned(sizes: dict[_Labels, int], share: float) -> dict[_Labels, int]:
    """Return how many sentences of each stratum make up this share of all, by the method of largest remainders."""
    exact = {stratum: share * size for stratum, size in sizes.items()}
    whole = {stratum: int(amount) for stratum, amount in exact.items()}
    missing = round(share * sum(sizes.values())) - sum(whole.values())
    for stratum in sorted(exact, key=lambda s: whole[s] - exact[s])[:missing]:
        whole[stratum] += 1
    return whole
