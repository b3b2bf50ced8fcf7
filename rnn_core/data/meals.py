"""Sentences about meals, of which the test has adjectives that training never has, and word vectors that know them.

    sentence = the + dish + was + degree + adjective        the soup was not tasty

The vectors are counted from other sentences of our own, without labels, in which each adjective stands beside what guests do. They
are small and made for this: they show why vectors help, not how well GloVe knows English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from rnn_core.data.cooccurrence import vectors_from
from rnn_core.data.dataset import NEGATIVE, POSITIVE, Dataset
from rnn_core.data.word_vectors import WordVectors
from rnn_core.streams import stream

TRAINED = {POSITIVE: ("good", "nice", "fine", "great"), NEGATIVE: ("bad", "poor", "awful", "nasty")}
"""Adjectives of the training sentences."""
UNSEEN = {
    POSITIVE: ("tasty", "lovely", "superb", "delicious", "splendid", "wonderful"),
    NEGATIVE: ("bland", "stale", "dreadful", "horrid", "disgusting", "terrible"),
}
"""Adjectives of the test sentences alone."""
VECTORS_NAME = "unrolled-meals"

_DISHES = ("soup", "bread", "fish", "cake")
_DEGREES = ("", "very ", "really ", "not ")
_GUESTS = {
    POSITIVE: ("smiled", "thanked", "stayed", "laughed", "ate", "returned"),
    NEGATIVE: ("left", "complained", "frowned", "refused", "sighed", "argued"),
}
_CONTEXTS = (*_GUESTS[POSITIVE], *_GUESTS[NEGATIVE], "the", "was", "very", "did")
_OTHER = {POSITIVE: NEGATIVE, NEGATIVE: POSITIVE}
_READ = 1_500
"""Sentences from which the vectors are counted."""
_ASTRAY = 0.2
"""Share of them in which the guests do the opposite."""


def dataset() -> Dataset:
    """Return 128 training and 192 test sentences, half of each positive, with their word vectors."""
    made = Dataset.from_pairs(_labeled(TRAINED), _labeled(UNSEEN))
    return Dataset(made.examples, made.rules, vectors())


def vectors(seed: int = 0) -> WordVectors:
    """Return 16 numbers for each word, counted from sentences without labels."""
    return vectors_from(_read(seed), _CONTEXTS, name=VECTORS_NAME)


def _labeled(adjectives: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield every sentence and its label, the labels alternating."""
    for words in zip(adjectives[POSITIVE], adjectives[NEGATIVE], strict=True):
        for dish, degree in product(_DISHES, _DEGREES):
            for word, label in zip(words, (POSITIVE, NEGATIVE), strict=True):
                yield f"the {dish} was {degree}{word}", _OTHER[label] if degree == "not " else label


def _read(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield sentences without labels, such as: the soup was very tasty so we stayed."""
    draw = stream(seed, "meals")
    words = [(label, word) for label in (POSITIVE, NEGATIVE) for word in (*TRAINED[label], *UNSEEN[label])]
    for _ in range(_READ):
        label, word = words[int(draw.integers(len(words)))]
        felt = _OTHER[label] if draw.random() < _ASTRAY else label
        guests, dish = _GUESTS[felt][int(draw.integers(6))], _DISHES[int(draw.integers(len(_DISHES)))]
        degree = _DEGREES[int(draw.integers(3))]
        yield tuple(f"the {dish} was {degree}{word} so we {guests}".split())
        yield tuple(f"the {dish} was not there so we did not stay".split())
