"""What the labels alone allow on the training sentences: what guessing gets, and the most that any network can get.

Sentences that a network reads alike get the same answer. Where they have different labels, some of these answers are wrong
whatever the network learns:

    ceiling    Σ over readings, of the count of the reading's most frequent label / N
    floor      Σ over readings, of the cross-entropy of the reading's own shares of labels, weighted by its count / N
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Bounds(NamedTuple):
    """Accuracies are shares of the training sentences, losses mean cross-entropies in nats."""

    sentences: int
    """N"""
    classes: int
    """C"""
    chance_loss: float
    """of finding all labels equally likely: ln C"""
    prior_loss: float
    """of giving each label its share as its probability, whatever the sentence: at most ln C"""
    chance: float
    """accuracy of always saying the most frequent label: at least 1/C"""
    ceiling: float
    """the highest accuracy that any network can have"""
    floor: float
    """the lowest loss that any network can have"""

    @property
    def learned(self) -> float:
        """The accuracy from which on a network counts as having learned: halfway from chance to the ceiling."""
        return (self.chance + self.ceiling) / 2

    @property
    def near_chance(self) -> float:
        """The accuracy below which a network counts as guessing: a quarter of the way from chance to the ceiling."""
        return self.chance + (self.ceiling - self.chance) / 4

    @property
    def learnable(self) -> bool:
        """Whether reading the sentences can beat guessing."""
        return self.ceiling > self.chance


def bounds(readings: Iterable[tuple[Hashable, str]]) -> Bounds:
    """Work them out from each training sentence as the network reads it, with its label. Raises ValueError without one."""
    labels: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for reading, label in readings:
        labels[reading][label] += 1
    total = sum(labels.values(), Counter[str]())
    if not total:
        raise ValueError("no training sentence")
    n = total.total()
    return Bounds(
        sentences=n,
        classes=len(total),
        chance_loss=math.log(len(total)),
        prior_loss=_information(total) / n,
        chance=max(total.values()) / n,
        ceiling=sum(max(counts.values()) for counts in labels.values()) / n,
        floor=sum(map(_information, labels.values())) / n,
    )


def _information(counts: Counter[str]) -> float:
    """The sum, over the sentences counted, of -ln of their label's share among them."""
    n = counts.total()
    return sum(count * math.log(n / count) for count in counts.values())
