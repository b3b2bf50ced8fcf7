"""Word vectors: what is known of words before any sentence is learned, such as GloVe's."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from rnn_core.data.formats import is_text
from rnn_core.errors import VectorFileError

MOST_NAME = 100
"""Characters of the name of vectors, at most."""
MOST_WORD = 1_000
"""Characters of one of their words, at most."""
MOST_SIZE = 4_096
"""Numbers in one vector, at most."""


class VectorsName(NamedTuple):
    """What a link says of vectors that are too large for it."""

    name: str
    digest: str


@dataclass(frozen=True, eq=False)
class WordVectors:
    """One vector for each of some words. Equal if words and numbers are equal, whatever the name.

    Raises ValueError for words that are not sorted, or numbers that do not fit them or are not finite.
    """

    name: str
    """of the file they come from"""
    words: tuple[str, ...]
    """sorted, each once"""
    array: npt.NDArray[np.float32]
    """(N, D): one row for each word"""

    def __post_init__(self) -> None:
        array = np.array(self.array, dtype="<f4")
        if array.ndim != 2 or len(array) != len(self.words) or array.size == 0 or array.shape[1] > MOST_SIZE:
            raise ValueError("one vector for each word is needed")
        if any(a >= b for a, b in zip(self.words, self.words[1:], strict=False)) or not np.isfinite(array).all():
            raise ValueError("words must be sorted and numbers finite")
        array.setflags(write=False)
        object.__setattr__(self, "array", array)
        object.__setattr__(self, "name", self.name[:MOST_NAME])

    @classmethod
    def of(cls, name: str, vectors: Mapping[str, npt.NDArray[np.float32]]) -> Self:
        """Return the vectors of a mapping from word to vector (D,)."""
        words = tuple(sorted(vectors))
        return cls(name, words, np.stack([vectors[word] for word in words]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordVectors) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def size(self) -> int:
        """D, the numbers in one vector."""
        return int(self.array.shape[1])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of words and numbers, as 64 hexadecimal digits."""
        whole = hashlib.sha256("\0".join(self.words).encode())
        whole.update(f"\0{self.size}\0".encode())
        whole.update(self.array.tobytes())
        return whole.hexdigest()

    @property
    def label(self) -> VectorsName:
        """Their name and digest."""
        return VectorsName(self.name, self.digest)

    @cached_property
    def scale(self) -> float:
        """Standard deviation of the numbers: words without a vector get random ones of this scale."""
        return float(np.std(self.array.astype(np.float64)))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def __contains__(self, word: object) -> bool:
        return word in self._places

    def row(self, word: str) -> npt.NDArray[np.float32]:
        """Return the vector (D,) of a word. Raise KeyError for a word without one."""
        row: npt.NDArray[np.float32] = self.array[self._places[word]]
        return row

    def missing(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return the words that have no vector, in their order."""
        return tuple(word for word in words if word not in self._places)

    def only(self, words: Collection[str]) -> Self | None:
        """Return the vectors of these words; None if there is none."""
        kept = [place for place, word in enumerate(self.words) if word in words]
        return type(self)(self.name, tuple(self.words[k] for k in kept), self.array[kept]) if kept else None

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "size": self.size, "words": list(self.words), "values": self._packed}

    @cached_property
    def _packed(self) -> str:
        return base64.b64encode(self.array.tobytes()).decode()

    @classmethod
    def from_json(cls, value: object, most: int) -> Self:
        """Return the vectors that to_json described, with at most this many numbers. Raise VectorFileError (damaged)."""
        try:
            if not isinstance(value, dict) or set(value) != {"name", "size", "words", "values"}:
                raise ValueError("their fields are wrong")
            name, size, words, values = value["name"], value["size"], value["words"], value["values"]
            if not isinstance(name, str) or not isinstance(values, str) or not is_text(name):
                raise ValueError("their name or values are wrong")
            if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= MOST_SIZE:
                raise ValueError("their size is wrong")
            if not isinstance(words, list) or not all(map(is_vector_word, words)) or not 0 < len(words) * size <= most:
                raise ValueError("their words are wrong, or too many")
            array = np.frombuffer(base64.b64decode(values, validate=True), dtype="<f4")
            return cls(name, tuple(words), array.reshape(len(words), size))
        except ValueError as error:
            raise VectorFileError("damaged", str(error)) from error


def is_vector_word(word: object) -> bool:
    """Return whether it can be a word with a vector."""
    return isinstance(word, str) and 0 < len(word) <= MOST_WORD and is_text(word)
