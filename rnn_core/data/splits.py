"""Which sentences are trained on and which are kept for the test: drawn at random, the same for the same seed."""

from __future__ import annotations

from collections import defaultdict

from rnn_core.config import TrainingConfig
from rnn_core.data.dataset import Dataset
from rnn_core.domains import Real
from rnn_core.errors import ConfigError, DatasetError
from rnn_core.streams import stream

SHARE = Real(0.0, includes_low=True, high=0.9)
"""How much of the sentences may be kept for the test."""
SEED = TrainingConfig.domains()["seed"]

_Labels = frozenset[str | None]
"""Of sentences with the same words: one, but where they contradict each other."""
_ALL: _Labels = frozenset()


def draw(dataset: Dataset, share: float, seed: int, stratified: bool = True) -> Dataset:
    """The same sentences in the same order, split anew: this share of them in the test, as nearly as whole ones allow.

    stratified: this share of each class. Sentences with the same words stay together, so that none is in both splits, and
    of every class at least one is trained on.

    Raises ConfigError for a share or seed out of its domain, and DatasetError (too_few_to_split) where a share above zero
    would leave the test empty.
    """
    for field, value, domain in (("share", share, SHARE), ("seed", seed, SEED)):
        if domain.coerce(value) is None:
            raise ConfigError(field, value, domain)
    groups = _alike(dataset)
    shuffled = [groups[i] for i in stream(seed, "split").permutation(len(groups))]
    met: set[_Labels] = set()
    sizes: dict[_Labels, int] = defaultdict(int)  # of each stratum
    free: dict[_Labels, list[list[int]]] = defaultdict(list)  # of each stratum the groups that need not be trained on
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
    """Places of the sentences (from 0), those with the same words together; sentences without a word each alone."""
    groups: dict[tuple[str, ...] | int, list[int]] = defaultdict(list)
    for i, words in enumerate(dataset.words):
        groups[words or i].append(i)
    return list(groups.values())


def _apportioned(sizes: dict[_Labels, int], share: float) -> dict[_Labels, int]:
    """How many of each stratum make up this share of all: rounded down, and what is missing where most was cut off."""
    exact = {stratum: share * size for stratum, size in sizes.items()}
    whole = {stratum: int(amount) for stratum, amount in exact.items()}
    missing = round(share * sum(sizes.values())) - sum(whole.values())
    for stratum in sorted(exact, key=lambda s: whole[s] - exact[s])[:missing]:
        whole[stratum] += 1
    return whole
