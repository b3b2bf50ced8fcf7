"""Sentences to be told apart."""

from __future__ import annotations

from rnn_core import Dataset


def one_word(word: str) -> Dataset:
    return Dataset.from_pairs([(word, 1), (f"not {word}", 0)])
