"""Sentences that lessons train on, and the labels that the grammar of the guide's sentences gives.

The grammar is that of Templates with the guide's 18 words: subject, negation, "very", one or two adjectives, time. It decides the
label of a sentence, so a sentence that a reader finds can be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from rnn_core import presets
from rnn_core.data.dataset import NEGATIVE, POSITIVE, Dataset, Example
from rnn_core.data.templates import LongMemory, Templates

PLANTED_ROW = 17
"""The place, from 0, of the wrong label in the planted sentences."""


@cache
def grammar() -> Mapping[str, str]:
    """Return the label of every sentence of the grammar, up to a double negation."""
    capacity = Templates(count=50, adjectives=2).capacity
    made = Templates(count=capacity, adjectives=2, test_share=0.0).dataset()
    return {text: label for text, label, _ in made.examples if label is not None}


def double_negations() -> tuple[str, ...]:
    """Return the sentences of the grammar with two "not" before one adjective."""
    return tuple(text for text in grammar() if {"not not", "all not"} & _pairs(text))


def _pairs(text: str) -> set[str]:
    words = text.split()
    return {" ".join(pair) for pair in zip(words, words[1:], strict=False)}


@cache
def memory() -> Dataset:
    """Return 90 training and 30 test sentences of 30 words, of which the first decides."""
    return LongMemory(count=120, test_share=0.25, shortest=29, longest=29).dataset()


@cache
def unspoiled() -> Dataset:
    """Return the planted sentences with the right labels."""
    return Templates(count=240, adjectives=2, negation_depth=1, test_share=0.25, seed=1).dataset()


@cache
def planted() -> Dataset:
    """Return 180 training and 60 test sentences, one training sentence with the wrong label."""
    examples = list(unspoiled().examples)
    text, label, split = examples[PLANTED_ROW]
    examples[PLANTED_ROW] = Example(text, NEGATIVE if label == POSITIVE else POSITIVE, split)
    return unspoiled().with_examples(examples)


SENTENCES: Mapping[str, Callable[[], Dataset] | None] = {
    "own": None,
    "guide": presets.guide_dataset,
    "memory": memory,
    "planted": planted,
}
"""Name in a lesson -> its sentences; None: those that the reader has."""
