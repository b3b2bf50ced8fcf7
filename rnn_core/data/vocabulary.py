"""The vocabulary: words, their ids, and unknown words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rnn_core.data.text import UNKNOWN, UnknownWords
from rnn_core.errors import UnknownWordError

NEAR = 0.75
"""How alike two spellings are to be near, as difflib measures it: about one letter in four differs. Below that, words are as far
from each other as "glad" from "bad", which means the opposite."""


class Tokens(NamedTuple):
    """One text as the network reads it."""

    written: tuple[str, ...]
    """the words of the text"""
    read: tuple[str, ...]
    """the words that the network reads: unknown words are skipped or replaced"""
    ids: npt.NDArray[np.int64]
    """(T,): ids of the words read"""
    unknown: tuple[str, ...]
    """the words that are not in the vocabulary, each once"""

    @property
    def places(self) -> tuple[int, ...]:
        """For each word read, its place among the words written."""
        skipped = () if len(self.read) == len(self.written) else self.unknown
        return tuple(i for i, word in enumerate(self.written) if word not in skipped)


class Vocabulary:
    """Distinct words in sorted order; the id of a word is its place. The order of a set would differ from process to process."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words: tuple[str, ...] = tuple(sorted(set(words)))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.words == other.words

    def __hash__(self) -> int:
        return hash(self.words)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} words)"

    def ids(self, words: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the ids (T,) of the words. Raise UnknownWordError, with similar known words, if one is missing."""
        if missing := self.unknown(words):
            raise UnknownWordError(missing, {word: self.near(word) for word in missing[:5]})
        return np.array([self._ids[word] for word in words], dtype=np.int64)

    def tokens(self, words: Sequence[str], unknown: UnknownWords) -> Tokens:
        """Return the words as they are read. Unknown words are refused (UnknownWordError), skipped or replaced."""
        missing = self.unknown(words)
        read = tuple(words)
        if missing and unknown == "skip":
            read = tuple(word for word in words if word in self._ids)
        elif missing and unknown == "replace":
            read = tuple(word if word in self._ids else UNKNOWN for word in words)
        return Tokens(tuple(words), read, self.ids(read), missing)

    def unknown(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return the words that are not in the vocabulary, each once, in the order of the sentence."""
        return tuple(dict.fromkeys(word for word in words if word not in self._ids))

    def near(self, word: str, count: int = 3) -> tuple[str, ...]:
        """Return the known words with the most similar spelling, best first; empty if none is similar."""
        close = [known for known in self.words if abs(len(known) - len(word)) <= 3]
        return tuple(difflib.get_close_matches(word[:64], close, n=count, cutoff=NEAR))

    def one_hot(self, ids: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return one-hot rows (T, V), the input of the guide's network. Our network looks up a row of W_xh instead."""
        view = np.zeros((len(ids), len(self)))
        view[np.arange(len(ids)), ids] = 1.0
        return view
